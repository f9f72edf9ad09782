/* simulate.h - medical dialogues without a model: a clinical state machine, a
 * knowledge pack and phrase grammars.
 *
 *     struct simulate *s = simulate_open(&err);
 *     struct list turns;                                // struct turn
 *     simulate_dialogue(s, &wish, &arena, &turns);
 *     simulate_close(s);
 *
 * A baseline and a test double, never a language model: every text comes from
 * the alternatives in data/grammar/ and the facts in data/knowledge/. The same
 * wish (with its seed) gives the same bytes, on any thread. A `simulate` is
 * shared by threads; each call uses the arena it is given.
 * The engine for llm.h that wraps it is in simulator.h.
 */
#ifndef SIMULATE_SIMULATE_H
#define SIMULATE_SIMULATE_H

#include "knowledge/wish.h"

struct simulate;

/* NULL when a data file is wrong; the mistake is named. */
MUST_USE struct simulate *simulate_open(struct err *err);
void simulate_close(struct simulate *simulate); /* NULL is fine */

/* Are there grammars for this language? The wishes below must be in one. */
bool simulate_speaks(const struct simulate *simulate, enum lang lang);

/* A whole dialogue as clean turns (struct turn, in the arena): roles of the
 * wish's relation, turns and length within its bounds, its terms used. False
 * when the bounds cannot be met (say, 2 turns in 2000 characters); the closest
 * try is given all the same. */
bool simulate_dialogue(const struct simulate *simulate, const struct wish *wish,
                       struct arena *arena, struct list *turns);

/* The length class of a turn, as in a turn plan: 0 back-channel, 1 short, 2
 * medium, 3 long, 4 very long. `length` in characters (zh) or words; the
 * bounds are ours: zh 4, 12, 28, 60; en and nl 2, 7, 17, 38. */
int simulate_length_class(int64_t length, enum lang lang);
/* The shortest and the longest turn of a class; the last one ends at twice its
 * bound. */
void simulate_class_bounds(int length_class, enum lang lang, int64_t *low,
                           int64_t *high);

/* The label of a turn in a raw reply: the speaker's title where two doctors
 * talk, the outline's label of the role otherwise. */
str simulate_label(const struct wish *wish, const struct turn *turn);

#endif
