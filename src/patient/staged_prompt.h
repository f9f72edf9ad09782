/* staged_prompt.h - what a model is asked for a stage of a record.
 *
 *     struct staged_prompts *prompts = staged_prompts_open(LANG_EN, &err);
 *     struct staged_case about = {&construct_room, &row, &patient, fault};
 *     staged_prompt(prompts, STAGED_STORY, &about, &arena, &request);
 *     staged_prompts_close(prompts);
 *
 * Texts are the assets prompts/patient/LANG/NAME.txt. Each carries the outline
 * and the attributes; ids, units and references come from the packs.
 */
#ifndef PATIENT_STAGED_PROMPT_H
#define PATIENT_STAGED_PROMPT_H

#include "llm/llm.h"
#include "patient/construct.h"

enum staged_ask {
    STAGED_OUTLINE,
    STAGED_STORY,
    STAGED_EXAMINATION,
    STAGED_REVIEW,
    STAGED_ASK_COUNT
};

struct staged_prompts;
MUST_USE struct staged_prompts *staged_prompts_open(enum lang lang,
                                                    struct err *err);
void staged_prompts_close(struct staged_prompts *prompts); /* NULL is fine */
/* SHA-256 of all of them, in hexadecimal. */
str staged_prompts_digest(const struct staged_prompts *prompts);

struct staged_case {
    const struct construct_room *room;
    const struct person_row *row;
    const struct patient *patient; /* as far as it is made */
    str fault;                     /* of the draft before; empty: none */
};

/* Fills part, messages and their count; texts live in the arena. */
void staged_prompt(const struct staged_prompts *prompts, enum staged_ask ask,
                   const struct staged_case *about, struct arena *arena,
                   struct llm_request *request);

#endif
