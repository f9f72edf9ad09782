/* assess.h - how good are these patients and interviews: the measures of
 * `patient check`.
 *
 *     struct assess *a = assess_open(knowledge, &err);
 *     assess_add(a, &record, line);         // patients and dialogues, in order
 *     const struct assess_result *r = assess_finish(a);
 *     assess_write_page(a, "check.html", &err);
 *     assess_close(a);
 *
 * accuracy: share of records without a broken rule; diversity: entropy of each
 * attribute, mean Jaccard of the symptom sets of pairs within a disease,
 * distinct-2 of the patient's words; consistency: 1 - contradicting / checked
 * claims; disclosure: facts told unasked / facts, by style; leakage: dialogues
 * in which the patient names the diagnosis; alignment: Jensen-Shannon
 * divergence (base 2) of every attribute and of age × sex × severity from the
 * prior of the diseases that are there. One thread.
 */
#ifndef PATIENT_ASSESS_H
#define PATIENT_ASSESS_H

#include "base/vec.h"
#include "patient/constraint.h"
#include "patient/priors.h"
#include "record/record.h"

struct assess_rule {
    const struct constraint *rule; /* borrowed */
    uint64_t broken;
};
struct assess_attribute {
    str name;
    double divergence; /* from the prior */
    double entropy;    /* bits */
    size_t values;
};
struct assess_style {
    str style;
    uint64_t interviews, facts, asked, unasked;
};
struct assess_result {
    uint64_t patients, sound, broken, unreadable, dialogues, leaks;
    uint64_t claims, contradictions;
    struct vec rules;      /* struct assess_rule, those broken */
    struct vec attributes; /* struct assess_attribute; the last is the table */
    struct vec styles;     /* struct assess_style */
    double symptom_jaccard, distinct_2;
    bool has_jaccard, has_distinct;
};

struct assess;
MUST_USE struct assess *assess_open(const struct knowledge *knowledge,
                                    struct err *err);
void assess_close(struct assess *assess); /* NULL is fine */
/* One record. Each broken rule is told to `broken` (may be NULL). */
void assess_add(struct assess *assess, const struct record *record,
                uint64_t line,
                void (*broken)(str id, uint64_t line,
                               const struct constraint *rule, void *ctx),
                void *ctx);
/* A line that is no record. */
void assess_add_bad(struct assess *assess);
const struct assess_result *assess_finish(struct assess *assess);
MUST_USE bool assess_write_page(struct assess *assess, const char *path,
                                struct err *err);

#endif
