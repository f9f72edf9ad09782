/* dedup_write.h - what dedup found, as files and as words.
 *
 *     dedup_write_pairs(d, "pairs.jsonl", &err);
 *     dedup_write_rows(d, &(struct dedup_files){.kept = "out.jsonl"}, &err);
 *
 * Files ending in .gz or .zst are compressed; "-" is standard output; all are
 * written whole or not at all (sink.h). docs/commands/dedup.md shows the
 * lines of each.
 */
#ifndef CURATE_DEDUP_WRITE_H
#define CURATE_DEDUP_WRITE_H

#include "curate/dedup.h"

/* {"a":id,"b":id,"jaccard":x,"cluster":n}: every pair once, ordered by a, then
 * b, in input order. */
MUST_USE bool dedup_write_pairs(struct dedup *dedup, const char *path,
                                struct err *err);

struct dedup_files {
    const char *kept;    /* kept rows as they were read; NULL = not written */
    const char *rejects; /* one line for each removed or unreadable row */
    const char *sidecar; /* one line for every row */
};

MUST_USE bool dedup_write_rows(struct dedup *dedup,
                               const struct dedup_files *files,
                               struct err *err);

/* Why the row with this id was kept or removed: its pairs, and the shortest
 * chain of pairs to the row that stands for it. ERR_NOT_FOUND when no input row
 * has the id. */
MUST_USE bool dedup_explain(struct dedup *dedup, str id, struct buf *out,
                            struct err *err);

#endif
