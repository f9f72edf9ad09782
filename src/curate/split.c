/* split.c - see split.h. */
#include "curate/split.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/map.h"
#include "base/mem.h"
#include "base/rng.h"
#include "curate/cluster.h"

const char *const split_names[SPLIT_SIDE_COUNT] = {"train", "dev", "test"};

enum { IMPROVE_TRIES = 50000000 };

struct row {
    uint32_t group, stratum;
    enum split_side side;
};

struct split {
    uint64_t seed;
    struct map groups, strata;   /* name → index */
    struct vec rows;             /* struct row */
    struct split_stratum *items; /* owned; per stratum; after split_run */
};

/* A group and its place in the random order. */
struct drawn {
    uint64_t rank;
    uint32_t group;
};

struct split *split_new(uint64_t seed)
{
    struct split *s = mem_zero(1, sizeof *s);
    s->seed = seed;
    map_init(&s->groups);
    map_init(&s->strata);
    vec_init(&s->rows, sizeof(struct row));
    return s;
}

void split_free(struct split *s)
{
    if (!s)
        return;
    map_release(&s->groups);
    map_release(&s->strata);
    vec_release(&s->rows);
    free(s->items);
    free(s);
}

/* The index of a name, new ones at the end. */
static uint32_t index_of(struct map *map, str name)
{
    uint64_t index;
    if (!map_get(map, name, &index)) {
        index = map_size(map);
        map_put(map, name, index);
    }
    return (uint32_t)index;
}

void split_add(struct split *s, str group, str stratum)
{
    assert(s->rows.count < UINT32_MAX - 1 && !s->items);
    char alone[40];
    if (group.len == 0) {
        snprintf(alone, sizeof alone, "\x01row %zu", s->rows.count);
        group = str_of(alone);
    }
    *(struct row *)vec_add(&s->rows) =
        (struct row){index_of(&s->groups, group), index_of(&s->strata, stratum),
                     SPLIT_TRAIN};
}

static struct row *row_at(const struct split *s, size_t index)
{
    return vec_at(&s->rows, index);
}

static uint64_t wanted(uint64_t rows, uint64_t per, double share)
{
    uint64_t number = per ? per : (uint64_t)((double)rows * share + 0.5);
    return number < rows / 2 ? number : rows / 2;
}

static void set_targets(struct split *s, const struct split_options *options)
{
    size_t count = map_size(&s->strata);
    s->items = mem_zero(count, sizeof *s->items);
    for (size_t i = 0; i < count; i++)
        s->items[i].name = map_entry(&s->strata, i)->key;
    for (size_t i = 0; i < s->rows.count; i++)
        s->items[row_at(s, i)->stratum].rows++;
    for (size_t i = 0; i < count; i++) {
        struct split_stratum *item = &s->items[i];
        if (options->skip_none && str_equal(item->name, STR("(none)")))
            continue;
        item->wanted_test =
            wanted(item->rows, options->test_per, options->test_share);
        item->wanted_dev = wanted(item->rows - item->wanted_test,
                                  options->dev_per, options->dev_share);
    }
}

static uint64_t target(const struct split_stratum *item, enum split_side side)
{
    return side == SPLIT_TEST ? item->wanted_test : item->wanted_dev;
}

/* Puts the group on the side if every stratum has room for its rows. */
static bool try_side(struct split *s, const uint32_t *rows, size_t count,
                     enum split_side side)
{
    size_t done = 0;
    bool fits = true;
    for (; done < count && fits; done++) {
        struct split_stratum *item = &s->items[row_at(s, rows[done])->stratum];
        fits = ++item->sides[side] <= target(item, side);
    }
    if (!fits) {
        while (done-- > 0)
            s->items[row_at(s, rows[done])->stratum].sides[side]--;
        return false;
    }
    for (size_t i = 0; i < count; i++)
        row_at(s, rows[i])->side = side;
    return true;
}

