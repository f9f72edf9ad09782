/* plausible.h - does a dialogue contradict medicine or itself? (rule 12)
 *
 * Code rules over the text and the packs, each with an id that begins the
 * detail of its verdict: age, sex             the patient is not the one of the
 * brief, or changes reading, pressure    a vital sign or laboratory value that
 * no one can have dose, daily-dose     outside the range of the drug's pack
 *   contraindicated      a drug against the brief's disease, a condition or
 *                        allergy that the patient told, a pregnancy, an age
 *   side                 left and right are exchanged
 * Precision comes first: numbers count only with a unit the pack knows, drugs
 * only where a clinician plainly gives them, and whatever is a question, a
 * bound, a memory or about somebody else passes.
 */
#ifndef GENERATE_PLAUSIBLE_H
#define GENERATE_PLAUSIBLE_H

#include "generate/mentions.h"
#include "generate/refine.h"

/* What the rules look at; all borrowed. */
struct plausible {
    const struct refine_implausible *config;
    const struct rulebook *book;
    const struct refine_input *input;
    const struct transcript *transcript;
    const struct vec *mentions; /* struct mention, of the transcript */
    struct regex_context *context;
    struct refine_verdict *verdict;
};

/* False and the verdict set when a rule is broken. */
bool plausible_check(const struct plausible *p);

/* The groups of rules; each false and the verdict set likewise. */
bool plausible_person(const struct plausible *p);        /* person.c */
bool plausible_sides(const struct plausible *p);         /* person.c */
bool plausible_readings(const struct plausible *p);      /* readings.c */
bool plausible_prescriptions(const struct plausible *p); /* prescriptions.c */

/* --- helpers of the groups --- */

/* Is the turn one of the patient, not of a relative? */
bool is_patient_turn(const struct transcript *transcript, size_t turn);
bool is_clinician_turn(const struct transcript *transcript, size_t turn);
/* A group of the last match as a number; a comma is a decimal point. */
bool group_number(const struct plausible *p, size_t group, double *value);
/* The first match of `pattern` at or after *from in the words of a side, in a
 * sentence that `excuse` does not match (PATTERN_COUNT: no excuse). Moves *from
 * behind it; *turn and *offset tell where it begins. The groups of the match
 * are gone, but for group 1, copied to `group` (may be NULL). */
bool plausible_find(const struct plausible *p, int side, enum pattern pattern,
                    enum pattern excuse, size_t *from, size_t *turn,
                    size_t *offset, str *group);

#endif
