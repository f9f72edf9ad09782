/* arena.h - memory of one lifetime, released at once.
 *
 *     struct arena arena;
 *     arena_init(&arena);
 *     for (each record) {
 *         str name = arena_copy(&arena, borrowed);
 *         ...
 *         arena_reset(&arena);         // everything above is gone
 *     }
 *     arena_release(&arena);
 *
 * Allocations are aligned for any type, zeroed, and never freed one by one.
 * One thread at a time. Reset keeps the newest chunk for the next round.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include "base/str.h"

struct arena_chunk;

struct arena {
    struct arena_chunk *newest; /* owned */
    size_t used;                /* bytes taken in the newest chunk */
    size_t total_bytes;         /* of all chunks */
};

void arena_init(struct arena *arena);
void arena_release(struct arena *arena);
void arena_reset(struct arena *arena);

void *arena_alloc(struct arena *arena, size_t bytes);
/* An array of `count` zeroed items; aborts on overflow. */
void *arena_array(struct arena *arena, size_t count, size_t item_bytes);
/* A copy that is followed by a NUL. */
str arena_copy(struct arena *arena, str s);
const char *arena_cstr(struct arena *arena, str s);
str arena_printf(struct arena *arena, const char *format, ...)
    PRINTF_LIKE(2, 3);

#endif
