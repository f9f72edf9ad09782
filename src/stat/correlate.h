/* correlate.h - do two lists of numbers rise and fall together?
 *
 *     double r, p;
 *     if (!correlate(CORRELATE_SPEARMAN, x, y, n, &r, &err) ||
 *         !correlate_permute(CORRELATE_SPEARMAN, x, y, n, 9999, seed, &p,
 * &err)) puts(err.message);                   // undefined, and why
 *
 * A coefficient is undefined (ERR_UNDEFINED) for fewer than two pairs, for
 * values that are not finite, and where one list is constant. Random numbers
 * are counted from the seed: results do not depend on the number of threads.
 */
#ifndef STAT_CORRELATE_H
#define STAT_CORRELATE_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "stat/bootstrap.h"

enum correlate_kind {
    CORRELATE_PEARSON,
    CORRELATE_SPEARMAN, /* Pearson of mean ranks */
    CORRELATE_KENDALL   /* tau-b (Kendall 1945), by sorting (Knight 1966) */
};

MUST_USE bool correlate(enum correlate_kind kind, const double *x,
                        const double *y, size_t count, double *coefficient,
                        struct err *err);

/* Two-sided p-value: y is shuffled `permutations` times (1 to 1,000,000, else
 * ERR_USAGE); p = (1 + number with |r| as great) / (1 + permutations). */
MUST_USE bool correlate_permute(enum correlate_kind kind, const double *x,
                                const double *y, size_t count,
                                size_t permutations, uint64_t seed, double *p,
                                struct err *err);

/* Percentile interval over resampled pairs, see bootstrap.h. */
MUST_USE bool correlate_bootstrap(enum correlate_kind kind, const double *x,
                                  const double *y, size_t count,
                                  const struct bootstrap_plan *plan,
                                  struct interval *interval, struct err *err);

/* Ranks from 1, equal values share the mean of theirs. ranks: [count]. */
void correlate_ranks(const double *values, size_t count, double *ranks);

#endif
