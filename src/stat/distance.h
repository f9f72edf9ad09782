/* distance.h - how far apart are two distributions?
 *
 *     double divergence;
 *     if (!distance_jensen_shannon(ours, theirs, bins, &divergence, &err)) ...
 *
 * Distances without a value (no data, negative weights, not finite) are
 * reported as ERR_UNDEFINED with the reason. Pure; any thread.
 */
#ifndef STAT_DISTANCE_H
#define STAT_DISTANCE_H

#include <stddef.h>

#include "base/err.h"

/* Jensen-Shannon divergence, base 2, in [0, 1] (Lin 1991): the mean of the
 * Kullback-Leibler divergences of both from their mean. p and q: [count]
 * weights over the same categories, none negative; each is scaled to sum 1.
 * (The square root of the result is a metric.) */
MUST_USE bool distance_jensen_shannon(const double *p, const double *q,
                                      size_t count, double *divergence,
                                      struct err *err);

/* Two-sample Kolmogorov-Smirnov: the greatest difference of the empirical
 * distribution functions, in [0, 1]. */
MUST_USE bool distance_kolmogorov_smirnov(const double *a, size_t a_count,
                                          const double *b, size_t b_count,
                                          double *statistic, struct err *err);
/* Its asymptotic two-sided p-value (Kolmogorov 1933, Smirnov 1948) for a
 * statistic in [0, 1] and counts > 0. */
double distance_kolmogorov_smirnov_p(double statistic, size_t a_count,
                                     size_t b_count);

/* Wasserstein-1 (earth mover's) distance of two samples: the area between
 * their distribution functions, in the unit of the values. */
MUST_USE bool distance_wasserstein(const double *a, size_t a_count,
                                   const double *b, size_t b_count,
                                   double *distance, struct err *err);
/* The same of two weightings p and q of `count` ascending positions; each is
 * scaled to sum 1. ERR_USAGE when positions descend. */
MUST_USE bool distance_wasserstein_weights(const double *positions,
                                           const double *p, const double *q,
                                           size_t count, double *distance,
                                           struct err *err);

#endif