static int compare_drawn(const void *a, const void *b)
{
    const struct drawn *x = a, *y = b;
    if (x->rank != y->rank)
        return x->rank < y->rank ? -1 : 1;
    return x->group < y->group ? -1 : x->group > y->group;
}

static struct drawn *draw_groups(const struct split *s)
{
    size_t count = map_size(&s->groups);
    struct drawn *drawn = mem_zero(count, sizeof *drawn);
    for (size_t g = 0; g < count; g++) {
        struct rng rng = rng_at(s->seed, RNG_STREAM("split"),
                                str_hash(map_entry(&s->groups, g)->key));
        drawn[g] = (struct drawn){rng_next(&rng), (uint32_t)g};
    }
    qsort(drawn, count, sizeof *drawn, compare_drawn);
    return drawn;
}

/* Rows ordered by group; starts has group_count + 1 places. */
static uint32_t *rows_by_group(const struct split *s, size_t *starts)
{
    size_t groups = map_size(&s->groups);
    uint32_t *rows = mem_zero(s->rows.count, sizeof *rows);
    for (size_t i = 0; i < s->rows.count; i++)
        starts[row_at(s, i)->group]++;
    for (size_t g = 1; g <= groups; g++)
        starts[g] += starts[g - 1];
    for (size_t i = s->rows.count; i-- > 0;)
        rows[--starts[row_at(s, i)->group]] = (uint32_t)i;
    return rows;
}

/* All groups with their rows, in the random order. */
struct groups {
    struct drawn *drawn; /* owned */
    size_t *starts;      /* owned; per group + 1, into rows */
    uint32_t *rows;      /* owned */
    size_t count;
};

static const uint32_t *rows_of(const struct groups *g, size_t place,
                               size_t *count)
{
    uint32_t group = g->drawn[place].group;
    *count = g->starts[group + 1] - g->starts[group];
    return g->rows + g->starts[group];
}

/* Moves the group's rows into (+1) or out of (-1) the counts of test, and gives
 * the change in the sum of squared shortfalls. */
static int64_t count_test(struct split *s, const struct groups *g, size_t place,
                          int step)
{
    size_t count;
    const uint32_t *rows = rows_of(g, place, &count);
    int64_t change = 0;
    for (size_t i = 0; i < count; i++) {
        struct split_stratum *item = &s->items[row_at(s, rows[i])->stratum];
        int64_t missing =
            (int64_t)item->wanted_test - (int64_t)item->sides[SPLIT_TEST];
        change += step > 0 ? 1 - 2 * missing : 1 + 2 * missing;
        item->sides[SPLIT_TEST] += (uint64_t)step;
    }
    return change;
}

static bool test_overflows(const struct split *s, const struct groups *g,
                           size_t place)
{
    size_t count;
    const uint32_t *rows = rows_of(g, place, &count);
    for (size_t i = 0; i < count; i++) {
        const struct split_stratum *item =
            &s->items[row_at(s, rows[i])->stratum];
        if (item->sides[SPLIT_TEST] > item->wanted_test)
            return true;
    }
    return false;
}

static enum split_side side_of(const struct split *s, const struct groups *g,
                               size_t place)
{
    size_t count;
    return row_at(s, rows_of(g, place, &count)[0])->side;
}

static void set_side(struct split *s, const struct groups *g, size_t place,
                     enum split_side side)
{
    size_t count;
    const uint32_t *rows = rows_of(g, place, &count);
    for (size_t i = 0; i < count; i++)
        row_at(s, rows[i])->side = side;
}

static bool lacks_test_rows(const struct split *s, const struct groups *g,
                            size_t place)
{
    size_t count;
    const uint32_t *rows = rows_of(g, place, &count);
    for (size_t i = 0; i < count; i++) {
        const struct split_stratum *item =
            &s->items[row_at(s, rows[i])->stratum];
        if (item->sides[SPLIT_TEST] < item->wanted_test)
            return true;
    }
    return false;
}

