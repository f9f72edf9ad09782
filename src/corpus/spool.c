/* spool.c - see spool.h. */
#include "corpus/spool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/mem.h"

struct spool {
    int fd;
    uint64_t bytes;
};

static int open_in(const char *folder)
{
    return folder ? open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600) : -1;
}

/* For file systems without nameless files. */
static int open_and_unlink(void)
{
    char path[] = "/tmp/anamnesis-XXXXXX";
    int fd = mkostemp(path, O_CLOEXEC);
    if (fd >= 0)
        unlink(path);
    return fd;
}

struct spool *spool_open(struct err *err)
{
    int fd = open_in(getenv("TMPDIR"));
    if (fd < 0)
        fd = open_in("/var/tmp");
    if (fd < 0)
        fd = open_in("/tmp");
    if (fd < 0)
        fd = open_and_unlink();
    if (fd < 0) {
        err_sys(err, "no temporary file can be made (set TMPDIR)");
        return NULL;
    }
    struct spool *spool = mem_zero(1, sizeof *spool);
    spool->fd = fd;
    return spool;
}

void spool_close(struct spool *spool)
{
    if (!spool)
        return;
    close(spool->fd);
    free(spool);
}

static bool write_all(struct spool *spool, uint64_t at, const char *bytes,
                      size_t count, struct err *err)
{
    while (count) {
        ssize_t put = pwrite(spool->fd, bytes, count, (off_t)at);
        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0)
            return err_sys(err, "the temporary file (see TMPDIR)");
        bytes += put;
        at += (uint64_t)put;
        count -= (size_t)put;
    }
    return true;
}

int spool_fd(const struct spool *spool)
{
    return spool->fd;
}

bool spool_add(struct spool *spool, struct source *source, uint64_t bytes_max,
               struct span *span, struct err *err)
{
    char chunk[1 << 15];
    ptrdiff_t got;
    uint64_t at = spool->bytes;
    while ((got = source_read(source, chunk, sizeof chunk, err)) > 0) {
        if (at + (uint64_t)got > SPOOL_BYTES_MAX ||
            at + (uint64_t)got - spool->bytes > bytes_max)
            return err_set(err, ERR_LIMIT, "more than %llu bytes",
                           (unsigned long long)bytes_max);
        if (!write_all(spool, at, chunk, (size_t)got, err))
            return false;
        at += (uint64_t)got;
    }
    if (got < 0)
        return false;
    *span = (struct span){spool->bytes, at - spool->bytes};
    spool->bytes = at;
    return true;
}

struct reading {
    struct spool *spool; /* borrowed */
    struct span left;
};

static ptrdiff_t reading_read(void *ctx, char *out, size_t capacity,
                              struct err *err)
{
    struct reading *r = ctx;
    size_t want = r->left.bytes < capacity ? (size_t)r->left.bytes : capacity;
    ssize_t got;
    do
        got = pread(r->spool->fd, out, want, (off_t)r->left.offset);
    while (got < 0 && errno == EINTR);
    if (got < 0 || (got == 0 && want)) {
        err_sys(err, "the temporary file");
        return -1;
    }
    r->left.offset += (uint64_t)got;
    r->left.bytes -= (uint64_t)got;
    return got;
}

struct source *spool_source(struct spool *spool, struct span span)
{
    struct reading *r = mem_zero(1, sizeof *r);
    *r = (struct reading){spool, span};
    return source_of(reading_read, free, r);
}
