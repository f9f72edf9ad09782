/* phrase.c - see phrase.h.
 *
 * The first two bytes of every phrase are marked in a bit set; a text position
 * whose two bytes are not in it costs one test. The others are compared with
 * the phrases of that beginning, which lie together in sorted order. */
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/mem.h"
#include "reply/phrase.h"

enum { BEGINNINGS = 1 << 16 };

struct phrases {
    struct arena arena;
    str *items; /* in arena; by their first two bytes, longest first */
    size_t count;
    uint64_t marked[BEGINNINGS / 64];
    uint32_t first[BEGINNINGS]; /* index of the first one, where marked */
};

static unsigned beginning(const char *p)
{
    return (unsigned)((unsigned char)p[0] << 8 | (unsigned char)p[1]);
}

static int by_beginning(const void *left, const void *right)
{
    str a = *(const str *)left, b = *(const str *)right;
    unsigned x = beginning(a.ptr), y = beginning(b.ptr);
    if (x != y)
        return x < y ? -1 : 1;
    if (a.len != b.len)
        return a.len > b.len ? -1 : 1;
    return str_compare(a, b);
}

struct phrases *phrases_new(const struct vec *strings)
{
    struct phrases *p = mem_zero(1, sizeof *p);
    arena_init(&p->arena);
    p->items = arena_array(&p->arena, strings->count + 1, sizeof *p->items);
    for (size_t i = 0; i < strings->count; i++) {
        str s = *(str *)vec_at(strings, i);
        if (s.len >= 2)
            p->items[p->count++] = arena_copy(&p->arena, s);
    }
    qsort(p->items, p->count, sizeof *p->items, by_beginning);
    for (size_t i = p->count; i-- > 0;) {
        unsigned start = beginning(p->items[i].ptr);
        p->marked[start / 64] |= (uint64_t)1 << (start % 64);
        p->first[start] = (uint32_t)i;
    }
    return p;
}

void phrases_free(struct phrases *phrases)
{
    if (!phrases)
        return;
    arena_release(&phrases->arena);
    free(phrases);
}

static bool latin(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

/* The longest phrase that stands at `at` as whole words, or 0. */
static size_t length_at(const struct phrases *p, str text, size_t at)
{
    unsigned start = beginning(text.ptr + at);
    if (!(p->marked[start / 64] >> (start % 64) & 1))
        return 0;
    for (size_t i = p->first[start]; i < p->count; i++) {
        str s = p->items[i];
        if (beginning(s.ptr) != start)
            return 0;
        if (s.len > text.len - at || memcmp(s.ptr, text.ptr + at, s.len) != 0)
            continue;
        bool open_left = at > 0 && latin(s.ptr[0]) && latin(text.ptr[at - 1]);
        bool open_right = at + s.len < text.len && latin(s.ptr[s.len - 1]) &&
                          latin(text.ptr[at + s.len]);
        if (!open_left && !open_right)
            return s.len;
    }
    return 0;
}

size_t phrases_find(const struct phrases *phrases, str text, size_t from,
                    size_t *end)
{
    for (size_t at = from; at + 1 < text.len; at++) {
        size_t len = length_at(phrases, text, at);
        if (len) {
            if (end)
                *end = at + len;
            return at;
        }
    }
    return STR_NONE;
}

bool phrases_begin(const struct phrases *phrases, str text)
{
    return text.len >= 2 && length_at(phrases, text, 0) > 0;
}
