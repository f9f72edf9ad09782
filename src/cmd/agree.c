/* agree.c - `anamnesis agree`: raters with each other, with judges, metrics;
 * and `agree sheet`: an empty sheet for raters. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "cmd/cmd.h"
#include "cmd/scores.h"
#include "base/csv.h"
#include "base/sink.h"
#include "measure/agreement.h"
#include "measure/criteria.h"
#include "page/chart.h"
#include "page/scatter.h"
#include "record/record.h"
#include "stat/correlate.h"

enum { CHARTS_MAX = 24 };

static const struct opt options[] = {
    {"metrics", 'm', "FILE",
     "correlate the ratings with these values: CSV by item, or a JSONL "
     "sidecar by id"},
    {"judge", 0, "RATER",
     "this rater is a judge, compared with the others (repeatable)"},
    {"criteria", 'c', "SET",
     "check names and scale against a set: mct, dutch, doctorflan, or a file"},
    {"permutations", 0, "N", "for p-values (9999)"},
    {"resamples", 0, "N", "for intervals (2000)"},
    {"html", 0, "FILE", "write a page with tables and scatter plots"},
    {"csv", 0, "FILE", "write the list as CSV"},
    {"markdown", 0, "FILE", "write the list as Markdown"},
    {0}};

struct job {
    const struct args *args;
    struct ratings ratings, values;
    bool *people, *judges; /* owned; by rater */
    bool any_judge;
    struct correlation_plan plan;
    struct metrics list;
    struct criteria criteria; /* without a name: none given */
    struct arena arena;
    struct page *page;
    size_t charts;
};

static bool find_judges(struct job *job, struct err *err)
{
    size_t raters = map_size(&job->ratings.raters);
    job->people = mem_zero(raters, sizeof(bool));
    job->judges = mem_zero(raters, sizeof(bool));
    for (size_t i = 0; i < raters; i++)
        job->people[i] = true;
    for (size_t i = 0; i < opt_value_count(job->args, "judge"); i++) {
        const char *name = opt_value_at(job->args, "judge", i);
        uint64_t index;
        if (!map_get(&job->ratings.raters, str_of(name), &index))
            return err_set(err, ERR_USAGE, "--judge: no rater '%s'", name);
        job->judges[index] = true;
        job->people[index] = false;
        job->any_judge = true;
    }
    return true;
}

static void scatter(struct job *job, const char *name, str x, str y,
                    const struct pairs *p)
{
    if (!job->page || p->count == 0 || job->charts++ >= CHARTS_MAX)
        return;
    const struct page_series series = {
        .name = STR("items"), .x = p->x, .values = p->y, .count = p->count};
    page_chart(job->page, &(struct page_chart){.kind = PAGE_POINTS,
                                               .title = str_of(name),
                                               .x_title = x,
                                               .y_title = y,
                                               .series = &series,
                                               .series_count = 1});
}

static void compare(struct job *job, size_t a, const bool *a_raters,
                    const struct ratings *other, size_t b, const bool *b_raters,
                    const char *label, bool grouped)
{
    struct pairs p =
        pairs_of(&job->ratings, a, a_raters, other, b, b_raters, grouped);
    correlations_add(&p, label, grouped ? "group" : "item", &job->plan,
                     &job->list);
    if (other == &job->ratings && b_raters == job->judges)
        scatter(job, label, STR("people"), STR("judge"), &p);
    pairs_release(&p);
}

static void compare_judges(struct job *job)
{
    for (size_t c = 0; c < map_size(&job->ratings.criteria); c++)
        for (int grouped = 0; grouped <= (map_size(&job->ratings.groups) > 0);
             grouped++) {
            str name = ratings_name(&job->ratings.criteria, c);
            compare(job, c, job->people, &job->ratings, c, job->judges,
                    arena_printf(&job->list.arena, STR_FMT ": people~judge%s",
                                 STR_ARG(name), grouped ? " (model, task)" : "")
                        .ptr,
                    grouped);
        }
}

static void compare_values(struct job *job)
{
    for (size_t c = 0; c < map_size(&job->ratings.criteria); c++)
        for (size_t v = 0; v < map_size(&job->values.criteria); v++)
            compare(
                job, c, job->people, &job->values, v, NULL,
                arena_printf(&job->list.arena, STR_FMT "~" STR_FMT,
                             STR_ARG(ratings_name(&job->ratings.criteria, c)),
                             STR_ARG(ratings_name(&job->values.criteria, v)))
                    .ptr,
                false);
}

