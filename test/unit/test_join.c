/* The join finds exactly the pairs that comparing everything with everything
 * finds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/lines.h"
#include "base/mem.h"
#include "base/parallel.h"
#include "base/rng.h"
#include "curate/cluster.h"
#include "curate/join.h"

static const struct fraction thresholds[] = {
    {1, 2}, {3, 5},   {2, 3},  {7, 10},  {3, 4},
    {4, 5}, {17, 20}, {9, 10}, {19, 20}, {1, 1}};
enum { THRESHOLD_COUNT = sizeof thresholds / sizeof *thresholds };

static int by_value(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

/* A random set: fresh, or an edited copy of the one before. Small universes
 * make many ties of frequency and many near pairs. */
static size_t make_set(struct rng *rng, uint64_t universe, size_t size_max,
                       uint64_t *hashes, size_t before)
{
    size_t count = before;
    if (before == 0 || rng_chance(rng, 0.4)) {
        count = (size_t)rng_below(rng, size_max + 1);
        for (size_t i = 0; i < count; i++)
            hashes[i] = rng_below(rng, universe) << 40 | 77;
    } else if (rng_chance(rng, 0.8)) {
        for (size_t edits = (size_t)rng_below(rng, 4); edits > 0; edits--)
            hashes[rng_below(rng, count)] = rng_below(rng, universe) << 40 | 77;
    }
    if (count == 0)
        return 0;
    qsort(hashes, count, sizeof *hashes, by_value);
    size_t unique = 1;
    for (size_t i = 1; i < count; i++)
        if (hashes[i] != hashes[unique - 1])
            hashes[unique++] = hashes[i];
    return unique;
}

static struct sets *random_sets(uint64_t seed, size_t count, uint64_t universe,
                                size_t size_max)
{
    struct sets *sets = sets_new();
    struct rng rng = rng_at(seed, RNG_STREAM("join"), count);
    uint64_t *hashes = mem_zero(size_max + 1, sizeof *hashes);
    size_t size = 0;
    for (size_t i = 0; i < count; i++) {
        size = make_set(&rng, universe, size_max, hashes, size);
        sets_add(sets, hashes, size);
    }
    free(hashes);
    sets_freeze(sets);
    return sets;
}

static bool reaches(struct join_pair pair, struct fraction t)
{
    return pair.shared > 0 &&
           pair.shared * t.denominator >= pair.united * t.numerator;
}

/* Every pair of at least 1/2, without any filter, in order of (b, a). */
static struct vec all_pairs(const struct sets *sets)
{
    struct vec all;
    vec_init(&all, sizeof(struct join_pair));
    for (size_t b = 0; b < sets_group_count(sets); b++)
        for (size_t a = 0; a < b; a++) {
            struct join_pair pair = join_compare(sets, a, b);
            if (reaches(pair, (struct fraction){1, 2}))
                vec_push(&all, &pair);
        }
    return all;
}

static void check_threshold(const struct sets *sets, const struct vec *all,
                            struct fraction t, const uint8_t *sides)
{
    struct vec pairs;
    vec_init(&pairs, sizeof(struct join_pair));
    struct join_stats stats;
    join_exact(sets, t, sides, &pairs, &stats);
    assert_int_equal(stats.pairs, pairs.count);
    size_t at = 0;
    for (size_t i = 0; i < all->count; i++) {
        const struct join_pair *pair = vec_at(all, i);
        if (!reaches(*pair, t) || (sides && (sides[pair->a] | sides[pair->b]) !=
                                                (JOIN_LEFT | JOIN_RIGHT)))
            continue;
        assert_true(at < pairs.count);
        assert_memory_equal(pair, vec_at(&pairs, at), sizeof *pair);
        at++;
    }
    assert_int_equal(at, pairs.count);
    vec_release(&pairs);
}

static void check(const struct sets *sets, const uint8_t *sides)
{
    struct vec all = all_pairs(sets);
    for (size_t t = 0; t < THRESHOLD_COUNT; t++)
        check_threshold(sets, &all, thresholds[t], sides);
    vec_release(&all);
}

static void random_sets_at_every_threshold(void **state)
{
    (void)state;
    uint64_t seed = 20260101;
    print_message("seed %llu\n", (unsigned long long)seed);
    for (size_t round = 0; round < 24; round++) {
        uint64_t universe = 20 + round * round * 20;
        struct sets *sets =
            random_sets(seed + round, 300, universe, 2 + round * 3);
        check(sets, NULL);
        sets_free(sets);
    }
}

static void two_sides_meet_only_each_other(void **state)
{
    (void)state;
    struct sets *sets = random_sets(7, 400, 60, 12);
    uint8_t *sides = mem_zero(sets_group_count(sets), 1);
    for (size_t g = 0; g < sets_group_count(sets); g++)
        sides[g] = g % 3 ? JOIN_LEFT : JOIN_RIGHT;
    check(sets, sides);
    free(sides);
    sets_free(sets);
}

