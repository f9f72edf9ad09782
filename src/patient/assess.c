/* assess.c - counting; see assess.h. The page is in assess_page.c. */
#include "patient/assess.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "base/mem.h"
#include "patient/assess_private.h"
#include "patient/secret.h"
#include "stat/describe.h"
#include "stat/distance.h"
#include "text/words.h"

enum { TABLE_CELLS = AGE_BAND_COUNT * 6, SAMPLE_MAX = 4000, PAIRS_MAX = 40 };

struct held_set { /* symptom ids of one record */
    struct list ids;
};

struct assess {
    const struct knowledge *knowledge;
    struct constraints *rules;
    struct constraint_check *check;
    struct priors *priors;
    struct secrets *secrets;
    struct words *words;
    struct buf scratch;
    uint64_t *broken; /* per rule */
    double seen[ATTRIBUTE_COUNT][PRIOR_VALUES_MAX];
    double expected[ATTRIBUTE_COUNT][PRIOR_VALUES_MAX];
    double table[TABLE_CELLS], table_expected[TABLE_CELLS];
    struct vec *sets; /* per disease: struct held_set */
    struct map cases; /* record id → disease index + 1 */
    struct map bigrams;
    uint64_t bigram_count;
    struct arena arena;
    struct assess_result result;
};

struct assess *assess_open(const struct knowledge *k, struct err *err)
{
    struct assess *a = mem_zero(1, sizeof *a);
    a->knowledge = k;
    arena_init(&a->arena);
    map_init(&a->cases);
    map_init(&a->bigrams);
    buf_init(&a->scratch, 1 << 20);
    vec_init(&a->result.rules, sizeof(struct assess_rule));
    vec_init(&a->result.attributes, sizeof(struct assess_attribute));
    vec_init(&a->result.styles, sizeof(struct assess_style));
    a->secrets = secrets_new(k);
    a->sets = mem_zero(k->diseases.count + 1, sizeof(struct vec));
    for (size_t i = 0; i < k->diseases.count; i++)
        vec_init(&a->sets[i], sizeof(struct held_set));
    a->rules = constraints_load(k, err);
    a->priors = a->rules ? priors_load(err) : NULL;
    if (!a->priors || !words_open(&a->words, err)) {
        assess_close(a);
        return NULL;
    }
    a->check = constraint_check_new(a->rules);
    a->broken = mem_zero(constraints_count(a->rules) + 1, sizeof(uint64_t));
    return a;
}

void assess_close(struct assess *a)
{
    if (!a)
        return;
    for (size_t i = 0; i < a->knowledge->diseases.count; i++)
        vec_release(&a->sets[i]);
    free(a->sets);
    free(a->broken);
    constraint_check_free(a->check);
    constraints_free(a->rules);
    priors_free(a->priors);
    secrets_free(a->secrets);
    words_close(a->words);
    map_release(&a->cases);
    map_release(&a->bigrams);
    buf_release(&a->scratch);
    vec_release(&a->result.rules);
    vec_release(&a->result.attributes);
    vec_release(&a->result.styles);
    arena_release(&a->arena);
    free(a);
}

/* --- patients --- */

static void count_attributes(struct assess *a, const struct patient *p,
                             const struct prior_person *who)
{
    for (int i = 0; i < ATTRIBUTE_COUNT; i++) {
        enum attribute attribute = (enum attribute)i;
        size_t value = priors_value_index(a->priors, attribute,
                                          patient_attribute(p, attribute));
        if (value == STR_NONE)
            continue;
        const double *shares;
        priors_shares(a->priors, attribute, who, &shares);
        a->seen[i][value]++;
        for (size_t v = 0; v < priors_value_count(a->priors, attribute); v++)
            a->expected[i][v] += shares[v];
    }
}

static void count_table(struct assess *a, const struct patient *p,
                        const struct disease *d, int age, bool female)
{
    const double severities[] = {d->severity.mild, d->severity.moderate,
                                 d->severity.severe};
    for (int s = 0; s < 3; s++)
        if (str_equal(p->outline.severity,
                      str_of(severity_name((enum severity)s))))
            a->table[age_band(age) * 6 + female * 3 + s]++;
    for (int cell = 0; cell < TABLE_CELLS; cell++) {
        double sex = cell / 3 % 2 ? d->who.female : 1 - d->who.female;
        a->table_expected[cell] +=
            disease_band_share(d, cell / 6) * sex * severities[cell % 3];
    }
}

