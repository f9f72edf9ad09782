/* zip.c - see zip.h. APPNOTE 6.3, sections 4.3.7, 4.3.12, 4.3.14 to 4.3.16 and
 * 4.5.3 (ZIP64). */
#include "corpus/zip.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "base/arena.h"
#include "base/mem.h"
#include "base/vec.h"
#include "corpus/spool.h"

enum {
    END_BYTES = 22,
    END_SEARCH = 22 + 65535,
    ENTRY_BYTES = 46,
    LOCAL_BYTES = 30,
    LOCATOR_BYTES = 20,
    END64_BYTES = 56,
    EXTRA64 = 1, /* id of the extra field with 64-bit sizes */
    INPUT_BYTES = 1 << 16,
    STORED = 0,
    DEFLATED = 8
};

struct member {
    const char *name; /* in the arena */
    uint64_t packed, bytes, offset;
    uint16_t method, flags;
};

struct zip {
    int fd;              /* owned, or of the spool */
    struct spool *spool; /* owned, or NULL: a file */
    uint64_t size;
    char *path; /* owned */
    struct arena arena;
    struct vec members; /* struct member */
};

static uint16_t two(const char *p)
{
    const unsigned char *b = (const unsigned char *)p;
    return (uint16_t)(b[0] | b[1] << 8);
}

static uint32_t four(const char *p)
{
    return (uint32_t)two(p) | (uint32_t)two(p + 2) << 16;
}

static uint64_t eight(const char *p)
{
    return (uint64_t)four(p) | (uint64_t)four(p + 4) << 32;
}

static bool read_at(struct zip *z, uint64_t offset, char *out, size_t bytes,
                    struct err *err)
{
    while (bytes) {
        ssize_t got = pread(z->fd, out, bytes, (off_t)offset);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return err_sys(err, "%s", z->path);
        if (got == 0)
            return err_set(err, ERR_FORMAT, "%s: the archive ends too early",
                           z->path);
        out += got;
        offset += (uint64_t)got;
        bytes -= (size_t)got;
    }
    return true;
}

/* A 32-bit value that says "see the extra field" is replaced by the next one
 * there. False when there is none left. */
static bool widen(uint64_t *value, str *extra)
{
    if (*value != UINT32_MAX)
        return true;
    if (extra->len < 8)
        return false;
    *value = eight(extra->ptr);
    *extra = str_slice(*extra, 8, extra->len);
    return true;
}

/* Sizes and place of a member that needs 64 bits for them. */
static bool read_extra(struct member *m, str extra)
{
    while (extra.len >= 4) {
        size_t bytes = two(extra.ptr + 2);
        str field = str_slice(extra, 4, 4 + bytes);
        if (two(extra.ptr) == EXTRA64)
            return widen(&m->bytes, &field) && widen(&m->packed, &field) &&
                   widen(&m->offset, &field);
        extra = str_slice(extra, 4 + bytes, extra.len);
    }
    return m->bytes != UINT32_MAX && m->packed != UINT32_MAX &&
           m->offset != UINT32_MAX;
}

/* Reads the entries of the central directory. */
static bool read_entries(struct zip *z, str directory, size_t count,
                         struct err *err)
{
    for (size_t i = 0; i < count; i++) {
        const char *p = directory.ptr;
        if (directory.len < ENTRY_BYTES || memcmp(p, "PK\1\2", 4) != 0)
            return err_set(err, ERR_FORMAT, "%s: damaged directory", z->path);
        size_t name = two(p + 28);
        size_t whole = ENTRY_BYTES + name + two(p + 30) + two(p + 32);
        if (directory.len < whole)
            return err_set(err, ERR_FORMAT, "%s: damaged directory", z->path);
        struct member *m = vec_add(&z->members);
        *m = (struct member){
            .name = arena_cstr(&z->arena, str_make(p + ENTRY_BYTES, name)),
            .flags = two(p + 8),
            .method = two(p + 10),
            .packed = four(p + 20),
            .bytes = four(p + 24),
            .offset = four(p + 42)};
        if (!read_extra(m, str_make(p + ENTRY_BYTES + name, two(p + 30))))
            return err_set(err, ERR_FORMAT, "%s: member %s has no sizes",
                           z->path, m->name);
        directory = str_slice(directory, whole, directory.len);
    }
    return true;
}

/* Where the directory is. */
struct directory {
    uint64_t offset, bytes, count;
};

/* The record for archives that 16 and 32 bits are too few for; its locator
 * stands before the end record, which is at `end`. */
