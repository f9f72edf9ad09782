/* interview.h - the job behind `patient interview`: a doctor agent asks every
 * patient of a run, giving dialogues in the common form.
 *
 *     struct interview_wish wish = {.records = "runs/p", .folder = "runs/i"};
 *     struct interview_result result;
 *     interview_run(&wish, knowledge, &hooks, &result, &err);
 *
 * One row of the journal per patient; the dialogue of a row depends on the
 * record, the seed and the strategy only, so the bytes are the same for any
 * number of threads. What was measured while talking (claims, contradictions,
 * facts told asked and unasked, leaks, redrafts) stands in the dialogue's meta.
 */
#ifndef PATIENT_INTERVIEW_H
#define PATIENT_INTERVIEW_H

#include "llm/llm.h"
#include "patient/doctor.h"
#include "patient/make.h"

struct interview_wish {
    const char *records; /* a file of records or a run directory */
    const char *folder;  /* run directory of the interviews */
    uint64_t seed;
    int strategy;    /* enum doctor_strategy; -1: all in turn */
    struct llm *llm; /* a model is the patient; NULL: offline */
    struct llm_sampling sampling;
};

struct interview_result {
    uint64_t counts[STATE_COUNT];
    uint64_t planned, turns;
    struct talk_counts talk;
    double seconds;
    bool interrupted;
};

MUST_USE bool interview_run(const struct interview_wish *wish,
                            const struct knowledge *knowledge,
                            const struct make_hooks *hooks,
                            struct interview_result *result, struct err *err);

#endif
