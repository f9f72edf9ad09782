/* The first seven rules in every language, each with a dialogue that breaks it
 * and one that nearly does; and the rules as a whole. */
#include "refine_kit.h"

#include "base/mem.h"
#include "base/parallel.h"
#include "text/shingle.h"

/* --- 1 --- */

static void a_sentence_that_stops_in_the_middle_is_truncated(void **state)
{
    (void)state;
    expect(LANG_ZH, "D 哪里不舒服？\nP 我头疼，", REFINE_TRUNCATED, NULL);
    expect(LANG_EN,
           "D What is wrong?\nP My head hurts.\nD Since when?\nP Since "
           "yester",
           REFINE_TRUNCATED, NULL);
    expect(LANG_NL, "D Wat is er?\nP Ik heb hoofdpijn en:", REFINE_TRUNCATED,
           NULL);
    expect(LANG_ZH, "D 哪里不舒服\nP 我头疼", REFINE_OK, NULL);
    expect(LANG_EN, "D What is wrong\nP My head hurts a lot", REFINE_OK, NULL);
    expect(LANG_NL, "D Wat is er\nP Ik heb hoofdpijn (al lang)", REFINE_OK,
           NULL);
    struct refine_input input = input_of(LANG_ZH, "D 哪里不舒服\nP 我头疼");
    input.cut = true;
    expect_input(&input, REFINE_TRUNCATED, NULL);
    input = input_of(LANG_ZH, "D 哪里不舒服？\nP 我头疼。");
    input.cut = true;
    expect_input(&input, REFINE_OK, NULL);
}

static void a_refusal_speaks_of_the_request(void **state)
{
    (void)state;
    expect(LANG_ZH, "D 哪里不舒服？\nP 对不起，我无法生成这段对话的内容。",
           REFINE_REFUSAL, NULL);
    expect(LANG_ZH, "P 能开点安眠药吗？\nD 对不起，我不能给您开这个药。",
           REFINE_OK, NULL);
    expect(LANG_EN,
           "D Hello.\nP I’m sorry, but I can’t help with this request.",
           REFINE_REFUSAL, NULL);
    expect(LANG_EN,
           "P Can I have more of these pills?\nD I'm sorry, but I can't give "
           "you more of them.",
           REFINE_OK, NULL);
    expect(LANG_NL, "D Hallo.\nP Helaas kan ik niet voldoen aan dit verzoek.",
           REFINE_REFUSAL, NULL);
    expect(LANG_NL,
           "P Mag ik morgen weer sporten?\nD Helaas kan ik dat nu nog "
           "niet zeggen.",
           REFINE_OK, NULL);
}

static void another_language_is_refused_a_foreign_word_is_not(void **state)
{
    (void)state;
    expect(LANG_ZH,
           "D What seems to be the problem today?\nP I have had a "
           "headache since yesterday.",
           REFINE_WRONG_LANGUAGE, NULL);
    expect(LANG_ZH, "D 做了CT和MRI，CRP偏高。\nP 好的，那HbA1c呢？", REFINE_OK,
           NULL);
    expect(
        LANG_ZH,
        "D 您好，请坐，哪里不舒服？我先给您量一下血压看看。\nP I have had a "
        "headache since yesterday, doctor.\nD 那我们先做一个检查吧，不用担心。",
        REFINE_WRONG_LANGUAGE, "writing");
    expect(LANG_EN,
           "D Waar heeft u last van vandaag?\nP Ik heb al drie dagen "
           "hoofdpijn en ik slaap slecht.",
           REFINE_WRONG_LANGUAGE, NULL);
    expect(LANG_EN,
           "D Hello, what can I do for you?\nP I ate in the 老北京 "
           "restaurant and now I feel sick.",
           REFINE_OK, NULL);
    expect(LANG_NL,
           "D Was führt Sie heute zu mir?\nP Ich habe seit drei Tagen "
           "starke Kopfschmerzen und schlafe schlecht.",
           REFINE_WRONG_LANGUAGE, NULL);
    expect(LANG_NL,
           "D Heeft u een check-up of follow-up gehad?\nP Nee, alleen "
           "een second opinion in het ziekenhuis.",
           REFINE_OK, NULL);
}

