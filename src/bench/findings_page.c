/* findings_page.c - see findings_page.h. */
#include "bench/findings_page.h"

#include <math.h>

#include "bench/accord.h"
#include "page/chart.h"

enum { SHOWN_EXAMPLES = 5, BINS = 10 };

/* --- means of groups, as a grid of models × groups --- */

struct grid {
    str *models, *groups; /* in arena, as the values */
    size_t model_count, group_count;
    double *values; /* models × groups; NAN: undefined */
};

static struct grid grid_of(const struct board *b, enum board_dimension d,
                           struct arena *arena)
{
    const struct bootstrap_plan plan = {1, 0.95, 0};
    const size_t *order = board_show_order(b, d, arena);
    struct grid g = {.model_count = board_model_count(b),
                     .group_count = board_group_count(b, d)};
    g.models = arena_array(arena, g.model_count + 1, sizeof *g.models);
    g.groups = arena_array(arena, g.group_count + 1, sizeof *g.groups);
    g.values =
        arena_array(arena, g.model_count * g.group_count + 1, sizeof *g.values);
    for (size_t k = 0; k < g.group_count; k++)
        g.groups[k] = board_group(b, d, order[k]);
    for (size_t m = 0; m < g.model_count; m++) {
        g.models[m] = board_model(b, m);
        for (size_t k = 0; k < g.group_count; k++) {
            struct board_summary s;
            board_summarise(b, m, d, order[k], &plan, &s);
            g.values[m * g.group_count + k] = s.has_mean ? s.mean : NAN;
        }
    }
    return g;
}

static size_t series_count(size_t models)
{
    return models < CHART_SERIES_MAX ? models : CHART_SERIES_MAX;
}

static void put_radar(struct page *page, const struct grid *g, const char *what)
{
    size_t count = series_count(g->model_count);
    struct arena arena;
    arena_init(&arena);
    struct page_series *series = arena_array(&arena, count + 1, sizeof *series);
    for (size_t m = 0; m < count; m++)
        series[m] = (struct page_series){
            .name = g->models[m], .values = &g->values[m * g->group_count]};
    page_chart(page, &(struct page_chart){
                         .kind = PAGE_RADAR,
                         .title = arena_printf(&arena, "Mean by %s", what),
                         .x_title = str_of(what),
                         .y_title = STR("mean rating"),
                         .labels = g->groups,
                         .label_count = g->group_count,
                         .series = series,
                         .series_count = count});
    arena_release(&arena);
}

static void put_heat_map(struct page *page, const struct grid *g,
                         const char *what)
{
    struct arena arena;
    arena_init(&arena);
    /* groups down: their names are long, and there are more of them */
    double *turned = arena_array(&arena, g->model_count * g->group_count + 1,
                                 sizeof *turned);
    for (size_t m = 0; m < g->model_count; m++)
        for (size_t k = 0; k < g->group_count; k++)
            turned[k * g->model_count + m] = g->values[m * g->group_count + k];
    page_heat_map(page, &(struct page_heat_map){
                            .title = arena_printf(&arena, "Models by %s", what),
                            .rows = g->groups,
                            .row_count = g->group_count,
                            .columns = g->models,
                            .column_count = g->model_count,
                            .values = turned,
                            .decimals = 2});
    arena_release(&arena);
}

static void put_groups(struct page *page, const struct board *b)
{
    static const enum board_dimension shown[] = {
        BOARD_PHASE, BOARD_TASK, BOARD_SUBJECT, BOARD_SPECIALTY};
    for (size_t i = 0; i < sizeof shown / sizeof *shown; i++) {
        enum board_dimension d = shown[i];
        if (!board_is_grouped(b, d))
            continue;
        struct arena arena;
        arena_init(&arena);
        struct grid g = grid_of(b, d, &arena);
        page_row_begin(page);
        if (g.group_count >= 3)
            put_radar(page, &g, board_dimension_name(d));
        put_heat_map(page, &g, board_dimension_name(d));
        page_row_end(page);
        arena_release(&arena);
    }
}

/* --- distributions --- */

/* Bin edges that hold whole ratings in the middle of their bins. */
static bool bins_of(const struct board *b, double *low, double *width)
{
    double high = -INFINITY;
    *low = INFINITY;
    for (size_t i = 0; i < board_point_count(b); i++) {
        struct board_point p = board_point_at(b, i);
        if (!p.graded)
            continue;
        *low = fmin(*low, p.value);
        high = fmax(high, p.value);
    }
    if (!(*low <= high))
        return false;
    bool whole = floor(*low) >= 0 && high - floor(*low) < BINS && high > 1;
    *low = whole ? floor(*low) : *low;
    *width = whole ? 1 : (high - *low) / BINS;
    if (*width <= 0)
        *width = 1;
    return true;
}

