/* construct.c - stages 1, 3 and 4; see construct.h. */
#include "patient/construct.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/rng.h"
#include "patient/expression.h"
#include "record/record.h"
#include "text/regex.h"

enum { LEFT_OUT_MAX = 64, HISTORY_MAX = 3 };

struct construct {
    const struct construct_room *room; /* borrowed */
    struct constraint_check *check;
    struct regex *family, *years;
    struct regex_context *regex;
    struct buf scratch;
};

/* One patient in the making. */
struct work {
    struct construct *c;
    const struct person_row *row;
    const struct disease *d;
    enum lang lang;
    struct arena *arena;
    struct patient *p;
    str left_out[LEFT_OUT_MAX]; /* ids and texts that a rule named */
    size_t left_out_count;
    uint64_t base;
};

/* English wording of the packs, the same for every language of a record. */
#define FAMILY_PATTERN                                                         \
    "\\b(father|mother|parents?|brother|sister|uncle|aunt|family|relative)\\b"
#define YEARS_PATTERN                                                          \
    "\\b(?:for|in the past|found) (\\w+)( or \\w+)? years?|(\\w+) years ago"

struct construct *construct_new(const struct construct_room *room)
{
    struct construct *c = mem_zero(1, sizeof *c);
    c->room = room;
    c->check = constraint_check_new(room->rules);
    c->regex = regex_context_new();
    buf_init(&c->scratch, 1 << 16);
    struct err err = {0};
    bool ok =
        regex_compile(&c->family, STR(FAMILY_PATTERN), REGEX_CASELESS, &err) &&
        regex_compile(&c->years, STR(YEARS_PATTERN), REGEX_CASELESS, &err);
    assert(ok);
    (void)ok;
    return c;
}

void construct_free(struct construct *c)
{
    if (!c)
        return;
    constraint_check_free(c->check);
    regex_free(c->family);
    regex_free(c->years);
    regex_context_free(c->regex);
    buf_release(&c->scratch);
    free(c);
}

static bool is_left_out(const struct work *w, str id)
{
    for (size_t i = 0; i < w->left_out_count; i++)
        if (str_equal(w->left_out[i], id))
            return true;
    return false;
}

static struct rng stream(const struct work *w, const char *name)
{
    return rng_at(w->c->room->seed, str_hash(str_of(name)), w->base);
}

/* What would give the diagnosis away stays out of the record. */
static bool gives_away(const struct work *w, str text)
{
    return text.len && secret_is_told(w->c->room->secrets, w->d, (str){0}, text,
                                      &w->c->scratch);
}

/* --- stage 1: the outline --- */

static struct list t3_texts(const struct work *w, const struct list *texts)
{
    struct list list = list_make(w->arena, texts->count, sizeof(str));
    for (size_t i = 0; i < texts->count; i++)
        *LIST_AT(list, str, i) = t3_in(LIST_AT(*texts, struct t3, i), w->lang);
    return list;
}

static void make_outline(struct work *w)
{
    struct patient_outline *o = &w->p->outline;
    const struct disease *d = w->d;
    const struct t3 *presentations[] = {&d->presentation.mild,
                                        &d->presentation.moderate,
                                        &d->presentation.severe};
    o->disease = d->id;
    o->icd10 = d->icd10;
    o->name = t3_in(&d->name, w->lang);
    o->summary = t3_in(&d->course, w->lang);
    o->severity = str_of(severity_name(w->row->severity));
    o->presentation = t3_in(presentations[w->row->severity], w->lang);
    o->contraindicated = list_make(w->arena, d->avoid.count, sizeof(str));
    for (size_t i = 0; i < d->avoid.count; i++)
        *LIST_AT(o->contraindicated, str, i) =
            LIST_AT(d->avoid, struct avoided_drug, i)->id;
    o->differential = d->differential;
    o->special = list_make(w->arena, 1, sizeof(str));
    *LIST_AT(o->special, str, 0) = arena_printf(w->arena, "pregnancy: " STR_FMT,
                                                STR_ARG(d->who.pregnancy));
    o->red_flags = t3_texts(w, &d->red_flags);
    o->sources = list_make(w->arena, 1, sizeof(str));
    *LIST_AT(o->sources, str, 0) =
        arena_printf(w->arena, "pack " STR_FMT ", ICD-10 " STR_FMT,
                     STR_ARG(d->specialty), STR_ARG(d->icd10));
}

