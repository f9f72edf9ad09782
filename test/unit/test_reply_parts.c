/* The steps of reading a reply: folding, phrases, cleaning, loose JSON, labels.
 */
#include "check.h"

#include "base/buf.h"
#include "base/utf8.h"
#include "reply/clean.h"
#include "reply/entry.h"
#include "reply/fold.h"
#include "reply/label.h"
#include "reply/loose.h"
#include "reply/units.h"

static struct reply_rules *rules;
static struct arena arena;
static struct reading reading;
static const struct reply_input input = {.lang = {"zh", 2},
                                         .finish_reason = {"stop", 4}};

static int set_up(void **state)
{
    (void)state;
    struct err err = {0};
    rules = reply_rules_open(&err);
    if (!rules) {
        print_error("%s\n", err.message);
        return -1;
    }
    arena_init(&arena);
    reading_init(&reading, rules, &input, &arena);
    reading.attempt_bytes = 1 << 20;
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    reading_release(&reading);
    arena_release(&arena);
    reply_rules_close(rules);
    return 0;
}

/* --- fold, phrase --- */

static void labels_lose_case_accents_marks_and_emoji(void **state)
{
    (void)state;
    char out[FOLD_BYTES];
    assert_str(fold_label(STR("**Patiënt** "), out), "patient");
    assert_str(fold_label(STR("🩺 ＤＯＣＴＯＲ_a"), out), "doctor a");
    assert_str(fold_label(STR("主治醫師"), out), "主治医师");
    assert_str(fold_label(STR("护 理 師"), out), "护 理 师");
    assert_str(fold_label(STR(""), out), "");
}

static void every_traditional_character_of_the_list_is_found(void **state)
{
    (void)state;
    static const char sample[] = "係兒醫護師屬親媽婦產藥長實習診問對話譯詞龄齡";
    char out[FOLD_BYTES];
    assert_str(fold_label(str_of(sample), out),
               "系儿医护师属亲妈妇产药长实习诊问对话译词龄龄");
    str there = fold_traditional(STR("医生对话"), &arena);
    assert_str(there, "醫生對話");
    assert_str(fold_text(STR("As an AI’s É"), &arena), "as an ai's e");
}

static void phrases_are_found_as_whole_words_longest_first(void **state)
{
    (void)state;
    struct vec list;
    vec_init(&list, sizeof(str));
    const str items[] = {STR("as an ai"), STR("as an ai model"), STR("写"),
                         STR("无法提供"), STR("ik")};
    for (size_t i = 0; i < 5; i++)
        vec_push(&list, &items[i]);
    struct phrases *p = phrases_new(&list);
    size_t end;
    assert_int_equal(phrases_find(p, STR("well, as an ai model"), 0, &end), 6);
    assert_int_equal(end, 20);
    assert_true(phrases_find(p, STR("as an aid"), 0, NULL) == STR_NONE);
    assert_int_equal(phrases_find(p, STR("我写"), 0, &end), 3);
    assert_int_equal(phrases_find(p, STR("无法提供"), 0, &end), 0);
    assert_true(phrases_find(p, STR("dik"), 0, NULL) == STR_NONE);
    assert_true(phrases_begin(p, STR("ik kan")));
    assert_false(phrases_begin(p, STR("a")));
    phrases_free(p);
    vec_release(&list);
}

/* --- clean --- */

static void cleans_to(const char *raw, const char *want)
{
    assert_str(trim_space(clean_reply(&reading, str_of(raw))), want);
}

static void template_tokens_and_prompts_go(void **state)
{
    (void)state;
    cleans_to("<|im_start|>assistant\nA: b<|im_end|>", "A: b");
    cleans_to("<s>[INST] write [/INST] A: b</s>", "A: b");
    cleans_to("A: b[/INST]", "A: b");
    cleans_to("<|start_header_id|>user<|end_header_id|>x<|eot_id|>"
              "<|start_header_id|>assistant<|end_header_id|>\n\nA: b",
              "A: b");
    cleans_to("<｜User｜>x<｜Assistant｜>A: b<｜end▁of▁sentence｜>", "A: b");
    cleans_to("<start_of_turn>user\nx<end_of_turn>\n<start_of_turn>model\nA: b",
              "A: b");
    cleans_to("<|doctor|>b", "doctor: b");
    cleans_to("a<0x0A>b", "a\nb");
    cleans_to("x <5 and [b] y", "x <5 and  y");
}

