/* Near-duplicates are found, and only those: against brute force. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/rng.h"
#include "generate/near.h"

static const uint64_t seed = 20260901;

static int by_value(const void *left, const void *right)
{
    uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;
    return (a > b) - (a < b);
}

static void sort(uint64_t *items, size_t count)
{
    qsort(items, count, sizeof *items, by_value);
}

/* Two sorted sets: `shared` values in common and `own` more in each. */
static void make_pair(struct rng *rng, size_t shared, size_t own, uint64_t *a,
                      uint64_t *b)
{
    for (size_t i = 0; i < shared; i++)
        a[i] = b[i] = rng_next(rng);
    for (size_t i = shared; i < shared + own; i++) {
        a[i] = rng_next(rng);
        b[i] = rng_next(rng);
    }
    sort(a, shared + own);
    sort(b, shared + own);
}

static bool share_a_band(const struct near_sketch *a,
                         const struct near_sketch *b)
{
    for (size_t band = 0; band < NEAR_BANDS; band++)
        if (a->bands[band] == b->bands[band])
            return true;
    return false;
}

static size_t missed_pairs(size_t shared, size_t own, size_t trials)
{
    uint64_t *a = mem_zero(shared + own, sizeof *a);
    uint64_t *b = mem_zero(shared + own, sizeof *b);
    size_t missed = 0;
    for (size_t i = 0; i < trials; i++) {
        struct rng rng = rng_at(seed, shared * 1000 + own, i);
        make_pair(&rng, shared, own, a, b);
        struct near_sketch x, y;
        near_sketch_make(a, shared + own, &x);
        near_sketch_make(b, shared + own, &y);
        missed += !share_a_band(&x, &y);
    }
    free(a);
    free(b);
    return missed;
}

/* At J = 0.8 a pair is missed with probability 4.8e-8: none in these trials.
 * At J = 0.5 it is 0.127: the formula holds within five standard errors. */
static void pairs_at_the_threshold_share_a_band_in_sets_of_any_size(
    void **state)
{
    (void)state;
    print_message("seed %llu\n", (unsigned long long)seed);
    assert_int_equal(missed_pairs(8, 1, 10000), 0);
    assert_int_equal(missed_pairs(40, 5, 10000), 0);
    assert_int_equal(missed_pairs(160, 20, 4000), 0);
    assert_int_equal(missed_pairs(400, 50, 1500), 0);
    assert_int_equal(missed_pairs(3200, 400, 100), 0);
}

static void the_share_of_missed_pairs_follows_the_formula(void **state)
{
    (void)state;
    static const size_t sizes[] = {60, 200, 600};
    for (size_t i = 0; i < 3; i++) {
        size_t missed = missed_pairs(sizes[i], sizes[i] / 2, 4000);
        assert_in_range(missed, 4000 * 0.127 - 150, 4000 * 0.127 + 150);
    }
}

enum { SETS = 400, VALUES = 60 };

struct corpus {
    uint64_t values[SETS][VALUES];
    size_t counts[SETS];
};

/* Families of sets: each set keeps most values of its family. */
static struct corpus *make_corpus(void)
{
    struct corpus *corpus = mem_zero(1, sizeof *corpus);
    for (size_t i = 0; i < SETS; i++) {
        struct rng family = rng_at(seed, RNG_STREAM("family"), i / 8);
        struct rng own = rng_at(seed, RNG_STREAM("own"), i);
        double changed = rng_unit(&own) * 0.25;
        size_t count = 1 + rng_below(&family, VALUES);
        for (size_t j = 0; j < count; j++) {
            uint64_t value = rng_next(&family);
            if (rng_chance(&own, changed))
                value = rng_next(&own);
            corpus->values[i][j] = value;
        }
        corpus->counts[i] = count;
        sort(corpus->values[i], count);
    }
    return corpus;
}

static bool reference_is_near(const struct corpus *c, size_t i, size_t j)
{
    return jaccard_at_least(
        jaccard(c->values[i], c->counts[i], c->values[j], c->counts[j]),
        (struct fraction){4, 5});
}

