/* facts_clinical.c - symptoms, signs, tests and drugs of a case; see facts.h.
 */
#include <assert.h>
#include <math.h>
#include <stdio.h>

#include "simulate/drawing.h"

/* --- symptoms --- */

/* A lay wording that does not give the diagnosis away, from a random place. */
static str lay_words(struct drawing *d, const struct symptom *symptom)
{
    const struct list *lay = &symptom->lay.texts[d->lang];
    size_t from = lay->count ? rng_below(d->rng, lay->count) : 0;
    for (size_t i = 0; i < lay->count; i++) {
        str words = ((const str *)lay->items)[(from + i) % lay->count];
        if (!facts_name_disease(d->facts, words))
            return drawing_third_person(d, words);
    }
    return STR("");
}

static uint64_t severity_flag(struct drawing *d, const struct list *names)
{
    if (!names->count)
        return 0;
    size_t pick = rng_below(d->rng, names->count);
    str name = ((const str *)names->items)[pick];
    if (str_equal(name, STR("mild")))
        return FLAG(FLAG_MILD);
    return str_equal(name, STR("severe")) ? FLAG(FLAG_SEVERE)
                                          : FLAG(FLAG_MODERATE);
}

static uint64_t symptom_flags(const struct symptom *symptom)
{
    uint64_t flags = 0;
    if (str_contains(symptom->id, STR("pain")) ||
        str_contains(symptom->id, STR("ache")) ||
        str_equal(symptom->id, STR("sore-throat")))
        flags |= FLAG(FLAG_PAIN);
    if (str_equal(symptom->kind, STR("visible")))
        flags |= FLAG(FLAG_VISIBLE);
    return flags;
}

/* The question of the pack; to a relative, one about the patient where the
 * phrasebook has it (the packs ask "Do you …"). */
static str ask_words(struct drawing *d, const struct symptom *symptom)
{
    str ask = {0};
    if (d->wish->persona.by_relative) {
        d->voice.flags = d->facts->flags;
        d->voice.values[VALUE_SYMPTOM_NAME] = drawing_t3(d, &symptom->name);
        ask = drawing_expand(d, "draw.ask");
    }
    return ask.len ? ask : drawing_t3(d, &symptom->ask);
}

static bool add_symptom(struct drawing *d, enum fact_kind kind,
                        const struct symptom *symptom, uint64_t flags)
{
    str lay = lay_words(d, symptom);
    str ask = ask_words(d, symptom);
    if (!lay.len || facts_name_disease(d->facts, ask))
        return false;
    struct fact *fact = drawing_add(d, kind);
    if (!fact)
        return false;
    fact_say(fact, VALUE_SYMPTOM, lay);
    fact_say(fact, VALUE_SYMPTOM_NAME, drawing_t3(d, &symptom->name));
    fact_say(fact, VALUE_ASK, ask);
    fact->flags = flags | symptom_flags(symptom);
    if (kind == FACT_SYMPTOM)
        d->facts->present[d->facts->counts[kind] - 1] = symptom;
    return true;
}

void draw_symptoms(struct drawing *d)
{
    const struct list *all = &d->disease->symptoms;
    for (size_t i = 0; i < all->count; i++) {
        const struct disease_symptom *s =
            &((const struct disease_symptom *)all->items)[i];
        bool there = rng_chance(d->rng, s->frequency);
        uint64_t severity = severity_flag(d, &s->severity);
        if (there || (i == 0 && d->facts->counts[FACT_SYMPTOM] == 0))
            add_symptom(d, FACT_SYMPTOM, s->symptom, severity);
    }
    for (size_t i = 0; i < all->count && !d->facts->counts[FACT_SYMPTOM]; i++)
        add_symptom(d, FACT_SYMPTOM,
                    ((const struct disease_symptom *)all->items)[i].symptom,
                    FLAG(FLAG_MODERATE));
    for (size_t i = 0; i < d->disease->negatives.count; i++)
        add_symptom(
            d, FACT_NEGATIVE,
            ((const struct symptom *const *)d->disease->negatives.items)[i], 0);
}

/* --- signs and tests --- */

static double draw_range(struct drawing *d, struct range range)
{
    return range.low + (range.high - range.low) * rng_unit(d->rng);
}

static struct range or_normal(struct range given, double low, double high)
{
    return given.low == 0 && given.high == 0 ? (struct range){low, high}
                                             : given;
}

