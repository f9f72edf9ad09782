/* standings.c - see standings.h. It keeps a board for each judge and score, so
 * that its means are those of the report. */
#include "bench/standings.h"

#include <stdlib.h>

#include "base/map.h"
#include "base/mem.h"
#include "bench/board.h"

enum { REPEATS_MAX = 1000, RESAMPLES = 1000 };

struct criterion {
    str judge, name;     /* in arena */
    struct board *board; /* owned */
};

struct meeting {
    str judge, model, other; /* in arena */
    uint64_t win, loss, tie, inconsistent, ungraded;
};

struct standings {
    struct map names, pairs; /* → criterion, meeting */
    struct vec criteria, meetings;
    struct arena arena;
};

struct standings *standings_new(void)
{
    struct standings *t = mem_zero(1, sizeof *t);
    map_init(&t->names);
    map_init(&t->pairs);
    vec_init(&t->criteria, sizeof(struct criterion));
    vec_init(&t->meetings, sizeof(struct meeting));
    arena_init(&t->arena);
    return t;
}

void standings_free(struct standings *t)
{
    if (!t)
        return;
    for (size_t i = 0; i < t->criteria.count; i++)
        board_free(((struct criterion *)vec_at(&t->criteria, i))->board);
    map_release(&t->names);
    map_release(&t->pairs);
    vec_release(&t->criteria);
    vec_release(&t->meetings);
    arena_release(&t->arena);
    free(t);
}

static const struct criterion *criterion_of(struct standings *t,
                                            const struct verdict *v, str score)
{
    str name = v->other ? verdict_score_name(v, NULL, &t->arena) : score;
    str key = arena_printf(&t->arena, STR_FMT "\t" STR_FMT, STR_ARG(v->judge),
                           STR_ARG(name));
    uint64_t index = t->criteria.count;
    if (!map_get(&t->names, key, &index)) {
        struct criterion *c = vec_add(&t->criteria);
        *c = (struct criterion){arena_copy(&t->arena, v->judge),
                                arena_copy(&t->arena, name), board_new()};
        if (v->protocol->mean_high > v->protocol->mean_low)
            board_clip(c->board, v->protocol->mean_low, v->protocol->mean_high);
        map_put(&t->names, key, index);
    }
    return vec_at(&t->criteria, (size_t)index);
}

static void add_meeting(struct standings *t, const struct verdict *v)
{
    str key = arena_printf(&t->arena, STR_FMT "\t" STR_FMT "\t" STR_FMT,
                           STR_ARG(v->judge), STR_ARG(v->answer->model),
                           STR_ARG(v->other->model));
    uint64_t index = t->meetings.count;
    if (!map_get(&t->pairs, key, &index)) {
        *(struct meeting *)vec_add(&t->meetings) =
            (struct meeting){.judge = arena_copy(&t->arena, v->judge),
                             .model = v->answer->model,
                             .other = v->other->model};
        map_put(&t->pairs, key, index);
    }
    struct meeting *m = vec_at(&t->meetings, (size_t)index);
    str outcome = str_of(v->graded ? v->outcome : NULL);
    m->win += str_equal(outcome, STR("win"));
    m->loss += str_equal(outcome, STR("loss"));
    m->tie += str_equal(outcome, STR("tie"));
    m->inconsistent += str_equal(outcome, STR("inconsistent"));
    m->ungraded += !v->graded;
}

void standings_add(struct standings *t, const struct verdict *v)
{
    const struct sheet_answer *a = v->answer;
    for (size_t i = 0; i < v->scores.count; i++) {
        const struct score *s = LIST_AT(v->scores, struct score, i);
        struct board *board = criterion_of(t, v, s->name)->board;
        (void)board_add_item(board, a->record);
        (void)board_add_score(
            board,
            &(struct board_score){.item = a->record->id,
                                  .model = a->model,
                                  .repeat = a->repeat * REPEATS_MAX + v->repeat,
                                  .turn = a->turn,
                                  .graded = v->graded,
                                  .value = v->graded ? s->value : 0});
    }
    if (v->other)
        add_meeting(t, v);
}

typedef void one_mean(const struct criterion *c, str model,
                      const struct board_summary *s, void *ctx);

