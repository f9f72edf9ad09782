/* window.h - a sliding view of a source: bytes stay in place until used.
 *
 *     struct window w;
 *     window_init(&w, source);
 *     while (!enough(w.bytes + w.from, w.to - w.from) && !w.at_end)
 *         if (!window_more(&w, &err)) …
 *     w.from += used;
 *     window_release(&w);
 *
 * Readers that find rows in a stream (lines, CSV) stand on it. It grows as
 * long as nothing is used up; the reader sets the limit.
 */
#ifndef BASE_WINDOW_H
#define BASE_WINDOW_H

#include "base/lines.h"

struct window {
    struct source *source; /* owned */
    char *bytes;           /* owned; the unread ones are [from, to) */
    size_t from, to, capacity;
    bool at_end; /* the source gave its last byte */
};

/* Takes over the source. */
void window_init(struct window *window, struct source *source);
void window_release(struct window *window);
/* Moves the unread bytes to the front and reads once behind them; views into
 * the window end with it. False on an error. */
MUST_USE bool window_more(struct window *window, struct err *err);
/* The unread bytes begin with the UTF-8 byte order mark. */
bool window_at_mark(const struct window *window);
enum { WINDOW_MARK_BYTES = 3 };

#endif
