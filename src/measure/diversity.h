/* diversity.h - how rich is the vocabulary of a sequence of tokens?
 *
 *     const uint32_t tokens[] = {0, 1, 2, 0, 1, 3, …};
 *     double mtld;
 *     if (!diversity_mtld(tokens, n, 0.72, &mtld, &err)) …   // undefined: why
 *
 * Tokens are numbered from 0 without gaps by the caller; equal numbers are
 * equal words. V types, N tokens. What has no value for the text (too short,
 * a division by zero) is ERR_UNDEFINED with the reason. Pure; any thread.
 */
#ifndef MEASURE_DIVERSITY_H
#define MEASURE_DIVERSITY_H

#include "base/err.h"
#include <stddef.h>
#include <stdint.h>

/* V/N, V/sqrt(N) (Guiraud 1954), V/sqrt(2N) (Carroll 1964). */
MUST_USE bool diversity_ttr(size_t types, size_t tokens, double *value,
                            struct err *err);
MUST_USE bool diversity_root_ttr(size_t types, size_t tokens, double *value,
                                 struct err *err);
MUST_USE bool diversity_cttr(size_t types, size_t tokens, double *value,
                             struct err *err);
/* (ln N - ln V) / (ln N)^2 (Maas 1972); undefined for N < 2. */
MUST_USE bool diversity_maas(size_t types, size_t tokens, double *value,
                             struct err *err);
/* Mean TTR of consecutive segments of `window` tokens, the rest left out
 * (Johnson 1944); of all windows of that length (MATTR: Covington, McFall
 * 2010). Undefined for shorter texts. */
MUST_USE bool diversity_msttr(const uint32_t *tokens, size_t count,
                              size_t window, double *value, struct err *err);
MUST_USE bool diversity_mattr(const uint32_t *tokens, size_t count,
                              size_t window, double *value, struct err *err);
/* McCarthy, Jarvis 2010: mean length of runs that keep a TTR above the
 * threshold, mean of both directions; the rest of a pass is a factor of
 * (1 - TTR) / (1 - threshold). Undefined where no factor arises (all words
 * differ). */
MUST_USE bool diversity_mtld(const uint32_t *tokens, size_t count,
                             double threshold, double *value, struct err *err);
/* HD-D (McCarthy, Jarvis 2007): sum over types of the chance to be among
 * `draws` tokens drawn without replacement, divided by draws. Undefined for
 * fewer tokens than draws. counts: [types], each > 0. */
MUST_USE bool diversity_hdd(const uint32_t *counts, size_t types, size_t draws,
                            double *value, struct err *err);
/* 10^4 (sum of squared counts - N) / N^2 (Yule 1944). */
MUST_USE bool diversity_yule_k(const uint32_t *counts, size_t types,
                               double *value, struct err *err);
/* Types that occur once, over all types. */
MUST_USE bool diversity_hapax(const uint32_t *counts, size_t types,
                              double *value, struct err *err);
/* Slope of ln(count) over ln(rank), least squares over all types in order of
 * falling counts (Zipf 1949); sorts counts. Undefined for fewer than two
 * types. */
MUST_USE bool diversity_zipf(uint32_t *counts, size_t types, double *slope,
                             struct err *err);

#endif
