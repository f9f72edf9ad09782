/* quota.c - see quota.h. */
#include "generate/quota.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/vec.h"

static const double RATE_LEAST = 0.2; /* ours: never plan more than 5 for 1 */

static bool has_level(const struct outline_task *task, int64_t level)
{
    const double *levels = task->levels.items;
    for (size_t i = 0; i < task->levels.count; i++)
        if ((int64_t)levels[i] == level)
            return true;
    return false;
}

static bool scenario_exists(const struct outline *o, enum relation relation)
{
    const struct scenario *s = o->scenarios.items;
    for (size_t i = 0; i < o->scenarios.count; i++)
        if (s[i].fits_relation[relation])
            return true;
    return false;
}

static void add_relation(const struct outline *o,
                         const struct outline_relation *r, struct vec *cells)
{
    if (!scenario_exists(o, r->relation))
        return;
    size_t first = cells->count;
    const struct outline_task *tasks = o->tasks.items;
    const struct level *levels = o->levels.items;
    for (size_t l = 0; l < o->levels.count; l++)
        for (size_t t = 0; t < o->tasks.count; t++)
            if (tasks[t].fits_relation[r->relation] &&
                has_level(&tasks[t], levels[l].level))
                *(struct cell *)vec_add(cells) =
                    (struct cell){.relation = r->relation,
                                  .level = levels[l].level,
                                  .task = &tasks[t]};
    for (size_t i = first; i < cells->count; i++)
        ((struct cell *)vec_at(cells, i))->share =
            r->share / (double)(cells->count - first);
}

bool quota_init(struct quota *quota, const struct outline *outline,
                struct arena *arena, struct err *err)
{
    struct vec cells;
    vec_init(&cells, sizeof(struct cell));
    const struct outline_relation *r = outline->relations.items;
    for (size_t i = 0; i < outline->relations.count; i++)
        add_relation(outline, &r[i], &cells);
    double sum = 0;
    for (size_t i = 0; i < cells.count; i++)
        sum += ((struct cell *)vec_at(&cells, i))->share;
    for (size_t i = 0; i < cells.count; i++)
        ((struct cell *)vec_at(&cells, i))->share /= sum;
    quota->cells = list_from_vec(arena, &cells);
    vec_release(&cells);
    size_t count = quota->cells.count;
    quota->accepted = arena_array(arena, count, sizeof *quota->accepted);
    quota->tried = arena_array(arena, count, sizeof *quota->tried);
    if (count == 0 || !(sum > 0))
        return err_set(err, ERR_CONFIG,
                       "outline '" STR_FMT "': no task fits a relation and a "
                       "level",
                       STR_ARG(outline->id));
    return true;
}

size_t quota_cell(const struct quota *quota, enum relation relation,
                  int64_t level, str task)
{
    const struct cell *c = quota->cells.items;
    for (size_t i = 0; i < quota->cells.count; i++)
        if (c[i].relation == relation && c[i].level == level &&
            str_equal(c[i].task->id, task))
            return i;
    return STR_NONE;
}

struct remainder {
    double part;
    size_t cell;
};

static int by_part(const void *a, const void *b)
{
    const struct remainder *x = a, *y = b;
    if (x->part != y->part)
        return x->part < y->part ? 1 : -1;
    return (x->cell > y->cell) - (x->cell < y->cell);
}

void quota_goals(const struct quota *quota, uint64_t target, uint64_t *goals)
{
    const struct cell *cells = quota->cells.items;
    size_t count = quota->cells.count;
    struct remainder *rest = mem_zero(count, sizeof *rest);
    uint64_t given = 0;
    for (size_t i = 0; i < count; i++) {
        double exact = cells[i].share * (double)target;
        goals[i] = (uint64_t)floor(exact);
        rest[i] = (struct remainder){exact - floor(exact), i};
        given += goals[i];
    }
    qsort(rest, count, sizeof *rest, by_part);
    for (size_t i = 0; given < target; i = (i + 1) % count, given++)
        goals[rest[i].cell]++;
    free(rest);
}

/* The rows of the whole target in one fixed mixed order; a part is its start.
 */
void quota_goals_part(const struct quota *quota, uint64_t target, uint64_t part,
                      uint64_t *goals)
{
    size_t count = quota->cells.count;
    quota_goals(quota, target, goals);
    if (part >= target)
        return;
    uint32_t *rows = mem_zero((size_t)target, sizeof *rows);
    size_t n = 0;
    for (size_t i = 0; i < count; i++)
        for (uint64_t j = 0; j < goals[i]; j++)
            rows[n++] = (uint32_t)i;
    struct rng rng = rng_at(0, RNG_STREAM("quota"), target);
    rng_shuffle(&rng, rows, n, sizeof *rows);
    for (size_t i = 0; i < count; i++)
        goals[i] = 0;
    for (size_t i = 0; i < part; i++)
        goals[rows[i]]++;
    free(rows);
}

/* The acceptance rate is drawn towards 0.9 by ten imagined rows, so that one
 * early rejection in a small cell does not plan five rows for one dialogue. */
static uint64_t rows_for(const struct quota *quota, size_t cell,
                         uint64_t lacking)
{
    double rate =
        ((double)quota->accepted[cell] + 9) / ((double)quota->tried[cell] + 10);
    if (rate < RATE_LEAST)
        rate = RATE_LEAST;
    uint64_t rows = (uint64_t)((double)lacking / rate + 0.5);
    return rows ? rows : 1;
}

void quota_wave(const struct quota *quota, uint64_t target, uint64_t part,
                size_t rows_max, struct rng *rng, struct vec *out)
{
    size_t count = quota->cells.count;
    uint64_t *goals = mem_zero(count, sizeof *goals);
    quota_goals_part(quota, target, part, goals);
    size_t first = out->count;
    for (size_t i = 0; i < count; i++) {
        if (goals[i] <= quota->accepted[i])
            continue;
        uint64_t rows = rows_for(quota, i, goals[i] - quota->accepted[i]);
        for (uint64_t n = 0; n < rows; n++)
            *(size_t *)vec_add(out) = i;
    }
    free(goals);
    size_t added = out->count - first;
    if (added == 0)
        return;
    rng_shuffle(rng, vec_at(out, first), added, sizeof(size_t));
    if (added > rows_max)
        out->count = first + rows_max;
}