/* --- stage 3: background and symptoms --- */

/* A length of time as people would count it. */
static double round_days(double days)
{
    if (days < 1)
        return fmax(round(days * 24), 1) / 24;
    if (days < 14)
        return round(days);
    if (days < 60)
        return round(days / 7) * 7;
    if (days < 730)
        return round(days / 30) * 30;
    return round(days / 365) * 365;
}

static double clamp(double value, double low, double high)
{
    return fmin(fmax(value, low), high);
}

static str draw_progression(const struct course_shares *p, struct rng *rng)
{
    double at = rng_unit(rng);
    if (at < p->worse)
        return STR("worse");
    if (at < p->worse + p->same)
        return STR("same");
    return at < p->worse + p->same + p->better ? STR("better")
                                               : STR("comes-and-goes");
}

static void make_duration(struct work *w)
{
    static const char *const courses[][2] = {{"worse", "same"},
                                             {"worse", "same"},
                                             {"worse", "same"},
                                             {"comes-and-goes", "worse"},
                                             {"same", "worse"}};
    static const char *const onsets[] = {"sudden", "acute", "gradual",
                                         "episodic", "chronic"};
    struct rng rng = stream(w, "duration");
    struct patient_complaint *s = &w->p->symptoms;
    const struct course *course = w->d->progression;
    double low = fmax(w->d->duration.low, 0.05),
           high = fmin(w->d->duration.high, w->row->age_years * 365 + 20);
    high = fmax(high, low);
    s->days = clamp(
        round_days(exp(log(low) + rng_unit(&rng) * (log(high) - log(low)))),
        low, high);
    s->onset = w->d->onset;
    if (course) {
        s->progression = draw_progression(&course->progression, &rng);
        return;
    }
    size_t kind = 0;
    while (kind < 4 && !str_equal(s->onset, str_of(onsets[kind])))
        kind++;
    s->progression = str_of(courses[kind][rng_chance(&rng, 0.35)]);
    if (w->row->severity == SEVERITY_MILD && rng_chance(&rng, 0.3))
        s->progression = STR("better");
}

/* The degrees that the pack and the severity of the case allow. */
static size_t degrees(const struct work *w, const struct disease_symptom *ds,
                      int out[3])
{
    size_t count = 0;
    for (int degree = 0; degree < 3; degree++) {
        if (w->row->severity == SEVERITY_MILD && degree == SEVERITY_SEVERE)
            continue;
        if (w->row->severity == SEVERITY_SEVERE && degree == SEVERITY_MILD &&
            ds->severity.count > 1)
            continue;
        for (size_t i = 0; i < ds->severity.count; i++)
            if (str_equal(*LIST_AT(ds->severity, str, i),
                          str_of(severity_name((enum severity)degree))))
                out[count++] = degree;
    }
    return count;
}

/* A lay wording; empty when every one names the diagnosis. */
static str pick_lay(const struct work *w, const struct symptom *symptom,
                    struct rng *rng)
{
    const struct list *lay = &symptom->lay.texts[w->lang];
    size_t start = lay->count ? (size_t)rng_below(rng, lay->count) : 0;
    for (size_t i = 0; i < lay->count; i++) {
        str text = *LIST_AT(*lay, str, (start + i) % lay->count);
        if (!gives_away(w, text))
            return text;
    }
    str name = t3_in(&symptom->name, w->lang);
    return gives_away(w, name) ? (str){0} : name;
}

static str make_impact(struct work *w, int degree, struct rng *rng)
{
    static const char *const keys[] = {"impact.mild", "impact.moderate",
                                       "impact.severe"};
    const char *form = w->row->age < 12    ? "child"
                       : w->row->age >= 65 ? "old"
                                           : NULL;
    return wording_pick(w->c->room->wording, keys[degree], form, rng);
}

