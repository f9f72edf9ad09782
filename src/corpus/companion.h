/* companion.h - a small file whose rows explain the rows of another one.
 *
 * train_metadata.csv beside train.csv, question.jsonl beside model answers: its
 * rows are kept as JSON text under a key. Read-only once loaded, so all workers
 * may look things up.
 */
#ifndef CORPUS_COMPANION_H
#define CORPUS_COMPANION_H

#include "base/err.h"
#include "base/str.h"

#define COMPANION_BYTES_MAX ((size_t)64 << 20)

struct companion;
struct format;

/* Reads CSV or JSON; rows without the column or key `join` are left out. */
MUST_USE struct companion *companion_load(const char *path, const char *join,
                                          struct err *err);
void companion_free(struct companion *companion);
/* The row as JSON text, or the empty view. */
str companion_row(const struct companion *companion, str key);

#endif
