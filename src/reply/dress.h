/* dress.h - what stands around a line and is not said: bullets, numbers, turn
 * counters, times, emoji, emphasis.
 *
 *     struct dress d;
 *     dress_take(&reading, STR("3. [00:10] **Arts:** Dag."), &d);
 *     // d.body is "Arts:** Dag.", d.mark is "**", d.numbered is true,
 *     // d.plain is "**Arts:** Dag."
 *
 * Pieces come off in any order, at most DRESS_PIECES_MAX of them.
 */
#ifndef REPLY_DRESS_H
#define REPLY_DRESS_H

#include "reply/edge.h"
#include "reply/reading.h"

enum { DRESS_PIECES_MAX = 12 };

struct dress {
    str body;  /* without any dress */
    str plain; /* without bullets, numbers and times only: as speech goes on */
    str mark;  /* emphasis opened right before the body, or empty */
    bool numbered, bulleted;
    bool counter; /* the line is a turn counter and nothing else */
    int level;    /* of a markdown heading, or 0 */
};

/* `raw` has no white space at its ends. */
void dress_take(const struct reading *r, str raw, struct dress *d);

/* A line of dashes or the like, or a number that stands alone. */
bool dress_is_rule(str text);
/* The text is one stage direction in brackets or asterisks. */
bool dress_is_stage(str text);

/* 一 to 十, ① to ⑳. */
bool dress_is_ordinal(uint32_t c);

#endif
