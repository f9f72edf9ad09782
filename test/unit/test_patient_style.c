/* A patient answers a repeated question alike, in whatever words it comes; and
 * style, mood and literacy change what is told and how, by numbers. */
#include "patient_scene.h"

#include "patient/doctor.h"
#include "patient/stability.h"
#include "record/record.h"

static void show_miss(const struct stability_miss *m, void *ctx)
{
    (void)ctx;
    print_error(STR_FMT " " STR_FMT "\n  " STR_FMT " " STR_FMT "\n",
                STR_ARG(m->first_question), STR_ARG(m->first_answer),
                STR_ARG(m->question), STR_ARG(m->answer));
}

/* Ten patients a language, each asked 21 topics in three wordings and all its
 * symptoms in four. */
static void a_repeated_question_gets_a_compatible_answer(void **state)
{
    (void)state;
    for (int lang = 0; lang < LANG_COUNT; lang++) {
        struct err err = {0};
        struct stability sum = {0};
        struct repeats *repeats = repeats_load((enum lang)lang, &err);
        if (!repeats)
            fail_msg("%s", err.message);
        for (uint64_t seed = 1; seed <= 10; seed++) {
            struct scene s;
            scene_open(&s, (enum lang)lang, NULL, seed);
            stability_probe(s.worker, repeats, &s.patient, seed, &sum,
                            show_miss, NULL);
            scene_close(&s);
        }
        repeats_free(repeats);
        assert_int_equal(sum.compatible, sum.probes);
        assert_true(sum.probes >= 800);
        assert_true(sum.compared * 100 >= sum.probes * 85);
    }
}

/* "Lying flat" is no insult, nor is "worthless" of a low mood: what the packs
 * ask for is read as a question for that symptom. */
static void questions_of_the_packs_are_understood(void **state)
{
    (void)state;
    size_t wrong = 0;
    for (int lang = 0; lang < LANG_COUNT; lang++) {
        struct scene s;
        scene_open(&s, (enum lang)lang, NULL, 1);
        for (size_t i = 0; i < packs->symptoms.count; i++) {
            const struct symptom *y =
                LIST_AT(packs->symptoms, struct symptom, i);
            const struct list *lay = &y->lay.texts[lang];
            struct intent intent;
            intent_read(s.worker->intents, t3_in(&y->ask, (enum lang)lang),
                        &intent);
            bool understood = intent.guard == TOPIC_NONE && intent.term_count;
            for (size_t k = 0; k < lay->count; k++) {
                intent_read(s.worker->intents, *LIST_AT(*lay, str, k), &intent);
                understood = understood && intent.guard == TOPIC_NONE;
            }
            if (!understood)
                print_error("not understood: " STR_FMT "\n", STR_ARG(y->id));
            wrong += !understood;
        }
        scene_close(&s);
    }
    assert_int_equal(wrong, 0);
}

/* --- styles --- */

enum { PATIENTS = 12, STYLES = 6, VARIANTS = 5 };

static const char *const styles[STYLES] = {"reserved", "plain",      "pleasing",
                                           "upset",    "tangential", "verbose"};

/* A whole history of the patient in that style. */
static struct talk_counts history(struct scene *s, const char *style,
                                  uint64_t seed)
{
    s->patient.background.style = str_of(style);
    scene_again(s, seed);
    struct doctor *doctor = doctor_open(s->worker, DOCTOR_SYSTEMATIC,
                                        (struct doctor_view){false, 40}, seed);
    str said = {0};
    for (str ask; (ask = doctor_ask(doctor, said)).len;)
        said = talk_say(s->talk, ask);
    doctor_close(doctor);
    return talk_counts(s->talk);
}

static void styles_tell_unasked_in_the_intended_order(void **state)
{
    (void)state;
    for (int lang = 0; lang < LANG_COUNT; lang++) {
        double told[STYLES] = {0}, facts[STYLES] = {0}, before = -1;
        for (uint64_t seed = 1; seed <= PATIENTS; seed++) {
            struct scene s;
            scene_open(&s, (enum lang)lang, NULL, seed);
            for (size_t i = 0; i < STYLES; i++) {
                struct talk_counts counts = history(&s, styles[i], seed);
                told[i] += (double)counts.revealed_unasked;
                facts[i] += (double)counts.facts;
            }
            scene_close(&s);
        }
        for (size_t i = 0; i < STYLES; i++) {
            printf("%s %.3f  ", styles[i], told[i] / facts[i]);
            assert_true(told[i] / facts[i] > before);
            before = told[i] / facts[i];
        }
        printf("\n");
    }
}

