/* csv.h - read and write comma-separated values (RFC 4180), in bounded memory.
 *
 *     struct csv *in = csv_open(path, (struct csv_options){.header = true},
 *                               &err);
 *     if (!in) return false;
 *     size_t rater = csv_column(in, "rater");   // CSV_NONE when absent
 *     struct csv_row row;
 *     while (csv_next(in, &row, &err)) {
 *         if (row.fault)                        // a bad row is data
 *             reject(row.line, row.fault, row.raw);
 *         else
 *             use(csv_cell(&row, rater));
 *     }
 *     bool ok = err.code == ERR_NONE;
 *     csv_close(in);
 *
 * Reading: .gz and .zst as lines.h does; LF and CRLF; a byte order mark is
 * dropped; quoted cells may hold separators, newlines and doubled quotes; a
 * quote inside an unquoted cell is an ordinary character; blank lines are
 * stepped over. Cells are bytes: nobody checks UTF-8 here.
 *
 * A quote that is never closed, text behind a closing quote, a row above the
 * limits: the row comes back with `fault` set, and reading goes on with the
 * line behind the one where the faulty quote was opened. All rows are counted,
 * good and bad. Views are valid until the next call. A reader belongs to one
 * thread.
 *
 * Writing: csv_put_row quotes only what must be quoted and ends rows with LF.
 * What it writes, the reader reads back equal.
 */
#ifndef BASE_CSV_H
#define BASE_CSV_H

#include "base/buf.h"
#include "base/err.h"

#define CSV_ROW_BYTES_MAX ((size_t)64 << 20)
#define CSV_COLUMNS_MAX ((size_t)4096)
#define CSV_NONE ((size_t)-1)

struct csv;

struct csv_options {
    char separator;       /* 0 = ',' */
    bool header;          /* the first row names the columns */
    size_t row_bytes_max; /* 0 = CSV_ROW_BYTES_MAX */
    size_t columns_max;   /* 0 = CSV_COLUMNS_MAX */
};

struct csv_row {
    const str *cells; /* borrowed from the reader; none when fault is set */
    size_t count;
    uint64_t number;   /* of the row, from 1, the header not counted */
    uint64_t line;     /* on which it starts, from 1 */
    const char *fault; /* NULL, or what is wrong with it, fit to show */
    str raw;           /* of a faulty row: its bytes, cut to 64 KiB */
};

/* NULL on failure: no such file, damaged compression, or (with .header) no
 * readable header row or a column name that stands twice. */
MUST_USE struct csv *csv_open(const char *path, struct csv_options options,
                              struct err *err);
void csv_close(struct csv *csv);
/* The same over a source (lines.h), which the reader closes, also when opening
 * fails; name is for messages. */
struct source;
MUST_USE struct csv *csv_over(struct source *source, const char *name,
                              struct csv_options options, struct err *err);

/* False at the end (err untouched: still ERR_NONE) or on an error (err set:
 * damaged compression, read failure). */
bool csv_next(struct csv *csv, struct csv_row *row, struct err *err);

/* The index of a column of the header, or CSV_NONE. */
size_t csv_column(const struct csv *csv, const char *name);
/* As csv_column; false with an error that names the file, the missing column
 * and the ones that exist. */
MUST_USE bool csv_need_column(const struct csv *csv, const char *name,
                              size_t *index, struct err *err);
/* The names of the columns; none without .header. */
size_t csv_column_count(const struct csv *csv);
str csv_column_name(const struct csv *csv, size_t index);

/* The cell, or "" when the row is shorter or index is CSV_NONE. */
str csv_cell(const struct csv_row *row, size_t index);

/* Rows returned so far, and how many of them were faulty. */
uint64_t csv_row_count(const struct csv *csv);
uint64_t csv_fault_count(const struct csv *csv);

/* Appends one row with its line end. */
void csv_put_row(struct buf *out, char separator, const str *cells,
                 size_t count);

#endif
