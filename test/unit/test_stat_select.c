/* Clusters and diverse picks are the same on every run and thread count. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/parallel.h"
#include "base/rng.h"
#include "stat/kmeans.h"
#include "stat/mmr.h"
#include "stat/vector.h"

enum { COUNT = 600, DIMENSIONS = 37 };

static float *random_points(uint64_t seed, size_t groups)
{
    float *points = mem_alloc(COUNT * DIMENSIONS * sizeof *points);
    struct rng rng = rng_at(seed, RNG_STREAM("points"), 0);
    for (size_t i = 0; i < COUNT; i++)
        for (size_t d = 0; d < DIMENSIONS; d++)
            points[i * DIMENSIONS + d] =
                (float)(rng_normal(&rng) + (d == i % groups ? 30 : 0));
    return points;
}

static void both_forms_of_the_dot_product_give_the_same_bits(void **state)
{
    (void)state;
    float a[200], b[200], rows[4], two[2];
    struct rng rng = rng_at(1, RNG_STREAM("dot"), 0);
    for (size_t i = 0; i < 200; i++) {
        a[i] = (float)rng_normal(&rng);
        b[i] = (float)rng_normal(&rng);
    }
    for (size_t n = 0; n <= 200; n++) {
        float fast = vector_dot(a, b, n), plain = vector_dot_plain(a, b, n);
        assert_memory_equal(&fast, &plain, sizeof fast);
    }
    memcpy(rows, (const float[]){1, 2, 3, 4}, sizeof rows);
    vector_dots((const float[]){1, 10}, rows, 2, 2, two);
    assert_true(two[0] == 21 && two[1] == 43);
    float zero[3] = {0}, long_one[] = {3, 4};
    assert_false(vector_normalise(zero, 3));
    assert_true(vector_normalise(long_one, 2));
    assert_true(fabsf(long_one[0] - 0.6f) < 1e-6f);
}

static void threads_change_no_bit_of_the_clusters(void **state)
{
    (void)state;
    float *points = random_points(3, 3);
    static size_t one[COUNT], four[COUNT];
    static float one_centres[20 * DIMENSIONS], four_centres[20 * DIMENSIONS];
    parallel_set_workers(1);
    struct kmeans_result a =
        kmeans(points, COUNT, DIMENSIONS, 20, 4, one, one_centres);
    parallel_set_workers(4);
    struct kmeans_result b =
        kmeans(points, COUNT, DIMENSIONS, 20, 4, four, four_centres);
    parallel_set_workers(0);
    assert_memory_equal(one, four, sizeof one);
    assert_memory_equal(one_centres, four_centres, sizeof one_centres);
    assert_true(a.inertia == b.inertia && a.rounds == b.rounds);
    free(points);
}

static void every_point_is_with_its_nearest_centre(void **state)
{
    (void)state;
    float *points = random_points(5, 4);
    static size_t cluster[COUNT];
    float centres[9 * DIMENSIONS];
    struct kmeans_result result =
        kmeans(points, COUNT, DIMENSIONS, 9, 1, cluster, centres);
    assert_true(result.rounds < KMEANS_ROUNDS_MAX);
    double inertia = 0;
    for (size_t i = 0; i < COUNT; i++) {
        double own = 0, least = INFINITY;
        for (size_t c = 0; c < 9; c++) {
            double sum = 0;
            for (size_t d = 0; d < DIMENSIONS; d++) {
                double off = (double)points[i * DIMENSIONS + d] -
                             (double)centres[c * DIMENSIONS + d];
                sum += off * off;
            }
            least = fmin(least, sum);
            own = c == cluster[i] ? sum : own;
        }
        assert_true(own <= least + 1e-3);
        inertia += own;
    }
    assert_true(fabs(inertia - result.inertia) < 1e-4 * inertia);
    free(points);
}

static void coinciding_points_leave_clusters_empty(void **state)
{
    (void)state;
    const float points[] = {1, 1, 1, 1, 1, 1, 5, 5};
    size_t cluster[4], members[4], used = 0;
    float centres[8];
    struct kmeans_result result = kmeans(points, 4, 2, 4, 1, cluster, centres);
    assert_int_equal(result.clusters, 4);
    assert_true(result.inertia == 0);
    kmeans_representatives(points, 4, 2, cluster, centres, 4, members);
    for (size_t c = 0; c < 4; c++)
        used += members[c] < 4;
    assert_int_equal(used, 2);
    assert_int_equal(cluster[0], cluster[2]);
    assert_int_not_equal(cluster[0], cluster[3]);
}

/* The definition, without memory of earlier comparisons. */
static void plain_mmr(const float *vectors, const double *relevance,
                      size_t wanted, double lambda, size_t *picked)
{
    bool taken[COUNT] = {false};
    for (size_t n = 0; n < wanted; n++) {
        double greatest = -INFINITY;
        for (size_t i = 0; i < COUNT; i++) {
            double nearest = n ? -INFINITY : 0;
            for (size_t k = 0; k < n; k++)
                nearest = fmax(
                    nearest,
                    (double)vector_dot(vectors + picked[k] * DIMENSIONS,
                                       vectors + i * DIMENSIONS, DIMENSIONS));
            double score = lambda * relevance[i] - (1 - lambda) * nearest;
            if (!taken[i] && score > greatest) {
                greatest = score;
                picked[n] = i;
            }
        }
        taken[picked[n]] = true;
    }
}

static void picks_equal_the_definition(void **state)
{
    (void)state;
    float *vectors = random_points(8, 6);
    double relevance[COUNT];
    size_t fast[40], plain[40];
    struct rng rng = rng_at(8, RNG_STREAM("relevance"), 0);
    for (size_t i = 0; i < COUNT; i++) {
        relevance[i] = rng_unit(&rng);
        vector_normalise(vectors + i * DIMENSIONS, DIMENSIONS);
    }
    for (double lambda = 0; lambda <= 1; lambda += 0.25) {
        assert_int_equal(
            mmr(vectors, COUNT, DIMENSIONS, relevance, lambda, 40, fast), 40);
        plain_mmr(vectors, relevance, 40, lambda, plain);
        assert_memory_equal(fast, plain, sizeof fast);
    }
    free(vectors);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_forms_of_the_dot_product_give_the_same_bits),
        cmocka_unit_test(threads_change_no_bit_of_the_clusters),
        cmocka_unit_test(every_point_is_with_its_nearest_centre),
        cmocka_unit_test(coinciding_points_leave_clusters_empty),
        cmocka_unit_test(picks_equal_the_definition),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
