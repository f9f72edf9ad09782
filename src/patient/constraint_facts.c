/* constraint_facts.c - what rules may ask that does not stand in the record:
 * drawn from the packs; see expression.h. docs/add-a-rule.md lists them. */
#include <math.h>
#include <string.h>

#include "patient/expression.h"
#include "record/record.h"

static const struct fact_value unknown;

static struct fact_value number(double value)
{
    return (struct fact_value){
        isnan(value) ? VALUE_UNKNOWN : VALUE_NUMBER, value, {0}};
}

static struct fact_value text(str value)
{
    return (struct fact_value){value.len ? VALUE_TEXT : VALUE_UNKNOWN, 0,
                               value};
}

/* --- of the record --- */

static struct fact_value get_lang(struct scope *s)
{
    return text(s->lang);
}

static struct fact_value get_disease_age_low(struct scope *s)
{
    return s->disease ? number(s->disease->who.age.low) : unknown;
}

static struct fact_value get_disease_age_high(struct scope *s)
{
    return s->disease ? number(s->disease->who.age.high) : unknown;
}

static struct fact_value get_disease_days_low(struct scope *s)
{
    return s->disease ? number(s->disease->duration.low) : unknown;
}

static struct fact_value get_disease_days_high(struct scope *s)
{
    return s->disease ? number(s->disease->duration.high) : unknown;
}

static struct fact_value get_disease_female(struct scope *s)
{
    return s->disease ? number(s->disease->who.female) : unknown;
}

static struct fact_value get_disease_pregnancy(struct scope *s)
{
    return s->disease ? text(s->disease->who.pregnancy) : unknown;
}

static struct fact_value get_disease_onset(struct scope *s)
{
    return s->disease ? text(s->disease->onset) : unknown;
}

static struct fact_value get_disease_icd10(struct scope *s)
{
    return s->disease ? text(s->disease->icd10) : unknown;
}

static struct fact_value get_symptom_count(struct scope *s)
{
    return number((double)s->patient->symptoms.items.count);
}

static struct fact_value get_has_chief(struct scope *s)
{
    const struct patient *p = s->patient;
    return number(patient_symptom(p, p->symptoms.chief) != NULL);
}

/* The value of a vital sign. */
static struct fact_value vital(struct scope *s, str id)
{
    const struct list *vitals = &s->patient->examination.vitals;
    for (size_t i = 0; i < vitals->count; i++) {
        const struct patient_result *r =
            LIST_AT(*vitals, struct patient_result, i);
        if (str_equal(r->id, id))
            return number(r->value);
    }
    return unknown;
}

static struct fact_value get_temperature(struct scope *s)
{
    return vital(s, STR("body-temperature"));
}

static struct fact_value get_systolic(struct scope *s)
{
    return vital(s, STR("systolic-pressure"));
}

static struct fact_value get_diastolic(struct scope *s)
{
    return vital(s, STR("diastolic-pressure"));
}

static struct fact_value get_saturation(struct scope *s)
{
    return vital(s, STR("oxygen-saturation"));
}

/* What the examiner and the patient can say: no outline. */
static struct fact_value get_text(struct scope *s)
{
    if (s->text.ptr)
        return text(s->text);
    struct buf all;
    buf_init(&all, 1 << 20);
    const struct patient *p = s->patient;
    for (size_t i = 0; i < p->symptoms.items.count; i++) {
        const struct patient_symptom *y =
            LIST_AT(p->symptoms.items, struct patient_symptom, i);
        buf_add(&all, y->lay);
        buf_add_char(&all, '\n');
        buf_add(&all, y->impact);
        buf_add_char(&all, '\n');
    }
    for (size_t i = 0; i < p->background.past.count; i++) {
        buf_add(&all,
                LIST_AT(p->background.past, struct patient_event, i)->text);
        buf_add_char(&all, '\n');
    }
    const struct list *lists[] = {&p->background.family, &p->symptoms.triggers,
                                  &p->symptoms.relief,
                                  &p->examination.findings};
    for (size_t l = 0; l < sizeof lists / sizeof *lists; l++)
        for (size_t i = 0; i < lists[l]->count; i++) {
            buf_add(&all, ((const str *)lists[l]->items)[i]);
            buf_add_char(&all, '\n');
        }
    for (size_t i = 0; i < p->examination.tests.count; i++) {
        buf_add(&all,
                LIST_AT(p->examination.tests, struct patient_result, i)->text);
        buf_add_char(&all, '\n');
    }
    s->text = arena_copy(s->arena, buf_str(&all));
    buf_release(&all);
    return text(s->text);
}

/* True when an examination text holds the name of the disease. */
static bool names_disease(const struct scope *s, str where)
{
    const struct patient_outline *o = &s->patient->outline;
    return where.len && o->name.len && str_contains(where, o->name);
}

