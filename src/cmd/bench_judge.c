/* bench_judge.c - `anamnesis bench judge`: judges give verdicts on answers. */
#include <stdio.h>

#include "base/fs.h"
#include "base/log.h"
#include "base/progress.h"
#include "bench/judge.h"
#include "cmd/bench_job.h"
#include "cmd/engine.h"

static const struct opt options[] = {
    {"config", 'c', "FILE", "items, answers, the protocol and the judge"},
    {"output", 'o', "RUN", "folder of the run; goes on if it was begun"},
    {"cache", 0, "FILE", "verdicts that other runs share; overrides cache"},
    {"max-cost", 0, "X", "of the whole run; overrides max_cost"},
    {"dry-run", 0, NULL, "requests, tokens and cost; no request"},
    {0}};

struct session {
    const struct args *args;
    const struct judge_config *config;
    struct judge_run *run;
    struct progress *progress;
};

/* --- before --- */

/* What would be asked of each judge now. */
static struct table *make_plan(const struct session *s, struct err *err)
{
    struct table *t =
        table_new("judge", "requests", "prompt tokens",
                  "completion tokens at most", "cost at most", NULL);
    struct arena arena;
    arena_init(&arena);
    bool ok = true;
    for (size_t i = 0; ok && i < judge_seat_count(s->config); i++) {
        const struct judge_seat *seat = judge_seat(s->config, i);
        struct judge_estimate e;
        double cost;
        ok = judge_estimate(s->run, i, &e, err);
        bool priced = ok && engine_estimate_cost(&seat->engine, e.prompt_tokens,
                                                 e.completion_tokens, &cost);
        const str cells[] = {
            seat->name,
            arena_printf(&arena, "%llu", (unsigned long long)e.requests),
            arena_printf(&arena, "%lld", (long long)e.prompt_tokens),
            arena_printf(&arena, "%lld", (long long)e.completion_tokens),
            priced ? arena_printf(&arena, "%.2f", cost) : STR("no price")};
        table_add_cells(t, cells, sizeof cells / sizeof *cells);
    }
    arena_release(&arena);
    if (ok)
        return t;
    table_free(t);
    return NULL;
}

/* The table on the stream; frees it. */
static void print_table(struct table *t, FILE *out)
{
    struct buf text;
    buf_init(&text, BUF_MAX);
    table_write(t, table_style_for(out), &text);
    if (out == stderr)
        log_info("%s", buf_cstr(&text));
    else
        fputs(buf_cstr(&text), out);
    buf_release(&text);
    table_free(t);
}

static bool show_plan(const struct session *s, FILE *out, struct err *err)
{
    struct table *plan = make_plan(s, err);
    if (!plan)
        return false;
    print_table(plan, out);
    return true;
}

/* --- after --- */

static void log_summary(const struct judge_summary *s)
{
    log_info(
        "%llu verdicts: %llu graded, %llu unreadable, %llu without an "
        "answer, %llu without a reference, %llu without a rubric, %llu "
        "without a majority, %llu failed; coverage %.1f %%; cost %.4f",
        (unsigned long long)s->verdicts, (unsigned long long)s->graded,
        (unsigned long long)s->unreadable, (unsigned long long)s->no_answer,
        (unsigned long long)s->no_reference, (unsigned long long)s->no_rubric,
        (unsigned long long)s->no_majority, (unsigned long long)s->failed,
        100 * s->coverage, s->cost);
    if (s->has_rating || s->addresses_judge || s->copies_reference)
        log_warn("%llu answers hold a rating, %llu speak to the judge, %llu "
                 "copy the reference",
                 (unsigned long long)s->has_rating,
                 (unsigned long long)s->addresses_judge,
                 (unsigned long long)s->copies_reference);
    if (s->below_scale)
        log_warn("%llu ratings of 0, below the scale, were read leniently",
                 (unsigned long long)s->below_scale);
    if (s->has_agreement)
        log_info("agreement of the jury: Krippendorff's alpha %.3f",
                 s->agreement);
}