static struct patient_symptom make_symptom(struct work *w,
                                           const struct disease_symptom *ds,
                                           int degree, struct rng *rng)
{
    static const int scores[][2] = {{1, 3}, {4, 6}, {7, 9}};
    double days = w->p->symptoms.days;
    struct patient_symptom s = {.id = ds->id,
                                .name = t3_in(&ds->symptom->name, w->lang),
                                .lay = pick_lay(w, ds->symptom, rng),
                                .disclosure = ds->disclosure};
    s.severity = str_of(severity_name((enum severity)degree));
    s.score = (double)rng_between(rng, scores[degree][0], scores[degree][1]);
    if (!ds->symptom->severity)
        s.score = NAN;
    double part = rng_chance(rng, 0.55) ? 1 : 0.3 + 0.6 * rng_unit(rng);
    s.days = fmin(round_days(days * part), days);
    if (s.days <= 0)
        s.days = days;
    s.impact = make_impact(w, degree, rng);
    bool subjective = str_equal(ds->symptom->kind, STR("subjective"));
    if (w->row->age < 3 && subjective &&
        !str_equal(ds->disclosure, STR("volunteer")))
        s.disclosure = STR("unknown");
    return s;
}

static bool is_present(const struct work *w, const struct disease_symptom *ds,
                       size_t index, struct rng *rng)
{
    static const double factors[] = {0.85, 1, 1.15};
    double chance = clamp(ds->frequency * factors[w->row->severity], 0, 0.98);
    const struct severity_profile *profile = w->d->severity_profile;
    for (size_t i = 0; profile && i < profile->symptoms.count; i++) {
        const struct graded_symptom *g =
            LIST_AT(profile->symptoms, struct graded_symptom, i);
        const double graded[] = {g->frequency.mild, g->frequency.moderate,
                                 g->frequency.severe};
        if (str_equal(g->id, ds->id))
            chance = graded[w->row->severity];
    }
    bool drawn = rng_chance(rng, chance);
    return (drawn || index == 0) && !is_left_out(w, ds->id);
}

static void make_symptoms(struct work *w)
{
    struct rng rng = stream(w, "symptoms");
    struct patient_complaint *s = &w->p->symptoms;
    struct vec items;
    vec_init(&items, sizeof(struct patient_symptom));
    for (size_t i = 0; i < w->d->symptoms.count; i++) {
        const struct disease_symptom *ds =
            LIST_AT(w->d->symptoms, struct disease_symptom, i);
        int allowed[3];
        size_t count = degrees(w, ds, allowed);
        bool present = is_present(w, ds, i, &rng);
        size_t pick = count ? (size_t)rng_below(&rng, count) : 0;
        if (!present || (!count && i > 0))
            continue;
        struct patient_symptom symptom = make_symptom(
            w, ds, count ? allowed[pick] : (int)SEVERITY_MILD, &rng);
        if (symptom.lay.len)
            vec_push(&items, &symptom);
    }
    s->items = list_from_vec(w->arena, &items);
    s->chief = (str){0};
    for (size_t i = 0; i < items.count && !s->chief.len; i++) {
        struct patient_symptom *item =
            LIST_AT(s->items, struct patient_symptom, i);
        if (!str_equal(item->disclosure, STR("volunteer")))
            continue;
        s->chief = item->id;
        item->days = s->days;
    }
    if (!s->chief.len && items.count) {
        struct patient_symptom *first =
            LIST_AT(s->items, struct patient_symptom, 0);
        s->chief = first->id;
        first->disclosure = STR("volunteer");
        first->days = s->days;
    }
    vec_release(&items);
}

static void make_negatives(struct work *w)
{
    struct rng rng = stream(w, "negatives");
    struct vec denials;
    vec_init(&denials, sizeof(struct patient_denial));
    const struct symptom *const *negatives = w->d->negatives.items;
    for (size_t i = 0; i < w->d->negatives.count; i++) {
        struct patient_denial d = {.id = negatives[i]->id,
                                   .name = t3_in(&negatives[i]->name, w->lang),
                                   .lay = pick_lay(w, negatives[i], &rng)};
        if (d.lay.len && !patient_symptom(w->p, d.id) && !is_left_out(w, d.id))
            vec_push(&denials, &d);
    }
    w->p->symptoms.negatives = list_from_vec(w->arena, &denials);
    vec_release(&denials);
}

