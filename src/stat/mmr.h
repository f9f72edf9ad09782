/* mmr.h - pick items that matter and differ: maximal marginal relevance.
 *
 *     size_t picked[40];
 *     size_t count = mmr(vectors, n, d, relevance, 0.7, 40, picked);
 *
 * Carbonell and Goldstein (1998): repeatedly pick the item with the largest
 *     lambda × relevance − (1 − lambda) × max cosine to those picked.
 * Vectors have length 1 (or 0), so that the cosine is their dot product. Ties
 * go to the lower index. O(count × n × d), spread over threads without effect
 * on the result. Vectors and relevance are finite (asserted).
 */
#ifndef STAT_MMR_H
#define STAT_MMR_H

#include <stddef.h>

/* vectors: n × d, unit rows. relevance: n values. picked: room for count_max
 * indices, in order of picking. Returns how many: min(count_max, n). */
size_t mmr(const float *vectors, size_t n, size_t d, const double *relevance,
           double lambda, size_t count_max, size_t *picked);

#endif
