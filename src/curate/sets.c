/* sets.c - see sets.h.
 *
 * Freezing goes through these steps, the heavy ones over all cores:
 *   group      a hash of each whole set finds equal ones; equality is checked
 *   scatter    the hashes of the groups' first members go to 256 parts by their
 *              top byte, so that each part fits a core's cache
 *   count      per part, a table of hash → number of groups; hashes of one
 *              group only are left out of the table that stays
 *   rank       ids in ascending order of classes of frequency (exact up to
 *              1023, then 64 steps an octave: any order of ties is a valid one)
 *   translate  each group's hashes to sorted ids; hashes are released
 */
#include "curate/sets.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "base/mem.h"
#include "base/parallel.h"
#include "base/vec.h"

enum {
    PARTS = 256,
    CHUNK_HASHES = 1 << 20,
    BATCH = 4096, /* sets in one parallel step; fixed, so order is fixed */
    EXACT_CLASSES = 1024,
    CLASS_COUNT = EXACT_CLASSES + 32 * 64
};

struct set {
    union {
        uint64_t *hashes;    /* in a chunk, until frozen */
        const uint32_t *ids; /* in `ids` of sets, of a group's first member */
    };
    uint32_t size;
    uint32_t id_count;
};

/* hash → id (while counting: number of groups), open addressing. */
struct part {
    uint64_t *keys;   /* owned; 0 = free (a hash 0 is stored as 1) */
    uint32_t *values; /* owned */
    size_t slots;     /* power of two */
    size_t used;
};

struct sets {
    struct vec chunks; /* uint64_t *, owned */
    size_t chunk_left; /* hashes free in the last chunk */
    uint64_t *chunk_next;
    struct vec all; /* struct set */
    uint64_t hash_count;
    uint32_t *members; /* owned; members of groups, one group after other */
    uint64_t *group_starts; /* owned; group_count + 1 into members */
    size_t group_count;
    uint32_t *ids; /* owned */
    size_t id_count;
};

struct sets *sets_new(void)
{
    struct sets *s = mem_zero(1, sizeof *s);
    vec_init(&s->chunks, sizeof(uint64_t *));
    vec_init(&s->all, sizeof(struct set));
    return s;
}

static void release_chunks(struct sets *s)
{
    for (size_t i = 0; i < s->chunks.count; i++)
        free(*(uint64_t **)vec_at(&s->chunks, i));
    vec_release(&s->chunks);
    vec_init(&s->chunks, sizeof(uint64_t *));
    s->chunk_left = 0;
}

void sets_free(struct sets *s)
{
    if (!s)
        return;
    release_chunks(s);
    vec_release(&s->all);
    free(s->members);
    free(s->group_starts);
    free(s->ids);
    free(s);
}

void sets_add(struct sets *s, const uint64_t *hashes, size_t count)
{
    assert(!s->members && s->all.count < SETS_MAX && count < UINT32_MAX);
    if (count > s->chunk_left) {
        size_t capacity = count > CHUNK_HASHES ? count : CHUNK_HASHES;
        s->chunk_next = mem_alloc(capacity * sizeof *s->chunk_next);
        s->chunk_left = capacity;
        vec_push(&s->chunks, &s->chunk_next);
    }
    struct set *set = vec_add(&s->all);
    *set = (struct set){.hashes = s->chunk_next, .size = (uint32_t)count};
    if (count)
        memcpy(s->chunk_next, hashes, count * sizeof *hashes);
    s->chunk_next += count;
    s->chunk_left -= count;
    s->hash_count += count;
}

size_t sets_count(const struct sets *s)
{
    return s->all.count;
}

uint64_t sets_hash_count(const struct sets *s)
{
    return s->hash_count;
}

/* --- group --- */

struct key {
    uint64_t digest;
    uint32_t size;
    uint32_t member;
};

struct key_job {
    const struct set *all;
    struct key *keys;
};

static void digest_one(size_t i, size_t worker, void *ctx)
{
    (void)worker;
    struct key_job *job = ctx;
    const struct set *set = &job->all[i];
    job->keys[i] =
        (struct key){XXH3_64bits(set->hashes, set->size * sizeof *set->hashes),
                     set->size, (uint32_t)i};
}

