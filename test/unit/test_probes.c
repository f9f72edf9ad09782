/* A probing doctor never gets the hidden parts, and the test that says so would
 * see it if he did. */
#include "check.h"

#include <ctype.h>

#include "base/json.h"
#include "base/lines.h"
#include "patient_scene.h"
#include "record/record.h"

enum { HIDDEN_MAX = 200, PROBES_MIN = 120, DISEASES = 3 };

static const char *const diseases[DISEASES] = {"migraine", "copd-exacerbation",
                                               "acute-appendicitis"};
static const char *const files[LANG_COUNT] = {"test/data/probes/zh.jsonl",
                                              "test/data/probes/en.jsonl",
                                              "test/data/probes/nl.jsonl"};

/* --- what is hidden: told apart without any code of the patient room --- */

struct hidden {
    str parts[HIDDEN_MAX];
    size_t count;
};

static void hide(struct hidden *h, str part)
{
    if (part.len >= 4 && h->count < HIDDEN_MAX)
        h->parts[h->count++] = part;
}

static void hide_texts(struct hidden *h, const struct list *texts)
{
    for (size_t i = 0; i < texts->count; i++)
        hide(h, *LIST_AT(*texts, str, i));
}

static void hide_all(struct hidden *h, const struct patient *p)
{
    const struct disease *d = knowledge_disease(packs, p->outline.disease);
    *h = (struct hidden){0};
    hide(h, p->outline.disease);
    hide(h, p->outline.icd10);
    hide(h, p->outline.summary);
    hide(h, p->outline.presentation);
    hide_texts(h, &p->outline.red_flags);
    hide_texts(h, &p->examination.findings);
    for (int lang = 0; lang < LANG_COUNT; lang++) {
        hide(h, t3_in(&d->name, (enum lang)lang));
        hide_texts(h, &d->aliases.texts[lang]);
    }
    for (size_t i = 0; i < p->examination.tests.count; i++) {
        const struct patient_result *r =
            LIST_AT(p->examination.tests, struct patient_result, i);
        hide(h, r->name);
        if (r->text.len > 12)
            hide(h, r->text);
    }
}

/* Folds ASCII case; full-width letters become ASCII. */
static void fold(str text, struct buf *out)
{
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.ptr[i];
        bool wide = i + 2 < text.len && c == 0xEF &&
                    ((unsigned char)text.ptr[i + 1] == 0xBC ||
                     (unsigned char)text.ptr[i + 1] == 0xBD);
        if (wide) {
            unsigned second = (unsigned char)text.ptr[i + 1],
                     third = (unsigned char)text.ptr[i + 2];
            c = (unsigned char)(second == 0xBC ? third - 0x60 : third - 0x20);
            i += 2;
        }
        buf_add_char(out, (char)tolower(c));
    }
}

static bool tells(const struct hidden *h, str reply)
{
    struct buf said, part;
    bool told = str_find_char(reply, '{', 0) != STR_NONE;
    buf_init(&said, 1 << 20);
    buf_init(&part, 1 << 20);
    fold(reply, &said);
    for (size_t i = 0; i < h->count && !told; i++) {
        buf_reset(&part);
        fold(h->parts[i], &part);
        told = str_contains(buf_str(&said), buf_str(&part));
    }
    buf_release(&said);
    buf_release(&part);
    return told;
}

/* --- going through the probes --- */

/* What a leaking patient would slip into each answer. */
typedef str leak(const struct patient *p, struct arena *arena);

struct tally {
    size_t probes, told;
};

static void probe(struct scene *s, enum lang lang, leak *slip,
                  struct tally *tally)
{
    struct err err = {0};
    struct hidden hidden;
    struct lines *in = lines_open(files[lang], 0, &err);
    assert_non_null(in);
    hide_all(&hidden, &s->patient);
    for (str line; lines_next(in, &line, &err); tally->probes++) {
        json *doc = json_parse(line, &err);
        assert_non_null(doc);
        str text = json_str(json_get(doc, "text"), STR(""));
        str reply = talk_say(s->talk, text);
        assert_true(reply.len > 0);
        if (slip)
            reply = arena_printf(&s->arena, STR_FMT " " STR_FMT, STR_ARG(reply),
                                 STR_ARG(slip(&s->patient, &s->arena)));
        bool told = tells(&hidden, reply);
        if (told && !slip)
            print_error("told: " STR_FMT " => " STR_FMT "\n", STR_ARG(text),
                        STR_ARG(reply));
        tally->told += told;
        json_free(doc);
    }
    lines_close(in);
}

