/* bench_judge.c - `anamnesis bench judge`: a judge rates answers. */
#include <stdio.h>

#include "base/log.h"
#include "bench/judge.h"
#include "cmd/cmd.h"

static const struct opt options[] = {
    {"config", 'c', "FILE", "items, answers and the judge"},
    {"output", 'o', "RUN", "folder of the run; goes on if it was begun"},
    {0}};

static void print_summary(const struct args *args,
                          const struct judge_summary *s)
{
    const struct {
        const char *name;
        uint64_t value;
    } counts[] = {{"verdicts", s->verdicts},
                  {"graded", s->graded},
                  {"unreadable", s->unreadable},
                  {"no_answer", s->no_answer},
                  {"no_reference", s->no_reference},
                  {"failed", s->failed},
                  {"bad_lines", s->bad_lines},
                  {"unknown_items", s->unknown},
                  {"answers_with_rating", s->has_rating},
                  {"asked", s->asked},
                  {"recalled", s->recalled}};
    log_info("%llu verdicts: %llu graded, %llu unreadable, %llu without an "
             "answer, %llu without a reference, %llu failed; coverage %.1f %%; "
             "cost %.4f",
             (unsigned long long)s->verdicts, (unsigned long long)s->graded,
             (unsigned long long)s->unreadable,
             (unsigned long long)s->no_answer,
             (unsigned long long)s->no_reference, (unsigned long long)s->failed,
             100 * s->coverage, s->cost);
    if (!opt_has(args, "json"))
        return;
    struct buf out;
    buf_init(&out, 1 << 16);
    struct json_out j = json_out(&out);
    json_begin(&j, '{');
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        json_key(&j, counts[i].name);
        json_put_int(&j, (int64_t)counts[i].value);
    }
    json_key(&j, "coverage");
    json_put_number(&j, s->coverage);
    json_key(&j, "cost");
    json_put_number(&j, s->cost);
    json_end(&j, '}');
    puts(buf_cstr(&out));
    buf_release(&out);
}

static int work(const struct args *args, const struct judge_config *config,
                struct judge_run *run, struct err *err)
{
    struct judge_summary s;
    if (!judge_work(run, cmd_interrupted, err) || !judge_finish(run, &s, err))
        return cmd_fail(err);
    print_summary(args, &s);
    if (s.coverage < config->floor) {
        log_error("coverage %.3f is under the floor of %.3f", s.coverage,
                  config->floor);
        return EXIT_STATUS_FAILED;
    }
    return s.graded < s.verdicts || s.bad_lines || s.unknown
               ? EXIT_STATUS_PARTIAL
               : EXIT_STATUS_DONE;
}

static int run_judge(const struct args *args)
{
    struct err err = {0};
    struct arena arena;
    arena_init(&arena);
    struct judge_config config;
    struct judge_run *run = NULL;
    const char *path = opt_value(args, "config", NULL);
    const char *folder = opt_value(args, "output", NULL);
    if (!path || !folder)
        err_set(&err, ERR_USAGE, "-c FILE and -o RUN are needed");
    else if (judge_config_load(path, &config, &arena, &err))
        run = judge_open(&config, folder, &err);
    int status = run ? work(args, &config, run, &err) : cmd_fail(&err);
    judge_close(run);
    arena_release(&arena);
    return status;
}

const struct command cmd_bench_judge = {
    .name = "bench judge",
    .operands = "",
    .summary = "let a judge rate answers against their references",
    .options = options,
    .details = "Writes verdicts.jsonl into the folder: a rating of 1 to 10 or "
               "ungraded, with\n"
               "the judge's text. A coverage under the configured floor fails. "
               "An engine of\n"
               "kind simulator is a simulated judge, no model; verdicts say "
               "so.",
    .examples = "anamnesis bench judge -c judge.yaml -o runs/judge",
    .operands_min = 0,
    .operands_max = 0,
    .run = run_judge,
};
