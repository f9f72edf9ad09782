/* join.c - see join.h.
 *
 * Groups are numbered by ascending size. Each group puts its rarest ids, its
 * index prefix, into an inverted index (id → group, position); then each group
 * looks its own, somewhat longer probe prefix up and meets only smaller groups
 * (or equal ones before it). With t = n/d and a set of size s:
 *
 *   least size of a partner       ceil(t s)
 *   shared ids needed with |b|    ceil(n (s + |b|) / (n + d))     = need(s +
 * |b|) probe prefix                  s - ceil(t s) + 1 index prefix s - need(2
 * s) + 1
 *
 * Ids that no other group has were dropped by sets.c. They would stand first in
 * every prefix, so prefixes are that much shorter here: of the kept ids only
 * the first `kept - ceil(t s) + 1` matter, and a group that keeps fewer than
 * ceil(t s) ids has no partner at all.
 *
 * The first id that a pair shares in their prefixes is the smallest one they
 * share at all, so verification starts behind it.
 */
#include "curate/join.h"

#include <assert.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/parallel.h"

enum { PROBES = 512 }; /* groups in one parallel step */

__extension__ typedef unsigned __int128 wide;

struct posting {
    uint32_t group;
    uint32_t rest; /* ids of the group from this one on */
};

/* What one core holds. */
struct join_worker {
    uint32_t *seen;     /* owned; per group: the probe that met it last, + 1 */
    uint32_t *need;     /* owned; per partner size (to size_max): ids needed */
    uint32_t need_size; /* the probe size that `need` is for; 0 = none */
    uint64_t candidates;
};

struct join {
    const struct sets *sets;
    struct fraction threshold;
    const uint8_t *sides;
    size_t group_count;
    struct group *groups;    /* owned; a flat copy */
    uint32_t *first_of_size; /* owned; per size: first group of it or above */
    uint32_t size_max;
    uint64_t *starts;         /* owned; per id: first posting; id_count + 1 */
    struct posting *postings; /* owned */
    struct join_worker *workers;
    struct vec *found; /* per step: struct join_pair */
};

/* ceil(t * size): the least a partner must have, and share. */
static uint64_t least_size(struct fraction t, uint64_t size)
{
    return (uint64_t)(((wide)t.numerator * size + t.denominator - 1) /
                      t.denominator);
}

/* Shared ids that two sets of `sum` ids together need. */
static uint64_t need_shared(struct fraction t, uint64_t sum)
{
    wide whole = (wide)t.numerator + t.denominator;
    return (uint64_t)(((wide)t.numerator * sum + whole - 1) / whole);
}

/* How many of the kept ids an index or probe prefix has. */
static size_t prefix_length(const struct group *group, uint64_t needed)
{
    return group->id_count >= needed ? group->id_count - (size_t)needed + 1 : 0;
}

static size_t index_prefix(const struct join *j, const struct group *group)
{
    return prefix_length(group,
                         need_shared(j->threshold, 2 * (uint64_t)group->size));
}

static size_t probe_prefix(const struct join *j, const struct group *group)
{
    return prefix_length(group, least_size(j->threshold, group->size));
}

static void copy_groups(struct join *j)
{
    j->groups = mem_alloc(j->group_count * sizeof *j->groups);
    for (size_t g = 0; g < j->group_count; g++) {
        j->groups[g] = sets_group(j->sets, g);
        j->size_max = j->groups[g].size; /* ascending */
    }
    j->first_of_size =
        mem_zero((size_t)j->size_max + 2, sizeof *j->first_of_size);
    uint32_t size = 0;
    for (size_t g = 0; g < j->group_count; g++)
        while (size <= j->groups[g].size)
            j->first_of_size[size++] = (uint32_t)g;
    while (size <= j->size_max + 1)
        j->first_of_size[size++] = (uint32_t)j->group_count;
}

/* Counts, sums up, then places from the last group to the first, so that the
 * postings of an id stand in the order of groups. */
