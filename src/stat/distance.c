/* distance.c - see distance.h. */
#include "stat/distance.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "stat/describe.h"

static bool check_weights(const double *weights, size_t count, double *sum,
                          struct err *err)
{
    if (!describe_check(weights, count, err))
        return false;
    for (size_t i = 0; i < count; i++)
        if (weights[i] < 0)
            return err_set(err, ERR_UNDEFINED, "weight %zu is negative", i + 1);
    *sum = describe_sum(weights, count);
    if (!(*sum > 0) || !isfinite(*sum))
        return err_set(err, ERR_UNDEFINED,
                       "a distribution whose weights sum to %g", *sum);
    return true;
}

/* Part of the divergence of share from mean, in bits. */
static double part(double share, double mean)
{
    return share > 0 ? share * log2(share / mean) : 0;
}

bool distance_jensen_shannon(const double *p, const double *q, size_t count,
                             double *divergence, struct err *err)
{
    double p_sum, q_sum, sum = 0;
    if (!check_weights(p, count, &p_sum, err) ||
        !check_weights(q, count, &q_sum, err))
        return false;
    for (size_t i = 0; i < count; i++) {
        double x = p[i] / p_sum, y = q[i] / q_sum, mean = (x + y) / 2;
        sum += (part(x, mean) + part(y, mean)) / 2;
    }
    *divergence = sum < 0 ? 0 : sum > 1 ? 1 : sum; /* rounding only */
    return true;
}

/* Both samples in ascending order, in memory of their own. */
struct samples {
    double *a, *b; /* owned */
    size_t a_count, b_count;
};

static bool samples_init(struct samples *samples, const double *a,
                         size_t a_count, const double *b, size_t b_count,
                         struct err *err)
{
    if (a_count == 0 || b_count == 0)
        return err_set(err, ERR_UNDEFINED, "the %s sample has no values",
                       a_count == 0 ? "first" : "second");
    if (!describe_check(a, a_count, err) || !describe_check(b, b_count, err))
        return false;
    samples->a = mem_alloc(a_count * sizeof *a);
    samples->b = mem_alloc(b_count * sizeof *b);
    samples->a_count = a_count;
    samples->b_count = b_count;
    memcpy(samples->a, a, a_count * sizeof *a);
    memcpy(samples->b, b, b_count * sizeof *b);
    describe_sort(samples->a, a_count);
    describe_sort(samples->b, b_count);
    return true;
}

static void samples_release(struct samples *samples)
{
    free(samples->a);
    free(samples->b);
}

/* Walks the values of both in order: *i and *j are how many of each are at most
 * *value. Zero at the start; false at the end. */
static bool next_value(const struct samples *samples, size_t *i, size_t *j,
                       double *value)
{
    bool a_left = *i < samples->a_count, b_left = *j < samples->b_count;
    if (!a_left && !b_left)
        return false;
    *value = !b_left || (a_left && samples->a[*i] < samples->b[*j])
                 ? samples->a[*i]
                 : samples->b[*j];
    while (*i < samples->a_count && samples->a[*i] == *value)
        ++*i;
    while (*j < samples->b_count && samples->b[*j] == *value)
        ++*j;
    return true;
}

static double difference(const struct samples *samples, size_t i, size_t j)
{
    return fabs((double)i / (double)samples->a_count -
                (double)j / (double)samples->b_count);
}

bool distance_kolmogorov_smirnov(const double *a, size_t a_count,
                                 const double *b, size_t b_count,
                                 double *statistic, struct err *err)
{
    struct samples samples;
    if (!samples_init(&samples, a, a_count, b, b_count, err))
        return false;
    double greatest = 0, value;
    for (size_t i = 0, j = 0; next_value(&samples, &i, &j, &value);)
        greatest = fmax(greatest, difference(&samples, i, j));
    samples_release(&samples);
    *statistic = greatest;
    return true;
}

double distance_kolmogorov_smirnov_p(double statistic, size_t a_count,
                                     size_t b_count)
{
    double n = (double)a_count, m = (double)b_count;
    double scaled = statistic * sqrt(n * m / (n + m));
    if (scaled < 0.2) /* the series needs many terms where p is 1 */
        return 1;
    double sum = 0, sign = 1;
    for (int k = 1; k <= 100; k++, sign = -sign)
        sum += sign * exp(-2 * k * k * scaled * scaled);
    double p = 2 * sum;
    return p < 0 ? 0 : p > 1 ? 1 : p;
}

bool distance_wasserstein(const double *a, size_t a_count, const double *b,
                          size_t b_count, double *distance, struct err *err)
{
    struct samples samples;
    if (!samples_init(&samples, a, a_count, b, b_count, err))
        return false;
    double area = 0, value, height = 0, before = 0;
    for (size_t i = 0, j = 0; next_value(&samples, &i, &j, &value);) {
        area += height > 0 ? height * (value - before) : 0;
        height = difference(&samples, i, j);
        before = value;
    }
    samples_release(&samples);
    *distance = area;
    return true;
}

bool distance_wasserstein_weights(const double *positions, const double *p,
                                  const double *q, size_t count,
                                  double *distance, struct err *err)
{
    double p_sum, q_sum, area = 0, height = 0;
    if (!describe_check(positions, count, err) ||
        !check_weights(p, count, &p_sum, err) ||
        !check_weights(q, count, &q_sum, err))
        return false;
    for (size_t i = 0; i < count; i++) {
        if (i > 0 && positions[i] < positions[i - 1])
            return err_set(err, ERR_USAGE,
                           "position %zu is below the one before", i + 1);
        if (i > 0)
            area += fabs(height) * (positions[i] - positions[i - 1]);
        height += p[i] / p_sum - q[i] / q_sum;
    }
    *distance = area;
    return true;
}
