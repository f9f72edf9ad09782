/* stream.h - work on every line of record files on all cores, results in order.
 *
 *     static void one(struct stream_row *row, size_t worker, void *ctx)
 *     {                                                // any core
 *         if (stream_parse(row, arena, &record)) … write to row->out …
 *     }
 *     static bool done(struct stream_row *row, void *ctx, struct err *err)
 *     { return sink_write(…, buf_str(&row->out)); }     // in input order
 *
 *     if (!stream_run(paths, count, one, done, &state, &err)) …
 *
 * Lines are taken in batches of fixed size, so results depend on nothing but
 * the input. Blank lines are stepped over. A worker number is below
 * parallel_workers().
 */
#ifndef CURATE_STREAM_H
#define CURATE_STREAM_H

#include "base/buf.h"
#include "base/err.h"
#include "record/record.h"

struct stream_row {
    str line;         /* valid in both calls */
    const char *file; /* as given */
    uint64_t number;  /* of the line, from 1 */
    uint64_t index;   /* of the row over all files, from 0 */
    bool too_long;    /* the line is empty because it passed LINES_BYTES_MAX */
    struct buf out;   /* empty for `one`; whatever it wants to hand on */
    struct buf more;  /* a second one */
    int64_t tag;      /* 0 for `one`; a verdict to hand on */
    int64_t detail;   /* 0 for `one` */
};

typedef void stream_one(struct stream_row *row, size_t worker, void *ctx);
typedef bool stream_done(struct stream_row *row, void *ctx, struct err *err);

MUST_USE bool stream_run(const char *const paths[], size_t path_count,
                         stream_one *one, stream_done *done, void *ctx,
                         struct err *err);

/* The row as a record, for `one`. Where it is none: false, row->out says why,
 * and row->more holds its line for a file of rejects. */
MUST_USE bool stream_parse(struct stream_row *row, struct arena *arena,
                           struct record *record);
/* Appends a line for a file of rejects: {"id","file","line","reason","detail",
 * "record"}. An empty id tells that the row is no record. */
void stream_put_reject(const struct stream_row *row, str id, const char *reason,
                       str detail, struct buf *out);

#endif