static void the_number_of_threads_changes_nothing(void **state)
{
    (void)state;
    struct vec one, three;
    vec_init(&one, sizeof(struct join_pair));
    vec_init(&three, sizeof(struct join_pair));
    struct join_stats stats;
    parallel_set_workers(1);
    struct sets *sets = random_sets(11, 20000, 4000, 20);
    join_exact(sets, (struct fraction){4, 5}, NULL, &one, &stats);
    sets_free(sets);
    parallel_set_workers(3);
    sets = random_sets(11, 20000, 4000, 20);
    join_exact(sets, (struct fraction){4, 5}, NULL, &three, &stats);
    sets_free(sets);
    parallel_set_workers(0);
    assert_true(one.count > 1000);
    assert_int_equal(one.count, three.count);
    assert_memory_equal(one.items, three.items,
                        one.count * sizeof(struct join_pair));
    vec_release(&one);
    vec_release(&three);
}

static void equal_sets_are_one_group_in_input_order(void **state)
{
    (void)state;
    const uint64_t a[] = {1, 2, 3}, b[] = {1, 2, 4};
    struct sets *sets = sets_new();
    sets_add(sets, b, 3);
    sets_add(sets, a, 3);
    sets_add(sets, NULL, 0);
    sets_add(sets, b, 3);
    sets_add(sets, a, 2);
    sets_freeze(sets);
    assert_int_equal(sets_group_count(sets), 3);
    assert_int_equal(sets_group(sets, 0).size, 2);
    assert_int_equal(sets_group(sets, 1).first, 0);
    assert_int_equal(sets_group(sets, 1).members, 2);
    assert_int_equal(sets_members(sets, 1)[1], 3);
    assert_int_equal(sets_group(sets, 2).first, 1);
    assert_int_equal(sets_id_count(sets), 2); /* 3 and 4 stand alone */
    sets_free(sets);
}

static void nothing_in_nothing_out(void **state)
{
    (void)state;
    struct sets *sets = sets_new();
    sets_add(sets, NULL, 0);
    sets_freeze(sets);
    check(sets, NULL);
    sets_free(sets);
    sets = sets_new();
    sets_freeze(sets);
    check(sets, NULL);
    sets_free(sets);
}

/* The opening turns of real dialogues, both units. */
static struct sets *real_sets(const char *path, const char *key, size_t rows,
                              enum shingle_unit unit, size_t length,
                              const char *lang)
{
    struct err err = {0};
    struct lines *in = lines_open(path, 0, &err);
    if (!in)
        return NULL;
    struct shingler *shingler;
    assert_true(shingler_open(&shingler, unit, length, lang, &err));
    struct vec hashes;
    vec_init(&hashes, sizeof(uint64_t));
    struct sets *sets = sets_new();
    str line;
    while (sets_count(sets) < rows && lines_next(in, &line, &err)) {
        size_t start = str_find(line, str_of(key), 0);
        if (start == STR_NONE)
            continue;
        start += strlen(key);
        size_t end = str_find_char(line, '"', start);
        shingle_set(shingler, str_slice(line, start, end), &hashes);
        sets_add(sets, hashes.items, hashes.count);
    }
    vec_release(&hashes);
    shingler_close(shingler);
    lines_close(in);
    sets_freeze(sets);
    return sets;
}

static void real_texts(void **state)
{
    (void)state;
    static const char path[] = "../shared/data/smilechat/"
                               "smilechat_1-30000.jsonl.zst";
    const char *rows = getenv("JOIN_TEST_ROWS");
    size_t count = rows ? (size_t)strtoul(rows, NULL, 10) : 1500;
    for (int unit = 0; unit < 2; unit++) {
        struct sets *sets =
            real_sets(path, "\"content\":\"", count,
                      unit ? SHINGLE_WORDS : SHINGLE_CHARS, unit ? 3 : 5, "zh");
        if (!sets) {
            print_message("%s is not here: skipped\n", path);
            skip();
        }
        print_message("%zu texts, %zu groups\n", sets_count(sets),
                      sets_group_count(sets));
        assert_true(sets_group_count(sets) > 100);
        check(sets, NULL);
        sets_free(sets);
    }
}

static void clusters_stand_for_their_first_row(void **state)
{
    (void)state;
    struct clusters *c = clusters_new(8);
    clusters_join(c, 6, 3);
    clusters_join(c, 7, 5);
    clusters_join(c, 3, 2);
    clusters_join(c, 2, 6);
    clusters_number(c);
    assert_int_equal(clusters_first(c, 6), 2);
    assert_int_equal(clusters_of(c, 3), 1);
    assert_int_equal(clusters_of(c, 7), 2);
    assert_int_equal(clusters_of(c, 0), 0);
    assert_int_equal(clusters_count(c), 2);
    assert_int_equal(clusters_largest(c), 3);
    clusters_free(c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_sets_at_every_threshold),
        cmocka_unit_test(two_sides_meet_only_each_other),
        cmocka_unit_test(the_number_of_threads_changes_nothing),
        cmocka_unit_test(equal_sets_are_one_group_in_input_order),
        cmocka_unit_test(nothing_in_nothing_out),
        cmocka_unit_test(real_texts),
        cmocka_unit_test(clusters_stand_for_their_first_row),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
