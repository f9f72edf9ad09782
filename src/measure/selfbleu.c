/* selfbleu.c - see selfbleu.h. */
#include "measure/selfbleu.h"

#include <math.h>
#include <stdlib.h>

#include "base/map.h"
#include "base/mem.h"

enum { ORDERS = 4 };

struct top {
    uint32_t first, second; /* greatest counts in any text */
    uint32_t owner;         /* text of the first */
};

static const struct vec *text_at(const struct vec *texts, size_t i)
{
    return vec_at(texts, i);
}

/* The counts of a text's n-grams. */
static void count(const struct vec *text, size_t n, struct map *counts)
{
    const uint64_t *names = text->items;
    map_reset(counts);
    for (size_t i = 0; i + n <= text->count; i++)
        map_count(counts, str_make((const char *)(names + i), n * 8), 1);
}

static void add_tops(const struct map *counts, size_t owner, struct map *index,
                     struct vec *tops)
{
    for (size_t i = 0; i < map_size(counts); i++) {
        const struct map_entry *e = map_entry(counts, i);
        uint64_t *at = map_slot(index, e->key);
        if (*at == 0) {
            vec_add(tops);
            *at = tops->count;
        }
        struct top *top = vec_at(tops, *at - 1);
        uint32_t value = (uint32_t)e->value;
        if (value > top->first) {
            *top = (struct top){value, top->first, (uint32_t)owner};
        } else if (value > top->second) {
            top->second = value;
        }
    }
}

static double matches(const struct map *counts, size_t owner,
                      const struct map *index, const struct vec *tops)
{
    double sum = 0;
    for (size_t i = 0; i < map_size(counts); i++) {
        const struct map_entry *e = map_entry(counts, i);
        uint64_t at = 0;
        if (!map_get(index, e->key, &at))
            continue;
        const struct top *top = vec_at(tops, at - 1);
        uint32_t most = top->owner == owner ? top->second : top->first;
        sum += (double)(e->value < most ? e->value : most);
    }
    return sum;
}

/* Adds ln(precision) of every text for one order; of those long enough. */
static void one_order(const struct vec *texts, size_t n, double *logs,
                      double *orders)
{
    struct map counts, index;
    struct vec tops;
    map_init(&counts);
    map_init(&index);
    vec_init(&tops, sizeof(struct top));
    for (size_t i = 0; i < texts->count; i++) {
        count(text_at(texts, i), n, &counts);
        add_tops(&counts, i, &index, &tops);
    }
    for (size_t i = 0; i < texts->count; i++) {
        size_t length = text_at(texts, i)->count;
        if (length < n)
            continue;
        count(text_at(texts, i), n, &counts);
        double hits = matches(&counts, i, &index, &tops);
        logs[i] += log((hits > 0 ? hits : 0.1) / (double)(length - n + 1));
        orders[i]++;
    }
    map_release(&counts);
    map_release(&index);
    vec_release(&tops);
}

static double closest(const struct vec *texts, size_t self)
{
    double own = (double)text_at(texts, self)->count, best = -1;
    for (size_t i = 0; i < texts->count; i++) {
        double length = (double)text_at(texts, i)->count;
        if (i == self)
            continue;
        double gain = fabs(best - own) - fabs(length - own);
        if (best < 0 || gain > 0 || (gain >= 0 && length < best))
            best = length;
    }
    return best;
}

bool self_bleu(const struct vec *texts, double *value, struct err *err)
{
    if (texts->count < 2)
        return err_set(err, ERR_UNDEFINED, "fewer than two texts");
    double *logs = mem_zero(texts->count, sizeof *logs),
           *orders = mem_zero(texts->count, sizeof *orders), sum = 0;
    for (size_t n = 1; n <= ORDERS; n++)
        one_order(texts, n, logs, orders);
    for (size_t i = 0; i < texts->count; i++) {
        double own = (double)text_at(texts, i)->count,
               other = closest(texts, i);
        double penalty = own >= other ? 1 : exp(1 - other / own);
        sum += penalty * exp(logs[i] / orders[i]);
    }
    *value = sum / (double)texts->count;
    free(logs);
    free(orders);
    return true;
}
