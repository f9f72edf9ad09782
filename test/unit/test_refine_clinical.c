/* Roles, identifiers, copies and plausibility in every language: a dialogue
 * that breaks the rule, and one that nearly does. */
#include "refine_kit.h"

/* --- 8 --- */

static void patients_do_not_state_the_diagnosis_first(void **state)
{
    (void)state;
    struct refine_input input = input_of(
        LANG_ZH, "D 哪里不舒服？\nP 医生，我得的是急性阑尾炎。\nD 我看看。");
    input.disease = disease("acute-appendicitis");
    input.task = STR("history-taking");
    expect_input(&input, REFINE_ROLES, "diagnosis");
    input.task = STR("discharge-education");
    expect_input(&input, REFINE_OK, NULL);
    input.task = STR("history-taking");
    input.turns =
        turns_of("D 哪里不舒服？\nP 我怕我得了急性阑尾炎。\nD 我看看。");
    expect_input(&input, REFINE_OK, NULL);
    input.turns = turns_of("D 是急性阑尾炎。\nP 我得的是急性阑尾炎啊。");
    expect_input(&input, REFINE_OK, NULL);
    input.turns = turns_of("D 以前得过什么病？\nP 我得过急性阑尾炎。\nD 嗯。");
    expect_input(&input, REFINE_OK, NULL);

    input =
        input_of(LANG_EN, "D What brings you in?\nP I have appendicitis.\nD "
                          "Let me see.");
    input.disease = disease("acute-appendicitis");
    expect_input(&input, REFINE_ROLES, "diagnosis");
    input.turns = turns_of("D What brings you in?\nP I'm afraid I have "
                           "appendicitis.\nD Let me see.");
    expect_input(&input, REFINE_OK, NULL);

    input = input_of(LANG_NL, "D Vertel het maar.\nP Ik heb een "
                              "blindedarmontsteking.\nD Ik ga eens kijken.");
    input.disease = disease("acute-appendicitis");
    expect_input(&input, REFINE_ROLES, "diagnosis");
    input.turns = turns_of("D Vertel het maar.\nP Ik ben bang dat ik een "
                           "blindedarmontsteking heb.\nD Ik ga eens kijken.");
    expect_input(&input, REFINE_OK, NULL);
}

static void clinicians_do_not_answer_themselves(void **state)
{
    (void)state;
    expect(LANG_ZH, "P 您好。\nD 有没有发烧？\nD 没有，我就是头疼。\nP 嗯。",
           REFINE_ROLES, "own question");
    expect(LANG_ZH,
           "P 您好。\nD 有没有发烧？\nD 没有的话，我给您开点药。\nP "
           "嗯。",
           REFINE_OK, NULL);
    expect(LANG_EN,
           "P Hello.\nD Do you smoke?\nD No, I mean cigars too.\nP Right.",
           REFINE_OK, NULL);
    expect(LANG_EN,
           "P Hello.\nD Any pain at all?\nD Yes, I have had it for a "
           "week.\nP Right.",
           REFINE_ROLES, "own question");
    expect(LANG_NL,
           "P Dag.\nD Heeft u koorts?\nD Nee, ik heb geen koorts "
           "gehad.\nP Precies.",
           REFINE_ROLES, "own question");
    expect(LANG_NL,
           "P Dag.\nD Heeft u koorts?\nD Nee, dan hoeft u niets te "
           "doen.\nP Precies.",
           REFINE_OK, NULL);
}

