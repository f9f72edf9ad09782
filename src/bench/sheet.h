/* sheet.h - headings, tables and notes in order, for people: on a terminal, as
 * Markdown, as LaTeX, on a page.
 *
 *     struct sheet *sheet = sheet_new();
 *     sheet_heading(sheet, STR("Accuracy"));
 *     sheet_table(sheet, STR("By subject"), table);     // takes the table
 *     sheet_note(sheet, STR("An empty cell …"));
 *     sheet_write(sheet, TABLE_MARKDOWN, &out);
 *     sheet_put(sheet, page);
 *     sheet_free(sheet);
 *
 * Texts are copied. LaTeX is a part of a document that loads booktabs (and a
 * font that holds the names); it has no preamble. One thread at a time.
 */
#ifndef BENCH_SHEET_H
#define BENCH_SHEET_H

#include "base/table.h"
#include "page/page.h"

struct sheet;

struct sheet *sheet_new(void);
void sheet_free(struct sheet *sheet);

void sheet_heading(struct sheet *sheet, str heading);
/* Takes the table; NULL is left out. */
void sheet_table(struct sheet *sheet, str caption, struct table *table);
void sheet_note(struct sheet *sheet, str note);

void sheet_write(const struct sheet *sheet, enum table_style style,
                 struct buf *out);
/* Everything onto a page; headings become sections. */
void sheet_put(const struct sheet *sheet, struct page *page);

/* Writes the text to a file whole, and empties it. */
MUST_USE bool sheet_write_file(const char *path, struct buf *text,
                               struct err *err);

#endif