static void build_index(struct join *j)
{
    size_t id_count = sets_id_count(j->sets);
    j->starts = mem_zero(id_count + 1, sizeof *j->starts);
    for (size_t g = 0; g < j->group_count; g++) {
        size_t length = index_prefix(j, &j->groups[g]);
        for (size_t i = 0; i < length; i++)
            j->starts[j->groups[g].ids[i]]++;
    }
    for (size_t id = 1; id <= id_count; id++)
        j->starts[id] += j->starts[id - 1];
    j->postings = mem_alloc(j->starts[id_count] * sizeof *j->postings);
    for (size_t g = j->group_count; g-- > 0;) {
        const struct group *group = &j->groups[g];
        for (size_t i = index_prefix(j, group); i-- > 0;)
            j->postings[--j->starts[group->ids[i]]] =
                (struct posting){(uint32_t)g, group->id_count - (uint32_t)i};
    }
}

/* --- probing --- */

/* The first posting in [from, to) whose group is not below `group`. */
static size_t lower_bound(const struct posting *postings, size_t from,
                          size_t to, uint32_t group)
{
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        if (postings[middle].group < group)
            from = middle + 1;
        else
            to = middle;
    }
    return from;
}

/* Merges both from the place of their smallest shared id; 0 when they share
 * fewer than `needed`. */
static uint32_t verify(const struct group *x, size_t i, const struct group *y,
                       size_t k, uint32_t needed)
{
    const uint32_t *a = x->ids, *b = y->ids;
    uint32_t shared = 1;
    i++, k++;
    while (i < x->id_count && k < y->id_count) {
        if (a[i] == b[k]) {
            shared++, i++, k++;
        } else if (a[i] < b[k]) {
            if (shared + (x->id_count - ++i) < needed)
                return 0;
        } else if (shared + (y->id_count - ++k) < needed) {
            return 0;
        }
    }
    return shared >= needed ? shared : 0;
}

static void prepare_need(const struct join *j, struct join_worker *w,
                         uint32_t size, uint32_t least)
{
    if (w->need_size == size)
        return;
    w->need_size = size;
    for (uint32_t partner = least; partner <= size; partner++)
        w->need[partner] =
            (uint32_t)need_shared(j->threshold, (uint64_t)size + partner);
}

static bool sides_fit(const struct join *j, size_t a, size_t b)
{
    if (!j->sides)
        return true;
    return ((j->sides[a] & JOIN_LEFT) && (j->sides[b] & JOIN_RIGHT)) ||
           ((j->sides[a] & JOIN_RIGHT) && (j->sides[b] & JOIN_LEFT));
}

struct probe {
    const struct group *x;
    uint32_t group;
    uint32_t least;      /* size of a partner */
    uint32_t need_least; /* shared ids with a partner of that size */
};

/* Meets the smaller groups that have x's i-th id in their index prefix. */
static void probe_id(const struct join *j, struct join_worker *w,
                     const struct probe *probe, size_t i, struct vec *found)
{
    const struct group *x = probe->x;
    uint64_t end = j->starts[x->ids[i] + 1];
    uint32_t x_rest = x->id_count - (uint32_t)i;
    size_t at = lower_bound(j->postings, j->starts[x->ids[i]], end,
                            j->first_of_size[probe->least]);
    for (; at < end && j->postings[at].group < probe->group; at++) {
        struct posting p = j->postings[at];
        uint32_t rest = p.rest < x_rest ? p.rest : x_rest;
        if (rest < probe->need_least || w->seen[p.group] == probe->group + 1)
            continue;
        w->seen[p.group] = probe->group + 1;
        const struct group *y = &j->groups[p.group];
        uint32_t needed = w->need[y->size];
        if (rest < needed || !sides_fit(j, p.group, probe->group))
            continue;
        w->candidates++;
        uint32_t shared = verify(x, i, y, y->id_count - p.rest, needed);
        if (shared)
            *(struct join_pair *)vec_add(found) = (struct join_pair){
                p.group, probe->group, shared, x->size + y->size - shared};
    }
}

