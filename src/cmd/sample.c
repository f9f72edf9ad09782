/* sample.c - `anamnesis sample`: records drawn at random, in input order.
 *
 * Every record gets a random key from seed and position; the N smallest keys
 * stay. So the draw is uniform, needs one pass, and does not change with the
 * number of threads. */
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/rng.h"
#include "base/vec.h"
#include "cmd/cmd.h"
#include "cmd/look.h"

static const struct opt options[] = {
    {"count", 'n', "N", "how many records (10)"}, {0}};

struct drawn {
    uint64_t key, index;
    char *line; /* owned */
};

struct job {
    struct look look;
    struct vec heap; /* struct drawn; the largest key first */
    size_t count;
    uint64_t seed;
    struct buf line;
};

static struct drawn *at(struct job *job, size_t i)
{
    return vec_at(&job->heap, i);
}

static void swap(struct job *job, size_t i, size_t k)
{
    struct drawn kept = *at(job, i);
    *at(job, i) = *at(job, k);
    *at(job, k) = kept;
}

static void sink_down(struct job *job)
{
    for (size_t i = 0;;) {
        size_t largest = i, left = 2 * i + 1;
        for (size_t k = left; k < left + 2 && k < job->heap.count; k++)
            if (at(job, k)->key > at(job, largest)->key)
                largest = k;
        if (largest == i)
            return;
        swap(job, i, largest);
        i = largest;
    }
}

static void rise(struct job *job)
{
    for (size_t i = job->heap.count - 1; i > 0;) {
        size_t parent = (i - 1) / 2;
        if (at(job, parent)->key >= at(job, i)->key)
            return;
        swap(job, i, parent);
        i = parent;
    }
}

static bool one(const struct record *record, void *ctx)
{
    struct job *job = ctx;
    uint64_t index = job->look.records;
    struct rng rng = rng_at(job->seed, RNG_STREAM("sample"), index);
    struct drawn drawn = {rng_next(&rng), index, NULL};
    bool full = job->heap.count == job->count;
    if (job->count == 0 || (full && drawn.key >= at(job, 0)->key))
        return true;
    buf_reset(&job->line);
    record_write(record, &job->line);
    drawn.line = mem_copy_string(job->line.ptr, job->line.len);
    if (full) {
        free(at(job, 0)->line);
        *at(job, 0) = drawn;
        sink_down(job);
    } else {
        vec_push(&job->heap, &drawn);
        rise(job);
    }
    return true;
}

static int by_index(const void *a, const void *b)
{
    const struct drawn *x = a, *y = b;
    return x->index < y->index ? -1 : x->index > y->index;
}

static void print(struct job *job)
{
    struct arena arena;
    arena_init(&arena);
    if (job->heap.count)
        qsort(job->heap.items, job->heap.count, sizeof(struct drawn), by_index);
    for (size_t i = 0; i < job->heap.count; i++) {
        struct record record;
        arena_reset(&arena);
        if (record_parse(str_of(at(job, i)->line), &arena, &record, NULL))
            look_print(&job->look, &record);
        free(at(job, i)->line);
    }
    arena_release(&arena);
}

static int run(const struct args *args)
{
    struct err err = {0};
    struct job job = {0};
    int64_t count;
    if (!opt_int(args, "count", 10, 0, 10000000, &count, &err) ||
        !cmd_seed(args, &job.seed, &err))
        return cmd_fail(&err);
    job.count = (size_t)count;
    look_start(&job.look, args);
    vec_init(&job.heap, sizeof(struct drawn));
    buf_init(&job.line, BUF_MAX);
    bool ok = look_each(&job.look, one, &job, &err);
    int status = ok ? look_status(&job.look) : cmd_fail(&err);
    print(&job);
    vec_release(&job.heap);
    buf_release(&job.line);
    look_end(&job.look);
    return status;
}

const struct command cmd_sample = {
    .name = "sample",
    .operands = "[FILE…]",
    .summary = "draw records at random, in input order",
    .options = options,
    .details =
        "The same --seed draws the same records. With --json the records "
        "themselves.",
    .examples = "anamnesis sample -n 5 records.jsonl\n"
                "anamnesis sample -n 1000 --json --seed 7 records.jsonl > "
                "sample.jsonl",
    .operands_min = 0,
    .operands_max = SIZE_MAX,
    .run = run,
};
