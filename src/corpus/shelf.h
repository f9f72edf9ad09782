/* shelf.h - texts under keys, more of them than memory holds: what readers of
 * several files join by.
 *
 *     enum { QUESTION, ANSWER };                   // spaces of keys
 *     struct shelf *s = shelf_open(&err);
 *     ok = shelf_put(s, QUESTION, id, text, &err);
 *     str text = shelf_get(s, QUESTION, id, &arena);
 *     ok = shelf_walk(s, QUESTION, one, ctx, &err);
 *     shelf_close(s);
 *
 * A key may have several texts; they keep their order. Behind it stands a
 * private SQLite file that has no name and is gone when the shelf is closed;
 * what is small never leaves memory, the rest takes SHELF_CACHE_BYTES of it.
 * Put first and get afterwards: the first look-up builds the index. shelf_get
 * may be called from several threads; everything else from one.
 */
#ifndef CORPUS_SHELF_H
#define CORPUS_SHELF_H

#include "base/arena.h"
#include "base/err.h"

#define SHELF_CACHE_BYTES ((size_t)16 << 20)

struct shelf;

/* False stops the walk. Views are valid during the call. */
typedef bool shelf_one(str key, str text, void *ctx);

MUST_USE struct shelf *shelf_open(struct err *err);
void shelf_close(struct shelf *shelf);
MUST_USE bool shelf_put(struct shelf *shelf, int space, str key, str text,
                        struct err *err);
/* The first text of the key, in the arena; "" when there is none or it cannot
 * be read. */
str shelf_get(struct shelf *shelf, int space, str key, struct arena *arena);
/* The texts of one key, in the order they were put. Not inside another
 * shelf_each. */
MUST_USE bool shelf_each(struct shelf *shelf, int space, str key,
                         shelf_one *one, void *ctx, struct err *err);
/* All of a space, in the order they were put. shelf_get and shelf_each may be
 * called inside. */
MUST_USE bool shelf_walk(struct shelf *shelf, int space, shelf_one *one,
                         void *ctx, struct err *err);
/* How many texts of a space stand under a key that another space lacks. */
MUST_USE bool shelf_orphans(struct shelf *shelf, int space, int other,
                            uint64_t *count, struct err *err);

#endif
