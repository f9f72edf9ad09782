/* The rating table of the specification, row by row, and around it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "bench/rating.h"

static const double NONE = -1;

static double read_as(const char *text, enum rating_mode mode,
                      enum rating_pick pick)
{
    struct rating r = rating_read(str_of(text), mode, pick, 1, 10);
    return r.graded ? r.value : NONE;
}

static void the_table_of_the_specification_holds(void **state)
{
    (void)state;
    const struct {
        const char *text;
        double strict, lenient;
    } rows[] = {
        {"Rating: [[7]]", 7, 7},
        {"Rating: [[7.5]]", NONE, 7.5},
        {"Rating: [7]", NONE, 7},
        {"[[0]]", NONE, 0},
        {"ref [[5]] and so on Rating: [[8]]", 8, 8},
        {"[[8/10]]", NONE, 8},
        {"[[ 8 ]]", NONE, 8},
        {"[[Rating: 8]]", NONE, 8},
        {"nothing to see", NONE, NONE},
        {"", NONE, NONE},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_true(read_as(rows[i].text, RATING_STRICT, RATING_LAST) ==
                    rows[i].strict);
        assert_true(read_as(rows[i].text, RATING_LENIENT, RATING_LAST) ==
                    rows[i].lenient);
    }
    assert_true(
        read_as("ref [[5]] Rating: [[8]]", RATING_STRICT, RATING_FIRST) == 5);
}

static void what_is_outside_of_the_scale_is_no_rating(void **state)
{
    (void)state;
    const char *texts[] = {"[[11]]",  "[[-3]]",         "[[100]]", "[[7",
                           "[]",      "[[]]",           "[[ten]]", "[[7]",
                           "[[1e9]]", "[[99999999999]]"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        assert_true(read_as(texts[i], RATING_STRICT, RATING_LAST) == NONE);
        if (i != 7) /* "[[7]" holds [7] for a lenient reader */
            assert_true(read_as(texts[i], RATING_LENIENT, RATING_LAST) == NONE);
    }
}

static void double_brackets_win_over_single_ones(void **state)
{
    (void)state;
    assert_true(read_as("[[6]] see note [3]", RATING_LENIENT, RATING_LAST) ==
                6);
    assert_true(read_as("评分：[[评分：9]]", RATING_LENIENT, RATING_LAST) == 9);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_table_of_the_specification_holds),
        cmocka_unit_test(what_is_outside_of_the_scale_is_no_rating),
        cmocka_unit_test(double_brackets_win_over_single_ones)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
