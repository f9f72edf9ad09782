/* wave.h - one wave of a run: plan, ask, judge, keep, save.
 *
 *     while (!state.finished)
 *         if (!wave_run(&wave, &state, &err)) return false;
 */
#ifndef GENERATE_WAVE_H
#define GENERATE_WAVE_H

#include "generate/dispatch.h"
#include "generate/run.h"
#include "generate/state.h"

/* Runs the next wave, and what a round's end brings (evolution, statistics).
 * Sets state->finished when the target is met or no more may be tried. */
MUST_USE bool wave_run(const struct generate_run *run, struct run_state *state,
                       struct dispatch *dispatch, struct err *err);

/* A run that ended for want of rows or money may go on when the limit or the
 * cap was raised: clears `finished` then. */
void wave_reopen(struct run_state *state);

/* How many rows each cell gets in the next wave; used by the estimate too. */
void wave_cells(const struct run_state *state, struct vec *cells);

#endif