/* --- mood and literacy --- */

struct words {
    size_t answers, changed, terms;
};

static void ask_all(struct scene *s, struct vec *said)
{
    const struct list *items = &s->patient.symptoms.items;
    static const char *const asks[LANG_COUNT][4] = {
        {"哪里不舒服？", "多长时间了？", "如果满分十分，有几分？",
         "还有其他症状吗？"},
        {"What brings you here today?", "How long has this been going on?",
         "How bad is it, on a scale from 0 to 10?",
         "Do you have any other complaints?"},
        {"Waarvoor komt u?", "Hoe lang heeft u dit al?",
         "Hoe erg is het, op een schaal van 0 tot 10?",
         "Is er nog iets anders?"}};
    for (size_t i = 0; i < 4; i++) {
        str reply = talk_say(s->talk, str_of(asks[s->room->lang][i]));
        vec_push(said, &reply);
    }
    for (size_t i = 0; i < items->count; i++) {
        const struct symptom *y = knowledge_symptom(
            packs, LIST_AT(*items, struct patient_symptom, i)->id);
        str reply = talk_say(s->talk, t3_in(&y->ask, s->room->lang));
        vec_push(said, &reply);
    }
    for (size_t i = 0; i < 6; i++) {
        const struct symptom *y =
            LIST_AT(packs->symptoms, struct symptom, 37 * i);
        str reply = talk_say(s->talk, t3_in(&y->ask, s->room->lang));
        vec_push(said, &reply);
    }
}

static size_t terms_in(const struct scene *s, str reply)
{
    const struct list *items = &s->patient.symptoms.items;
    size_t count = 0;
    for (size_t i = 0; i < items->count; i++)
        count += str_contains(reply,
                              LIST_AT(*items, struct patient_symptom, i)->name);
    return count;
}

/* The same patient and questions with this mood and literacy; `plain` are the
 * answers to compare with, or NULL. */
static void count_words(struct scene *s, uint64_t seed, const char *mood,
                        const char *literacy, struct vec *said,
                        const struct vec *plain, struct words *sum)
{
    s->patient.background.style = STR("plain");
    s->patient.background.mood = str_of(mood);
    s->patient.background.literacy = str_of(literacy);
    scene_again(s, seed);
    vec_reset(said);
    ask_all(s, said);
    for (size_t i = 0; i < said->count; i++) {
        str *reply = vec_at(said, i);
        *reply = arena_copy(&s->arena, *reply);
        sum->answers++;
        sum->terms += terms_in(s, *reply);
        sum->changed += plain && !str_equal(*reply, *(str *)vec_at(plain, i));
    }
}

static void mood_and_literacy_change_the_words(void **state)
{
    (void)state;
    static const char *const variants[VARIANTS][2] = {{"worried", "medium"},
                                                      {"irritated", "medium"},
                                                      {"low", "medium"},
                                                      {"calm", "low"},
                                                      {"calm", "high"}};
    for (int lang = 0; lang < LANG_COUNT; lang++) {
        struct words sums[VARIANTS] = {{0}}, calm = {0};
        struct vec plain, said;
        vec_init(&plain, sizeof(str));
        vec_init(&said, sizeof(str));
        for (uint64_t seed = 1; seed <= PATIENTS; seed++) {
            struct scene s;
            scene_open(&s, (enum lang)lang, NULL, seed);
            count_words(&s, seed, "calm", "medium", &plain, NULL, &calm);
            for (size_t i = 0; i < VARIANTS; i++)
                count_words(&s, seed, variants[i][0], variants[i][1], &said,
                            &plain, &sums[i]);
            scene_close(&s);
        }
        vec_release(&plain);
        vec_release(&said);
        for (size_t i = 0; i < VARIANTS; i++) {
            printf("%s/%s: %zu of %zu answers changed, %zu terms\n",
                   variants[i][0], variants[i][1], sums[i].changed,
                   sums[i].answers, sums[i].terms);
            assert_true(sums[i].changed * 100 >= sums[i].answers * 20);
        }
        assert_true(sums[4].terms > calm.terms);
        assert_true(calm.terms >= sums[3].terms);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_repeated_question_gets_a_compatible_answer),
        cmocka_unit_test(questions_of_the_packs_are_understood),
        cmocka_unit_test(styles_tell_unasked_in_the_intended_order),
        cmocka_unit_test(mood_and_literacy_change_the_words)};
    return cmocka_run_group_tests(tests, open_packs, close_packs);
}
