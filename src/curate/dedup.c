/* dedup.c - see dedup.h.
 *
 * Pairs are kept between groups of rows with equal sets (sets.h), so a text
 * that stands a thousand times costs one comparison and no million pairs. Both
 * directions of a pair stand in one array, found by the group. A group number
 * is looked up by row through `group_of`.
 */
#include "curate/dedup.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/lines.h"
#include "base/map.h"
#include "base/mem.h"
#include "curate/cluster.h"
#include "curate/join.h"
#include "curate/second_look.h"

enum { NO_GROUP = UINT32_MAX, BUCKET_MAX = 256, HASH_SEED_MAX = 8 };

struct link {
    uint32_t group;
    double jaccard;
};

/* A pair of groups with its similarity. */
struct edge {
    uint32_t a, b;
    double jaccard;
};

struct dedup {
    struct dedup_options options;
    struct minhash *minhash; /* owned; NULL for exact */
    struct rows *rows;       /* owned */
    size_t input_count;
    bool has_reference;
    uint32_t *group_of;        /* owned; per row */
    struct vec edges;          /* struct edge */
    uint64_t *link_starts;     /* owned; per group + 1 */
    struct link *links;        /* owned */
    struct clusters *clusters; /* owned */
    uint64_t candidates, cut_buckets;
    uint64_t hash_seed; /* of the names of shingles */
};

static struct rows_options rows_options_of(const struct dedup *d)
{
    return (struct rows_options){.part = d->options.part,
                                 .unit_by_language =
                                     d->options.unit_by_language,
                                 .unit = d->options.unit,
                                 .length = d->options.length,
                                 .without_text = d->options.pairs_are_given,
                                 .minhash = d->minhash};
}

struct dedup *dedup_new(const struct dedup_options *options)
{
    struct dedup *d = mem_zero(1, sizeof *d);
    d->options = *options;
    if (options->method == DEDUP_MINHASH && !options->pairs_are_given)
        d->minhash =
            minhash_new(options->threshold, options->recall, options->seed);
    struct rows_options rows = rows_options_of(d);
    d->rows = rows_new(&rows);
    vec_init(&d->edges, sizeof(struct edge));
    return d;
}

void dedup_free(struct dedup *d)
{
    if (!d)
        return;
    minhash_free(d->minhash);
    rows_free(d->rows);
    free(d->group_of);
    vec_release(&d->edges);
    free(d->link_starts);
    free(d->links);
    clusters_free(d->clusters);
    free(d);
}

bool dedup_estimate(const struct dedup *d, const char *const paths[],
                    size_t path_count, uint64_t *bytes, uint64_t *row_count,
                    struct err *err)
{
    struct rows_options rows = rows_options_of(d);
    return rows_estimate(&rows, paths, path_count, bytes, row_count, err);
}

bool dedup_read(struct dedup *d, const char *path, struct err *err)
{
    assert(!d->has_reference);
    if (!rows_read(d->rows, path, err))
        return false;
    d->input_count = rows_count(d->rows);
    return true;
}

bool dedup_read_reference(struct dedup *d, const char *path, struct err *err)
{
    d->has_reference = true;
    return rows_read(d->rows, path, err);
}

static const struct sets *sets_of(const struct dedup *d)
{
    return rows_sets(d->rows);
}

/* --- finding: groups, edges, links, clusters --- */

static void number_groups(struct dedup *d)
{
    size_t count = rows_count(d->rows);
    d->group_of = mem_alloc(count * sizeof *d->group_of);
    memset(d->group_of, 0xFF, count * sizeof *d->group_of);
    for (size_t g = 0; g < sets_group_count(sets_of(d)); g++) {
        const uint32_t *members = sets_members(sets_of(d), g);
        for (uint32_t i = 0; i < sets_group(sets_of(d), g).members; i++)
            d->group_of[members[i]] = (uint32_t)g;
    }
}

/* JOIN_LEFT for groups with input rows, JOIN_RIGHT with reference rows. */
static uint8_t *sides_of_groups(const struct dedup *d)
{
    if (!d->has_reference)
        return NULL;
    uint8_t *sides = mem_zero(sets_group_count(sets_of(d)), 1);
    for (size_t row = 0; row < rows_count(d->rows); row++)
        if (d->group_of[row] != NO_GROUP)
            sides[d->group_of[row]] |=
                row < d->input_count ? JOIN_LEFT : JOIN_RIGHT;
    return sides;
}

