/* bench_judge.c - `anamnesis bench judge`: a judge rates answers. */
#include "base/log.h"
#include "bench/judge.h"
#include "cmd/bench_job.h"

static const struct opt options[] = {
    {"config", 'c', "FILE", "items, answers and the judge"},
    {"output", 'o', "RUN", "folder of the run; goes on if it was begun"},
    {0}};

static void print_summary(const struct args *args,
                          const struct judge_summary *s)
{
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
    const struct bench_number numbers[] = {
        {"verdicts", (double)s->verdicts},
        {"graded", (double)s->graded},
        {"unreadable", (double)s->unreadable},
        {"no_answer", (double)s->no_answer},
        {"no_reference", (double)s->no_reference},
        {"failed", (double)s->failed},
        {"bad_lines", (double)s->bad_lines},
        {"unknown_items", (double)s->unknown},
        {"answers_with_rating", (double)s->has_rating},
        {"asked", (double)s->asked},
        {"recalled", (double)s->recalled},
        {"coverage", s->coverage},
        {"cost", s->cost}};
    bench_job_print_json(numbers, sizeof numbers / sizeof *numbers);
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
    struct judge_config config;
    struct judge_run *run = NULL;
    struct bench_job job;
    if (bench_job_begin(&job, args, &judge_config_schema, &config, &err))
        run = judge_open(&config, job.folder, &err);
    int status = run && bench_job_keep_config(&job, &err)
                     ? work(args, &config, run, &err)
                     : cmd_fail(&err);
    judge_close(run);
    bench_job_end(&job);
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
