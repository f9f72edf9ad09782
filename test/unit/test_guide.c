/* References guide style: who is shown, how much of it, in whose words; and
 * turn plans are like what they were learnt from. */
#include "check.h"

#include "base/rng.h"
#include "generate/guide.h"
#include "generate/match.h"
#include "generate/prompt.h"
#include "llm/llm.h"

enum { REFERENCES = 9, BUDGET = 120 };

static const char *const topics[REFERENCES] = {
    "hoofdpijn", "rugpijn", "hoest",   "buikpijn", "duizelig",
    "jeuk",      "koorts",  "oorpijn", "kniepijn"};

struct fixture {
    struct knowledge *knowledge;
    struct outline *outline;
    struct guide *guide;
    struct references_config config;
    struct pool pool;
    struct quota quota;
    struct planner *planner;
    struct arena arena;
};

static void put_reference(struct buf *out, size_t number)
{
    const char *topic = topics[number];
    buf_printf(out,
               "{\"id\":\"r%zu\",\"kind\":\"dialogue\",\"lang\":\"nl\","
               "\"relation\":\"doctor-patient\",\"turns\":[",
               number);
    for (size_t i = 0; i < 6 + 2 * number; i++)
        buf_printf(out,
                   "%s{\"role\":\"%s\",\"speaker\":null,\"text\":"
                   "\"Beurt %zu van gesprek %zu gaat weer over %s.\"}",
                   i ? "," : "", i % 2 ? "patient" : "doctor", i, number,
                   topic);
    buf_add(out, STR("],\"brief\":null,\"case_id\":null,\"source\":null,"
                     "\"license\":null,\"split\":null,\"provenance\":null,"
                     "\"meta\":[]}\n"));
}

static int open_all(void **state)
{
    static struct fixture f;
    struct err err = {0};
    struct buf lines;
    assert_int_equal(temp_make(state), 0);
    buf_init(&lines, 1 << 20);
    for (size_t i = 0; i < REFERENCES; i++)
        put_reference(&lines, i);
    f = (struct fixture){0};
    arena_init(&f.arena);
    f.config = (struct references_config){
        .file = str_of(temp_file("references.jsonl", buf_str(&lines))),
        .count = 2,
        .tokens_max = BUDGET,
        .turn_plan = true};
    buf_release(&lines);
    f.knowledge = knowledge_load(&err);
    assert_non_null(f.knowledge);
    f.outline = outline_load("consult-nl", f.knowledge, &err);
    assert_non_null(f.outline);
    f.guide = guide_open(&f.config, f.outline, &err);
    if (!f.guide)
        fail_msg("%s", err.message);
    *state = &f;
    return 0;
}

static int close_all(void **state)
{
    struct fixture *f = *state;
    guide_close(f->guide);
    outline_free(f->outline);
    knowledge_free(f->knowledge);
    arena_release(&f->arena);
    return temp_remove(state);
}

static struct wish wish_about(const struct fixture *f, const char *topic)
{
    return (struct wish){.lang = LANG_NL,
                         .outline = f->outline,
                         .knowledge = f->knowledge,
                         .disease =
                             knowledge_disease(f->knowledge, STR("migraine")),
                         .scenario = STR("spreekkamer"),
                         .topic = str_of(topic),
                         .turns_min = 8,
                         .turns_max = 12};
}

/* The number in "… van gesprek N gaat …". */
static size_t shown_number(str text)
{
    size_t at = str_find(text, STR("gesprek "), 0);
    assert_true(at != STR_NONE);
    return (size_t)(text.ptr[at + 8] - '0');
}

static void what_is_shown_has_dutch_labels_and_fits_the_budget(void **state)
{
    struct fixture *f = *state;
    struct wish wish = wish_about(f, "rugpijn");
    for (uint64_t row = 0; row < 20; row++) {
        struct list shown = guide_pick(f->guide, &wish, row, &f->arena);
        int64_t tokens = 0;
        assert_int_equal(shown.count, 2);
        for (size_t i = 0; i < shown.count; i++) {
            str text = *LIST_AT(shown, str, i);
            assert_true(str_starts_with(text, STR("Arts: Beurt 0")));
            assert_true(str_contains(text, STR("\nPatiënt: Beurt 1")));
            assert_true(str_ends_with(text, STR(".\n")));
            tokens += llm_estimate_tokens(text);
        }
        assert_true(tokens <= BUDGET);
    }
}

