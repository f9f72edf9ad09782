/* map.h - a hash map from byte strings to 64-bit values.
 *
 *     struct map seen;
 *     map_init(&seen);
 *     if (!map_get(&seen, id, &index))
 *         map_put(&seen, id, next++);
 *     map_release(&seen);
 *
 * Keys are copied into the map. Iteration (map_entry) goes in the order of
 * first insertion, so output never depends on hashing. There is no removal.
 * One thread at a time; reads may be shared when nobody writes.
 */
#ifndef BASE_MAP_H
#define BASE_MAP_H

#include "base/arena.h"
#include "base/str.h"
#include "base/vec.h"

struct map_entry {
    str key; /* in the map's arena */
    uint64_t hash;
    uint64_t value;
};

struct map {
    struct vec entries; /* struct map_entry, insertion order */
    uint32_t *slots;    /* owned; entry index + 1, 0 = free */
    size_t slot_count;  /* power of two, or 0 */
    struct arena keys;
};

void map_init(struct map *map);
void map_release(struct map *map);
void map_reset(struct map *map);

/* False when the key is absent (value untouched). value may be NULL. */
bool map_get(const struct map *map, str key, uint64_t *value);
/* Inserts or overwrites; true when the key is new. */
bool map_put(struct map *map, str key, uint64_t value);
/* Adds to the value of the key (absent = 0) and returns the new value. */
uint64_t map_count(struct map *map, str key, uint64_t increment);
/* The value cell of the key, inserted as 0 when absent; valid until the next
 * insertion. */
uint64_t *map_slot(struct map *map, str key);
/* Numbers the keys 0, 1, … in order of first use: the value of the key, which
 * is inserted with the next number when absent. */
uint64_t map_number(struct map *map, str key);
size_t map_size(const struct map *map);
const struct map_entry *map_entry(const struct map *map, size_t index);

#endif