static void add_edge(struct dedup *d, uint32_t a, uint32_t b, double jaccard)
{
    *(struct edge *)vec_add(&d->edges) = (struct edge){a, b, jaccard};
}

static void find_exact(struct dedup *d)
{
    uint8_t *sides = sides_of_groups(d);
    struct vec pairs;
    vec_init(&pairs, sizeof(struct join_pair));
    struct join_stats stats;
    join_exact(sets_of(d), d->options.threshold, sides, &pairs, &stats);
    vec_reserve(&d->edges, pairs.count);
    for (size_t i = 0; i < pairs.count; i++) {
        const struct join_pair *pair = vec_at(&pairs, i);
        add_edge(d, pair->a, pair->b,
                 (double)pair->shared / (double)pair->united);
    }
    d->candidates = stats.candidates;
    vec_release(&pairs);
    free(sides);
}

/* Whether this row is the one that stands for its group in the signatures. */
static bool stands_for_group(const struct dedup *d, uint32_t row)
{
    return d->group_of[row] != NO_GROUP &&
           sets_group(sets_of(d), d->group_of[row]).first == row;
}

/* Pairs that cannot count, for their sides, are left out. */
static void drop_unfit(const struct dedup *d, const uint8_t *sides,
                       struct vec *pairs)
{
    struct minhash_pair *p = pairs->items;
    size_t kept = 0;
    for (size_t i = 0; i < pairs->count; i++)
        if (!sides || (sides[d->group_of[p[i].a]] |
                       sides[d->group_of[p[i].b]]) == (JOIN_LEFT | JOIN_RIGHT))
            p[kept++] = p[i];
    pairs->count = kept;
}

static bool verify_pairs(struct dedup *d, const struct vec *pairs,
                         struct err *err)
{
    d->candidates = pairs->count;
    struct overlap *overlaps = mem_zero(pairs->count, sizeof *overlaps);
    bool ok = look_at_pairs(d->rows, pairs, overlaps, err);
    for (size_t i = 0; ok && i < pairs->count; i++) {
        const struct minhash_pair *pair = vec_at(pairs, i);
        uint32_t a = d->group_of[pair->a], b = d->group_of[pair->b];
        if (jaccard_at_least(overlaps[i], d->options.threshold))
            add_edge(d, a < b ? a : b, a < b ? b : a,
                     jaccard_value(overlaps[i]));
    }
    free(overlaps);
    return ok;
}

static bool find_minhash(struct dedup *d, struct err *err)
{
    size_t count = rows_count(d->rows);
    struct vec pairs;
    vec_init(&pairs, sizeof(struct minhash_pair));
    uint8_t *wanted = mem_zero(count, 1);
    for (size_t row = 0; row < count; row++)
        wanted[row] = stands_for_group(d, (uint32_t)row);
    size_t cut;
    minhash_candidates(d->minhash, wanted, BUCKET_MAX, &pairs, &cut);
    d->cut_buckets = cut;
    free(wanted);
    uint8_t *sides = sides_of_groups(d);
    drop_unfit(d, sides, &pairs);
    free(sides);
    bool ok = verify_pairs(d, &pairs, err);
    vec_release(&pairs);
    return ok;
}

static int compare_links(const void *a, const void *b)
{
    const struct link *x = a, *y = b;
    return x->group < y->group ? -1 : x->group > y->group;
}

static void link_edges(struct dedup *d)
{
    size_t groups = sets_group_count(sets_of(d));
    d->link_starts = mem_zero(groups + 1, sizeof *d->link_starts);
    for (size_t i = 0; i < d->edges.count; i++) {
        const struct edge *edge = vec_at(&d->edges, i);
        d->link_starts[edge->a]++;
        d->link_starts[edge->b]++;
    }
    for (size_t g = 1; g <= groups; g++)
        d->link_starts[g] += d->link_starts[g - 1];
    d->links = mem_alloc(2 * d->edges.count * sizeof *d->links);
    for (size_t i = d->edges.count; i-- > 0;) {
        const struct edge *edge = vec_at(&d->edges, i);
        d->links[--d->link_starts[edge->a]] =
            (struct link){edge->b, edge->jaccard};
        d->links[--d->link_starts[edge->b]] =
            (struct link){edge->a, edge->jaccard};
    }
    for (size_t g = 0; g < groups; g++)
        qsort(d->links + d->link_starts[g],
              d->link_starts[g + 1] - d->link_starts[g], sizeof *d->links,
              compare_links);
}

