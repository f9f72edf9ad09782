/* map.c - see map.h. Open addressing over an insertion-ordered entry array;
 * load at most one half. */
#include "base/map.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

void map_init(struct map *map)
{
    *map = (struct map){0};
    vec_init(&map->entries, sizeof(struct map_entry));
    arena_init(&map->keys);
}

void map_release(struct map *map)
{
    vec_release(&map->entries);
    arena_release(&map->keys);
    free(map->slots);
    map_init(map);
}

void map_reset(struct map *map)
{
    vec_reset(&map->entries);
    arena_reset(&map->keys);
    if (map->slot_count)
        memset(map->slots, 0, map->slot_count * sizeof *map->slots);
}

/* The slot of the key, or the free slot where it belongs. */
static size_t find_slot(const struct map *map, str key, uint64_t hash)
{
    size_t mask = map->slot_count - 1;
    for (size_t i = (size_t)hash & mask;; i = (i + 1) & mask) {
        if (map->slots[i] == 0)
            return i;
        const struct map_entry *e = vec_at(&map->entries, map->slots[i] - 1);
        if (e->hash == hash && str_equal(e->key, key))
            return i;
    }
}

static void grow(struct map *map)
{
    size_t count = map->slot_count ? map->slot_count * 2 : 16;
    free(map->slots);
    map->slots = mem_zero(count, sizeof *map->slots);
    map->slot_count = count;
    for (size_t i = 0; i < map->entries.count; i++) {
        const struct map_entry *e = vec_at(&map->entries, i);
        size_t slot = (size_t)e->hash & (count - 1);
        while (map->slots[slot])
            slot = (slot + 1) & (count - 1);
        map->slots[slot] = (uint32_t)(i + 1);
    }
}

bool map_get(const struct map *map, str key, uint64_t *value)
{
    if (map->slot_count == 0)
        return false;
    size_t slot = find_slot(map, key, str_hash(key));
    if (map->slots[slot] == 0)
        return false;
    if (value)
        *value = map_entry(map, map->slots[slot] - 1)->value;
    return true;
}

uint64_t *map_slot(struct map *map, str key)
{
    if (map->entries.count * 2 >= map->slot_count)
        grow(map);
    assert(map->entries.count < UINT32_MAX - 1);
    uint64_t hash = str_hash(key);
    size_t slot = find_slot(map, key, hash);
    if (map->slots[slot] == 0) {
        struct map_entry *e = vec_add(&map->entries);
        e->key = arena_copy(&map->keys, key);
        e->hash = hash;
        map->slots[slot] = (uint32_t)map->entries.count;
    }
    struct map_entry *e = vec_at(&map->entries, map->slots[slot] - 1);
    return &e->value;
}

bool map_put(struct map *map, str key, uint64_t value)
{
    size_t before = map->entries.count;
    *map_slot(map, key) = value;
    return map->entries.count != before;
}

uint64_t map_count(struct map *map, str key, uint64_t increment)
{
    uint64_t *slot = map_slot(map, key);
    *slot += increment;
    return *slot;
}

uint64_t map_number(struct map *map, str key)
{
    uint64_t number = map_size(map);
    if (!map_get(map, key, &number))
        map_put(map, key, number);
    return number;
}

size_t map_size(const struct map *map)
{
    return map->entries.count;
}

const struct map_entry *map_entry(const struct map *map, size_t index)
{
    return vec_at(&map->entries, index);
}