static void words_of_the_other_side_are_refused(void **state)
{
    (void)state;
    expect(LANG_ZH, "D 医生，我肚子疼。\nP 疼多久了？", REFINE_ROLES,
           "as a patient");
    expect(LANG_ZH, "D 你说过“我肚子疼”，对吧？\nP 对，疼了三天。", REFINE_OK,
           NULL);
    expect(LANG_ZH, "D 怎么了？\nP 我给您开点药，先吃三天。", REFINE_ROLES,
           "as a clinician");
    expect(LANG_ZH, "D 怎么了？\nP 上次医生说我给您开点药，先吃三天。",
           REFINE_OK, NULL);
    expect(LANG_ZH, "N 我给您开点止痛药吧。\nP 好的。", REFINE_ROLES, "nurse");
    expect(LANG_ZH, "N 我去请医生给您开点止痛药。\nP 好的。", REFINE_OK, NULL);
    expect(LANG_EN, "D My stomach hurts a lot.\nP For how long?", REFINE_ROLES,
           "as a patient");
    expect(LANG_EN, "D So you would say 'my stomach hurts'?\nP Yes, that's it.",
           REFINE_OK, NULL);
    expect(LANG_EN, "D Hello there.\nP I'll prescribe something for your pain.",
           REFINE_ROLES, "as a clinician");
    expect(LANG_EN,
           "D Hello there.\nP I\u2019ll prescribe something for your pain.",
           REFINE_ROLES, "as a clinician");
    expect(LANG_EN, "D Hello there.\nP He said I'll prescribe something.",
           REFINE_OK, NULL);
    expect(LANG_EN, "N I'm going to write you a prescription.\nP Thank you.",
           REFINE_ROLES, "nurse");
    expect(LANG_EN, "N The doctor will write you a prescription.\nP Thank you.",
           REFINE_OK, NULL);
    expect(LANG_NL, "D Dokter, ik heb zo'n pijn in mijn zij.\nP Hoe lang al?",
           REFINE_ROLES, "as a patient");
    expect(LANG_NL, "D U zegt: mijn buik doet pijn. Waar precies?\nP Hier.",
           REFINE_OK, NULL);
    expect(LANG_NL, "D Vertel het maar.\nP Ik ga u even onderzoeken.",
           REFINE_ROLES, "as a clinician");
    expect(LANG_NL, "D Vertel het maar.\nP Kunt u mij onderzoeken?", REFINE_OK,
           NULL);
    expect(LANG_NL, "N Ik schrijf u een recept uit.\nP Dank u wel.",
           REFINE_ROLES, "nurse");
    expect(LANG_NL, "N De dokter schrijft u een recept uit.\nP Dank u wel.",
           REFINE_OK, NULL);
}

static void exchanged_labels_are_noticed_without_a_tell_tale_word(void **state)
{
    (void)state;
    expect(
        LANG_ZH,
        "D 请问大夫，我最近总是没力气，怎么办？\nP 这种情况多长时间了？\nD 我也"
        "说不好。\nP 建议您查个血常规。",
        REFINE_ROLES, "exchanged");
    expect(
        LANG_ZH,
        "P 请问大夫，我最近总是没力气，怎么办？\nD 这种情况多长时间了？\nP 我也"
        "说不好。\nD 建议您查个血常规。",
        REFINE_OK, NULL);
    expect(LANG_EN,
           "P Have you had any fever?\nD No, I haven't had that, but I feel "
           "tired.\nP Any allergies?\nD I don't think so. My mother has.",
           REFINE_ROLES, "exchanged");
    expect(LANG_EN,
           "D Have you had any fever?\nP No, I haven't had that, but I feel "
           "tired.\nD Any allergies?\nP I don't think so. My mother has.",
           REFINE_OK, NULL);
    expect(LANG_NL,
           "P Heeft u ook koorts gehad?\nD Nee, ik heb alleen last van mijn "
           "knie.\nP Hoe lang al?\nD Ik weet het niet precies. Ik kan niet "
           "slapen.",
           REFINE_ROLES, "exchanged");
    expect(LANG_NL,
           "D Heeft u ook koorts gehad?\nP Nee, ik heb alleen last van mijn "
           "knie.\nD Hoe lang al?\nP Ik weet het niet precies. Ik kan niet "
           "slapen.",
           REFINE_OK, NULL);
}

/* --- 9 --- */

static void identifiers_are_refused_with_their_place(void **state)
{
    (void)state;
    struct refine_input input =
        input_of(LANG_ZH, "D 您的电话？\nP 13812345678。");
    struct refine_verdict verdict = check(&input);
    assert_int_equal(verdict.reason, REFINE_IDENTIFIER);
    assert_int_equal(verdict.turn, 2);
    assert_int_equal(verdict.start, 0);
    assert_int_equal(verdict.end, 11);
    expect(LANG_ZH, "D 血压150/95，心率88。\nP 好的，吃了5天药，每天2片。",
           REFINE_OK, NULL);
    expect(LANG_EN, "D And your date of birth?\nP March 5, 1962.",
           REFINE_IDENTIFIER, "date of birth");
    expect(LANG_EN, "D When did it start?\nP On March 5, 2024.", REFINE_OK,
           NULL);
    expect(LANG_NL, "D Hoe kan ik u bereiken?\nP Op 06-12345678.",
           REFINE_IDENTIFIER, "phone");
    expect(LANG_NL, "D Hoeveel weegt u?\nP Ongeveer 82 kilo, was 86.",
           REFINE_OK, NULL);
}

