/* state.h - what a run knows between waves, and how it is saved.
 *
 * Loaded from the data files and the journal; saved into the journal at the end
 * of each wave, in the same transaction as the wave's verdicts. Counts of
 * cells, uses, rounds, and the changed instructions: a few kilobytes, whatever
 * the size of the run. The index of near-duplicates comes back from sketches.
 */
#ifndef GENERATE_STATE_H
#define GENERATE_STATE_H

#include "generate/config.h"
#include "generate/guide.h"
#include "generate/near.h"
#include "generate/plan.h"
#include "generate/prompt.h"
#include "generate/refine.h"
#include "reply/reply.h"
#include "store/store.h"

/* What one round did, for the report. */
struct round_stats {
    int64_t round;
    uint64_t planned, accepted;
    uint64_t proposals, proposals_kept; /* came, and went on trial */
    uint64_t entered, left, retired;
    uint64_t human, machine; /* instructions in the pool at its end */
    uint64_t human_uses;     /* rows of human instructions */
    double distinct2;        /* of the sampled accepted dialogues, or -1 */
    double similarity;       /* mean pairwise Jaccard of the sample, or -1 */
};

enum { RECENT_MAX = 256, ROUND_SAMPLE_MAX = 200 };

struct recent {
    uint64_t row;
    size_t cell;
};

struct run_state {
    const struct generate_config *config; /* borrowed */
    struct knowledge *knowledge;
    struct outline *outline;
    struct prompts prompts;
    struct refiner *refiner;
    struct reply_rules *rules;
    struct planner *planner;
    struct guide *guide; /* NULL without references */
    struct store *store;
    struct near *near;
    struct pool pool;
    struct quota quota;
    struct arena arena;

    int64_t round, wave;
    uint64_t next_row, accepted, extras, proposals, proposals_kept;
    bool finished;
    str created; /* when the run began; empty for engines without a clock */
    struct recent recent[RECENT_MAX]; /* ring of accepted rows */
    size_t recent_count;              /* ever added */
    struct vec round_sample;          /* uint64_t rows of this round */
    struct vec rounds;                /* struct round_stats, ended ones */
    struct round_stats now;           /* of the running round */
};

/* Opens data, journal and everything derived. The journal is created in
 * `folder` or continued; a configuration other than the journal's is
 * ERR_CONFLICT. */
MUST_USE bool state_open(struct run_state *state,
                         const struct generate_config *config, str config_text,
                         str created, const char *folder, struct err *err);
void state_close(struct run_state *state);
/* Puts the state into the open transaction; the caller commits. */
MUST_USE bool state_save(struct run_state *state, struct err *err);

/* Accepted dialogues to make: the target, or more of them when a subset is to
 * be selected. */
uint64_t state_target(const struct run_state *state);
/* Is a subset to be selected at the end? */
bool state_selects(const struct run_state *state);

void state_note_accepted(struct run_state *state, uint64_t row, size_t cell);
/* The accepted dialogue of a row, from the journal, in the arena. */
MUST_USE bool state_dialogue(struct run_state *state, uint64_t row,
                             struct arena *arena, struct record *record);

#endif
