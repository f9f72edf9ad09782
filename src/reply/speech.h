/* speech.h - the reply of a model that plays one speaker: the words alone.
 *
 *     struct reply_input in = {.lang = STR("en"), .raw = raw};
 *     struct speech said;
 *     speech_read(rules, &in, ROLE_PATIENT, &arena, &said);
 *     if (said.reason == REPLY_ACCEPTED) say(said.text);
 *
 * Reasoning, template tokens, the speaker's own label, headings and stage
 * directions go; lines join to one speech. Reasons: EMPTY, TOO_LARGE, REFUSAL,
 * AI_DISCLOSURE, REPETITION, TRUNCATED, and MULTI_PARTY when it speaks for the
 * other side too. The language is left to the caller, who knows how much of it
 * a short answer tells. Rules are shared by threads.
 */
#ifndef REPLY_SPEECH_H
#define REPLY_SPEECH_H

#include "reply/reply.h"

struct speech {
    str text; /* in the arena; empty when nothing is left */
    enum reply_reason reason;
};

/* `side` is a role_side: ROLE_DOCTOR, ROLE_NURSE or ROLE_PATIENT. */
void speech_read(const struct reply_rules *rules, const struct reply_input *in,
                 enum role side, struct arena *arena, struct speech *out);

#endif