/* --- 11 --- */

static void expect_copied(enum lang lang, const char *reference,
                          const char *script, const char *part)
{
    struct err err = {0};
    struct refiner *own_refiner = open_refiner("{}", NULL);
    struct dialogue dialogue = {.turns = turns_of(reference)};
    assert_true(refiner_add_references(own_refiner, &dialogue, 1, lang, &err));
    struct refine_worker *own = refine_worker_new(own_refiner);
    struct refine_input input = input_of(lang, script);
    struct refine_verdict verdict;
    refine_check(own_refiner, own, &input, &verdict);
    if ((verdict.reason == REFINE_COPIED) != (part != NULL) ||
        (part && !strstr(verdict.detail, part))) {
        print_error("%s: %s (%s)\n", script, refine_reason_name(verdict.reason),
                    verdict.detail);
        fail();
    }
    refine_worker_free(own);
    refiner_close(own_refiner);
}

static void runs_and_turns_of_references_are_found(void **state)
{
    (void)state;
    const char *zh =
        "D 您好，请坐，哪里不舒服？\nP 我前天在单位搬重箱子的时候突"
        "然闪了一下腰，当时就动不了了。";
    expect_copied(LANG_ZH, zh,
                  "D 怎么了？\nP 我前天，在单位搬重箱子的时候扭到了。",
                  "在单位搬重箱子的时候");
    expect_copied(LANG_ZH, zh, "D 怎么了？\nP 昨天在单位搬箱子的时候扭到了。",
                  NULL);
    expect_copied(LANG_ZH, zh, "D 您好，请坐，哪里不舒服？\nP 头疼得厉害。",
                  NULL); /* stock phrases */
    const char *en =
        "D What happened?\nP I was lifting a heavy box at work and "
        "then my back just went, I could not move.";
    expect_copied(LANG_EN, en,
                  "D Hi.\nP So I was lifting a heavy box at work when it "
                  "snapped.",
                  "lifting a heavy box at work");
    expect_copied(LANG_EN, en,
                  "D Hi.\nP I was lifting a heavy crate at work and it hurt.",
                  NULL);
    const char *nl = "D Wat is er gebeurd?\nP Ik tilde op mijn werk een zware "
                     "doos en toen schoot het in mijn rug.";
    expect_copied(LANG_NL, nl,
                  "D Hallo.\nP Ik tilde op mijn werk een zware doos op "
                  "zolder.",
                  "op mijn werk een zware doos");
    expect_copied(LANG_NL, nl,
                  "D Hallo.\nP Ik tilde thuis een zware doos en toen ging het "
                  "mis.",
                  NULL);
}

static void a_turn_with_scattered_changes_is_nearly_copied(void **state)
{
    (void)state;
    const char *reference =
        "D 怎么了？\nP "
        "我上个月十二号开始咳嗽，夜里咳得更凶，白天好一些，还有点喘，"
        "吃了三天消炎药没见好。";
    /* every run of 13 is broken, most runs of 3 are not */
    expect_copied(
        LANG_ZH, reference,
        "D 说吧。\nP 我上个月十号开始咳嗽，夜里咳得更凶，白天好些，还有点"
        "喘，吃了三天消炎药没见好。",
        "");
}

/* --- 12 --- */

static void impossible_readings_are_refused(void **state)
{
    (void)state;
    expect(LANG_ZH, "D 体温52度。\nP 这么高！", REFINE_IMPLAUSIBLE, "reading");
    expect(LANG_ZH, "D 体温38.5度，心率110次/分。\nP 有点高。", REFINE_OK,
           NULL);
    expect(LANG_ZH, "D 血压80/120。\nP 低吗？", REFINE_IMPLAUSIBLE, "pressure");
    expect(LANG_ZH, "D 血压120/80，16/10kPa。\nP 好。", REFINE_OK, NULL);
    expect(LANG_ZH, "P 我高压15，低压10。\nD 我知道了。", REFINE_OK, NULL);
    expect(LANG_ZH, "D 血钾是45mmol/L。\nP 高吗？", REFINE_IMPLAUSIBLE,
           "potassium");
    expect(LANG_ZH, "D 血钾是4.5mmol/L。\nP 好。", REFINE_OK, NULL);
    expect(LANG_EN, "D Your oxygen saturation is 140%.\nP Is that good?",
           REFINE_IMPLAUSIBLE, "oxygen");
    expect(LANG_EN, "D Your temperature is 101.2 and the pulse is 96.\nP Oh.",
           REFINE_OK, NULL);
    expect(LANG_EN, "D Your blood pressure is 60 over 140.\nP Oh.",
           REFINE_IMPLAUSIBLE, "pressure");
    expect(LANG_EN, "D Check your pulse 3 times a day.\nP I will do that.",
           REFINE_OK, NULL);
    expect(LANG_NL, "D Uw saturatie is 198%.\nP Is dat goed?",
           REFINE_IMPLAUSIBLE, "oxygen");
    expect(LANG_NL, "D Uw bloeddruk is 12 over 8, de pols 72.\nP Mooi.",
           REFINE_OK, NULL);
    expect(LANG_NL, "D Uw bloeddruk is 80/150.\nP Is dat goed?",
           REFINE_IMPLAUSIBLE, "pressure");
}

