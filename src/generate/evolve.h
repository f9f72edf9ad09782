/* evolve.h - the instruction pool evolves at the end of a round.
 *
 * Candidates are machine instructions with at least one accepted dialogue that
 * are not in the pool yet. Two are alike as
 *     alpha × cos(instructions) + (1 − alpha) × cos(dialogues),
 * which is the cosine of the two vectors laid side by side, scaled by the roots
 * of alpha and 1 − alpha. MMR picks M of them,
 * K-means groups the picked, the member nearest to each centre enters the pool,
 * the other picked ones stay candidates, the rest leaves; then the pool returns
 * to its size: the most used machine instructions leave. Instructions that kept
 * failing were retired when they failed (pool.h). Source: AIG-MCT (2026);
 * alpha, lambda, M, K are ours.
 */
#ifndef GENERATE_EVOLVE_H
#define GENERATE_EVOLVE_H

#include "generate/state.h"

/* Counts what entered and left in state->now. */
void evolve_pool(struct run_state *state);

#endif
