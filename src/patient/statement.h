/* statement.h - what a sentence claims about the patient beside the symptoms:
 * habits, pregnancy, drugs and doses, allergies, the family, age, scores.
 *
 *     struct statements *s = statements_load(knowledge, LANG_EN, &err);
 *     struct statement_scan *scan = statement_scan_new(s);      // a thread's
 *     const struct vec *found = statement_find(scan, qualifiers, true, text);
 *     for (…) // struct statement: "smoking" must be one of `values`
 *
 * Rules of data/claims/LANG.yaml and the names of the drugs of the packs; what
 * negation, time and experiencer make of them comes from qualifier.h. What is
 * uncertain, of the future or conditional claims nothing. Texts are views into
 * the text that was read and the packs. Statements are constant and shared by
 * threads; a scan belongs to one.
 */
#ifndef PATIENT_STATEMENT_H
#define PATIENT_STATEMENT_H

#include "base/vec.h"
#include "knowledge/knowledge.h"
#include "patient/qualifier.h"

enum statement_kind {
    STATEMENT_VALUE,     /* `slot` has one of `values` */
    STATEMENT_DRUG,      /* takes (or not) `drug`, of this dose, so often */
    STATEMENT_ALLERGY,   /* is (or is not) allergic to `drug` */
    STATEMENT_CONDITION, /* had (or had not) the illness `words` */
    STATEMENT_AGE,       /* `number` years */
    STATEMENT_SCORE      /* `number` out of ten */
};

struct statement {
    enum statement_kind kind;
    str slot;                   /* smoking, alcohol … */
    const struct list *values;  /* str; never empty */
    const struct drug *drug;    /* of drug and allergy */
    bool present;               /* of drug, allergy, condition */
    bool of_family, historical; /* of condition; of drug */
    double dose;                /* in the unit of the drug; NAN: not told */
    bool other_unit; /* a dose that this drug has not: "5 mL" of mg */
    double times;    /* a day; NAN: not told */
    double number;
    str words; /* as they stand in the text */
    size_t start, end;
};

struct statements;
struct statement_scan;

MUST_USE struct statements *statements_load(const struct knowledge *knowledge,
                                            enum lang lang, struct err *err);
void statements_free(struct statements *statements); /* NULL is fine */
struct statement_scan *statement_scan_new(const struct statements *statements);
void statement_scan_free(struct statement_scan *scan); /* NULL is fine */
/* struct statement, valid until the next call. `own_voice`: the patient speaks,
 * so that "my father" is somebody else. */
const struct vec *statement_find(struct statement_scan *scan,
                                 struct qualifier_scan *qualifiers,
                                 bool own_voice, str text);

#endif