static void doses_outside_the_range_are_refused(void **state)
{
    (void)state;
    expect(LANG_ZH, "P 怎么吃？\nD 布洛芬每次2000毫克，一天三次。",
           REFINE_IMPLAUSIBLE, "dose");
    expect(LANG_ZH, "P 怎么吃？\nD 布洛芬每次400毫克，一天三次。", REFINE_OK,
           NULL);
    expect(LANG_ZH, "P 怎么吃？\nD 布洛芬一天不能超过2400毫克。", REFINE_OK,
           NULL);
    expect(LANG_ZH, "P 怎么吃？\nD 二甲双胍每次1000mg，一天五次。",
           REFINE_IMPLAUSIBLE, "daily-dose");
    expect(LANG_ZH, "P 怎么吃？\nD 阿莫西林0.5mg，一天三次。",
           REFINE_IMPLAUSIBLE, "dose");
    expect(LANG_EN, "P How?\nD Take ibuprofen 2 grams twice a day.",
           REFINE_IMPLAUSIBLE, "dose");
    expect(LANG_EN, "P How?\nD Take ibuprofen 400 mg three times a day.",
           REFINE_OK, NULL);
    expect(LANG_EN, "P How?\nD No more than 4000 mg of paracetamol, please.",
           REFINE_OK, NULL);
    expect(LANG_NL, "P Hoe?\nD Neem ibuprofen 1200 mg, drie keer per dag.",
           REFINE_IMPLAUSIBLE, "dose");
    expect(LANG_NL, "P Hoe?\nD Neem paracetamol 1000 mg, drie keer per dag.",
           REFINE_OK, NULL);
}

static void contraindicated_drugs_are_refused(void **state)
{
    (void)state;
    expect(LANG_ZH, "P 我对青霉素过敏。\nD 我给您开阿莫西林，按时吃。",
           REFINE_IMPLAUSIBLE, "penicillin-allergy");
    expect(LANG_ZH, "P 我对青霉素过敏。\nD 那就不能用阿莫西林。", REFINE_OK,
           NULL);
    expect(LANG_ZH, "D 我给您开阿莫西林，按时吃。\nP 我对青霉素过敏。",
           REFINE_OK, NULL); /* said too late */
    expect(LANG_ZH, "P 我怀孕了。\nD 我给您开布洛芬，按时吃。",
           REFINE_IMPLAUSIBLE, "pregnancy");
    expect(LANG_ZH, "P 我不是怀孕。\nD 我给您开布洛芬，按时吃。", REFINE_OK,
           NULL);
    expect(LANG_EN,
           "P I'm allergic to penicillin.\nD I'll start you on "
           "amoxicillin. Take it daily.",
           REFINE_IMPLAUSIBLE, "penicillin-allergy");
    expect(LANG_EN,
           "P I'm not allergic to penicillin.\nD I'll start you on "
           "amoxicillin. Take it daily.",
           REFINE_OK, NULL);
    expect(LANG_NL,
           "P Ik ben allergisch voor penicilline.\nD Dan schrijf ik u "
           "amoxicilline voor.",
           REFINE_IMPLAUSIBLE, "penicillin-allergy");
    expect(LANG_NL,
           "P Ik ben allergisch voor penicilline.\nD Dan geef ik u "
           "geen amoxicilline.",
           REFINE_OK, NULL);
    struct refine_input input =
        input_of(LANG_EN, "P It burns.\nD Take ibuprofen for it.");
    input.disease = disease("bleeding-peptic-ulcer");
    expect_input(&input, REFINE_IMPLAUSIBLE, "peptic-ulcer");
    input.turns = turns_of("P It burns.\nD Avoid ibuprofen for now.");
    expect_input(&input, REFINE_OK, NULL);
}

