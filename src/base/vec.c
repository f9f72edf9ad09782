/* vec.c - see vec.h. */
#include "base/vec.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

void vec_init(struct vec *vec, size_t item_bytes)
{
    assert(item_bytes > 0);
    *vec = (struct vec){.item_bytes = item_bytes};
}

void vec_release(struct vec *vec)
{
    free(vec->items);
    vec_init(vec, vec->item_bytes);
}

void vec_reset(struct vec *vec)
{
    vec->count = 0;
}

void vec_reserve(struct vec *vec, size_t count)
{
    if (count <= vec->capacity)
        return;
    assert(count <= SIZE_MAX / 2 / vec->item_bytes);
    size_t capacity = vec->capacity ? vec->capacity : 8;
    while (capacity < count)
        capacity *= 2;
    vec->items = mem_resize(vec->items, capacity * vec->item_bytes);
    vec->capacity = capacity;
}

void *vec_add(struct vec *vec)
{
    vec_reserve(vec, vec->count + 1);
    void *item = (char *)vec->items + vec->count++ * vec->item_bytes;
    memset(item, 0, vec->item_bytes);
    return item;
}

void vec_push(struct vec *vec, const void *item)
{
    memcpy(vec_add(vec), item, vec->item_bytes);
}

void *vec_at(const struct vec *vec, size_t index)
{
    assert(index < vec->count);
    return (char *)vec->items + index * vec->item_bytes;
}
