/* idset.c - see idset.h. An open-addressing table that is written out as a
 * sorted run when it is half full. A run keeps every FENCE-th hash in memory:
 * one read of a page decides what the filter could not. */
#include "corpus/idset.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/vec.h"
#include "corpus/peek.h"
#include "corpus/spool.h"

enum {
    SLOTS_FIRST = 4096,
    FENCE = 512,     /* hashes a page */
    BLOCK_WORDS = 8, /* 64 bits each: a filter block is a cache line */
    BLOCK_KEYS = 46, /* 512 bits / 46 = 11 bits a key */
    BITS_A_KEY = 6
};

struct run {
    struct span span;
    size_t count, block_count;
    uint64_t *fences; /* owned: the first hash of each page */
    uint64_t *filter; /* owned */
};

struct idset {
    uint64_t *slots; /* owned; 0 = free */
    size_t slot_count, held, count;
    struct vec runs;     /* struct run */
    struct spool *spool; /* owned, or NULL */
    bool memory_only;
};

struct idset *idset_new(size_t held)
{
    struct idset *set = mem_zero(1, sizeof *set);
    set->held = held;
    set->slot_count = held < SLOTS_FIRST ? held * 2 : SLOTS_FIRST;
    set->slots = mem_zero(set->slot_count, sizeof *set->slots);
    vec_init(&set->runs, sizeof(struct run));
    return set;
}

void idset_free(struct idset *set)
{
    if (!set)
        return;
    for (size_t i = 0; i < set->runs.count; i++) {
        struct run *run = vec_at(&set->runs, i);
        free(run->fences);
        free(run->filter);
    }
    vec_release(&set->runs);
    spool_close(set->spool);
    free(set->slots);
    free(set);
}

/* --- the table --- */

/* The slot of the hash, or the free one where it belongs. */
static size_t slot_of(const struct idset *set, uint64_t hash)
{
    size_t slot = (size_t)hash & (set->slot_count - 1);
    while (set->slots[slot] && set->slots[slot] != hash)
        slot = (slot + 1) & (set->slot_count - 1);
    return slot;
}

static void grow(struct idset *set)
{
    uint64_t *old = set->slots;
    size_t old_count = set->slot_count;
    set->slot_count *= 2;
    set->slots = mem_zero(set->slot_count, sizeof *set->slots);
    for (size_t i = 0; i < old_count; i++)
        if (old[i])
            set->slots[slot_of(set, old[i])] = old[i];
    free(old);
}

/* --- runs --- */

static uint64_t *block_of(const struct run *run, uint64_t hash)
{
    return run->filter + (hash >> 32) % run->block_count * BLOCK_WORDS;
}

/* The i-th bit of a hash in its block: nine bits each. */
static unsigned bit_of(uint64_t hash, int i)
{
    return (unsigned)((hash * 0x9E3779B97F4A7C15u) >> (i * 9)) & 511;
}

static bool may_hold(const struct run *run, uint64_t hash)
{
    const uint64_t *block = block_of(run, hash);
    for (int i = 0; i < BITS_A_KEY; i++) {
        unsigned bit = bit_of(hash, i);
        if (!(block[bit / 64] >> bit % 64 & 1))
            return false;
    }
    return true;
}

static bool page_holds(const struct idset *set, const struct run *run,
                       size_t page, uint64_t hash)
{
    uint64_t hashes[FENCE];
    size_t from = page * FENCE, have = 0,
           count = run->count - from < FENCE ? run->count - from : FENCE;
    struct span span = {run->span.offset + from * sizeof hash,
                        count * sizeof hash};
    struct source *source = spool_source(set->spool, span);
    ptrdiff_t got;
    while ((got = source_read(source, (char *)hashes + have, span.bytes - have,
                              NULL)) > 0)
        have += (size_t)got;
    source_close(source);
    for (size_t i = 0; i < have / sizeof hash; i++)
        if (hashes[i] == hash)
            return true;
    return false;
}

static bool run_holds(const struct idset *set, const struct run *run,
                      uint64_t hash)
{
    if (!may_hold(run, hash) || hash < run->fences[0])
        return false;
    size_t low = 0, high = (run->count + FENCE - 1) / FENCE;
    while (high - low > 1) {
        size_t middle = (low + high) / 2;
        if (run->fences[middle] <= hash)
            low = middle;
        else
            high = middle;
    }
    return page_holds(set, run, low, hash);
}

static int by_value(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return x < y ? -1 : x > y;
}

static void index_run(struct run *run, const uint64_t *sorted)
{
    run->block_count = run->count / BLOCK_KEYS + 1;
    run->filter = mem_zero(run->block_count * BLOCK_WORDS, sizeof *run->filter);
    run->fences =
        mem_zero((run->count + FENCE - 1) / FENCE, sizeof *run->fences);
    for (size_t i = 0; i < run->count; i++) {
        uint64_t *block = block_of(run, sorted[i]);
        for (int k = 0; k < BITS_A_KEY; k++) {
            unsigned bit = bit_of(sorted[i], k);
            block[bit / 64] |= (uint64_t)1 << bit % 64;
        }
        if (i % FENCE == 0)
            run->fences[i / FENCE] = sorted[i];
    }
}

/* Writes the table out as a run. False where there is no room for it; the
 * table is as it was then. */
static bool spill(struct idset *set)
{
    if (!set->spool)
        set->spool = spool_open(NULL);
    if (!set->spool)
        return false;
    uint64_t *sorted = mem_alloc(set->count * sizeof *sorted);
    struct run run = {.count = 0};
    for (size_t i = 0; i < set->slot_count; i++)
        if (set->slots[i])
            sorted[run.count++] = set->slots[i];
    qsort(sorted, run.count, sizeof *sorted, by_value);
    struct source *source = memory_source(
        str_make((const char *)sorted, run.count * sizeof *sorted), NULL);
    bool ok = spool_add(set->spool, source, SPOOL_BYTES_MAX, &run.span, NULL);
    source_close(source);
    if (ok) {
        index_run(&run, sorted);
        vec_push(&set->runs, &run);
        memset(set->slots, 0, set->slot_count * sizeof *set->slots);
        set->count = 0;
    }
    free(sorted);
    return ok;
}

/* --- the set --- */

bool idset_has(struct idset *set, uint64_t hash)
{
    hash += hash == 0;
    if (set->slots[slot_of(set, hash)])
        return true;
    for (size_t i = set->runs.count; i-- > 0;)
        if (run_holds(set, vec_at(&set->runs, i), hash))
            return true;
    return false;
}

bool idset_add(struct idset *set, uint64_t hash)
{
    hash += hash == 0;
    if (idset_has(set, hash))
        return false;
    if (set->count * 2 >= set->slot_count) {
        if (set->count >= set->held && !set->memory_only)
            set->memory_only = !spill(set);
        if (set->count) /* not spilled */
            grow(set);
    }
    set->slots[slot_of(set, hash)] = hash;
    set->count++;
    return true;
}
