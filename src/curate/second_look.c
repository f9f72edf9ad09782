/* second_look.c - see second_look.h.
 *
 * The texts that shingles are cut from are kept for all rows of clusters, a
 * text that equals its group's first one only once; they take less room than
 * the hashes did that were released before. Then clusters are gone through on
 * all cores, each with one table by hash; a cluster of many megabytes in
 * several passes over a share of its hashes each, so that the table stays
 * small. A table is not cleared in between: its places are stamped with the
 * pass that filled them.
 */
#include "curate/second_look.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/parallel.h"

/* --- pairs --- */

struct pair_look {
    uint64_t **hashes; /* owned; per row */
    size_t *counts;    /* owned; per row */
};

static bool keep_set(const struct row_again *row, void *ctx, struct err *err)
{
    (void)err;
    struct pair_look *look = ctx;
    uint64_t *copy = mem_alloc(row->hash_count * sizeof *copy);
    if (row->hash_count)
        memcpy(copy, row->hashes, row->hash_count * sizeof *copy);
    look->hashes[row->row] = copy;
    look->counts[row->row] = row->hash_count;
    return true;
}

bool look_at_pairs(struct rows *rows, const struct vec *pairs,
                   struct overlap *overlaps, struct err *err)
{
    size_t count = rows_count(rows);
    uint8_t *wanted = mem_zero(count, 1);
    for (size_t i = 0; i < pairs->count; i++) {
        const struct minhash_pair *pair = vec_at(pairs, i);
        wanted[pair->a] = wanted[pair->b] = 1;
    }
    struct pair_look look = {mem_zero(count, sizeof *look.hashes),
                             mem_zero(count, sizeof *look.counts)};
    bool ok = rows_again(rows, count, wanted, keep_set, &look, err);
    for (size_t i = 0; ok && i < pairs->count; i++) {
        const struct minhash_pair *pair = vec_at(pairs, i);
        overlaps[i] = jaccard(look.hashes[pair->a], look.counts[pair->a],
                              look.hashes[pair->b], look.counts[pair->b]);
    }
    for (size_t row = 0; row < count; row++)
        free(look.hashes[row]);
    free(look.hashes);
    free(look.counts);
    free(wanted);
    return ok;
}

/* --- collisions --- */

enum { PASS_BYTES = 4 << 20 }; /* of texts, whose shingles one table takes */

struct text {
    str kept; /* in arena */
    uint32_t cluster;
    uint8_t unit, length;
};

/* A shingle met in the pass that is the stamp. */
struct place {
    uint64_t name;
    str shingle;
    uint32_t stamp; /* 0 = none */
};

struct table {
    struct place *places; /* owned */
    size_t count;         /* power of two */
    size_t used;          /* of the present stamp */
    uint32_t stamp;
};

/* What is known of the first row of a group. */
struct first {
    str kept; /* in arena */
    enum shingle_unit unit;
    uint64_t *hashes; /* owned; only when signatures stand for sets */
    size_t hash_count;
};

struct look {
    const struct sets *sets;
    struct clusters *clusters;
    const uint32_t *group_of; /* per row */
    bool digests;             /* a group is rows of one digest, not one set */
    uint64_t seed;
    struct arena arena;
    struct vec texts;     /* struct text, by row, then by cluster */
    struct first *firsts; /* owned; per group */
    size_t *starts;       /* owned; per cluster: its first text */
    struct table *tables; /* owned; per core */
    bool collide;
};

/* Keeps the text of the row, unless its group's first row has the same. */
static bool keep_text(const struct row_again *row, void *ctx, struct err *err)
{
    (void)err;
    struct look *look = ctx;
    struct first *first = &look->firsts[look->group_of[row->row]];
    bool is_first = first->kept.ptr == NULL;
    if (!is_first && look->digests &&
        (first->hash_count != row->hash_count ||
         memcmp(first->hashes, row->hashes,
                row->hash_count * sizeof *row->hashes) != 0))
        look->collide = true;
    if (!is_first && first->unit == row->unit &&
        str_equal(first->kept, row->kept))
        return true;
    str kept = arena_copy(&look->arena, row->kept);
    *(struct text *)vec_add(&look->texts) =
        (struct text){kept, (uint32_t)clusters_of(look->clusters, row->row),
                      (uint8_t)row->unit, (uint8_t)row->length};
    if (!is_first)
        return true;
    first->kept = kept;
    first->unit = row->unit;
    if (look->digests) {
        first->hash_count = row->hash_count;
        first->hashes = mem_alloc(row->hash_count * sizeof *first->hashes);
        memcpy(first->hashes, row->hashes,
               row->hash_count * sizeof *first->hashes);
    }
    return true;
}