static void a_speaker_who_calls_itself_a_program_is_refused(void **state)
{
    (void)state;
    expect(LANG_ZH, "P 我该怎么办？\nD 作为一个AI，我建议您去医院。",
           REFINE_AI_DISCLOSURE, NULL);
    expect(LANG_ZH, "P 我爱人也头疼。\nD 作为一个医生，我建议您休息。",
           REFINE_OK, NULL);
    expect(LANG_EN,
           "P What should I do?\nD As an AI language model, I would "
           "see somebody.",
           REFINE_AI_DISCLOSURE, NULL);
    expect(LANG_EN,
           "P What should I do?\nD As an aid, use this cushion when "
           "you sit.",
           REFINE_OK, NULL);
    expect(LANG_NL,
           "P Wat moet ik doen?\nD Als AI-assistent raad ik u aan te "
           "rusten.",
           REFINE_AI_DISCLOSURE, NULL);
    expect(LANG_NL,
           "P Wat moet ik doen?\nD Als arts raad ik u aan om te "
           "rusten.",
           REFINE_OK, NULL);
}

/* --- 2 to 5 --- */

static void structure_is_two_known_sides(void **state)
{
    (void)state;
    expect(LANG_ZH, "D 您好。", REFINE_NOT_DIALOGUE, NULL);
    expect(LANG_ZH, "D 您好。\nP ", REFINE_NOT_DIALOGUE, NULL);
    expect(LANG_ZH, "D 您好。\n? 我头疼。", REFINE_UNKNOWN_ROLE, NULL);
    expect(LANG_EN, "S Here is a dialogue.\nP Hello.", REFINE_UNKNOWN_ROLE,
           NULL);
    expect(LANG_ZH, "P 我头疼。\nR 他头疼。", REFINE_ONE_SPEAKER, NULL);
    expect(LANG_NL, "D Goedemorgen collega.\nD Hoe gaat het met u?",
           REFINE_ONE_SPEAKER, NULL);
    expect(LANG_NL, "D Goedemorgen collega.\nE Goedemorgen, alles goed hier.",
           REFINE_OK, NULL);
    expect(LANG_ZH, "D 您好。\nP 我头疼。\nN 量个体温。", REFINE_MULTI_PARTY,
           NULL);
    expect(LANG_ZH, "D 您好。\nP 我头疼。\nR 他昨晚没睡好。", REFINE_OK, NULL);
    struct refine_input empty = {.lang = LANG_ZH};
    expect_input(&empty, REFINE_NOT_DIALOGUE, NULL);
}

static void relation_turns_and_length_are_those_asked_for(void **state)
{
    (void)state;
    struct refine_input input =
        input_of(LANG_EN, "D How are you doing today?\nP Not very well.");
    input.relation = RELATION_DOCTOR_PATIENT;
    input.turns_min = input.turns_max = 2;
    input.length_min = input.length_max = 8;
    expect_input(&input, REFINE_OK, NULL);
    input.relation = RELATION_PATIENT_NURSE;
    expect_input(&input, REFINE_RELATION, "doctor-patient");
    input.relation = RELATION_DOCTOR_PATIENT;
    input.turns_min = 3;
    input.turns_max = 0;
    expect_input(&input, REFINE_TURNS, "2 turns");
    input.turns_min = 0;
    input.length_min = 9;
    input.length_max = 20;
    expect_input(&input, REFINE_LENGTH, "8 words");
    input = input_of(LANG_ZH, "D 您好 吗？\nP 好。");
    input.length_max = 6;
    expect_input(&input, REFINE_OK, NULL);
    input.length_max = 5;
    expect_input(&input, REFINE_LENGTH, "6 characters");
}

/* --- 6 --- */

static void words_of_the_outline_are_counted_once_and_whole(void **state)
{
    (void)state;
    struct err err = {0};
    struct outline *outline = outline_load("mct", knowledge, &err);
    assert_non_null(outline);
    struct refiner *of_outline =
        open_refiner("vocabulary: {terms_min: 3}", outline);
    struct refine_worker *own = refine_worker_new(of_outline);
    struct refine_verdict verdict;
    /* 眼睛 耳朵 are of level 1; 头部 stands once only, 鼻子 twice */
    struct refine_input input =
        input_of(LANG_ZH, "D 眼睛和耳朵呢？\nP 眼睛很好。");
    input.level = 1;
    refine_check(of_outline, own, &input, &verdict);
    assert_int_equal(verdict.reason, REFINE_VOCABULARY);
    assert_non_null(strstr(verdict.detail, "2 words"));
    input.turns = turns_of("D 眼睛和耳朵呢？\nP 鼻子很好。");
    refine_check(of_outline, own, &input, &verdict);
    assert_int_equal(verdict.reason, REFINE_OK);
    input.level = 0; /* no level, no need */
    input.turns = turns_of("D 您好。\nP 您好。");
    refine_check(of_outline, own, &input, &verdict);
    assert_int_equal(verdict.reason, REFINE_OK);
    refine_worker_free(own);
    refiner_close(of_outline);
    outline_free(outline);
}

