/* Samples and distributions: published values, and no value where none is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <math.h>
#include <string.h>

#include "stat/describe.h"
#include "stat/distance.h"

static const double turns[] = {34, 25, 61, 33, 48, 50, 36, 38, 26};

static void near(double got, double wanted, double within)
{
    if (!(fabs(got - wanted) <= within))
        fail_msg("%.12g is not %.12g", got, wanted);
}

static void undefined(bool ok, const struct err *err, const char *word)
{
    assert_false(ok);
    assert_int_equal(err->code, ERR_UNDEFINED);
    if (!strstr(err->message, word))
        fail_msg("'%s' lacks '%s'", err->message, word);
}

static void the_published_dutch_corpus(void **state)
{
    (void)state;
    double mean, sample, population;
    assert_true(describe_mean(turns, 9, &mean, NULL));
    assert_true(describe_sd(turns, 9, DESCRIBE_SAMPLE, &sample, NULL));
    assert_true(describe_sd(turns, 9, DESCRIBE_POPULATION, &population, NULL));
    near(mean, 39, 1e-12);
    near(sample, 11.84, 0.005);
    near(population, 11.17, 0.005);
}

static void a_summary_holds_what_the_functions_give(void **state)
{
    (void)state;
    struct describe_summary summary;
    assert_true(describe_summarise(turns, 9, &summary, NULL));
    near(summary.mean, 39, 1e-12);
    near(summary.minimum, 25, 0);
    near(summary.quartile_1, 33, 0);
    near(summary.median, 36, 0);
    near(summary.quartile_3, 48, 0);
    near(summary.maximum, 61, 0);
    assert_true(describe_summarise(turns, 1, &summary, NULL));
    assert_false(summary.sd_defined);
    near(summary.sd_population, 0, 0);
}

static void quantiles_are_of_type_7(void **state)
{
    (void)state;
    const double values[] = {4, 1, 3, 2};
    double quantile;
    assert_true(describe_quantile(values, 4, 0.25, &quantile, NULL));
    near(quantile, 1.75, 1e-12);
    assert_true(describe_quantile(values, 4, 0.9, &quantile, NULL));
    near(quantile, 3.7, 1e-12);
    assert_true(describe_quantile(values, 4, 1, &quantile, NULL));
    near(quantile, 4, 0);
    struct err err = {0};
    assert_false(describe_quantile(values, 4, 1.1, &quantile, &err));
    assert_int_equal(err.code, ERR_USAGE);
}

static void sums_keep_small_numbers_beside_large_ones(void **state)
{
    (void)state;
    const double values[] = {1, 1e100, 1, -1e100};
    near(describe_sum(values, 4), 2, 0);
    near(describe_sum(values, 0), 0, 0);
}

static void variation_and_autocorrelation(void **state)
{
    (void)state;
    const double values[] = {1, 2, 3, 4}, zero[] = {-1, 1}, same[] = {2, 2};
    double result;
    struct err err = {0};
    assert_true(describe_variation(values, 4, &result, NULL));
    near(result, sqrt(1.25) / 2.5, 1e-12);
    assert_true(describe_autocorrelation(values, 4, 1, &result, NULL));
    near(result, 0.25, 1e-12); /* (0.75 - 0.25 + 0.75) / 5 */
    undefined(describe_variation(zero, 2, &result, &err), &err, "mean of 0");
    undefined(describe_autocorrelation(same, 2, 1, &result, &err), &err,
              "equal");
    undefined(describe_autocorrelation(values, 2, 2, &result, &err), &err,
              "needs 3");
}

static void what_has_no_value_says_so(void **state)
{
    (void)state;
    const double wrong[] = {1, NAN, 2};
    double result = 7;
    struct err err = {0};
    undefined(describe_mean(turns, 0, &result, &err), &err, "needs 1 value");
    undefined(describe_sd(turns, 1, DESCRIBE_SAMPLE, &result, &err), &err,
              "needs 2 values");
    undefined(describe_mean(wrong, 3, &result, &err), &err, "value 2");
    undefined(describe_quantile(wrong, 3, 0.5, &result, &err), &err, "value 2");
    near(result, 7, 0);
}

static void histogram_counts_add_up(void **state)
{
    (void)state;
    const double values[] = {0, 0.5, 1, 1.5, 2, -1, 3, NAN};
    uint64_t counts[2], outside;
    struct err err = {0};
    assert_true(describe_histogram(values, 8, 0, 2, 2, counts, &outside, NULL));
    assert_int_equal(counts[0], 2);
    assert_int_equal(counts[1], 3);
    assert_int_equal(outside, 3);
    assert_false(
        describe_histogram(values, 8, 2, 2, 2, counts, &outside, &err));
    assert_int_equal(err.code, ERR_USAGE);
}

