/* report.h - what happened in a run: report.json, report.html, README.md.
 *
 * report.html is one self-contained page (src/page): counts per state and
 * reason, a coverage heat map of the outline's cells, growth and human share of
 * the pool and diversity per round, histograms of turns and lengths, cost and
 * latency, sample dialogues. README.md is the data card with Hugging Face front
 * matter. All three are derived from the journal and give the same bytes again.
 */
#ifndef GENERATE_REPORT_H
#define GENERATE_REPORT_H

#include "generate/run.h"
#include "generate/state.h"

MUST_USE bool report_write(const struct generate_run *run,
                           struct run_state *state,
                           const struct generate_summary *summary,
                           struct err *err);

/* The members of `generate --json`, into an open object. */
void report_summary_json(const struct generate_summary *summary,
                         struct json_out *out);

#endif
