/* select.h - `references.select: match`: of more accepted dialogues than
 * wanted, keep the subset whose turn-taking is closest to the references
 * (match.h).
 *
 * The others end as skipped(not_matched); their replies stay in the journal.
 */
#ifndef GENERATE_SELECT_H
#define GENERATE_SELECT_H

#include "generate/state.h"

/* Within the open transaction; updates the state's counts. */
MUST_USE bool select_matching(struct run_state *state, struct err *err);

#endif
