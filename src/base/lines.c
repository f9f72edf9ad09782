/* lines.c - see lines.h. A sliding buffer over a source; lines are found with
 * memchr and returned in place. */
#include "base/lines.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/window.h"

struct lines {
    struct window window;
    size_t bytes_max;
    uint64_t number, bytes;
    bool started; /* a byte order mark was looked for */
    bool too_long;
};

struct lines *lines_open(const char *path, size_t bytes_max, struct err *err)
{
    struct source *source = source_open(path, err);
    return source ? lines_over(source, bytes_max) : NULL;
}

struct lines *lines_over(struct source *source, size_t bytes_max)
{
    struct lines *in = mem_zero(1, sizeof *in);
    in->bytes_max = bytes_max ? bytes_max : LINES_BYTES_MAX;
    window_init(&in->window, source);
    return in;
}

void lines_close(struct lines *in)
{
    if (!in)
        return;
    window_release(&in->window);
    free(in);
}

/* Once, when the first bytes are there. */
static void drop_mark(struct lines *in)
{
    if (in->started || (in->window.to - in->window.from < WINDOW_MARK_BYTES &&
                        !in->window.at_end))
        return;
    in->started = true;
    if (window_at_mark(&in->window)) {
        in->window.from += WINDOW_MARK_BYTES;
        in->bytes += WINDOW_MARK_BYTES;
    }
}

/* Discards bytes up to and including the next line end. */
static bool skip_line(struct lines *in, struct err *err)
{
    for (;;) {
        char *start = in->window.bytes + in->window.from;
        char *end = memchr(start, '\n', in->window.to - in->window.from);
        if (end) {
            in->bytes += (size_t)(end - start) + 1;
            in->window.from += (size_t)(end - start) + 1;
            return true;
        }
        in->bytes += in->window.to - in->window.from;
        in->window.from = in->window.to;
        if (in->window.at_end)
            return true;
        if (!window_more(&in->window, err))
            return false;
    }
}

static str finish(struct lines *in, size_t len, size_t consumed)
{
    str line = str_make(in->window.bytes + in->window.from, len);
    if (line.len && line.ptr[line.len - 1] == '\r')
        line.len--;
    in->window.from += consumed;
    in->bytes += consumed;
    in->number++;
    return line;
}

bool lines_next(struct lines *in, str *line, struct err *err)
{
    in->too_long = false;
    size_t searched = 0;
    for (;;) {
        size_t before = in->window.from;
        drop_mark(in);
        if (in->window.from != before)
            searched = 0;
        char *start = in->window.bytes + in->window.from;
        size_t have = in->window.to - in->window.from;
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
        if (in->window.at_end) {
            if (have == 0)
                return false;
            *line = finish(in, have, have);
            return true;
        }
        searched = have;
        if (!window_more(&in->window, err))
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
