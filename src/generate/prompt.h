/* prompt.h - the prose of a request, from the templates of a language.
 *
 *     struct prompts prompts;
 *     if (!prompts_load(&prompts, "zh", &arena, &err)) …
 *     struct prompt_value values[] = {{"topic", topic}, …};
 *     prompt_fill(prompts.text[PROMPT_DIALOGUE], values, count, &out);
 *
 * Templates are assets prompts/LANG/NAME.txt; the first line is "# version: N".
 * Only {name} of a known value is replaced; other braces stay as they are.
 */
#ifndef GENERATE_PROMPT_H
#define GENERATE_PROMPT_H

#include "base/arena.h"
#include "base/buf.h"
#include "generate/facts.h"
#include "generate/plan.h"
#include "llm/prompt_file.h"

enum prompt_name {
    PROMPT_SYSTEM,
    PROMPT_DIALOGUE,
    PROMPT_PROPOSE,
    PROMPT_REFERENCES,
    PROMPT_ROLE_DOCTOR,
    PROMPT_ROLE_NURSE,
    PROMPT_ROLE_PATIENT,
    PROMPT_STAGED_PLAN,
    PROMPT_STAGED_POLISH,
    PROMPT_VERIFIER,
    PROMPT_COUNT
};

struct prompts {
    str text[PROMPT_COUNT]; /* without the version line */
    str version[PROMPT_COUNT];
    const struct fact_words *words; /* in the arena */
};

MUST_USE bool prompts_load(struct prompts *prompts, const char *lang,
                           struct arena *arena, struct err *err);
/* What a request may show besides the plan. */
struct prompt_context {
    const struct prompts *prompts;
    const struct outline *outline;
    const struct list *examples;   /* str: dialogues of other cells */
    const struct list *references; /* str: real dialogues, style only */
};

/* The system message and the request for a whole dialogue. */
void prompt_system(const struct prompt_context *context, struct buf *out);
void prompt_dialogue(const struct prompt_context *context,
                     const struct wish *wish, struct buf *out);
/* A role's request for its next turn: it sees `facts` of its own only. */
void prompt_turn(const struct prompt_context *context, const struct wish *wish,
                 struct buf *out);
void prompt_staged_plan(const struct prompt_context *context,
                        const struct wish *wish, struct buf *out);
void prompt_polish(const struct prompt_context *context,
                   const struct wish *wish, str draft, str plan,
                   struct buf *out);
void prompt_verifier(const struct prompt_context *context,
                     const struct wish *wish, str dialogue, struct buf *out);

/* The label of a role in the outline's language, e.g. "医生". */
str prompt_label(const struct outline *outline, enum role role);

#endif
