/* leak_page.h - what was copied, beside where it was copied from.
 *
 *     struct leak_page *page = leak_page_open(leak, STR("made.jsonl"));
 *     if (leak_page_wants(page, &found))
 *         leak_page_add(page, &record, &found);
 *     for each record of the reference, in the order of leak_add:
 *         leak_page_source(page, &record);
 *     leak_page_write(page, "FAIL: …", false, table, path, &err);
 *     leak_page_close(page);
 *
 * A page of page/page.h: verdict, counts, and for the first LEAK_PAGE_PAIRS
 * findings both turns side by side with the shared run marked in both. Persons'
 * identifiers and canaries of either text are replaced by "[…]" before anything
 * is kept. Texts are cut to LEAK_PAGE_BYTES around the run. One thread.
 */
#ifndef MEASURE_LEAK_PAGE_H
#define MEASURE_LEAK_PAGE_H

#include "base/table.h"
#include "measure/leak.h"

enum { LEAK_PAGE_PAIRS = 200, LEAK_PAGE_BYTES = 900 };

struct leak_page;

struct leak_page *leak_page_open(const struct leak *leak, str title);
void leak_page_close(struct leak_page *page); /* NULL is fine */

/* Is there copied text in it, and room for it? */
bool leak_page_wants(const struct leak_page *page,
                     const struct leak_finding *found);
void leak_page_add(struct leak_page *page, const struct record *record,
                   const struct leak_finding *found);
void leak_page_source(struct leak_page *page, const struct record *record);
MUST_USE bool leak_page_write(struct leak_page *page, str verdict, bool passed,
                              const struct table *table, const char *path,
                              struct err *err);

/* Appends the text as HTML: units [from, from + count) in <mark>, everything
 * personal and every canary as "[…]". */
void leak_put_marked(const struct leak *leak, str text, enum lang lang,
                     size_t from, size_t count, struct buf *out);

#endif
