/* buf.h - a growing byte buffer that is born with its maximum.
 *
 *     struct buf out;
 *     buf_init(&out, 16 << 20);
 *     buf_add(&out, STR("id="));
 *     buf_printf(&out, "%d", 7);
 *     if (out.full) ...            // something did not fit: nothing spilled
 *     use(buf_str(&out));
 *     buf_release(&out);
 *
 * An addition that would pass the maximum is dropped whole, sets `full` and
 * returns false; later additions are dropped too, so one check at the end is
 * enough. The bytes are always followed by a NUL. One thread at a time.
 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include "base/str.h"

struct buf {
    char *ptr; /* owned; NULL until the first addition */
    size_t len;
    size_t capacity;
    size_t bytes_max;
    bool full;
};

#define BUF_MAX ((size_t)1 << 40)

void buf_init(struct buf *buf, size_t bytes_max);
void buf_release(struct buf *buf);
void buf_reset(struct buf *buf); /* empty, memory kept */

bool buf_add(struct buf *buf, str s);
bool buf_add_cstr(struct buf *buf, const char *c_string);
bool buf_add_char(struct buf *buf, char c);
bool buf_add_many(struct buf *buf, char c, size_t count);
/* The code point as UTF-8; values that are none become U+FFFD. */
bool buf_add_utf8(struct buf *buf, uint32_t code_point);
bool buf_printf(struct buf *buf, const char *format, ...) PRINTF_LIKE(2, 3);

/* Cuts the content to its first `len` bytes. */
void buf_truncate(struct buf *buf, size_t len);

/* The content; valid until the next change. */
str buf_str(const struct buf *buf);
/* The content as a C string ("" when empty); valid until the next change. */
const char *buf_cstr(const struct buf *buf);
/* The content as malloc'ed C string, ownership to the caller; buf is empty
 * afterwards. */
char *buf_take(struct buf *buf);

#endif
