/* repetition.h - does a dialogue go round in circles? (refinement rule 7)
 *
 * Two signs, on the kept text of transcript.h: an utterance of some length that
 * the same side says too often (back-channels and stock phrases may recur), and
 * an n-gram (10 characters, or 8 words) that occurs too often anywhere. Both
 * counts are configured; a longer dialogue may repeat an n-gram a little more
 * often. Linear in the text.
 */
#ifndef GENERATE_REPETITION_H
#define GENERATE_REPETITION_H

#include "generate/refine.h"
#include "generate/rulebook.h"
#include "generate/transcript.h"

/* Scratch memory of one thread. */
struct repetition_memory {
    struct vec slots; /* hash table */
};

void repetition_memory_init(struct repetition_memory *memory);
void repetition_memory_release(struct repetition_memory *memory);

/* False and the verdict set when the dialogue repeats itself. */
bool repetition_check(const struct refine_repetition *config,
                      const struct rulebook *book,
                      const struct transcript *transcript,
                      struct repetition_memory *memory,
                      struct refine_verdict *verdict);

#endif