static struct list some_texts(struct work *w, const struct list *texts,
                              double chance, size_t least, struct rng *rng)
{
    struct vec picked;
    vec_init(&picked, sizeof(str));
    for (size_t i = 0; i < texts->count; i++) {
        str text = t3_in(LIST_AT(*texts, struct t3, i), w->lang);
        bool drawn = rng_chance(rng, chance);
        bool needed =
            texts->count - i <= least - picked.count && picked.count < least;
        if ((drawn || needed) && !is_left_out(w, text) && !gives_away(w, text))
            vec_push(&picked, &text);
    }
    struct list list = list_from_vec(w->arena, &picked);
    vec_release(&picked);
    return list;
}

static double number_word(str word)
{
    static const char *const words[] = {
        "a",     "one",   "two",  "three", "four",   "five",  "six",
        "seven", "eight", "nine", "ten",   "eleven", "twelve"};
    double number;
    if (str_to_double(word, &number))
        return number;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (str_equal_ignore_case(word, str_of(words[i])))
            return i == 0 ? 1 : (double)i;
    if (str_equal_ignore_case(word, STR("fifteen")))
        return 15;
    if (str_equal_ignore_case(word, STR("twenty")))
        return 20;
    return str_equal_ignore_case(word, STR("thirty")) ? 30 : NAN;
}

static double history_years(struct construct *c, str english)
{
    if (regex_find(c->years, c->regex, english, 0) != REGEX_FOUND)
        return NAN;
    str word = regex_group(c->regex, 1);
    return number_word(word.ptr ? word : regex_group(c->regex, 3));
}

static void make_history(struct work *w)
{
    struct rng rng = stream(w, "history");
    struct construct *c = w->c;
    struct vec past, family;
    vec_init(&past, sizeof(struct patient_event));
    vec_init(&family, sizeof(str));
    for (size_t i = 0; i < w->d->history.count; i++) {
        const struct t3 *history = LIST_AT(w->d->history, struct t3, i);
        str english = t3_in(history, LANG_EN), text = t3_in(history, w->lang);
        bool drawn = rng_chance(&rng, 0.6);
        if (!drawn || is_left_out(w, text) || gives_away(w, text))
            continue;
        if (regex_find(c->family, c->regex, english, 0) == REGEX_FOUND) {
            vec_push(&family, &text);
            continue;
        }
        struct patient_event event = {.text = text,
                                      .years = history_years(c, english)};
        if (past.count < HISTORY_MAX)
            vec_push(&past, &event);
    }
    w->p->background.past = list_from_vec(w->arena, &past);
    w->p->background.family = list_from_vec(w->arena, &family);
    vec_release(&past);
    vec_release(&family);
}

static void make_medication(struct work *w)
{
    struct rng rng = stream(w, "medication");
    struct vec medicines;
    vec_init(&medicines, sizeof(struct patient_medicine));
    bool lasting = str_equal(w->d->onset, STR("chronic")) ||
                   str_equal(w->d->onset, STR("gradual"));
    const struct drug *const *drugs = w->d->drugs.items;
    for (size_t i = 0; i < w->d->drugs.count && medicines.count < 2; i++) {
        const struct drug *drug = drugs[i];
        bool drawn = rng_chance(&rng, lasting ? 0.25 : 0.1);
        bool at_home = str_equal(drug->route, STR("oral")) ||
                       str_equal(drug->route, STR("inhaled")) ||
                       str_equal(drug->route, STR("topical"));
        if (!drawn || !at_home || is_left_out(w, drug->id) ||
            drug->every_days == 0)
            continue;
        struct patient_medicine m = {.id = drug->id,
                                     .name = t3_in(&drug->name, w->lang),
                                     .dose = drug->dose.min,
                                     .unit = drug->dose.unit,
                                     .times = (double)drug->times,
                                     .every_days = (double)drug->every_days};
        vec_push(&medicines, &m);
    }
    w->p->background.medication = list_from_vec(w->arena, &medicines);
    vec_release(&medicines);
}

static void make_story(struct work *w)
{
    make_duration(w);
    make_symptoms(w);
    make_negatives(w);
    make_history(w);
    make_medication(w);
    struct rng rng = stream(w, "triggers");
    w->p->symptoms.triggers = some_texts(w, &w->d->triggers, 0.6, 1, &rng);
    w->p->symptoms.relief = some_texts(w, &w->d->relief, 0.7, 0, &rng);
}

