/* phrasebook.h - phrase grammars: many ways to say one thing, chosen at random.
 *
 *     static const char *const values[] = {"duration", "drug"};
 *     static const char *const flags[] = {"child", "mild"};
 *     struct phrasebook_names names = {values, 2, flags, 2};
 *     struct phrasebook *g = phrasebook_open("grammar/zh/", &names, &err);
 *     struct voice voice;
 *     voice_init(&voice, g, &rng, &arena);
 *     voice.values[0] = STR("三天");
 *     voice.flags |= 1 << 1;
 *     phrasebook_expand(g, phrasebook_rule(g, STR("duration.b")), &voice,
 * &out); phrasebook_close(g);
 *
 * A grammar is the YAML assets under a prefix, merged: `rules:` maps a name to
 * a list of alternatives. An alternative is a text, or {if: "child !mild",
 * say: [texts]}: all flags named must be set, those with ! must not. In a text
 *
 *     {name}    a value or another rule    {~name}  the same, first letter
 *     [text]    half of the time                    small, no closing mark
 *     (a|b|c)   one of these
 *
 * An alternative that needs an empty value, or a rule without a choice that
 * holds, is never taken; an optional part or a choice with one is left out.
 * While others are left, no alternative is taken twice with one voice, so that
 * a speaker does not repeat himself.
 *
 * Compiled once into a flat array; expanding allocates nothing but room in
 * `out`. A grammar is constant and shared by threads; a voice belongs to one.
 * Limits: 64 values, 64 flags, 64 alternatives a rule, no rule within itself.
 */
#ifndef SIMULATE_PHRASEBOOK_H
#define SIMULATE_PHRASEBOOK_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/rng.h"

enum {
    PHRASEBOOK_VALUES_MAX = 64,
    PHRASEBOOK_FLAGS_MAX = 64,
    PHRASEBOOK_CHOICES_MAX = 64
};

struct phrasebook;

/* What texts may refer to; the order gives bits and indexes. */
struct phrasebook_names {
    const char *const *values;
    size_t value_count;
    const char *const *flags;
    size_t flag_count;
};

/* Who speaks, about what: everything an expansion depends on. */
struct voice {
    str values[PHRASEBOOK_VALUES_MAX]; /* borrowed; empty: not to be said */
    uint64_t flags;
    struct rng *rng; /* borrowed */
    uint64_t *used;  /* in arena; per rule, alternatives taken so far */
};

enum { RULE_NONE = -1 };

/* NULL on failure; mistakes are named with file and line. */
MUST_USE struct phrasebook *phrasebook_open(
    const char *prefix, const struct phrasebook_names *names, struct err *err);
void phrasebook_close(struct phrasebook *phrasebook); /* NULL is fine */

/* The rule of that name, or RULE_NONE. */
int phrasebook_rule(const struct phrasebook *phrasebook, str name);
size_t phrasebook_rule_count(const struct phrasebook *phrasebook);

/* Empty values, no flags, nothing used. */
void voice_init(struct voice *voice, const struct phrasebook *phrasebook,
                struct rng *rng, struct arena *arena);

/* Appends one expansion. False, and nothing appended, when no alternative
 * holds. */
bool phrasebook_expand(const struct phrasebook *phrasebook, int rule,
                       struct voice *voice, struct buf *out);
/* As above, but never an alternative that was taken before. */
bool phrasebook_expand_new(const struct phrasebook *phrasebook, int rule,
                           struct voice *voice, struct buf *out);

#endif