static void hold_symptoms(struct assess *a, const struct patient *p,
                          const struct disease *d)
{
    size_t index =
        (size_t)(d - LIST_AT(a->knowledge->diseases, struct disease, 0));
    if (a->sets[index].count >= PAIRS_MAX)
        return;
    struct held_set set = {
        list_make(&a->arena, p->symptoms.items.count, sizeof(str))};
    for (size_t i = 0; i < p->symptoms.items.count; i++)
        *LIST_AT(set.ids, str, i) = arena_copy(
            &a->arena,
            LIST_AT(p->symptoms.items, struct patient_symptom, i)->id);
    vec_push(&a->sets[index], &set);
}

static void add_patient(struct assess *a, const struct record *record,
                        const struct patient *p)
{
    enum lang lang;
    const struct disease *d =
        knowledge_disease(a->knowledge, p->outline.disease);
    if (!d || !lang_from_name(record->lang, &lang) ||
        isnan(p->background.age) || p->background.age < 0)
        return;
    int age = (int)fmin(p->background.age, 115);
    bool female = str_equal(p->background.sex, STR("female"));
    map_put(&a->cases, record->id,
            (uint64_t)(d - LIST_AT(a->knowledge->diseases, struct disease, 0)) +
                1);
    if (p->meta.variant.len)
        return; /* a counterfactual is not drawn from the prior */
    struct prior_person who = {lang, d, age, female};
    count_attributes(a, p, &who);
    count_table(a, p, d, age, female);
    hold_symptoms(a, p, d);
}

/* --- dialogues --- */

static uint64_t meta_number(const struct record *record, const char *key)
{
    int64_t value;
    return str_to_int(record_meta(record, str_of(key)), &value) && value > 0
               ? (uint64_t)value
               : 0;
}

static struct assess_style *style_of(struct assess *a, str style)
{
    struct vec *styles = &a->result.styles;
    for (size_t i = 0; i < styles->count; i++) {
        struct assess_style *s = vec_at(styles, i);
        if (str_equal(s->style, style))
            return s;
    }
    struct assess_style *s = vec_add(styles);
    s->style = arena_copy(&a->arena, style);
    return s;
}

static void count_words(struct assess *a, const struct record *record, str text,
                        struct vec *tokens)
{
    char lang[8] = {0};
    memcpy(lang, record->lang.ptr,
           record->lang.len < sizeof lang - 1 ? record->lang.len
                                              : sizeof lang - 1);
    words_split(a->words, text, lang, tokens);
    for (size_t i = 0; i + 1 < tokens->count; i++) {
        str x = *(str *)vec_at(tokens, i), y = *(str *)vec_at(tokens, i + 1);
        buf_reset(&a->scratch);
        buf_printf(&a->scratch, STR_FMT " " STR_FMT, STR_ARG(x), STR_ARG(y));
        map_count(&a->bigrams, buf_str(&a->scratch), 1);
        a->bigram_count++;
    }
}

static void add_dialogue(struct assess *a, const struct record *record)
{
    uint64_t index = 0;
    const struct disease *d = NULL;
    struct vec tokens;
    vec_init(&tokens, sizeof(str));
    if (map_get(&a->cases, record->case_id, &index) && index)
        d = LIST_AT(a->knowledge->diseases, struct disease, index - 1);
    bool leaked = false;
    for (size_t i = 0; i < record->dialogue.turns.count; i++) {
        const struct turn *turn =
            LIST_AT(record->dialogue.turns, struct turn, i);
        if (role_side(turn->role) != ROLE_PATIENT)
            continue;
        leaked = leaked || (d && secret_is_told(a->secrets, d, (str){0},
                                                turn->text, &a->scratch));
        if (a->result.dialogues < SAMPLE_MAX)
            count_words(a, record, turn->text, &tokens);
    }
    a->result.leaks += leaked;
    a->result.dialogues++;
    a->result.claims += meta_number(record, "claims");
    a->result.contradictions += meta_number(record, "contradictions");
    str style = record_meta(record, STR("style"));
    if (style.len) {
        struct assess_style *s = style_of(a, style);
        s->interviews++;
        s->facts += meta_number(record, "facts");
        s->asked += meta_number(record, "asked");
        s->unasked += meta_number(record, "unasked");
    }
    vec_release(&tokens);
}