static void higher_levels_do_not_count_and_lower_ones_do(void **state)
{
    (void)state;
    struct err err = {0};
    struct outline *outline = outline_load("consult-nl", knowledge, &err);
    assert_non_null(outline);
    struct refiner *own_refiner =
        open_refiner("vocabulary: {terms_min: 1}", outline);
    struct refine_worker *own = refine_worker_new(own_refiner);
    struct refine_verdict verdict;
    struct refine_input input = input_of(
        LANG_NL, "D Heeft u last van kortademigheid?\nP Nee, dat heb ik niet.");
    input.level = 1; /* kortademigheid is of level 2 */
    refine_check(own_refiner, own, &input, &verdict);
    assert_int_equal(verdict.reason, REFINE_VOCABULARY);
    input.level = 3;
    refine_check(own_refiner, own, &input, &verdict);
    assert_int_equal(verdict.reason, REFINE_OK);
    refine_worker_free(own);
    refiner_close(own_refiner);
    outline_free(outline);
}

static void expect_terms(enum lang lang, const char *script, const char *term,
                         enum refine_reason reason)
{
    struct refine_input input = input_of(lang, script);
    str terms[] = {str_of(term)};
    input.terms = (struct list){terms, 1};
    expect_input(&input, reason, NULL);
}

static void words_asked_for_occur_as_words(void **state)
{
    (void)state;
    expect_terms(LANG_ZH, "D 做个ＣＴ吧。\nP 好。", "CT", REFINE_OK);
    expect_terms(LANG_ZH, "D 血氧97%。CT呢？\nP 好。", "CT", REFINE_OK);
    expect_terms(LANG_EN, "D A follow up is needed.\nP Fine, when is it?",
                 "follow-up", REFINE_OK);
    expect_terms(LANG_ZH, "D 做个ECT吧。\nP 好。", "CT", REFINE_VOCABULARY);
    expect_terms(LANG_ZH, "D 血压高。\nP 好。", "血压", REFINE_OK);
    expect_terms(LANG_EN, "D Any headaches?\nP Yes, a lot of them.", "Headache",
                 REFINE_OK);
    expect_terms(LANG_EN, "D Any beer?\nP Yes, a lot of it.", "bee",
                 REFINE_VOCABULARY);
    expect_terms(LANG_NL, "D Dat kan aan foto\u2019s liggen.\nP O ja.",
                 "foto's", REFINE_OK);
    expect_terms(LANG_NL, "D Uw nieren zijn goed.\nP Fijn om dat te horen.",
                 "nier", REFINE_OK);
    expect_terms(LANG_NL, "D Een nierbekkenontsteking is het niet.\nP Fijn.",
                 "nier", REFINE_VOCABULARY);
}

static void a_share_of_the_words_asked_for_can_be_enough(void **state)
{
    (void)state;
    struct refiner *half = open_refiner("vocabulary: {asked_share: 0.5}", NULL);
    struct refine_worker *own = refine_worker_new(half);
    struct refine_input input = input_of(LANG_ZH, "D 血压高。\nP 好。");
    str terms[] = {STR("血压"), STR("血糖"), STR("体温")};
    struct refine_verdict verdict;
    input.terms = (struct list){terms, 2};
    refine_check(half, own, &input, &verdict);
    assert_int_equal(verdict.reason, REFINE_OK);
    input.terms.count = 3;
    refine_check(half, own, &input, &verdict);
    assert_int_equal(verdict.reason, REFINE_VOCABULARY);
    refine_worker_free(own);
    refiner_close(half);
}

/* --- 7 --- */