static int compare_texts(const void *a, const void *b)
{
    const struct text *x = a, *y = b;
    return x->cluster < y->cluster ? -1 : x->cluster > y->cluster;
}

/* The place of the name, or the free one where it belongs. */
static struct place *find_place(struct table *table, uint64_t name)
{
    size_t mask = table->count - 1;
    for (size_t i = (size_t)name & mask;; i = (i + 1) & mask) {
        struct place *place = &table->places[i];
        if (place->stamp != table->stamp || place->name == name)
            return place;
    }
}

static void grow(struct table *table)
{
    struct table old = *table;
    table->count = old.count ? 2 * old.count : 1024;
    table->places = mem_zero(table->count, sizeof *table->places);
    for (size_t i = 0; i < old.count; i++)
        if (old.places[i].stamp == table->stamp)
            *find_place(table, old.places[i].name) = old.places[i];
    free(old.places);
}

/* Puts the shingle in; false when another one has its name. */
static bool put_shingle(struct table *table, uint64_t name, str shingle)
{
    if (2 * table->used >= table->count)
        grow(table);
    struct place *place = find_place(table, name);
    if (place->stamp == table->stamp)
        return str_equal(place->shingle, shingle);
    *place = (struct place){name, shingle, table->stamp};
    table->used++;
    return true;
}

/* One pass over a text: the shingles whose name falls to this pass. */
static bool put_text(struct table *table, const struct text *text,
                     uint64_t seed, uint64_t pass, uint64_t passes)
{
    bool collide = false;
    struct shingle_walk walk =
        shingle_walk((enum shingle_unit)text->unit, text->length, text->kept);
    for (str shingle; shingle_walk_next(&walk, &shingle);) {
        uint64_t name = shingle_name(shingle, seed);
        if (passes == 1 || (name >> 32) % passes == pass)
            collide |= !put_shingle(table, name, shingle);
    }
    return !collide;
}

static void check_cluster(size_t index, size_t worker, void *ctx)
{
    struct look *look = ctx;
    struct table *table = &look->tables[worker];
    size_t bytes = 0;
    for (size_t i = look->starts[index]; i < look->starts[index + 1]; i++)
        bytes += ((const struct text *)vec_at(&look->texts, i))->kept.len;
    uint64_t passes = 1 + bytes / PASS_BYTES;
    bool collide = false;
    for (uint64_t pass = 0; pass < passes; pass++) {
        table->used = 0;
        table->stamp++;
        for (size_t i = look->starts[index]; i < look->starts[index + 1]; i++)
            collide |= !put_text(table, vec_at(&look->texts, i), look->seed,
                                 pass, passes);
    }
    if (collide)
        __atomic_store_n(&look->collide, true, __ATOMIC_RELAXED);
}

static void check_clusters(struct look *look)
{
    struct vec *texts = &look->texts;
    size_t clusters = clusters_count(look->clusters);
    if (texts->count)
        qsort(texts->items, texts->count, sizeof(struct text), compare_texts);
    look->starts = mem_zero(clusters + 1, sizeof *look->starts);
    for (size_t i = 0, at = 0; i < clusters; i++) {
        while (at < texts->count &&
               ((const struct text *)vec_at(texts, at))->cluster <= i + 1)
            at++;
        look->starts[i + 1] = at;
    }
    look->tables = mem_zero(parallel_workers(), sizeof *look->tables);
    parallel_for(clusters, check_cluster, look);
    for (size_t i = 0; i < parallel_workers(); i++)
        free(look->tables[i].places);
    free(look->tables);
    free(look->starts);
}

static void look_release(struct look *look)
{
    for (size_t g = 0; g < sets_group_count(look->sets); g++)
        free(look->firsts[g].hashes);
    free(look->firsts);
    vec_release(&look->texts);
    arena_release(&look->arena);
}

bool look_for_collisions(struct rows *rows, struct clusters *clusters,
                         const uint32_t *group_of, bool digests, uint64_t seed,
                         bool *collide, struct err *err)
{
    *collide = false;
    if (clusters_count(clusters) == 0)
        return true;
    struct look look = {.sets = rows_sets(rows),
                        .clusters = clusters,
                        .group_of = group_of,
                        .digests = digests,
                        .seed = seed};
    arena_init(&look.arena);
    vec_init(&look.texts, sizeof(struct text));
    look.firsts = mem_zero(sets_group_count(look.sets), sizeof *look.firsts);
    size_t count = rows_count(rows);
    uint8_t *wanted = mem_zero(count, 1);
    for (size_t row = 0; row < count; row++)
        wanted[row] = clusters_of(clusters, row) > 0;
    bool ok = rows_again(rows, count, wanted, keep_text, &look, err);
    free(wanted);
    if (ok && !look.collide)
        check_clusters(&look);
    *collide = look.collide;
    look_release(&look);
    return ok;
}
