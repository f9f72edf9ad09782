/* refine_kit.h - what the tests of the refinement rules share: one refiner for
 * all languages, and dialogues written as lines. */
#ifndef TEST_REFINE_KIT_H
#define TEST_REFINE_KIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "generate/refine.h"

static struct arena arena;
static struct knowledge *knowledge;
static struct refiner *refiner; /* all languages, no outline */
static struct refine_worker *worker;

static inline struct refine_config config_of(const char *yaml_text)
{
    struct err err = {0};
    struct refine_config config;
    struct yaml *root = yaml_parse(str_of(yaml_text), "test", &arena, &err);
    if (!root ||
        !schema_bind(&refine_config_schema, root, &config, &arena, &err))
        print_error("%s\n", err.message);
    assert_int_equal(err.code, ERR_NONE);
    return config;
}

static inline struct refiner *open_refiner(const char *yaml_text,
                                           const struct outline *outline)
{
    struct err err = {0};
    struct refine_config config = config_of(yaml_text);
    struct refiner *made = refiner_open(&config, outline, knowledge, &err);
    if (!made)
        print_error("%s\n", err.message);
    assert_non_null(made);
    return made;
}

static inline int set_up(void **state)
{
    (void)state;
    struct err err = {0};
    arena_init(&arena);
    knowledge = knowledge_load(&err);
    if (!knowledge)
        print_error("%s\n", err.message);
    refiner = open_refiner("{}", NULL);
    worker = refine_worker_new(refiner);
    return 0;
}

static inline int tear_down(void **state)
{
    (void)state;
    refine_worker_free(worker);
    refiner_close(refiner);
    knowledge_free(knowledge);
    arena_release(&arena);
    return 0;
}

/* One turn a line: D, E (another doctor), N, P, R (a relative), S (system) or ?
 * and the text. */
static inline struct list turns_of(const char *script)
{
    struct vec turns;
    vec_init(&turns, sizeof(struct turn));
    str line, rest = str_of(script);
    while (rest.len && str_next(&rest, '\n', &line)) {
        struct turn turn = {.text = str_trim(str_slice(line, 1, line.len))};
        switch (line.ptr[0]) {
        case 'D':
            turn.role = ROLE_DOCTOR;
            turn.speaker = STR("D");
            break;
        case 'E':
            turn.role = ROLE_DOCTOR;
            turn.speaker = STR("E");
            break;
        case 'N':
            turn.role = ROLE_NURSE;
            break;
        case 'P':
            turn.role = ROLE_PATIENT;
            break;
        case 'R':
            turn.role = ROLE_RELATIVE;
            break;
        case 'S':
            turn.role = ROLE_SYSTEM;
            break;
        default:
            turn.role = ROLE_NONE;
        }
        vec_push(&turns, &turn);
    }
    struct list list = list_from_vec(&arena, &turns);
    vec_release(&turns);
    return list;
}

static inline struct refine_input input_of(enum lang lang, const char *script)
{
    return (struct refine_input){.lang = lang, .turns = turns_of(script)};
}

static inline struct refine_verdict check(const struct refine_input *input)
{
    struct refine_verdict verdict;
    refine_check(refiner, worker, input, &verdict);
    return verdict;
}

/* `part` stands in the detail (NULL: whatever it says). */
static inline void expect_input(const struct refine_input *input,
                                enum refine_reason reason, const char *part)
{
    struct refine_verdict verdict = check(input);
    bool right =
        verdict.reason == reason && (!part || strstr(verdict.detail, part));
    if (!right) {
        const struct turn *first = input->turns.items;
        print_error("in: " STR_FMT "…\nis: %s (%s)\nshould be: %s %s\n",
                    STR_ARG(input->turns.count ? first[0].text : STR("")),
                    refine_reason_name(verdict.reason), verdict.detail,
                    refine_reason_name(reason), part ? part : "");
        fail();
    }
    assert_true(verdict.turn <= input->turns.count);
}

static inline void expect(enum lang lang, const char *script,
                          enum refine_reason reason, const char *part)
{
    struct refine_input input = input_of(lang, script);
    expect_input(&input, reason, part);
}

static inline const struct disease *disease(const char *id)
{
    const struct disease *found = knowledge_disease(knowledge, str_of(id));
    assert_non_null(found);
    return found;
}

#endif