/* Usual resting values by age, as in textbooks of paediatrics. */
void draw_vitals(struct drawing *d)
{
    const struct vitals *v = &d->disease->vitals;
    int age = d->wish->persona.age;
    int group = age < 1 ? 0 : age < 6 ? 1 : age < 13 ? 2 : 3;
    static const struct range pulse[] = {
        {110, 150}, {92, 124}, {76, 104}, {64, 92}};
    static const struct range breath[] = {
        {30, 44}, {22, 30}, {17, 23}, {14, 19}};
    static const struct range upper[] = {{0, 0}, {0, 0}, {96, 114}, {108, 134}};
    static const struct range lower[] = {{0, 0}, {0, 0}, {58, 72}, {64, 84}};
    str *values = d->facts->values;
    values[VALUE_TEMPERATURE] = drawing_decimal(
        d, draw_range(d, or_normal(v->temperature, 36.2, 36.9)), 1);
    values[VALUE_PULSE] = drawing_decimal(
        d,
        draw_range(d, or_normal(v->pulse, pulse[group].low, pulse[group].high)),
        0);
    values[VALUE_RESPIRATION] = drawing_decimal(
        d,
        draw_range(d, or_normal(v->respiration, breath[group].low,
                                breath[group].high)),
        0);
    values[VALUE_SATURATION] =
        drawing_decimal(d, draw_range(d, or_normal(v->saturation, 96, 99)), 0);
    struct range high =
        or_normal(v->systolic, upper[group].low, upper[group].high);
    struct range low =
        or_normal(v->diastolic, lower[group].low, lower[group].high);
    double systolic = draw_range(d, high), diastolic = draw_range(d, low);
    if (systolic < 1 || diastolic < 1)
        return; /* not taken in small children */
    if (diastolic > systolic - 20)
        diastolic = systolic - 20;
    values[VALUE_SYSTOLIC] = drawing_decimal(d, systolic, 0);
    values[VALUE_DIASTOLIC] = drawing_decimal(d, diastolic, 0);
}

static uint64_t test_flags(const struct test *test)
{
    if (str_equal(test->kind, STR("laboratory")))
        return FLAG(FLAG_LABORATORY);
    if (str_equal(test->kind, STR("imaging")))
        return FLAG(FLAG_IMAGING);
    return str_equal(test->kind, STR("function")) ? 0 : FLAG(FLAG_BEDSIDE);
}

static str unit_text(struct drawing *d, str unit)
{
    char rule[64];
    snprintf(rule, sizeof rule, "unit." STR_FMT, STR_ARG(unit));
    int index = phrasebook_rule(d->phrasebook, str_of(rule));
    if (index != RULE_NONE)
        return drawing_expand(d, rule);
    return d->lang == LANG_ZH || !unit.len || str_equal(unit, STR("%"))
               ? unit
               : arena_printf(d->arena, " " STR_FMT, STR_ARG(unit));
}

static str with_unit(struct drawing *d, double value, int decimals, str unit)
{
    str number = drawing_decimal(d, value, decimals);
    str words = unit_text(d, unit);
    return arena_printf(d->arena, STR_FMT STR_FMT, STR_ARG(number),
                        STR_ARG(words));
}

static void add_test(struct drawing *d, const struct disease_test *t)
{
    struct fact *fact = drawing_add(d, FACT_TEST);
    if (!fact)
        return;
    const struct persona *p = &d->wish->persona;
    fact_say(fact, VALUE_TEST, drawing_t3(d, &t->test->name));
    fact->flags = test_flags(t->test);
    if (!t->numeric) {
        fact_say(fact, VALUE_RESULT, drawing_t3(d, &t->result));
        return;
    }
    int decimals = (int)t->test->decimals;
    double scale = pow(10, decimals);
    double value = round(draw_range(d, t->range) * scale) / scale;
    fact_say(fact, VALUE_RESULT, with_unit(d, value, decimals, t->test->unit));
    fact->flags |= FLAG(FLAG_NUMERIC);
    struct range usual;
    if (!test_reference(t->test, p->female ? STR("female") : STR("male"),
                        p->age, &usual))
        return;
    fact_say(fact, VALUE_LOW, drawing_decimal(d, usual.low, decimals));
    fact_say(fact, VALUE_HIGH, drawing_decimal(d, usual.high, decimals));
    if (value > usual.high)
        fact->flags |= FLAG(FLAG_ABOVE);
    if (value < usual.low)
        fact->flags |= FLAG(FLAG_BELOW);
}

/* --- drugs --- */

