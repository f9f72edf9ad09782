/* bench_answer.c - `anamnesis bench answer`: models answer a test set. */
#include <stdio.h>

#include "base/log.h"
#include "base/table.h"
#include "bench/answer.h"
#include "cmd/cmd.h"
#include "cmd/engine.h"

static const struct opt options[] = {
    {"config", 'c', "FILE", "items, models and how they are asked"},
    {"output", 'o', "RUN", "folder of the run; goes on if it was begun"},
    {"dry-run", 0, NULL, "requests, tokens and cost; no request"},
    {0}};

static void put_int(struct json_out *j, const char *key, int64_t value)
{
    json_key(j, key);
    json_put_int(j, value);
}

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
    struct buf out;
    buf_init(&out, 1 << 16);
    struct json_out j = json_out(&out);
    json_begin(&j, '{');
    put_int(&j, "items", (int64_t)s->items);
    put_int(&j, "unreadable", (int64_t)s->unreadable);
    put_int(&j, "answers", (int64_t)s->answers);
    put_int(&j, "failed", (int64_t)s->failed);
    put_int(&j, "asked", (int64_t)s->asked);
    put_int(&j, "recalled", (int64_t)s->recalled);
    put_int(&j, "prompt_tokens", s->prompt_tokens);
    put_int(&j, "completion_tokens", s->completion_tokens);
    json_key(&j, "cost");
    json_put_number(&j, s->cost);
    json_end(&j, '}');
    puts(buf_cstr(&out));
    buf_release(&out);
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
    struct arena arena;
    arena_init(&arena);
    struct answer_config config;
    struct answer_run *run = NULL;
    const char *path = opt_value(args, "config", NULL);
    const char *folder = opt_value(args, "output", NULL);
    if (!path || !folder)
        err_set(&err, ERR_USAGE, "-c FILE and -o RUN are needed");
    else if (answer_config_load(path, &config, &arena, &err))
        run = answer_open(&config, folder, &err);
    int status = run ? work(args, &config, run, &err) : cmd_fail(&err);
    answer_close(run);
    arena_release(&arena);
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