static int compare_keys(const void *a, const void *b)
{
    const struct key *x = a, *y = b;
    if (x->size != y->size)
        return x->size < y->size ? -1 : 1;
    if (x->digest != y->digest)
        return x->digest < y->digest ? -1 : 1;
    return x->member < y->member ? -1 : 1;
}

static bool same_set(const struct sets *s, uint32_t a, uint32_t b)
{
    const struct set *x = vec_at(&s->all, a), *y = vec_at(&s->all, b);
    if (x->size != y->size)
        return false;
    return x->size == 0 || /* then hashes may be NULL */
           memcmp(x->hashes, y->hashes, x->size * sizeof *x->hashes) == 0;
}

struct found_group {
    uint32_t size, first;  /* order of groups */
    uint32_t start, count; /* in keys */
};

static int compare_groups(const void *a, const void *b)
{
    const struct found_group *x = a, *y = b;
    if (x->size != y->size)
        return x->size < y->size ? -1 : 1;
    return x->first < y->first ? -1 : x->first > y->first;
}

/* Runs of equal sets among the sorted keys. Two different sets of one digest
 * would be neighbours: the run is cut where the content differs, which keeps
 * every group true (at worst one group more). */
static void find_runs(const struct sets *s, const struct key *keys,
                      struct vec *groups)
{
    for (size_t i = 0; i < s->all.count;) {
        size_t end = i + 1;
        while (end < s->all.count && keys[end].digest == keys[i].digest &&
               keys[end].size == keys[i].size &&
               same_set(s, keys[i].member, keys[end].member))
            end++;
        if (keys[i].size)
            *(struct found_group *)vec_add(groups) = (struct found_group){
                keys[i].size, keys[i].member, (uint32_t)i, (uint32_t)(end - i)};
        i = end;
    }
}

static void make_groups(struct sets *s)
{
    struct key_job job = {s->all.items,
                          mem_zero(s->all.count, sizeof(struct key))};
    parallel_for(s->all.count, digest_one, &job);
    qsort(job.keys, s->all.count, sizeof *job.keys, compare_keys);
    struct vec groups;
    vec_init(&groups, sizeof(struct found_group));
    find_runs(s, job.keys, &groups);
    if (groups.count)
        qsort(groups.items, groups.count, sizeof(struct found_group),
              compare_groups);
    s->group_count = groups.count;
    s->group_starts = mem_zero(groups.count + 1, sizeof *s->group_starts);
    s->members = mem_zero(s->all.count, sizeof *s->members);
    uint64_t at = 0;
    for (size_t g = 0; g < groups.count; g++) {
        const struct found_group *group = vec_at(&groups, g);
        s->group_starts[g] = at;
        for (uint32_t i = 0; i < group->count; i++)
            s->members[at++] = job.keys[group->start + i].member;
    }
    s->group_starts[groups.count] = at;
    vec_release(&groups);
    free(job.keys);
}

static struct set *first_of(const struct sets *s, size_t group)
{
    return vec_at(&s->all, s->members[s->group_starts[group]]);
}

/* --- scatter --- */

struct freeze {
    struct sets *sets;
    size_t batch_count;
    uint64_t (*starts)[PARTS]; /* per batch and part: place in scattered */
    uint64_t part_starts[PARTS + 1];
    uint64_t *scattered;
    struct part parts[PARTS];
    uint32_t (*class_ids)[CLASS_COUNT]; /* per part: next id of a class */
    uint64_t *id_starts;                /* per group: place of its ids */
};

static size_t batch_end(const struct freeze *f, size_t batch)
{
    size_t end = (batch + 1) * BATCH;
    return end < f->sets->group_count ? end : f->sets->group_count;
}

static void count_parts(size_t batch, size_t worker, void *ctx)
{
    (void)worker;
    struct freeze *f = ctx;
    uint64_t *counts = f->starts[batch];
    for (size_t g = batch * BATCH; g < batch_end(f, batch); g++) {
        const struct set *set = first_of(f->sets, g);
        for (uint32_t i = 0; i < set->size; i++)
            counts[set->hashes[i] >> 56]++;
    }
}

