/* dispatch.h - asks the engine for what the jobs of a wave still lack.
 *
 *     struct dispatch d = {.llm = llm, .store = store, …};
 *     if (!dispatch_run(&d, jobs, count, &err)) …   // interrupted, fatal error
 *
 * Every reply is written to the journal before anything is done with it, and
 * committed in batches before the next step of the same row is asked. Replies
 * that the journal holds already are fed back first (dispatch_recall) and are
 * never asked for again. An authorisation error, or an endpoint that never
 * answers, ends the run with an error and leaves the rows to a later one.
 */
#ifndef GENERATE_DISPATCH_H
#define GENERATE_DISPATCH_H

#include "generate/job.h"
#include "generate/prompt.h"
#include "llm/ledger.h"

struct dispatch {
    struct llm *llm;     /* borrowed */
    struct store *store; /* borrowed */
    enum generate_mode mode;
    struct llm_sampling sampling;
    const struct prompt_context *prompts;
    bool (*stop)(void *ctx); /* asked between drains */
    void (*progress)(uint64_t answered, double cost, void *ctx);
    void *ctx;
    double cost;       /* of replies in this process */
    uint64_t answered; /* rows */
    struct ledger ledger;
};

/* Feeds the journal's replies to jobs[0 … count): their plans have consecutive
 * row ids from first. */
MUST_USE bool dispatch_recall(struct dispatch *dispatch, struct job *jobs,
                              size_t count, struct err *err);
/* Until every job is answered or has failed. ERR_INTERRUPTED when stop() said
 * so and what was in flight has been saved. */
MUST_USE bool dispatch_run(struct dispatch *dispatch, struct job *jobs,
                           size_t count, struct err *err);
/* One extra request a job (verification): jobs with want[i]; the reply text
 * goes to job->verifier_reply. */
MUST_USE bool dispatch_verify(struct dispatch *dispatch, struct job *jobs,
                              const bool *want, size_t count, struct err *err);

#endif
