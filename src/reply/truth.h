/* truth.h - how well replies were read, where the truth is known.
 *
 *     struct reply_score score = {0};
 *     struct reply_hit hit = reply_compare(&reply, json_get(row, "expect"));
 *     reply_score_add(&score, in.ask, hit);
 *
 * The truth has the shape that `parse` writes. Texts are compared byte for
 * byte.
 */
#ifndef REPLY_TRUTH_H
#define REPLY_TRUTH_H

#include "base/json.h"
#include "reply/reply.h"

struct reply_hit {
    bool dialogues;    /* all of them: relation, roles and texts, in order */
    bool rejects;      /* the same reasons, in order */
    bool instructions; /* all of them, every field */
};

struct reply_score {
    size_t items, dialogue_items, propose_items;
    size_t dialogues, rejects, instructions; /* items that were right */
    size_t whole;                            /* right in all three */
};

/* A missing or malformed truth is compared as an empty one. */
struct reply_hit reply_compare(const struct reply *reply, const json *expect);
void reply_score_add(struct reply_score *score, enum reply_ask ask,
                     struct reply_hit hit);

#endif
