/* script.h - the state machine as data: which beats make up a conversation.
 *
 *     struct script *script = script_open(&err);   // grammar/scenes.yaml
 *     const struct scene *scene =
 *         script_scene(script, RELATION_DOCTOR_PATIENT, STR("triage"));
 *     for (size_t i = 0; i < scene->step_count; i++)
 *         use(scene->steps[i].beat, scene->steps[i].must);
 *     script_close(script);
 *
 * A beat is an exchange of two or four turns, begun by the leading side; the
 * grammars hold its words as the rules BEAT.a, BEAT.b (and .c, .d), and what
 * may be added to a turn as BEAT.a+. A scene lists the steps of one relation
 * and task in their clinical order, each written
 *
 *     beat      may be there          beat!     must be there
 *     beat*3    up to three times     beat:2    twice as likely
 *
 * The script is constant and shared by threads; it holds no words.
 */
#ifndef SIMULATE_SCRIPT_H
#define SIMULATE_SCRIPT_H

#include "simulate/facts.h"

enum phase {
    PHASE_OPENING,
    PHASE_HISTORY,
    PHASE_EXAMINATION,
    PHASE_TESTS,
    PHASE_ASSESSMENT,
    PHASE_PLAN,
    PHASE_CLOSING,
    PHASE_COUNT
};

enum { BEAT_TURNS_MAX = 4, SCENE_STEPS_MAX = 64 };

/* The rules of one turn of a beat in one language; RULE_NONE where absent. */
struct beat_rules {
    int say, add;
};

struct beat {
    str id;
    enum phase phase;
    int turns; /* 2 or 4 */
    enum fact_kind bind;
    struct list unless; /* str: symptoms with which it makes no sense */
    struct list when;   /* struct condition: one of them must hold */
    bool diagnosis;     /* the diagnosis is said here */
    struct beat_rules rules[LANG_COUNT][BEAT_TURNS_MAX];
};

struct condition {
    uint64_t require, forbid;
};

struct step {
    const struct beat *beat;
    bool must;
    int times;
    double weight;
};

struct scene {
    enum relation relation;
    struct list tasks; /* str */
    enum role lead;    /* of side A */
    bool colleagues;   /* professionals among themselves */
    bool known;        /* the diagnosis is known from the start */
    str lead_in;       /* rule with which side B may begin */
    str last;          /* rule with which side A may end */
    struct step steps[SCENE_STEPS_MAX];
    size_t step_count;
};

struct script;

MUST_USE struct script *script_open(struct err *err);
void script_close(struct script *script);

/* Looks up the rules of every beat of the scenes; a beat without .a or .b is an
 * error that names it. */
MUST_USE bool script_bind(struct script *script, enum lang lang,
                          const struct phrasebook *phrasebook, struct err *err);

/* The scene of the task, or the first one of the relation. NULL only for a
 * relation that is not one of the four. */
const struct scene *script_scene(const struct script *script,
                                 enum relation relation, str task);
/* All scenes, for tests. */
const struct scene *script_scenes(const struct script *script, size_t *count);

const char *phase_name(enum phase phase);

#endif
