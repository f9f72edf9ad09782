/* Real dialogues pass, damaged ones do not: the rules on public data sets,
 * where they are at hand. */
#include "refine_kit.h"

#include "base/fs.h"
#include "base/lines.h"

#define DATA "../shared/data/"

/* Dialogues of one data set, in the arena. */
struct set {
    const char *name;
    enum lang lang;
    const char *without;  /* turns with this are left out; may be NULL */
    struct vec dialogues; /* struct dialogue */
};

static void add_dialogue(struct set *set, const struct vec *turns)
{
    struct dialogue dialogue = {.turns = list_from_vec(&arena, turns)};
    if (turns->count >= 2)
        vec_push(&set->dialogues, &dialogue);
}

static void add_turn(const struct set *set, struct vec *turns, enum role role,
                     str text)
{
    struct turn turn = {.role = role,
                        .text = arena_copy(&arena, str_trim(text))};
    if (turn.text.len &&
        !(set->without && str_contains(text, str_of(set->without))))
        vec_push(turns, &turn);
}

static json *parse_file(const char *path)
{
    struct err err = {0};
    struct buf file;
    buf_init(&file, 64 << 20);
    assert_true(fs_read(path, &file, &err));
    json *doc = json_parse(buf_str(&file), &err);
    assert_non_null(doc);
    buf_release(&file);
    return doc;
}

/* {"original_dialog": ["患者：…", "医生：…"]} a line */
static void load_dialmed(struct set *set, struct vec *turns)
{
    struct err err = {0};
    struct lines *lines = lines_open(DATA "dialmed/dev_first300.txt", 0, &err);
    assert_non_null(lines);
    str line;
    while (lines_next(lines, &line, &err)) {
        json *doc = json_parse(line, &err);
        static const char *const keys[] = {"original_dialog", "dialog", NULL};
        vec_reset(turns);
        JSON_EACH(item, json_get_any(doc, keys))
        {
            str text = json_str(item, STR(""));
            bool patient = str_starts_with(text, STR("患者"));
            size_t label = STR("患者：").len;
            add_turn(set, turns, patient ? ROLE_PATIENT : ROLE_DOCTOR,
                     str_slice(text, label, text.len));
        }
        add_dialogue(set, turns);
        json_free(doc);
    }
    lines_close(lines);
}

/* [{"history": [[patient, doctor], …], "instruction", "output"}] */
static void load_cmtmedqa(struct set *set, struct vec *turns)
{
    json *doc = parse_file(DATA "zhongjing/CMtMedQA_test_part1.json");
    JSON_EACH(item, doc)
    {
        if (!json_get(item, "history"))
            continue;
        vec_reset(turns);
        JSON_EACH(pair, json_get(item, "history"))
        {
            add_turn(set, turns, ROLE_PATIENT,
                     json_str(json_at(pair, 0), STR("")));
            add_turn(set, turns, ROLE_DOCTOR,
                     json_str(json_at(pair, 1), STR("")));
        }
        add_turn(set, turns, ROLE_PATIENT,
                 json_str(json_get(item, "instruction"), STR("")));
        add_turn(set, turns, ROLE_DOCTOR,
                 json_str(json_get(item, "output"), STR("")));
        add_dialogue(set, turns);
    }
    json_free(doc);
}

/* "D: …" and "P: …", one file a dialogue */
static void load_osce(struct set *set, struct vec *turns)
{
    struct err err = {0};
    struct vec files;
    vec_init(&files, sizeof(str));
    assert_true(
        fs_list_files(DATA "osce_simulated/utf8", &arena, &files, &err));
    for (size_t i = 0; i < files.count && i < 60; i++) {
        struct lines *lines =
            lines_open(((str *)vec_at(&files, i))->ptr, 0, &err);
        assert_non_null(lines);
        vec_reset(turns);
        str line;
        while (lines_next(lines, &line, &err)) {
            bool doctor = str_starts_with(line, STR("D:"));
            if (doctor || str_starts_with(line, STR("P:")))
                add_turn(set, turns, doctor ? ROLE_DOCTOR : ROLE_PATIENT,
                         str_slice(line, 2, line.len));
        }
        lines_close(lines);
        add_dialogue(set, turns);
    }
    vec_release(&files);
}

