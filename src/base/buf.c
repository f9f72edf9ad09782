/* buf.c - see buf.h. Doubling growth; memory trouble aborts. */
#include "base/buf.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

void buf_init(struct buf *buf, size_t bytes_max)
{
    *buf = (struct buf){.bytes_max = bytes_max};
}

void buf_release(struct buf *buf)
{
    free(buf->ptr);
    *buf = (struct buf){.bytes_max = buf->bytes_max};
}

void buf_reset(struct buf *buf)
{
    buf->len = 0;
    buf->full = false;
    if (buf->ptr)
        buf->ptr[0] = '\0';
}

static bool reserve(struct buf *buf, size_t extra)
{
    if (buf->full || extra > buf->bytes_max - buf->len) {
        buf->full = true;
        return false;
    }
    size_t need = buf->len + extra + 1;
    if (need <= buf->capacity)
        return true;
    size_t capacity = buf->capacity ? buf->capacity : 64;
    while (capacity < need)
        capacity *= 2;
    buf->ptr = mem_resize(buf->ptr, capacity);
    buf->capacity = capacity;
    return true;
}

bool buf_add(struct buf *buf, str s)
{
    if (!reserve(buf, s.len))
        return false;
    if (s.len)
        memcpy(buf->ptr + buf->len, s.ptr, s.len);
    buf->len += s.len;
    buf->ptr[buf->len] = '\0';
    return true;
}

bool buf_add_cstr(struct buf *buf, const char *c_string)
{
    return buf_add(buf, str_of(c_string));
}

bool buf_add_char(struct buf *buf, char c)
{
    return buf_add(buf, (str){&c, 1});
}

bool buf_add_many(struct buf *buf, char c, size_t count)
{
    if (!reserve(buf, count))
        return false;
    memset(buf->ptr + buf->len, c, count);
    buf->len += count;
    buf->ptr[buf->len] = '\0';
    return true;
}

bool buf_add_utf8(struct buf *buf, uint32_t c)
{
    if (c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF))
        c = 0xFFFD;
    char out[4];
    size_t len;
    if (c < 0x80) {
        out[0] = (char)c;
        len = 1;
    } else if (c < 0x800) {
        out[0] = (char)(0xC0 | (c >> 6));
        out[1] = (char)(0x80 | (c & 0x3F));
        len = 2;
    } else if (c < 0x10000) {
        out[0] = (char)(0xE0 | (c >> 12));
        out[1] = (char)(0x80 | ((c >> 6) & 0x3F));
        out[2] = (char)(0x80 | (c & 0x3F));
        len = 3;
    } else {
        out[0] = (char)(0xF0 | (c >> 18));
        out[1] = (char)(0x80 | ((c >> 12) & 0x3F));
        out[2] = (char)(0x80 | ((c >> 6) & 0x3F));
        out[3] = (char)(0x80 | (c & 0x3F));
        len = 4;
    }
    return buf_add(buf, (str){out, len});
}

bool buf_printf(struct buf *buf, const char *format, ...)
{
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int need = vsnprintf(NULL, 0, format, args);
    va_end(args);
    assert(need >= 0);
    bool fits = reserve(buf, (size_t)need);
    if (fits) {
        vsnprintf(buf->ptr + buf->len, (size_t)need + 1, format, again);
        buf->len += (size_t)need;
    }
    va_end(again);
    return fits;
}

void buf_truncate(struct buf *buf, size_t len)
{
    assert(len <= buf->len);
    buf->len = len;
    if (buf->ptr)
        buf->ptr[len] = '\0';
}

str buf_str(const struct buf *buf)
{
    return (str){buf->ptr ? buf->ptr : "", buf->len};
}

const char *buf_cstr(const struct buf *buf)
{
    return buf->ptr ? buf->ptr : "";
}

char *buf_take(struct buf *buf)
{
    if (!buf->ptr)
        reserve(buf, 0);
    char *taken = buf->ptr ? buf->ptr : mem_zero(1, 1);
    taken[buf->len] = '\0';
    *buf = (struct buf){.bytes_max = buf->bytes_max};
    return taken;
}
