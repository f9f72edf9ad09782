/* window.c - see window.h. */
#include "base/window.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { FIRST_BYTES = 1 << 18 };

void window_init(struct window *w, struct source *source)
{
    *w = (struct window){.source = source,
                         .bytes = mem_alloc(FIRST_BYTES),
                         .capacity = FIRST_BYTES};
}

void window_release(struct window *w)
{
    source_close(w->source);
    free(w->bytes);
}

bool window_more(struct window *w, struct err *err)
{
    if (w->from > 0) {
        memmove(w->bytes, w->bytes + w->from, w->to - w->from);
        w->to -= w->from;
        w->from = 0;
    }
    if (w->to == w->capacity) {
        w->capacity *= 2;
        w->bytes = mem_resize(w->bytes, w->capacity);
    }
    ptrdiff_t got =
        source_read(w->source, w->bytes + w->to, w->capacity - w->to, err);
    if (got < 0)
        return false;
    w->at_end = got == 0;
    w->to += (size_t)got;
    return true;
}

bool window_at_mark(const struct window *w)
{
    return w->to - w->from >= WINDOW_MARK_BYTES &&
           memcmp(w->bytes + w->from, "\xEF\xBB\xBF", WINDOW_MARK_BYTES) == 0;
}