/* Criteria with each other: what goes together. */
static void compare_criteria(struct job *job)
{
    size_t count = map_size(&job->ratings.criteria);
    for (size_t a = 0; a < count; a++)
        for (size_t b = a + 1; b < count; b++)
            compare(
                job, a, job->people, &job->ratings, b, job->people,
                arena_printf(&job->list.arena, STR_FMT "~" STR_FMT,
                             STR_ARG(ratings_name(&job->ratings.criteria, a)),
                             STR_ARG(ratings_name(&job->ratings.criteria, b)))
                    .ptr,
                false);
}

/* --- the matrix of scatter plots --- */

static str rank_label(struct job *job, const struct pairs *p)
{
    double value;
    if (!correlate(CORRELATE_SPEARMAN, p->x, p->y, p->count, &value, NULL))
        return STR("undefined");
    return arena_printf(&job->arena, "\u03c1 %.2f", value);
}

static str *names_of(struct job *job, const struct map *names)
{
    str *list = arena_array(&job->arena, map_size(names), sizeof *list);
    for (size_t i = 0; i < map_size(names); i++)
        list[i] = ratings_name(names, i);
    return list;
}

/* Criteria (columns) by criteria or by metrics (rows). Of criteria with each
 * other the lower half shows points, the upper half Spearman's rho. */
static void draw_matrix(struct job *job, const struct ratings *other)
{
    bool self = other == &job->ratings;
    size_t columns = map_size(&job->ratings.criteria),
           rows = map_size(&other->criteria);
    if (!job->page || rows * columns > 10000 || (self && columns < 2))
        return;
    struct page_scatter_cell *cells = mem_zero(rows * columns, sizeof *cells);
    struct pairs *pairs = mem_zero(rows * columns, sizeof *pairs);
    for (size_t i = 0; i < rows * columns; i++) {
        size_t r = i / columns, c = i % columns;
        pairs[i] = pairs_of(&job->ratings, c, job->people, other, r,
                            self ? job->people : NULL, false);
        cells[i].label = self && r == c ? ratings_name(&other->criteria, r)
                                        : rank_label(job, &pairs[i]);
        if (self && c >= r)
            continue;
        cells[i].label = self ? (str){0} : cells[i].label;
        cells[i].x = pairs[i].x;
        cells[i].y = pairs[i].y;
        cells[i].count = pairs[i].count;
    }
    page_scatter_matrix(
        job->page, &(struct page_scatter_matrix){
                       .title = self ? STR("Criteria with each other (means of "
                                           "an item, Spearman's \u03c1)")
                                     : STR("Ratings and metrics (means of an "
                                           "item, Spearman's \u03c1)"),
                       .columns = names_of(job, &job->ratings.criteria),
                       .column_count = columns,
                       .rows = names_of(job, &other->criteria),
                       .row_count = rows,
                       .cells = cells});
    for (size_t i = 0; i < rows * columns; i++)
        pairs_release(&pairs[i]);
    free(pairs);
    free(cells);
}

static bool read_all(struct job *job, struct err *err)
{
    const char *values = opt_value(job->args, "metrics", NULL),
               *set = opt_value(job->args, "criteria", NULL);
    if (set && !criteria_load(set, &job->arena, &job->criteria, err))
        return false;
    job->ratings.scale = job->criteria.scale;
    return ratings_read(&job->ratings, opt_operand(job->args, 0), err) &&
           (!set || criteria_check(&job->criteria, &job->ratings, err) ||
            err_wrap(err, "%s", opt_operand(job->args, 0))) &&
           find_judges(job, err) &&
           (!values || ratings_read(&job->values, values, err));
}

static void describe_criteria(struct job *job)
{
    struct table *t = table_new("criterion", "question", NULL);
    page_section(job->page, job->criteria.title);
    for (size_t i = 0; i < job->criteria.criteria.count; i++) {
        const struct criterion *c =
            LIST_AT(job->criteria.criteria, struct criterion, i);
        str cells[] = {c->name, c->question};
        table_add_cells(t, cells, 2);
    }
    page_paragraph(job->page,
                   arena_printf(&job->arena, "Scale %g to %g. " STR_FMT,
                                job->criteria.scale.low,
                                job->criteria.scale.high,
                                STR_ARG(job->criteria.source)));
    page_table(job->page, STR(""), t);
    table_free(t);
}

