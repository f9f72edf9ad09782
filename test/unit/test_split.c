/* Groups stay whole and every stratum gets its number. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <math.h>
#include <stdio.h>

#include "curate/balance.h"
#include "curate/split.h"

enum { ROWS = 3000 };

static void names(size_t row, char group[32], char stratum[32])
{
    snprintf(group, 32, "case %zu", row / 3 * 7 % 1000);
    snprintf(stratum, 32, "task %zu", row * 2654435761u / 128 % 6);
}

static struct split *make(uint64_t seed)
{
    struct split *s = split_new(seed);
    for (size_t i = 0; i < ROWS; i++) {
        char group[32], stratum[32];
        names(i, group, stratum);
        split_add(s, str_of(group), str_of(stratum));
    }
    split_run(s, &(struct split_options){.test_per = 25, .dev_per = 10});
    return s;
}

static void groups_stay_whole_and_numbers_are_met(void **state)
{
    (void)state;
    struct split *s = make(1);
    enum split_side sides[1000];
    bool met[1000] = {false};
    for (size_t i = 0; i < ROWS; i++) {
        size_t group = i / 3 * 7 % 1000;
        assert_true(!met[group] || sides[group] == split_of(s, i));
        met[group] = true;
        sides[group] = split_of(s, i);
    }
    for (size_t i = 0; i < split_stratum_count(s); i++) {
        struct split_stratum item = split_stratum(s, i);
        assert_int_equal(item.wanted_test, 25);
        assert_in_range(item.sides[SPLIT_TEST], 24, 25);
        assert_int_equal(item.sides[0] + item.sides[1] + item.sides[2],
                         item.rows);
    }
    split_free(s);
}

static void the_seed_decides_alone(void **state)
{
    (void)state;
    struct split *a = make(5), *b = make(5), *c = make(6);
    size_t differ = 0;
    for (size_t i = 0; i < ROWS; i++) {
        assert_int_equal(split_of(a, i), split_of(b, i));
        differ += split_of(a, i) != split_of(c, i);
    }
    assert_true(differ > 0);
    split_free(a);
    split_free(b);
    split_free(c);
}

static void rows_without_a_group_stand_alone_and_the_number_is_exact(
    void **state)
{
    (void)state;
    struct split *s = split_new(3);
    for (size_t i = 0; i < 500; i++)
        split_add(s, (str){0}, i % 2 ? STR("a") : STR("b"));
    split_run(s, &(struct split_options){.test_per = 25});
    for (size_t i = 0; i < 2; i++)
        assert_int_equal(split_stratum(s, i).sides[SPLIT_TEST], 25);
    assert_int_equal(split_group_count(s), 500);
    split_free(s);
}

static struct balance *balance_of(size_t a, size_t b, double tau)
{
    struct balance *out = balance_new(1);
    for (size_t i = 0; i < a + b; i++) {
        char id[32];
        snprintf(id, sizeof id, "row %zu", i);
        balance_add(out, str_of(id), i < a ? STR("large") : STR("small"));
    }
    balance_plan(
        out, &(struct balance_options){.tau = tau, .cap = 3, .beta = 0.999});
    return out;
}

static void balance_tempers_caps_and_weighs(void **state)
{
    (void)state;
    struct balance *b = balance_of(900, 100, 0.5);
    struct balance_stratum large = balance_stratum(b, 0);
    struct balance_stratum small = balance_stratum(b, 1);
    assert_int_equal(large.target, 750); /* 30 : 10 of 1000 */
    assert_int_equal(small.target, 250);
    assert_int_equal(small.drawn, 100);
    assert_int_equal(small.repeated, 150);
    double mean = (900 * large.weight + 100 * small.weight) / 1000;
    assert_true(fabs(mean - 1) < 1e-12);
    assert_true(fabs(small.weight / large.weight - 3) < 1e-9);
    size_t copies = 0;
    for (size_t i = 900; i < 1000; i++) {
        assert_in_range(balance_copies(b, i), 2, 3);
        copies += balance_copies(b, i);
    }
    assert_int_equal(copies, 250);
    balance_free(b);
    b = balance_of(990, 10, 0); /* the cap holds */
    assert_int_equal(
        balance_stratum(b, 1).drawn + balance_stratum(b, 1).repeated, 30);
    balance_free(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(groups_stay_whole_and_numbers_are_met),
        cmocka_unit_test(the_seed_decides_alone),
        cmocka_unit_test(
            rows_without_a_group_stand_alone_and_the_number_is_exact),
        cmocka_unit_test(balance_tempers_caps_and_weighs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
