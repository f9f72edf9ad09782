/* balance.c - see balance.h. Targets are whole numbers by largest remainders.
 */
#include "curate/balance.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "base/map.h"
#include "base/mem.h"
#include "base/rng.h"

struct row {
    uint64_t rank; /* place in the random order of its stratum */
    uint32_t stratum;
    uint32_t copies;
};

struct balance {
    uint64_t seed;
    struct map strata;
    struct vec rows;  /* struct row */
    struct vec items; /* struct balance_stratum */
    bool shares_given;
};

struct balance *balance_new(uint64_t seed)
{
    struct balance *b = mem_zero(1, sizeof *b);
    b->seed = seed;
    map_init(&b->strata);
    vec_init(&b->rows, sizeof(struct row));
    vec_init(&b->items, sizeof(struct balance_stratum));
    return b;
}

void balance_free(struct balance *b)
{
    if (!b)
        return;
    map_release(&b->strata);
    vec_release(&b->rows);
    vec_release(&b->items);
    free(b);
}

static struct row *row_at(const struct balance *b, size_t index)
{
    return vec_at(&b->rows, index);
}

static struct balance_stratum *item_at(const struct balance *b, size_t index)
{
    return vec_at(&b->items, index);
}

void balance_add(struct balance *b, str id, str stratum)
{
    uint64_t index;
    if (!map_get(&b->strata, stratum, &index)) {
        index = map_size(&b->strata);
        map_put(&b->strata, stratum, index);
        vec_add(&b->items);
    }
    item_at(b, index)->rows++;
    struct rng rng = rng_at(b->seed, RNG_STREAM("balance"), str_hash(id));
    *(struct row *)vec_add(&b->rows) =
        (struct row){rng_next(&rng), (uint32_t)index, 0};
}

bool balance_share(struct balance *b, str stratum, double share,
                   struct err *err)
{
    uint64_t index;
    if (!map_get(&b->strata, stratum, &index))
        return err_set(err, ERR_CONFLICT, "no row has '" STR_FMT "'",
                       STR_ARG(stratum));
    if (!(share >= 0) || !isfinite(share))
        return err_set(err, ERR_CONFIG, "'" STR_FMT "': a share below 0",
                       STR_ARG(stratum));
    item_at(b, index)->share = share;
    b->shares_given = true;
    return true;
}

static void set_shares(struct balance *b, double tau)
{
    double sum = 0;
    for (size_t i = 0; i < b->items.count; i++) {
        struct balance_stratum *item = item_at(b, i);
        if (!b->shares_given)
            item->share = pow((double)item->rows, tau);
        sum += item->share;
    }
    for (size_t i = 0; i < b->items.count && sum > 0; i++)
        item_at(b, i)->share /= sum;
}

struct rest {
    double part;
    uint32_t index;
};

static int compare_rests(const void *a, const void *b)
{
    const struct rest *x = a, *y = b;
    if (x->part > y->part || x->part < y->part)
        return x->part > y->part ? -1 : 1;
    return x->index < y->index ? -1 : x->index > y->index;
}

static void set_targets(struct balance *b, uint64_t rows)
{
    struct rest *rests = mem_zero(b->items.count, sizeof *rests);
    uint64_t given = 0;
    for (size_t i = 0; i < b->items.count; i++) {
        struct balance_stratum *item = item_at(b, i);
        double exact = item->share * (double)rows;
        item->target = (uint64_t)exact;
        given += item->target;
        rests[i] = (struct rest){exact - floor(exact), (uint32_t)i};
    }
    qsort(rests, b->items.count, sizeof *rests, compare_rests);
    for (size_t i = 0; i < b->items.count && given < rows; i++, given++)
        item_at(b, rests[i].index)->target++;
    free(rests);
}

static void set_weights(struct balance *b, double beta)
{
    double n = (double)b->rows.count, sum = 0, sum_effective = 0;
    for (size_t i = 0; i < b->items.count; i++) {
        struct balance_stratum *item = item_at(b, i);
        double rows = (double)item->rows;
        double weight = item->share / (rows / n);
        item->weight = fmin(fmax(weight, 0.2), 5);
        item->weight_effective = (1 - beta) / (1 - pow(beta, rows));
        sum += rows * item->weight;
        sum_effective += rows * item->weight_effective;
    }
    for (size_t i = 0; i < b->items.count; i++) {
        item_at(b, i)->weight *= n / sum;
        item_at(b, i)->weight_effective *= n / sum_effective;
    }
}

struct ordered {
    uint64_t rank;
    uint32_t stratum, row;
};

static int compare_ordered(const void *a, const void *b)
{
    const struct ordered *x = a, *y = b;
    if (x->stratum != y->stratum)
        return x->stratum < y->stratum ? -1 : 1;
    if (x->rank != y->rank)
        return x->rank < y->rank ? -1 : 1;
    return x->row < y->row ? -1 : x->row > y->row;
}

/* Deals `count` times over the rows of one stratum in random order: first one
 * each, then a second one each, and so on. */
static void deal(struct balance *b, const struct ordered *rows, uint64_t rows_n,
                 uint64_t count)
{
    for (uint64_t i = 0; i < count; i++)
        row_at(b, rows[i % rows_n].row)->copies++;
}

static void draw(struct balance *b, double cap)
{
    struct ordered *order = mem_zero(b->rows.count, sizeof *order);
    for (size_t i = 0; i < b->rows.count; i++)
        order[i] = (struct ordered){row_at(b, i)->rank, row_at(b, i)->stratum,
                                    (uint32_t)i};
    qsort(order, b->rows.count, sizeof *order, compare_ordered);
    size_t start = 0;
    for (size_t s = 0; s < b->items.count; s++) {
        struct balance_stratum *item = item_at(b, s);
        uint64_t most = (uint64_t)((double)item->rows * cap);
        uint64_t total = item->target < most ? item->target : most;
        item->drawn = total < item->rows ? total : item->rows;
        item->repeated = total - item->drawn;
        deal(b, order + start, item->rows, total);
        start += item->rows;
    }
    free(order);
}

void balance_plan(struct balance *b, const struct balance_options *options)
{
    assert(options->cap >= 1 && options->beta > 0 && options->beta < 1);
    if (b->rows.count == 0)
        return;
    for (size_t i = 0; i < b->items.count; i++)
        item_at(b, i)->name = map_entry(&b->strata, i)->key;
    set_shares(b, options->tau);
    set_targets(b, options->rows ? options->rows : b->rows.count);
    set_weights(b, options->beta);
    draw(b, options->cap);
}

size_t balance_copies(const struct balance *b, size_t row)
{
    return row_at(b, row)->copies;
}

size_t balance_stratum_count(const struct balance *b)
{
    return b->items.count;
}

struct balance_stratum balance_stratum(const struct balance *b, size_t index)
{
    return *item_at(b, index);
}

size_t balance_stratum_of(const struct balance *b, size_t row)
{
    return row_at(b, row)->stratum;
}

double balance_entropy(const struct balance *b)
{
    if (b->items.count < 2)
        return 1;
    double entropy = 0, n = (double)b->rows.count;
    for (size_t i = 0; i < b->items.count; i++) {
        double share = (double)item_at(b, i)->rows / n;
        entropy -= share * log(share);
    }
    return entropy / log((double)b->items.count);
}