static void entropy_of_counts(void **state)
{
    (void)state;
    const double even[] = {2, 2, 2, 2}, one[] = {0, 5}, none[] = {0, 0},
                 negative[] = {1, -1};
    double entropy;
    struct err err = {0};
    assert_true(describe_entropy(even, 4, 2, &entropy, NULL));
    near(entropy, 2, 1e-12);
    assert_true(describe_entropy(one, 2, 2, &entropy, NULL));
    near(entropy, 0, 0);
    undefined(describe_entropy(none, 2, 2, &entropy, &err), &err, "sum 0");
    undefined(describe_entropy(negative, 2, 2, &entropy, &err), &err,
              "negative");
}

static void jensen_shannon_lies_between_0_and_1(void **state)
{
    (void)state;
    const double left[] = {3, 0}, right[] = {0, 1}, even[] = {1, 1},
                 none[] = {0, 0};
    double divergence;
    struct err err = {0};
    assert_true(distance_jensen_shannon(left, right, 2, &divergence, NULL));
    near(divergence, 1, 1e-12);
    assert_true(distance_jensen_shannon(left, even, 2, &divergence, NULL));
    near(divergence, 0.311278124, 1e-9);
    assert_true(distance_jensen_shannon(even, even, 2, &divergence, NULL));
    near(divergence, 0, 1e-15);
    undefined(distance_jensen_shannon(left, none, 2, &divergence, &err), &err,
              "sum to 0");
}

static void kolmogorov_smirnov_of_two_samples(void **state)
{
    (void)state;
    const double a[] = {1, 2, 3, 4}, b[] = {3, 3, 5};
    double statistic;
    struct err err = {0};
    assert_true(distance_kolmogorov_smirnov(a, 4, b, 3, &statistic, NULL));
    near(statistic, 0.5, 1e-12);
    assert_true(distance_kolmogorov_smirnov(a, 4, a, 4, &statistic, NULL));
    near(statistic, 0, 0);
    undefined(distance_kolmogorov_smirnov(a, 4, b, 0, &statistic, &err), &err,
              "second");
    /* The 5 % point of the Kolmogorov distribution is 1.3581. */
    near(distance_kolmogorov_smirnov_p(1.3581 / 10, 200, 200), 0.05, 1e-4);
    near(distance_kolmogorov_smirnov_p(0, 10, 10), 1, 0);
    near(distance_kolmogorov_smirnov_p(1, 1000, 1000), 0, 1e-12);
}

static void wasserstein_is_the_area_between(void **state)
{
    (void)state;
    const double a[] = {0, 1, 3}, b[] = {5, 6, 8}, c[] = {7};
    double distance;
    struct err err = {0};
    assert_true(distance_wasserstein(a, 3, b, 3, &distance, NULL));
    near(distance, 5, 1e-12);
    assert_true(distance_wasserstein(a, 3, c, 1, &distance, NULL));
    near(distance, 7 - 4.0 / 3, 1e-12);
    const double places[] = {1.4, 3.4, 3.9, 4.5, 7.5, 7.8},
                 p[] = {0, 1.4, 0.9, 0, 3.1, 7.2}, q[] = {3.5, 0, 0, 3.2, 0, 0};
    assert_true(distance_wasserstein_weights(places, p, q, 6, &distance, NULL));
    near(distance, 4.0781331438047861, 1e-12);
    const double falling[] = {2, 1, 3, 4, 5, 6};
    assert_false(
        distance_wasserstein_weights(falling, p, q, 6, &distance, &err));
    assert_int_equal(err.code, ERR_USAGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_published_dutch_corpus),
        cmocka_unit_test(a_summary_holds_what_the_functions_give),
        cmocka_unit_test(quantiles_are_of_type_7),
        cmocka_unit_test(sums_keep_small_numbers_beside_large_ones),
        cmocka_unit_test(variation_and_autocorrelation),
        cmocka_unit_test(what_has_no_value_says_so),
        cmocka_unit_test(histogram_counts_add_up),
        cmocka_unit_test(entropy_of_counts),
        cmocka_unit_test(jensen_shannon_lies_between_0_and_1),
        cmocka_unit_test(kolmogorov_smirnov_of_two_samples),
        cmocka_unit_test(wasserstein_is_the_area_between),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
