/* turnplan.h - how turns alternate and how long they are, learnt from real
 * dialogues and drawn again.
 *
 *     struct turnplan *t = turnplan_learn(dialogues, count, LANG_NL, &err);
 *     struct list plan = turnplan_draw(t, relation, seed, &arena);
 *     turnplan_free(t);
 *
 * A Markov chain of the first order over states (speaker side × length class),
 * with the number of turns drawn from the dialogues' own. So runs of one
 * speaker, back-channels and uneven lengths come out as often as in the
 * references, where a model left alone alternates strictly. Rows with few
 * observations are smoothed with the speaker's overall distribution (weight
 * TURNPLAN_PRIOR, ours). Sides: 0 the professional who opens the relation, 1
 * the other one. Nothing of the references' text is kept.
 */
#ifndef GENERATE_TURNPLAN_H
#define GENERATE_TURNPLAN_H

#include "knowledge/wish.h"
#include "record/record.h"

enum { TURNPLAN_CLASSES = 5, TURNPLAN_STATES = 2 * TURNPLAN_CLASSES };

struct turnplan;

/* ERR_UNDEFINED when no dialogue has two turns. */
MUST_USE struct turnplan *turnplan_learn(const struct dialogue *dialogues,
                                         size_t count, enum lang lang,
                                         struct err *err);
void turnplan_free(struct turnplan *turnplan); /* NULL is fine */

/* struct planned_turn in the arena; never empty. by_relative: the patient's
 * side is spoken by a relative. */
struct list turnplan_draw(const struct turnplan *turnplan,
                          enum relation relation, bool by_relative,
                          uint64_t seed, struct arena *arena);

/* Expected length of a plan in characters (zh) or words: the mean length of the
 * references' turns of each class. */
double turnplan_length(const struct turnplan *turnplan,
                       const struct list *plan);

/* 0 back-channel, 1 short, 2 medium, 3 long, 4 very long. Upper bounds (ours):
 * zh 4, 12, 28, 60 characters; en and nl 2, 7, 17, 38 words. */
int turnplan_class(int64_t length, enum lang lang);
/* Whose turn it is: 0 or 1. Two doctors are told apart by their names, or where
 * they have none take turns; `before` is the side of the turn before, -1 at the
 * first. */
int turnplan_side(const struct dialogue *dialogue, size_t turn, int before);

#endif
