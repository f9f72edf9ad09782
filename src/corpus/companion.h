/* companion.h - a file whose rows explain the rows of another one.
 *
 * train_metadata.csv beside train.csv, question.jsonl beside model answers,
 * requests beside results: its rows are kept as JSON text under a key, on disk
 * when they are many (shelf.h). Read-only once loaded, so all workers may look
 * things up.
 */
#ifndef CORPUS_COMPANION_H
#define CORPUS_COMPANION_H

#include "base/arena.h"
#include "base/err.h"

struct companion;
struct format;

/* Reads CSV or JSON; rows without the column or key `join` are left out. */
MUST_USE struct companion *companion_load(const char *path, const char *join,
                                          struct err *err);
void companion_free(struct companion *companion);
/* The row as JSON text in the arena, or the empty view. The first one of
 * several with one key. */
str companion_row(const struct companion *companion, str key,
                  struct arena *arena);

#endif
