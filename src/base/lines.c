/* lines.c - see lines.h. A sliding buffer over a source; lines are found with
 * memchr and returned in place. */
#include "base/lines.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { BUFFER_FIRST = 1 << 18 };

struct lines {
    struct source *source; /* owned */
    char *buffer;          /* owned */
    size_t capacity, bytes_max;
    size_t from, to; /* unread part of the buffer */
    uint64_t number, bytes;
    bool started; /* a byte order mark was looked for */
    bool at_end, too_long;
};

struct lines *lines_open(const char *path, size_t bytes_max, struct err *err)
{
    struct source *source = source_open(path, err);
    return source ? lines_over(source, bytes_max) : NULL;
}

struct lines *lines_over(struct source *source, size_t bytes_max)
{
    struct lines *in = mem_zero(1, sizeof *in);
    in->source = source;
    in->bytes_max = bytes_max ? bytes_max : LINES_BYTES_MAX;
    in->capacity = BUFFER_FIRST;
    in->buffer = mem_alloc(in->capacity);
    return in;
}

void lines_close(struct lines *in)
{
    if (!in)
        return;
    source_close(in->source);
    free(in->buffer);
    free(in);
}

/* Makes room behind `to` and reads once. False on an error. */
static bool read_more(struct lines *in, struct err *err)
{
    if (in->from > 0) {
        memmove(in->buffer, in->buffer + in->from, in->to - in->from);
        in->to -= in->from;
        in->from = 0;
    }
    if (in->to == in->capacity) {
        in->capacity *= 2;
        in->buffer = mem_resize(in->buffer, in->capacity);
    }
    ptrdiff_t got = source_read(in->source, in->buffer + in->to,
                                in->capacity - in->to, err);
    if (got < 0)
        return false;
    in->at_end = got == 0;
    in->to += (size_t)got;
    return true;
}

/* Once, when the first bytes are there. */
static void drop_mark(struct lines *in)
{
    if (in->started || (in->to - in->from < 3 && !in->at_end))
        return;
    in->started = true;
    if (in->to - in->from >= 3 &&
        memcmp(in->buffer + in->from, "\xEF\xBB\xBF", 3) == 0) {
        in->from += 3;
        in->bytes += 3;
    }
}

/* Discards bytes up to and including the next line end. */
static bool skip_line(struct lines *in, struct err *err)
{
    for (;;) {
        char *start = in->buffer + in->from;
        char *end = memchr(start, '\n', in->to - in->from);
        if (end) {
            in->bytes += (size_t)(end - start) + 1;
            in->from += (size_t)(end - start) + 1;
            return true;
        }
        in->bytes += in->to - in->from;
        in->from = in->to;
        if (in->at_end)
            return true;
        if (!read_more(in, err))
            return false;
    }
}

static str finish(struct lines *in, size_t len, size_t consumed)
{
    str line = str_make(in->buffer + in->from, len);
    if (line.len && line.ptr[line.len - 1] == '\r')
        line.len--;
    in->from += consumed;
    in->bytes += consumed;
    in->number++;
    return line;
}

bool lines_next(struct lines *in, str *line, struct err *err)
{
    in->too_long = false;
    size_t searched = 0;
    for (;;) {
        size_t before = in->from;
        drop_mark(in);
        if (in->from != before)
            searched = 0;
        char *start = in->buffer + in->from;
        size_t have = in->to - in->from;
        char *end = have > searched
                        ? memchr(start + searched, '\n', have - searched)
                        : NULL;
        size_t len = end ? (size_t)(end - start) : have;
        if (len > in->bytes_max) {
            in->too_long = true;
            in->number++;
            *line = STR("");
            return skip_line(in, err);
        }
        if (end) {
            *line = finish(in, len, len + 1);
            return true;
        }
        if (in->at_end) {
            if (have == 0)
                return false;
            *line = finish(in, have, have);
            return true;
        }
        searched = have;
        if (!read_more(in, err))
            return false;
    }
}

bool lines_too_long(const struct lines *in)
{
    return in->too_long;
}

uint64_t lines_number(const struct lines *in)
{
    return in->number;
}

uint64_t lines_bytes(const struct lines *in)
{
    return in->bytes;
}
