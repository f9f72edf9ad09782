/* doctor.h - a doctor who interviews, without a model and without knowing the
 * record: it hears what the patient says and nothing else.
 *
 *     struct doctor *doctor = doctor_open(worker, DOCTOR_FOCUSED, seen, seed);
 *     for (str said = {0};;) {
 *         str question = doctor_ask(doctor, said);
 *         if (!question.len) break;
 *         said = talk_say(talk, question);
 *     }
 *     doctor_close(doctor);
 *
 * Strategies differ in what is asked. The symptoms asked for are those of the
 * body systems that the patient's own words belong to.
 */
#ifndef PATIENT_DOCTOR_H
#define PATIENT_DOCTOR_H

#include "patient/talk.h"

enum doctor_strategy {
    DOCTOR_SYSTEMATIC, /* the whole history */
    DOCTOR_FOCUSED,    /* the complaint and what hangs together with it */
    DOCTOR_OPEN,       /* open questions, little else */
    DOCTOR_PROBING,    /* leads, contradicts, repeats, asks for the diagnosis */
    DOCTOR_STRATEGY_COUNT
};

const char *doctor_strategy_name(enum doctor_strategy strategy);
/* False when the name is none of them. */
bool doctor_strategy_from_name(str name, enum doctor_strategy *strategy);

struct doctor;
/* What anybody sees who meets the patient. */
struct doctor_view {
    bool female;
    double age; /* years */
};
struct doctor *doctor_open(struct talk_worker *worker,
                           enum doctor_strategy strategy,
                           struct doctor_view seen, uint64_t seed);
void doctor_close(struct doctor *doctor); /* NULL is fine */
/* The next question after the patient said `said` (empty at first); empty when
 * the interview is over. Valid until doctor_close. */
str doctor_ask(struct doctor *doctor, str said);

#endif
