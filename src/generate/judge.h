/* judge.h - from a reply to a verdict: parse, then refine; all rows of a wave
 * side by side.
 *
 * A row asked for one dialogue. Of the dialogues in its reply the first that
 * passes the rules is kept; further ones are counted as extras with what became
 * of them. When none passes, the row is rejected with the reason of the first
 * dialogue, or, when the parser found none, with the parser's reason. What
 * needs an order (near-duplicates) or another program (verifier, grammar) comes
 * later, in wave.c.
 */
#ifndef GENERATE_JUDGE_H
#define GENERATE_JUDGE_H

#include "generate/job.h"
#include "generate/refine.h"
#include "reply/reply.h"

/* Fills state (REJECTED, or still ANSWERED: passed so far), reason, detail,
 * turns, extras, proposals and shingles of every answered job without an engine
 * error. */
void judge_all(const struct reply_rules *rules, const struct refiner *refiner,
               struct job *jobs, size_t count);

/* One instruction that a reply proposed, as text. */
struct proposal {
    str relation, scenario, topic, task, turns, length;
};

#endif