static struct tally probe_all(leak *slip)
{
    struct tally tally = {0};
    for (int lang = 0; lang < LANG_COUNT; lang++)
        for (size_t d = 0; d < DISEASES; d++) {
            struct scene s;
            scene_open(&s, (enum lang)lang, diseases[d], 11 + d);
            probe(&s, (enum lang)lang, slip, &tally);
            assert_int_equal(talk_counts(s.talk).leaks, 0);
            assert_int_equal(talk_counts(s.talk).said_contradictions, 0);
            scene_close(&s);
        }
    return tally;
}

static void a_probing_doctor_never_gets_the_hidden_parts(void **state)
{
    (void)state;
    struct tally tally = probe_all(NULL);
    assert_true(tally.probes / DISEASES >= PROBES_MIN);
    assert_int_equal(tally.told, 0);
}

/* --- mutations: patients who leak --- */

static str slip_name(const struct patient *p, struct arena *arena)
{
    (void)arena;
    return p->outline.name;
}

static str slip_shouted_name(const struct patient *p, struct arena *arena)
{
    char *copy = arena_alloc(arena, p->outline.name.len + 1);
    for (size_t i = 0; i < p->outline.name.len; i++)
        copy[i] = (char)toupper((unsigned char)p->outline.name.ptr[i]);
    return str_make(copy, p->outline.name.len);
}

static str slip_foreign_name(const struct patient *p, struct arena *arena)
{
    (void)arena;
    const struct disease *d = knowledge_disease(packs, p->outline.disease);
    return t3_in(&d->name, str_equal(t3_in(&d->name, LANG_ZH), p->outline.name)
                               ? LANG_NL
                               : LANG_ZH);
}

static str slip_code(const struct patient *p, struct arena *arena)
{
    (void)arena;
    return p->outline.icd10;
}

static str slip_summary(const struct patient *p, struct arena *arena)
{
    (void)arena;
    return p->outline.summary;
}

static str slip_red_flag(const struct patient *p, struct arena *arena)
{
    (void)arena;
    return *LIST_AT(p->outline.red_flags, str, 0);
}

static str slip_finding(const struct patient *p, struct arena *arena)
{
    (void)arena;
    return *LIST_AT(p->examination.findings, str, 0);
}

static str slip_record(const struct patient *p, struct arena *arena)
{
    struct buf out;
    buf_init(&out, 1 << 20);
    patient_write(p, &out);
    str text = arena_copy(arena, buf_str(&out));
    buf_release(&out);
    return text;
}

static void a_patient_who_leaks_would_be_seen(void **state)
{
    (void)state;
    leak *const slips[] = {slip_name,    slip_shouted_name, slip_foreign_name,
                           slip_code,    slip_summary,      slip_red_flag,
                           slip_finding, slip_record};
    for (size_t i = 0; i < sizeof slips / sizeof *slips; i++) {
        struct tally tally = probe_all(slips[i]);
        assert_true(tally.probes > 0);
        assert_int_equal(tally.told, tally.probes);
    }
}

/* The words of a record that name the disease come to the patient's tongue, and
 * the verifier keeps them there: the check behind the answers is at work. */
static void a_record_that_names_its_disease_is_not_repeated(void **state)
{
    (void)state;
    for (int lang = 0; lang < LANG_COUNT; lang++) {
        struct scene s;
        struct hidden hidden;
        struct tally tally = {0};
        scene_open(&s, (enum lang)lang, "migraine", 5);
        hide_all(&hidden, &s.patient);
        for (size_t i = 0; i < s.patient.symptoms.items.count; i++)
            LIST_AT(s.patient.symptoms.items, struct patient_symptom, i)->lay =
                s.patient.outline.name;
        scene_again(&s, 5);
        const char *const opening[LANG_COUNT] = {
            "您哪里不舒服？", "What brings you here?", "Waarvoor komt u?"};
        assert_false(tells(&hidden, talk_say(s.talk, str_of(opening[lang]))));
        probe(&s, (enum lang)lang, NULL, &tally);
        struct talk_counts c = talk_counts(s.talk);
        assert_int_equal(tally.told, 0);
        assert_int_equal(c.leaks, 0);
        assert_true(c.faults[TALK_FAULT_DIAGNOSIS] > 0);
        assert_true(c.fallbacks > 0);
        scene_close(&s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_probing_doctor_never_gets_the_hidden_parts),
        cmocka_unit_test(a_patient_who_leaks_would_be_seen),
        cmocka_unit_test(a_record_that_names_its_disease_is_not_repeated)};
    return cmocka_run_group_tests(tests, open_packs, close_packs);
}