/* Takes a group into test, for another one if need be, when that brings the
 * strata nearer to their numbers. */
static bool improve_with(struct split *s, const struct groups *g, size_t place,
                         int64_t *tries)
{
    int64_t added = count_test(s, g, place, 1);
    if (!test_overflows(s, g, place) && added < 0) {
        set_side(s, g, place, SPLIT_TEST);
        return true;
    }
    for (size_t other = 0; other < g->count && --*tries > 0; other++) {
        if (other == place || side_of(s, g, other) != SPLIT_TEST)
            continue;
        int64_t change = added + count_test(s, g, other, -1);
        if (change < 0 && !test_overflows(s, g, place)) {
            set_side(s, g, other, SPLIT_TRAIN);
            set_side(s, g, place, SPLIT_TEST);
            return true;
        }
        count_test(s, g, other, 1);
    }
    count_test(s, g, place, -1);
    return false;
}

/* Cases that span several strata can block one another when they are taken one
 * by one; exchanging them mends that. */
static void improve(struct split *s, const struct groups *g)
{
    int64_t tries = IMPROVE_TRIES;
    for (bool better = true; better && tries > 0;) {
        better = false;
        for (size_t place = 0; place < g->count && tries > 0; place++)
            if (side_of(s, g, place) == SPLIT_TRAIN &&
                lacks_test_rows(s, g, place))
                better = improve_with(s, g, place, &tries) || better;
    }
}

static struct groups groups_open(const struct split *s)
{
    struct groups g = {.count = map_size(&s->groups)};
    g.starts = mem_zero(g.count + 1, sizeof *g.starts);
    g.rows = rows_by_group(s, g.starts);
    g.drawn = draw_groups(s);
    return g;
}

void split_run(struct split *s, const struct split_options *options)
{
    assert(!s->items);
    set_targets(s, options);
    struct groups g = groups_open(s);
    size_t count;
    for (size_t i = 0; i < g.count; i++) {
        const uint32_t *rows = rows_of(&g, i, &count);
        (void)try_side(s, rows, count, SPLIT_TEST);
    }
    improve(s, &g);
    for (size_t i = 0; i < g.count; i++) {
        const uint32_t *rows = rows_of(&g, i, &count);
        if (row_at(s, rows[0])->side == SPLIT_TRAIN)
            (void)try_side(s, rows, count, SPLIT_DEV);
    }
    for (size_t i = 0; i < s->rows.count; i++)
        if (row_at(s, i)->side == SPLIT_TRAIN)
            s->items[row_at(s, i)->stratum].sides[SPLIT_TRAIN]++;
    free(g.drawn);
    free(g.rows);
    free(g.starts);
}

enum split_side split_of(const struct split *s, size_t row)
{
    return row_at(s, row)->side;
}

size_t split_stratum_count(const struct split *s)
{
    return map_size(&s->strata);
}

struct split_stratum split_stratum(const struct split *s, size_t index)
{
    assert(s->items && index < map_size(&s->strata));
    return s->items[index];
}

size_t split_group_count(const struct split *s)
{
    return map_size(&s->groups);
}

/* --- groups from shared names --- */

struct split_groups {
    struct map names;          /* → first row that had it */
    struct clusters *clusters; /* owned */
};

struct split_groups *split_groups_new(size_t rows)
{
    struct split_groups *g = mem_zero(1, sizeof *g);
    map_init(&g->names);
    g->clusters = clusters_new(rows);
    return g;
}

void split_groups_free(struct split_groups *g)
{
    if (!g)
        return;
    map_release(&g->names);
    clusters_free(g->clusters);
    free(g);
}

void split_groups_tie(struct split_groups *g, size_t row, str name)
{
    uint64_t first;
    if (map_get(&g->names, name, &first))
        clusters_join(g->clusters, (size_t)first, row);
    else
        map_put(&g->names, name, row);
}

size_t split_groups_first(struct split_groups *g, size_t row)
{
    return clusters_first(g->clusters, row);
}