static void every_near_pair_is_a_candidate_and_is_verified(void **state)
{
    (void)state;
    struct corpus *corpus = make_corpus();
    struct near *near = near_open();
    struct vec found;
    vec_init(&found, sizeof(struct near_candidate));
    size_t pairs = 0;
    for (size_t i = 0; i < SETS; i++) {
        struct near_sketch sketch;
        near_sketch_make(corpus->values[i], corpus->counts[i], &sketch);
        near_candidates(near, &sketch, (struct fraction){4, 5}, &found);
        for (size_t j = 0; j < i; j++) {
            bool candidate = false;
            for (size_t k = 0; k < found.count; k++) {
                struct near_candidate *item = vec_at(&found, k);
                candidate |= item->index == j && item->id == j + 7000;
            }
            bool is =
                near_is(corpus->values[i], corpus->counts[i], corpus->values[j],
                        corpus->counts[j], (struct fraction){4, 5});
            assert_int_equal(is, reference_is_near(corpus, i, j));
            assert_true(!is || candidate);
            pairs += is;
        }
        near_add(near, i + 7000, &sketch);
    }
    assert_true(pairs > 100);
    assert_int_equal(near_count(near), SETS);
    vec_release(&found);
    near_close(near);
    free(corpus);
}

static void candidates_come_with_most_bands_first_then_oldest(void **state)
{
    (void)state;
    struct near *near = near_open();
    struct near_sketch a = {.shingle_count = 100}, b;
    for (uint32_t band = 0; band < NEAR_BANDS; band++)
        a.bands[band] = band + 1;
    b = a;
    b.bands[3] = 99;
    near_add(near, 5, &b);
    near_add(near, 6, &a);
    near_add(near, 4, &b);
    b.shingle_count = 10; /* too small to reach 0.8 */
    near_add(near, 3, &b);
    struct vec found;
    vec_init(&found, sizeof(struct near_candidate));
    near_candidates(near, &a, (struct fraction){4, 5}, &found);
    assert_int_equal(found.count, 3);
    const struct near_candidate *items = found.items;
    assert_int_equal(items[0].id, 6);
    assert_int_equal(items[0].shared, 32);
    assert_int_equal(items[1].id, 5);
    assert_int_equal(items[2].id, 4);
    assert_int_equal(items[2].shared, 31);
    vec_release(&found);
    near_close(near);
}

static void an_empty_text_is_near_nothing(void **state)
{
    (void)state;
    struct near *near = near_open();
    struct near_sketch empty;
    near_sketch_make(NULL, 0, &empty);
    near_add(near, 1, &empty);
    struct vec found;
    vec_init(&found, sizeof(struct near_candidate));
    near_candidates(near, &empty, (struct fraction){4, 5}, &found);
    assert_int_equal(found.count, 0);
    assert_false(near_is(NULL, 0, NULL, 0, (struct fraction){4, 5}));
    assert_false(near_is(NULL, 0, NULL, 0, (struct fraction){0, 1}));
    vec_release(&found);
    near_close(near);
}

static void the_threshold_itself_counts_and_one_less_does_not(void **state)
{
    (void)state;
    uint64_t a[] = {1, 2, 3, 4, 5}, b[] = {1, 2, 3, 4}, c[] = {1, 2, 3, 9};
    assert_true(near_is(a, 5, b, 4, (struct fraction){4, 5}));
    assert_false(near_is(a, 5, b, 4, (struct fraction){801, 1000}));
    assert_false(near_is(a, 5, c, 4, (struct fraction){4, 5}));
}

/* 40,000 of the 1,000,000 that the bench adds. */
static void an_entry_takes_less_than_300_bytes(void **state)
{
    (void)state;
    struct near *near = near_open();
    struct near_sketch sketch = {.shingle_count = 300};
    for (uint64_t i = 0; i < 40000; i++) {
        struct rng rng = rng_at(seed, RNG_STREAM("many"), i);
        for (size_t band = 0; band < NEAR_BANDS; band++)
            sketch.bands[band] = (uint32_t)rng_next(&rng);
        near_add(near, i, &sketch);
        if (i >= 10000)
            assert_true(near_bytes(near) <= 300 * (i + 1));
    }
    near_close(near);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            pairs_at_the_threshold_share_a_band_in_sets_of_any_size),
        cmocka_unit_test(the_share_of_missed_pairs_follows_the_formula),
        cmocka_unit_test(every_near_pair_is_a_candidate_and_is_verified),
        cmocka_unit_test(candidates_come_with_most_bands_first_then_oldest),
        cmocka_unit_test(an_empty_text_is_near_nothing),
        cmocka_unit_test(the_threshold_itself_counts_and_one_less_does_not),
        cmocka_unit_test(an_entry_takes_less_than_300_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
