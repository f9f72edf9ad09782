/* kmeans.c - see kmeans.h. */
#include "stat/kmeans.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/rng.h"

static double distance2(const float *a, const float *b, size_t d)
{
    double sum = 0;
    for (size_t i = 0; i < d; i++) {
        double gap = (double)a[i] - (double)b[i];
        sum += gap * gap;
    }
    return sum;
}

static size_t draw_far(const double *weights, size_t n, struct rng *rng)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += weights[i];
    if (!(sum > 0)) /* all vectors equal to a centre */
        return (size_t)rng_below(rng, n);
    return rng_weighted(rng, weights, n);
}

static void choose_centres(const float *vectors, size_t n, size_t d, size_t k,
                           uint64_t seed, float *centres)
{
    struct rng rng = rng_at(seed, RNG_STREAM("kmeans"), 0);
    double *nearest = mem_zero(n, sizeof *nearest);
    for (size_t i = 0; i < n; i++)
        nearest[i] = 1;
    for (size_t c = 0; c < k; c++) {
        size_t at = draw_far(nearest, n, &rng);
        memcpy(centres + c * d, vectors + at * d, d * sizeof *centres);
        for (size_t i = 0; i < n; i++) {
            double far = distance2(vectors + i * d, centres + c * d, d);
            if (c == 0 || far < nearest[i])
                nearest[i] = far;
        }
    }
    free(nearest);
}

static size_t assign(const float *vectors, size_t n, size_t d, size_t k,
                     const float *centres, size_t *cluster, double *gap)
{
    size_t moved = 0;
    for (size_t i = 0; i < n; i++) {
        size_t best = 0;
        double best_gap = INFINITY;
        for (size_t c = 0; c < k; c++) {
            double far = distance2(vectors + i * d, centres + c * d, d);
            if (far < best_gap) {
                best_gap = far;
                best = c;
            }
        }
        moved += cluster[i] != best;
        cluster[i] = best;
        gap[i] = best_gap;
    }
    return moved;
}

static size_t farthest(const double *gap, size_t n)
{
    size_t at = 0;
    for (size_t i = 1; i < n; i++)
        if (gap[i] > gap[at])
            at = i;
    return at;
}

static void move_centres(const float *vectors, size_t n, size_t d, size_t k,
                         size_t *cluster, double *gap, float *centres)
{
    double *sums = mem_zero(k * d, sizeof *sums);
    size_t *counts = mem_zero(k, sizeof *counts);
    for (size_t i = 0; i < n; i++) {
        counts[cluster[i]]++;
        for (size_t j = 0; j < d; j++)
            sums[cluster[i] * d + j] += (double)vectors[i * d + j];
    }
    for (size_t c = 0; c < k; c++) {
        if (counts[c] == 0) {
            size_t at = farthest(gap, n);
            gap[at] = 0;
            memcpy(centres + c * d, vectors + at * d, d * sizeof *centres);
            continue;
        }
        for (size_t j = 0; j < d; j++)
            centres[c * d + j] = (float)(sums[c * d + j] / (double)counts[c]);
    }
    free(sums);
    free(counts);
}

struct kmeans_result kmeans(const float *vectors, size_t n, size_t d, size_t k,
                            uint64_t seed, size_t *cluster, float *centres)
{
    struct kmeans_result result = {.clusters = k < n ? k : n};
    k = result.clusters;
    if (k == 0)
        return result;
    float *own = centres ? NULL : mem_zero(k * d, sizeof *own);
    float *c = centres ? centres : own;
    double *gap = mem_zero(n, sizeof *gap);
    choose_centres(vectors, n, d, k, seed, c);
    for (size_t i = 0; i < n; i++)
        cluster[i] = k; /* none: the first assignment moves all */
    while (assign(vectors, n, d, k, c, cluster, gap) &&
           result.rounds++ < KMEANS_ROUNDS_MAX)
        move_centres(vectors, n, d, k, cluster, gap, c);
    for (size_t i = 0; i < n; i++)
        result.inertia += gap[i];
    free(gap);
    free(own);
    return result;
}

void kmeans_representatives(const float *vectors, size_t n, size_t d,
                            const size_t *cluster, const float *centres,
                            size_t clusters, size_t *members)
{
    double *best = mem_zero(clusters, sizeof *best);
    for (size_t c = 0; c < clusters; c++) {
        best[c] = INFINITY;
        members[c] = n;
    }
    for (size_t i = 0; i < n; i++) {
        size_t c = cluster[i];
        double far = distance2(vectors + i * d, centres + c * d, d);
        if (far < best[c]) {
            best[c] = far;
            members[c] = i;
        }
    }
    free(best);
}
