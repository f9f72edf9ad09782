/* roles.h - does everybody say what is theirs to say? (refinement rule 8)
 *
 * Three signs, each by the patterns of the rulebook and each with its excuses
 * (a question, a fear, the past, quoted speech):
 *   diagnosis    a patient asserts the diagnosis before any clinician named it,
 *                in a task that begins without one. The diagnosis is the
 * brief's disease, or an acute one that a clinician names later.
 *   self_answer  a clinician asks and gives the patient's answer in the next
 * turn swapped      a clinician complains like a patient, a patient examines
 * and prescribes, a nurse prescribes Made for precision: what is doubtful
 * passes.
 */
#ifndef GENERATE_ROLES_H
#define GENERATE_ROLES_H

#include "generate/mentions.h"
#include "generate/refine.h"

/* False and the verdict set when somebody speaks out of turn. `mentions` are
 * those of the transcript. */
bool roles_check(const struct refine_roles *config, const struct rulebook *book,
                 const struct refine_input *input,
                 const struct transcript *transcript,
                 const struct vec *mentions /* struct mention */,
                 struct regex_context *context, struct refine_verdict *verdict);

#endif
