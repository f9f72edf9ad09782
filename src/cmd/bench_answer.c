/* bench_answer.c - `anamnesis bench answer`: models answer a test set. */
#include <stdio.h>

#include "base/log.h"
#include "base/table.h"
#include "bench/answer.h"
#include "cmd/bench_job.h"
#include "cmd/engine.h"

static const struct opt options[] = {
    {"config", 'c', "FILE", "items, models and how they are asked"},
    {"output", 'o', "RUN", "folder of the run; goes on if it was begun"},
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

/* What would be asked of each model, at most. */
static void print_plan(const struct answer_config *config,
                       struct answer_run *run)
{
    uint64_t requests;
    int64_t prompt;
    answer_estimate(run, &requests, &prompt);
    struct table *t =
        table_new("model", "requests", "prompt tokens",
                  "completion tokens at most", "cost at most", NULL);
    struct arena arena;
    arena_init(&arena);
    for (size_t i = 0; i < config->models.count; i++) {
        const struct answer_model *m =
            LIST_AT(config->models, struct answer_model, i);
        int64_t most = (int64_t)requests * 1024;
        double cost;
        bool priced = engine_estimate_cost(&m->engine, prompt, most, &cost);
        const str cells[] = {
            m->name, arena_printf(&arena, "%llu", (unsigned long long)requests),
            arena_printf(&arena, "%lld", (long long)prompt),
            arena_printf(&arena, "%lld", (long long)most),
            priced ? arena_printf(&arena, "%.2f", cost) : STR("no price")};
        table_add_cells(t, cells, sizeof cells / sizeof *cells);
    }
    struct buf out;
    buf_init(&out, 1 << 20);
    table_write(t, table_style_for(stdout), &out);
    fputs(buf_cstr(&out), stdout);
    buf_release(&out);
    arena_release(&arena);
    table_free(t);
}

static int work(const struct args *args, const struct answer_config *config,
                struct answer_run *run, struct err *err)
{
    struct answer_summary summary;
    if (opt_has(args, "dry-run")) {
        print_plan(config, run);
        return EXIT_STATUS_DONE;
    }
    if (!answer_work(run, cmd_interrupted, err) ||
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
    if (bench_job_begin(&job, args, &answer_config_schema, &config, &err))
        run = answer_open(&config, job.folder, &err);
    int status = run && bench_job_keep_config(&job, &err)
                     ? work(args, &config, run, &err)
                     : cmd_fail(&err);
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
