/* output.h - the files of a run directory that are derived from its journal.
 *
 * dataset.jsonl       accepted records, in row order
 * rejected.jsonl      every other row: state, reason, detail, plan, raw reply
 * instructions.jsonl  every instruction that ever was, with what became of it
 * Written whole or not at all; writing them again gives the same bytes.
 */
#ifndef GENERATE_OUTPUT_H
#define GENERATE_OUTPUT_H

#include "generate/run.h"
#include "generate/state.h"

MUST_USE bool output_write(struct run_state *state, const char *folder,
                           struct err *err);
/* Counts by state and reason out of the journal. */
MUST_USE bool output_summarise(struct run_state *state,
                               struct generate_summary *summary,
                               struct err *err);

#endif
