/* spool.h - bytes set aside on disk, to be read again from any place.
 *
 *     struct spool *spool = spool_open(&err);
 *     struct span span;
 *     bool ok = spool_add(spool, source, SPOOL_BYTES_MAX, &span, &err);
 *     struct source *again = spool_source(spool, span);  // any number of times
 *     spool_close(spool);                                // after its sources
 *
 * One temporary file without a name, in $TMPDIR, else /var/tmp, else /tmp: it
 * is gone when the program ends, whatever way that is. It holds
 * SPOOL_BYTES_MAX at most. One thread at a time adds; sources belong to one
 * thread each.
 */
#ifndef CORPUS_SPOOL_H
#define CORPUS_SPOOL_H

#include "base/err.h"
#include "base/lines.h"

#define SPOOL_BYTES_MAX ((uint64_t)256 << 30)

struct spool;

struct span {
    uint64_t offset, bytes;
};

MUST_USE struct spool *spool_open(struct err *err);
void spool_close(struct spool *spool);
/* Reads the source to its end (the caller closes it). False keeps what was
 * there before: a damaged stream, more than bytes_max, a full disk. */
MUST_USE bool spool_add(struct spool *spool, struct source *source,
                        uint64_t bytes_max, struct span *span, struct err *err);
struct source *spool_source(struct spool *spool, struct span span);
/* For pread; spans count from its start. Owned by the spool. */
int spool_fd(const struct spool *spool);

#endif