static void scatter_batch(size_t batch, size_t worker, void *ctx)
{
    (void)worker;
    struct freeze *f = ctx;
    uint64_t *next = f->starts[batch];
    for (size_t g = batch * BATCH; g < batch_end(f, batch); g++) {
        const struct set *set = first_of(f->sets, g);
        for (uint32_t i = 0; i < set->size; i++)
            f->scattered[next[set->hashes[i] >> 56]++] = set->hashes[i];
    }
}

static void scatter(struct freeze *f)
{
    f->starts = mem_zero(f->batch_count, sizeof *f->starts);
    parallel_for(f->batch_count, count_parts, f);
    uint64_t at = 0;
    for (size_t part = 0; part < PARTS; part++) {
        f->part_starts[part] = at;
        for (size_t batch = 0; batch < f->batch_count; batch++) {
            uint64_t count = f->starts[batch][part];
            f->starts[batch][part] = at;
            at += count;
        }
    }
    f->part_starts[PARTS] = at;
    f->scattered = mem_alloc(at * sizeof *f->scattered);
    parallel_for(f->batch_count, scatter_batch, f);
    free(f->starts);
    f->starts = NULL;
}

/* --- count --- */

static uint64_t spread(uint64_t key)
{
    return key * UINT64_C(0x9E3779B97F4A7C15) >> 32;
}

static void part_init(struct part *part, size_t keys_max)
{
    *part = (struct part){.slots = 16};
    while (part->slots < keys_max * 2)
        part->slots *= 2;
    part->keys = mem_zero(part->slots, sizeof *part->keys);
    part->values = mem_zero(part->slots, sizeof *part->values);
}

static void part_release(struct part *part)
{
    free(part->keys);
    free(part->values);
    *part = (struct part){0};
}

/* The value of the key, inserted as 0 when `insert`; else NULL if absent. */
static uint32_t *part_value(struct part *part, uint64_t key, bool insert)
{
    key = key ? key : 1;
    size_t mask = part->slots - 1;
    for (size_t i = (size_t)spread(key) & mask;; i = (i + 1) & mask) {
        if (part->keys[i] == key)
            return &part->values[i];
        if (part->keys[i] == 0) {
            if (!insert)
                return NULL;
            part->keys[i] = key;
            part->used++;
            return &part->values[i];
        }
    }
}

static size_t frequency_class(uint32_t count)
{
    if (count < EXACT_CLASSES)
        return count;
    unsigned octave = 31u - (unsigned)__builtin_clz(count); /* >= 10 */
    unsigned step = count >> (octave - 6) & 63u;
    return EXACT_CLASSES + (octave - 10) * 64 + step;
}

static void count_part(size_t index, size_t worker, void *ctx)
{
    (void)worker;
    struct freeze *f = ctx;
    uint64_t start = f->part_starts[index], end = f->part_starts[index + 1];
    struct part all;
    part_init(&all, end - start);
    for (uint64_t i = start; i < end; i++)
        ++*part_value(&all, f->scattered[i], true);
    size_t shared = 0;
    for (size_t i = 0; i < all.slots; i++)
        shared += all.values[i] > 1;
    struct part *kept = &f->parts[index];
    part_init(kept, shared);
    for (size_t i = 0; i < all.slots; i++) {
        if (all.values[i] < 2)
            continue;
        *part_value(kept, all.keys[i], true) = all.values[i];
        f->class_ids[index][frequency_class(all.values[i])]++;
    }
    part_release(&all);
}

/* --- rank --- */

static void number_classes(struct freeze *f)
{
    uint32_t next = 0;
    for (size_t class = 0; class < CLASS_COUNT; class ++)
        for (size_t part = 0; part < PARTS; part++) {
            uint32_t count = f->class_ids[part][class];
            f->class_ids[part][class] = next;
            assert(next <= UINT32_MAX - count);
            next += count;
        }
    f->sets->id_count = next;
}

static void rank_part(size_t index, size_t worker, void *ctx)
{
    (void)worker;
    struct freeze *f = ctx;
    struct part *part = &f->parts[index];
    for (size_t i = 0; i < part->slots; i++)
        if (part->keys[i])
            part->values[i] =
                f->class_ids[index][frequency_class(part->values[i])]++;
}

/* --- translate --- */

