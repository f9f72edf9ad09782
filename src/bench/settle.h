/* settle.h - what several verdicts on the same thing come to.
 *
 *     double values[] = {7, 8, 4}, value;
 *     if (!settle_jury(STR("median"), values, 3, 3, &value)) …  // no verdict
 *     const char *outcome = settle_pair(1, 0.5, &value); // "inconsistent", 0.5
 *     settle_length(ratings, lengths, items, n, adjusted, &slope);
 *
 * Pure; any thread may call.
 */
#ifndef BENCH_SETTLE_H
#define BENCH_SETTLE_H

#include "base/str.h"

/* "mean", "median", or "majority": the value that most judges gave. False when
 * not more than half of the seats gave a verdict, or no value leads. The count
 * of values is at most SETTLE_SEATS_MAX (asserted). */
#define SETTLE_SEATS_MAX 64
bool settle_jury(str how, const double *values, size_t count, size_t seats,
                 double *value);

/* Two verdicts on a pair, both seen from the same answer: 1 better, 0 worse,
 * 0.5 neither; the second was given in the other order. "win", "loss" or "tie"
 * when they are the same, else "inconsistent", which counts as a tie. */
const char *settle_pair(double first, double swapped, double *value);

/* Ratings without the effect of length (a formula of ours): the slope of rating
 * on ln(length) within items, by least squares on the deviations from each
 * item's means,
 *
 *     slope = sum dx dy / sum dx^2,  dx = ln(length) - mean of its item,
 *                                    dy = rating - mean of its item,
 *     adjusted = rating - slope dx,
 *
 * so that each item keeps its mean. Lengths are at least 1, in characters or
 * words. Where better models also write more, the slope takes part of their
 * lead away: read it beside the rating, never instead. Slope 0 when no item has
 * answers of different length. */
void settle_length(const double *ratings, const double *lengths,
                   const size_t *items, size_t count, double *adjusted,
                   double *slope);

#endif
