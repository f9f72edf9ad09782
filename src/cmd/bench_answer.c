/* bench_answer.c - `anamnesis bench answer`: models answer a test set. */
#include "base/log.h"
#include "bench/answer.h"
#include "bench/batch.h"
#include "cmd/bench_job.h"
#include "cmd/bench_plan.h"

static const struct opt options[] = {
    {"config", 'c', "FILE", "items, models and how they are asked"},
    {"output", 'o', "RUN", "folder of the run; goes on if it was begun"},
    {"max-cost", 0, "X", "overrides max_cost, the cap of the whole run"},
    {"batch-out", 0, "FILE",
     "write what is missing as requests of OpenAI's Batch API"},
    {"batch-in", 0, "FILE", "take answers from results of the Batch API"},
    {"dry-run", 0, NULL, "requests, tokens and cost; no request"},
    {0}};

static void print_summary(const struct args *args,
                          const struct answer_summary *s)
{
    log_info("%llu items; %llu answers, %llu of them failed; %llu asked now, "
             "%llu were there; %lld + %lld tokens, cost %.4f",
             (unsigned long long)s->items, (unsigned long long)s->answers,
             (unsigned long long)s->failed, (unsigned long long)s->asked,
             (unsigned long long)s->recalled, (long long)s->prompt_tokens,
             (long long)s->completion_tokens, s->cost);
    if (!opt_has(args, "json"))
        return;
    const struct bench_number numbers[] = {
        {"items", (double)s->items},
        {"unreadable", (double)s->unreadable},
        {"answers", (double)s->answers},
        {"failed", (double)s->failed},
        {"asked", (double)s->asked},
        {"recalled", (double)s->recalled},
        {"prompt_tokens", (double)s->prompt_tokens},
        {"completion_tokens", (double)s->completion_tokens},
        {"cost", s->cost}};
    bench_job_print_json(numbers, sizeof numbers / sizeof *numbers);
}

static void show_plan(const struct args *args,
                      const struct answer_config *config,
                      struct answer_run *run)
{
    struct vec rows;
    vec_init(&rows, sizeof(struct bench_plan_row));
    for (size_t i = 0; i < config->models.count; i++) {
        const struct answer_model *m =
            LIST_AT(config->models, struct answer_model, i);
        struct answer_estimate e = answer_estimate(run, i);
        *(struct bench_plan_row *)vec_add(&rows) =
            (struct bench_plan_row){m->name, &m->engine, e.requests,
                                    e.prompt_tokens, e.completion_tokens};
    }
    bench_plan_show(args, "model", &rows);
    vec_release(&rows);
}

/* --- batches --- */

static void name_trouble(enum batch_trouble kind, str custom_id, str why,
                         void *ctx)
{
    (void)ctx;
    static const char *const words[] = {"failed", "missing", "unknown"};
    log_warn("batch: %s " STR_FMT ": " STR_FMT, words[kind], STR_ARG(custom_id),
             STR_ARG(why));
}

static void print_batch(const struct args *args, const struct batch_counts *c)
{
    const struct bench_number numbers[] = {
        {"requests", (double)c->written},  {"results", (double)c->lines},
        {"answered", (double)c->answered}, {"failed", (double)c->failed},
        {"known", (double)c->known},       {"unknown", (double)c->unknown},
        {"twice", (double)c->twice},       {"bad_lines", (double)c->bad},
        {"missing", (double)c->missing},   {"later", (double)c->later}};
    if (opt_has(args, "batch-out"))
        log_info("%llu requests written", (unsigned long long)c->written);
    else
        log_info("%llu results: %llu answers, %llu failed, %llu known before, "
                 "%llu of other runs, %llu twice, %llu unreadable; %llu "
                 "requests without a result, %llu turns for the next round",
                 (unsigned long long)c->lines, (unsigned long long)c->answered,
                 (unsigned long long)c->failed, (unsigned long long)c->known,
                 (unsigned long long)c->unknown, (unsigned long long)c->twice,
                 (unsigned long long)c->bad, (unsigned long long)c->missing,
                 (unsigned long long)c->later);
    if (opt_has(args, "json"))
        bench_job_print_json(numbers, sizeof numbers / sizeof *numbers);
}

static int work_batch(const struct args *args, struct answer_run *run,
                      struct err *err)
{
    const char *out = opt_value(args, "batch-out", NULL),
               *in = opt_value(args, "batch-in", NULL);
    struct answer_summary summary;
    if (out && in) {
        err_set(err, ERR_USAGE, "--batch-out and --batch-in: one of the two");
        return cmd_fail(err);
    }
    struct batch *batch =
        out ? batch_write_open(out, err) : batch_read_open(in, err);
    if (!batch)
        return cmd_fail(err);
    bool ok = answer_work(run, batch, cmd_interrupted, err) &&
              (out || answer_finish(run, &summary, err));
    struct batch_counts c = batch_count(batch);
    batch_each_trouble(batch, name_trouble, NULL);
    struct err ignored = {0};
    ok = batch_close(batch, ok ? err : &ignored) && ok;
    if (!ok)
        return cmd_fail(err);
    print_batch(args, &c);
    bool whole = out || !(c.failed + c.unknown + c.bad + c.missing + c.twice);
    return whole ? EXIT_STATUS_DONE : EXIT_STATUS_PARTIAL;
}

static int work(const struct args *args, const struct answer_config *config,
                struct answer_run *run, struct err *err)
{
    struct answer_summary summary;
    show_plan(args, config, run);
    if (!answer_work(run, NULL, cmd_interrupted, err) ||
        !answer_finish(run, &summary, err))
        return cmd_fail(err);
    print_summary(args, &summary);
    if (summary.failed == summary.answers)
        return EXIT_STATUS_FAILED;
    return summary.failed || summary.unreadable ? EXIT_STATUS_PARTIAL
                                                : EXIT_STATUS_DONE;
}

static int run_answer(const struct args *args)
{
    struct err err = {0};
    struct answer_config config;
    struct answer_run *run = NULL;
    struct bench_job job;
    bool dry = opt_has(args, "dry-run");
    int status = EXIT_STATUS_DONE;
    if (bench_job_begin(&job, args, &answer_config_schema, &config, &err))
        run = answer_open(&config, dry ? NULL : job.folder, &err);
    if (!run || (!dry && !bench_job_keep_config(&job, &err)))
        status = cmd_fail(&err);
    else if (dry)
        show_plan(args, &config, run);
    else if (opt_has(args, "batch-out") || opt_has(args, "batch-in"))
        status = work_batch(args, run, &err);
    else
        status = work(args, &config, run, &err);
    answer_close(run);
    bench_job_end(&job);
    return status;
}

const struct command cmd_bench_answer = {
    .name = "bench answer",
    .operands = "",
    .summary = "let models answer questions and consultations",
    .options = options,
    .details = "Writes answers.jsonl into the folder; what came is journalled "
               "before it\n"
               "is used, and the same command goes on after a stop. An engine "
               "of kind\n"
               "simulator is a simulated examinee, no model; the answers say "
               "so.",
    .examples =
        "anamnesis bench answer -c examples/bench-en.yaml -o runs/bench\n"
        "anamnesis bench answer -c bench.yaml -o runs/bench --dry-run",
    .operands_min = 0,
    .operands_max = 0,
    .run = run_answer,
};
