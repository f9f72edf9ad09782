/* ratings.h - who gave which score to what.
 *
 *     struct ratings ratings;
 *     ratings_init(&ratings);
 *     if (!ratings_read(&ratings, "ratings.csv", &err)) …
 *     double *table = ratings_table(&ratings, criterion);    // items x raters
 *     free(table);
 *     ratings_release(&ratings);
 *
 * Long form: CSV with the columns item and score, and rater, criterion, model,
 * task, comment where there are any. Wide form (no column score): every other
 * column of numbers is a criterion; the column item or id names the row,
 * otherwise its number does; rater, model, task and comment mean the same as in
 * the long form. JSONL: {"id":…, "name": number, …}, as `measure --per-record`
 * writes. One item answered by several models is an item for each of them. An
 * empty score, NA, null or – is missing; what is no number, or lies outside the
 * scale, is counted in `bad` and the first one is named. Of two scores of one
 * rater for one item the last holds in tables. One thread at a time.
 */
#ifndef MEASURE_RATINGS_H
#define MEASURE_RATINGS_H

#include "base/err.h"
#include "base/map.h"
#include "base/vec.h"

struct rating {
    uint32_t item, rater, criterion;
    double score;
};

struct rating_scale {
    bool given;
    double low, high;
};

struct ratings {
    struct map items, raters, criteria; /* name → index */
    struct map groups;                  /* "model / task" → index */
    struct vec cells;                   /* struct rating */
    struct vec item_groups;             /* uint32_t, group + 1, of each item */
    struct rating_scale scale; /* set before reading; not given: any number */
    uint64_t rows, bad, missing;
    struct err first_bad; /* "line 7: fluency: found 'x', allowed: a number" */
};

void ratings_init(struct ratings *ratings);
void ratings_release(struct ratings *ratings);
MUST_USE bool ratings_read(struct ratings *ratings, const char *path,
                           struct err *err);

/* items x raters, NAN where missing; caller frees. NULL when that would pass
 * AGREE_CELLS_MAX cells. */
double *ratings_table(const struct ratings *ratings, size_t criterion);
/* Mean over the raters whose flag (by index; NULL: all) is set, for each item;
 * NAN where there is none. Caller frees. */
double *ratings_means(const struct ratings *ratings, size_t criterion,
                      const bool *raters);
str ratings_name(const struct map *names, size_t index);
/* The item of that name and model, or else the one of that name alone. */
bool ratings_find_item(const struct ratings *ratings, str name,
                       uint64_t *index);

#endif
