/* Aggregation against an example computed by hand. */
#include "check.h"

#include <math.h>

#include "bench/board.h"

static const struct bootstrap_plan plan = {500, 0.95, 7};

static void add_item(struct board *b, const char *id, const char *task,
                     const char *phase)
{
    struct record r = {.kind = RECORD_QUESTION, .id = str_of(id)};
    r.question.task = str_of(task);
    r.question.phase = str_of(phase);
    assert_true(board_add_item(b, &r));
}

static void score(struct board *b, const char *item, const char *model,
                  int64_t repeat, double value)
{
    const struct board_score s = {.item = str_of(item),
                                  .model = str_of(model),
                                  .repeat = repeat,
                                  .graded = value > 0,
                                  .value = value > 0 ? value : 0};
    assert_int_equal(board_add_score(b, &s), BOARD_ADDED);
}

/* Two tasks of one phase and one of another; m: q1 8 and 6, q2 4 and ungraded,
 * q3 10 and 9, q4 5 and 3. */
static struct board *example(void)
{
    struct board *b = board_new();
    add_item(b, "q1", "Triage", "Pre");
    add_item(b, "q2", "Triage", "Pre");
    add_item(b, "q3", "Plan", "Post");
    add_item(b, "q4", "Advice", "Post");
    const double values[4][2] = {{8, 6}, {4, 0}, {10, 9}, {5, 3}};
    const char *ids[] = {"q1", "q2", "q3", "q4"};
    for (size_t i = 0; i < 4; i++)
        for (int64_t k = 0; k < 2; k++)
            score(b, ids[i], "m", k, values[i][k]);
    return b;
}

static void means_are_over_items_whatever_their_repeats(void **state)
{
    (void)state;
    struct board *b = example();
    struct board_summary s;
    board_summarise(b, 0, BOARD_ALL, 0, &plan, &s);
    /* items 7, 4, 9.5, 4 */
    assert_close(s.mean, 24.5 / 4, 1e-12);
    assert_int_equal(s.graded, 7);
    assert_int_equal(s.ungraded, 1);
    assert_close(s.coverage, 7.0 / 8, 1e-12);
    /* repeats: (8+4+10+5)/4 = 6.75 and (6+9+3)/3 = 6 */
    assert_int_equal(s.repeats, 2);
    assert_close(s.sd, 0.75 / sqrt(2), 1e-12);
    assert_true(s.low <= s.mean && s.mean <= s.high);
    board_free(b);
}

static void groups_and_their_macro_average(void **state)
{
    (void)state;
    struct board *b = example();
    struct board_summary s;
    double macro;
    board_summarise(b, 0, BOARD_PHASE, 0, &plan, &s);
    assert_close(s.mean, 5.5, 1e-12);
    board_summarise(b, 0, BOARD_PHASE, 1, &plan, &s);
    assert_close(s.mean, 6.75, 1e-12);
    assert_true(board_macro(b, 0, BOARD_PHASE, &macro));
    assert_close(macro, 6.125, 1e-12);
    /* tasks 5.5, 9.5, 4 */
    assert_true(board_macro(b, 0, BOARD_TASK, &macro));
    assert_close(macro, 19.0 / 3, 1e-12);
    board_free(b);
}

static void a_model_without_a_graded_score_has_no_mean(void **state)
{
    (void)state;
    struct board *b = example();
    score(b, "q1", "silent", 0, 0);
    struct board_summary s;
    struct interval difference;
    size_t items;
    double macro;
    board_summarise(b, 1, BOARD_ALL, 0, &plan, &s);
    assert_false(s.has_mean || s.has_interval || s.has_sd);
    assert_int_equal(s.missing, 3);
    assert_close(s.coverage, 0, 0);
    assert_false(board_macro(b, 1, BOARD_TASK, &macro));
    assert_false(board_difference(b, 0, 1, &plan, &difference, &items));
    assert_int_equal(items, 0);
    board_free(b);
}

static void paired_differences_take_the_items_of_both(void **state)
{
    (void)state;
    struct board *b = example();
    score(b, "q1", "n", 0, 5);
    score(b, "q3", "n", 0, 5);
    struct interval difference;
    size_t items;
    assert_true(board_difference(b, 0, 1, &plan, &difference, &items));
    assert_int_equal(items, 2);
    assert_close(difference.estimate, (2 + 4.5) / 2, 1e-12);
    board_free(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(means_are_over_items_whatever_their_repeats),
        cmocka_unit_test(groups_and_their_macro_average),
        cmocka_unit_test(a_model_without_a_graded_score_has_no_mean),
        cmocka_unit_test(paired_differences_take_the_items_of_both)};
    return cmocka_run_group_tests(tests, temp_make, temp_remove);
}
