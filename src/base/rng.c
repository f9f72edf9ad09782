/* rng.c - see rng.h. */
#include "base/rng.h"

#include <assert.h>
#include <math.h>
#include <string.h>

static uint64_t mix(uint64_t z)
{
    z += 0x9E3779B97F4A7C15u;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

struct rng rng_at(uint64_t seed, uint64_t stream, uint64_t index)
{
    return (struct rng){.key = mix(mix(mix(seed) ^ stream) ^ index)};
}

uint64_t rng_next(struct rng *rng)
{
    return mix(rng->key + 0x9E3779B97F4A7C15u * rng->counter++);
}

uint64_t rng_below(struct rng *rng, uint64_t bound)
{
    assert(bound > 0);
    for (;;) {
        /* What is rejected is below -bound % bound, which is below bound. */
        uint64_t value = rng_next(rng);
        if (value >= bound || value >= -bound % bound)
            return value % bound;
    }
}

int64_t rng_between(struct rng *rng, int64_t low, int64_t high)
{
    assert(low <= high);
    uint64_t span = (uint64_t)high - (uint64_t)low + 1;
    uint64_t offset = span ? rng_below(rng, span) : rng_next(rng);
    return (int64_t)((uint64_t)low + offset);
}

double rng_unit(struct rng *rng)
{
    return (double)(rng_next(rng) >> 11) * 0x1p-53;
}

bool rng_chance(struct rng *rng, double probability)
{
    return rng_unit(rng) < probability;
}

double rng_normal(struct rng *rng)
{
    double u = 1.0 - rng_unit(rng);
    double v = rng_unit(rng);
    return sqrt(-2.0 * log(u)) * cos(6.283185307179586 * v);
}

size_t rng_weighted(struct rng *rng, const double *weights, size_t count)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += weights[i];
    assert(count > 0 && sum > 0);
    double target = rng_unit(rng) * sum;
    size_t last = 0;
    for (size_t i = 0; i < count; i++) {
        if (weights[i] <= 0)
            continue;
        last = i;
        target -= weights[i];
        if (target < 0)
            return i;
    }
    return last;
}

void rng_shuffle(struct rng *rng, void *items, size_t count, size_t item_bytes)
{
    char spare[256];
    char *base = items;
    assert(item_bytes <= sizeof spare);
    for (size_t i = count; i > 1; i--) {
        size_t j = (size_t)rng_below(rng, i);
        if (j == i - 1)
            continue;
        char *a = base + (i - 1) * item_bytes, *b = base + j * item_bytes;
        memcpy(spare, a, item_bytes);
        memcpy(a, b, item_bytes);
        memcpy(b, spare, item_bytes);
    }
}