static void put_distribution(struct page *page, const struct board *b)
{
    double low, width;
    size_t models = series_count(board_model_count(b));
    if (!bins_of(b, &low, &width))
        return;
    struct arena arena;
    arena_init(&arena);
    double *counts = arena_array(&arena, models * BINS + 1, sizeof *counts);
    str labels[BINS];
    for (size_t i = 0; i < BINS; i++)
        labels[i] = arena_printf(&arena, "%.3g", low + (double)i * width);
    for (size_t i = 0; i < board_point_count(b); i++) {
        struct board_point p = board_point_at(b, i);
        if (!p.graded || p.model >= models)
            continue;
        size_t bin = (size_t)((p.value - low) / width);
        counts[p.model * BINS + (bin < BINS ? bin : BINS - 1)]++;
    }
    struct page_series *series =
        arena_array(&arena, models + 1, sizeof *series);
    for (size_t m = 0; m < models; m++)
        series[m] = (struct page_series){.name = board_model(b, m),
                                         .values = &counts[m * BINS]};
    page_chart(page, &(struct page_chart){.kind = PAGE_BARS,
                                          .title = STR("How scores are "
                                                       "distributed"),
                                          .x_title = STR("score, from"),
                                          .y_title = STR("verdicts"),
                                          .labels = labels,
                                          .label_count = BINS,
                                          .series = series,
                                          .series_count = models});
    arena_release(&arena);
}

static void put_means(struct page *page, const struct findings *o, size_t board)
{
    const struct board *b = report_board(o->report, board);
    size_t models = board_model_count(b);
    struct arena arena;
    arena_init(&arena);
    str *names = arena_array(&arena, models + 1, sizeof *names);
    double *means = arena_array(&arena, 3 * models + 3, sizeof *means),
           *lows = means + models, *highs = lows + models;
    for (size_t m = 0; m < models; m++) {
        struct board_summary s;
        board_summarise(b, m, BOARD_ALL, 0, &o->plan, &s);
        names[m] = board_model(b, m);
        means[m] = s.has_mean ? s.mean : NAN;
        lows[m] = s.has_interval ? s.low : NAN;
        highs[m] = s.has_interval ? s.high : NAN;
    }
    const struct page_series series[] = {
        {.name = STR("2.5 %"), .values = lows},
        {.name = STR("mean"), .values = means},
        {.name = STR("97.5 %"), .values = highs}};
    page_chart(page,
               &(struct page_chart){.kind = PAGE_BARS,
                                    .title = STR("Means and their intervals"),
                                    .x_title = STR("model"),
                                    .y_title = STR("mean rating"),
                                    .labels = names,
                                    .label_count = models,
                                    .series = series,
                                    .series_count = 3,
                                    .lying = true});
    arena_release(&arena);
}

/* --- examples --- */

static void put_text(struct page *page, const char *title, str text)
{
    if (text.len)
        page_listing(page, str_of(title), text);
}

static void put_question(struct page *page, const struct record *r)
{
    if (!r)
        return;
    if (r->kind == RECORD_QUESTION) {
        put_text(page, "case", r->question.case_text);
        put_text(page, "question", r->question.question);
        put_text(page, "reference", r->question.answer);
    } else if (r->kind == RECORD_CONSULTATION) {
        put_text(page, "case", r->consultation.case_text);
        for (size_t i = 0; i < r->consultation.turns.count; i++) {
            const struct consultation_turn *t =
                LIST_AT(r->consultation.turns, struct consultation_turn, i);
            put_text(page, "question", t->question);
            put_text(page, "reference", t->reference);
        }
        put_text(page, "reference", r->consultation.reference);
    }
}

/* What a model answered and what the judge said of it, turn by turn. */
static void put_side(struct page *page, const struct findings *o, size_t board,
                     size_t item, size_t model)
{
    const struct board *b = report_board(o->report, board);
    struct arena arena;
    arena_init(&arena);
    for (size_t i = 0; i < board_point_count(b); i++) {
        struct board_point p = board_point_at(b, i);
        if (p.item != item || p.model != model || p.repeat != 0)
            continue;
        const struct given *g =
            o->pile ? pile_find(o->pile, board_item_id(b, item),
                                board_model(b, model), 0, p.turn)
                    : NULL;
        if (g)
            put_text(page,
                     arena_cstr(&arena,
                                arena_printf(&arena, "answer of " STR_FMT,
                                             STR_ARG(board_model(b, model)))),
                     g->text);
        put_text(page,
                 arena_cstr(&arena,
                            arena_printf(&arena, "judged: %s%.3g",
                                         p.graded ? "" : "ungraded ", p.value)),
                 report_judgment(o->report, board, i));
    }
    arena_release(&arena);
}

