/* mmr.c - see mmr.h.
 *
 * The largest similarity to the picked ones is kept per item and compared with
 * the item picked last only, so nothing is computed twice. Blocks of items are
 * steps of a parallel loop and write to their own items.
 */
#include "stat/mmr.h"

#include <assert.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/parallel.h"
#include "stat/vector.h"

enum { BLOCK = 256 };

struct job {
    const float *vectors; /* borrowed; [n x d] */
    size_t n, d;
    size_t newest;   /* picked last */
    double *nearest; /* owned; [n], largest similarity to those picked;
                        INFINITY: the item is picked */
};

static void compare_block(size_t block, size_t worker, void *ctx)
{
    (void)worker;
    struct job *job = ctx;
    const float *newest = job->vectors + job->newest * job->d;
    size_t end = (block + 1) * BLOCK;
    for (size_t i = block * BLOCK; i < end && i < job->n; i++) {
        if (job->nearest[i] == INFINITY)
            continue;
        double near =
            (double)vector_dot(newest, job->vectors + i * job->d, job->d);
        assert(isfinite(near));
        if (near > job->nearest[i])
            job->nearest[i] = near;
    }
}

/* The item of the largest score among those not picked. */
static size_t best_item(const struct job *job, const double *relevance,
                        double lambda, bool first)
{
    size_t best = job->n;
    double best_score = -INFINITY;
    for (size_t i = 0; i < job->n; i++) {
        if (job->nearest[i] == INFINITY)
            continue;
        double near = first ? 0 : job->nearest[i];
        double score = lambda * relevance[i] - (1 - lambda) * near;
        if (best == job->n || score > best_score) {
            best_score = score;
            best = i;
        }
    }
    return best;
}

size_t mmr(const float *vectors, size_t n, size_t d, const double *relevance,
           double lambda, size_t count_max, size_t *picked)
{
    size_t count = count_max < n ? count_max : n;
    struct job job = {.vectors = vectors, .n = n, .d = d};
    job.nearest = mem_alloc(n * sizeof *job.nearest);
    for (size_t i = 0; i < n; i++) {
        assert(isfinite(relevance[i]));
        job.nearest[i] = -INFINITY;
    }
    for (size_t p = 0; p < count; p++) {
        picked[p] = job.newest = best_item(&job, relevance, lambda, p == 0);
        job.nearest[job.newest] = INFINITY;
        if (p + 1 < count)
            parallel_for((n + BLOCK - 1) / BLOCK, compare_block, &job);
    }
    free(job.nearest);
    return count;
}
