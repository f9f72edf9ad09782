/* ngram.h - how many different n-grams, in bounded memory.
 *
 *     struct ngrams seen;
 *     ngrams_init(&seen, 1 << 22);
 *     ngrams_add(&seen, hash);
 *     double different = ngrams_different(&seen);
 *     ngrams_release(&seen);
 *
 * A table of 64-bit names with counts. Up to its limit it is exact. Beyond, it
 * keeps the names whose lowest `level` bits are zero, doubling thinner as often
 * as needed, and scales up by 2^level (adaptive sampling: Flajolet 1990); which
 * names stay does not depend on the order they came in. One thread at a time.
 */
#ifndef MEASURE_NGRAM_H
#define MEASURE_NGRAM_H

#include "measure/reading.h"

struct ngrams {
    uint64_t *names; /* owned; 0 = free */
    uint32_t *counts;
    size_t slots, used, limit;
    unsigned level;
    uint64_t total; /* all that were added */
};

void ngrams_init(struct ngrams *table, size_t limit);
void ngrams_release(struct ngrams *table);
void ngrams_add(struct ngrams *table, uint64_t name);
/* The same for every uint64_t of a list, faster. */
void ngrams_add_list(struct ngrams *table, const struct vec *names);
double ngrams_different(const struct ngrams *table);
/* Shannon entropy in bits; undefined without n-grams. */
MUST_USE bool ngrams_entropy(const struct ngrams *table, double *bits,
                             struct err *err);

/* Appends the names of the tokens, a uint64_t each. */
void ngram_tokens(const struct reading *r, struct vec *names);

/* Appends the names of the n-grams of 2, 3 and 4 tokens to the three lists,
 * none across turns. */
enum { NGRAM_LISTS = 3 };
void ngram_lists(const struct reading *r,
                 struct vec *lists /* [NGRAM_LISTS] of uint64_t */);
/* How many of them differ; scratch: a vec of uint64_t to work in. */
size_t ngrams_distinct(const struct vec *names, struct vec *scratch);

#endif
