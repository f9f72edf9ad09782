/* Signatures find nearly all pairs that the exact join finds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/rng.h"
#include "curate/minhash.h"

enum { SETS = 4000, SIZE = 40 };

/* Every odd set is its predecessor with a few hashes changed. */
static void make_set(size_t index, uint64_t hashes[SIZE])
{
    struct rng rng = rng_at(3, RNG_STREAM("minhash sets"), index / 2);
    for (size_t i = 0; i < SIZE; i++)
        hashes[i] = rng_next(&rng);
    for (size_t i = 0; index % 2 && i < index / 2 % 6; i++)
        hashes[i] = rng_next(&rng);
}

static double similarity(size_t changed)
{
    return (double)(SIZE - changed) / (double)(SIZE + changed);
}

static void recall_is_what_the_banding_promises(void **state)
{
    (void)state;
    struct minhash *m = minhash_new((struct fraction){4, 5}, 0.99, 42);
    uint8_t *all = mem_zero(SETS, 1);
    memset(all, 1, SETS);
    for (size_t s = 0; s < SETS; s++) {
        uint64_t hashes[SIZE];
        uint32_t keys[MINHASH_BANDS_MAX];
        make_set(s, hashes);
        minhash_keys(m, hashes, SIZE, keys);
        minhash_add_keys(m, keys);
    }
    struct vec pairs;
    vec_init(&pairs, sizeof(struct minhash_pair));
    size_t cut;
    minhash_candidates(m, all, 256, &pairs, &cut);
    size_t wanted = 0, found = 0;
    for (size_t s = 0; s < SETS; s += 2)
        wanted += similarity(s / 2 % 6) >= 0.8;
    for (size_t i = 0; i < pairs.count; i++) {
        const struct minhash_pair *pair = vec_at(&pairs, i);
        found += pair->a % 2 == 0 && pair->b == pair->a + 1 &&
                 similarity(pair->a / 2 % 6) >= 0.8;
    }
    print_message("%zu of %zu pairs, %zu candidates\n", found, wanted,
                  pairs.count);
    assert_true((double)found >= 0.98 * (double)wanted);
    assert_true(pairs.count < SETS);
    assert_int_equal(cut, 0);
    vec_release(&pairs);
    free(all);
    minhash_free(m);
}

static void a_banding_reaches_its_recall(void **state)
{
    (void)state;
    for (uint64_t percent = 50; percent <= 95; percent += 5) {
        struct banding b =
            minhash_banding((struct fraction){percent, 100}, 0.99);
        assert_true(b.at_threshold >= 0.99);
        assert_in_range(b.bands, 1, MINHASH_BANDS_MAX);
        assert_in_range(b.rows, 1, MINHASH_ROWS_MAX);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(recall_is_what_the_banding_promises),
        cmocka_unit_test(a_banding_reaches_its_recall),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