static void each_mean(const struct standings *t, one_mean *one, void *ctx)
{
    const struct bootstrap_plan plan = {RESAMPLES, 0.95, 42};
    for (size_t i = 0; i < t->criteria.count; i++) {
        const struct criterion *c = vec_at(&t->criteria, i);
        for (size_t m = 0; m < board_model_count(c->board); m++) {
            struct board_summary s;
            board_summarise(c->board, m, BOARD_ALL, 0, &plan, &s);
            one(c, board_model(c->board, m), &s, ctx);
        }
    }
}

struct mean_table {
    struct table *table;
    struct arena arena;
};

static void add_mean(const struct criterion *c, str model,
                     const struct board_summary *s, void *ctx)
{
    struct mean_table *t = ctx;
    arena_reset(&t->arena);
    const str cells[] = {
        c->judge,
        c->name,
        model,
        s->has_mean ? arena_printf(&t->arena, "%.3f", s->mean) : STR(""),
        s->has_interval
            ? arena_printf(&t->arena, "%.3f to %.3f", s->low, s->high)
            : STR(""),
        arena_printf(&t->arena, "%llu", (unsigned long long)s->graded),
        arena_printf(&t->arena, "%llu", (unsigned long long)s->ungraded)};
    table_add_cells(t->table, cells, sizeof cells / sizeof *cells);
}

struct table *standings_means(const struct standings *standings)
{
    struct mean_table t = {table_new("judge", "score", "model", "mean", "95 %",
                                     "graded", "ungraded", NULL),

                           {0}};
    arena_init(&t.arena);
    each_mean(standings, add_mean, &t);
    arena_release(&t.arena);
    return t.table;
}

struct table *standings_pairs(const struct standings *standings)
{
    if (!standings->meetings.count)
        return NULL;
    struct table *t = table_new("judge", "model", "against", "win", "tie",
                                "loss", "inconsistent", "ungraded", NULL);
    struct arena arena;
    arena_init(&arena);
    for (size_t i = 0; i < standings->meetings.count; i++) {
        const struct meeting *m = vec_at(&standings->meetings, i);
        const uint64_t counts[] = {m->win, m->tie, m->loss, m->inconsistent,
                                   m->ungraded};
        str cells[8] = {m->judge, m->model, m->other};
        for (size_t k = 0; k < 5; k++)
            cells[3 + k] =
                arena_printf(&arena, "%llu", (unsigned long long)counts[k]);
        table_add_cells(t, cells, 8);
    }
    arena_release(&arena);
    return t;
}

static void put_mean(const struct criterion *c, str model,
                     const struct board_summary *s, void *ctx)
{
    struct json_out *j = ctx;
    json_begin(j, '{');
    json_add_str(j, "judge", c->judge);
    json_add_str(j, "score", c->name);
    json_add_str(j, "model", model);
    json_key(j, "mean");
    if (s->has_mean)
        json_put_number(j, s->mean);
    else
        json_put_null(j);
    json_add_int(j, "graded", (int64_t)s->graded);
    json_add_int(j, "ungraded", (int64_t)s->ungraded);
    json_end(j, '}');
}

void standings_put_json(const struct standings *standings, struct json_out *j)
{
    json_key(j, "means");
    json_begin(j, '[');
    each_mean(standings, put_mean, j);
    json_end(j, ']');
    json_key(j, "pairs");
    json_begin(j, '[');
    for (size_t i = 0; i < standings->meetings.count; i++) {
        const struct meeting *m = vec_at(&standings->meetings, i);
        const struct {
            const char *key;
            uint64_t value;
        } counts[] = {{"win", m->win},
                      {"tie", m->tie},
                      {"loss", m->loss},
                      {"inconsistent", m->inconsistent},
                      {"ungraded", m->ungraded}};
        json_begin(j, '{');
        json_add_str(j, "judge", m->judge);
        json_add_str(j, "model", m->model);
        json_add_str(j, "against", m->other);
        for (size_t k = 0; k < sizeof counts / sizeof *counts; k++) {
            json_key(j, counts[k].key);
            json_put_int(j, (int64_t)counts[k].value);
        }
        json_end(j, '}');
    }
    json_end(j, ']');
}
