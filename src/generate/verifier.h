/* verifier.h - read what a second model says about a dialogue (rule 14).
 *
 *     struct verifier_answer answer;
 *     verifier_read(reply_text, &config, &arena, &answer);
 *     enum refine_reason reason = verifier_judge(&answer, &config, &verdict);
 *
 * The verifier is asked (prompts/LANG/verifier.txt) for one JSON object
 *     {"fluency": {"pass": true, "why": "…"}, …}
 * Models wrap it in fences and prose, write true as "yes" or "通过", or
 * give {"fluency": true}. All that is read; whatever cannot be read is
 * *ungraded* and never passed. When several objects name criteria, the last one
 * counts (a model may think aloud first); a criterion that one object answers
 * twice in different ways is ungraded. Pure functions; any thread may call.
 */
#ifndef GENERATE_VERIFIER_H
#define GENERATE_VERIFIER_H

#include "base/arena.h"
#include "base/schema.h"
#include "generate/refine.h"

enum grade { GRADE_UNGRADED, GRADE_PASS, GRADE_FAIL };
enum { VERIFIER_CRITERIA_MAX = 32 };
#define VERIFIER_BYTES_MAX ((size_t)256 << 10)

struct verifier_config {
    bool enabled;
    struct list criteria; /* str: names that the prompt asks for */
    struct list required; /* str: those that must pass; empty = all */
    str ungraded;         /* reject, keep */
};
extern const struct schema verifier_config_schema;

struct verifier_grade {
    str criterion; /* as configured */
    enum grade grade;
    str why; /* in the arena; may be empty */
};

struct verifier_answer {
    struct verifier_grade grades[VERIFIER_CRITERIA_MAX];
    size_t count;  /* of configured criteria */
    bool readable; /* at least one criterion was graded */
};

/* "passed", "failed", "ungraded". */
const char *grade_name(enum grade grade);

/* Never fails: a reply that holds nothing leaves every criterion ungraded. */
void verifier_read(str reply, const struct verifier_config *config,
                   struct arena *arena, struct verifier_answer *answer);

/* REFINE_OK, REFINE_VERIFIER (a required criterion failed; the detail names it
 * and why) or REFINE_UNGRADED (a required criterion has no grade and the
 * configuration does not keep such dialogues). A failure comes before a missing
 * grade. */
void verifier_judge(const struct verifier_answer *answer,
                    const struct verifier_config *config,
                    struct refine_verdict *verdict);

/* Appends the grades as a JSON object, criterion: "passed" | … */
void verifier_write(const struct verifier_answer *answer, struct buf *out);

#endif
