/* source.c - decompressed bytes of a plain, gzip or zstd file; see lines.h.
 *
 * The kind is told by the first bytes. One compressed buffer feeds zlib or
 * zstd; concatenated gzip members and zstd frames are read through. Trailing
 * garbage and cut streams are errors, so that a half file never looks whole.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include "base/lines.h"
#include "base/mem.h"

enum { INPUT_BYTES = 1 << 17, WINDOW_LOG_MAX = 27 };

enum kind { PLAIN, GZIP, ZSTD, CUSTOM };

struct source {
    int fd;
    char *path; /* owned */
    enum kind kind;
    bool at_end;     /* the file gave its last byte */
    bool frame_open; /* inside a compressed frame */
    size_t from, to; /* unread part of input */
    z_stream gzip;
    ZSTD_DCtx *zstd; /* owned, or NULL */
    ptrdiff_t (*custom_read)(void *, char *, size_t, struct err *);
    void (*custom_close)(void *);
    void *custom_ctx; /* owned when custom_close is set */
    char input[INPUT_BYTES];
};

static bool fill(struct source *s, struct err *err)
{
    if (s->from > 0) {
        memmove(s->input, s->input + s->from, s->to - s->from);
        s->to -= s->from;
        s->from = 0;
    }
    while (!s->at_end && s->to < sizeof s->input) {
        ssize_t got = read(s->fd, s->input + s->to, sizeof s->input - s->to);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return err_sys(err, "%s", s->path);
        s->at_end = got == 0;
        s->to += (size_t)got;
        if (s->fd == 0)
            break;
    }
    return true;
}

static bool start_kind(struct source *s, struct err *err)
{
    while (s->to < 4 && !s->at_end)
        if (!fill(s, err))
            return false;
    const unsigned char *b = (const unsigned char *)s->input;
    if (s->to >= 2 && b[0] == 0x1F && b[1] == 0x8B) {
        s->kind = GZIP;
        if (inflateInit2(&s->gzip, 15 + 16) != Z_OK)
            return err_set(err, ERR_IO, "%s: zlib would not start", s->path);
    } else if (s->to >= 4 && memcmp(b, "\x28\xB5\x2F\xFD", 4) == 0) {
        s->kind = ZSTD;
        s->zstd = ZSTD_createDCtx();
        ZSTD_DCtx_setParameter(s->zstd, ZSTD_d_windowLogMax, WINDOW_LOG_MAX);
    }
    return true;
}

struct source *source_open(const char *path, struct err *err)
{
    bool is_stdin = strcmp(path, "-") == 0;
    int fd = is_stdin ? 0 : open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        err_sys(err, "%s", path);
        return NULL;
    }
    struct source *s = mem_zero(1, sizeof *s);
    s->fd = fd;
    s->path = mem_copy_string(path, strlen(path));
    if (!start_kind(s, err)) {
        source_close(s);
        return NULL;
    }
    return s;
}

struct source *source_of(ptrdiff_t (*read)(void *, char *, size_t,
                                           struct err *),
                         void (*close)(void *), void *ctx)
{
    /* Without the input buffer, which such a source never touches. */
    struct source *s = mem_zero(1, offsetof(struct source, input));
    s->fd = -1;
    s->kind = CUSTOM;
    s->custom_read = read;
    s->custom_close = close;
    s->custom_ctx = ctx;
    return s;
}

static ptrdiff_t damaged(struct source *s, const char *why, struct err *err)
{
    err_set(err, ERR_FORMAT, "%s: damaged compression: %s", s->path, why);
    return -1;
}

/* One step of inflate; returns bytes produced, or -1. */
static ptrdiff_t step_gzip(struct source *s, char *out, size_t capacity,
                           struct err *err)
{
    s->gzip.next_in = (unsigned char *)s->input + s->from;
    s->gzip.avail_in = (unsigned)(s->to - s->from);
    s->gzip.next_out = (unsigned char *)out;
    s->gzip.avail_out = (unsigned)(capacity > 1 << 20 ? 1 << 20 : capacity);
    unsigned offered = s->gzip.avail_out;
    int code = inflate(&s->gzip, Z_NO_FLUSH);
    s->from = s->to - s->gzip.avail_in;
    s->frame_open = code != Z_STREAM_END;
    if (code == Z_STREAM_END)
        inflateReset(&s->gzip);
    else if (code != Z_OK && code != Z_BUF_ERROR)
        return damaged(s, s->gzip.msg ? s->gzip.msg : "bad data", err);
    return (ptrdiff_t)(offered - s->gzip.avail_out);
}

static ptrdiff_t step_zstd(struct source *s, char *out, size_t capacity,
                           struct err *err)
{
    ZSTD_inBuffer in = {s->input + s->from, s->to - s->from, 0};
    ZSTD_outBuffer to = {out, capacity, 0};
    size_t code = ZSTD_decompressStream(s->zstd, &to, &in);
    if (ZSTD_isError(code))
        return damaged(s, ZSTD_getErrorName(code), err);
    s->from += in.pos;
    s->frame_open = code != 0;
    return (ptrdiff_t)to.pos;
}

static ptrdiff_t read_compressed(struct source *s, char *out, size_t capacity,
                                 struct err *err)
{
    for (;;) {
        if (s->from == s->to) {
            if (!fill(s, err))
                return -1;
            if (s->from == s->to && !s->frame_open)
                return 0;
        }
        size_t before = s->to - s->from;
        ptrdiff_t got = s->kind == GZIP ? step_gzip(s, out, capacity, err)
                                        : step_zstd(s, out, capacity, err);
        if (got != 0)
            return got;
        if (s->to - s->from == before && s->at_end && s->frame_open)
            return damaged(s, "the file ends inside it", err);
        if (s->to - s->from == before && !fill(s, err))
            return -1;
    }
}

ptrdiff_t source_read(struct source *s, char *out, size_t capacity,
                      struct err *err)
{
    if (s->kind == CUSTOM)
        return s->custom_read(s->custom_ctx, out, capacity, err);
    if (s->kind != PLAIN)
        return read_compressed(s, out, capacity, err);
    if (s->from == s->to) {
        for (;;) {
            ssize_t got = s->at_end ? 0 : read(s->fd, out, capacity);
            if (got < 0 && errno == EINTR)
                continue;
            if (got < 0)
                err_sys(err, "%s", s->path);
            return got;
        }
    }
    size_t give = s->to - s->from;
    if (give > capacity)
        give = capacity;
    memcpy(out, s->input + s->from, give);
    s->from += give;
    return (ptrdiff_t)give;
}

void source_close(struct source *s)
{
    if (!s)
        return;
    if (s->custom_close)
        s->custom_close(s->custom_ctx);
    if (s->kind == GZIP)
        inflateEnd(&s->gzip);
    ZSTD_freeDCtx(s->zstd);
    if (s->fd > 0)
        close(s->fd);
    free(s->path);
    free(s);
}