static void the_patient_stays_the_same_person(void **state)
{
    (void)state;
    struct persona man = {.age = 62}, woman = {.age = 30, .female = true};
    struct refine_input input =
        input_of(LANG_ZH, "D 多大了？\nP 我今年四十五岁了。");
    input.persona = &man;
    expect_input(&input, REFINE_IMPLAUSIBLE, "age");
    input.turns = turns_of("D 多大了？\nP 我今年六十二岁了。");
    expect_input(&input, REFINE_OK, NULL);
    input.turns = turns_of("D 多大了？\nP 我45岁的时候做过手术。");
    expect_input(&input, REFINE_OK, NULL);
    input.turns = turns_of("D 还有呢？\nP 我月经不太正常。");
    expect_input(&input, REFINE_IMPLAUSIBLE, "sex");
    input.persona = &woman;
    expect_input(&input, REFINE_OK, NULL);
    expect(LANG_ZH, "P 我今年30岁。\nD 您今年52岁，要注意。",
           REFINE_IMPLAUSIBLE, "age");
    expect(LANG_ZH, "P 我今年30岁。\nD 您今年30岁，还年轻。", REFINE_OK, NULL);
    input = input_of(LANG_EN, "D Go on.\nP I am 30 years old and my prostate "
                              "is big.");
    input.persona = &woman;
    expect_input(&input, REFINE_IMPLAUSIBLE, "sex");
    input.turns = turns_of("D Go on.\nP I am 50 years old.");
    expect_input(&input, REFINE_IMPLAUSIBLE, "age");
    input.turns = turns_of("D Go on.\nP My periods are regular.");
    expect_input(&input, REFINE_OK, NULL);
    input = input_of(LANG_NL, "D En verder?\nP Ik ben 62 jaar en mijn "
                              "menstruatie is onregelmatig.");
    input.persona = &man;
    expect_input(&input, REFINE_IMPLAUSIBLE, "sex");
    input.turns = turns_of("D En verder?\nP Ik ben 40 jaar getrouwd.");
    expect_input(&input, REFINE_OK, NULL);
    input.turns = turns_of("D En verder?\nP Ik ben 40 jaar.");
    expect_input(&input, REFINE_IMPLAUSIBLE, "age");
}

static void left_and_right_do_not_flip(void **state)
{
    (void)state;
    expect(LANG_ZH, "P 我左膝盖疼。\nD 我看您右膝盖有点肿。",
           REFINE_IMPLAUSIBLE, "side");
    expect(LANG_ZH, "P 我左膝盖疼。\nD 右膝盖疼不疼？", REFINE_OK, NULL);
    expect(LANG_ZH, "P 我左膝盖疼。\nD 左膝盖比右膝盖肿。", REFINE_OK, NULL);
    expect(LANG_ZH, "D 病人左膝盖疼。\nE 右膝盖拍片了，没事。",
           REFINE_IMPLAUSIBLE, "side");
    expect(LANG_ZH, "D 病人左膝盖疼。\nE 右膝盖呢，疼不疼？", REFINE_OK, NULL);
    expect(LANG_EN, "P My left knee hurts.\nD Your right knee is swollen.",
           REFINE_IMPLAUSIBLE, "side");
    expect(LANG_EN, "P My left knee hurts.\nD And your right knee?", REFINE_OK,
           NULL);
    expect(LANG_NL, "P Mijn linkerknie is dik.\nD Uw rechterknie is ontstoken.",
           REFINE_IMPLAUSIBLE, "side");
    expect(LANG_NL, "P Mijn linkerknie is dik.\nD Uw linkerknie is ontstoken.",
           REFINE_OK, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(patients_do_not_state_the_diagnosis_first),
        cmocka_unit_test(clinicians_do_not_answer_themselves),
        cmocka_unit_test(words_of_the_other_side_are_refused),
        cmocka_unit_test(exchanged_labels_are_noticed_without_a_tell_tale_word),
        cmocka_unit_test(identifiers_are_refused_with_their_place),
        cmocka_unit_test(runs_and_turns_of_references_are_found),
        cmocka_unit_test(a_turn_with_scattered_changes_is_nearly_copied),
        cmocka_unit_test(impossible_readings_are_refused),
        cmocka_unit_test(doses_outside_the_range_are_refused),
        cmocka_unit_test(contraindicated_drugs_are_refused),
        cmocka_unit_test(the_patient_stays_the_same_person),
        cmocka_unit_test(left_and_right_do_not_flip),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
