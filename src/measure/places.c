/* places.c - see places.h. */
#include "measure/places.h"

#include <assert.h>
#include <stdlib.h>

#include "base/mem.h"

enum { FILTER_BITS = 4, BITS_MIN = 6, BITS_MAX = 28 };

struct place {
    uint32_t check; /* lower half of the name */
    uint32_t at;
};

struct added {
    uint32_t high;
    struct place place;
};

void places_init(struct places *p)
{
    *p = (struct places){0};
    vec_init(&p->added, sizeof(struct added));
}

void places_release(struct places *p)
{
    vec_release(&p->added);
    free(p->entries);
    free(p->starts);
    free(p->filter);
}

void places_add(struct places *p, uint64_t name, uint32_t at)
{
    struct added added = {(uint32_t)(name >> 32), {(uint32_t)name, at}};
    assert(p->added.count < UINT32_MAX - 1);
    vec_push(&p->added, &added);
}

/* The upper bits of a name are its bit of the filter; of these the upper ones
 * are its bucket. */
static void set_bit(struct places *p, uint32_t high)
{
    uint32_t bit = high >> (32 - p->bits - FILTER_BITS);
    p->filter[bit >> 6] |= (uint64_t)1 << (bit & 63);
}

void places_seal(struct places *p)
{
    size_t count = p->added.count;
    const struct added *added = p->added.items;
    if (count == 0)
        return;
    p->bits = BITS_MIN;
    while (p->bits < BITS_MAX && (size_t)1 << p->bits < count)
        p->bits++;
    size_t buckets = (size_t)1 << p->bits;
    unsigned shift = 32 - p->bits;
    p->starts = mem_zero(buckets + 1, sizeof *p->starts);
    p->filter = mem_zero((buckets << FILTER_BITS) / 64, sizeof *p->filter);
    p->entries = mem_alloc(count * sizeof *p->entries);
    for (size_t i = 0; i < count; i++) {
        p->starts[(added[i].high >> shift) + 1]++;
        set_bit(p, added[i].high);
    }
    for (size_t b = 0; b < buckets; b++)
        p->starts[b + 1] += p->starts[b];
    /* Backwards from each end, so that starts end up as starts again. */
    for (size_t i = count; i-- > 0;)
        p->entries[--p->starts[(added[i].high >> shift) + 1]] = added[i].place;
    for (size_t b = 0; b < buckets; b++)
        p->starts[b] = p->starts[b + 1];
    p->starts[buckets] = (uint32_t)count;
    vec_release(&p->added);
    vec_init(&p->added, sizeof(struct added));
}

struct places_walk places_look(const struct places *p, uint64_t name)
{
    uint32_t high = (uint32_t)(name >> 32);
    if (p->bits == 0)
        return (struct places_walk){0};
    uint32_t bit = high >> (32 - p->bits - FILTER_BITS);
    if (!(p->filter[bit >> 6] >> (bit & 63) & 1))
        return (struct places_walk){0};
    uint32_t bucket = high >> (32 - p->bits);
    return (struct places_walk){p->entries + p->starts[bucket],
                                p->entries + p->starts[bucket + 1],
                                (uint32_t)name};
}

void places_prefetch(const struct places *p, uint64_t name)
{
    uint32_t high = (uint32_t)(name >> 32);
    if (p->bits)
        __builtin_prefetch(
            &p->filter[high >> (32 - p->bits - FILTER_BITS) >> 6]);
}

bool places_next(struct places_walk *walk, uint32_t *at)
{
    while (walk->next < walk->end) {
        const struct place *place = walk->next++;
        if (place->check != walk->check)
            continue;
        *at = place->at;
        return true;
    }
    return false;
}
