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
 * task where there are any. Wide form (no column score): every column of
 * numbers is a criterion given by the rater "1"; the column item or id names
 * the row, otherwise its number does. JSONL: {"id":…, "name": number, …}, as
 * `measure --per-record` writes. An empty score, NA, null or – is missing; what
 * is no number is counted in `bad`. Of two scores of one rater for one item the
 * last holds in tables. One thread at a time.
 */
#ifndef MEASURE_RATINGS_H
#define MEASURE_RATINGS_H

#include "base/map.h"
#include "base/vec.h"

struct rating {
    uint32_t item, rater, criterion;
    double score;
};

struct ratings {
    struct map items, raters, criteria; /* name → index */
    struct map groups;                  /* "model / task" → index */
    struct vec cells;                   /* struct rating */
    struct vec item_groups;             /* uint32_t, group + 1, of each item */
    uint64_t rows, bad, missing;
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

#endif
