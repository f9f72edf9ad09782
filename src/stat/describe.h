/* describe.h - a sample of numbers in a few numbers.
 *
 *     double turns[] = {34, 25, 61, 33, 48, 50, 36, 38, 26}, sd;
 *     if (!describe_sd(turns, 9, DESCRIBE_SAMPLE, &sd, &err))
 *         puts(err.message);                   // undefined, and why
 *
 * A statistic that has no value for the sample (too few values, a division by
 * zero) is reported as ERR_UNDEFINED with the reason and is never a NaN; so is
 * a value that is not finite. Sums are compensated (Neumaier 1974), so that
 * they do not depend on size or order noticeably. Pure; any thread.
 */
#ifndef STAT_DESCRIBE_H
#define STAT_DESCRIBE_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/* Divisor n - 1 (needs two values) or n. */
enum describe_divisor { DESCRIBE_SAMPLE, DESCRIBE_POPULATION };

/* 0 for no values. */
double describe_sum(const double *values, size_t count);

MUST_USE bool describe_mean(const double *values, size_t count, double *mean,
                            struct err *err);
MUST_USE bool describe_variance(const double *values, size_t count,
                                enum describe_divisor divisor, double *variance,
                                struct err *err);
MUST_USE bool describe_sd(const double *values, size_t count,
                          enum describe_divisor divisor, double *sd,
                          struct err *err);
/* Population standard deviation / mean; undefined when the mean is 0. */
MUST_USE bool describe_variation(const double *values, size_t count,
                                 double *variation, struct err *err);
/* sum (x[i] - m)(x[i + lag] - m) / sum (x[i] - m)^2 over the whole sample;
 * undefined for a constant sample or lag >= count. */
MUST_USE bool describe_autocorrelation(const double *values, size_t count,
                                       size_t lag, double *correlation,
                                       struct err *err);

/* Type 7 of Hyndman and Fan 1996 (the default of R and NumPy); share in [0, 1].
 * The values may come in any order. */
MUST_USE bool describe_quantile(const double *values, size_t count,
                                double share, double *quantile,
                                struct err *err);
/* The same of ascending finite values; count > 0. */
double describe_quantile_sorted(const double *sorted, size_t count,
                                double share);
/* Ascending order, in place. */
void describe_sort(double *values, size_t count);

struct describe_summary {
    size_t count;
    double mean;
    double sd; /* of the sample; meaningful when sd_defined */
    double sd_population;
    bool sd_defined; /* false for a single value */
    double minimum, quartile_1, median, quartile_3, maximum;
};

MUST_USE bool describe_summarise(const double *values, size_t count,
                                 struct describe_summary *summary,
                                 struct err *err);

/* Bins of equal width over [low, high]; a value on an edge belongs to the bin
 * on its right, `high` to the last. counts: [bins], overwritten. What lies
 * outside is counted in *outside, so that the counts add up to `count`.
 * ERR_USAGE unless bins > 0 and low < high are finite. */
MUST_USE bool describe_histogram(const double *values, size_t count, double low,
                                 double high, size_t bins, uint64_t *counts,
                                 uint64_t *outside, struct err *err);

/* Shannon entropy of weights (counts or probabilities, none negative) in units
 * of log base `base` > 1; undefined when they sum to 0. */
MUST_USE bool describe_entropy(const double *weights, size_t count, double base,
                               double *entropy, struct err *err);

/* True when all values are finite; otherwise ERR_UNDEFINED that names the first
 * that is not. */
MUST_USE bool describe_check(const double *values, size_t count,
                             struct err *err);

#endif
