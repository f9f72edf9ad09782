/* human.h - ratings by people, as boards of a report.
 *
 *     struct human_counts counts = {0};
 *     if (!human_read(report, "ratings.csv", &counts, &err)) …
 *
 * CSV in one of two forms:
 *   long   columns model, score and item or task; also rater, criterion,
 *          phase, specialty where there are any: a row is one score; each rater
 *          is a repeat. The board is "human", or "human: CRITERION".
 *   wide   a column task, and a column for each model with the mean score of
 *          that task: the published layout, 22 tasks × models.
 * Rows with a task and no item make one item of the task's name. An empty score
 * is ungraded; one that is no number is a bad row. */
#ifndef BENCH_HUMAN_H
#define BENCH_HUMAN_H

#include "bench/report.h"

struct human_counts {
    uint64_t rows, scores, bad;
};

MUST_USE bool human_read(struct report *report, const char *path,
                         struct human_counts *counts, struct err *err);

#endif
