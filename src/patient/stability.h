/* stability.h - does a patient answer the same question the same way, however
 * it is worded?
 *
 *     struct repeats *r = repeats_load(LANG_NL, &err);       // data/probes/
 *     struct stability sum = {0};
 *     stability_probe(worker, r, &patient, seed, &sum, NULL, NULL);
 *     … sum.compatible of sum.probes …
 *
 * One conversation: every topic in each of its wordings, and every symptom of
 * the record, those it denies, and some it does not hold. A repeat is
 * compatible when it is understood, says nothing that the first answer said
 * otherwise, and contradicts neither track. `compared` are the repeats that
 * told of the same thing as the first answer, so that a probe that compares
 * nothing is seen. Repeats are constant and shared by threads.
 */
#ifndef PATIENT_STABILITY_H
#define PATIENT_STABILITY_H

#include "patient/talk.h"

struct stability {
    uint64_t probes, compared, compatible; /* repeats, not first answers */
};

struct stability_miss {
    str first_question, first_answer, question, answer;
};

struct repeats;
MUST_USE struct repeats *repeats_load(enum lang lang, struct err *err);
void repeats_free(struct repeats *repeats); /* NULL is fine */

/* Adds to *sum; every miss is told to `miss` (may be NULL). */
void stability_probe(struct talk_worker *worker, const struct repeats *repeats,
                     const struct patient *patient, uint64_t seed,
                     struct stability *sum,
                     void (*miss)(const struct stability_miss *miss, void *ctx),
                     void *ctx);

#endif
