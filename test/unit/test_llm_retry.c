/* Tests of llm/retry.h: classes of trouble and delays. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include "llm/retry.h"

static void statuses_have_the_class_that_fits(void **state)
{
    (void)state;
    const struct {
        int status;
        enum retry_class class;
    } cases[] = {
        {200, RETRY_NONE},      {204, RETRY_NONE},      {301, RETRY_REJECTED},
        {400, RETRY_REJECTED},  {401, RETRY_AUTH},      {403, RETRY_AUTH},
        {404, RETRY_REJECTED},  {408, RETRY_TRANSPORT}, {413, RETRY_REJECTED},
        {429, RETRY_CAPACITY},  {500, RETRY_TRANSPORT}, {501, RETRY_REJECTED},
        {502, RETRY_TRANSPORT}, {503, RETRY_TRANSPORT}, {504, RETRY_TRANSPORT},
        {529, RETRY_CAPACITY},  {0, RETRY_REJECTED},    {999, RETRY_REJECTED}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(retry_class_of_status(cases[i].status),
                         cases[i].class);
}

static void delays_stay_below_a_ceiling_that_doubles(void **state)
{
    (void)state;
    const struct retry_options options = {.base_ms = 100, .max_ms = 1000};
    const int64_t ceilings[] = {100, 200, 400, 800, 1000, 1000};
    for (int tries = 1; tries <= 6; tries++) {
        int64_t largest = 0;
        for (uint64_t id = 0; id < 400; id++) {
            int64_t delay = retry_delay_ms(&options, 7, id, tries);
            assert_in_range(delay, 0, ceilings[tries - 1]);
            largest = delay > largest ? delay : largest;
        }
        assert_true(largest > ceilings[tries - 1] * 9 / 10);
    }
}

static void delays_depend_on_the_request_and_its_try_only(void **state)
{
    (void)state;
    const struct retry_options options = {.base_ms = 100000, .max_ms = 1000000};
    int64_t one = retry_delay_ms(&options, 7, 12, 3);
    assert_int_equal(one, retry_delay_ms(&options, 7, 12, 3));
    assert_int_not_equal(one, retry_delay_ms(&options, 7, 13, 3));
    assert_int_not_equal(one, retry_delay_ms(&options, 8, 12, 3));
}

static void retry_after_is_read_in_all_its_forms(void **state)
{
    (void)state;
    /* Sun, 06 Nov 1994 08:49:37 GMT, the example of RFC 9110, 5.6.7 */
    const int64_t then = 784111777;
    int64_t ms = -1;
    assert_true(retry_after_ms(STR("120"), 0, &ms));
    assert_int_equal(ms, 120000);
    assert_true(retry_after_ms(STR(" 0.25 "), 0, &ms));
    assert_int_equal(ms, 250);
    assert_true(
        retry_after_ms(STR("Sun, 06 Nov 1994 08:49:37 GMT"), then - 30, &ms));
    assert_int_equal(ms, 30000);
    assert_true(
        retry_after_ms(STR("Sunday, 06-Nov-94 08:49:37 GMT"), then - 5, &ms));
    assert_int_equal(ms, 5000);
    assert_true(retry_after_ms(STR("Sun Nov  6 08:49:37 1994"), then - 1, &ms));
    assert_int_equal(ms, 1000);
    assert_true(
        retry_after_ms(STR("Sun, 06 Nov 1994 08:49:37 GMT"), then + 99, &ms));
    assert_int_equal(ms, 0);
    assert_true(retry_after_ms(STR("99999999999"), 0, &ms));
    assert_int_equal(ms, 86400000);
}

static void nonsense_is_no_retry_after(void **state)
{
    (void)state;
    int64_t ms = -1;
    const char *const bad[] = {
        "",           "soon", "-5",
        "12 parsecs", "nan",  "1e",
        "Sun",        "    ", "a very long value that is no date at all, no"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(retry_after_ms(str_of(bad[i]), 0, &ms));
    assert_int_equal(ms, -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(statuses_have_the_class_that_fits),
        cmocka_unit_test(delays_stay_below_a_ceiling_that_doubles),
        cmocka_unit_test(delays_depend_on_the_request_and_its_try_only),
        cmocka_unit_test(retry_after_is_read_in_all_its_forms),
        cmocka_unit_test(nonsense_is_no_retry_after),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
