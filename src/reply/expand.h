/* expand.h - JSON values and tables become labelled pairs.
 *
 *     struct vec flat;                         // struct unit
 *     vec_init(&flat, sizeof(struct unit));
 *     units_expand(&reading, &units, &flat);   // LINE, PAIR, BLANK, BREAK,
 * NOTE
 *
 * In JSON a list of turns is told by what its elements hold, not by where it
 * is: an element with a speaker and a text (by the names of the keys, else by
 * their values), a role as key, a pair of strings, a labelled string. Wrappers
 * of any depth are walked through; strings that hold JSON or a dialogue are
 * opened. Every list stands between breaks. What is no turn becomes a note.
 */
#ifndef REPLY_EXPAND_H
#define REPLY_EXPAND_H

#include "reply/units.h"

void units_expand(struct reading *r, const struct vec *units, struct vec *out);

/* True when at least two lines of the text begin with a role's label. */
bool holds_dialogue(struct reading *r, str text);

#endif
