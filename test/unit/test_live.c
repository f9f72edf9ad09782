/* Conversations in which models speak: what they may see, and what becomes of
 * their drafts. */
#include "check.h"

#include "patient/live.h"
#include "patient/sample.h"
#include "patient_scene.h"
#include "record/record.h"

static struct reply_rules *rules;

static int open_all(void **state)
{
    struct err err = {0};
    rules = reply_rules_open(&err);
    return rules ? open_packs(state) : 1;
}

static int close_all(void **state)
{
    reply_rules_close(rules);
    return close_packs(state);
}

/* --- a conversation under the hand of a test --- */

struct stage {
    struct scene scene;
    struct cues *cues;
    struct doctor *doctor;
    struct vec turns;
    struct live *live;
};

static void stage_open(struct stage *s, enum lang lang, const char *disease,
                       uint64_t seed)
{
    struct err err = {0};
    *s = (struct stage){0};
    scene_open(&s->scene, lang, disease, seed);
    s->cues = cues_open(lang, rules, &err);
    assert_non_null(s->cues);
    vec_init(&s->turns, sizeof(struct turn));
}

static void stage_begin(struct stage *s, struct doctor_view seen,
                        bool doctor_model, bool patient_model)
{
    s->doctor = doctor_open(s->scene.worker, DOCTOR_SYSTEMATIC, seen, 1);
    struct live_wish wish = {.cues = s->cues,
                             .talk = s->scene.talk,
                             .doctor = s->doctor,
                             .seen = seen,
                             .strategy = DOCTOR_SYSTEMATIC,
                             .doctor_model = doctor_model,
                             .patient_model = patient_model,
                             .questions_max = 12};
    s->live = live_open(&wish, &s->turns);
}

static void stage_close(struct stage *s)
{
    live_close(s->live);
    doctor_close(s->doctor);
    cues_close(s->cues);
    vec_release(&s->turns);
    scene_close(&s->scene);
}

static str asked(const struct stage *s, struct arena *arena)
{
    struct llm_request request = {0};
    struct buf all;
    buf_init(&all, 1 << 22);
    live_request(s->live, arena, &request);
    for (size_t i = 0; i < request.message_count; i++)
        buf_printf(&all, "%d " STR_FMT "\n", (int)request.messages[i].role,
                   STR_ARG(request.messages[i].content));
    str text = arena_copy(arena, buf_str(&all));
    buf_release(&all);
    return text;
}

/* --- isolation --- */

static const char *const pairs[][2] = {
    {"stable-angina", "migraine"},
    {"asthma", "gout"},
    {"acute-appendicitis", "type-2-diabetes"}};
static const char *const questions[LANG_COUNT][3] = {
    {"您哪里不舒服？", "这样多久了？", "您在吃什么药吗？"},
    {"What brings you here?", "How long has it been?", "Any medicines?"},
    {"Waarvoor komt u?", "Hoe lang is dat al?", "Gebruikt u medicijnen?"}};
static const char *const answers[LANG_COUNT] = {"嗯。", "Well.", "Tja."};

/* Two patients who look the same, with nothing else in common, make the doctor
 * be asked the same, byte for byte, as long as they say the same. */
static void the_doctor_is_asked_without_the_record(void **state)
{
    (void)state;
    for (int lang = 0; lang < LANG_COUNT; lang++)
        for (size_t p = 0; p < sizeof pairs / sizeof *pairs; p++) {
            struct stage s[2];
            struct arena arena;
            struct doctor_view seen = {true, 41};
            arena_init(&arena);
            for (int i = 0; i < 2; i++) {
                stage_open(&s[i], (enum lang)lang, pairs[p][i], 3 + p);
                s[i].scene.talk->by_relative = false;
                stage_begin(&s[i], seen, true, true);
            }
            for (size_t turn = 0; turn < 3; turn++) {
                assert_int_equal(live_state(s[0].live), LIVE_DOCTOR);
                assert_true(
                    str_equal(asked(&s[0], &arena), asked(&s[1], &arena)));
                for (int i = 0; i < 2; i++)
                    live_take(s[i].live, str_of(questions[lang][turn]),
                              STR("stop"));
                assert_int_equal(live_state(s[0].live), LIVE_PATIENT);
                assert_false(
                    str_equal(asked(&s[0], &arena), asked(&s[1], &arena)));
                for (int i = 0; i < 2; i++)
                    live_take(s[i].live, str_of(answers[lang]), STR("stop"));
            }
            stage_close(&s[0]);
            stage_close(&s[1]);
            arena_release(&arena);
        }
}

