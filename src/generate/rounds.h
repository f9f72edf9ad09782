/* rounds.h - what a round did: pool shares and diversity, for the report.
 *
 * distinct-2: distinct pairs of neighbouring units (characters for Chinese,
 * words otherwise) over all pairs; similarity: mean Jaccard of shingle sets
 * over all pairs of dialogues. Over the first ROUND_SAMPLE_MAX accepted
 * dialogues of the round, and distinct-2 (which falls with the length of a
 * text) over the first ROUND_PAIRS_MAX pairs of those, so that rounds of
 * unequal size and length stay comparable.
 */
#ifndef GENERATE_ROUNDS_H
#define GENERATE_ROUNDS_H

#include "generate/state.h"

enum { ROUND_PAIRS_MAX = 20000 };

/* Completes state->now, appends it to state->rounds, empties the sample. */
void rounds_close(struct run_state *state);

#endif
