/* published.h - figures of publications, to stand beside our own, marked.
 *
 *     struct published p;
 *     if (!published_load("rows.yaml", &p, &arena, &err)) …   // or NULL
 *     const struct published_table *t = published_find(&p, STR("phases"));
 *
 *     published:
 *       - table: phases            # phases, consultations, human, benchmarks,
 *                                  # correlation
 *         source: "arXiv 2510.11040, table 3"
 *         columns: [Pre-diagnosis, Diagnosis, Treatment, Post-treatment,
 * Average] rows:
 *           - {model: "…", values: [8.1, 7.9, 8.0, 8.2, 8.0]}
 *
 * A row has a value for each column. Nothing of it enters a mean of ours. The
 * shipped file (data/bench/published.yaml) holds what we know for certain; its
 * tables stand behind those of the given file, of which the first counts.
 */
#ifndef BENCH_PUBLISHED_H
#define BENCH_PUBLISHED_H

#include "record/record.h"

struct published_row {
    str model;
    struct list values; /* double, one per column */
};

struct published_table {
    str table, source;
    struct list columns; /* str */
    struct list rows;    /* struct published_row */
};

struct published {
    struct list tables; /* struct published_table */
};

MUST_USE bool published_load(const char *path, struct published *published,
                             struct arena *arena, struct err *err);
/* The first table of that kind, or NULL. */
const struct published_table *published_find(const struct published *published,
                                             str table);
/* False when the table has no such column. */
bool published_value(const struct published_table *table, size_t row,
                     str column, double *value);

#endif
