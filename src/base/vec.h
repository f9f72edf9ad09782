/* vec.h - a growing array of items of one size.
 *
 *     struct vec turns;
 *     vec_init(&turns, sizeof(struct turn));
 *     *(struct turn *)vec_add(&turns) = t;
 *     for (size_t i = 0; i < turns.count; i++)
 *         use(vec_at(&turns, i));
 *     vec_release(&turns);
 *
 * Pointers into it are valid until the next vec_add.
 */
#ifndef BASE_VEC_H
#define BASE_VEC_H

#include <stddef.h>

struct vec {
    void *items; /* owned */
    size_t count;
    size_t capacity;
    size_t item_bytes;
};

void vec_init(struct vec *vec, size_t item_bytes);
void vec_release(struct vec *vec);
void vec_reset(struct vec *vec);
/* A new zeroed item at the end. */
void *vec_add(struct vec *vec);
void vec_push(struct vec *vec, const void *item); /* copies item_bytes */
void *vec_at(const struct vec *vec, size_t index);
void vec_reserve(struct vec *vec, size_t count);

#endif