static struct fact_value get_names_diagnosis(struct scope *s)
{
    const struct patient_examination *e = &s->patient->examination;
    for (size_t i = 0; i < e->findings.count; i++)
        if (names_disease(s, ((const str *)e->findings.items)[i]))
            return number(1);
    for (size_t i = 0; i < e->tests.count; i++)
        if (names_disease(s, LIST_AT(e->tests, struct patient_result, i)->text))
            return number(1);
    return number(0);
}

/* --- of an item --- */

static str item_id(const struct scope *s)
{
    return *(const str *)s->item; /* stands first in every item */
}

static const struct drug *item_drug(const struct scope *s)
{
    return knowledge_drug(s->knowledge, item_id(s));
}

static const struct test *item_test(const struct scope *s)
{
    return knowledge_test(s->knowledge, item_id(s));
}

static struct fact_value get_known(struct scope *s)
{
    str list = str_of(s->list->name);
    if (str_equal(list, STR("medication")) || str_equal(list, STR("allergies")))
        return number(item_drug(s) != NULL);
    if (str_equal(list, STR("vitals")) || str_equal(list, STR("tests")))
        return number(item_test(s) != NULL);
    return number(knowledge_symptom(s->knowledge, item_id(s)) != NULL);
}

static struct fact_value get_pregnancy(struct scope *s)
{
    const struct drug *drug = item_drug(s);
    return drug ? text(drug->pregnancy) : unknown;
}

static struct fact_value get_age_low(struct scope *s)
{
    const struct drug *drug = item_drug(s);
    return drug ? number(drug->age.low) : unknown;
}

static struct fact_value get_age_high(struct scope *s)
{
    const struct drug *drug = item_drug(s);
    return drug ? number(drug->age.high) : unknown;
}

static struct fact_value get_daily(struct scope *s)
{
    const struct patient_medicine *m = s->item;
    return number(m->dose * (m->times > 0 ? m->times : 1));
}

static struct fact_value get_daily_max(struct scope *s)
{
    const struct drug *drug = item_drug(s);
    return drug && drug->daily_max > 0 ? number(drug->daily_max) : unknown;
}

static struct fact_value get_unit_fits(struct scope *s)
{
    if (str_equal(str_of(s->list->name), STR("medication"))) {
        const struct drug *drug = item_drug(s);
        const struct patient_medicine *m = s->item;
        return drug ? number(str_equal(drug->dose.unit, m->unit)) : unknown;
    }
    const struct test *test = item_test(s);
    const struct patient_result *r = s->item;
    return test && !isnan(r->value) ? number(str_equal(test->unit, r->unit))
                                    : unknown;
}

static bool holds(const struct list *ids, str id)
{
    for (size_t i = 0; i < ids->count; i++)
        if (str_equal(((const str *)ids->items)[i], id))
            return true;
    return false;
}

/* The drug must not be given with this disease. */
static struct fact_value get_avoided(struct scope *s)
{
    const struct drug *drug = item_drug(s);
    if (!drug || !s->disease)
        return unknown;
    for (size_t i = 0; i < s->disease->avoid.count; i++)
        if (LIST_AT(s->disease->avoid, struct avoided_drug, i)->drug == drug)
            return number(1);
    return number(holds(&drug->avoid_with, s->disease->id));
}

/* The history as texts; in the arena of the check. */
static str *past_texts(struct scope *s)
{
    const struct list *past = &s->patient->background.past;
    str *texts = arena_array(s->arena, past->count + 1, sizeof *texts);
    for (size_t i = 0; i < past->count; i++)
        texts[i] = LIST_AT(*past, struct patient_event, i)->text;
    return texts;
}

/* A contraindication of the packs fits the patient: disease, pregnancy or
 * breastfeeding, age, history. */
static struct fact_value get_contraindicated(struct scope *s)
{
    const struct drug *drug = item_drug(s);
    const struct patient_background *b = &s->patient->background;
    struct drug_user user = {.disease = s->disease,
                             .status = b->status,
                             .age = b->age,
                             .past = past_texts(s),
                             .past_count = b->past.count};
    if (!drug || !lang_from_name(s->lang, &user.lang))
        return unknown;
    return number(knowledge_contraindication(s->knowledge, drug, &user,
                                             s->regex) != NULL);
}

static struct fact_value get_allergic(struct scope *s)
{
    return number(holds(&s->patient->background.allergies, item_id(s)));
}

static struct fact_value get_listed(struct scope *s)
{
    if (!s->disease)
        return unknown;
    for (size_t i = 0; i < s->disease->symptoms.count; i++)
        if (str_equal(
                LIST_AT(s->disease->symptoms, struct disease_symptom, i)->id,
                item_id(s)))
            return number(1);
    return number(0);
}

static struct fact_value get_denied(struct scope *s)
{
    return number(patient_denial(s->patient, item_id(s)) != NULL);
}

static struct fact_value get_visible(struct scope *s)
{
    const struct symptom *y = knowledge_symptom(s->knowledge, item_id(s));
    return y ? number(str_equal(y->kind, STR("visible"))) : unknown;
}

