/* compose.h - one dialogue in the making; private to the simulate room.
 *
 * The order of work: draft_slots fixes who speaks and how long, draft_beats
 * what is talked about, draft_speak puts it into words, draft_terms works in
 * the vocabulary, draft_fit brings the length within its bounds.
 */
#ifndef SIMULATE_COMPOSE_H
#define SIMULATE_COMPOSE_H

#include "simulate/script.h"
#include "simulate/simulate.h"
#include "simulate/terms.h"

enum { PARTS_MAX = 24, TURNS_MAX = 512 };

struct part {
    str text; /* in arena */
    int64_t length;
    bool optional;
};

/* One turn. */
struct slot {
    enum role role;
    bool side_b;
    int64_t target;   /* length to aim at */
    int length_class; /* planned; -1: none */
    int64_t length;
    struct part parts[PARTS_MAX]; /* in order of speech */
    size_t part_count;
    int stock;               /* stock phrases among them */
    const struct beat *beat; /* what it is about; NULL before draft_speak */
    int turn_of_beat;        /* 0 = .a */
    str *values;             /* of the voice then; in arena */
    uint64_t flags;
};

/* Consecutive turns of one side. */
struct run {
    size_t first, count; /* slots */
    bool side_b;
};

/* One exchange chosen for the dialogue. */
struct instance {
    const struct step *step;
    size_t step_index;
    size_t item; /* of the bound kind of fact */
    bool joined; /* spoken in the turns of the one before it */
};

struct language {
    struct phrasebook *phrasebook;
    int more[2][2][PHASE_COUNT]; /* [colleagues][side b][phase] */
    int nod[2][2];               /* [colleagues][side b] */
    struct terms *terms;
};

struct draft {
    const struct wish *wish;
    const struct language *language;
    const struct script *script;
    const struct scene *scene;
    const struct vocabulary *vocabulary;
    struct vocabulary_reader *reader; /* owned */
    struct arena *arena;
    struct rng *rng;
    struct facts facts;
    struct voice voice;
    struct buf text; /* scratch */
    bool tight;      /* the last try was too long */
    int64_t length_aim;
    int64_t length;
    struct slot *slots;
    size_t slot_count;
    struct run *runs;
    size_t run_count;
    struct instance *instances;
    size_t instance_count;
    size_t nods; /* pairs of turns in which side A only nods */
};

/* Memory that is not in the arena. */
void draft_release(struct draft *draft);

/* --- draft_slots.c --- */
void draft_slots(struct draft *draft, int64_t turns);
/* The longest target of a turn that can only be a back-channel. */
int64_t draft_back_channel(const struct draft *draft);

/* --- draft_beats.c --- */
void draft_beats(struct draft *draft);

/* --- draft_speak.c --- */
void draft_speak(struct draft *draft);

/* Adds one expansion of the rule at `at` (PARTS_MAX or more: at the end), the
 * one of `tries` whose length is nearest to what the slot still wants. */
bool slot_say(struct draft *draft, struct slot *slot, int rule, int tries,
              size_t at, bool optional);
void slot_insert(struct draft *draft, struct slot *slot, str text, size_t at,
                 bool optional);
void slot_remove(struct draft *draft, struct slot *slot, size_t part);
/* A further sentence that suits the slot: one about its matter, or one of at
 * most `stock_max` stock phrases. False when there is none left. */
bool slot_elaborate(struct draft *draft, struct slot *slot, int stock_max);
str slot_text(const struct draft *draft, const struct slot *slot,
              struct arena *arena);
int64_t draft_measure(const struct draft *draft, str text);

/* --- fit.c --- */
/* True when turns, length, terms and the rules of speech hold. */
bool draft_fit(struct draft *draft);

#endif
