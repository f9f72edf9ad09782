/* propose.h - instructions that a model proposed, made usable and put on trial.
 *
 * A proposal comes as free text. Its task is matched to a task of the outline
 * (by name, id, description), its topic to a topic, its numbers to bounds; the
 * level is the one whose bounds are nearest. One that fits no relation, no
 * topic, or that is nearly one we have, is dropped and counted by reason.
 */
#ifndef GENERATE_PROPOSE_H
#define GENERATE_PROPOSE_H

#include "generate/job.h"
#include "generate/state.h"

/* The proposals of an answered job, in order; counts in state. */
void propose_take(struct run_state *state, const struct job *job);

/* "8-12轮" → 8, 12; "200 woorden" → 200, 200. False without a number. */
bool propose_numbers(str text, struct range *range);

#endif
