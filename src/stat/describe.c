/* describe.c - see describe.h. */
#include "stat/describe.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

struct total {
    double sum, lost; /* lost: low-order bits the sum could not hold */
};

static void add(struct total *total, double value)
{
    double sum = total->sum + value;
    if (fabs(total->sum) >= fabs(value))
        total->lost += (total->sum - sum) + value;
    else
        total->lost += (value - sum) + total->sum;
    total->sum = sum;
}

static double value_of(const struct total *total)
{
    return total->sum + total->lost;
}

double describe_sum(const double *values, size_t count)
{
    struct total total = {0, 0};
    for (size_t i = 0; i < count; i++)
        add(&total, values[i]);
    return value_of(&total);
}

bool describe_check(const double *values, size_t count, struct err *err)
{
    for (size_t i = 0; i < count; i++)
        if (!isfinite(values[i]))
            return err_set(err, ERR_UNDEFINED,
                           "value %zu is not a finite number", i + 1);
    return true;
}

static bool need(size_t count, size_t least, const char *what, struct err *err)
{
    if (count >= least)
        return true;
    return err_set(err, ERR_UNDEFINED, "%s needs %zu value%s, there %s %zu",
                   what, least, least == 1 ? "" : "s",
                   count == 1 ? "is" : "are", count);
}

bool describe_mean(const double *values, size_t count, double *mean,
                   struct err *err)
{
    if (!need(count, 1, "the mean", err) || !describe_check(values, count, err))
        return false;
    *mean = describe_sum(values, count) / (double)count;
    return true;
}

/* Sum of (x[i] - m)(x[i + lag] - m). */
static double products(const double *values, size_t count, size_t lag,
                       double mean)
{
    struct total total = {0, 0};
    for (size_t i = 0; i + lag < count; i++)
        add(&total, (values[i] - mean) * (values[i + lag] - mean));
    return value_of(&total);
}

bool describe_variance(const double *values, size_t count,
                       enum describe_divisor divisor, double *variance,
                       struct err *err)
{
    double mean;
    size_t lost = divisor == DESCRIBE_SAMPLE;
    if (!need(count, 1 + lost, "the variance", err) ||
        !describe_mean(values, count, &mean, err))
        return false;
    *variance = products(values, count, 0, mean) / (double)(count - lost);
    return true;
}

bool describe_sd(const double *values, size_t count,
                 enum describe_divisor divisor, double *sd, struct err *err)
{
    double variance;
    if (!need(count, 1 + (divisor == DESCRIBE_SAMPLE), "the standard deviation",
              err) ||
        !describe_variance(values, count, divisor, &variance, err))
        return false;
    *sd = sqrt(variance);
    return true;
}

bool describe_variation(const double *values, size_t count, double *variation,
                        struct err *err)
{
    double mean, sd;
    if (!describe_mean(values, count, &mean, err) ||
        !describe_sd(values, count, DESCRIBE_POPULATION, &sd, err))
        return false;
    if (mean == 0)
        return err_set(err, ERR_UNDEFINED,
                       "the coefficient of variation of a mean of 0");
    *variation = sd / mean;
    return true;
}

bool describe_autocorrelation(const double *values, size_t count, size_t lag,
                              double *correlation, struct err *err)
{
    double mean;
    if (!need(count, lag + 1, "the autocorrelation", err) ||
        !describe_mean(values, count, &mean, err))
        return false;
    double squares = products(values, count, 0, mean);
    if (!(squares > 0))
        return err_set(err, ERR_UNDEFINED,
                       "the autocorrelation of equal values");
    *correlation = products(values, count, lag, mean) / squares;
    return true;
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

void describe_sort(double *values, size_t count)
{
    if (count > 1)
        qsort(values, count, sizeof *values, by_value);
}

double describe_quantile_sorted(const double *sorted, size_t count,
                                double share)
{
    double place = (double)(count - 1) * share;
    size_t below = (size_t)place;
    if (below + 1 >= count)
        return sorted[count - 1];
    double part = place - (double)below;
    return sorted[below] + part * (sorted[below + 1] - sorted[below]);
}

static double *sorted_copy(const double *values, size_t count)
{
    double *copy = mem_alloc(count * sizeof *copy);
    memcpy(copy, values, count * sizeof *copy);
    describe_sort(copy, count);
    return copy;
}

bool describe_quantile(const double *values, size_t count, double share,
                       double *quantile, struct err *err)
{
    if (!(share >= 0 && share <= 1))
        return err_set(err, ERR_USAGE, "a quantile of %g is not in [0, 1]",
                       share);
    if (!need(count, 1, "a quantile", err) ||
        !describe_check(values, count, err))
        return false;
    double *sorted = sorted_copy(values, count);
    *quantile = describe_quantile_sorted(sorted, count, share);
    free(sorted);
    return true;
}

bool describe_summarise(const double *values, size_t count,
                        struct describe_summary *summary, struct err *err)
{
    struct describe_summary made = {.count = count, .sd_defined = count > 1};
    if (!describe_mean(values, count, &made.mean, err) ||
        !describe_sd(values, count, DESCRIBE_POPULATION, &made.sd_population,
                     err) ||
        (made.sd_defined &&
         !describe_sd(values, count, DESCRIBE_SAMPLE, &made.sd, err)))
        return false;
    double *sorted = sorted_copy(values, count);
    made.minimum = sorted[0];
    made.quartile_1 = describe_quantile_sorted(sorted, count, 0.25);
    made.median = describe_quantile_sorted(sorted, count, 0.5);
    made.quartile_3 = describe_quantile_sorted(sorted, count, 0.75);
    made.maximum = sorted[count - 1];
    free(sorted);
    *summary = made;
    return true;
}

bool describe_histogram(const double *values, size_t count, double low,
                        double high, size_t bins, uint64_t *counts,
                        uint64_t *outside, struct err *err)
{
    if (bins == 0 || !(low < high) || !isfinite(high - low))
        return err_set(err, ERR_USAGE, "a histogram of %zu bins from %g to %g",
                       bins, low, high);
    memset(counts, 0, bins * sizeof *counts);
    *outside = 0;
    for (size_t i = 0; i < count; i++) {
        if (!(values[i] >= low && values[i] <= high)) {
            ++*outside; /* not-a-number too */
            continue;
        }
        size_t bin = (size_t)((values[i] - low) / (high - low) * (double)bins);
        counts[bin < bins ? bin : bins - 1]++;
    }
    return true;
}

bool describe_entropy(const double *weights, size_t count, double base,
                      double *entropy, struct err *err)
{
    if (!(base > 1) || !isfinite(base))
        return err_set(err, ERR_USAGE, "an entropy of base %g", base);
    if (!describe_check(weights, count, err))
        return false;
    for (size_t i = 0; i < count; i++)
        if (weights[i] < 0)
            return err_set(err, ERR_UNDEFINED, "weight %zu is negative", i + 1);
    double sum = describe_sum(weights, count);
    if (!(sum > 0) || !isfinite(sum))
        return err_set(err, ERR_UNDEFINED, "the entropy of weights of sum %g",
                       sum);
    struct total total = {0, 0};
    for (size_t i = 0; i < count; i++)
        if (weights[i] > 0)
            add(&total, -(weights[i] / sum) * log(weights[i] / sum));
    /* One weight alone: exactly 0, not -0. */
    *entropy = fabs(value_of(&total)) / log(base);
    return true;
}