static void repeated_utterances_and_loops_are_refused(void **state)
{
    (void)state;
    expect(
        LANG_ZH,
        "D 您最近睡眠怎么样啊？\nP 还行。\nD 您最近睡眠怎么样啊？\nP 还行。\n"
        "D 您最近睡眠怎么样啊？\nP 还行。",
        REFINE_REPETITION, "3 times");
    expect(LANG_ZH,
           "D 您接着说。\nP 嗯嗯。\nD 您接着说。\nP 嗯嗯。\nD 您接着说。\nP "
           "嗯嗯。\nD 您接着说。\nP 嗯嗯。",
           REFINE_OK, NULL);
    expect(
        LANG_ZH,
        "D 怎么了？\nP 我头很疼很难受我头很疼很难受我头很疼很难受我头很疼很难"
        "受我头很疼很难受我头很疼很难受我头很疼很难受。",
        REFINE_REPETITION, NULL);
    expect(LANG_EN,
           "D How long have you been feeling this way now?\nP A week.\nD How "
           "long have you been feeling this way now?\nP A week.\nD How long "
           "have you been feeling this way, now?\nP A week.",
           REFINE_REPETITION, NULL);
    expect(LANG_EN,
           "D Okay.\nP Yes.\nD Okay.\nP Yes.\nD Okay.\nP Yes.\nD "
           "Okay.\nP Yes.",
           REFINE_OK, NULL);
    expect(LANG_NL,
           "D Heeft u dat de laatste weken vaker gehad dan eerst?\nP Ja.\nD "
           "Heeft u dat de laatste weken vaker gehad dan eerst?\nP Nee.\nD "
           "Heeft u dat de laatste weken vaker gehad dan eerst?\nP Ja.",
           REFINE_REPETITION, NULL);
    expect(LANG_NL,
           "D Vertelt u maar.\nP Het gaat niet zo goed met mij.\nD "
           "Vertelt u maar.\nP Nou, ik slaap slecht.",
           REFINE_OK, NULL);
}

/* --- the whole --- */

static void the_first_rule_that_fails_gives_the_reason(void **state)
{
    (void)state;
    const char *script = "D 电话13812345678，体温52度。\nP 作为一个AI，我头疼";
    struct refine_input input = input_of(LANG_ZH, script);
    input.turns_min = 5;
    static const struct {
        const char *off;
        enum refine_reason reason;
    } steps[] = {
        {"{}", REFINE_AI_DISCLOSURE},
        {"damaged: {enabled: false}", REFINE_TURNS},
        {"{damaged: {enabled: false}, turns: {enabled: false}}",
         REFINE_IDENTIFIER},
        {"{damaged: {enabled: false}, turns: {enabled: false}, identifiers: "
         "{enabled: false}}",
         REFINE_IMPLAUSIBLE},
        {"{damaged: {enabled: false}, turns: {enabled: false}, identifiers: "
         "{enabled: false}, implausible: {values: false}}",
         REFINE_OK},
    };
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        struct refiner *own_refiner = open_refiner(steps[i].off, NULL);
        struct refine_worker *own = refine_worker_new(own_refiner);
        struct refine_verdict verdict;
        refine_check(own_refiner, own, &input, &verdict);
        assert_int_equal(verdict.reason, steps[i].reason);
        refine_worker_free(own);
        refiner_close(own_refiner);
    }
}

static void reasons_have_names_and_rules(void **state)
{
    (void)state;
    int before = 0;
    for (int i = 0; i < REFINE_REASON_COUNT; i++) {
        enum refine_reason reason = (enum refine_reason)i;
        assert_int_equal(
            refine_reason_from_name(str_of(refine_reason_name(reason))), i);
        assert_true(refine_reason_rule(reason) >= before);
        before = refine_reason_rule(reason);
    }
    assert_int_equal(refine_reason_rule(REFINE_UNGRADED), 14);
    assert_int_equal(refine_reason_from_name(STR("x")), REFINE_REASON_COUNT);
}

static void shingles_are_those_of_the_record_text(void **state)
{
    (void)state;
    static const char *const scripts[LANG_COUNT] = {
        "D 您好，ＣＴ做了吗？\nP 还没有，123，明天做。\nD …",
        "D How are you, Mr Smith?\nP I\u2019m fine — isn't it?\nD Good!",
        "D Hoe gaat 't, meneer?\nP Z'n knie doet zeer.\nD Vervelend."};
    for (int lang = 0; lang < LANG_COUNT; lang++) {
        struct err err = {0};
        struct refine_input input = input_of((enum lang)lang, scripts[lang]);
        struct shingler *shingler;
        bool zh = lang == LANG_ZH;
        assert_true(shingler_open(&shingler, zh ? SHINGLE_CHARS : SHINGLE_WORDS,
                                  zh ? 5 : 3, lang_name((enum lang)lang).ptr,
                                  &err));
        struct vec mine, reference;
        vec_init(&mine, sizeof(uint64_t));
        vec_init(&reference, sizeof(uint64_t));
        struct record record = {.kind = RECORD_DIALOGUE,
                                .dialogue = {.turns = input.turns}};
        check(&input);
        refine_shingles(worker, &mine);
        shingle_set(shingler, record_text(&record, &arena), &reference);
        assert_int_equal(mine.count, reference.count);
        assert_memory_equal(mine.items, reference.items,
                            mine.count * sizeof(uint64_t));
        vec_release(&mine);
        vec_release(&reference);
        shingler_close(shingler);
    }
}