static bool work(struct job *job, struct err *err)
{
    int64_t permutations, resamples;
    const char *values = opt_value(job->args, "metrics", NULL);
    if (!opt_int(job->args, "permutations", 9999, 1, 1000000, &permutations,
                 err) ||
        !opt_int(job->args, "resamples", 2000, 1, 1000000, &resamples, err) ||
        !cmd_seed(job->args, &job->plan.seed, err) || !read_all(job, err))
        return false;
    job->plan.permutations = (size_t)permutations;
    job->plan.resamples = (size_t)resamples;
    if (opt_has(job->args, "html")) {
        job->page = page_open(STR("Agreement of ratings"),
                              str_of(opt_operand(job->args, 0)));
        if (job->criteria.name.len)
            describe_criteria(job);
        page_section(job->page, STR("Scatter plots"));
    }
    agreement_add(&job->ratings, job->people, &job->list);
    if (job->any_judge)
        compare_judges(job);
    if (values)
        compare_values(job);
    else
        compare_criteria(job);
    draw_matrix(job, values ? &job->values : &job->ratings);
    return true;
}

static bool finish_page(struct job *job, const struct scores *scores,
                        struct err *err)
{
    const char *path = opt_value(job->args, "html", NULL), *before = "";
    if (!path)
        return true;
    if (job->charts > CHARTS_MAX)
        page_notice(job->page, PAGE_NEUTRAL,
                    STR("Only the first 24 scatter plots are shown."));
    page_section(job->page, STR("Coefficients"));
    for (size_t i = 0; i < job->list.items.count; i++) {
        const char *family = metrics_at(&job->list, i)->family;
        if (strcmp(family, before) == 0)
            continue;
        before = family;
        struct table *table = scores_table(scores, family);
        page_table(job->page, str_of(family), table);
        table_free(table);
    }
    return page_write(job->page, path, err);
}

static bool print(struct job *job, struct err *err)
{
    const char *name = opt_operand(job->args, 0);
    struct scores scores = {&name, &job->list, 1};
    const char *path = opt_value(job->args, "csv", NULL);
    if (path && !scores_write_csv(&scores, path, err))
        return false;
    path = opt_value(job->args, "markdown", NULL);
    if (path && !scores_write_markdown(&scores, STR(""), path, err))
        return false;
    if (!finish_page(job, &scores, err))
        return false;
    if (!opt_has(job->args, "json")) {
        scores_print(&scores);
        return true;
    }
    struct buf out;
    buf_init(&out, BUF_MAX);
    struct json_out j = json_out(&out);
    json_begin(&j, '{');
    json_add_int(&j, "items", (int64_t)map_size(&job->ratings.items));
    json_add_int(&j, "raters", (int64_t)map_size(&job->ratings.raters));
    json_key(&j, "metrics");
    metrics_write_json(&job->list, &j);
    json_end(&j, '}');
    puts(buf_cstr(&out));
    buf_release(&out);
    return true;
}

static int run(const struct args *args)
{
    struct err err = {0};
    struct job job = {.args = args};
    ratings_init(&job.ratings);
    ratings_init(&job.values);
    metrics_init(&job.list);
    arena_init(&job.arena);
    int status = work(&job, &err) && print(&job, &err) ? EXIT_STATUS_DONE
                                                       : cmd_fail(&err);
    uint64_t bad = job.ratings.bad + job.values.bad;
    if (status == EXIT_STATUS_DONE && bad) {
        const struct err *first =
            job.ratings.bad ? &job.ratings.first_bad : &job.values.first_bad;
        log_warn("%llu scores or rows were left out, the first: %s",
                 (unsigned long long)bad, first->message);
        status = EXIT_STATUS_PARTIAL;
    }
    if (job.page)
        page_close(job.page);
    free(job.people);
    free(job.judges);
    ratings_release(&job.ratings);
    ratings_release(&job.values);
    metrics_release(&job.list);
    arena_release(&job.arena);
    return status;
}

