/* expression.h - the conditions of constraint rules, compiled once.
 *
 *     age < 12 and occupation != 'retired'
 *     item.daily <= item.daily_max
 *     status = 'pregnant' or has(items, 'vaginal-bleeding')
 *     education in ['none', 'primary'] and text matches 'universit(y|eit)'
 *
 * Names are the keys of a patient (age, sex, severity, days …), `item.KEY` of
 * the item a rule goes through, and the computed names of constraint_facts.c
 * (docs/add-a-rule.md lists them). Literals: numbers, 'text', [a, b]. Words:
 * and or not, = != < <= > >=, in, matches (a regular expression, without
 * case), known(x), has(list, 'id'), and + - *. What is not known is neither
 * true nor false (Kleene), so a rule about an absent value says nothing.
 *
 * Constant after compiling, shared by threads; a scope belongs to one.
 */
#ifndef PATIENT_EXPRESSION_H
#define PATIENT_EXPRESSION_H

#include "knowledge/knowledge.h"
#include "patient/patient.h"
#include "text/regex.h"

enum truth { TRUTH_NO, TRUTH_YES, TRUTH_UNKNOWN };

enum value_kind { VALUE_UNKNOWN, VALUE_NUMBER, VALUE_TEXT };
struct fact_value {
    enum value_kind kind;
    double number; /* truth is 1 or 0 */
    str text;
};

/* What an expression is asked about. */
struct scope {
    const struct patient *patient;
    const struct knowledge *knowledge;
    const struct disease *disease; /* NULL: none of the packs */
    str lang;
    const void *item;        /* of the rule's list, or NULL */
    const struct cell *list; /* the cell of that list */
    struct regex_context *regex;
    str text; /* every spoken text of the record; made on first use */
    struct arena *arena;
};

/* A name that is worked out, not read: constraint_facts.c. */
struct computed {
    const char *name;
    const char *lists; /* "|medication|"; NULL = of the record */
    struct fact_value (*get)(struct scope *scope);
};
extern const struct computed computed_facts[]; /* ends in {0} */

struct expression;
/* `list` is the cell that item.KEY belongs to, or NULL. */
MUST_USE struct expression *expression_compile(str text,
                                               const struct cell *list,
                                               struct arena *arena,
                                               struct err *err);
void expression_release(struct expression *expression); /* its regexes */
enum truth expression_truth(const struct expression *e, struct scope *scope);

/* The list cell of that name in any group of a patient, or NULL. */
const struct cell *expression_list(str name, size_t *offset);

#endif
