/* output.h - the files of a flan run; called by flan_finish.
 *
 * dataset.jsonl, train.jsonl, test.jsonl   accepted rows, question joined with
 *                                          its instruction, answer polished
 * rejected.jsonl                           every lost row: stage, reason, text
 * review.csv                               a sample of every task for reviewers
 * work/items-{train,test}.jsonl            the items as they were before
 * report.json, README.md                   counts, tables, data card
 */
#ifndef FLAN_OUTPUT_H
#define FLAN_OUTPUT_H

#include "flan/run.h"

MUST_USE bool output_items(const struct flan_run *run, struct err *err);
MUST_USE bool output_report(const struct flan_run *run,
                            const struct flan_summary *summary,
                            struct err *err);

/* What reviewers said: the sheet with its columns correct, more_practical and
 * edited_answer filled. */
struct review_summary {
    uint64_t rows, reviewed;
    uint64_t correct, incorrect, practical, not_practical, edited;
    uint64_t unknown; /* cells that are neither yes nor no */
};

/* Reads the sheet and writes the data set with its edits to `output`. Ids that
 * the data set lacks are ERR_CONFLICT. */
MUST_USE bool review_apply(const char *sheet, const char *dataset,
                           const char *output, struct review_summary *summary,
                           struct err *err);

#endif
