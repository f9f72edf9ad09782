/* Dialogues of the simulator, in every cell of every outline. */
#include "simulate_fixture.h"

#include <stdlib.h>
#include <string.h>

#include "simulate/compose.h"
#include "simulate/reply.h"

/* Names the wish when something is wrong with its dialogue. */
static void wrong(const struct wish *wish, const char *what, str text)
{
    fail_msg("%s: lang %d, " STR_FMT ", " STR_FMT ", level %d, " STR_FMT
             ", seed %llu: " STR_FMT,
             what, wish->lang, STR_ARG(relation_name(wish->relation)),
             STR_ARG(wish->task), (int)wish->level, STR_ARG(wish->disease->id),
             (unsigned long long)wish->seed, STR_ARG(text));
}

static void check_bounds(const struct wish *wish, const struct list *turns)
{
    int64_t length = 0;
    for (size_t i = 0; i < turns->count; i++)
        length += record_text_length(LIST_AT(*turns, struct turn, i)->text,
                                     lang_name(wish->lang));
    if ((int64_t)turns->count < wish->turns_min ||
        (int64_t)turns->count > wish->turns_max)
        wrong(wish, "turns out of bounds", STR(""));
    if (length < wish->length_min || length > wish->length_max)
        wrong(wish, "length out of bounds", STR(""));
}

static void check_terms(const struct wish *wish, const struct list *turns)
{
    for (size_t i = 0; i < wish->terms.count; i++) {
        str term = *LIST_AT(wish->terms, str, i);
        bool there = false;
        struct arena arena;
        arena_init(&arena);
        for (size_t j = 0; j < turns->count && !there; j++) {
            str text = LIST_AT(*turns, struct turn, j)->text;
            for (size_t at = 0; at + term.len <= text.len && !there; at++)
                there = str_equal_ignore_case(
                    str_slice(text, at, at + term.len), term);
        }
        arena_release(&arena);
        if (!there)
            wrong(wish, "term is missing", term);
    }
}

static void check_level(const struct wish *wish, const struct list *turns)
{
    struct err err = {0};
    struct vocabulary *v = vocabulary_open(wish->outline, &err);
    struct vocabulary_reader *reader = vocabulary_reader_new(v);
    bool *found = calloc(vocabulary_size(v), 1);
    for (size_t i = 0; i < turns->count; i++)
        vocabulary_find(reader, LIST_AT(*turns, struct turn, i)->text, found);
    size_t count = vocabulary_count(v, found, wish->level);
    free(found);
    vocabulary_reader_free(reader);
    vocabulary_close(v);
    if (count < (size_t)outline_level(wish->outline, wish->level)->terms_min)
        wrong(wish, "too few words of the level", STR(""));
}

static void check_marks(const struct wish *wish, str text)
{
    static const char *const odd[] = {"{",  "}",    "[",    "]",    "|",  "~",
                                      "\n", "  ",   "。。", "，。", "..", " .",
                                      " ,", "？。", "、。", "，，", "?.", ",."};
    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++)
        if (str_contains(text, str_of(odd[i])))
            wrong(wish, odd[i], text);
    if (!text.len || text.ptr[0] == ' ' || text.ptr[text.len - 1] == ' ')
        wrong(wish, "empty, or odd spaces", text);
}

static void check_texts(const struct wish *wish, const struct list *turns)
{
    for (size_t i = 0; i < turns->count; i++) {
        str text = LIST_AT(*turns, struct turn, i)->text;
        check_marks(wish, text);
        for (size_t j = 0; j < i; j++)
            if (str_equal(LIST_AT(*turns, struct turn, j)->text, text))
                wrong(wish, "said twice", text);
    }
}

static bool names(str text, const struct disease *disease, enum lang lang)
{
    str name = t3_in(&disease->name, lang);
    for (size_t at = 0; at + name.len <= text.len; at++)
        if (str_equal_ignore_case(str_slice(text, at, at + name.len), name))
            return true;
    return false;
}

static void check_diagnosis(const struct wish *wish, const struct list *turns)
{
    for (size_t i = 0; i < turns->count; i++) {
        const struct turn *turn = LIST_AT(*turns, struct turn, i);
        if (!names(turn->text, wish->disease, wish->lang))
            continue;
        if (role_side(turn->role) == ROLE_PATIENT)
            wrong(wish, "the patient names the diagnosis first", turn->text);
        return;
    }
}

static void check_roles(const struct wish *wish, const struct list *turns)
{
    bool roles[ROLE_COUNT] = {false};
    for (size_t i = 0; i < turns->count; i++)
        roles[LIST_AT(*turns, struct turn, i)->role] = true;
    if (relation_of_roles(roles) != wish->relation)
        wrong(wish, "another relation",
              relation_name(relation_of_roles(roles)));
}

