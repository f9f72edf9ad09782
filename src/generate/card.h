/* card.h - README.md of a run: a data card with Hugging Face front matter. */
#ifndef GENERATE_CARD_H
#define GENERATE_CARD_H

#include "generate/run.h"
#include "generate/state.h"

MUST_USE bool card_write(const struct generate_run *run,
                         const struct run_state *state,
                         const struct generate_summary *summary,
                         const char *path, struct err *err);

#endif
