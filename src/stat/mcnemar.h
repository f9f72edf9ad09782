/* mcnemar.h - do two raters or systems succeed equally often on the same items?
 *
 *     // b: items that only the first got right, c: only the second
 *     double p = mcnemar_exact(b, c);
 *
 * Pure; any thread. Reference: McNemar 1947; exact form by the binomial
 * distribution with share 1/2.
 */
#ifndef STAT_MCNEMAR_H
#define STAT_MCNEMAR_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/* Two-sided exact p-value; 1 when there is no discordant pair. */
double mcnemar_exact(uint64_t b, uint64_t c);

/* (|b - c| - 1)^2 / (b + c) when corrected (Edwards 1948), else
 * (b - c)^2 / (b + c), with its p-value from chi-square with one degree of
 * freedom. ERR_UNDEFINED when b + c = 0. */
MUST_USE bool mcnemar_chi_square(uint64_t b, uint64_t c, bool corrected,
                                 double *statistic, double *p, struct err *err);

/* b, c and the concordant pairs, counted from two lists of outcomes. */
struct mcnemar_counts {
    uint64_t both, only_first, only_second, neither;
};
struct mcnemar_counts mcnemar_count(const bool *first, const bool *second,
                                    size_t count);

#endif