static void check_dialogue(const struct fixture *f, const struct wish *wish)
{
    struct arena arena;
    arena_init(&arena);
    struct list turns;
    if (!simulate_dialogue(f->simulate, wish, &arena, &turns))
        wrong(wish, "not written", STR(""));
    check_bounds(wish, &turns);
    check_terms(wish, &turns);
    check_level(wish, &turns);
    check_texts(wish, &turns);
    check_diagnosis(wish, &turns);
    check_roles(wish, &turns);
    arena_release(&arena);
}

static void every_cell_is_written_as_wished(void **state)
{
    for_each_cell(*state, 6, check_dialogue);
}

static void every_scene_and_beat_is_reached(void **state)
{
    const struct fixture *f = *state;
    size_t scene_count;
    struct err err = {0};
    struct script *script = script_open(&err);
    assert_non_null(script);
    const struct scene *scenes = script_scenes(script, &scene_count);
    for (int r = RELATION_DOCTOR_PATIENT; r <= RELATION_PATIENT_NURSE; r++)
        for (int lang = 0; lang < LANG_COUNT; lang++)
            for (size_t t = 0; t < f->outlines[lang]->tasks.count; t++) {
                const struct outline_task *task =
                    LIST_AT(f->outlines[lang]->tasks, struct outline_task, t);
                if (!task->fits_relation[r])
                    continue;
                const struct scene *scene =
                    script_scene(script, (enum relation)r, task->id);
                bool own = false;
                for (size_t i = 0; i < scene->tasks.count; i++)
                    own |= str_equal(*LIST_AT(scene->tasks, str, i), task->id);
                if (!own)
                    fail_msg("no scene for " STR_FMT " in " STR_FMT,
                             STR_ARG(task->id),
                             STR_ARG(relation_name((enum relation)r)));
            }
    assert_true(scene_count >= 30);
    assert_non_null(scenes);
    script_close(script);
}

static struct wish one_wish(const struct fixture *f, uint64_t seed, str *terms)
{
    const struct outline *o = f->outlines[LANG_ZH];
    return fixture_wish(f, LANG_ZH, RELATION_DOCTOR_PATIENT,
                        STR("history-taking"),
                        LIST_AT(o->levels, struct level, 1), seed, terms);
}

static void a_plan_is_followed(void **state)
{
    const struct fixture *f = *state;
    static const struct planned_turn plan[] = {
        {ROLE_DOCTOR, 2, false}, {ROLE_PATIENT, 4, true},
        {ROLE_DOCTOR, 0, false}, {ROLE_PATIENT, 3, true},
        {ROLE_DOCTOR, 1, false}, {ROLE_DOCTOR, 2, false},
        {ROLE_PATIENT, 1, true}, {ROLE_DOCTOR, 3, false},
        {ROLE_PATIENT, 0, true}, {ROLE_PATIENT, 2, true},
        {ROLE_DOCTOR, 4, false}, {ROLE_PATIENT, 1, true}};
    enum { TURNS = sizeof plan / sizeof *plan };
    for (uint64_t seed = 1; seed < 30; seed++) {
        str terms[4];
        struct wish wish = one_wish(f, seed, terms);
        wish.plan = (struct list){(void *)plan, TURNS};
        wish.turns_min = 8;
        wish.turns_max = 16;
        wish.length_min = 150;
        struct arena arena;
        arena_init(&arena);
        struct list turns;
        assert_true(simulate_dialogue(f->simulate, &wish, &arena, &turns));
        assert_int_equal(turns.count, TURNS);
        for (size_t i = 0; i < TURNS; i++)
            assert_int_equal(role_side(LIST_AT(turns, struct turn, i)->role),
                             role_side(plan[i].role));
        arena_release(&arena);
    }
}

static void a_wish_that_cannot_be_is_tried_and_told(void **state)
{
    const struct fixture *f = *state;
    str terms[4];
    struct wish wish = one_wish(f, 5, terms);
    wish.turns_min = wish.turns_max = 2;
    wish.length_min = 5000;
    wish.length_max = 6000;
    struct arena arena;
    arena_init(&arena);
    struct list turns;
    assert_false(simulate_dialogue(f->simulate, &wish, &arena, &turns));
    assert_int_equal(turns.count, 2);
    arena_release(&arena);
}

static void length_classes_have_the_documented_bounds(void **state)
{
    (void)state;
    assert_int_equal(simulate_length_class(4, LANG_ZH), 0);
    assert_int_equal(simulate_length_class(5, LANG_ZH), 1);
    assert_int_equal(simulate_length_class(60, LANG_ZH), 3);
    assert_int_equal(simulate_length_class(61, LANG_ZH), 4);
    assert_int_equal(simulate_length_class(2, LANG_NL), 0);
    assert_int_equal(simulate_length_class(39, LANG_EN), 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_cell_is_written_as_wished),
        cmocka_unit_test(every_scene_and_beat_is_reached),
        cmocka_unit_test(a_plan_is_followed),
        cmocka_unit_test(a_wish_that_cannot_be_is_tried_and_told),
        cmocka_unit_test(length_classes_have_the_documented_bounds)};
    return cmocka_run_group_tests(tests, fixture_open, fixture_close);
}