const struct command cmd_agree = {
    .name = "agree",
    .operands = "RATINGS.csv",
    .summary = "agreement of raters, and how judges and metrics follow them",
    .options = options,
    .details =
        "RATINGS.csv has a row for each score (rater,item,criterion,score "
        "and,\n"
        "where known, model and task), or a column for each criterion.\n"
        "With --judge the means of the other raters are correlated with the\n"
        "judges', by item and by (model, task). With --criteria names that "
        "are\n"
        "not in the set are refused, scores outside its scale left out.",
    .examples = "anamnesis agree ratings.csv --html agreement.html\n"
                "anamnesis agree ratings.csv --judge gpt-4\n"
                "anamnesis agree ratings.csv --metrics values.jsonl --json",
    .operands_min = 1,
    .operands_max = 1,
    .run = run,
};

/* --- agree sheet --- */

static const struct opt sheet_options[] = {
    {"criteria", 'c', "SET", "mct, dutch, doctorflan, or a file"},
    {"rater", 0, "NAME", "a sheet for this rater (repeatable; rater-1)"},
    {"output", 'o', "FILE", "the sheet (standard output)"},
    {0}};

static void put_rows(const struct criteria *set, const char *rater,
                     const struct record *record, struct buf *out)
{
    bool dialogue = record->kind == RECORD_DIALOGUE;
    str task = dialogue ? record->dialogue.brief.task : (str){0};
    for (size_t i = 0; i < set->criteria.count; i++) {
        const struct criterion *c = LIST_AT(set->criteria, struct criterion, i);
        str cells[] = {str_of(rater), record->id, c->name,
                       STR(""),       STR(""),    record->provenance.model,
                       task};
        csv_put_row(out, ',', cells, sizeof cells / sizeof *cells);
    }
}

static bool write_sheet(const struct args *args, const struct criteria *set,
                        const struct record_set *records, struct err *err)
{
    static const str head[] = {{"rater", 5}, {"item", 4},    {"criterion", 9},
                               {"score", 5}, {"comment", 7}, {"model", 5},
                               {"task", 4}};
    size_t raters = opt_value_count(args, "rater");
    struct sink *out = sink_open(opt_value(args, "output", "-"), err);
    if (!out)
        return false;
    struct buf rows;
    buf_init(&rows, BUF_MAX);
    csv_put_row(&rows, ',', head, sizeof head / sizeof *head);
    for (size_t r = 0; r < (raters ? raters : 1); r++)
        for (size_t i = 0; i < records->records.count; i++)
            put_rows(set, raters ? opt_value_at(args, "rater", r) : "rater-1",
                     LIST_AT(records->records, struct record, i), &rows);
    sink_write(out, buf_str(&rows));
    buf_release(&rows);
    return sink_close(out, err);
}

static int run_sheet(const struct args *args)
{
    struct err err = {0};
    struct arena arena;
    struct criteria set = {0};
    struct record_set records = {0};
    arena_init(&arena);
    const char *name = opt_value(args, "criteria", NULL);
    const char *path = opt_operand(args, 0);
    bool ok = name || err_set(&err, ERR_USAGE, "--criteria is needed");
    ok = ok && criteria_load(name, &arena, &set, &err) &&
         record_set_load(&records, 1, &path, NULL, NULL, &err);
    if (ok && records.records.count == 0)
        ok = err_set(&err, ERR_FORMAT, "%s: found no record", path);
    ok = ok && write_sheet(args, &set, &records, &err);
    int status = ok ? EXIT_STATUS_DONE : cmd_fail(&err);
    if (ok && records.bad_count) {
        log_warn("%zu lines are no records and were left out",
                 records.bad_count);
        status = EXIT_STATUS_PARTIAL;
    }
    record_set_release(&records);
    arena_release(&arena);
    return status;
}

const struct command cmd_agree_sheet = {
    .name = "agree sheet",
    .operands = "RECORDS",
    .summary = "an empty sheet of criteria for raters to fill in",
    .options = sheet_options,
    .details =
        "A row for each rater, record and criterion of the set, with an empty\n"
        "score and comment; `agree` reads it back when it is filled in.",
    .examples = "anamnesis agree sheet made.jsonl --criteria dutch --rater "
                "r1 --rater r2 -o sheet.csv",
    .operands_min = 1,
    .operands_max = 1,
    .run = run_sheet,
};