static void put_examples(struct page *page, const struct findings *o,
                         size_t board)
{
    const struct board *b = report_board(o->report, board);
    struct example examples[SHOWN_EXAMPLES];
    size_t used = findings_examples(b, examples, SHOWN_EXAMPLES);
    struct arena arena;
    arena_init(&arena);
    for (size_t i = 0; i < used; i++) {
        const struct example *e = &examples[i];
        str id = board_item_id(b, e->item);
        page_fold_begin(
            page, arena_printf(
                      &arena, STR_FMT ": " STR_FMT " above " STR_FMT " by %.2f",
                      STR_ARG(id), STR_ARG(board_model(b, e->first)),
                      STR_ARG(board_model(b, e->second)), e->difference));
        put_question(page, report_item(o->report, id));
        put_side(page, o, board, e->item, e->first);
        put_side(page, o, board, e->item, e->second);
        page_fold_end(page);
    }
    arena_release(&arena);
}

/* --- people against judges --- */

static void put_scatter(struct page *page, const struct findings *o,
                        size_t judge, size_t human)
{
    struct accord a = accord_of(report_board(o->report, judge),
                                report_board(o->report, human), ACCORD_TASK);
    const struct page_series series[] = {{.name = STR("models and tasks"),
                                          .x = a.y,
                                          .values = a.x,
                                          .count = a.count}};
    if (a.count > 1)
        page_chart(page,
                   &(struct page_chart){
                       .kind = PAGE_POINTS,
                       .title = STR("People and judge, by task and model"),
                       .x_title = report_name(o->report, human),
                       .y_title = report_name(o->report, judge),
                       .series = series,
                       .series_count = 1});
    accord_release(&a);
}

static void put_accords(struct page *page, const struct findings *o)
{
    for (size_t a = 0; a < report_count(o->report); a++)
        for (size_t h = 0; h < report_count(o->report); h++)
            if (!report_is_human(o->report, a) && report_is_human(o->report, h))
                put_scatter(page, o, a, h);
}

/* --- the page --- */

static void put_tiles(struct page *page, const struct findings *o)
{
    uint64_t scores = 0, ungraded = 0;
    double cost = 0;
    struct arena arena;
    arena_init(&arena);
    for (size_t b = 0; b < report_count(o->report); b++) {
        scores += board_point_count(report_board(o->report, b));
        const struct map *reasons = report_reasons(o->report, b);
        for (size_t k = 0; k < map_size(reasons); k++)
            ungraded += map_entry(reasons, k)->value;
    }
    for (size_t i = 0; i < o->expenses.count; i++)
        cost += LIST_AT(o->expenses, struct expense, i)->cost;
    page_tile(page, PAGE_NEUTRAL, STR("scores"),
              arena_printf(&arena, "%llu", (unsigned long long)scores),
              arena_printf(&arena, "on %zu boards", report_count(o->report)));
    page_tile(page, ungraded ? PAGE_WARN : PAGE_GOOD, STR("ungraded"),
              arena_printf(&arena, "%llu", (unsigned long long)ungraded),
              STR("in no mean"));
    page_tile(page, PAGE_NEUTRAL, STR("cost"),
              arena_printf(&arena, "%.2f", cost), STR("of the runs shown"));
    arena_release(&arena);
}

bool findings_page(const struct findings *o, const char *path, struct err *err)
{
    struct page *page =
        page_open(STR("Models on a test set"),
                  STR("mean ratings with 95 % bootstrap intervals"));
    put_tiles(page, o);
    for (size_t b = 0; b < report_count(o->report); b++) {
        const struct board *board = report_board(o->report, b);
        struct paper *paper = paper_new();
        findings_put_board(o, b, paper);
        page_section(page, report_name(o->report, b));
        page_row_begin(page);
        put_means(page, o, b);
        put_distribution(page, board);
        page_row_end(page);
        put_groups(page, board);
        paper_put(paper, page);
        put_examples(page, o, b);
        paper_free(paper);
    }
    struct paper *paper = paper_new();
    findings_put_rest(o, paper);
    page_section(page, STR("All together"));
    put_accords(page, o);
    paper_put(paper, page);
    paper_free(paper);
    bool ok = page_write(page, path, err);
    page_close(page);
    return ok;
}