static struct fact_value plausible(struct scope *s, bool high)
{
    struct range range;
    const struct test *test = item_test(s);
    if (!test || !test_plausible(test, s->patient->background.age, &range))
        return unknown;
    return number(high ? range.high : range.low);
}

static struct fact_value get_plausible_low(struct scope *s)
{
    return plausible(s, false);
}

static struct fact_value get_plausible_high(struct scope *s)
{
    return plausible(s, true);
}

static struct fact_value reference(struct scope *s, bool high)
{
    struct range range;
    const struct test *test = item_test(s);
    const struct patient_background *b = &s->patient->background;
    bool pregnant = str_equal(b->status, STR("pregnant"));
    str sex = pregnant ? STR("pregnant") : b->sex;
    if (!test || !test_reference(test, sex, b->age, &range))
        return unknown;
    return number(high ? range.high : range.low);
}

static struct fact_value get_reference_low(struct scope *s)
{
    return reference(s, false);
}

static struct fact_value get_reference_high(struct scope *s)
{
    return reference(s, true);
}

/* Vital signs at the severity of the case. A twentieth of room, at least one
 * unit, for rounding and for pressures that are kept apart. */
static struct fact_value of_severity(struct scope *s, bool high)
{
    static const char *const names[] = {"mild", "moderate", "severe"};
    for (int severity = 0; s->disease && severity < 3; severity++)
        for (int v = 0; v < VITAL_COUNT; v++) {
            if (!str_equal(s->patient->outline.severity,
                           str_of(names[severity])) ||
                !str_equal(item_id(s), str_of(vital_test((enum vital)v))))
                continue;
            struct range range =
                disease_vital(s->disease, severity, (enum vital)v);
            double room = fmax(1, range.high / 20);
            return range.high > 0
                       ? number(high ? range.high + room : range.low - room)
                       : unknown;
        }
    return unknown;
}

static struct fact_value get_severity_low(struct scope *s)
{
    return of_severity(s, false);
}

static struct fact_value get_severity_high(struct scope *s)
{
    return of_severity(s, true);
}

/* How many of the cases of the disease go this way. */
static struct fact_value get_progression_share(struct scope *s)
{
    const struct course *course = s->disease ? s->disease->progression : NULL;
    str way = s->patient->symptoms.progression;
    if (!course)
        return unknown;
    const struct course_shares *p = &course->progression;
    const struct {
        const char *word;
        double share;
    } ways[] = {{"worse", p->worse},
                {"same", p->same},
                {"better", p->better},
                {"comes-and-goes", p->comes_and_goes}};
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++)
        if (str_equal(way, str_of(ways[i].word)))
            return number(ways[i].share);
    return unknown;
}

#define OF_DRUGS "|medication|"
#define OF_RESULTS "|vitals|tests|"
#define OF_SYMPTOMS "|items|negatives|"

const struct computed computed_facts[] = {
    {"lang", NULL, get_lang},
    {"text", NULL, get_text},
    {"names_diagnosis", NULL, get_names_diagnosis},
    {"disease_age_low", NULL, get_disease_age_low},
    {"disease_age_high", NULL, get_disease_age_high},
    {"disease_days_low", NULL, get_disease_days_low},
    {"disease_days_high", NULL, get_disease_days_high},
    {"disease_female", NULL, get_disease_female},
    {"disease_pregnancy", NULL, get_disease_pregnancy},
    {"disease_onset", NULL, get_disease_onset},
    {"disease_icd10", NULL, get_disease_icd10},
    {"progression_share", NULL, get_progression_share},
    {"symptom_count", NULL, get_symptom_count},
    {"has_chief", NULL, get_has_chief},
    {"temperature", NULL, get_temperature},
    {"systolic", NULL, get_systolic},
    {"diastolic", NULL, get_diastolic},
    {"saturation", NULL, get_saturation},
    {"known", "|medication|allergies|vitals|tests|items|negatives|", get_known},
    {"pregnancy", OF_DRUGS, get_pregnancy},
    {"age_low", OF_DRUGS, get_age_low},
    {"age_high", OF_DRUGS, get_age_high},
    {"daily", OF_DRUGS, get_daily},
    {"daily_max", OF_DRUGS, get_daily_max},
    {"avoided", OF_DRUGS, get_avoided},
    {"contraindicated", OF_DRUGS, get_contraindicated},
    {"allergic", OF_DRUGS, get_allergic},
    {"unit_fits", "|medication|vitals|tests|", get_unit_fits},
    {"listed", OF_SYMPTOMS, get_listed},
    {"denied", OF_SYMPTOMS, get_denied},
    {"visible", OF_SYMPTOMS, get_visible},
    {"severity_low", "|vitals|", get_severity_low},
    {"severity_high", "|vitals|", get_severity_high},
    {"plausible_low", OF_RESULTS, get_plausible_low},
    {"plausible_high", OF_RESULTS, get_plausible_high},
    {"reference_low", OF_RESULTS, get_reference_low},
    {"reference_high", OF_RESULTS, get_reference_high},
    {0}};
