/* F1 equals scikit-learn's: the values below are those of f1_score of
 * scikit-learn 1.2.1 on drawn labels whose counts are given. */
#include "check.h"

#include "stat/f1.h"

static void averages_equal(const struct f1_counts *counts, size_t count,
                           const double *want)
{
    for (enum f1_kind k = F1_MACRO; k <= F1_WEIGHTED; k++) {
        double value;
        assert_true(f1_average(k, counts, count, &value, NULL));
        assert_close(value, want[k], 1e-12);
    }
}

static void items_with_several_labels_average_as_in_scikit_learn(void **state)
{
    (void)state;
    const struct f1_counts counts[] = {
        {3, 5, 7}, {4, 4, 3}, {1, 5, 5}, {6, 7, 4}, {4, 0, 6}};
    averages_equal(counts, 5,
                   (const double[]){0.4253002070393375, 0.4390243902439025,
                                    0.4418219461697722});
}

static void items_with_one_label_average_as_in_scikit_learn(void **state)
{
    (void)state;
    const struct f1_counts counts[] = {
        {12, 3, 4}, {3, 5, 2}, {6, 4, 4}, {7, 0, 2}};
    averages_equal(
        counts, 4,
        (const double[]){0.6776830024813896, 0.7, 0.7142447270471465});
}

static void a_label_of_predictions_only_counts_and_an_absent_one_does_not(
    void **state)
{
    (void)state;
    const struct f1_counts counts[] = {
        {1, 1, 1}, {0, 0, 0}, {2, 0, 1}, {0, 1, 0}};
    averages_equal(counts, 4, (const double[]){0.43333333333333335, 0.6, 0.68});
}

static void no_label_at_all_is_undefined(void **state)
{
    (void)state;
    const struct f1_counts none[2] = {0}, never_true[] = {{0, 3, 0}};
    struct err err = {0};
    double value;
    assert_false(f1_average(F1_MACRO, none, 2, &value, &err));
    assert_err(&err, ERR_UNDEFINED, "no label");
    assert_false(f1_average(F1_WEIGHTED, never_true, 1, &value, NULL));
    assert_true(f1_average(F1_MICRO, never_true, 1, &value, NULL));
    assert_close(value, 0, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(items_with_several_labels_average_as_in_scikit_learn),
        cmocka_unit_test(items_with_one_label_average_as_in_scikit_learn),
        cmocka_unit_test(
            a_label_of_predictions_only_counts_and_an_absent_one_does_not),
        cmocka_unit_test(no_label_at_all_is_undefined)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
