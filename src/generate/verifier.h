/* verifier.h - the second model's say about a dialogue (rule 14).
 *
 *     struct grades answer;
 *     grades_read(reply_text, &config.criteria, &arena, &answer);
 *     verifier_judge(&answer, &config, &verdict);
 *
 * The verifier is asked (prompts/LANG/verifier.txt) for a grade by criterion;
 * reply/grades.h reads it. Pure functions; any thread may call.
 */
#ifndef GENERATE_VERIFIER_H
#define GENERATE_VERIFIER_H

#include "base/schema.h"
#include "generate/refine.h"
#include "reply/grades.h"

struct verifier_config {
    bool enabled;
    struct list criteria; /* str: names that the prompt asks for */
    struct list required; /* str: those that must pass; empty = all */
    str ungraded;         /* reject, keep */
};
extern const struct schema verifier_config_schema;

/* REFINE_OK, REFINE_VERIFIER (a required criterion failed; the detail names it
 * and why) or REFINE_UNGRADED (a required criterion has no grade and the
 * configuration does not keep such dialogues). A failure comes before a missing
 * grade. */
void verifier_judge(const struct grades *answer,
                    const struct verifier_config *config,
                    struct refine_verdict *verdict);

#endif
