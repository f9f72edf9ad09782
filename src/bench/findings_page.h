/* findings_page.h - a report as one page: tables, charts, examples.
 *
 *     if (!findings_page(&findings, "report.html", &err)) …
 *
 * For each board: the means, a radar of the tasks (or phases), a heat map of
 * models × tasks, how ratings are distributed, and the items on which models
 * differ most with question, reference, answers and what the judge said, where
 * they are known.
 */
#ifndef BENCH_FINDINGS_PAGE_H
#define BENCH_FINDINGS_PAGE_H

#include "bench/findings.h"

MUST_USE bool findings_page(const struct findings *findings, const char *path,
                            struct err *err);

#endif
