/* reader.h - the rows of one file, whatever its shape.
 *
 *     struct reader *in = reader_open(&(struct reader_options){
 *         .source = source, .head = head, .name = name, .format = format},
 *         &err);
 *     struct row row;
 *     while (reader_next(in, &row, &err)) …      // row.fault: a bad row
 *     bool ok = err.code == ERR_NONE;
 *     reader_close(in);
 *
 * The content tells which of the format's shapes the file has, and its
 * encoding (recode.h). A row is at most ROW_BYTES_MAX long; a longer one is
 * skipped with a fault and costs that row only. Views are valid until the next
 * call; the header until reader_close. One thread at a time.
 */
#ifndef CORPUS_READER_H
#define CORPUS_READER_H

#include "corpus/format.h"
#include "corpus/zip.h"

#define ROW_BYTES_MAX ((size_t)8 << 20)
#define LITERAL_BYTES_MAX ((size_t)64 << 20)

struct reader;

struct reader_options {
    struct source *source; /* taken over, also when opening fails */
    str head;              /* its first bytes */
    struct zip *workbook;  /* instead of source; borrowed */
    const char *name;      /* for messages */
    const struct format *format;
    const char *encoding; /* NULL = guessed */
    char separator;       /* of cells; 0 = guessed */
};

enum row_kind { ROW_JSON, ROW_CELLS, ROW_XML, ROW_TEXT };

struct row {
    enum row_kind kind;
    str text;                  /* of all kinds but ROW_CELLS */
    str key;                   /* of a member of an object */
    const str *cells;          /* of ROW_CELLS; several rows when merged */
    size_t cell_count, merged; /* merged: rows that came as one, else 1 */
    uint64_t line, number;     /* from 1 */
    const char *fault;         /* a reason word, or NULL; text = raw bytes */
};

MUST_USE struct reader *reader_open(const struct reader_options *options,
                                    struct err *err);
bool reader_next(struct reader *rows, struct row *row, struct err *err);
/* Names of the columns; 0 when the file has none. */
size_t reader_header(const struct reader *rows, const str **names);
/* Decoded bytes read so far. */
uint64_t reader_bytes(const struct reader *rows);
/* What the format's `variant` told of the head. */
int reader_variant(const struct reader *rows);
/* "utf-8", "gb18030", … */
const char *reader_encoding(const struct reader *rows);
void reader_close(struct reader *rows);

#endif
