/* board_show.h - a board as tables, CSV and JSON.
 *
 *     struct board_show show = {board, {2000, 0.95, seed}, "accuracy", 3};
 *     struct table *t = board_show_models(&show);
 *     table_write(t, TABLE_MARKDOWN, &out);
 *     board_show_csv(&show, STR("exam"), true, &out);
 *     board_show_model_json(&show, model, &j);   // members of an open object
 *
 * Groups come as models × groups where there are at most 8 groups, as in the
 * publications, else as groups × models. What does not exist is
 * "undefined" in a table, an empty cell of CSV, null with a "why" in JSON.
 * Tables are the caller's to free. Pure.
 */
#ifndef BENCH_BOARD_SHOW_H
#define BENCH_BOARD_SHOW_H

#include "base/table.h"
#include "bench/board.h"

struct board_show {
    const struct board *board; /* borrowed */
    struct bootstrap_plan plan;
    const char *value; /* what the numbers are: "accuracy", "rating" */
    int decimals;
};

/* Groups in the order of the publication where they are its tasks or phases;
 * others follow as they came. In the arena. */
size_t *board_show_order(const struct board *board, enum board_dimension d,
                         struct arena *arena);

struct table *board_show_models(const struct board_show *show);
/* NULL when no item names a group, or there are too many of both. */
struct table *board_show_groups(const struct board_show *show,
                                enum board_dimension d);
/* Every pair of models; NULL for fewer than two. */
struct table *board_show_differences(const struct board_show *show);

/* board,model,dimension,group,VALUE,low,high,items,graded,ungraded,missing,coverage
 * with a row for each model and all of its groups; titles when wanted. */
void board_show_csv(const struct board_show *show, str name, bool titles,
                    struct buf *out);

/* "model", VALUE, "low", "high", …, "macro" and "groups". */
void board_show_model_json(const struct board_show *show, size_t model,
                           struct json_out *out);
/* The array of differences. */
void board_show_differences_json(const struct board_show *show,
                                 struct json_out *out);

#endif
