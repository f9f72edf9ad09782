/* places.h - where in millions of texts does a name stand?
 *
 *     struct places places;
 *     places_init(&places);
 *     places_add(&places, name, at);          // any number, any order
 *     places_seal(&places);
 *     struct places_walk walk = places_look(&places, name);
 *     for (uint32_t at; places_next(&walk, &at);)
 *         use(at);                            // in the order of adding
 *     places_release(&places);
 *
 * A name is a 64-bit hash. Sealing counts the names by their upper bits and
 * lays them out bucket by bucket, about one a bucket, in time linear in their
 * number; looking up reads one bit, and, where that is set, two cache lines. Of
 * a name the bucket and 32 further bits are kept: about one look-up of a name
 * that was never added in four thousand million finds one all the same, so
 * callers verify. Memory: 8 bytes a name, and 6 to 12 for bits and buckets;
 * while adding, 12. One thread adds and seals; afterwards any thread may look.
 */
#ifndef MEASURE_PLACES_H
#define MEASURE_PLACES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/vec.h"

struct places {
    struct vec added;      /* struct place, until sealed */
    struct place *entries; /* owned; by bucket */
    uint32_t *starts;      /* owned; of each bucket, and the end */
    uint64_t *filter;      /* owned; 16 bits a bucket */
    unsigned bits;         /* of the number of buckets; 0: nothing is there */
};

struct places_walk {
    const struct place *next, *end;
    uint32_t check;
};

void places_init(struct places *places);
void places_release(struct places *places);
/* At most UINT32_MAX - 1 in all (asserted). */
void places_add(struct places *places, uint64_t name, uint32_t at);
void places_seal(struct places *places);

struct places_walk places_look(const struct places *places, uint64_t name);
/* Asks the processor for what places_look will read. */
void places_prefetch(const struct places *places, uint64_t name);
bool places_next(struct places_walk *walk, uint32_t *at);

#endif
