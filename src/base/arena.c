/* arena.c - see arena.h. A chain of chunks, each twice the last up to 1 MiB;
 * an allocation larger than that gets a chunk of its own size. */
#include "base/arena.h"

#include <assert.h>
#include <stdalign.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { CHUNK_FIRST = 4096, CHUNK_LARGEST = 1 << 20 };

struct arena_chunk {
    struct arena_chunk *older;
    size_t capacity;
    alignas(max_align_t) char bytes[];
};

void arena_init(struct arena *arena)
{
    *arena = (struct arena){0};
}

void arena_release(struct arena *arena)
{
    for (struct arena_chunk *c = arena->newest, *older; c; c = older) {
        older = c->older;
        free(c);
    }
    *arena = (struct arena){0};
}

void arena_reset(struct arena *arena)
{
    struct arena_chunk *keep = arena->newest;
    if (!keep)
        return;
    for (struct arena_chunk *c = keep->older, *older; c; c = older) {
        older = c->older;
        free(c);
    }
    keep->older = NULL;
    memset(keep->bytes, 0, arena->used);
    arena->used = 0;
    arena->total_bytes = keep->capacity;
}

static void add_chunk(struct arena *arena, size_t bytes)
{
    size_t capacity = CHUNK_FIRST;
    if (arena->newest)
        capacity = arena->newest->capacity * 2;
    if (capacity > CHUNK_LARGEST)
        capacity = CHUNK_LARGEST;
    if (capacity < bytes)
        capacity = bytes;
    struct arena_chunk *chunk = mem_zero(1, sizeof *chunk + capacity);
    chunk->older = arena->newest;
    chunk->capacity = capacity;
    arena->newest = chunk;
    arena->used = 0;
    arena->total_bytes += capacity;
}

void *arena_alloc(struct arena *arena, size_t bytes)
{
    size_t align = alignof(max_align_t);
    assert(bytes <= SIZE_MAX - align);
    size_t rounded = (bytes + align - 1) / align * align;
    if (!arena->newest || arena->newest->capacity - arena->used < rounded)
        add_chunk(arena, rounded);
    void *result = arena->newest->bytes + arena->used;
    arena->used += rounded;
    return result;
}

void *arena_array(struct arena *arena, size_t count, size_t item_bytes)
{
    assert(item_bytes == 0 || count <= SIZE_MAX / 2 / item_bytes);
    return arena_alloc(arena, count * item_bytes);
}

str arena_copy(struct arena *arena, str s)
{
    char *copy = arena_alloc(arena, s.len + 1);
    if (s.len)
        memcpy(copy, s.ptr, s.len);
    return (str){copy, s.len};
}

const char *arena_cstr(struct arena *arena, str s)
{
    return arena_copy(arena, s).ptr;
}

str arena_printf(struct arena *arena, const char *format, ...)
{
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int need = vsnprintf(NULL, 0, format, args);
    va_end(args);
    assert(need >= 0);
    char *text = arena_alloc(arena, (size_t)need + 1);
    vsnprintf(text, (size_t)need + 1, format, again);
    va_end(again);
    return (str){text, (size_t)need};
}
