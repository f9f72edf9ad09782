/* kmeans.c - see kmeans.h.
 *
 * Vectors are handled in blocks of fixed size; a block is one step of a
 * parallel loop and writes only to its own vectors, so threads change nothing.
 * What is summed over vectors is summed in their order by one thread: one pass
 * over the data, where the assignment makes one for every cluster.
 */
#include "stat/kmeans.h"

#include <assert.h>
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/parallel.h"
#include "base/rng.h"
#include "stat/vector.h"

enum { BLOCK = 64 };

struct job {
    const float *vectors; /* borrowed; [n x d] */
    size_t n, d, k;
    float *centres;  /* [k x d] */
    size_t *cluster; /* borrowed; [n] */
    float *gaps;     /* owned; [n], squared distance to the own centre */
    float *squares;  /* owned; [n], squared length of each vector */
    float *halves;   /* owned; [k], half the squared length of each centre */
    size_t *sizes;   /* owned; [k] */
    size_t newest;   /* seeding: the centre placed last */
};

static const float *vector_at(const struct job *job, size_t i)
{
    return job->vectors + i * job->d;
}

static float *centre_at(const struct job *job, size_t c)
{
    return job->centres + c * job->d;
}

static void for_blocks(struct job *job, void (*one)(size_t, size_t, void *))
{
    parallel_for((job->n + BLOCK - 1) / BLOCK, one, job);
}

static size_t block_end(const struct job *job, size_t block)
{
    size_t end = (block + 1) * BLOCK;
    return end < job->n ? end : job->n;
}

/* |v|^2 + |c|^2 - 2 v.c, not below 0 by rounding; exactly 0 when equal. */
static float gap_to(const struct job *job, size_t i, size_t c)
{
    float dot = vector_dot(vector_at(job, i), centre_at(job, c), job->d);
    float gap = job->squares[i] + 2 * (job->halves[c] - dot);
    return gap > 0 ? gap : 0;
}

static void measure_block(size_t block, size_t worker, void *ctx)
{
    (void)worker;
    struct job *job = ctx;
    for (size_t i = block * BLOCK; i < block_end(job, block); i++) {
        const float *vector = vector_at(job, i);
        for (size_t j = 0; j < job->d; j++)
            assert(fabsf(vector[j]) <= KMEANS_VALUE_MAX);
        job->squares[i] = vector_dot(vector, vector, job->d);
        job->gaps[i] = FLT_MAX;
    }
}

/* Seeding: the gap to the nearest centre so far. */
static void update_block(size_t block, size_t worker, void *ctx)
{
    (void)worker;
    struct job *job = ctx;
    for (size_t i = block * BLOCK; i < block_end(job, block); i++)
        job->gaps[i] = fminf(job->gaps[i], gap_to(job, i, job->newest));
}

/* A vector drawn with probability in proportion to its gap. */
static size_t draw(const struct job *job, struct rng *rng)
{
    size_t last = 0;
    double sum = 0;
    for (size_t i = 0; i < job->n; i++)
        sum += (double)job->gaps[i];
    if (!(sum > 0)) /* all vectors equal a centre */
        return (size_t)rng_below(rng, job->n);
    double mark = rng_unit(rng) * sum;
    for (size_t i = 0; i < job->n; i++) {
        if (!(job->gaps[i] > 0))
            continue;
        last = i;
        mark -= (double)job->gaps[i];
        if (mark < 0)
            break;
    }
    return last;
}

static void set_half(struct job *job, size_t c)
{
    const float *centre = centre_at(job, c);
    job->halves[c] = vector_dot(centre, centre, job->d) / 2;
}

static void choose_centres(struct job *job, uint64_t seed)
{
    struct rng rng = rng_at(seed, RNG_STREAM("kmeans"), 0);
    for (size_t c = 0; c < job->k; c++) {
        size_t i = c == 0 ? (size_t)rng_below(&rng, job->n) : draw(job, &rng);
        memcpy(centre_at(job, c), vector_at(job, i),
               job->d * sizeof *job->centres);
        set_half(job, c);
        job->newest = c;
        for_blocks(job, update_block);
    }
}

