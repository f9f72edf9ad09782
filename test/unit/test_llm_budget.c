/* Tests of llm/budget.h: hard caps on rate, tokens and money. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include "llm/budget.h"

/* Sends as fast as allowed for `minutes`; the most in any half-open minute. */
static int64_t busiest_minute(int64_t cap, int minutes)
{
    static int64_t at[200000];
    struct budget b;
    size_t count = 0;
    budget_init(&b, &(struct budget_caps){.requests_per_minute = cap}, 0);
    for (int64_t now = 0; now < minutes * 60000;) {
        int64_t again;
        if (budget_ask(&b, 0, 0, now, &again) == BUDGET_GO) {
            budget_reserve(&b, 0, 0, now);
            budget_settle(&b, 0, 0, 0, 0);
            at[count++] = now;
        } else {
            assert_true(again > now);
            now = again;
        }
    }
    int64_t most = 0;
    for (size_t i = 0, j = 0; i < count; i++) {
        while (at[i] - at[j] >= 60000)
            j++;
        int64_t n = (int64_t)(i - j + 1);
        most = n > most ? n : most;
    }
    return most;
}

static void no_minute_holds_more_requests_than_the_cap(void **state)
{
    (void)state;
    const int64_t caps[] = {1, 2, 7, 60, 100, 1000, 9999};
    for (size_t i = 0; i < sizeof caps / sizeof *caps; i++) {
        int64_t most = busiest_minute(caps[i], 5);
        assert_true(most <= caps[i]);
        assert_true(most >= caps[i] * 9 / 10);
    }
}

static void tokens_that_were_overused_are_waited_for(void **state)
{
    (void)state;
    struct budget b;
    int64_t again;
    budget_init(&b, &(struct budget_caps){.tokens_per_minute = 6000}, 0);
    assert_int_equal(budget_ask(&b, 100, 0, 0, &again), BUDGET_GO);
    budget_reserve(&b, 100, 0, 0);
    budget_settle(&b, 100, 0, 6300, 0);
    assert_int_equal(budget_ask(&b, 100, 0, 0, &again), BUDGET_WAIT);
    /* 6,100 tokens of debt at about 95 a second */
    assert_in_range(again, 60000, 68000);
    assert_int_equal(budget_ask(&b, 100, 0, again, &again), BUDGET_GO);
}

static void a_request_above_the_bucket_goes_when_it_is_full(void **state)
{
    (void)state;
    struct budget b;
    int64_t again;
    budget_init(&b, &(struct budget_caps){.tokens_per_minute = 1000}, 0);
    assert_int_equal(budget_ask(&b, 50000, 0, 0, &again), BUDGET_GO);
    budget_reserve(&b, 50000, 0, 0);
    assert_int_equal(budget_ask(&b, 10, 0, 1000, &again), BUDGET_WAIT);
}

static void money_in_flight_counts(void **state)
{
    (void)state;
    struct budget b;
    int64_t again;
    budget_init(&b, &(struct budget_caps){.cost_total = 1.0}, 0);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(budget_ask(&b, 1, 0.3, 0, &again), BUDGET_GO);
        budget_reserve(&b, 1, 0.3, 0);
    }
    assert_int_equal(budget_ask(&b, 1, 0.3, 0, &again), BUDGET_WAIT);
    assert_true(again == BUDGET_NO_TIME);
    budget_settle(&b, 1, 0.3, 1, 0.05); /* cheaper than feared */
    assert_int_equal(budget_ask(&b, 1, 0.3, 0, &again), BUDGET_GO);
    budget_reserve(&b, 1, 0.3, 0);
    for (int i = 0; i < 3; i++)
        budget_settle(&b, 1, 0.3, 1, 0.3);
    assert_int_equal(budget_ask(&b, 1, 0.3, 0, &again), BUDGET_SPENT);
    assert_int_equal(budget_ask(&b, 1, 0.01, 0, &again), BUDGET_GO);
}

static void total_tokens_end_it(void **state)
{
    (void)state;
    struct budget b;
    int64_t again;
    budget_init(&b, &(struct budget_caps){.tokens_total = 100}, 0);
    budget_reserve(&b, 60, 0, 0);
    assert_int_equal(budget_ask(&b, 60, 0, 0, &again), BUDGET_WAIT);
    budget_settle(&b, 60, 0, 60, 0);
    assert_int_equal(budget_ask(&b, 60, 0, 0, &again), BUDGET_SPENT);
    assert_int_equal(budget_ask(&b, 40, 0, 0, &again), BUDGET_GO);
}

static void no_caps_mean_go(void **state)
{
    (void)state;
    struct budget b;
    int64_t again;
    budget_init(&b, &(struct budget_caps){0}, 0);
    for (int i = 0; i < 100000; i++) {
        assert_int_equal(budget_ask(&b, 1000000, 1e6, 0, &again), BUDGET_GO);
        budget_reserve(&b, 1000000, 1e6, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_minute_holds_more_requests_than_the_cap),
        cmocka_unit_test(tokens_that_were_overused_are_waited_for),
        cmocka_unit_test(a_request_above_the_bucket_goes_when_it_is_full),
        cmocka_unit_test(money_in_flight_counts),
        cmocka_unit_test(total_tokens_end_it),
        cmocka_unit_test(no_caps_mean_go),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
