/* verdict.h - is a dialogue accepted, and if not, why?
 *
 *     enum reply_reason reason = verdict_of(&reading, &candidate, &relation);
 *     if (reason == REPLY_ACCEPTED) …
 *
 * The first that holds, in this order: repetition, truncated, wrong_language,
 * ai_disclosure, unknown_role, multi_party, one_speaker. */
#ifndef REPLY_VERDICT_H
#define REPLY_VERDICT_H

#include "reply/align.h"

enum reply_reason verdict_of(struct reading *r, const struct candidate *c,
                             enum relation *relation);

/* Why a reply without any dialogue or instruction holds none: empty, refusal or
 * not_dialogue. text is the cleaned reply. */
enum reply_reason verdict_of_nothing(struct reading *r, str text);

/* A sentence ends here (or a quotation, a parenthesis, an emoji). */
bool ends_sentence_fully(str text);

/* One stretch of the text is repeated at its end at least five times. */
bool loops_at_end(struct arena *arena, str text);

#endif
