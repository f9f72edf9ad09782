/* K-means finds planted groups; MMR prefers what matters and differs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/rng.h"
#include "stat/kmeans.h"
#include "stat/mmr.h"

static void planted_groups_are_found_for_every_seed(void **state)
{
    (void)state;
    float v[30][2];
    struct rng rng = rng_at(7, 1, 0);
    for (int i = 0; i < 30; i++) {
        v[i][0] = (float)(i % 3) * 10 + (float)rng_unit(&rng);
        v[i][1] = (float)(i % 3 == 1) * 10 + (float)rng_unit(&rng);
    }
    for (uint64_t seed = 0; seed < 20; seed++) {
        size_t cluster[30], members[3];
        float centres[6];
        struct kmeans_result r =
            kmeans(&v[0][0], 30, 2, 3, seed, cluster, centres);
        assert_int_equal(r.clusters, 3);
        for (int i = 3; i < 30; i++)
            assert_int_equal(cluster[i], cluster[i % 3]);
        kmeans_representatives(&v[0][0], 30, 2, cluster, centres, 3, members);
        for (size_t c = 0; c < 3; c++)
            assert_int_equal(cluster[members[c]], c);
    }
}

static void equal_vectors_and_few_vectors_do_no_harm(void **state)
{
    (void)state;
    float v[4] = {1, 1, 1, 1};
    size_t cluster[4];
    struct kmeans_result r = kmeans(v, 4, 1, 9, 3, cluster, NULL);
    assert_int_equal(r.clusters, 4);
    assert_true(r.inertia == 0);
    r = kmeans(v, 0, 1, 3, 3, cluster, NULL);
    assert_int_equal(r.clusters, 0);
}

static void mmr_takes_the_relevant_then_the_different(void **state)
{
    (void)state;
    const float v[3][2] = {{1, 0}, {1, 0}, {0, 1}};
    const double relevance[3] = {1.0, 0.9, 0.5};
    size_t picked[3];
    assert_int_equal(mmr(&v[0][0], 3, 2, relevance, 0.5, 2, picked), 2);
    assert_int_equal(picked[0], 0);
    assert_int_equal(picked[1], 2); /* 0.25 against 0.45 - 0.5 */
    assert_int_equal(mmr(&v[0][0], 3, 2, relevance, 1.0, 9, picked), 3);
    assert_int_equal(picked[1], 1); /* relevance alone */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(planted_groups_are_found_for_every_seed),
        cmocka_unit_test(equal_vectors_and_few_vectors_do_no_harm),
        cmocka_unit_test(mmr_takes_the_relevant_then_the_different)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