static bool read_end64(struct zip *z, uint64_t end, struct directory *d,
                       struct err *err)
{
    char locator[LOCATOR_BYTES], record[END64_BYTES];
    if (end < LOCATOR_BYTES ||
        !read_at(z, end - LOCATOR_BYTES, locator, sizeof locator, err))
        return err_set(err, ERR_FORMAT, "%s: damaged ZIP64 end", z->path);
    uint64_t at = eight(locator + 8);
    if (memcmp(locator, "PK\6\7", 4) != 0 || at > end ||
        !read_at(z, at, record, sizeof record, err) ||
        memcmp(record, "PK\6\6", 4) != 0)
        return err_set(err, ERR_FORMAT, "%s: damaged ZIP64 end", z->path);
    *d = (struct directory){.count = eight(record + 32),
                            .bytes = eight(record + 40),
                            .offset = eight(record + 48)};
    return true;
}

/* Finds the end record in the last bytes of the archive. */
static bool find_directory(struct zip *z, struct directory *d, struct err *err)
{
    size_t search = z->size < END_SEARCH ? (size_t)z->size : END_SEARCH;
    uint64_t from = z->size - search;
    char *tail = mem_alloc(search + 1), *end = NULL;
    bool ok = read_at(z, from, tail, search, err);
    for (size_t i = END_BYTES; ok && !end && i <= search; i++)
        if (memcmp(tail + search - i, "PK\5\6", 4) == 0)
            end = tail + search - i;
    if (ok && !end)
        ok = err_set(err, ERR_FORMAT, "%s: no ZIP directory", z->path);
    if (ok) {
        *d = (struct directory){.count = two(end + 10),
                                .bytes = four(end + 12),
                                .offset = four(end + 16)};
        if (d->count == UINT16_MAX || d->bytes == UINT32_MAX ||
            d->offset == UINT32_MAX)
            ok = read_end64(z, from + (uint64_t)(end - tail), d, err);
    }
    free(tail);
    return ok;
}

static bool read_directory(struct zip *z, struct err *err)
{
    struct directory d;
    if (!find_directory(z, &d, err))
        return false;
    if (d.count > ZIP_MEMBERS_MAX || d.bytes > ZIP_DIRECTORY_BYTES_MAX)
        return err_set(err, ERR_LIMIT,
                       "%s: %llu members in a directory of %llu bytes, at most "
                       "%zu and %zu",
                       z->path, (unsigned long long)d.count,
                       (unsigned long long)d.bytes, ZIP_MEMBERS_MAX,
                       ZIP_DIRECTORY_BYTES_MAX);
    char *directory = mem_alloc((size_t)d.bytes + 1);
    bool ok = read_at(z, d.offset, directory, (size_t)d.bytes, err) &&
              read_entries(z, str_make(directory, (size_t)d.bytes),
                           (size_t)d.count, err);
    free(directory);
    return ok;
}

static struct zip *open_over(int fd, struct spool *spool, uint64_t size,
                             const char *path, struct err *err)
{
    struct zip *z = mem_zero(1, sizeof *z);
    z->fd = fd;
    z->spool = spool;
    z->size = size;
    z->path = mem_copy_string(path, strlen(path));
    arena_init(&z->arena);
    vec_init(&z->members, sizeof(struct member));
    if (read_directory(z, err))
        return z;
    zip_close(z);
    return NULL;
}

struct zip *zip_open(const char *path, struct err *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    off_t size = fd < 0 ? -1 : lseek(fd, 0, SEEK_END);
    if (size < 0) {
        err_sys(err, "%s", path);
        if (fd >= 0)
            close(fd);
        return NULL;
    }
    return open_over(fd, NULL, (uint64_t)size, path, err);
}

struct zip *zip_open_stream(struct source *source, const char *name,
                            struct err *err)
{
    struct span span;
    struct spool *spool = spool_open(err);
    if (!spool || !spool_add(spool, source, ZIP_STREAM_BYTES_MAX, &span, err)) {
        spool_close(spool);
        return NULL;
    }
    return open_over(spool_fd(spool), spool, span.bytes, name, err);
}

void zip_close(struct zip *z)
{
    if (!z)
        return;
    if (z->spool)
        spool_close(z->spool);
    else
        close(z->fd);
    free(z->path);
    arena_release(&z->arena);
    vec_release(&z->members);
    free(z);
}

size_t zip_count(const struct zip *z)
{
    return z->members.count;
}

const char *zip_name(const struct zip *z, size_t index)
{
    return ((struct member *)vec_at(&z->members, index))->name;
}

size_t zip_find(const struct zip *z, const char *name)
{
    for (size_t i = 0; i < z->members.count; i++)
        if (strcmp(zip_name(z, i), name) == 0)
            return i;
    return ZIP_NONE;
}

