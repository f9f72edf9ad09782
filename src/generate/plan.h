/* plan.h - from a cell to a brief: which instruction, disease, bounds, terms.
 *
 *     struct planner *planner = planner_open(outline, knowledge, seed, &err);
 *     planner_index(planner, &pool, &quota);           // once a wave
 *     struct row_plan plan;
 *     planner_next(planner, cell, row_id, round, human_share, &plan);
 *     planner_wish(planner, &plan, &wish);
 *     planner_close(planner);
 *
 * A plan is a pure function of the run's seed, the row's number and the state
 * of the pool at the beginning of the wave; it is written to the journal, and a
 * resumed run reads it back instead of drawing it again.
 */
#ifndef GENERATE_PLAN_H
#define GENERATE_PLAN_H

#include "generate/pool.h"
#include "generate/quota.h"
#include "knowledge/wish.h"

struct row_plan {
    uint64_t id;
    int64_t round;
    size_t cell;
    struct instruction *instruction; /* borrowed from the pool */
    const struct disease *disease;
    str scenario, topic; /* names */
    uint64_t seed;
    int64_t turns_min, turns_max, length_min, length_max;
    struct list terms; /* str */
    int propose;
    struct list turns; /* struct planned_turn: a turn plan, or empty */
};

struct planner;

MUST_USE struct planner *planner_open(const struct outline *outline,
                                      const struct knowledge *knowledge,
                                      uint64_t seed, struct err *err);
void planner_close(struct planner *planner);

/* Looks at the pool: which instructions serve which cell. Sets
 * instruction->cell and ->outline_topic where they are not set yet. Where all
 * seeds of a relation are retired, they serve nevertheless, so that a run whose
 * replies are all bad ends by its limits. A relation that never had a seed on a
 * topic of the outline is ERR_CONFIG. */
MUST_USE bool planner_index(struct planner *planner, const struct pool *pool,
                            const struct quota *quota, struct err *err);

/* Draws the plan of one row and counts its uses. Text lives in the arena. */
void planner_next(struct planner *planner, size_t cell, uint64_t row,
                  int64_t round, double human_share, int terms_wanted,
                  struct arena *arena, struct row_plan *plan);

/* The wish behind the plan; borrows from the plan. */
void planner_wish(const struct planner *planner, const struct row_plan *plan,
                  struct wish *wish);

/* The topic of the outline that is nearest to a text: equal name, else the one
 * that shares most character pairs (Dice); NULL below 0.2. */
const struct topic *planner_topic(const struct planner *planner, str text);

/* The plan as JSON for the journal, and back. */
void plan_write(const struct row_plan *plan, const struct quota *quota,
                struct buf *out);
MUST_USE bool plan_read(const struct knowledge *knowledge,
                        const struct pool *pool, const struct quota *quota,
                        str text, struct arena *arena, struct row_plan *plan,
                        struct err *err);

/* How often topics and scenarios were used: part of the run's saved state. */
void planner_write_uses(const struct planner *planner, struct json_out *out);
void planner_read_uses(struct planner *planner, const json *value);

#endif
