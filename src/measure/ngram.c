/* ngram.c - see ngram.h. */
#include "measure/ngram.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

void ngrams_init(struct ngrams *table, size_t limit)
{
    *table = (struct ngrams){.limit = limit};
}

void ngrams_release(struct ngrams *table)
{
    free(table->names);
    free(table->counts);
    *table = (struct ngrams){0};
}

static size_t place(const struct ngrams *t, uint64_t name)
{
    size_t mask = t->slots - 1, i = (size_t)(name >> 20) & mask;
    while (t->names[i] && t->names[i] != name)
        i = (i + 1) & mask;
    return i;
}

static bool kept(const struct ngrams *t, uint64_t name)
{
    return (name & (((uint64_t)1 << t->level) - 1)) == 0;
}

/* A table of so many slots with what is kept of the old one. */
static void rebuild(struct ngrams *t, size_t slots)
{
    struct ngrams old = *t;
    t->names = mem_zero(slots, sizeof *t->names);
    t->counts = mem_zero(slots, sizeof *t->counts);
    t->slots = slots;
    t->used = 0;
    for (size_t i = 0; i < old.slots; i++) {
        if (!old.names[i] || !kept(t, old.names[i]))
            continue;
        size_t at = place(t, old.names[i]);
        t->names[at] = old.names[i];
        t->counts[at] = old.counts[i];
        t->used++;
    }
    free(old.names);
    free(old.counts);
}

void ngrams_add(struct ngrams *t, uint64_t name)
{
    name += name == 0;
    t->total++;
    if (!kept(t, name))
        return;
    if (t->used * 2 >= t->slots) {
        if (t->used >= t->limit)
            t->level++;
        rebuild(t, t->used >= t->limit ? t->slots
                                       : (t->slots ? t->slots * 2 : 1024));
        if (!kept(t, name))
            return;
    }
    size_t at = place(t, name);
    t->used += t->names[at] == 0;
    t->names[at] = name;
    t->counts[at] += t->counts[at] != UINT32_MAX;
}

double ngrams_different(const struct ngrams *t)
{
    return ldexp((double)t->used, (int)t->level);
}

bool ngrams_entropy(const struct ngrams *t, double *bits, struct err *err)
{
    if (t->total == 0)
        return err_set(err, ERR_UNDEFINED, "no n-grams");
    double sum = 0, all = (double)t->total;
    for (size_t i = 0; i < t->slots; i++)
        if (t->names[i])
            sum += t->counts[i] * log2((double)t->counts[i]);
    *bits = log2(all) - ldexp(sum, (int)t->level) / all;
    return true;
}

enum { AHEAD = 12 }; /* how far the cache is told what comes */

void ngrams_add_list(struct ngrams *t, const struct vec *names)
{
    const uint64_t *list = names->items;
    for (size_t i = 0; i < names->count; i++) {
        if (i + AHEAD < names->count && t->slots && kept(t, list[i + AHEAD])) {
            size_t soon = (size_t)(list[i + AHEAD] >> 20) & (t->slots - 1);
            __builtin_prefetch(&t->names[soon]);
            __builtin_prefetch(&t->counts[soon]);
        }
        ngrams_add(t, list[i]);
    }
}

static uint64_t mix(uint64_t name, uint64_t next)
{
    name = (name ^ (next + 0x9E3779B97F4A7C15u)) * 0xD6E8FEB86659FD93u;
    return (name ^ (name >> 32)) * 0xD6E8FEB86659FD93u;
}

/* The name of a sequence of tokens that ends with what was mixed in last. */
static uint64_t finish(uint64_t name)
{
    return name ^ (name >> 29);
}

void ngram_tokens(const struct reading *r, struct vec *names)
{
    for (size_t i = 0; i < r->tokens.count; i++)
        *(uint64_t *)vec_add(names) =
            map_entry(&r->types, READ_TOKEN(r, i))->hash;
}

/* A token's n-grams begin alike: each is the shorter one mixed with the next
 * token. */
void ngram_lists(const struct reading *r, struct vec *lists)
{
    const uint32_t *tokens = r->tokens.items;
    for (size_t n = 0; n < NGRAM_LISTS; n++)
        vec_reserve(&lists[n], lists[n].count + r->tokens.count);
    for (size_t t = 0; t < r->turns.count; t++) {
        const struct spoken *turn = READ_TURN(r, t);
        size_t end = turn->first + turn->count;
        for (size_t i = turn->first; i < end; i++) {
            uint64_t name = 1;
            for (size_t k = 0; k <= NGRAM_LISTS && i + k < end; k++) {
                name = mix(name, map_entry(&r->types, tokens[i + k])->hash);
                uint64_t finished = finish(name);
                if (k > 0)
                    vec_push(&lists[k - 1], &finished);
            }
        }
    }
}

size_t ngrams_distinct(const struct vec *names, struct vec *scratch)
{
    size_t slots = 16, different = 0;
    while (slots < 2 * names->count)
        slots *= 2;
    vec_reset(scratch);
    vec_reserve(scratch, slots);
    uint64_t *seen = scratch->items;
    memset(seen, 0, slots * sizeof *seen);
    for (size_t i = 0; i < names->count; i++) {
        uint64_t name = *(const uint64_t *)vec_at(names, i);
        name += name == 0;
        size_t at = (size_t)(name >> 20) & (slots - 1);
        while (seen[at] && seen[at] != name)
            at = (at + 1) & (slots - 1);
        different += seen[at] == 0;
        seen[at] = name;
    }
    return different;
}
