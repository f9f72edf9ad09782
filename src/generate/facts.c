/* facts.c - see facts.h. */
#include "generate/facts.h"

#include "base/asset.h"
#include "generate/prompt.h"

struct fact_words {
    struct t3 age, years, sex, female, male, pregnant, by_relative, manner,
        severity, diagnosis, complaints, denies, history, triggers, findings,
        tests, treatments, drugs, advice, red_flags, volunteer, asked,
        reluctant, turns_left, separator, joiner;
    struct list styles, literacies, lengths; /* struct t3 */
};

#define WORD(key)                                                              \
    {                                                                          \
#key, FIELD_STRUCT, offsetof(struct fact_words, key),                  \
            .sub = &t3_schema                                                  \
    }
#define WORDS(key)                                                             \
    {                                                                          \
#key, FIELD_STRUCTS, offsetof(struct fact_words, key),                 \
            .sub = &t3_schema                                                  \
    }
static const struct field word_fields[] = {
    WORD(age),         WORD(years),      WORD(sex),
    WORD(female),      WORD(male),       WORD(pregnant),
    WORD(by_relative), WORD(manner),     WORD(severity),
    WORD(diagnosis),   WORD(complaints), WORD(denies),
    WORD(history),     WORD(triggers),   WORD(findings),
    WORD(tests),       WORD(treatments), WORD(drugs),
    WORD(advice),      WORD(red_flags),  WORD(volunteer),
    WORD(asked),       WORD(reluctant),  WORD(turns_left),
    WORD(separator),   WORD(joiner),     WORDS(styles),
    WORDS(literacies), WORDS(lengths),   {0}};
static const struct schema words_schema = {"prompt words", word_fields,
                                           sizeof(struct fact_words), 0};

const struct fact_words *fact_words_load(struct arena *arena, struct err *err)
{
    const char *name = "prompts/words.yaml";
    struct yaml *root = asset_yaml(name, arena, err);
    struct fact_words *words = arena_alloc(arena, sizeof *words);
    if (!root || !schema_bind(&words_schema, root, words, arena, err))
        return NULL;
    if (words->styles.count != STYLE_COUNT || words->literacies.count != 3 ||
        words->lengths.count != 5) {
        err_set(err, ERR_CONFIG,
                "%s: needs %d styles, 3 literacies and 5 lengths", root->file,
                STYLE_COUNT);
        return NULL;
    }
    return words;
}

struct sheet {
    const struct fact_words *words;
    const struct wish *wish;
    struct buf *out;
    size_t items; /* on the line being written */
};

static str word(const struct sheet *s, const struct t3 *t3)
{
    return t3_in(t3, s->wish->lang);
}

static void begin(struct sheet *s, const struct t3 *name)
{
    if (s->out->len)
        buf_add_char(s->out, '\n');
    buf_add(s->out, word(s, name));
    buf_add(s->out, word(s, &s->words->separator));
    s->items = 0;
}

static void item(struct sheet *s, str text)
{
    if (s->items++)
        buf_add(s->out, word(s, &s->words->joiner));
    buf_add(s->out, text);
}

static void items(struct sheet *s, const struct t3 *name,
                  const struct list *list)
{
    if (list->count == 0)
        return;
    begin(s, name);
    for (size_t i = 0; i < list->count; i++)
        item(s, word(s, LIST_AT(*list, struct t3, i)));
}

static void write_person(struct sheet *s)
{
    const struct persona *p = &s->wish->persona;
    const struct fact_words *w = s->words;
    begin(s, &w->age);
    buf_printf(s->out, "%d ", p->age);
    buf_add(s->out, word(s, &w->years));
    begin(s, &w->sex);
    item(s, word(s, p->female ? &w->female : &w->male));
    if (p->pregnant)
        item(s, word(s, &w->pregnant));
    if (p->by_relative)
        item(s, word(s, &w->by_relative));
    begin(s, &w->manner);
    item(s, word(s, LIST_AT(w->styles, struct t3, p->style)));
    item(s, word(s, LIST_AT(w->literacies, struct t3, p->literacy)));
}

static const struct t3 *disclosure(const struct sheet *s, str how)
{
    if (str_equal(how, STR("volunteer")))
        return &s->words->volunteer;
    return str_equal(how, STR("reluctant")) ? &s->words->reluctant
                                            : &s->words->asked;
}

