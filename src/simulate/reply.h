/* reply.h - what the simulator answers to a wish, as raw text; private to the
 * simulate room.
 *
 * Dialogues with labels ("医生：…"), in the shapes models use, and with the
 * configured troubles; proposals; single turns, plans, polished drafts and
 * verdicts.
 */
#ifndef SIMULATE_REPLY_H
#define SIMULATE_REPLY_H

#include "simulate/compose.h"
#include "simulate/simulator.h"

struct reply_job {
    const struct simulate *simulate;
    const struct simulator_config *config;
    const struct wish *wish;
    struct arena *arena; /* scratch */
    struct buf *out;     /* the text */
    str finish_reason;   /* static text */
};

/* Whatever the wish asks for. */
void reply_write(struct reply_job *job);

/* --- reply_shape.c: one dialogue as text --- */
void reply_dialogue(struct reply_job *job);

/* --- reply_other.c --- */
/* The JSON list of wish->propose new instructions. */
void reply_proposals(struct reply_job *job);
void reply_turn(struct reply_job *job);
void reply_plan(struct reply_job *job);
void reply_polish(struct reply_job *job);
void reply_verdict(struct reply_job *job);

/* One expansion of a rule in the language of the wish, in the arena; empty
 * when there is no such rule. `draft` gives values and flags. */
str reply_phrase(struct reply_job *job, struct draft *draft, const char *rule,
                 struct rng *rng);

/* --- simulate.c --- */
/* As simulate_dialogue, with the draft kept; end it with draft_release. */
bool simulate_draft(const struct simulate *simulate, const struct wish *wish,
                    struct arena *arena, struct draft *draft);
struct list draft_turns(struct draft *draft);

#endif
