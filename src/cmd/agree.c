/* agree.c - `anamnesis agree`: raters with each other, with judges, metrics. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "cmd/cmd.h"
#include "cmd/scores.h"
#include "measure/agreement.h"
#include "page/chart.h"

enum { CHARTS_MAX = 24 };

static const struct opt options[] = {
    {"metrics", 'm', "FILE",
     "correlate the ratings with these values: CSV by item, or a JSONL "
     "sidecar by id"},
    {"judge", 0, "RATER",
     "this rater is a judge, compared with the others (repeatable)"},
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
    scatter(job, label, ratings_name(&job->ratings.criteria, a),
            ratings_name(&other->criteria, b), &p);
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

static bool work(struct job *job, struct err *err)
{
    int64_t permutations, resamples;
    const char *values = opt_value(job->args, "metrics", NULL);
    if (!opt_int(job->args, "permutations", 9999, 1, 1000000, &permutations,
                 err) ||
        !opt_int(job->args, "resamples", 2000, 1, 1000000, &resamples, err) ||
        !cmd_seed(job->args, &job->plan.seed, err) ||
        !ratings_read(&job->ratings, opt_operand(job->args, 0), err) ||
        !find_judges(job, err) ||
        (values && !ratings_read(&job->values, values, err)))
        return false;
    job->plan.permutations = (size_t)permutations;
    job->plan.resamples = (size_t)resamples;
    if (opt_has(job->args, "html")) {
        job->page = page_open(STR("Agreement of ratings"),
                              str_of(opt_operand(job->args, 0)));
        page_section(job->page, STR("Scatter plots"));
    }
    agreement_add(&job->ratings, job->people, &job->list);
    if (job->any_judge)
        compare_judges(job);
    if (values)
        compare_values(job);
    else
        compare_criteria(job);
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
    if (path && !scores_write_markdown(&scores, path, err))
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
    json_key(&j, "items");
    json_put_int(&j, (int64_t)map_size(&job->ratings.items));
    json_key(&j, "raters");
    json_put_int(&j, (int64_t)map_size(&job->ratings.raters));
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
    int status = work(&job, &err) && print(&job, &err) ? EXIT_STATUS_DONE
                                                       : cmd_fail(&err);
    uint64_t bad = job.ratings.bad + job.values.bad;
    if (status == EXIT_STATUS_DONE && bad) {
        log_warn("%llu scores are no numbers and were left out",
                 (unsigned long long)bad);
        status = EXIT_STATUS_PARTIAL;
    }
    if (job.page)
        page_close(job.page);
    free(job.people);
    free(job.judges);
    ratings_release(&job.ratings);
    ratings_release(&job.values);
    metrics_release(&job.list);
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
        "judges', by item and by (model, task).",
    .examples = "anamnesis agree ratings.csv --html agreement.html\n"
                "anamnesis agree ratings.csv --judge gpt-4\n"
                "anamnesis agree ratings.csv --metrics values.jsonl --json",
    .operands_min = 1,
    .operands_max = 1,
    .run = run,
};
