/* verdict.c - names of the reasons and making a verdict; see refine.h. */
#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "generate/refine.h"

static const struct {
    const char *name;
    int rule;
} reasons[REFINE_REASON_COUNT] = {
    [REFINE_OK] = {"ok", 0},
    [REFINE_TRUNCATED] = {"truncated", 1},
    [REFINE_REFUSAL] = {"refusal", 1},
    [REFINE_WRONG_LANGUAGE] = {"wrong_language", 1},
    [REFINE_AI_DISCLOSURE] = {"ai_disclosure", 1},
    [REFINE_NOT_DIALOGUE] = {"not_dialogue", 2},
    [REFINE_UNKNOWN_ROLE] = {"unknown_role", 2},
    [REFINE_ONE_SPEAKER] = {"one_speaker", 2},
    [REFINE_MULTI_PARTY] = {"multi_party", 2},
    [REFINE_RELATION] = {"relation", 3},
    [REFINE_TURNS] = {"turns", 4},
    [REFINE_LENGTH] = {"length", 5},
    [REFINE_VOCABULARY] = {"vocabulary", 6},
    [REFINE_REPETITION] = {"repetition", 7},
    [REFINE_ROLES] = {"roles", 8},
    [REFINE_IDENTIFIER] = {"identifier", 9},
    [REFINE_NEAR_DUPLICATE] = {"near_duplicate", 10},
    [REFINE_COPIED] = {"copied", 11},
    [REFINE_IMPLAUSIBLE] = {"implausible", 12},
    [REFINE_GRAMMAR] = {"grammar", 13},
    [REFINE_VERIFIER] = {"verifier", 14},
    [REFINE_UNGRADED] = {"ungraded", 14},
};

const char *refine_reason_name(enum refine_reason reason)
{
    assert(reason >= 0 && reason < REFINE_REASON_COUNT);
    return reasons[reason].name;
}

int refine_reason_rule(enum refine_reason reason)
{
    assert(reason >= 0 && reason < REFINE_REASON_COUNT);
    return reasons[reason].rule;
}

enum refine_reason refine_reason_from_name(str name)
{
    int reason = 0;
    while (reason < REFINE_REASON_COUNT &&
           !str_equal(name, str_of(reasons[reason].name)))
        reason++;
    return (enum refine_reason)reason;
}

void refine_verdict_set(struct refine_verdict *verdict,
                        enum refine_reason reason, size_t turn, size_t start,
                        size_t end, const char *format, ...)
{
    char message[2 * sizeof verdict->detail];
    va_list args;
    va_start(args, format);
    vsnprintf(message, sizeof message, format, args);
    va_end(args);
    *verdict = (struct refine_verdict){
        .reason = reason, .turn = turn, .start = start, .end = end};
    size_t length = utf8_cut(str_of(message), sizeof verdict->detail - 1);
    memcpy(verdict->detail, message, length);
    verdict->detail[length] = '\0';
}
