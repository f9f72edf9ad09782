/* outcome_page.h - a report as one page: tables, charts, examples.
 *
 *     if (!outcome_page(&outcome, "report.html", &err)) …
 *
 * For each board: the means, a radar of the tasks (or phases), a heat map of
 * models × tasks, how ratings are distributed, and the items on which models
 * differ most with question, reference, answers and what the judge said, where
 * they are known.
 */
#ifndef BENCH_OUTCOME_PAGE_H
#define BENCH_OUTCOME_PAGE_H

#include "bench/outcome.h"

MUST_USE bool outcome_page(const struct outcome *outcome, const char *path,
                           struct err *err);

#endif