static void nothing_is_shown_twice_in_a_row(void **state)
{
    struct fixture *f = *state;
    bool before[REFERENCES] = {false};
    size_t different = 0;
    bool ever[REFERENCES] = {false};
    for (uint64_t row = 0; row < 60; row++) {
        struct wish wish = wish_about(f, topics[row * 7 % REFERENCES]);
        struct list shown = guide_pick(f->guide, &wish, row, &f->arena);
        bool now[REFERENCES] = {false};
        for (size_t i = 0; i < shown.count; i++) {
            size_t number = shown_number(*LIST_AT(shown, str, i));
            assert_false(before[number]);
            now[number] = true;
            different += !ever[number];
            ever[number] = true;
        }
        memcpy(before, now, sizeof before);
    }
    assert_int_equal(different, REFERENCES);
}

static void the_one_on_the_topic_is_among_the_candidates(void **state)
{
    struct fixture *f = *state;
    for (size_t t = 0; t < REFERENCES; t++) {
        struct wish wish = wish_about(f, topics[t]);
        bool seen = false;
        for (uint64_t row = 0; row < 12; row++) {
            struct list shown = guide_pick(f->guide, &wish, row, &f->arena);
            for (size_t i = 0; i < shown.count; i++)
                seen |= shown_number(*LIST_AT(shown, str, i)) == t;
        }
        assert_true(seen);
    }
}

static void a_first_turn_that_is_too_long_is_cut(void **state)
{
    struct fixture *f = *state;
    struct references_config config = f->config;
    struct err err = {0};
    config.tokens_max = 10;
    config.count = 1;
    struct guide *guide = guide_open(&config, f->outline, &err);
    assert_non_null(guide);
    struct wish wish = wish_about(f, "jeuk");
    struct list shown = guide_pick(guide, &wish, 0, &f->arena);
    assert_true(llm_estimate_tokens(*LIST_AT(shown, str, 0)) <= 12);
    guide_close(guide);
}

static void open_planner(struct fixture *f)
{
    struct err err = {0};
    struct list seeds;
    pool_init(&f->pool);
    assert_true(seeds_load("nl", f->outline, &f->arena, &seeds, &err));
    for (size_t i = 0; i < seeds.count; i++)
        pool_add_seed(&f->pool, LIST_AT(seeds, struct seed, i));
    assert_true(quota_init(&f->quota, f->outline, &f->arena, &err));
    f->planner = planner_open(f->outline, f->knowledge, 7, &err);
    assert_non_null(f->planner);
    assert_true(planner_index(f->planner, &f->pool, &f->quota, NULL));
}

static void the_prompt_says_that_only_style_counts(void **state)
{
    struct fixture *f = *state;
    struct prompts prompts;
    struct err err = {0};
    assert_true(prompts_load(&prompts, "nl", &f->arena, &err));
    struct row_plan plan;
    struct wish wish;
    open_planner(f);
    planner_next(f->planner, 0, 0, 0, 1, 4, &f->arena, &plan);
    guide_plan(f->guide, RELATION_DOCTOR_PATIENT, false, &f->arena, &plan);
    planner_wish(f->planner, &plan, &wish);
    wish.relation = RELATION_DOCTOR_PATIENT;
    assert_true(wish.plan.count >= 2);
    struct list shown = guide_pick(f->guide, &wish, 3, &f->arena);
    struct prompt_context context = {
        .prompts = &prompts, .outline = f->outline, .references = &shown};
    struct buf text;
    buf_init(&text, 1 << 20);
    prompt_dialogue(&context, &wish, &text);
    str prompt = buf_str(&text);
    assert_true(str_contains(prompt, *LIST_AT(shown, str, 0)));
    assert_true(str_contains(prompt, STR("Neem uitsluitend die manier")));
    assert_true(str_contains(prompt, STR("1 Arts (")) ||
                str_contains(prompt, STR("1 Patiënt (")));
    assert_false(str_contains(prompt, STR("{references}")));
    buf_release(&text);
    planner_close(f->planner);
    pool_release(&f->pool);
}

/* Planned dialogues as turns of that many words, to be measured. */
static void add_plan(const struct list *plan, struct shape *shape,
                     struct arena *arena)
{
    static const char *const texts[] = {
        "ja", "een twee drie vier", "a b c d e f g h i j",
        "a b c d e f g h i j k l m n o p q r s t",
        "a b c d e f g h i j k l m n o p q r s t u v w x y z a b c d e f g h "
        "i j k l m n"};
    struct dialogue d = {
        .relation = RELATION_DOCTOR_PATIENT,
        .turns = list_make(arena, plan->count, sizeof(struct turn))};
    for (size_t i = 0; i < plan->count; i++) {
        const struct planned_turn *t = LIST_AT(*plan, struct planned_turn, i);
        *LIST_AT(d.turns, struct turn, i) = (struct turn){
            .role = t->role, .text = str_of(texts[t->length_class])};
    }
    shape_add(shape, &d, LANG_NL);
}