void assess_add_bad(struct assess *a)
{
    a->result.unreadable++;
}

void assess_add(struct assess *a, const struct record *record, uint64_t line,
                void (*broken)(str id, uint64_t line,
                               const struct constraint *rule, void *ctx),
                void *ctx)
{
    struct violation found[CONSTRAINT_FOUND_MAX];
    struct patient patient;
    struct arena arena;
    struct err why = {0};
    if (record->kind == RECORD_DIALOGUE) {
        add_dialogue(a, record);
        return;
    }
    arena_init(&arena);
    if (record->kind != RECORD_PATIENT ||
        !patient_parse(record->patient, &arena, &patient, &why)) {
        a->result.unreadable++;
        arena_release(&arena);
        return;
    }
    size_t count = constraint_check_run(a->check, &patient, record->lang,
                                        CHECK_RECORD, found);
    a->result.patients++;
    a->result.broken += count > 0;
    a->result.sound += count == 0;
    for (size_t i = 0; i < count; i++) {
        bool again = i > 0 && found[i - 1].rule == found[i].rule;
        a->broken[found[i].rule] += !again;
        if (broken && !again)
            broken(record->id, line, constraint_at(a->rules, found[i].rule),
                   ctx);
    }
    add_patient(a, record, &patient);
    arena_release(&arena);
}

/* --- the end --- */

static void add_attribute(struct assess *a, str name, const double *seen,
                          const double *expected, size_t count)
{
    struct assess_attribute *out = vec_add(&a->result.attributes);
    out->name = name;
    out->values = count;
    if (!distance_jensen_shannon(seen, expected, count, &out->divergence, NULL))
        out->divergence = NAN;
    if (!describe_entropy(seen, count, 2, &out->entropy, NULL))
        out->entropy = NAN;
}

static double jaccard(const struct held_set *x, const struct held_set *y)
{
    size_t shared = 0;
    for (size_t i = 0; i < x->ids.count; i++)
        for (size_t k = 0; k < y->ids.count; k++)
            shared +=
                str_equal(*LIST_AT(x->ids, str, i), *LIST_AT(y->ids, str, k));
    size_t all = x->ids.count + y->ids.count - shared;
    return all ? (double)shared / (double)all : 1;
}

static void finish_diversity(struct assess *a)
{
    double sum = 0;
    uint64_t pairs = 0;
    for (size_t d = 0; d < a->knowledge->diseases.count; d++)
        for (size_t i = 0; i < a->sets[d].count; i++)
            for (size_t k = i + 1; k < a->sets[d].count; k++) {
                sum += jaccard(vec_at(&a->sets[d], i), vec_at(&a->sets[d], k));
                pairs++;
            }
    a->result.has_jaccard = pairs > 0;
    a->result.symptom_jaccard = pairs ? sum / (double)pairs : NAN;
    a->result.has_distinct = a->bigram_count > 0;
    a->result.distinct_2 = a->bigram_count ? (double)map_size(&a->bigrams) /
                                                 (double)a->bigram_count
                                           : NAN;
}

const struct assess_result *assess_finish(struct assess *a)
{
    struct assess_result *r = &a->result;
    vec_reset(&r->rules);
    vec_reset(&r->attributes);
    for (size_t i = 0; i < constraints_count(a->rules); i++)
        if (a->broken[i])
            *(struct assess_rule *)vec_add(&r->rules) =
                (struct assess_rule){constraint_at(a->rules, i), a->broken[i]};
    for (int i = 0; i < ATTRIBUTE_COUNT; i++)
        add_attribute(a, str_of(attribute_name((enum attribute)i)), a->seen[i],
                      a->expected[i],
                      priors_value_count(a->priors, (enum attribute)i));
    add_attribute(a, STR("age × sex × severity"), a->table, a->table_expected,
                  TABLE_CELLS);
    finish_diversity(a);
    return r;
}

bool assess_write_page(struct assess *a, const char *path, struct err *err)
{
    return assess_page(assess_finish(a), constraints_count(a->rules), path,
                       err);
}