static void reasoning_goes_with_its_drafts(void **state)
{
    (void)state;
    cleans_to("<think>A: no</think>A: b", "A: b");
    cleans_to("A: no\n</think>A: b", "A: b");
    cleans_to("<think>A: no", "");
    cleans_to("<Thinking time=\"3\">A: no</Thinking>A: b", "A: b");
    cleans_to("【思考】甲【/思考】乙", "乙");
    cleans_to("【思考】甲", "【思考】甲"); /* may be a heading */
    cleans_to("```reasoning\nA: no\n```\nA: b", "A: b");
    cleans_to("◁think▷no◁/think▷b", "b");
}

static void escaped_line_feeds_and_echoes_are_undone(void **state)
{
    (void)state;
    cleans_to("\"A: b\\nC: \\\"d\\\"\\nA: e\"", "A: b\nC: \"d\"\nA: e");
    cleans_to("{\"a\": \"x\\ny\\nz\"}", "{\"a\": \"x\\ny\\nz\"}");
    cleans_to("User: write\n\nAssistant: A: b", "A: b");
    cleans_to("User: a\nAssistant: b\nUser: c\nAssistant: d",
              "User: a\nAssistant: b\nUser: c\nAssistant: d");
}

/* --- loose JSON --- */

static const struct loose *find(const char *text)
{
    struct loose_found found = {0};
    return loose_find(&reading, str_of(text), &found) ? found.value : NULL;
}

static str member(const struct loose *object, const char *key)
{
    const struct loose *v = loose_get(object, str_of(key));
    return v ? v->text : STR("(absent)");
}

static void json_with_every_usual_mistake_is_read(void **state)
{
    (void)state;
    assert_str(member(find("x {\"a\": \"b\",} y"), "a"), "b");
    assert_str(member(find("{'a': 'it's b', 'c': 1}"), "a"), "it's b");
    assert_str(member(find("{a: \"b\" // note\n, c: 2}"), "a"), "b");
    assert_str(member(find("{“a”：“b”，“c”：“d”}"), "c"), "d");
    assert_str(member(find("{\"a\": \"he said \"no\", and left\"}"), "a"),
               "he said \"no\", and left");
    assert_str(member(find("{\"a\": \"\\u4F60\\uD83D\\uDE42\\n\\q\"}"), "a"),
               "你🙂\nq");
    assert_str(member(find("[dict(a=\"b\")]")->first, "a"), "b");
    assert_int_equal(find("[\"a\", \"b\"]")->count, 2);
    assert_int_equal(find("{\"a\": None, \"b\": True}")->first->kind,
                     LOOSE_NULL);
    assert_int_equal(find("{\"a\": 12.5}")->first->kind, LOOSE_NUMBER);
}

static void brackets_in_prose_are_no_json(void **state)
{
    (void)state;
    assert_null(find("[doctor] Hello {there} [00:12]"));
    assert_null(find("[“quoted”](link)"));
    assert_null(find("a < b and c > d"));
}

static void an_end_that_was_cut_is_marked(void **state)
{
    (void)state;
    const struct loose *v = find("[{\"a\": \"b\"}, {\"a\": \"c");
    assert_true(v->cut);
    assert_false(v->first->cut);
    assert_true(v->last->cut);
    assert_str(member(v->last, "a"), "c");
    assert_false(find("[{\"a\": \"b\"}]")->cut);
}

static void nesting_beyond_the_limit_ends_the_value(void **state)
{
    (void)state;
    char deep[400];
    memset(deep, '[', sizeof deep);
    deep[sizeof deep - 1] = 0;
    assert_null(find(deep));
}

/* --- units --- */

static void entities_are_decoded_and_unknown_ones_stay(void **state)
{
    (void)state;
    assert_str(decode_entities(&reading, STR("&lt;5 &amp; &#65292;&#x4F60;")),
               "<5 & ，你");
    assert_str(decode_entities(&reading, STR("R&D; &unknown; &#xFFFFFFF;&")),
               "R&D; &unknown; &#xFFFFFFF;&");
    assert_str(decode_entities(&reading, STR("&apos;&eacute;")), "'é");
}

/* --- speakers --- */

struct naming {
    const char *label;
    enum speaker_kind kind;
    enum role role;
};

