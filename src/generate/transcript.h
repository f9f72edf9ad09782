/* transcript.h - a dialogue laid out once for all rules that read it.
 *
 *     struct transcript *t = transcript_new(LANG_ZH, &err);   // one a thread
 *     transcript_read(t, turns, turn_count);
 *     for (size_t i = 0; i < t->turn_count; i++)
 *         use(t->turns[i].kept);
 *     transcript_free(t);
 *
 * Beside the texts as they are, joined by line feeds, it holds the kept text of
 * shingle.h (folded; letters, marks and numbers; in units of characters for
 * Chinese and of words, joined by a space, otherwise) with the place of every
 * unit, and the text of each side alone. Views are valid until the next read.
 */
#ifndef GENERATE_TRANSCRIPT_H
#define GENERATE_TRANSCRIPT_H

#include "base/schema.h"
#include "base/vec.h"
#include "knowledge/knowledge.h"
#include "record/record.h"

struct script_turn {
    enum role role;
    enum role side; /* role_side of it */
    str text;       /* borrowed from the caller */
    str kept;
    size_t start; /* byte of its text in `joined` */
    size_t unit_first, unit_count;
};

/* The turns of one side, joined by line feeds. */
struct side_text {
    str text;
    const uint32_t *turns;  /* of each part: number of the turn */
    const uint32_t *starts; /* of each part: byte in text */
    size_t count;
};

enum { SIDE_PATIENT, SIDE_CLINICIAN, SIDE_COUNT };

struct transcript {
    enum lang lang;
    struct script_turn *turns;
    size_t turn_count;
    str joined;            /* all texts, a line feed between two */
    str kept;              /* all units; words joined by one space */
    const uint32_t *units; /* byte in kept where each begins */
    size_t unit_count;
    struct side_text sides[SIDE_COUNT];
    struct transcript_memory *memory; /* owned */
};

MUST_USE struct transcript *transcript_new(enum lang lang, struct err *err);
void transcript_free(struct transcript *transcript); /* NULL is fine */

void transcript_read(struct transcript *transcript, const struct turn *turns,
                     size_t turn_count);

/* Text of the units [first, first + count), without a space at its end. */
str transcript_units(const struct transcript *transcript, size_t first,
                     size_t count);
/* Hash of that text: the name of the shingle in shingle.h. */
uint64_t transcript_hash(const struct transcript *transcript, size_t first,
                         size_t count);
/* The kept form of any other text, appended to out. */
void transcript_keep(struct transcript *transcript, str text, struct buf *out);
/* The turn that holds a byte of `joined`, and the byte in it. */
size_t transcript_turn_at(const struct transcript *transcript, size_t byte,
                          size_t *offset);
/* The same for a byte of the text of a side. */
size_t side_turn_at(const struct side_text *side, size_t byte, size_t *offset);

#endif
