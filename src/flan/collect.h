/* collect.h - raw material of any known format becomes question items.
 *
 *     struct collection items;
 *     if (!collect(&config, "runs/demo/collected.jsonl", &items, &err)) …
 *     for (size_t i = 0; i < items.count; i++) use(&items.records[i]);
 *     collection_release(&items);
 *
 * Question records stay what they are, but a title in their meta is put before
 * the question. A dialogue of one question and one answer
 * becomes a question item, a longer one does not fit and is kept as a row
 * without an item. Each turn of a consultation becomes an item with the case.
 * An id that came before gets "#2", "#3" behind it.
 */
#ifndef FLAN_COLLECT_H
#define FLAN_COLLECT_H

#include "base/vec.h"
#include "flan/config.h"

struct collected {
    struct record record; /* a question item when fit is NULL */
    const char *unfit;    /* why it is none: "dialogue-of-many-turns", … */
};

struct collection {
    struct vec rows; /* struct collected */
    struct arena arena;
    uint64_t rejected; /* rows that the import could not read */
};

/* Imports into `folder` (one file an input, and its rejects). */
MUST_USE bool collect(const struct flan_config *config, const char *folder,
                      struct collection *collection, struct err *err);
void collection_release(struct collection *collection);

#endif