static void write_complaints(struct sheet *s, bool lay)
{
    const struct disease *d = s->wish->disease;
    begin(s, &s->words->complaints);
    for (size_t i = 0; i < d->symptoms.count; i++) {
        const struct disease_symptom *ds =
            LIST_AT(d->symptoms, struct disease_symptom, i);
        const struct list *own = &ds->symptom->lay.texts[s->wish->lang];
        bool has_lay = lay && own->count > 0;
        item(s, has_lay ? *LIST_AT(*own, str, 0) : word(s, &ds->symptom->name));
        buf_add(s->out, STR(" ("));
        buf_add(s->out, word(s, disclosure(s, ds->disclosure)));
        buf_add_char(s->out, ')');
    }
    if (d->negatives.count == 0)
        return;
    begin(s, &s->words->denies);
    const struct symptom *const *denied = d->negatives.items;
    for (size_t i = 0; i < d->negatives.count; i++)
        item(s, word(s, &denied[i]->name));
}

static void write_tests(struct sheet *s)
{
    const struct disease *d = s->wish->disease;
    if (d->tests.count == 0)
        return;
    begin(s, &s->words->tests);
    for (size_t i = 0; i < d->tests.count; i++) {
        const struct disease_test *t =
            LIST_AT(d->tests, struct disease_test, i);
        item(s, word(s, &t->test->name));
        buf_add_char(s->out, ' ');
        if (t->numeric)
            buf_printf(s->out, "%.*f-%.*f " STR_FMT, (int)t->test->decimals,
                       t->range.low, (int)t->test->decimals, t->range.high,
                       STR_ARG(t->test->unit));
        else
            buf_add(s->out, word(s, &t->result));
    }
}

/* Drugs that this patient may have: neither pregnancy nor age forbids. */
static void write_drugs(struct sheet *s)
{
    const struct disease *d = s->wish->disease;
    const struct persona *p = &s->wish->persona;
    const struct drug *const *drugs = d->drugs.items;
    bool begun = false;
    for (size_t i = 0; i < d->drugs.count; i++) {
        bool barred =
            (p->pregnant && str_equal(drugs[i]->pregnancy, STR("avoid"))) ||
            p->age < drugs[i]->age.low || p->age > drugs[i]->age.high;
        if (barred)
            continue;
        if (!begun)
            begin(s, &s->words->drugs);
        begun = true;
        item(s, word(s, &drugs[i]->name));
        buf_printf(s->out, " %g-%g " STR_FMT, drugs[i]->dose.min,
                   drugs[i]->dose.max, STR_ARG(drugs[i]->dose.unit));
    }
}

static void write_clinical(struct sheet *s)
{
    const struct disease *d = s->wish->disease;
    items(s, &s->words->findings, &d->findings);
    write_tests(s);
    items(s, &s->words->treatments, &d->treatments);
    write_drugs(s);
    items(s, &s->words->advice, &d->advice);
    items(s, &s->words->red_flags, &d->red_flags);
}

static void write_diagnosis(struct sheet *s)
{
    begin(s, &s->words->diagnosis);
    item(s, word(s, &s->wish->disease->name));
    begin(s, &s->words->severity);
    const struct presentation *p = &s->wish->disease->presentation;
    const struct t3 *by[] = {&p->mild, &p->moderate, &p->severe};
    item(s, word(s, by[s->wish->persona.severity]));
}

void facts_write(const struct fact_words *words, const struct wish *wish,
                 enum fact_view view, int turns_left, struct buf *out)
{
    struct sheet sheet = {words, wish, out, 0}, *s = &sheet;
    write_person(s);
    bool colleagues = wish->relation == RELATION_DOCTOR_DOCTOR ||
                      wish->relation == RELATION_DOCTOR_NURSE;
    if (view == FACTS_WRITER || (view == FACTS_CLINICIAN && colleagues))
        write_diagnosis(s);
    if (view != FACTS_CLINICIAN || colleagues) {
        write_complaints(s, view == FACTS_PATIENT);
        items(s, &words->history, &wish->disease->history);
        items(s, &words->triggers, &wish->disease->triggers);
    }
    if (view != FACTS_PATIENT)
        write_clinical(s);
    if (turns_left >= 0) {
        begin(s, &words->turns_left);
        buf_printf(out, "%d", turns_left);
    }
}

void facts_write_plan(const struct fact_words *words, const struct wish *wish,
                      struct buf *out)
{
    for (size_t i = 0; i < wish->plan.count; i++) {
        const struct planned_turn *t =
            LIST_AT(wish->plan, struct planned_turn, i);
        int length = t->length_class < 0   ? 0
                     : t->length_class > 4 ? 4
                                           : t->length_class;
        str label = prompt_label(wish->outline, t->role);
        const char *which = wish->relation != RELATION_DOCTOR_DOCTOR ? ""
                            : t->second                              ? " B"
                                                                     : " A";
        str size =
            t3_in(LIST_AT(words->lengths, struct t3, length), wish->lang);
        buf_printf(out, "%zu " STR_FMT "%s (" STR_FMT ")\n", i + 1,
                   STR_ARG(label), which, STR_ARG(size));
    }
}