/* --- stage 4: examinations --- */

static double draw_value(struct range range, int64_t decimals, struct rng *rng)
{
    double scale = pow(10, (double)decimals);
    double value = range.low + rng_unit(rng) * (range.high - range.low);
    return clamp(round(value * scale) / scale, range.low, range.high);
}

struct patient_result construct_result(const struct construct_room *room,
                                       const struct test *test,
                                       const struct person_row *row,
                                       const struct patient *patient)
{
    struct range range;
    struct patient_result r = {.id = test->id,
                               .name = t3_in(&test->name, room->lang),
                               .value = NAN,
                               .low = NAN,
                               .high = NAN,
                               .unit = test->unit};
    bool pregnant = str_equal(patient->background.status, STR("pregnant"));
    str sex = pregnant ? STR("pregnant") : patient->background.sex;
    if (test_reference(test, sex, row->age_years, &range)) {
        r.low = range.low;
        r.high = range.high;
    }
    return r;
}

static struct patient_result result_of(const struct work *w,
                                       const struct test *test)
{
    return construct_result(w->c->room, test, w->row, w->p);
}

/* The inner part of the reference: healthy people are not at its edge. */
static struct range usual(struct range reference)
{
    double margin = 0.2 * (reference.high - reference.low);
    return (struct range){reference.low + margin, reference.high - margin};
}

static struct range vital_range(const struct work *w, size_t index,
                                struct range reference)
{
    struct range range =
        disease_vital(w->d, w->row->severity, (enum vital)index);
    if (range.high == 0)
        range = usual(reference);
    if (index != VITAL_TEMPERATURE)
        return range;
    if (patient_symptom(w->p, STR("fever")) && range.high < 37.6)
        return (struct range){37.8, 38.9};
    if (patient_symptom(w->p, STR("fever")))
        range.low = fmax(range.low, 37.4);
    if (patient_denial(w->p, STR("fever")))
        range.high = fmin(range.high, 37.4);
    range.low = fmin(range.low, range.high);
    return range;
}

static void make_vitals(struct work *w)
{
    struct rng rng = stream(w, "vitals");
    struct vec vitals;
    double systolic = NAN;
    vec_init(&vitals, sizeof(struct patient_result));
    for (size_t i = 0; i < VITAL_COUNT; i++) {
        const struct test *test = knowledge_test(
            w->c->room->knowledge, str_of(vital_test((enum vital)i)));
        if (!test)
            continue;
        struct patient_result r = result_of(w, test);
        struct range range = vital_range(w, i, (struct range){r.low, r.high});
        r.value = draw_value(range, test->decimals, &rng);
        if (i == VITAL_SYSTOLIC)
            systolic = r.value;
        if (i == VITAL_DIASTOLIC)
            r.value = fmin(r.value, round(systolic - 20));
        vec_push(&vitals, &r);
    }
    w->p->examination.vitals = list_from_vec(w->arena, &vitals);
    vec_release(&vitals);
}

static void make_examination(struct work *w)
{
    struct rng rng = stream(w, "tests");
    struct vec tests, findings;
    vec_init(&tests, sizeof(struct patient_result));
    vec_init(&findings, sizeof(str));
    make_vitals(w);
    for (size_t i = 0; i < w->d->tests.count; i++) {
        const struct disease_test *dt =
            LIST_AT(w->d->tests, struct disease_test, i);
        struct patient_result r = result_of(w, dt->test);
        if (dt->numeric)
            r.value = draw_value(dt->range, dt->test->decimals, &rng);
        else
            r.text = t3_in(&dt->result, w->lang);
        if (!gives_away(w, r.text) && !is_left_out(w, r.id))
            vec_push(&tests, &r);
    }
    for (size_t i = 0; i < w->d->findings.count; i++) {
        str text = t3_in(LIST_AT(w->d->findings, struct t3, i), w->lang);
        if (!gives_away(w, text))
            vec_push(&findings, &text);
    }
    w->p->examination.tests = list_from_vec(w->arena, &tests);
    w->p->examination.findings = list_from_vec(w->arena, &findings);
    vec_release(&tests);
    vec_release(&findings);
}

/* --- verify and make again --- */

