/* diversity.h - how different are the patients of a set, and what they say?
 *
 *     struct diversity *d = diversity_new(knowledge, &err);
 *     diversity_add_patient(d, &patient);
 *     diversity_add_text(d, "nl", turn.text);
 *     struct diversity_result r = diversity_finish(d);
 *     diversity_free(d);
 *
 * Of a sample that does not depend on the order (DIVERSITY_SAMPLE patients,
 * drawn evenly): the mean distance of pairs, where a pair differs in 0 to 1 of
 * sex, band of age, severity, disease, every attribute of the priors, and the
 * Jaccard distance of the symptoms. Within a disease: the mean Jaccard
 * similarity of the symptom sets. Of the words: distinct-n, distinct n-grams /
 * n-grams (Li and others 2016). NAN where nothing can be said. One thread.
 */
#ifndef PATIENT_DIVERSITY_H
#define PATIENT_DIVERSITY_H

#include "patient/priors.h"

enum { DIVERSITY_SAMPLE = 300, DIVERSITY_GRAMS = 3 };

struct diversity_result {
    size_t sample;       /* patients compared with each other */
    double distance;     /* mean of pairs, 0 to 1 */
    double nearest;      /* mean distance to the nearest other patient */
    uint64_t same_pairs; /* pairs of distance 0 */
    double symptom_jaccard;
    double distinct[DIVERSITY_GRAMS]; /* distinct-1, -2, -3 */
};

struct diversity;
MUST_USE struct diversity *diversity_new(const struct knowledge *knowledge,
                                         struct err *err);
void diversity_free(struct diversity *diversity); /* NULL is fine */
void diversity_add_patient(struct diversity *diversity,
                           const struct patient *patient);
/* One turn of the patient's side. */
void diversity_add_text(struct diversity *diversity, const char *lang,
                        str text);
struct diversity_result diversity_finish(const struct diversity *diversity);

#endif
