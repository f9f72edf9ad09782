/* near.c - see near.h.
 *
 * Each band is a hash table with chains. A dialogue is one entry that holds the
 * links of all its bands side by side, so that adding writes one place in
 * memory and the bucket heads; entries live in chunks that never move. Chains
 * have 6 to 12 links on average, which keeps the heads small; the 32 chains of
 * a lookup are walked in step, so their cache misses overlap.
 */
#include "generate/near.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum {
    CHUNK_ENTRIES = 128,
    BUCKETS_FIRST = 64, /* of each band */
    CHAIN_MAX = 12      /* mean length at which the buckets are doubled */
};
#define NONE UINT32_MAX

__extension__ typedef unsigned __int128 wide;

struct link {
    uint32_t key;
    uint32_t next; /* entry number, or NONE */
};

struct entry {
    uint64_t id;
    uint32_t shingle_count;
    struct link links[NEAR_BANDS];
};

struct near {
    struct entry **chunks; /* owned; CHUNK_ENTRIES each */
    size_t chunk_capacity;
    size_t count;
    uint32_t *heads;     /* owned; [band][bucket] entry number, or NONE */
    size_t bucket_count; /* a power of two */
};

/* --- sketches --- */

/* The finaliser of SplitMix64. */
static uint64_t mix(uint64_t x)
{
    x ^= x >> 30;
    x *= 0xBF58476D1CE4E5B9u;
    x ^= x >> 27;
    x *= 0x94D049BB133111EBu;
    return x ^ x >> 31;
}

/* An empty bin takes the minimum of another: all sets visit the bins in the
 * same order for the same empty bin, so that two sets agree with probability
 * J there too. The order is a full cycle: start and an odd step from a hash. */
static uint64_t donor_of(const uint64_t *minima, size_t bin)
{
    uint64_t order = mix(0x6E6561722E62696Eu + bin);
    size_t at = order % NEAR_BINS;
    size_t step = (order >> 32) | 1;
    for (size_t k = 0; k < NEAR_BINS; k++) {
        if (minima[at] != UINT64_MAX)
            break;
        at = (at + step) % NEAR_BINS;
    }
    return minima[at];
}

void near_sketch_make(const uint64_t *shingles, size_t count,
                      struct near_sketch *sketch)
{
    assert(count <= UINT32_MAX);
    memset(sketch, 0, sizeof *sketch);
    sketch->shingle_count = (uint32_t)count;
    if (count == 0)
        return;
    uint64_t minima[NEAR_BINS];
    memset(minima, 0xFF, sizeof minima);
    for (size_t i = 0; i < count; i++) {
        uint64_t value = mix(shingles[i]);
        size_t bin = value >> 57; /* 128 bins */
        if (value < minima[bin])
            minima[bin] = value;
    }
    uint64_t full[NEAR_BINS];
    for (size_t bin = 0; bin < NEAR_BINS; bin++)
        full[bin] =
            minima[bin] != UINT64_MAX ? minima[bin] : donor_of(minima, bin);
    for (size_t band = 0; band < NEAR_BANDS; band++) {
        uint64_t key = band;
        for (size_t row = 0; row < NEAR_ROWS; row++)
            key = mix(key ^ full[band * NEAR_ROWS + row]);
        sketch->bands[band] = (uint32_t)(key >> 32);
    }
}

/* --- the index --- */

struct near *near_open(void)
{
    struct near *near = mem_zero(1, sizeof *near);
    near->bucket_count = BUCKETS_FIRST;
    size_t bytes = NEAR_BANDS * near->bucket_count * sizeof *near->heads;
    near->heads = mem_alloc(bytes);
    memset(near->heads, 0xFF, bytes);
    return near;
}

void near_close(struct near *near)
{
    if (!near)
        return;
    size_t chunk_count = (near->count + CHUNK_ENTRIES - 1) / CHUNK_ENTRIES;
    for (size_t i = 0; i < chunk_count; i++)
        free(near->chunks[i]);
    free(near->chunks);
    free(near->heads);
    free(near);
}

size_t near_count(const struct near *near)
{
    return near->count;
}

size_t near_bytes(const struct near *near)
{
    size_t chunk_count = (near->count + CHUNK_ENTRIES - 1) / CHUNK_ENTRIES;
    return sizeof *near + near->chunk_capacity * sizeof *near->chunks +
           chunk_count * CHUNK_ENTRIES * sizeof(struct entry) +
           NEAR_BANDS * near->bucket_count * sizeof *near->heads;
}

static struct entry *entry_at(const struct near *near, size_t index)
{
    return &near->chunks[index / CHUNK_ENTRIES][index % CHUNK_ENTRIES];
}

static uint32_t *head_of(const struct near *near, size_t band, uint32_t key)
{
    return &near->heads[band * near->bucket_count +
                        (key & (near->bucket_count - 1))];
}

/* Puts the entry in front of its 32 chains. */
static void link_entry(struct near *near, size_t index)
{
    struct entry *entry = entry_at(near, index);
    uint32_t *heads[NEAR_BANDS];
    for (size_t band = 0; band < NEAR_BANDS; band++) {
        heads[band] = head_of(near, band, entry->links[band].key);
        __builtin_prefetch(heads[band], 1);
    }
    for (size_t band = 0; band < NEAR_BANDS; band++) {
        entry->links[band].next = *heads[band];
        *heads[band] = (uint32_t)index;
    }
}