/* The dialogues with hand-made turns of one language. */
static void load_outputs(struct set *set, struct vec *turns)
{
    struct err err = {0};
    struct lines *lines = lines_open(DATA "llm_outputs/outputs.jsonl", 0, &err);
    assert_non_null(lines);
    str line;
    while (lines_next(lines, &line, &err)) {
        json *doc = json_parse(line, &err);
        bool wanted = str_equal(json_str(json_get(doc, "lang"), STR("")),
                                lang_name(set->lang));
        const json *expect_of = wanted ? json_get(doc, "expect") : NULL;
        JSON_EACH(dialogue, json_get(expect_of, "dialogues"))
        {
            vec_reset(turns);
            JSON_EACH(turn, json_get(dialogue, "turns"))
            add_turn(set, turns,
                     role_from_name(json_str(json_at(turn, 0), STR(""))),
                     json_str(json_at(turn, 1), STR("")));
            add_dialogue(set, turns);
        }
        json_free(doc);
    }
    lines_close(lines);
}

static bool open_set(struct set *set, const char *name, enum lang lang,
                     const char *path, void (*load)(struct set *, struct vec *))
{
    set->name = name;
    set->lang = lang;
    vec_init(&set->dialogues, sizeof(struct dialogue));
    if (!fs_exists(path)) {
        print_message("skipped: %s is not here\n", path);
        return false;
    }
    struct vec turns;
    vec_init(&turns, sizeof(struct turn));
    load(set, &turns);
    vec_release(&turns);
    assert_true(set->dialogues.count > 0);
    return true;
}

static struct refine_verdict check_dialogue(const struct set *set, size_t index,
                                            bool exchanged)
{
    const struct dialogue *dialogue = vec_at(&set->dialogues, index);
    struct refine_input input = {.lang = set->lang, .turns = dialogue->turns};
    input.turns = list_make(&arena, dialogue->turns.count, sizeof(struct turn));
    for (size_t i = 0; i < input.turns.count; i++) {
        struct turn *turn = LIST_AT(input.turns, struct turn, i);
        *turn = *LIST_AT(dialogue->turns, struct turn, i);
        if (exchanged)
            turn->role =
                turn->role == ROLE_PATIENT ? ROLE_DOCTOR : ROLE_PATIENT;
    }
    struct refine_verdict verdict;
    refine_check(refiner, worker, &input, &verdict);
    return verdict;
}

/* Of real dialogues at most `most` are refused for what they say; those with
 * true identifiers, such as a date of birth, are not counted. */
static void few_are_refused(const struct set *set, size_t most)
{
    size_t refused = 0, identifiers = 0;
    for (size_t i = 0; i < set->dialogues.count; i++) {
        struct refine_verdict verdict = check_dialogue(set, i, false);
        bool identifier = verdict.reason == REFINE_IDENTIFIER;
        identifiers += identifier;
        refused += verdict.reason != REFINE_OK && !identifier;
        if (verdict.reason != REFINE_OK)
            print_message("%s %zu: %s: %s\n", set->name, i,
                          refine_reason_name(verdict.reason), verdict.detail);
    }
    print_message("%s: %zu of %zu refused, %zu for identifiers\n", set->name,
                  refused, set->dialogues.count, identifiers);
    assert_true(refused <= most);
}

/* With the labels exchanged, at least `least` of 100 are noticed. */
static void exchanged_labels_are_noticed(const struct set *set, size_t least)
{
    size_t noticed = 0;
    for (size_t i = 0; i < set->dialogues.count; i++)
        noticed += check_dialogue(set, i, true).reason == REFINE_ROLES;
    print_message("%s: exchanged labels noticed in %zu of %zu\n", set->name,
                  noticed, set->dialogues.count);
    assert_true(noticed * 100 >= least * set->dialogues.count);
}

