/* assess.h - how good are these patients and interviews: the measures of
 * `patient check`.
 *
 *     struct assess *a = assess_open(knowledge, &hooks, &err);
 *     struct assess_place place = {"patients.jsonl", line};
 *     assess_add(a, &record, &place);       // patients and dialogues, in order
 *     assess_add_bad(a, &place, why.message);        // a line that is no
 * record const struct assess_result *r = assess_finish(a); assess_write_page(a,
 * "check.html", &err); assess_close(a);
 *
 * accuracy: share of records without a broken rule; diversity: diversity.h and
 * the entropy of each attribute; consistency: 1 - contradicting / checked
 * claims of the interviews (recheck.h), and the answers of the offline patient
 * to repeated questions (stability.h, the first STABILITY_PATIENTS of each
 * language); disclosure: facts told unasked / facts, by style; leakage:
 * dialogues in which the patient names the diagnosis; alignment: Jensen-Shannon
 * divergence (base 2) of every attribute and of age × sex × severity from the
 * prior of the diseases that are there. One thread.
 *
 * Every line is counted once: lines = patients + dialogues + unreadable.
 */
#ifndef PATIENT_ASSESS_H
#define PATIENT_ASSESS_H

#include "base/vec.h"
#include "patient/constraint.h"
#include "patient/diversity.h"
#include "patient/priors.h"
#include "patient/recheck.h"
#include "patient/stability.h"
#include "record/record.h"

enum {
    ASSESS_UNREADABLE_SHOWN = 100, /* kept with file, line and reason */
    STABILITY_PATIENTS = 40,       /* of each language, probed */
    ASSESS_TABLE_ROWS = AGE_BAND_COUNT,
    ASSESS_TABLE_COLUMNS = 6 /* male mild, moderate, severe; female … */
};

struct assess_place {
    const char *file;
    uint64_t line;
};

struct assess_rule {
    const struct constraint *rule; /* borrowed */
    uint64_t broken;
};
struct assess_family { /* the rules of one kind */
    str kind;
    size_t rules;
    uint64_t broken; /* records that break one of them */
};
struct assess_unreadable {
    str file, reason; /* in the arena of the assess */
    uint64_t line;
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
    uint64_t lines, patients, sound, broken, unreadable, dialogues, leaks;
    uint64_t claims, contradictions;
    uint64_t reread;     /* dialogues whose claims were judged here, again */
    uint64_t variants;   /* patients that are counterfactuals */
    uint64_t unaligned;  /* patients of no disease, age or language of ours */
    uint64_t unmatched;  /* dialogues whose patient was not read before */
    struct vec rules;    /* struct assess_rule, those broken */
    struct vec families; /* struct assess_family */
    struct vec unreadables; /* struct assess_unreadable, the first */
    struct vec attributes;  /* struct assess_attribute; the last is the table */
    struct vec styles;      /* struct assess_style, by what is told unasked */
    const double *table, *table_expected; /* rows × columns, counts */
    struct diversity_result diversity;
    struct stability stability;
};

struct assess_hooks { /* any may be NULL */
    void (*broken)(str id, const struct assess_place *place,
                   const struct constraint *rule, void *ctx);
    void (*contradicting)(str id, const struct assess_place *place, size_t turn,
                          str detail, void *ctx);
    void (*unreadable)(const struct assess_place *place, str reason, void *ctx);
    void *ctx;
};

struct assess;
MUST_USE struct assess *assess_open(const struct knowledge *knowledge,
                                    const struct assess_hooks *hooks,
                                    struct err *err);
void assess_close(struct assess *assess); /* NULL is fine */
void assess_add(struct assess *assess, const struct record *record,
                const struct assess_place *place);
void assess_add_bad(struct assess *assess, const struct assess_place *place,
                    const char *reason);
const struct assess_result *assess_finish(struct assess *assess);
MUST_USE bool assess_write_page(struct assess *assess, const char *path,
                                struct err *err);

#endif
