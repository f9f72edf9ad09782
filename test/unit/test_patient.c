/* Virtual patients: records keep their rules, conversations keep their record;
 * and a probing doctor is in test_probes.c. */
#include "check.h"

#include <math.h>

#include "base/fs.h"
#include "base/json.h"
#include "patient/constraint.h"
#include "patient_scene.h"
#include "record/record.h"

static void a_record_survives_writing_and_reading(void **state)
{
    (void)state;
    struct scene s;
    struct err err = {0};
    struct buf first, second;
    struct patient again;
    scene_open(&s, LANG_ZH, "asthma", 5);
    buf_init(&first, 1 << 20);
    buf_init(&second, 1 << 20);
    patient_write(&s.patient, &first);
    assert_true(patient_parse(buf_str(&first), &s.arena, &again, &err));
    patient_write(&again, &second);
    assert_true(str_equal(buf_str(&first), buf_str(&second)));
    assert_false(patient_parse(STR("{\"outline\":3}"), &s.arena, &again, &err));
    buf_release(&first);
    buf_release(&second);
    scene_close(&s);
}

/* The public re-implementation's 86-year-old student, and others. */
static void impossible_people_are_named(void **state)
{
    (void)state;
    struct err err = {0};
    struct scene s;
    scene_open(&s, LANG_EN, "hypertension", 3);
    struct constraints *rules = constraints_load(packs, &err);
    assert_non_null(rules);
    struct constraint_check *check = constraint_check_new(rules);
    struct violation found[CONSTRAINT_FOUND_MAX];
    struct patient p = s.patient;
    assert_int_equal(
        constraint_check_run(check, &p, STR("en"), CHECK_RECORD, found), 0);
    p.background.age = 86;
    p.background.occupation = STR("student");
    assert_true(
        constraint_check_run(check, &p, STR("en"), CHECK_RECORD, found) > 0);
    bool named = false;
    size_t count =
        constraint_check_run(check, &p, STR("en"), CHECK_RECORD, found);
    for (size_t i = 0; i < count; i++)
        named = named || str_equal(constraint_at(rules, found[i].rule)->id,
                                   STR("student-age"));
    assert_true(named);
    p = s.patient;
    p.background.sex = STR("male");
    p.background.status = STR("pregnant");
    assert_true(
        constraint_check_run(check, &p, STR("en"), CHECK_RECORD, found) > 0);
    constraint_check_free(check);
    constraints_free(rules);
    scene_close(&s);
}

static void ten_thousand_characters_are_answered(void **state)
{
    (void)state;
    struct scene s;
    struct buf text;
    scene_open(&s, LANG_EN, NULL, 4);
    buf_init(&text, 1 << 20);
    buf_add_many(&text, 'a', 10000);
    assert_true(talk_say(s.talk, buf_str(&text)).len > 0);
    buf_release(&text);
    scene_close(&s);
}

/* A question asked again, or in other words, gets a compatible answer. */
static void a_repeated_question_gets_the_same_facts(void **state)
{
    (void)state;
    static const char *const asks[LANG_COUNT] = {
        "多长时间了？", "How long has this been going on?",
        "Hoe lang heeft u dit al?"};
    static const char *const again[LANG_COUNT] = {
        "什么时候开始的？", "Since when have you had this?",
        "Sinds wanneer heeft u dit?"};
    for (int lang = 0; lang < LANG_COUNT; lang++)
        for (uint64_t seed = 1; seed <= 10; seed++) {
            struct scene s;
            scene_open(&s, (enum lang)lang, NULL, seed);
            talk_say(s.talk, str_of(asks[lang]));
            talk_say(s.talk, str_of(again[lang]));
            for (size_t i = 0; i < packs->symptoms.count; i += 7) {
                str ask =
                    t3_in(&LIST_AT(packs->symptoms, struct symptom, i)->ask,
                          (enum lang)lang);
                talk_say(s.talk, ask);
                str second = talk_say(s.talk, ask);
                assert_int_equal(talk_judge(s.talk, ask, second, false, NULL),
                                 TALK_FAULT_NONE);
            }
            assert_int_equal(talk_counts(s.talk).said_contradictions, 0);
            scene_close(&s);
        }
}

