/* simulate_fixture.h - packs, outlines and a wish for every cell, for the tests
 * of the simulator. */
#ifndef TEST_SIMULATE_FIXTURE_H
#define TEST_SIMULATE_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/rng.h"
#include "simulate/simulate.h"

struct fixture {
    struct knowledge *knowledge;
    struct outline *outlines[LANG_COUNT];
    struct simulate *simulate;
};

static inline int fixture_open(void **state)
{
    static const char *const names[LANG_COUNT] = {"mct", "consult-en",
                                                  "consult-nl"};
    static struct fixture f;
    struct err err = {0};
    f.knowledge = knowledge_load(&err);
    if (!f.knowledge)
        fail_msg("%s", err.message);
    for (int i = 0; i < LANG_COUNT; i++) {
        f.outlines[i] = outline_load(names[i], f.knowledge, &err);
        if (!f.outlines[i])
            fail_msg("%s", err.message);
    }
    f.simulate = simulate_open(&err);
    if (!f.simulate)
        fail_msg("%s", err.message);
    *state = &f;
    return 0;
}

static inline int fixture_close(void **state)
{
    struct fixture *f = *state;
    simulate_close(f->simulate);
    for (int i = 0; i < LANG_COUNT; i++)
        outline_free(f->outlines[i]);
    knowledge_free(f->knowledge);
    return 0;
}

/* Everything but relation, task and level is drawn with the seed. `terms` has
 * room for 4. */
static inline struct wish fixture_wish(const struct fixture *f, enum lang lang,
                                       enum relation relation, str task,
                                       const struct level *level, uint64_t seed,
                                       str *terms)
{
    const struct outline *o = f->outlines[lang];
    struct rng rng = rng_at(seed, RNG_STREAM("fixture"), 0);
    const struct topic *topic =
        LIST_AT(o->topics, struct topic, rng_below(&rng, o->topics.count));
    const struct disease *disease =
        topic->diseases[rng_below(&rng, topic->disease_count)];
    const struct scenario *scenario = LIST_AT(
        o->scenarios, struct scenario, rng_below(&rng, o->scenarios.count));
    int64_t turns = rng_between(&rng, (int64_t)level->turns.low,
                                (int64_t)level->turns.high - 3);
    size_t term_count = rng_below(&rng, 5);
    for (size_t i = 0; i < term_count; i++)
        terms[i] = LIST_AT(level->terms, struct term,
                           rng_below(&rng, level->terms.count))
                       ->word;
    return (struct wish){.seed = seed,
                         .lang = lang,
                         .relation = relation,
                         .outline = o,
                         .knowledge = f->knowledge,
                         .disease = disease,
                         .scenario = scenario->name,
                         .topic = topic->name,
                         .task = task,
                         .level = level->level,
                         .turns_min = turns,
                         .turns_max = turns + 3,
                         .length_min = (int64_t)level->length.low,
                         .length_max = (int64_t)level->length.high,
                         .terms = {terms, term_count},
                         .persona = persona_draw(disease, seed)};
}

/* Calls `check` for each relation × task × level of each language that is
 * spoken, `seeds` times. */
static inline void for_each_cell(const struct fixture *f, uint64_t seeds,
                                 void (*check)(const struct fixture *,
                                               const struct wish *))
{
    for (int lang = 0; lang < LANG_COUNT; lang++) {
        const struct outline *o = f->outlines[lang];
        for (size_t t = 0; t < o->tasks.count; t++)
            for (int r = RELATION_DOCTOR_PATIENT; r <= RELATION_PATIENT_NURSE;
                 r++)
                for (size_t l = 0; l < o->levels.count; l++)
                    for (uint64_t seed = 1; seed <= seeds; seed++) {
                        const struct outline_task *task =
                            LIST_AT(o->tasks, struct outline_task, t);
                        if (!task->fits_relation[r] ||
                            !simulate_speaks(f->simulate, (enum lang)lang))
                            continue;
                        str terms[4];
                        struct wish wish = fixture_wish(
                            f, (enum lang)lang, (enum relation)r, task->id,
                            LIST_AT(o->levels, struct level, l),
                            seed * 7919 + t * 31 + (uint64_t)r, terms);
                        check(f, &wish);
                    }
    }
}

#endif
