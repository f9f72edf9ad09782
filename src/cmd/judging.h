/* judging.h - what `bench judge` and `bench audit` do alike on their way to
 * verdicts: the plan, the line of progress, the work. */
#ifndef CMD_JUDGING_H
#define CMD_JUDGING_H

#include <stdio.h>

#include "bench/judge.h"
#include "cmd/bench_job.h"
#include "cmd/bench_plan.h"

/* Appends a struct bench_plan_row for each judge: what would be asked now. */
MUST_USE bool judging_plan(struct judge_run *run,
                           const struct judge_config *config, struct vec *rows,
                           struct err *err);
/* Asks, with a line of progress, and puts the verdicts together. */
MUST_USE bool judging_work(struct judge_run *run, struct judge_summary *summary,
                           struct err *err);
/* The table on the stream; frees it. */
void judging_print_table(struct table *table, FILE *out);
/* Warns of answers that speak to the judge, and tells counts and cost. */
void judging_log_summary(const struct judge_summary *summary);
/* The status for a finished run; says so when the coverage is too low. */
int judging_status(const struct judge_summary *summary, double floor);

#endif
