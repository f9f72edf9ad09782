/* The set of ids: never wrong, whatever lies in memory and whatever on disk. */
#include "check.h"

#include "base/rng.h"
#include "corpus/idset.h"

enum { COUNT = 20000 };

static uint64_t hash_at(uint64_t seed, size_t i)
{
    struct rng rng = rng_at(seed, 7, i);
    return rng_next(&rng);
}

static void what_was_added_is_there_and_nothing_else(void **state)
{
    (void)state;
    /* Twenty runs on disk, the rest in the table. */
    struct idset *set = idset_new(1024);
    for (size_t i = 0; i < COUNT; i++) {
        assert_false(idset_has(set, hash_at(1, i)));
        assert_true(idset_add(set, hash_at(1, i)));
    }
    for (size_t i = 0; i < COUNT; i++) {
        assert_true(idset_has(set, hash_at(1, i)));
        assert_false(idset_add(set, hash_at(1, i)));
        assert_false(idset_has(set, hash_at(2, i)));
    }
    idset_free(set);
}

static void neighbours_and_extremes_are_told_apart(void **state)
{
    (void)state;
    struct idset *set = idset_new(8);
    for (uint64_t i = 0; i < 1000; i++)
        assert_true(idset_add(set, i * 2 + 2));
    for (uint64_t i = 0; i < 1000; i++) {
        assert_false(idset_add(set, i * 2 + 2));
        assert_false(idset_has(set, i * 2 + 3));
    }
    assert_true(idset_add(set, UINT64_MAX));
    assert_false(idset_add(set, UINT64_MAX));
    idset_free(set);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_added_is_there_and_nothing_else),
        cmocka_unit_test(neighbours_and_extremes_are_told_apart)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
