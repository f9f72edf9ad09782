/* rows.h - the rows of record files, each with the shingle set of its text.
 *
 *     struct rows *rows = rows_new(&options);
 *     if (!rows_read(rows, path, &err)) …
 *     struct sets *sets = rows_sets(rows);           // one set a row
 *     for (size_t i = 0; i < rows_count(rows); i++)
 *         use(rows_at(rows, i).id);
 *     rows_free(rows);
 *
 * Every line that is not blank is a row, a line that is no record too: it keeps
 * an empty set and the reason. Records are not kept, only what is needed to
 * find them again: file and line. Lines are parsed and cut into shingles on all
 * cores, and kept in input order. Standard input is copied to an unnamed file
 * first, because rows are read twice.
 *
 * A shingle is named by a hash. Where two shingles of one row have one name,
 * rows_collide tells, and rows_read_anew reads all again with other names.
 */
#ifndef CURATE_ROWS_H
#define CURATE_ROWS_H

#include "curate/minhash.h"
#include "curate/part.h"
#include "curate/sets.h"
#include "text/shingle.h"

struct rows_options {
    enum part part;
    bool unit_by_language; /* characters for zh, ja, ko, words otherwise */
    enum shingle_unit unit;
    size_t length;     /* of a shingle; 0 = 5 characters or 3 words */
    bool without_text; /* only ids are wanted */
    /* When set, rows keep their band keys here and, as their set, only one
     * digest of it: equal sets stay equal. Borrowed. */
    struct minhash *minhash;
};

struct rows;

struct rows *rows_new(const struct rows_options *options);
void rows_free(struct rows *rows); /* NULL is fine */

/* Appends the rows of a file (.gz, .zst, "-" too). */
MUST_USE bool rows_read(struct rows *rows, const char *path, struct err *err);
/* Reads all files again; shingles get the names of this seed (0 at first). New
 * sets take the place of the old ones, and the minhash is reset. A file that
 * has another number of rows now is ERR_CONFLICT. */
MUST_USE bool rows_read_anew(struct rows *rows, uint64_t seed, struct err *err);
/* Whether two different shingles of one row have one name. */
bool rows_collide(const struct rows *rows);

struct row {
    str id;           /* empty when unreadable */
    const char *file; /* as it was given */
    uint64_t line;    /* from 1 */
    str unreadable;   /* why it is no record, with a NUL byte behind it; empty =
                         it is one */
    bool empty;       /* no text to compare */
};

size_t rows_count(const struct rows *rows);
struct row rows_at(const struct rows *rows, size_t index);
size_t rows_unreadable(const struct rows *rows);
/* Bytes of all lines, decompressed. */
uint64_t rows_bytes(const struct rows *rows);
/* The sets, one a row; owned by rows, to be frozen by the caller. */
struct sets *rows_sets(struct rows *rows);
/* Takes these in their place (ownership to rows). */
void rows_replace_sets(struct rows *rows, struct sets *sets);

/* Bytes that reading and joining these files will take, extrapolated from the
 * first rows of each; compressed files are taken to hold four times their size,
 * standard input counts nothing. */
MUST_USE bool rows_estimate(const struct rows_options *options,
                            const char *const paths[], size_t path_count,
                            uint64_t *bytes, uint64_t *row_count,
                            struct err *err);

/* A row when it is read again; all views are valid during the visit. */
struct row_again {
    size_t row;
    str line;
    /* Only of wanted rows: */
    const uint64_t *hashes; /* the whole set */
    size_t hash_count;
    str kept; /* the text that shingles are cut from (shingle_text) */
    enum shingle_unit unit;
    size_t length; /* units in a shingle */
};

/* Goes through the lines again, in order of the rows, of all files whose first
 * row is below `limit`. With `wanted` (one flag a row) only wanted rows are
 * visited, and with their whole sets, made anew. False from `one` stops with
 * its err. A file that changed in between is ERR_CONFLICT. */
typedef bool rows_visit(const struct row_again *row, void *ctx,
                        struct err *err);
MUST_USE bool rows_again(struct rows *rows, size_t limit, const uint8_t *wanted,
                         rows_visit *one, void *ctx, struct err *err);

#endif