/* Ten dialogues whose turns are drawn; `alternate`: sides always change. */
static struct dialogue *make_references(struct arena *arena, bool alternate)
{
    static const char *const texts[] = {"ja", "drie of vier woorden",
                                        "a b c d e f g h i j"};
    struct dialogue *all = arena_array(arena, 10, sizeof *all);
    for (size_t d = 0; d < 10; d++) {
        struct rng rng = rng_at(11, RNG_STREAM("reference"), d);
        all[d] = (struct dialogue){
            .relation = RELATION_DOCTOR_PATIENT,
            .turns = list_make(arena, 30, sizeof(struct turn))};
        bool patient = false;
        for (size_t i = 0; i < 30; i++) {
            *LIST_AT(all[d].turns, struct turn, i) =
                (struct turn){.role = patient ? ROLE_PATIENT : ROLE_DOCTOR,
                              .text = str_of(texts[rng_below(&rng, 3)])};
            patient = alternate || rng_chance(&rng, 0.6) ? !patient : patient;
        }
    }
    return all;
}

static void plans_are_like_the_dialogues_they_are_learnt_from(void **state)
{
    struct fixture *f = *state;
    for (int alternate = 0; alternate < 2; alternate++) {
        struct err err = {0};
        struct dialogue *references = make_references(&f->arena, alternate);
        struct turnplan *plan = turnplan_learn(references, 10, LANG_NL, &err);
        struct shape drawn = {0}, real = {0};
        assert_non_null(plan);
        for (size_t i = 0; i < 10; i++)
            shape_add(&real, &references[i], LANG_NL);
        for (uint64_t seed = 0; seed < 300; seed++) {
            struct list turns = turnplan_draw(plan, RELATION_DOCTOR_PATIENT,
                                              false, seed, &f->arena);
            assert_int_equal(turns.count, 30);
            add_plan(&turns, &drawn, &f->arena);
        }
        struct shape_distance d = shape_distance(&drawn, &real);
        assert_true(d.defined);
        assert_true(d.lengths < 0.01 && d.runs < 0.01);
        assert_float_equal(d.alternation, d.reference_alternation, 0.03);
        if (alternate)
            assert_float_equal(d.alternation, 1, 0);
        turnplan_free(plan);
    }
}

static void selection_keeps_the_number_and_comes_closer(void **state)
{
    struct fixture *f = *state;
    struct dialogue *mixed = make_references(&f->arena, false),
                    *strict = make_references(&f->arena, true);
    struct shape shapes[20] = {0}, reference = {0}, all = {0}, chosen = {0};
    bool kept[20];
    for (size_t i = 0; i < 10; i++) {
        shape_add(&reference, &mixed[i], LANG_NL);
        shape_add(&shapes[i], &mixed[i], LANG_NL);
        shape_add(&shapes[10 + i], &strict[i], LANG_NL);
        shape_add(&all, &mixed[i], LANG_NL);
        shape_add(&all, &strict[i], LANG_NL);
    }
    match_select(shapes, 20, &reference, 10, kept);
    size_t count = 0;
    for (size_t i = 0; i < 20; i++) {
        count += kept[i];
        if (kept[i])
            shape_add(&chosen, i < 10 ? &mixed[i] : &strict[i - 10], LANG_NL);
    }
    assert_int_equal(count, 10);
    assert_true(shape_distance(&chosen, &reference).runs <
                shape_distance(&all, &reference).runs / 2);
}

static void references_of_one_turn_are_refused_by_name(void **state)
{
    struct fixture *f = *state;
    struct err err = {0};
    struct references_config config = f->config;
    config.file = str_of(temp_file("none.jsonl", STR("")));
    assert_null(guide_open(&config, f->outline, &err));
    assert_err(&err, ERR_CONFIG, "holds no dialogue of two turns");
    config.file = str_of(temp_file("bad.jsonl", STR("{}\n")));
    err_clear(&err);
    assert_null(guide_open(&config, f->outline, &err));
    assert_err(&err, ERR_FORMAT, "bad.jsonl:1");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_shown_has_dutch_labels_and_fits_the_budget),
        cmocka_unit_test(nothing_is_shown_twice_in_a_row),
        cmocka_unit_test(the_one_on_the_topic_is_among_the_candidates),
        cmocka_unit_test(a_first_turn_that_is_too_long_is_cut),
        cmocka_unit_test(the_prompt_says_that_only_style_counts),
        cmocka_unit_test(plans_are_like_the_dialogues_they_are_learnt_from),
        cmocka_unit_test(selection_keeps_the_number_and_comes_closer),
        cmocka_unit_test(references_of_one_turn_are_refused_by_name)};
    return cmocka_run_group_tests(tests, open_all, close_all);
}
