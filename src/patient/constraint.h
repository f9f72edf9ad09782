/* constraint.h - rules that a plausible patient keeps: data/constraints/.
 *
 *     struct constraints *c = constraints_load(knowledge, &err);
 *     struct constraint_check *check = constraint_check_new(c);   // a thread's
 *     struct violation found[CONSTRAINT_FOUND_MAX];
 *     size_t n = constraint_check_run(check, &patient, lang, CHECK_RECORD,
 *                                     found);
 *     for (…) puts(constraint_at(c, found[i].rule)->message.ptr);
 *
 * A rule says: when A holds, B must hold; over the whole record or over each
 * item of a list. It has an id, a kind, a source and a message
 * (docs/add-a-rule.md). A rule about something the record does not tell is
 * silent.
 */
#ifndef PATIENT_CONSTRAINT_H
#define PATIENT_CONSTRAINT_H

#include "knowledge/knowledge.h"
#include "patient/patient.h"

enum { CONSTRAINT_FOUND_MAX = 64, CONSTRAINT_RULES_MAX = 1000 };

enum check_stage {
    CHECK_ATTRIBUTES, /* only rules with stage: attributes */
    CHECK_RECORD      /* all rules */
};

struct constraint {
    str id, kind, stage, each, when, require, source, message;
    int64_t line;
};

struct violation {
    size_t rule;
    size_t item; /* index in the list of an `each` rule, else 0 */
};

struct constraints;
struct constraint_check;

MUST_USE struct constraints *constraints_load(const struct knowledge *k,
                                              struct err *err);
void constraints_free(struct constraints *constraints); /* NULL is fine */
size_t constraints_count(const struct constraints *constraints);
const struct constraint *constraint_at(const struct constraints *constraints,
                                       size_t index);

struct constraint_check *constraint_check_new(
    const struct constraints *constraints);
void constraint_check_free(struct constraint_check *check); /* NULL is fine */
/* The broken rules, in order, each at most once per item. */
size_t constraint_check_run(struct constraint_check *check,
                            const struct patient *patient, str lang,
                            enum check_stage stage,
                            struct violation found[CONSTRAINT_FOUND_MAX]);

#endif