/* --- reading a member --- */

struct stream {
    struct zip *zip; /* borrowed */
    struct member member;
    uint64_t at;          /* file offset of the next packed byte */
    uint64_t packed_left; /* packed bytes not yet read */
    uint64_t given;       /* inflated bytes so far */
    z_stream inflater;
    bool done;
    char input[INPUT_BYTES];
};

static ptrdiff_t fail(struct stream *s, enum err_code code, const char *why,
                      struct err *err)
{
    err_set(err, code, "%s: member %s: %s", s->zip->path, s->member.name, why);
    return -1;
}

static bool fill(struct stream *s, struct err *err)
{
    size_t want =
        s->packed_left < INPUT_BYTES ? (size_t)s->packed_left : INPUT_BYTES;
    if (!read_at(s->zip, s->at, s->input, want, err))
        return false;
    s->at += want;
    s->packed_left -= want;
    s->inflater.next_in = (unsigned char *)s->input;
    s->inflater.avail_in = (unsigned)want;
    return true;
}

static ptrdiff_t read_stored(struct stream *s, char *out, size_t capacity,
                             struct err *err)
{
    size_t want = s->packed_left < capacity ? (size_t)s->packed_left : capacity;
    if (!read_at(s->zip, s->at, out, want, err))
        return -1;
    s->at += want;
    s->packed_left -= want;
    return (ptrdiff_t)want;
}

static ptrdiff_t stream_read(void *ctx, char *out, size_t capacity,
                             struct err *err)
{
    struct stream *s = ctx;
    if (s->member.method == STORED)
        return read_stored(s, out, capacity, err);
    while (!s->done) {
        if (s->inflater.avail_in == 0 && s->packed_left && !fill(s, err))
            return -1;
        unsigned room = capacity > 1 << 20 ? 1 << 20 : (unsigned)capacity;
        s->inflater.next_out = (unsigned char *)out;
        s->inflater.avail_out = room;
        int code = inflate(&s->inflater, Z_NO_FLUSH);
        s->done = code == Z_STREAM_END;
        if (code == Z_BUF_ERROR && s->packed_left == 0)
            return fail(s, ERR_FORMAT, "the packed data ends too early", err);
        if (code != Z_OK && code != Z_STREAM_END && code != Z_BUF_ERROR)
            return fail(s, ERR_FORMAT, "damaged packed data", err);
        size_t got = room - s->inflater.avail_out;
        s->given += got;
        uint64_t used = s->member.packed - s->packed_left;
        if (s->given > s->member.bytes || s->given > ZIP_RATIO_MAX * used)
            return fail(s, ERR_LIMIT,
                        "inflates to more than it may (zip bomb?)", err);
        if (got)
            return (ptrdiff_t)got;
    }
    return 0;
}

static void stream_close(void *ctx)
{
    struct stream *s = ctx;
    inflateEnd(&s->inflater);
    free(s);
}

struct source *zip_source(struct zip *z, size_t index, struct err *err)
{
    struct member m = *(struct member *)vec_at(&z->members, index);
    char local[LOCAL_BYTES];
    if (!read_at(z, m.offset, local, sizeof local, err))
        return NULL;
    const char *why = NULL;
    if (memcmp(local, "PK\3\4", 4) != 0)
        why = "damaged header";
    else if (m.flags & 1)
        why = "is encrypted";
    else if (m.method != STORED && m.method != DEFLATED)
        why = "uses an unknown compression";
    if (why) {
        err_set(err, ERR_FORMAT, "%s: member %s: %s", z->path, m.name, why);
        return NULL;
    }
    struct stream *s = mem_zero(1, sizeof *s);
    s->zip = z;
    s->member = m;
    s->at = m.offset + LOCAL_BYTES + two(local + 26) + two(local + 28);
    s->packed_left = m.packed;
    inflateInit2(&s->inflater, -15);
    return source_of(stream_read, stream_close, s);
}

bool zip_read(struct zip *z, size_t index, struct buf *out, struct err *err)
{
    struct source *in = zip_source(z, index, err);
    if (!in)
        return false;
    char chunk[1 << 14];
    ptrdiff_t got;
    while ((got = source_read(in, chunk, sizeof chunk, err)) > 0)
        if (!buf_add(out, str_make(chunk, (size_t)got)))
            break;
    source_close(in);
    if (out->full)
        return err_set(err, ERR_LIMIT, "%s: member %s is larger than %zu bytes",
                       z->path, zip_name(z, index), out->bytes_max);
    return got == 0;
}
