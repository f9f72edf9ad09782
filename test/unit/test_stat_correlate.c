/* Correlations, intervals and tests equal published values and repeat. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <math.h>
#include <string.h>

#include "base/parallel.h"
#include "base/rng.h"
#include "stat/bootstrap.h"
#include "stat/correlate.h"
#include "stat/mcnemar.h"

static const double x[] = {34, 25, 61, 33, 48, 50, 36, 38, 26};
static const double y[] = {3, 2, 3, 2.5, 2, 3.5, 3, 2.5, 2};

static void near(double got, double wanted, double within)
{
    if (!(fabs(got - wanted) <= within))
        fail_msg("%.12g is not %.12g", got, wanted);
}

static double of(enum correlate_kind kind, const double *a, const double *b,
                 size_t count)
{
    double r;
    struct err err = {0};
    if (!correlate(kind, a, b, count, &r, &err))
        fail_msg("%s", err.message);
    return r;
}

static void the_vectors_of_the_specification(void **state)
{
    (void)state;
    near(of(CORRELATE_PEARSON, x, y, 9), 0.521518, 1e-6);
    near(of(CORRELATE_SPEARMAN, x, y, 9), 0.580527, 1e-6);
}

static void published_rank_correlations(void **state)
{
    (void)state;
    const double a[] = {1, 2, 3, 4, 5}, b[] = {5, 6, 7, 8, 7};
    near(of(CORRELATE_SPEARMAN, a, b, 5), 0.8207826816681233, 1e-12);
    const double c[] = {12, 2, 1, 12, 2}, d[] = {1, 4, 7, 1, 0};
    near(of(CORRELATE_KENDALL, c, d, 5), -0.47140452079103173, 1e-12);
    near(of(CORRELATE_KENDALL, a, a, 5), 1, 1e-12);
}

static double sign(double value)
{
    return (value > 0) - (value < 0);
}

static void kendall_equals_counting_all_pairs(void **state)
{
    (void)state;
    print_message("seed 3\n");
    for (uint64_t round = 0; round < 300; round++) {
        struct rng rng = rng_at(3, RNG_STREAM("kendall"), round);
        double a[30], b[30], sum = 0, a_pairs = 0, b_pairs = 0, tau;
        size_t n = 2 + (size_t)rng_below(&rng, 28);
        for (size_t i = 0; i < n; i++) {
            a[i] = (double)rng_below(&rng, 6);
            b[i] = (double)rng_below(&rng, 6);
            for (size_t j = 0; j < i; j++) {
                sum += sign(a[i] - a[j]) * sign(b[i] - b[j]);
                a_pairs += a[i] != a[j];
                b_pairs += b[i] != b[j];
            }
        }
        bool defined = correlate(CORRELATE_KENDALL, a, b, n, &tau, NULL);
        assert_int_equal(defined, a_pairs > 0 && b_pairs > 0);
        if (defined)
            near(tau, sum / sqrt(a_pairs * b_pairs), 1e-12);
    }
}

static void equal_values_share_their_mean_rank(void **state)
{
    (void)state;
    double ranks[5];
    correlate_ranks((const double[]){3, 1, 3, 2, 3}, 5, ranks);
    const double wanted[] = {4, 1, 4, 2, 4};
    assert_memory_equal(ranks, wanted, sizeof wanted);
}

static void constant_short_or_broken_lists_have_no_correlation(void **state)
{
    (void)state;
    const double same[] = {2, 2, 2}, odd[] = {1, 2, INFINITY};
    for (int kind = CORRELATE_PEARSON; kind <= CORRELATE_KENDALL; kind++) {
        double r = 7;
        struct err err = {0};
        assert_false(
            correlate((enum correlate_kind)kind, same, x, 3, &r, &err));
        assert_int_equal(err.code, ERR_UNDEFINED);
        assert_non_null(strstr(err.message, "constant"));
        assert_false(correlate((enum correlate_kind)kind, x, y, 1, &r, &err));
        assert_false(correlate((enum correlate_kind)kind, x, odd, 3, &r, &err));
        assert_non_null(strstr(err.message, "value 3"));
        near(r, 7, 0);
    }
}

static void permutation_p_values_repeat_and_make_sense(void **state)
{
    (void)state;
    double first, second, r[20], s[20];
    parallel_set_workers(1);
    assert_true(
        correlate_permute(CORRELATE_SPEARMAN, x, y, 9, 999, 42, &first, NULL));
    parallel_set_workers(4);
    assert_true(
        correlate_permute(CORRELATE_SPEARMAN, x, y, 9, 999, 42, &second, NULL));
    parallel_set_workers(0);
    near(first, second, 0);
    assert_true(first > 0.05 && first < 0.2); /* exact: about 0.10 */
    for (size_t i = 0; i < 20; i++)
        r[i] = s[i] = (double)i;
    assert_true(
        correlate_permute(CORRELATE_PEARSON, r, s, 20, 999, 1, &first, NULL));
    near(first, 0.001, 1e-12);
    struct err err = {0};
    assert_false(
        correlate_permute(CORRELATE_PEARSON, r, s, 20, 0, 1, &first, &err));
    assert_int_equal(err.code, ERR_USAGE);
}

