/* report.h - verdicts of one or many runs, gathered on boards.
 *
 *     struct report *report = report_open(item_paths, item_count, &err);
 *     if (!report_read(report, "runs/judge/verdicts.jsonl", &err)) …
 *     for (size_t i = 0; i < report_count(report); i++)
 *         show(report_name(report, i), report_board(report, i));
 *     report_close(report);
 *
 * One board for each judge and criterion. A line is a verdict of `bench judge`
 * (a board named by its judge for the overall score, and one for each further
 * score), or has "scores": lines of "Criterion: number", as the DISC-MedLLM
 * evaluation writes them (a board per criterion). A null rating or score is
 * ungraded. Without item files, every id met is an item; with
 * them, ids that are not there are left out and counted. One thread.
 */
#ifndef BENCH_REPORT_H
#define BENCH_REPORT_H

#include "bench/board.h"

struct report;

struct report_input {
    uint64_t lines;               /* verdicts read */
    uint64_t bad, unknown, twice; /* lines; scores to unknown items; again */
};

MUST_USE struct report *report_open(const char *const items[], size_t count,
                                    struct err *err);
void report_close(struct report *report);
MUST_USE bool report_read(struct report *report, const char *path,
                          struct err *err);

size_t report_count(const struct report *report);
str report_name(const struct report *report, size_t index);
const struct board *report_board(const struct report *report, size_t index);
struct report_input report_input(const struct report *report);

#endif