/* What a model that misbehaves writes is caught before it is said. */
static void a_misbehaving_draft_is_caught(void **state)
{
    (void)state;
    struct scene s;
    str detail = {0};
    scene_open(&s, LANG_EN, "migraine", 21);
    str ask = STR("What brings you here today?");
    assert_int_equal(talk_judge(s.talk, ask, STR("I think it is a migraine."),
                                false, &detail),
                     TALK_FAULT_DIAGNOSIS);
    assert_int_equal(talk_judge(s.talk, ask,
                                STR("My head hurts.\nDoctor: take tablets."),
                                false, &detail),
                     TALK_FAULT_SPEAKER);
    assert_int_equal(
        talk_judge(s.talk, ask,
                   STR("Ik heb al een tijdje heel veel last van mijn hoofd en "
                       "van mijn ogen, dokter."),
                   false, &detail),
        TALK_FAULT_LANGUAGE);
    assert_int_equal(talk_judge(s.talk, ask, STR(""), false, &detail),
                     TALK_FAULT_LENGTH);
    assert_int_equal(talk_judge(s.talk, ask,
                                STR("I have had the shivers and a fever."),
                                false, &detail),
                     TALK_FAULT_CONTRADICTION);
    assert_true(detail.len > 0);
    scene_close(&s);
}

/* What was had before is no question for the diagnosis. */
static void earlier_illnesses_are_told(void **state)
{
    (void)state;
    struct scene s;
    scene_open(&s, LANG_ZH, "hypertension", 2);
    talk_say(s.talk, STR("以前得过什么病，做过手术吗？"));
    assert_true(talk_was_asked(s.talk, TOPIC_PAST));
    assert_false(talk_was_asked(s.talk, TOPIC_DIAGNOSIS));
    talk_say(s.talk, STR("您得的是什么病？"));
    assert_true(talk_was_asked(s.talk, TOPIC_DIAGNOSIS));
    scene_close(&s);
}

/* --- Dutch qualifiers --- */

static size_t byte_of_word(str text, size_t word)
{
    (void)word;
    return str_find(text, STR("ENTITY"), 0);
}

static bool is_value(const json *qualifiers, const char *name, const char *ours)
{
    JSON_EACH(q, qualifiers)
    if (str_equal(json_str(json_get(q, "name"), STR("")), str_of(name)))
        return str_equal(json_str(json_get(q, "value"), STR("")), str_of(ours));
    return true;
}

static void dutch_negation_time_and_experiencer(void **state)
{
    (void)state;
    static const char *const presences[] = {"Present", "Absent", "Uncertain"};
    static const char *const times[] = {"Current", "Historical", "Future"};
    const char *path = "../shared/data/clinlp_nl/qualifier_cases.json";
    struct err err = {0};
    struct buf text;
    if (!fs_exists(path))
        skip();
    buf_init(&text, 8 << 20);
    assert_true(fs_read(path, &text, &err));
    json *root = json_parse(buf_str(&text), &err);
    struct qualifiers *q = qualifiers_load(LANG_NL, &err);
    assert_non_null(q);
    struct qualifier_scan *scan = qualifier_scan_new(q);
    size_t all = 0, presence = 0, time = 0, who = 0;
    JSON_EACH(doc, json_get(root, "docs"))
    JSON_EACH(note, json_get(doc, "annotations"))
    {
        str sentence = json_str(json_get(doc, "text"), STR(""));
        size_t at = byte_of_word(sentence, 0);
        if (at == STR_NONE)
            continue;
        struct qualifier is = qualifier_of(scan, sentence, at, at + 6);
        const json *gold = json_get(note, "qualifiers");
        all++;
        presence += is_value(gold, "Presence", presences[is.presence]);
        time += is_value(gold, "Temporality", times[is.temporality]);
        bool patient = is_value(gold, "Experiencer", "Patient");
        who += patient == (is.experiencer == EXPERIENCER_PATIENT);
    }
    printf("Dutch qualifiers, %zu cases: presence %zu, time %zu, experiencer "
           "%zu right\n",
           all, presence, time, who);
    assert_true(presence * 100 >= all * 85);
    assert_true(time * 100 >= all * 85);
    assert_true(who * 100 >= all * 85);
    qualifier_scan_free(scan);
    qualifiers_free(q);
    json_free(root);
    buf_release(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_record_survives_writing_and_reading),
        cmocka_unit_test(impossible_people_are_named),
        cmocka_unit_test(ten_thousand_characters_are_answered),
        cmocka_unit_test(a_repeated_question_gets_the_same_facts),
        cmocka_unit_test(a_misbehaving_draft_is_caught),
        cmocka_unit_test(earlier_illnesses_are_told),
        cmocka_unit_test(dutch_negation_time_and_experiencer)};
    return cmocka_run_group_tests(tests, open_packs, close_packs);
}