static void check_namings(const struct naming *namings, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct named *who =
            speaker_of(&reading, str_of(namings[i].label));
        enum speaker_kind kind = who ? who->speaker.kind : SPEAKER_NONE;
        enum role role = who ? who->speaker.role : ROLE_NONE;
        if (kind != namings[i].kind ||
            (kind == SPEAKER_ROLE && role != namings[i].role))
            fail_msg("%s: kind %d, role %d", namings[i].label, (int)kind,
                     (int)role);
    }
}

static void labels_name_roles_in_any_wording(void **state)
{
    (void)state;
    static const struct naming namings[] = {
        {"主治医师", SPEAKER_ROLE, ROLE_DOCTOR},
        {"住院医", SPEAKER_ROLE, ROLE_DOCTOR},
        {"呼吸内科医生", SPEAKER_ROLE, ROLE_DOCTOR},
        {"王主任", SPEAKER_ROLE, ROLE_DOCTOR},
        {"护士小刘", SPEAKER_ROLE, ROLE_NURSE},
        {"责任护士王芳", SPEAKER_ROLE, ROLE_NURSE},
        {"患儿母亲", SPEAKER_ROLE, ROLE_RELATIVE},
        {"患者（女，45岁）", SPEAKER_ROLE, ROLE_PATIENT},
        {"患者家属", SPEAKER_ROLE, ROLE_RELATIVE},
        {"孕妇", SPEAKER_ROLE, ROLE_PATIENT},
        {"Longarts", SPEAKER_ROLE, ROLE_DOCTOR},
        {"Arts-assistent", SPEAKER_ROLE, ROLE_DOCTOR},
        {"Meneer Jansen (patiënt)", SPEAKER_ROLE, ROLE_PATIENT},
        {"Moeder van Sem", SPEAKER_ROLE, ROLE_RELATIVE},
        {"Praktijkverpleegkundige", SPEAKER_ROLE, ROLE_NURSE},
        {"dr. De Vries", SPEAKER_ROLE, ROLE_DOCTOR},
        {"Ward Sister", SPEAKER_ROLE, ROLE_NURSE},
        {"Patient's daughter", SPEAKER_ROLE, ROLE_RELATIVE},
        {"Nurse Practitioner", SPEAKER_ROLE, ROLE_NURSE},
        {"Cardiology consultant", SPEAKER_ROLE, ROLE_DOCTOR},
        {"Doctor 2", SPEAKER_ROLE, ROLE_DOCTOR},
        {"FY2", SPEAKER_ROLE, ROLE_DOCTOR},
        {"Emily (patient)", SPEAKER_ROLE, ROLE_PATIENT}};
    check_namings(namings, sizeof namings / sizeof *namings);
}

static void what_names_no_role_is_told_apart(void **state)
{
    (void)state;
    static const struct naming namings[] = {
        {"药剂师", SPEAKER_OTHER, ROLE_NONE},
        {"Receptionist", SPEAKER_OTHER, ROLE_NONE},
        {"Doktersassistente", SPEAKER_OTHER, ROLE_NONE},
        {"GP receptionist", SPEAKER_OTHER, ROLE_NONE},
        {"Psycholoog", SPEAKER_OTHER, ROLE_NONE},
        {"Q3", SPEAKER_OTHER, ROLE_NONE},
        {"王芳", SPEAKER_NAME, ROLE_NONE},
        {"张奶奶", SPEAKER_NAME, ROLE_NONE},
        {"甲", SPEAKER_NAME, ROLE_NONE},
        {"Anna de Wit", SPEAKER_NAME, ROLE_NONE},
        {"P", SPEAKER_LETTER, ROLE_NONE},
        {"医生建议", SPEAKER_FIELD, ROLE_NONE},
        {"Patient name", SPEAKER_FIELD, ROLE_NONE},
        {"场景", SPEAKER_FIELD, ROLE_NONE},
        {"the patient has been waiting for a long time", SPEAKER_NONE,
         ROLE_NONE},
        {"", SPEAKER_NONE, ROLE_NONE},
        {"甲：医生", SPEAKER_NONE, ROLE_NONE}};
    check_namings(namings, sizeof namings / sizeof *namings);
}

static void prose_and_relations_name_roles(void **state)
{
    (void)state;
    assert_int_equal(
        speaker_in_prose(&reading, STR("klinisch geriater (arts)")).role,
        ROLE_DOCTOR);
    assert_int_equal(speaker_in_prose(&reading, STR("患者的妻子，50岁")).role,
                     ROLE_RELATIVE);
    assert_int_equal(speaker_in_prose(&reading, STR("a plumber")).kind,
                     SPEAKER_NONE);
    assert_int_equal(relation_in_words(&reading, STR("护患")),
                     RELATION_PATIENT_NURSE);
    assert_int_equal(
        relation_in_words(&reading, STR("Verpleegkundige en arts")),
        RELATION_DOCTOR_NURSE);
    assert_int_equal(relation_in_words(&reading, STR("doctor_patient")),
                     RELATION_DOCTOR_PATIENT);
    assert_int_equal(relation_in_words(&reading, STR("vrienden")),
                     RELATION_NONE);
}