static void assign_block(size_t block, size_t worker, void *ctx)
{
    (void)worker;
    struct job *job = ctx;
    for (size_t i = block * BLOCK; i < block_end(job, block); i++) {
        size_t best = 0;
        float best_score = -INFINITY; /* v.c - |c|^2 / 2: larger is nearer */
        for (size_t c = 0; c < job->k; c++) {
            float score =
                vector_dot(vector_at(job, i), centre_at(job, c), job->d) -
                job->halves[c];
            if (score > best_score) {
                best_score = score;
                best = c;
            }
        }
        job->cluster[i] = best;
        job->gaps[i] = gap_to(job, i, best);
    }
}

static void count_sizes(struct job *job)
{
    memset(job->sizes, 0, job->k * sizeof *job->sizes);
    for (size_t i = 0; i < job->n; i++)
        job->sizes[job->cluster[i]]++;
}

/* The vector with the largest gap among those that are not alone, or n. */
static size_t farthest(const struct job *job)
{
    size_t at = job->n;
    for (size_t i = 0; i < job->n; i++)
        if (job->sizes[job->cluster[i]] > 1 && job->gaps[i] > 0 &&
            (at == job->n || job->gaps[i] > job->gaps[at]))
            at = i;
    return at;
}

static void fill_empty(struct job *job)
{
    for (size_t c = 0; c < job->k; c++) {
        size_t at = job->sizes[c] == 0 ? farthest(job) : job->n;
        if (at == job->n)
            continue;
        job->sizes[job->cluster[at]]--;
        job->sizes[c] = 1;
        job->cluster[at] = c;
        job->gaps[at] = 0;
    }
}

/* Centres become the means of their vectors; empty ones stay. */
static void move_centres(struct job *job)
{
    double *sums = mem_zero(job->k * job->d, sizeof *sums);
    for (size_t i = 0; i < job->n; i++) {
        double *sum = sums + job->cluster[i] * job->d;
        for (size_t j = 0; j < job->d; j++)
            sum[j] += (double)vector_at(job, i)[j];
    }
    for (size_t c = 0; c < job->k; c++) {
        if (job->sizes[c] == 0)
            continue;
        for (size_t j = 0; j < job->d; j++)
            centre_at(job, c)[j] =
                (float)(sums[c * job->d + j] / (double)job->sizes[c]);
        set_half(job, c);
    }
    free(sums);
}

/* Lloyd's rounds; how many moved the centres. */
static size_t settle(struct job *job)
{
    size_t rounds = 0, bytes = job->n * sizeof *job->cluster;
    size_t *before = mem_zero(job->n, sizeof *before);
    memset(before, 0xFF, bytes); /* no cluster at all */
    for (;;) {
        for_blocks(job, assign_block);
        count_sizes(job);
        fill_empty(job);
        if (rounds == KMEANS_ROUNDS_MAX ||
            memcmp(before, job->cluster, bytes) == 0)
            break;
        memcpy(before, job->cluster, bytes);
        move_centres(job);
        rounds++;
    }
    free(before);
    return rounds;
}

struct kmeans_result kmeans(const float *vectors, size_t n, size_t d, size_t k,
                            uint64_t seed, size_t *cluster, float *centres)
{
    struct kmeans_result result = {.clusters = k < n ? k : n};
    k = result.clusters;
    if (k == 0)
        return result;
    float *own = centres ? NULL : mem_zero(k * d, sizeof *own);
    struct job job = {.vectors = vectors,
                      .n = n,
                      .d = d,
                      .k = k,
                      .centres = centres ? centres : own,
                      .cluster = cluster};
    job.gaps = mem_zero(n, sizeof *job.gaps);
    job.squares = mem_zero(n, sizeof *job.squares);
    job.halves = mem_zero(k, sizeof *job.halves);
    job.sizes = mem_zero(k, sizeof *job.sizes);
    for_blocks(&job, measure_block);
    choose_centres(&job, seed);
    result.rounds = settle(&job);
    for (size_t i = 0; i < n; i++)
        result.inertia += (double)gap_to(&job, i, cluster[i]);
    free(job.gaps);
    free(job.squares);
    free(job.halves);
    free(job.sizes);
    free(own);
    return result;
}

static double squared_distance(const float *a, const float *b, size_t d)
{
    double sum = 0;
    for (size_t j = 0; j < d; j++) {
        double gap = (double)a[j] - (double)b[j];
        sum += gap * gap;
    }
    return sum;
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
        double gap = squared_distance(vectors + i * d, centres + c * d, d);
        if (gap < best[c]) {
            best[c] = gap;
            members[c] = i;
        }
    }
    free(best);
}
