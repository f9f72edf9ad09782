/* Tests of llm/price.h: what tokens cost. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include "llm/price.h"

static void the_table_that_ships_is_read(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena);
    struct err err = {0};
    struct price_table table;
    assert_true(price_load(&table, &(struct list){0}, &arena, &err));
    assert_true(table.currency.len > 0);
    const struct price *p = price_of(&table, STR("example-large-1"));
    assert_non_null(p);
    double cost = price_cost(p, 1000000, 500000);
    assert_true(cost > 5.9999 && cost < 6.0001);
    arena_release(&arena);
}

static void the_closest_name_wins(void **state)
{
    (void)state;
    struct price prices[] = {{STR("gp-*"), 1, 1},   {STR("gp-4"), 2, 2},
                             {STR("gp-4-*"), 3, 3}, {STR("*"), 4, 4},
                             {STR("gp-4-*"), 5, 5}, {STR("other"), 6, 6}};
    struct price_table table = {STR("EUR"), {prices, 5}};
    const struct {
        const char *model;
        double prompt;
    } cases[] = {{"gp-4", 2},  {"gp-4-mini", 3}, {"gp-5", 1},
                 {"gp-4-", 3}, {"other", 4},     {"", 4}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct price *p = price_of(&table, str_of(cases[i].model));
        assert_non_null(p);
        assert_true(p->prompt == cases[i].prompt);
    }
    table.prices.count = 3;
    assert_null(price_of(&table, STR("unknown")));
}

static void own_entries_come_first(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena);
    struct err err = {0};
    struct price own[] = {{STR("example-large*"), 7, 9}};
    struct price_table table;
    assert_true(price_load(&table, &(struct list){own, 1}, &arena, &err));
    assert_true(price_of(&table, STR("example-large-1"))->prompt == 7);
    assert_non_null(price_of(&table, STR("example-small")));
    arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_table_that_ships_is_read),
        cmocka_unit_test(the_closest_name_wins),
        cmocka_unit_test(own_entries_come_first),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
