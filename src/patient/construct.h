/* construct.h - a whole patient from an outline and its attributes, offline.
 *
 *     struct construct *c = construct_new(&room);      // one per thread
 *     switch (construct_patient(c, &row, seed, index, &arena, &patient, why))
 *     …
 *     construct_free(c);
 *
 * Stages: 1 the outline from the pack, 2 the attributes (outline_plan.h), 3
 * background and symptoms, 4 examinations. After 3 and 4 the rules are checked;
 * what a rule names is left out and the stage runs again, at most
 * CONSTRUCT_ATTEMPTS times. Everything random hangs on (seed, base row), so a
 * counterfactual variant has the same case as its base.
 */
#ifndef PATIENT_CONSTRUCT_H
#define PATIENT_CONSTRUCT_H

#include "patient/constraint.h"
#include "patient/outline_plan.h"
#include "patient/secret.h"
#include "patient/wording.h"

enum { CONSTRUCT_ATTEMPTS = 3 };

/* What all threads share. */
struct construct_room {
    enum lang lang;
    const struct knowledge *knowledge;
    const struct priors *priors;
    const struct constraints *rules;
    const struct wording *wording;
    const struct secrets *secrets;
    uint64_t seed;
};

struct construct;
struct construct *construct_new(const struct construct_room *room);
void construct_free(struct construct *construct);

/* False: no patient; *reason names the stage and the rule ("symptoms:
 * duration-within-life"), in the arena. `base` is the row whose case it is. */
bool construct_patient(struct construct *construct,
                       const struct person_row *row, size_t base,
                       struct arena *arena, struct patient *patient,
                       str *reason);

/* The same, a part at a time, for records in which a model has its share. */
enum construct_stage {
    CONSTRUCT_BEGIN, /* attributes and outline; the patient is emptied first */
    CONSTRUCT_STORY,
    CONSTRUCT_EXAMINATION
};
bool construct_stage(struct construct *construct, enum construct_stage stage,
                     const struct person_row *row, size_t base,
                     struct arena *arena, struct patient *patient, str *reason);
/* A test without its result: name, unit and the reference of this patient. */
struct patient_result construct_result(const struct construct_room *room,
                                       const struct test *test,
                                       const struct person_row *row,
                                       const struct patient *patient);
/* "rules: 78 kept", in the arena. */
str construct_verdict(const struct construct_room *room, struct arena *arena);

#endif
