/* job.h - one planned row on its way from request to verdict.
 *
 * A wave holds its jobs in an array; each job has an arena of its own, so that
 * workers can fill them side by side. Steps number the requests of a row:
 * 0 for a whole dialogue; 0 … n for the turns of a role-played one; plan, turns
 * and polish for a staged one; STEP_VERIFY and STEP_GRAMMAR for checks.
 */
#ifndef GENERATE_JOB_H
#define GENERATE_JOB_H

#include "generate/plan.h"
#include "llm/llm.h"
#include "store/store.h"

enum generate_mode { MODE_ONE_CALL, MODE_ROLE_PLAY, MODE_STAGED };

enum { STEP_VERIFY = 100000, STEP_GRAMMAR = 100001 };

struct job {
    struct row_plan plan;
    struct wish wish;
    struct arena arena;
    str prompt;        /* of step 0 */
    str prompt_sha256; /* hex */

    /* the conversation with the engine */
    int64_t step;       /* next to ask */
    int turns_wanted;   /* role-play: turns to speak */
    struct vec history; /* struct turn, text in the arena */
    str staged_plan;
    bool sent;     /* a request is in flight */
    bool answered; /* text is complete */
    enum llm_error error;
    str error_message;
    str text; /* the reply as the parser gets it */
    str finish_reason, model;

    /* the verdict */
    enum state state; /* ANSWERED until judged */
    str reason, detail;
    struct list turns;     /* struct turn of the dialogue that was kept */
    struct list extras;    /* str: reasons of further dialogues in the reply */
    struct list proposals; /* struct reply_instruction */
    struct list shingles;  /* uint64_t, sorted set */
    str verifier_reply;
    bool verified; /* asked and answered */
};

void job_init(struct job *job);
void job_release(struct job *job);

#endif