/* Puts the ids of shared hashes over the hashes themselves. */
static void look_up_ids(size_t batch, size_t worker, void *ctx)
{
    (void)worker;
    struct freeze *f = ctx;
    for (size_t g = batch * BATCH; g < batch_end(f, batch); g++) {
        struct set *set = first_of(f->sets, g);
        for (uint32_t i = 0; i < set->size; i++) {
            uint64_t hash = set->hashes[i];
            uint32_t *id = part_value(&f->parts[hash >> 56], hash, false);
            if (id)
                set->hashes[set->id_count++] = *id;
        }
    }
}

static int compare_ids(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return x < y ? -1 : x > y;
}

static void sort_ids(uint32_t *ids, size_t count)
{
    if (count > 48) {
        qsort(ids, count, sizeof *ids, compare_ids);
        return;
    }
    for (size_t i = 1; i < count; i++) {
        uint32_t id = ids[i];
        size_t j = i;
        for (; j > 0 && ids[j - 1] > id; j--)
            ids[j] = ids[j - 1];
        ids[j] = id;
    }
}

static void translate_batch(size_t batch, size_t worker, void *ctx)
{
    (void)worker;
    struct freeze *f = ctx;
    for (size_t g = batch * BATCH; g < batch_end(f, batch); g++) {
        struct set *set = first_of(f->sets, g);
        uint32_t *ids = f->sets->ids + f->id_starts[g];
        for (uint32_t i = 0; i < set->id_count; i++)
            ids[i] = (uint32_t)set->hashes[i];
        sort_ids(ids, set->id_count);
    }
}

static void translate(struct freeze *f)
{
    struct sets *s = f->sets;
    parallel_for(f->batch_count, look_up_ids, f);
    f->id_starts = mem_zero(s->group_count + 1, sizeof *f->id_starts);
    for (size_t g = 0; g < s->group_count; g++)
        f->id_starts[g + 1] = f->id_starts[g] + first_of(s, g)->id_count;
    s->ids = mem_alloc(f->id_starts[s->group_count] * sizeof *s->ids);
    parallel_for(f->batch_count, translate_batch, f);
    release_chunks(s);
    for (size_t g = 0; g < s->group_count; g++)
        first_of(s, g)->ids = s->ids + f->id_starts[g];
    free(f->id_starts);
}

void sets_freeze(struct sets *s)
{
    assert(!s->members);
    make_groups(s);
    struct freeze *f = mem_zero(1, sizeof *f);
    f->sets = s;
    f->batch_count = (s->group_count + BATCH - 1) / BATCH;
    scatter(f);
    f->class_ids = mem_zero(PARTS, sizeof *f->class_ids);
    parallel_for(PARTS, count_part, f);
    free(f->scattered);
    number_classes(f);
    parallel_for(PARTS, rank_part, f);
    free(f->class_ids);
    translate(f);
    for (size_t part = 0; part < PARTS; part++)
        part_release(&f->parts[part]);
    free(f);
}

size_t sets_group_count(const struct sets *s)
{
    return s->group_count;
}

struct group sets_group(const struct sets *s, size_t group)
{
    assert(group < s->group_count);
    const struct set *set = first_of(s, group);
    uint64_t start = s->group_starts[group];
    return (struct group){.ids = set->ids,
                          .id_count = set->id_count,
                          .size = set->size,
                          .first = s->members[start],
                          .members =
                              (uint32_t)(s->group_starts[group + 1] - start)};
}

const uint32_t *sets_members(const struct sets *s, size_t group)
{
    assert(group < s->group_count);
    return s->members + s->group_starts[group];
}

size_t sets_id_count(const struct sets *s)
{
    return s->id_count;
}

uint64_t sets_estimate_bytes(uint64_t count, uint64_t hashes)
{
    /* While scattered: hashes twice; set, key, group and member arrays. The
     * tables that follow are smaller than the scattered copy they replace. */
    uint64_t per_set = sizeof(struct set) + sizeof(struct key) +
                       sizeof(uint64_t) + sizeof(uint32_t);
    return count * per_set + hashes * 2 * sizeof(uint64_t) +
           hashes / 2 * sizeof(uint32_t) + ((uint64_t)8 << 20);
}
