/* units.h - a cleaned reply cut into units: lines, labelled pairs, JSON values.
 *
 *     struct vec units;                        // struct unit
 *     vec_init(&units, sizeof(struct unit));
 *     units_split(&reading, text, &units);
 *
 * JSON is cut out first, wherever it stands; of the rest, what holds tags goes
 * through markup.h, all else is split into lines. Character entities are
 * decoded here, after tags were read, so "&lt;5" never becomes a tag. */
#ifndef REPLY_UNITS_H
#define REPLY_UNITS_H

#include "base/vec.h"
#include "reply/loose.h"
#include "reply/reading.h"

enum unit_kind {
    UNIT_BLANK,
    UNIT_LINE,
    UNIT_PAIR, /* label and text that belong together by their syntax */
    UNIT_JSON,
    UNIT_BREAK, /* one thing ends here, another begins */
    UNIT_NOTE   /* no speech, but it may tell who is who */
};

struct unit {
    enum unit_kind kind;
    str label; /* of PAIR */
    str text;
    const struct loose *json; /* in arena */
    bool cut;                 /* the reply ended inside it */
};

void units_split(struct reading *r, str text, struct vec *out);

/* Adds one line (without line feed) as LINE, BLANK or BREAK. */
void units_add_line(struct reading *r, str line, struct vec *out);
/* Adds every line of a text. */
void units_add_lines(struct reading *r, str text, struct vec *out);

/* Character entities decoded ("&ldquo;", "&#65292;"); unknown ones stay. */
str decode_entities(struct reading *r, str text);

#endif
