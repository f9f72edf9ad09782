/* rng.h - counter-based random numbers: no shared state, no order of calls.
 *
 *     struct rng rng = rng_at(seed, RNG_STREAM("brief"), row_index);
 *     size_t pick = rng_below(&rng, count);
 *
 * The same (seed, stream, index) gives the same sequence on every machine,
 * whatever the number of threads and wherever a run was interrupted. The mixer
 * is SplitMix64 (Steele, Lea, Flood 2014) over a key hashed from the three.
 * Not for secrets.
 */
#ifndef BASE_RNG_H
#define BASE_RNG_H

#include "base/str.h"

struct rng {
    uint64_t key;
    uint64_t counter;
};

/* Names a stream: the hash of its name. */
#define RNG_STREAM(name) str_hash(STR(name))

struct rng rng_at(uint64_t seed, uint64_t stream, uint64_t index);

uint64_t rng_next(struct rng *rng);
/* Uniform in [0, bound), without modulo bias; bound > 0. */
uint64_t rng_below(struct rng *rng, uint64_t bound);
/* Uniform integer in [low, high], both included. */
int64_t rng_between(struct rng *rng, int64_t low, int64_t high);
/* Uniform in [0, 1) with 53 bits. */
double rng_unit(struct rng *rng);
bool rng_chance(struct rng *rng, double probability);
double rng_normal(struct rng *rng); /* mean 0, sd 1 (Box-Muller) */
/* Index drawn with probability weights[i] / sum; the sum must be > 0. */
size_t rng_weighted(struct rng *rng, const double *weights, size_t count);
/* Fisher-Yates over `count` items of item_bytes (at most 256). */
void rng_shuffle(struct rng *rng, void *items, size_t count, size_t item_bytes);

#endif
