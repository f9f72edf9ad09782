/* lines.h - read a text file line by line in bounded memory.
 *
 *     struct lines *in = lines_open(path, 0, &err);
 *     if (!in) return false;
 *     str line;
 *     while (lines_next(in, &line, &err))
 *         use(line, lines_number(in));
 *     bool ok = err.code == ERR_NONE;
 *     lines_close(in);
 *
 * Plain, .gz (also concatenated members) and .zst input, told by content, not
 * by name; "-" is standard input. LF and CRLF ends are stripped, a UTF-8 byte
 * order mark at the start is dropped. A line above the limit is skipped to its
 * end and reported through lines_too_long: it costs that line only. A view is
 * valid until the next call. A reader belongs to one thread.
 */
#ifndef BASE_LINES_H
#define BASE_LINES_H

#include "base/err.h"
#include "base/str.h"

struct lines;

#define LINES_BYTES_MAX ((size_t)64 << 20)

/* bytes_max 0 means LINES_BYTES_MAX. NULL on failure. */
MUST_USE struct lines *lines_open(const char *path, size_t bytes_max,
                                  struct err *err);
void lines_close(struct lines *lines);
/* The same over a source, which the reader closes. */
struct source;
MUST_USE struct lines *lines_over(struct source *source, size_t bytes_max);

/* False at the end (err untouched: still ERR_NONE) or on an error (err set:
 * damaged compression, read failure). An over-long line is returned as an
 * empty view with lines_too_long true. */
bool lines_next(struct lines *lines, str *line, struct err *err);
bool lines_too_long(const struct lines *lines);
/* Number of the line returned last, from 1. */
uint64_t lines_number(const struct lines *lines);
/* Decompressed bytes consumed so far. */
uint64_t lines_bytes(const struct lines *lines);

/* Raw access below lines: decompressed bytes in chunks, for formats that are
 * not line oriented. */
MUST_USE struct source *source_open(const char *path, struct err *err);
/* Bytes read into out, 0 at the end, -1 on an error. */
ptrdiff_t source_read(struct source *source, char *out, size_t capacity,
                      struct err *err);
void source_close(struct source *source);
/* A source of one's own (an archive member, decoded text): `read` is asked as
 * source_read is, `close` (may be NULL) releases ctx. */
MUST_USE struct source *source_of(ptrdiff_t (*read)(void *ctx, char *out,
                                                    size_t capacity,
                                                    struct err *err),
                                  void (*close)(void *ctx), void *ctx);

#endif
