/* bootstrap.h - how sure is a number? Percentile intervals by resampling.
 *
 *     struct bootstrap_plan plan = {.resamples = 2000, .level = 0.95, .seed =
 * 42}; struct interval interval; if (!bootstrap_mean(scores, n, &plan,
 * &interval, &err)) ...
 *     // interval.low .. interval.high around interval.estimate
 *
 * Percentile method (Efron 1979): the statistic is computed on `resamples`
 * samples drawn with replacement, and the quantiles (1 - level) / 2 and
 * (1 + level) / 2 of the results bound the interval. Resample i draws from its
 * own counted random numbers, so results do not depend on the number of
 * threads. Resamples on which the statistic is undefined are left out and
 * counted; more than half of them make the interval undefined.
 */
#ifndef STAT_BOOTSTRAP_H
#define STAT_BOOTSTRAP_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct bootstrap_plan {
    size_t resamples; /* 1 to BOOTSTRAP_RESAMPLES_MAX */
    double level;     /* in (0, 1), e.g. 0.95 */
    uint64_t seed;
};

enum { BOOTSTRAP_RESAMPLES_MAX = 1000000 };

struct interval {
    double estimate; /* of the sample itself */
    double low, high;
    size_t used;      /* resamples with a value */
    size_t undefined; /* resamples without; used + undefined = resamples */
};

/* The statistic of the items at indices[0 .. count - 1] (repeats occur); false
 * when it is undefined. Called by several threads at once. */
typedef bool bootstrap_statistic(const size_t *indices, size_t count, void *ctx,
                                 double *value, struct err *err);

/* ERR_USAGE for a plan out of range, ERR_UNDEFINED when the statistic of the
 * sample itself is undefined (its own words) or mostly so in resamples. */
MUST_USE bool bootstrap(size_t count, bootstrap_statistic *statistic, void *ctx,
                        const struct bootstrap_plan *plan,
                        struct interval *interval, struct err *err);

MUST_USE bool bootstrap_mean(const double *values, size_t count,
                             const struct bootstrap_plan *plan,
                             struct interval *interval, struct err *err);
/* The same for several columns of `count` values, on the same resamples: each
 * interval is that of bootstrap_mean, the draws are made once. Fails when a
 * value of any column is not finite. */
MUST_USE bool bootstrap_means(const double *const *columns, size_t column_count,
                              size_t count, const struct bootstrap_plan *plan,
                              struct interval *intervals /* [column_count] */,
                              struct err *err);
/* Mean of a[i] - b[i], pairs drawn together. */
MUST_USE bool bootstrap_difference(const double *a, const double *b,
                                   size_t count,
                                   const struct bootstrap_plan *plan,
                                   struct interval *interval, struct err *err);

#endif
