/* Tests of llm/throttle.h: how many requests may be in flight. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include "llm/throttle.h"

static const struct throttle_options OPTIONS = {.window_start = 4,
                                                .window_max = 100,
                                                .increase = 1,
                                                .decrease = 0.5,
                                                .pause_ms = 1000,
                                                .pause_max_ms = 8000};

static size_t fill(struct throttle *t, int64_t now_ms)
{
    size_t sent = 0;
    while (throttle_may_send(t, now_ms)) {
        throttle_sent(t);
        sent++;
    }
    return sent;
}

/* One round trip in which everything in flight is answered well. */
static void answer_all(struct throttle *t)
{
    while (t->in_flight)
        throttle_answered(t);
}

static void sends_no_more_than_the_window(void **state)
{
    (void)state;
    struct throttle t;
    throttle_init(&t, &OPTIONS);
    assert_int_equal(fill(&t, 0), 4);
    assert_false(throttle_may_send(&t, 0));
    throttle_failed(&t);
    assert_int_equal(fill(&t, 0), 1);
}

static void grows_fast_until_the_first_refusal(void **state)
{
    (void)state;
    struct throttle t;
    throttle_init(&t, &OPTIONS);
    size_t last = 0;
    for (int round = 0; round < 12; round++) {
        last = fill(&t, 0);
        answer_all(&t);
    }
    assert_int_equal(last, 100);
    assert_true(t.window <= 100);
}

static void grows_by_the_increase_after_a_refusal(void **state)
{
    (void)state;
    struct throttle t;
    throttle_init(&t, &OPTIONS);
    t.window = 40;
    assert_true(throttle_refused(&t, throttle_sent(&t), 0, 0));
    assert_true(t.window > 19.9 && t.window < 20.1);
    for (int round = 1; round <= 10; round++) {
        fill(&t, 10);
        answer_all(&t);
    }
    /* ten windows of answers: ten requests more, where doubling gave 80 */
    assert_true(t.window > 28 && t.window < 30.1);
}

static void a_window_that_nobody_uses_does_not_grow(void **state)
{
    (void)state;
    struct throttle t;
    throttle_init(&t, &OPTIONS);
    for (int i = 0; i < 1000; i++) {
        throttle_sent(&t);
        throttle_answered(&t);
    }
    assert_true(t.window < 4.01);
}

static void shrinks_once_per_burst(void **state)
{
    (void)state;
    struct throttle t;
    throttle_init(&t, &OPTIONS);
    t.window = 64;
    uint64_t tickets[64];
    for (int i = 0; i < 64; i++)
        tickets[i] = throttle_sent(&t);
    int shrunk = 0;
    for (int i = 0; i < 64; i++)
        shrunk += throttle_refused(&t, tickets[i], 5, 100);
    assert_int_equal(shrunk, 1);
    assert_true(t.window > 31.9 && t.window < 32.1);
    /* what is sent afterwards is a new burst */
    uint64_t later = throttle_sent(&t);
    assert_true(throttle_refused(&t, later, 200, 100));
    assert_true(t.window < 16.1);
}

static void waits_as_long_as_it_was_told(void **state)
{
    (void)state;
    struct throttle t;
    throttle_init(&t, &OPTIONS);
    uint64_t ticket = throttle_sent(&t);
    throttle_refused(&t, ticket, 1000, 2500);
    assert_false(throttle_may_send(&t, 3499));
    assert_true(throttle_may_send(&t, 3500));
}

static void the_longest_told_wait_of_a_burst_holds(void **state)
{
    (void)state;
    struct throttle t;
    throttle_init(&t, &OPTIONS);
    uint64_t a = throttle_sent(&t), b = throttle_sent(&t);
    throttle_refused(&t, a, 0, 500);
    throttle_refused(&t, b, 10, 2000);
    assert_true(throttle_is_paused(&t, 2009));
    assert_false(throttle_is_paused(&t, 2010));
}

static void own_pauses_double_and_end_with_a_good_answer(void **state)
{
    (void)state;
    struct throttle t;
    throttle_init(&t, &OPTIONS);
    int64_t now = 0;
    const int64_t expected[] = {1000, 2000, 4000, 8000, 8000};
    for (int i = 0; i < 5; i++) {
        throttle_refused(&t, throttle_sent(&t), now, THROTTLE_NOT_TOLD);
        assert_int_equal(t.paused_until_ms - now, expected[i]);
        now = t.paused_until_ms;
    }
    throttle_sent(&t);
    throttle_answered(&t);
    throttle_refused(&t, throttle_sent(&t), now, THROTTLE_NOT_TOLD);
    assert_int_equal(t.paused_until_ms - now, 1000);
}

static void always_lets_one_through(void **state)
{
    (void)state;
    struct throttle t;
    throttle_init(&t, &OPTIONS);
    for (int i = 0; i < 50; i++)
        throttle_refused(&t, throttle_sent(&t), i, 0);
    assert_true(throttle_may_send(&t, 100));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sends_no_more_than_the_window),
        cmocka_unit_test(grows_fast_until_the_first_refusal),
        cmocka_unit_test(grows_by_the_increase_after_a_refusal),
        cmocka_unit_test(a_window_that_nobody_uses_does_not_grow),
        cmocka_unit_test(shrinks_once_per_burst),
        cmocka_unit_test(waits_as_long_as_it_was_told),
        cmocka_unit_test(the_longest_told_wait_of_a_burst_holds),
        cmocka_unit_test(own_pauses_double_and_end_with_a_good_answer),
        cmocka_unit_test(always_lets_one_through),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