static bool list_has(const struct list *ids, str id)
{
    for (size_t i = 0; i < ids->count; i++)
        if (str_equal(((const str *)ids->items)[i], id))
            return true;
    return false;
}

/* May this person take it? A dose by weight or body surface is left out: it
 * cannot be said as one amount. */
static bool drug_allowed(const struct drug *drug, const struct wish *wish)
{
    const struct persona *p = &wish->persona;
    if (p->age < drug->age.low || p->age > drug->age.high)
        return false;
    if (p->pregnant && !str_equal(drug->pregnancy, STR("safe")))
        return false;
    if (str_contains(drug->dose.unit, STR("/")) ||
        list_has(&drug->avoid_with, wish->disease->id))
        return false;
    const struct list *avoid = &wish->disease->avoid;
    for (size_t i = 0; i < avoid->count; i++)
        if (((const struct avoided_drug *)avoid->items)[i].drug == drug)
            return false;
    return true;
}

static uint64_t drug_flags(const struct drug *drug)
{
    static const struct {
        const char *route;
        enum flag flag;
    } routes[] = {{"oral", FLAG_ORAL},           {"sublingual", FLAG_ORAL},
                  {"inhaled", FLAG_INHALED},     {"topical", FLAG_TOPICAL},
                  {"injection", FLAG_INJECTION}, {"eye-drops", FLAG_DROPS},
                  {"ear-drops", FLAG_DROPS}};
    uint64_t flags = FLAG(FLAG_HAS_DRUG);
    for (size_t i = 0; i < sizeof routes / sizeof *routes; i++)
        if (str_equal(drug->route, str_of(routes[i].route)))
            flags |= FLAG(routes[i].flag);
    if (drug->every_days == 0)
        return flags | FLAG(FLAG_ONCE);
    if (drug->every_days > 1)
        return flags | FLAG(FLAG_WEEKLY);
    return drug->times == 0 ? flags | FLAG(FLAG_AS_NEEDED) : flags;
}

static int decimals_of(double value)
{
    for (int i = 0; i < 3; i++, value *= 10)
        if (fabs(value - round(value)) < 1e-9)
            return i;
    return 3;
}

/* "200 mg three times a day": the low end of the range, or the high end where
 * the day's maximum allows it. */
static str dose_text(struct drawing *d, const struct drug *drug)
{
    int64_t times = drug->times > 0 ? drug->times : 1;
    double dose = rng_chance(d->rng, 0.4) ? drug->dose.max : drug->dose.min;
    if (dose * (double)times > drug->daily_max)
        dose = drug->dose.min;
    d->voice.values[VALUE_DOSE] =
        with_unit(d, dose, decimals_of(dose), drug->dose.unit);
    d->voice.values[VALUE_COUNT] = drawing_number(d, times);
    d->voice.values[VALUE_NUMBER] = arena_printf(
        d->arena, "%lld",
        (long long)(drug->every_days > 1 ? drug->every_days : times));
    uint64_t before = d->voice.flags;
    d->voice.flags &= ~(fact_kind_flags[FACT_DRUG] | FLAG(FLAG_SINGLE));
    d->voice.flags |= drug_flags(drug);
    if (times == 1)
        d->voice.flags |= FLAG(FLAG_SINGLE);
    str text = drawing_expand(d, "draw.regime");
    d->voice.flags = before;
    return text;
}

void draw_drugs(struct drawing *d)
{
    const struct list *drugs = &d->disease->drugs;
    for (size_t i = 0; i < drugs->count; i++) {
        const struct drug *drug = ((const struct drug *const *)drugs->items)[i];
        if (!drug_allowed(drug, d->wish))
            continue;
        struct fact *fact = drawing_add(d, FACT_DRUG);
        if (!fact)
            return;
        const struct list *effects = &drug->side_effects.texts[d->lang];
        fact_say(fact, VALUE_DRUG, drawing_t3(d, &drug->name));
        fact_say(fact, VALUE_DOSE, dose_text(d, drug));
        fact_say(fact, VALUE_DRUG_CLASS, drawing_t3(d, &drug->drug_class));
        fact_say(fact, VALUE_SIDE_EFFECT,
                 effects->count
                     ? ((const str *)
                            effects->items)[rng_below(d->rng, effects->count)]
                     : STR(""));
        fact->flags = drug_flags(drug);
    }
}

void draw_tests(struct drawing *d)
{
    const struct list *tests = &d->disease->tests;
    for (size_t i = 0; i < tests->count; i++)
        add_test(d, LIST_AT(*tests, struct disease_test, i));
}