static void a_huge_dialogue_is_refused_and_a_long_detail_cut(void **state)
{
    (void)state;
    size_t length = REFINE_BYTES_MAX;
    char *text = mem_alloc(length);
    memset(text, 'x', length);
    struct turn turns[] = {
        {.role = ROLE_DOCTOR, .text = str_make(text, length)},
        {.role = ROLE_PATIENT, .text = STR("y")}};
    struct refine_input input = {.lang = LANG_EN, .turns = {turns, 2}};
    expect_input(&input, REFINE_LENGTH, "bytes");
    free(text);
    struct refine_verdict verdict;
    char long_text[1200];
    for (size_t i = 0; i + 3 <= sizeof long_text; i += 3)
        memcpy(long_text + i, "疼", 3);
    refine_verdict_set(&verdict, REFINE_ROLES, 1, 0, 0, "%.*s", 1200,
                       long_text);
    assert_int_equal(strlen(verdict.detail) % 3, 0);
    assert_true(strlen(verdict.detail) < sizeof verdict.detail);
}

struct job {
    const struct refiner *refiner;
    struct refine_worker *workers[64];
    struct refine_input inputs[3];
    enum refine_reason reasons[300];
};

static void check_one(size_t index, size_t number, void *ctx)
{
    struct job *job = ctx;
    struct refine_verdict verdict;
    refine_check(job->refiner, job->workers[number], &job->inputs[index % 3],
                 &verdict);
    job->reasons[index] = verdict.reason;
}

static void threads_share_a_refiner(void **state)
{
    (void)state;
    struct job job = {
        .refiner = refiner,
        .inputs = {
            input_of(LANG_ZH, "D 体温52度。\nP 这么高！"),
            input_of(LANG_EN, "D My stomach hurts a lot.\nP For how long?"),
            input_of(LANG_NL, "D Wat is er?\nP Ik heb wat hoofdpijn.")}};
    size_t count = parallel_workers();
    assert_true(count <= 64);
    for (size_t i = 0; i < count; i++)
        job.workers[i] = refine_worker_new(refiner);
    parallel_for(300, check_one, &job);
    for (size_t i = 0; i < 300; i += 3) {
        assert_int_equal(job.reasons[i], REFINE_IMPLAUSIBLE);
        assert_int_equal(job.reasons[i + 1], REFINE_ROLES);
        assert_int_equal(job.reasons[i + 2], REFINE_OK);
    }
    for (size_t i = 0; i < count; i++)
        refine_worker_free(job.workers[i]);
}

static void configuration_is_checked_and_documented(void **state)
{
    (void)state;
    struct err err = {0};
    struct refine_config config;
    struct yaml *root =
        yaml_parse(STR("copied: {word: 8}"), "test", &arena, &err);
    assert_false(
        schema_bind(&refine_config_schema, root, &config, &arena, &err));
    assert_non_null(strstr(err.message, "words"));
    struct buf page;
    buf_init(&page, 1 << 16);
    schema_document(&refine_config_schema, &page);
    assert_non_null(strstr(buf_cstr(&page), "dose_factor"));
    buf_release(&page);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_sentence_that_stops_in_the_middle_is_truncated),
        cmocka_unit_test(a_refusal_speaks_of_the_request),
        cmocka_unit_test(another_language_is_refused_a_foreign_word_is_not),
        cmocka_unit_test(a_speaker_who_calls_itself_a_program_is_refused),
        cmocka_unit_test(structure_is_two_known_sides),
        cmocka_unit_test(relation_turns_and_length_are_those_asked_for),
        cmocka_unit_test(words_of_the_outline_are_counted_once_and_whole),
        cmocka_unit_test(higher_levels_do_not_count_and_lower_ones_do),
        cmocka_unit_test(words_asked_for_occur_as_words),
        cmocka_unit_test(a_share_of_the_words_asked_for_can_be_enough),
        cmocka_unit_test(repeated_utterances_and_loops_are_refused),
        cmocka_unit_test(the_first_rule_that_fails_gives_the_reason),
        cmocka_unit_test(reasons_have_names_and_rules),
        cmocka_unit_test(shingles_are_those_of_the_record_text),
        cmocka_unit_test(a_huge_dialogue_is_refused_and_a_long_detail_cut),
        cmocka_unit_test(threads_share_a_refiner),
        cmocka_unit_test(configuration_is_checked_and_documented),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
