/* reading.h - what the steps of reading one reply share.
 *
 *     struct reading r;
 *     reading_init(&r, rules, in, arena);
 *     …
 *     reading_release(&r);
 *
 * Steps: clean.h → units.h → label.h → align.h → verdict.h, and propose.h
 * beside the last three. All text lives in the arena or in the raw reply.
 */
#ifndef REPLY_READING_H
#define REPLY_READING_H

#include "base/arena.h"
#include "base/map.h"
#include "reply/edge.h"
#include "reply/reply.h"
#include "reply/rules.h"

struct named;

/* The labels asked for last: a dialogue goes to and fro between a few. */
enum { RECENT_LABELS = 4 };
struct recent {
    str label;                 /* as asked for */
    const struct named *named; /* what speaker_of gave; may be NULL */
};

struct reading {
    const struct reply_rules *rules; /* borrowed */
    const struct reply_input *in;    /* borrowed */
    struct arena *arena;             /* borrowed */
    bool han;            /* Chinese was asked for: lines join without space */
    bool cut;            /* finish_reason is "length" */
    struct map speakers; /* label as written -> index of named */
    struct vec named;    /* struct named *, in arena */
    struct recent recent[RECENT_LABELS];
    size_t recent_next;   /* the place that is overwritten next */
    size_t attempt_bytes; /* still to be spent on JSON that is none */
};

void reading_init(struct reading *r, const struct reply_rules *rules,
                  const struct reply_input *in, struct arena *arena);
void reading_release(struct reading *r);

/* An array in the arena from the items of the vec, which is released. */
struct list take_list(struct arena *arena, struct vec *items);

#endif