static void check_set(const char *name, enum lang lang, const char *path,
                      void (*load)(struct set *, struct vec *), size_t most,
                      size_t least)
{
    struct set set = {0};
    if (open_set(&set, name, lang, path, load)) {
        few_are_refused(&set, most);
        exchanged_labels_are_noticed(&set, least);
    }
    vec_release(&set.dialogues);
}

static void real_dialogues_pass_and_exchanged_ones_are_noticed(void **state)
{
    (void)state;
    check_set("dialmed", LANG_ZH, DATA "dialmed/dev_first300.txt", load_dialmed,
              1, 35);
    check_set("cmtmedqa", LANG_ZH, DATA "zhongjing/CMtMedQA_test_part1.json",
              load_cmtmedqa, 0, 65);
    check_set("osce", LANG_EN, DATA "osce_simulated/utf8", load_osce, 2, 95);
    const char *outputs = DATA "llm_outputs/outputs.jsonl";
    check_set("outputs nl", LANG_NL, outputs, load_outputs, 0, 25);
    check_set("outputs en", LANG_EN, outputs, load_outputs, 0, 15);
    check_set("outputs zh", LANG_ZH, outputs, load_outputs, 0, 25);
}

/* Every second dialogue is a reference; its longest turn, put into the next
 * dialogue, is found there with a character changed in the middle, too. */
static void planted_turns_of_references_are_found(void **state)
{
    (void)state;
    struct set set = {.without = "[MASK]"}; /* stands for any drug */
    if (!open_set(&set, "dialmed", LANG_ZH, DATA "dialmed/dev_first300.txt",
                  load_dialmed))
        return;
    struct err err = {0};
    struct refiner *own_refiner =
        open_refiner("{repetition: {enabled: false}, roles: {enabled: false}, "
                     "identifiers: {enabled: false}, damaged: {enabled: "
                     "false}}",
                     NULL);
    struct vec references;
    vec_init(&references, sizeof(struct dialogue));
    for (size_t i = 0; i < set.dialogues.count; i += 2)
        vec_push(&references, vec_at(&set.dialogues, i));
    assert_true(refiner_add_references(own_refiner, references.items,
                                       references.count, LANG_ZH, &err));
    struct refine_worker *own = refine_worker_new(own_refiner);
    size_t planted = 0, found = 0, shared = 0;
    for (size_t i = 0; i + 1 < set.dialogues.count; i += 2) {
        const struct dialogue *from = vec_at(&set.dialogues, i);
        const struct dialogue *into = vec_at(&set.dialogues, i + 1);
        struct refine_input input = {.lang = LANG_ZH, .turns = into->turns};
        struct refine_verdict verdict;
        refine_check(own_refiner, own, &input, &verdict);
        shared += verdict.reason == REFINE_COPIED;
        str longest = STR("");
        for (size_t k = 0; k < from->turns.count; k++) {
            str text = LIST_AT(from->turns, struct turn, k)->text;
            longest = text.len > longest.len ? text : longest;
        }
        struct turn last = {.role = ROLE_PATIENT, .text = longest};
        input.turns = (struct list){&last, 1};
        struct turn two[2] = {{.role = ROLE_DOCTOR, .text = STR("您说。")},
                              last};
        input.turns = (struct list){two, 2};
        if (longest.len < 60)
            continue;
        planted++;
        refine_check(own_refiner, own, &input, &verdict);
        found += verdict.reason == REFINE_COPIED;
    }
    print_message("planted %zu, found %zu; untouched with a shared run %zu of "
                  "%zu\n",
                  planted, found, shared, set.dialogues.count / 2);
    assert_true(planted > 100);
    assert_int_equal(found, planted);
    assert_true(shared * 100 <= 10 * (set.dialogues.count / 2));
    refine_worker_free(own);
    refiner_close(own_refiner);
    vec_release(&references);
    vec_release(&set.dialogues);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(real_dialogues_pass_and_exchanged_ones_are_noticed),
        cmocka_unit_test(planted_turns_of_references_are_found),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