static void double_buckets(struct near *near)
{
    near->bucket_count *= 2;
    size_t bytes = NEAR_BANDS * near->bucket_count * sizeof *near->heads;
    near->heads = mem_resize(near->heads, bytes);
    memset(near->heads, 0xFF, bytes);
    for (size_t i = 0; i < near->count; i++)
        link_entry(near, i);
}

static struct entry *new_entry(struct near *near)
{
    assert(near->count < NEAR_COUNT_MAX);
    if (near->count % CHUNK_ENTRIES == 0) {
        size_t chunk = near->count / CHUNK_ENTRIES;
        if (chunk == near->chunk_capacity) {
            near->chunk_capacity = chunk ? 2 * chunk : 16;
            near->chunks = mem_resize(near->chunks, near->chunk_capacity *
                                                        sizeof *near->chunks);
        }
        near->chunks[chunk] = mem_zero(CHUNK_ENTRIES, sizeof(struct entry));
    }
    return entry_at(near, near->count++);
}

void near_add(struct near *near, uint64_t id, const struct near_sketch *sketch)
{
    struct entry *entry = new_entry(near);
    entry->id = id;
    entry->shingle_count = sketch->shingle_count;
    for (size_t band = 0; band < NEAR_BANDS; band++)
        entry->links[band] = (struct link){sketch->bands[band], NONE};
    if (near->count > near->bucket_count * CHAIN_MAX) {
        double_buckets(near); /* links the new one too */
        return;
    }
    if (sketch->shingle_count > 0)
        link_entry(near, near->count - 1);
}

/* --- lookup --- */

/* Can sets of these sizes reach the threshold? Their best is min / max. */
static bool sizes_allow(uint32_t a, uint32_t b, struct fraction threshold)
{
    uint32_t low = a < b ? a : b, high = a < b ? b : a;
    return (wide)low * threshold.denominator >=
           (wide)high * threshold.numerator;
}

static int by_index(const void *left, const void *right)
{
    const struct near_candidate *a = left, *b = right;
    return (a->index > b->index) - (a->index < b->index);
}

static int by_shared(const void *left, const void *right)
{
    const struct near_candidate *a = left, *b = right;
    if (a->shared != b->shared)
        return a->shared > b->shared ? -1 : 1;
    return by_index(left, right);
}

/* One candidate an entry, with the number of its hits. */
static void merge_hits(struct vec *found)
{
    struct near_candidate *items = found->items;
    if (found->count == 0)
        return;
    qsort(items, found->count, sizeof *items, by_index);
    size_t kept = 0;
    for (size_t i = 1; i < found->count; i++) {
        if (items[i].index == items[kept].index)
            items[kept].shared++;
        else
            items[++kept] = items[i];
    }
    found->count = kept + 1;
    qsort(items, found->count, sizeof *items, by_shared);
}

void near_candidates(const struct near *near, const struct near_sketch *sketch,
                     struct fraction threshold, struct vec *found)
{
    vec_reset(found);
    if (sketch->shingle_count == 0)
        return;
    uint32_t at[NEAR_BANDS];
    for (size_t band = 0; band < NEAR_BANDS; band++)
        __builtin_prefetch(head_of(near, band, sketch->bands[band]));
    for (size_t band = 0; band < NEAR_BANDS; band++) {
        at[band] = *head_of(near, band, sketch->bands[band]);
        if (at[band] != NONE)
            __builtin_prefetch(&entry_at(near, at[band])->links[band]);
    }
    for (bool walking = true; walking;) {
        walking = false;
        for (size_t band = 0; band < NEAR_BANDS; band++) {
            if (at[band] == NONE)
                continue;
            const struct entry *entry = entry_at(near, at[band]);
            struct link link = entry->links[band];
            if (link.key == sketch->bands[band] &&
                sizes_allow(entry->shingle_count, sketch->shingle_count,
                            threshold))
                *(struct near_candidate *)vec_add(found) =
                    (struct near_candidate){entry->id, at[band], 1};
            at[band] = link.next;
            if (link.next != NONE) {
                walking = true;
                __builtin_prefetch(&entry_at(near, link.next)->links[band]);
            }
        }
    }
    merge_hits(found);
}

bool near_is(const uint64_t *a, size_t a_count, const uint64_t *b,
             size_t b_count, struct fraction threshold)
{
    assert(threshold.denominator > 0);
    if (a_count == 0 || b_count == 0)
        return false;
    /* shared / (a + b - shared) >= n / d  <=>  shared >= n (a + b) / (n + d) */
    wide numerator = (wide)threshold.numerator * (a_count + b_count);
    wide parts = (wide)threshold.numerator + threshold.denominator;
    wide needed = (numerator + parts - 1) / parts;
    size_t i = 0, j = 0, shared = 0;
    while (i < a_count && j < b_count) {
        size_t left = a_count - i < b_count - j ? a_count - i : b_count - j;
        if (shared + left < needed)
            return false;
        uint64_t x = a[i], y = b[j];
        shared += x == y;
        i += x <= y;
        j += y <= x;
    }
    return shared >= needed;
}