static void print_json(const struct judge_summary *s,
                       const struct standings *standings)
{
    const struct bench_number numbers[] = {
        {"verdicts", (double)s->verdicts},
        {"graded", (double)s->graded},
        {"unreadable", (double)s->unreadable},
        {"no_answer", (double)s->no_answer},
        {"no_reference", (double)s->no_reference},
        {"no_rubric", (double)s->no_rubric},
        {"no_majority", (double)s->no_majority},
        {"failed", (double)s->failed},
        {"bad_lines", (double)s->bad_lines},
        {"unknown_items", (double)s->unknown},
        {"unpaired", (double)s->unpaired},
        {"answers_with_rating", (double)s->has_rating},
        {"answers_addressing_judge", (double)s->addresses_judge},
        {"answers_copying_reference", (double)s->copies_reference},
        {"below_scale", (double)s->below_scale},
        {"asked", (double)s->asked},
        {"recalled", (double)s->recalled},
        {"cached", (double)s->cached},
        {"coverage", s->coverage},
        {"cost", s->cost}};
    struct buf out;
    buf_init(&out, BUF_MAX);
    struct json_out j = json_out(&out);
    json_begin(&j, '{');
    bench_job_put_numbers(&j, numbers, sizeof numbers / sizeof *numbers);
    json_key(&j, "agreement");
    if (s->has_agreement)
        json_put_number(&j, s->agreement);
    else
        json_put_null(&j);
    standings_put_json(standings, &j);
    json_end(&j, '}');
    puts(buf_cstr(&out));
    buf_release(&out);
}

static int show_summary(const struct session *s, const struct judge_summary *m)
{
    const struct standings *standings = judge_standings(s->run);
    struct table *pairs = standings_pairs(standings);
    if (opt_has(s->args, "json"))
        print_json(m, standings);
    print_table(pairs ? pairs : standings_means(standings), stderr);
    log_summary(m);
    if (m->coverage < s->config->floor) {
        log_error("coverage %.3f is under the floor of %.3f", m->coverage,
                  s->config->floor);
        return EXIT_STATUS_FAILED;
    }
    return m->graded < m->verdicts || m->bad_lines || m->unknown || m->unpaired
               ? EXIT_STATUS_PARTIAL
               : EXIT_STATUS_DONE;
}

/* --- the run --- */

static void show_progress(uint64_t done, uint64_t failed, double cost,
                          void *ctx)
{
    struct session *s = ctx;
    progress_update(
        s->progress,
        (struct progress_state){.done = done, .failed = failed, .cost = cost});
}

static int work(struct session *s, struct err *err)
{
    if (opt_has(s->args, "dry-run"))
        return show_plan(s, stdout, err) ? EXIT_STATUS_DONE : cmd_fail(err);
    if (!show_plan(s, stderr, err))
        return cmd_fail(err);
    s->progress = progress_new(
        (struct progress_options){.label = "judge",
                                  .unit = "verdicts",
                                  .total = judge_row_count(s->run)});
    const struct judge_watch watch = {cmd_interrupted, show_progress, s};
    bool ok = judge_work(s->run, &watch, err);
    progress_finish(s->progress);
    struct judge_summary summary;
    if (!ok || !judge_finish(s->run, &summary, err))
        return cmd_fail(err);
    return show_summary(s, &summary);
}

/* The folder of a run that was begun, or NULL. */
static const char *begun(struct bench_job *job)
{
    const char *journal = fs_join(&job->arena, job->folder, "run.db");
    return fs_exists(journal) ? job->folder : NULL;
}

static int run_judge(const struct args *args)
{
    struct err err = {0};
    struct judge_config config;
    struct session s = {.args = args, .config = &config};
    struct bench_job job;
    bool dry = opt_has(args, "dry-run");
    if (bench_job_begin(&job, args, &judge_config_schema, &config, &err))
        s.run = judge_open(&config, dry ? begun(&job) : job.folder, &err);
    int status = s.run && (dry || bench_job_keep_config(&job, &err))
                     ? work(&s, &err)
                     : cmd_fail(&err);
    judge_close(s.run);
    bench_job_end(&job);
    return status;
}

const struct command cmd_bench_judge = {
    .name = "bench judge",
    .operands = "",
    .summary = "let judges give verdicts on answers",
    .options = options,
    .details =
        "Protocols: rating (1 to 10 against the reference), pairwise (both\n"
        "orders), criteria (four, 1 to 5), rubric (signed criteria of the "
        "item),\n"
        "counselling (strategies). Writes verdicts.jsonl into the folder: "
        "graded, or\n"
        "ungraded with the reason, and the judge's text. A coverage under the\n"
        "configured floor fails. An engine of kind simulator is a simulated "
        "judge, no\n"
        "model; verdicts say so.",
    .examples = "anamnesis bench judge -c judge.yaml -o runs/judge\n"
                "anamnesis bench judge -c judge.yaml -o runs/judge --dry-run",
    .operands_min = 0,
    .operands_max = 0,
    .run = run_judge,
};