static void no_text_is_asked(str all, str hidden)
{
    if (hidden.len >= 4)
        assert_false(str_contains(all, hidden));
}

/* The patient knows how it feels, not what it has nor what tests show. */
static void the_patient_is_asked_without_the_outline(void **state)
{
    (void)state;
    for (int lang = 0; lang < LANG_COUNT; lang++)
        for (uint64_t seed = 1; seed <= 20; seed++) {
            struct stage s;
            struct arena arena;
            arena_init(&arena);
            stage_open(&s, (enum lang)lang, NULL, seed);
            stage_begin(&s, (struct doctor_view){true, 41}, false, true);
            str all = asked(&s, &arena);
            const struct patient *p = &s.scene.patient;
            no_text_is_asked(all, p->outline.disease);
            no_text_is_asked(all, p->outline.icd10);
            no_text_is_asked(all, p->outline.name);
            no_text_is_asked(all, p->outline.summary);
            for (size_t i = 0; i < p->examination.findings.count; i++)
                no_text_is_asked(all,
                                 *LIST_AT(p->examination.findings, str, i));
            for (size_t i = 0; i < p->examination.tests.count; i++) {
                const struct patient_result *r =
                    LIST_AT(p->examination.tests, struct patient_result, i);
                no_text_is_asked(all, r->name);
                no_text_is_asked(all, r->text);
            }
            assert_true(str_contains(
                all,
                LIST_AT(p->symptoms.items, struct patient_symptom, 0)->lay));
            stage_close(&s);
            arena_release(&arena);
        }
}

/* --- drafts --- */

static void a_fault_is_named_and_the_bound_is_kept(void **state)
{
    (void)state;
    struct stage s;
    struct arena arena;
    arena_init(&arena);
    stage_open(&s, LANG_EN, "migraine", 4);
    stage_begin(&s, (struct doctor_view){true, 41}, false, true);
    for (int draft = 1; draft < TALK_DRAFTS; draft++) {
        live_take(s.live, STR("It is migraine."), STR("stop"));
        assert_int_equal(s.turns.count, 0);
        assert_true(str_contains(asked(&s, &arena), STR("cannot be used: ")));
    }
    live_take(s.live, STR("It is migraine."), STR("stop"));
    assert_int_equal(s.turns.count, 2);
    struct talk_counts c = talk_counts(s.scene.talk);
    assert_int_equal(c.fallbacks, 1);
    assert_int_equal(c.faults[TALK_FAULT_DIAGNOSIS], TALK_DRAFTS);
    assert_int_equal(c.leaks, 0);
    assert_false(str_contains(asked(&s, &arena), STR("cannot be used: ")));
    stage_close(&s);
    arena_release(&arena);
}

static void a_doctor_ends_after_a_few_questions_only(void **state)
{
    (void)state;
    struct stage s;
    stage_open(&s, LANG_NL, "migraine", 4);
    stage_begin(&s, (struct doctor_view){true, 41}, true, false);
    static const char *const said[] = {"Tot ziens. [END]",
                                       "Waarvoor komt u?",
                                       "Arts: Sinds wanneer?",
                                       "Patiënt: Ik heb hoofdpijn.\nArts: Ja.",
                                       "",
                                       "Dank u wel. [END]"};
    for (size_t i = 0; i < sizeof said / sizeof *said; i++) {
        assert_int_equal(live_state(s.live), LIVE_DOCTOR);
        live_take(s.live, str_of(said[i]), STR("stop"));
    }
    assert_int_equal(live_state(s.live), LIVE_OVER);
    struct live_counts c = live_counts(s.live);
    assert_int_equal(c.faults[REPLY_MULTI_PARTY], 1);
    assert_int_equal(c.faults[REPLY_EMPTY], 1);
    assert_int_equal(c.redrafts, 2);
    assert_int_equal(s.turns.count, 8);
    const struct turn *third = vec_at(&s.turns, 4);
    assert_str(third->text, "Sinds wanneer?");
    stage_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_doctor_is_asked_without_the_record),
        cmocka_unit_test(the_patient_is_asked_without_the_outline),
        cmocka_unit_test(a_fault_is_named_and_the_bound_is_kept),
        cmocka_unit_test(a_doctor_ends_after_a_few_questions_only)};
    return cmocka_run_group_tests(tests, open_all, close_all);
}