/* --- lines --- */

struct reads {
    const char *raw;
    enum line_form form;
    const char *text;
};

static void lines_lose_their_dress_and_show_their_label(void **state)
{
    (void)state;
    static const struct reads lines[] = {
        {"医生：您好。", FORM_LABEL, "您好。"},
        {"3. **Arts:** Dag.", FORM_LABEL, "Dag."},
        {"- [00:12] 👩‍⚕️ 护士 : 您好", FORM_LABEL, "您好"},
        {"Turn 2 - Doctor: Hi.", FORM_LABEL, "Hi."},
        {"第3轮 患者：疼。", FORM_LABEL, "疼。"},
        {"**医生：您好。**", FORM_LABEL, "您好。"},
        {"[doctor] Hi.", FORM_LABEL, "Hi."},
        {"**【患者】**：疼。", FORM_LABEL, "疼。"},
        {"Doctor (smiling): Hi.", FORM_LABEL, "Hi."},
        {"### Huisarts", FORM_ALONE, ""},
        {"医生：", FORM_ALONE, ""},
        {"Doctor - Hi.", FORM_WEAK, "Hi."},
        {"## Dialoog 2: later", FORM_HEADING, "Dialoog 2: later"},
        {"对话一：门诊", FORM_HEADING, "对话一：门诊"},
        {"人物：", FORM_HEADING, "人物"},
        {"（护士敲门。）", FORM_STAGE, NULL},
        {"*Stilte.*", FORM_STAGE, NULL},
        {"---", FORM_RULE, NULL},
        {"（二）", FORM_RULE, NULL},
        {"At 10:30 he came.", FORM_PLAIN, "At 10:30 he came."},
        {"1. rest", FORM_PLAIN, "rest"},
        {"*Take* it easy", FORM_PLAIN, "*Take* it easy"}};
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        struct line line;
        line_read(&reading, str_of(lines[i].raw), &line);
        if (line.form != lines[i].form)
            fail_msg("%s: form %d", lines[i].raw, (int)line.form);
        if (lines[i].text)
            assert_str(line.text, lines[i].text);
    }
}

static void several_labels_on_one_line_are_found(void **state)
{
    (void)state;
    str text = STR("您好。患者：我头疼。医生：多久了？");
    size_t label, speech;
    const struct named *who;
    assert_true(label_inside(&reading, text, 0, &label, &speech, &who));
    assert_int_equal(who->speaker.role, ROLE_PATIENT);
    assert_int_equal(label, 9);
    assert_true(label_inside(&reading, text, speech, &label, &speech, &who));
    assert_int_equal(who->speaker.role, ROLE_DOCTOR);
    assert_false(label_inside(&reading, text, speech, &label, &speech, &who));
    assert_false(label_inside(&reading, STR("I told the doctor: no."), 0,
                              &label, &speech, &who));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(labels_lose_case_accents_marks_and_emoji),
        cmocka_unit_test(every_traditional_character_of_the_list_is_found),
        cmocka_unit_test(phrases_are_found_as_whole_words_longest_first),
        cmocka_unit_test(template_tokens_and_prompts_go),
        cmocka_unit_test(reasoning_goes_with_its_drafts),
        cmocka_unit_test(escaped_line_feeds_and_echoes_are_undone),
        cmocka_unit_test(json_with_every_usual_mistake_is_read),
        cmocka_unit_test(brackets_in_prose_are_no_json),
        cmocka_unit_test(an_end_that_was_cut_is_marked),
        cmocka_unit_test(nesting_beyond_the_limit_ends_the_value),
        cmocka_unit_test(entities_are_decoded_and_unknown_ones_stay),
        cmocka_unit_test(labels_name_roles_in_any_wording),
        cmocka_unit_test(what_names_no_role_is_told_apart),
        cmocka_unit_test(prose_and_relations_name_roles),
        cmocka_unit_test(lines_lose_their_dress_and_show_their_label),
        cmocka_unit_test(several_labels_on_one_line_are_found)};
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
