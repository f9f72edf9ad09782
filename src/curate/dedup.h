/* dedup.h - near-duplicate rows among record files, or against other files.
 *
 *     struct dedup *d = dedup_new(&options);
 *     if (!dedup_read(d, path, &err)) …           // IN, any number
 *     if (!dedup_read_reference(d, other, &err)) …  // then --against, if any
 *     if (!dedup_find(d, &err)) …
 *     for (size_t i = 0; i < dedup_row_count(d); i++)
 *         if (dedup_row(d, i).state == DEDUP_KEPT) …
 *     dedup_free(d);
 *
 * Two rows are a pair when the Jaccard similarity of their shingle sets reaches
 * the threshold. Without reference files, rows that hang together through pairs
 * are a cluster, whose first row is kept. With reference files only pairs of an
 * input row and a reference row count, and every input row that has one is
 * removed. A row without text is in no pair and is kept.
 *
 * Method exact finds every pair (join.h). Method minhash keeps signatures
 * instead of sets, reads candidates' texts a second time and verifies them: the
 * similarities are exact, but a pair may be missed (minhash.h).
 *
 * Shingles are compared by 64-bit hashes, and it is proven each time that no
 * two different ones were confused (second_look.h); where two were, all is done
 * again with another hash.
 */
#ifndef CURATE_DEDUP_H
#define CURATE_DEDUP_H

#include "curate/rows.h"

enum dedup_method { DEDUP_EXACT, DEDUP_MINHASH };

struct dedup_options {
    struct fraction threshold; /* above 0 */
    enum part part;
    bool unit_by_language;
    enum shingle_unit unit;
    size_t length; /* 0 = by unit */
    enum dedup_method method;
    double recall; /* of minhash at the threshold, in (0, 1) */
    uint64_t seed;
    bool pairs_are_given; /* dedup_find_in will be called, not dedup_find */
};

struct dedup;

struct dedup *dedup_new(const struct dedup_options *options);
void dedup_free(struct dedup *dedup); /* NULL is fine */

/* See rows_estimate. */
MUST_USE bool dedup_estimate(const struct dedup *dedup,
                             const char *const paths[], size_t path_count,
                             uint64_t *bytes, uint64_t *row_count,
                             struct err *err);
MUST_USE bool dedup_read(struct dedup *dedup, const char *path,
                         struct err *err);
MUST_USE bool dedup_read_reference(struct dedup *dedup, const char *path,
                                   struct err *err);

/* Finds all pairs and clusters. */
MUST_USE bool dedup_find(struct dedup *dedup, struct err *err);
/* The same from a file of pairs written before, at a threshold that is not
 * below the one they were written with. */
MUST_USE bool dedup_find_in(struct dedup *dedup, const char *pairs_path,
                            struct err *err);

enum dedup_state { DEDUP_KEPT, DEDUP_REMOVED, DEDUP_UNREADABLE };

struct dedup_row {
    struct row row;
    enum dedup_state state;
    bool reference; /* a row of a reference file */
    size_t cluster; /* from 1; 0 = none */
    /* Of a removed row: */
    size_t duplicate_of; /* the kept row, or the nearest reference row */
    size_t nearest;      /* its most similar row, the earliest of these */
    double jaccard;      /* with that one */
};

/* Input rows come first, then reference rows. */
size_t dedup_row_count(const struct dedup *dedup);
size_t dedup_input_count(const struct dedup *dedup);
struct dedup_row dedup_row(struct dedup *dedup, size_t index);

/* The id of a row; empty when it is unreadable. */
str dedup_row_id(const struct dedup *dedup, size_t index);

struct dedup_neighbour {
    uint32_t row;
    double jaccard;
};

/* All rows paired with this one, in input order; empties `out` first. Rows
 * below `from` are left out. */
void dedup_neighbours(const struct dedup *dedup, size_t index, size_t from,
                      struct vec *out /* struct dedup_neighbour */);

struct dedup_counts {
    uint64_t rows, reference_rows; /* unreadable ones included */
    uint64_t kept, removed, unreadable;
    uint64_t reference_unreadable; /* of reference_rows: matched with nothing */
    uint64_t empty;                /* of rows: nothing to compare */
    uint64_t identical;            /* of removed: equal sets, similarity 1 */
    uint64_t pairs;
    uint64_t candidates; /* comparisons of distinct sets */
    uint64_t clusters, largest_cluster;
    uint64_t hashed_anew;   /* times that all was done with another hash */
    uint64_t cut_buckets;   /* minhash: buckets too full to pair all */
    double expected_recall; /* at the threshold; 1 for exact */
};

struct dedup_counts dedup_count(struct dedup *dedup);

/* Visits the lines of the input rows in order. */
MUST_USE bool dedup_lines(struct dedup *dedup, rows_visit *one, void *ctx,
                          struct err *err);

#endif