static int compare_pairs(const void *a, const void *b)
{
    const struct join_pair *x = a, *y = b;
    return x->a < y->a ? -1 : x->a > y->a;
}

static void probe_group(const struct join *j, struct join_worker *w, uint32_t g,
                        struct vec *found)
{
    const struct group *x = &j->groups[g];
    size_t length = probe_prefix(j, x);
    if (length == 0)
        return;
    uint32_t least = (uint32_t)least_size(j->threshold, x->size);
    prepare_need(j, w, x->size, least);
    struct probe probe = {x, g, least, w->need[least]};
    size_t before = found->count;
    for (size_t i = 0; i < length; i++)
        probe_id(j, w, &probe, i, found);
    if (found->count > before + 1)
        qsort(vec_at(found, before), found->count - before,
              sizeof(struct join_pair), compare_pairs);
}

static void probe_step(size_t step, size_t worker, void *ctx)
{
    struct join *j = ctx;
    size_t end = (step + 1) * PROBES;
    end = end < j->group_count ? end : j->group_count;
    for (size_t g = step * PROBES; g < end; g++)
        probe_group(j, &j->workers[worker], (uint32_t)g, &j->found[step]);
}

static void run_probes(struct join *j, struct vec *pairs,
                       struct join_stats *stats)
{
    size_t workers = parallel_workers();
    size_t steps = (j->group_count + PROBES - 1) / PROBES;
    j->workers = mem_zero(workers, sizeof *j->workers);
    for (size_t w = 0; w < workers; w++) {
        j->workers[w].seen = mem_zero(j->group_count, sizeof(uint32_t));
        j->workers[w].need =
            mem_zero((size_t)j->size_max + 1, sizeof(uint32_t));
    }
    j->found = mem_zero(steps, sizeof *j->found);
    for (size_t s = 0; s < steps; s++)
        vec_init(&j->found[s], sizeof(struct join_pair));
    parallel_for(steps, probe_step, j);
    for (size_t s = 0; s < steps; s++) {
        for (size_t i = 0; i < j->found[s].count; i++)
            vec_push(pairs, vec_at(&j->found[s], i));
        vec_release(&j->found[s]);
    }
    for (size_t w = 0; w < workers; w++) {
        stats->candidates += j->workers[w].candidates;
        free(j->workers[w].seen);
        free(j->workers[w].need);
    }
    free(j->found);
    free(j->workers);
}

void join_exact(const struct sets *sets, struct fraction threshold,
                const uint8_t *sides, struct vec *pairs,
                struct join_stats *stats)
{
    assert(threshold.numerator > 0 &&
           threshold.numerator <= threshold.denominator);
    *stats = (struct join_stats){0};
    struct join j = {.sets = sets,
                     .threshold = threshold,
                     .sides = sides,
                     .group_count = sets_group_count(sets)};
    if (j.group_count == 0)
        return;
    size_t before = pairs->count;
    copy_groups(&j);
    build_index(&j);
    stats->postings = j.starts[sets_id_count(sets)];
    run_probes(&j, pairs, stats);
    stats->pairs = pairs->count - before;
    free(j.groups);
    free(j.first_of_size);
    free(j.starts);
    free(j.postings);
}

uint32_t join_shared(struct group a, struct group b)
{
    uint32_t shared = 0;
    for (uint32_t i = 0, k = 0; i < a.id_count && k < b.id_count;) {
        uint32_t x = a.ids[i], y = b.ids[k];
        shared += x == y;
        i += x <= y;
        k += y <= x;
    }
    return shared;
}

struct join_pair join_compare(const struct sets *sets, size_t a, size_t b)
{
    struct group x = sets_group(sets, a), y = sets_group(sets, b);
    uint32_t shared = join_shared(x, y);
    return (struct join_pair){(uint32_t)a, (uint32_t)b, shared,
                              x.size + y.size - shared};
}
