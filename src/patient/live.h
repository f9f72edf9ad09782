/* live.h - interviews in which a model is the patient: every draft goes through
 * the verifier before it is said.
 *
 *     struct live_case cases[N] = {{talk, doctor, &turns, row}, …};
 *     live_converse(llm, &sampling, cases, N, store, &err);
 *
 * Many conversations at once: each has one request in flight. A draft that
 * contradicts the record, names the diagnosis, speaks for the doctor or uses
 * another language is asked for again with the fault named, TALK_DRAFTS times
 * in all; then, or when the engine fails, the answer from data/patient stands
 * in. Every reply goes to the journal before it is used; redrafts, fallbacks
 * and faults are counted by the talk. The prompt holds what a patient knows,
 * never the outline.
 */
#ifndef PATIENT_LIVE_H
#define PATIENT_LIVE_H

#include "llm/llm.h"
#include "patient/doctor.h"
#include "store/store.h"

struct live_case {
    struct talk *talk;
    struct doctor *doctor;
    struct vec *turns; /* struct turn; texts in the talk or the doctor */
    uint64_t row;
    /* private */
    str question;
    str detail;
    int drafts;
    int64_t step;
    bool over;
};

MUST_USE bool live_converse(struct llm *llm,
                            const struct llm_sampling *sampling,
                            struct live_case *cases, size_t count,
                            struct store *store, struct err *err);

#endif