static str item_key(const struct work *w, const struct constraint *rule,
                    size_t index)
{
    size_t offset;
    const struct cell *cell = expression_list(rule->each, &offset);
    assert(cell);
    const struct list *list = (const void *)((const char *)w->p + offset);
    size_t bytes = cell->type == CELL_STRS ? sizeof(str) : cell->sub->bytes;
    return *(const str *)(const void *)((const char *)list->items +
                                        index * bytes);
}

/* Leaves out what the rules name; the first broken rule, or STR_NONE. */
static size_t verify(struct work *w)
{
    struct violation found[CONSTRAINT_FOUND_MAX];
    const struct construct_room *room = w->c->room;
    size_t count = constraint_check_run(w->c->check, w->p, lang_name(w->lang),
                                        CHECK_RECORD, found);
    for (size_t i = 0; i < count; i++) {
        const struct constraint *rule =
            constraint_at(room->rules, found[i].rule);
        if (rule->each.len && w->left_out_count < LEFT_OUT_MAX)
            w->left_out[w->left_out_count++] = item_key(w, rule, found[i].item);
    }
    return count ? found[0].rule : STR_NONE;
}

static bool run_stage(struct work *w, void (*stage)(struct work *),
                      const char *name, double *attempts, str *reason)
{
    size_t broken = STR_NONE;
    for (int attempt = 1; attempt <= CONSTRUCT_ATTEMPTS; attempt++) {
        *attempts = attempt;
        stage(w);
        broken = verify(w);
        if (broken == STR_NONE)
            return true;
    }
    *reason =
        arena_printf(w->arena, "%s:" STR_FMT, name,
                     STR_ARG(constraint_at(w->c->room->rules, broken)->id));
    return false;
}

static bool begin(struct work *w, str *reason)
{
    const struct construct_room *room = w->c->room;
    const struct person_row *row = w->row;
    *w->p = (struct patient){0};
    if (row->failed_rule != STR_NONE) {
        *reason = arena_printf(
            w->arena, "attributes:" STR_FMT,
            STR_ARG(constraint_at(room->rules, row->failed_rule)->id));
        return false;
    }
    person_apply(row, room->priors, w->p, w->arena);
    make_outline(w);
    struct patient_meta *meta = &w->p->meta;
    meta->seed = (double)(room->seed & (((uint64_t)1 << 53) - 1));
    meta->attribute_tries = row->tries;
    meta->variant = row->variant;
    return true;
}

static bool run_one(struct work *w, enum construct_stage stage, str *reason)
{
    struct patient_meta *meta = &w->p->meta;
    if (stage == CONSTRUCT_BEGIN)
        return begin(w, reason);
    if (stage == CONSTRUCT_STORY)
        return run_stage(w, make_story, "symptoms", &meta->symptom_tries,
                         reason);
    return run_stage(w, make_examination, "examination",
                     &meta->examination_tries, reason);
}

static struct work work_of(struct construct *c, const struct person_row *row,
                           size_t base, struct arena *arena,
                           struct patient *patient)
{
    return (struct work){.c = c,
                         .row = row,
                         .d = row->disease,
                         .lang = c->room->lang,
                         .arena = arena,
                         .p = patient,
                         .base = base};
}

bool construct_stage(struct construct *c, enum construct_stage stage,
                     const struct person_row *row, size_t base,
                     struct arena *arena, struct patient *patient, str *reason)
{
    struct work w = work_of(c, row, base, arena, patient);
    return run_one(&w, stage, reason);
}

str construct_verdict(const struct construct_room *room, struct arena *arena)
{
    return arena_printf(arena, "rules: %zu kept",
                        constraints_count(room->rules));
}

bool construct_patient(struct construct *c, const struct person_row *row,
                       size_t base, struct arena *arena,
                       struct patient *patient, str *reason)
{
    struct work w = work_of(c, row, base, arena, patient);
    if (!run_one(&w, CONSTRUCT_BEGIN, reason) ||
        !run_one(&w, CONSTRUCT_STORY, reason) ||
        !run_one(&w, CONSTRUCT_EXAMINATION, reason))
        return false;
    patient->meta.verdicts = list_make(arena, 1, sizeof(str));
    *LIST_AT(patient->meta.verdicts, str, 0) =
        construct_verdict(c->room, arena);
    return true;
}