/* The rows of a group, and where its reference rows begin. */
struct members {
    const uint32_t *rows;
    uint32_t count, inputs;
};

static uint32_t first_from(const uint32_t *rows, uint32_t count, size_t from)
{
    uint32_t low = 0, high = count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (rows[middle] < from)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static struct members members_of(const struct dedup *d, size_t group)
{
    struct members m = {sets_members(sets_of(d), group),
                        sets_group(sets_of(d), group).members, 0};
    m.inputs = first_from(m.rows, m.count, d->input_count);
    return m;
}

static void tie(struct clusters *c, const uint32_t *rows, uint32_t from,
                uint32_t to, uint32_t target)
{
    for (uint32_t i = from; i < to; i++)
        clusters_join(c, rows[i], target);
}

/* The input rows of a with the reference rows of b. */
static void tie_across(struct clusters *c, struct members a, struct members b)
{
    if (a.inputs == 0 || b.inputs == b.count)
        return;
    tie(c, a.rows, 0, a.inputs, b.rows[b.inputs]);
    tie(c, b.rows, b.inputs, b.count, a.rows[0]);
}

static void make_clusters(struct dedup *d)
{
    d->clusters = clusters_new(rows_count(d->rows));
    for (size_t g = 0; g < sets_group_count(sets_of(d)); g++) {
        struct members m = members_of(d, g);
        if (d->has_reference)
            tie_across(d->clusters, m, m);
        else
            tie(d->clusters, m.rows, 1, m.count, m.rows[0]);
    }
    for (size_t i = 0; i < d->edges.count; i++) {
        const struct edge *edge = vec_at(&d->edges, i);
        struct members a = members_of(d, edge->a), b = members_of(d, edge->b);
        if (d->has_reference) {
            tie_across(d->clusters, a, b);
            tie_across(d->clusters, b, a);
        } else {
            clusters_join(d->clusters, a.rows[0], b.rows[0]);
        }
    }
    clusters_number(d->clusters);
}

static void finish(struct dedup *d)
{
    link_edges(d);
    make_clusters(d);
}

/* As it was when all rows were read. */
static void forget(struct dedup *d)
{
    free(d->group_of);
    free(d->link_starts);
    free(d->links);
    clusters_free(d->clusters);
    d->group_of = NULL;
    d->link_starts = NULL;
    d->links = NULL;
    d->clusters = NULL;
    vec_reset(&d->edges);
}

/* Finds all, and proves it unless *collide. */
static bool find_once(struct dedup *d, bool *collide, struct err *err)
{
    *collide = rows_collide(d->rows);
    if (*collide)
        return true;
    sets_freeze(rows_sets(d->rows));
    number_groups(d);
    if (!d->minhash)
        find_exact(d);
    else if (!find_minhash(d, err))
        return false;
    finish(d);
    return look_for_collisions(d->rows, d->clusters, d->group_of,
                               d->minhash != NULL, d->hash_seed, collide, err);
}

bool dedup_find(struct dedup *d, struct err *err)
{
    bool collide;
    while (find_once(d, &collide, err)) {
        if (!collide)
            return true;
        if (d->hash_seed == HASH_SEED_MAX)
            return err_set(err, ERR_LIMIT,
                           "different shingles have one hash, whatever the "
                           "seed of the hash was");
        forget(d);
        if (!rows_read_anew(d->rows, ++d->hash_seed, err))
            return false;
    }
    return false;
}

/* --- pairs found before --- */

/* Every readable row is a group of its own, numbered like the rows. */
static bool one_group_a_row(struct dedup *d, struct map *ids, struct err *err)
{
    struct sets *sets = sets_new();
    for (size_t row = 0; row < rows_count(d->rows); row++) {
        struct row r = rows_at(d->rows, row);
        if (r.unreadable.len == 0 && !map_put(ids, r.id, row)) {
            sets_free(sets);
            return err_set(err, ERR_CONFLICT,
                           "%s:%llu: id '" STR_FMT "' stands twice, so pairs "
                           "of ids do not tell which row is meant",
                           r.file, (unsigned long long)r.line, STR_ARG(r.id));
        }
        uint64_t own = row + 1;
        sets_add(sets, &own, r.unreadable.len == 0);
    }
    rows_replace_sets(d->rows, sets);
    sets_freeze(sets);
    number_groups(d);
    return true;
}

static bool find_row(const struct dedup *d, const struct map *ids,
                     const json *pair, const char *key, uint32_t *group,
                     struct err *err)
{
    uint64_t row;
    str id = json_str(json_get(pair, key), STR(""));
    if (!map_get(ids, id, &row))
        return err_set(err, ERR_CONFLICT,
                       "\"%s\": no row has the id '" STR_FMT "'", key,
                       STR_ARG(id));
    *group = d->group_of[row];
    return true;
}

static bool read_pair(struct dedup *d, const struct map *ids, str line,
                      double threshold, struct err *err)
{
    json *pair = json_parse(line, err);
    if (!pair)
        return false;
    uint32_t a, b;
    const json *value = json_get(pair, "jaccard");
    bool ok = find_row(d, ids, pair, "a", &a, err) &&
              find_row(d, ids, pair, "b", &b, err);
    if (ok && !json_is_number(value))
        ok = err_set(err, ERR_FORMAT, "\"jaccard\" is no number");
    if (ok && a != b && json_number(value, 0) >= threshold)
        add_edge(d, a < b ? a : b, a < b ? b : a, json_number(value, 0));
    json_free(pair);
    return ok;
}

bool dedup_find_in(struct dedup *d, const char *pairs_path, struct err *err)
{
    struct map ids;
    map_init(&ids);
    struct err broken = {0};
    struct lines *in = NULL;
    bool ok = one_group_a_row(d, &ids, err);
    if (ok)
        ok = (in = lines_open(pairs_path, 0, err)) != NULL;
    /* Both are the doubles nearest to their fractions, and unequal fractions of
     * set sizes below 2^26 have unequal doubles: comparing them is exact. */
    double threshold = (double)d->options.threshold.numerator /
                       (double)d->options.threshold.denominator;
    str line;
    while (ok && lines_next(in, &line, &broken)) {
        d->candidates++;
        if (lines_too_long(in))
            ok = err_set(err, ERR_LIMIT, "%s:%llu: the line is too long",
                         pairs_path, (unsigned long long)lines_number(in));
        else if (str_trim(line).len &&
                 !read_pair(d, &ids, line, threshold, err))
            ok = err_wrap(err, "%s:%llu", pairs_path,
                          (unsigned long long)lines_number(in));
    }
    if (ok && broken.code != ERR_NONE) {
        *err = broken;
        ok = err_wrap(err, "%s", pairs_path);
    }
    lines_close(in);
    map_release(&ids);
    if (ok)
        finish(d);
    return ok;
}

/* --- asking --- */

size_t dedup_row_count(const struct dedup *d)
{
    return rows_count(d->rows);
}

size_t dedup_input_count(const struct dedup *d)
{
    return d->input_count;
}

/* The members of a group that may be paired with the row. */
static struct members partners(const struct dedup *d, size_t group, size_t row)
{
    struct members m = members_of(d, group);
    if (d->has_reference && row < d->input_count) {
        m.rows += m.inputs;
        m.count -= m.inputs;
    } else if (d->has_reference) {
        m.count = m.inputs;
    }
    return m;
}

static int compare_neighbours(const void *a, const void *b)
{
    const struct dedup_neighbour *x = a, *y = b;
    return x->row < y->row ? -1 : x->row > y->row;
}

static void add_partners(const struct dedup *d, size_t group, size_t row,
                         size_t from, double similarity, struct vec *out)
{
    struct members m = partners(d, group, row);
    for (uint32_t i = first_from(m.rows, m.count, from); i < m.count; i++)
        if (m.rows[i] != row)
            *(struct dedup_neighbour *)vec_add(out) =
                (struct dedup_neighbour){m.rows[i], similarity};
}

void dedup_neighbours(const struct dedup *d, size_t index, size_t from,
                      struct vec *out)
{
    vec_reset(out);
    size_t group = d->group_of[index];
    if (group == NO_GROUP)
        return;
    add_partners(d, group, index, from, 1, out);
    for (size_t i = d->link_starts[group]; i < d->link_starts[group + 1]; i++)
        add_partners(d, d->links[i].group, index, from, d->links[i].jaccard,
                     out);
    if (out->count > 1)
        qsort(out->items, out->count, sizeof(struct dedup_neighbour),
              compare_neighbours);
}

/* The first partner of a group for a row, as a candidate for the nearest. */
static void offer_partner(const struct dedup *d, size_t group, size_t row,
                          double similarity, struct dedup_row *best)
{
    struct members m = partners(d, group, row);
    uint32_t first = m.count && m.rows[0] == row ? 1 : 0;
    if (first >= m.count || similarity < best->jaccard ||
        (similarity <= best->jaccard && m.rows[first] >= best->nearest))
        return;
    best->nearest = m.rows[first];
    best->jaccard = similarity;
}

static void find_nearest(const struct dedup *d, size_t row,
                         struct dedup_row *out)
{
    size_t group = d->group_of[row];
    out->jaccard = 0;
    out->nearest = SIZE_MAX;
    offer_partner(d, group, row, 1, out);
    for (size_t i = d->link_starts[group]; i < d->link_starts[group + 1]; i++)
        offer_partner(d, d->links[i].group, row, d->links[i].jaccard, out);
    assert(out->nearest != SIZE_MAX);
}

struct dedup_row dedup_row(struct dedup *d, size_t index)
{
    struct dedup_row out = {.row = rows_at(d->rows, index),
                            .reference = index >= d->input_count,
                            .cluster = clusters_of(d->clusters, index)};
    if (out.row.unreadable.len) {
        out.state = DEDUP_UNREADABLE;
        return out;
    }
    size_t first = clusters_first(d->clusters, index);
    if (out.reference || out.cluster == 0 ||
        (!d->has_reference && first == index))
        return out;
    out.state = DEDUP_REMOVED;
    find_nearest(d, index, &out);
    out.duplicate_of = d->has_reference ? out.nearest : first;
    return out;
}

str dedup_row_id(const struct dedup *d, size_t index)
{
    return rows_at(d->rows, index).id;
}

static uint64_t count_pairs(const struct dedup *d)
{
    uint64_t pairs = 0;
    for (size_t g = 0; g < sets_group_count(sets_of(d)); g++) {
        struct members m = members_of(d, g);
        uint64_t refs = m.count - m.inputs;
        pairs += d->has_reference ? m.inputs * refs
                                  : (uint64_t)m.count * (m.count - 1) / 2;
    }
    for (size_t i = 0; i < d->edges.count; i++) {
        const struct edge *edge = vec_at(&d->edges, i);
        struct members a = members_of(d, edge->a), b = members_of(d, edge->b);
        pairs += d->has_reference
                     ? (uint64_t)a.inputs * (b.count - b.inputs) +
                           (uint64_t)b.inputs * (a.count - a.inputs)
                     : (uint64_t)a.count * b.count;
    }
    return pairs;
}

struct dedup_counts dedup_count(struct dedup *d)
{
    struct dedup_counts counts = {
        .rows = d->input_count,
        .reference_rows = rows_count(d->rows) - d->input_count,
        .pairs = count_pairs(d),
        .candidates = d->candidates,
        .clusters = clusters_count(d->clusters),
        .largest_cluster = clusters_largest(d->clusters),
        .cut_buckets = d->cut_buckets,
        .hashed_anew = d->hash_seed,
        .expected_recall =
            d->minhash ? minhash_used(d->minhash).at_threshold : 1};
    for (size_t row = 0; row < d->input_count; row++) {
        struct dedup_row r = dedup_row(d, row);
        counts.kept += r.state == DEDUP_KEPT;
        counts.removed += r.state == DEDUP_REMOVED;
        counts.unreadable += r.state == DEDUP_UNREADABLE;
        counts.empty += r.row.empty && !d->options.pairs_are_given;
        counts.identical += r.state == DEDUP_REMOVED && r.jaccard >= 1;
    }
    assert(counts.kept + counts.removed + counts.unreadable == counts.rows);
    counts.reference_unreadable = rows_unreadable(d->rows) - counts.unreadable;
    return counts;
}

bool dedup_lines(struct dedup *d, rows_visit *one, void *ctx, struct err *err)
{
    return rows_again(d->rows, d->input_count, NULL, one, ctx, err);
}
