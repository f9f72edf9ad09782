/* peek.c - see peek.h. */
#include "corpus/peek.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

struct ahead {
    struct source *inner; /* owned, or NULL */
    char *owned;
    const char *bytes;
    size_t from, to;
    struct err failed; /* what reading ahead ran into */
};

static ptrdiff_t ahead_read(void *ctx, char *out, size_t capacity,
                            struct err *err)
{
    struct ahead *a = ctx;
    if (a->from == a->to) {
        if (a->failed.code != ERR_NONE && err)
            *err = a->failed;
        if (a->failed.code != ERR_NONE)
            return -1;
        return a->inner ? source_read(a->inner, out, capacity, err) : 0;
    }
    size_t give = a->to - a->from < capacity ? a->to - a->from : capacity;
    memcpy(out, a->bytes + a->from, give);
    a->from += give;
    return (ptrdiff_t)give;
}

static void ahead_close(void *ctx)
{
    struct ahead *a = ctx;
    source_close(a->inner);
    free(a->owned);
    free(a);
}

struct source *peek_source(struct source *inner, char *bytes, size_t capacity,
                           str *head)
{
    struct ahead *a = mem_zero(1, sizeof *a);
    a->inner = inner;
    a->bytes = bytes;
    ptrdiff_t got = 0;
    while (a->to < capacity &&
           (got = source_read(inner, bytes + a->to, capacity - a->to,
                              &a->failed)) > 0)
        a->to += (size_t)got;
    *head = str_make(bytes, a->to);
    return source_of(ahead_read, ahead_close, a);
}

struct source *memory_source(str bytes, char *owned)
{
    struct ahead *a = mem_zero(1, sizeof *a);
    a->bytes = bytes.ptr;
    a->to = bytes.len;
    a->owned = owned;
    return source_of(ahead_read, ahead_close, a);
}
