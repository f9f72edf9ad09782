/* quota.h - how many dialogues each cell of the outline still lacks.
 *
 * A cell is relation × level × task, where the outline lets the three meet. A
 * relation's share of the target is spread evenly over its cells; rounding is
 * by largest remainder, so the goals sum to the target exactly. All of it is a
 * pure function of the outline and the counts: nothing to save, nothing to
 * lose.
 */
#ifndef GENERATE_QUOTA_H
#define GENERATE_QUOTA_H

#include "base/rng.h"
#include "base/vec.h"
#include "knowledge/outline.h"
#include "record/record.h"

struct cell {
    enum relation relation;
    int64_t level;
    const struct outline_task *task;
    double share; /* of the whole target; shares sum to 1 */
};

struct quota {
    struct list cells;  /* struct cell, fixed order; in the arena */
    uint64_t *accepted; /* per cell, kept by the run */
    uint64_t *tried;    /* settled rows per cell */
};

/* False when no task of the outline fits any relation and level. */
MUST_USE bool quota_init(struct quota *quota, const struct outline *outline,
                         struct arena *arena, struct err *err);

/* Index of the cell, or STR_NONE. */
size_t quota_cell(const struct quota *quota, enum relation relation,
                  int64_t level, str task);

/* Goals per cell for a cumulative target (sum = target); goals has room for
 * cells.count. */
void quota_goals(const struct quota *quota, uint64_t target, uint64_t *goals);

/* Goals of a part of the target (part <= target): grow with the part in every
 * cell, so that what is made for one part is never too much for the next. */
void quota_goals_part(const struct quota *quota, uint64_t target, uint64_t part,
                      uint64_t *goals);

/* The cells that the next wave asks for, in mixed order: for each cell what it
 * lacks to its goal for `part`, divided by its acceptance rate so far
 * (smoothed, at least 0.2), at most `rows_max` in all. Appends size_t cell
 * indices to `out`; none when every goal is met. */
void quota_wave(const struct quota *quota, uint64_t target, uint64_t part,
                size_t rows_max, struct rng *rng, struct vec *out);

#endif
