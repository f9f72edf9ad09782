/* patient_scene.h - a virtual patient to talk with, for tests.
 *
 *     struct scene s;
 *     scene_open(&s, LANG_EN, "migraine", 7);      // packs are open
 *     talk_say(s.talk, STR("What brings you here?"));
 *     scene_close(&s);
 *
 * open_packs and close_packs are the set-up and tear-down of a group.
 */
#ifndef PATIENT_SCENE_H
#define PATIENT_SCENE_H

#include "check.h"

#include "patient/sample.h"
#include "patient/talk.h"

#define MAYBE_UNUSED __attribute__((unused))

static struct knowledge *packs;

static int open_packs(void **state)
{
    struct err err = {0};
    packs = knowledge_load(&err);
    return packs ? temp_make(state) : -1;
}

static int close_packs(void **state)
{
    knowledge_free(packs);
    return temp_remove(state);
}

struct scene {
    struct arena arena;
    struct patient patient;
    struct talk_room *room;
    struct talk_worker *worker;
    struct talk *talk;
};

static void scene_open(struct scene *s, enum lang lang, const char *disease,
                       uint64_t seed)
{
    struct err err = {0};
    arena_init(&s->arena);
    struct sample_wish wish = {
        lang, disease ? knowledge_disease(packs, str_of(disease)) : NULL, seed};
    assert_true(sample_patient(packs, &wish, &s->arena, &s->patient, &err));
    s->room = talk_room_open(packs, lang, &err);
    assert_non_null(s->room);
    s->worker = talk_worker_new(s->room);
    s->talk = talk_open(s->worker, &s->patient, seed);
}

/* Another conversation, after the patient was changed. */
MAYBE_UNUSED static void scene_again(struct scene *s, uint64_t seed)
{
    talk_close(s->talk);
    s->talk = talk_open(s->worker, &s->patient, seed);
}

static void scene_close(struct scene *s)
{
    talk_close(s->talk);
    talk_worker_free(s->worker);
    talk_room_close(s->room);
    arena_release(&s->arena);
}

#endif