static void columns_share_resamples_and_keep_their_intervals(void **state)
{
    (void)state;
    struct bootstrap_plan plan = {.resamples = 500, .level = 0.95, .seed = 9};
    const double *columns[] = {x, y};
    struct interval shared[2], alone[2];
    struct err err = {0};
    assert_true(bootstrap_means(columns, 2, 9, &plan, shared, NULL));
    assert_true(bootstrap_mean(x, 9, &plan, &alone[0], NULL));
    assert_true(bootstrap_mean(y, 9, &plan, &alone[1], NULL));
    assert_memory_equal(shared, alone, sizeof alone);
    assert_false(bootstrap_means(columns, 2, 0, &plan, shared, &err));
    plan.level = 1;
    assert_false(bootstrap_means(columns, 2, 9, &plan, shared, &err));
    assert_int_equal(err.code, ERR_USAGE);
}

static void bootstrap_intervals_repeat_and_hold_the_estimate(void **state)
{
    (void)state;
    struct bootstrap_plan plan = {.resamples = 2000, .level = 0.95, .seed = 9};
    struct interval one, two;
    parallel_set_workers(1);
    assert_true(bootstrap_mean(x, 9, &plan, &one, NULL));
    parallel_set_workers(3);
    assert_true(bootstrap_mean(x, 9, &plan, &two, NULL));
    parallel_set_workers(0);
    assert_memory_equal(&one, &two, sizeof one);
    near(one.estimate, 39, 1e-12);
    /* sd of the mean: 11.17 / 3 */
    near(one.low, 39 - 1.96 * 3.72, 1);
    near(one.high, 39 + 1.96 * 3.72, 1);
    assert_int_equal(one.used + one.undefined, 2000);
    assert_true(
        correlate_bootstrap(CORRELATE_PEARSON, x, y, 9, &plan, &one, NULL));
    assert_true(one.low < 0.521518 && one.high > 0.521518 && one.high <= 1);
}

static void paired_differences_are_drawn_together(void **state)
{
    (void)state;
    struct bootstrap_plan plan = {.resamples = 200, .level = 0.9, .seed = 9};
    double shifted[9];
    struct interval interval;
    for (size_t i = 0; i < 9; i++)
        shifted[i] = x[i] - 2;
    assert_true(bootstrap_difference(x, shifted, 9, &plan, &interval, NULL));
    near(interval.low, 2, 1e-12);
    near(interval.high, 2, 1e-12);
}

static bool rarely_defined(const size_t *indices, size_t count, void *ctx,
                           double *value, struct err *err)
{
    (void)ctx;
    *value = 1;
    for (size_t i = 0; i < count; i++)
        if (indices[i] != i)
            return err_set(err, ERR_UNDEFINED, "not the sample");
    return true;
}

static void unusable_plans_and_statistics_are_refused(void **state)
{
    (void)state;
    struct interval interval;
    struct err err = {0};
    struct bootstrap_plan plan = {.resamples = 100, .level = 0.95};
    assert_false(bootstrap(5, rarely_defined, NULL, &plan, &interval, &err));
    assert_int_equal(err.code, ERR_UNDEFINED);
    assert_false(bootstrap_mean(x, 0, &plan, &interval, &err));
    assert_int_equal(err.code, ERR_UNDEFINED);
    plan.level = 1;
    assert_false(bootstrap_mean(x, 9, &plan, &interval, &err));
    assert_int_equal(err.code, ERR_USAGE);
    plan = (struct bootstrap_plan){.resamples = 0, .level = 0.5};
    assert_false(bootstrap_mean(x, 9, &plan, &interval, &err));
    assert_int_equal(err.code, ERR_USAGE);
}

static void mcnemar_equals_the_binomial_sums(void **state)
{
    (void)state;
    near(mcnemar_exact(10, 25), 0.01667384780012071, 1e-12);
    near(mcnemar_exact(9, 3), 0.14599609375, 1e-12);
    near(mcnemar_exact(0, 6), 0.03125, 1e-12);
    near(mcnemar_exact(500, 600), 0.0028195449914364275, 1e-12);
    near(mcnemar_exact(0, 0), 1, 0);
    near(mcnemar_exact(7, 7), 1, 0);
    double statistic, p;
    struct err err = {0};
    assert_true(mcnemar_chi_square(10, 25, true, &statistic, &p, NULL));
    near(statistic, 196.0 / 35, 1e-12);
    near(p, 0.01796, 1e-5);
    assert_true(mcnemar_chi_square(10, 25, false, &statistic, &p, NULL));
    near(statistic, 225.0 / 35, 1e-12);
    assert_false(mcnemar_chi_square(0, 0, false, &statistic, &p, &err));
    assert_int_equal(err.code, ERR_UNDEFINED);
    const bool a[] = {1, 1, 0, 0, 1}, b[] = {1, 0, 1, 0, 0};
    struct mcnemar_counts counts = mcnemar_count(a, b, 5);
    assert_int_equal(counts.both, 1);
    assert_int_equal(counts.only_first, 2);
    assert_int_equal(counts.only_second, 1);
    assert_int_equal(counts.neither, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_vectors_of_the_specification),
        cmocka_unit_test(published_rank_correlations),
        cmocka_unit_test(kendall_equals_counting_all_pairs),
        cmocka_unit_test(equal_values_share_their_mean_rank),
        cmocka_unit_test(constant_short_or_broken_lists_have_no_correlation),
        cmocka_unit_test(permutation_p_values_repeat_and_make_sense),
        cmocka_unit_test(columns_share_resamples_and_keep_their_intervals),
        cmocka_unit_test(bootstrap_intervals_repeat_and_hold_the_estimate),
        cmocka_unit_test(paired_differences_are_drawn_together),
        cmocka_unit_test(unusable_plans_and_statistics_are_refused),
        cmocka_unit_test(mcnemar_equals_the_binomial_sums),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
