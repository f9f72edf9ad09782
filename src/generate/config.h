/* config.h - the configuration of `generate`, one schema for everything.
 *
 *     struct generate_config config;
 *     if (!schema_bind(&generate_config_schema, root, &config, &arena, &err)) …
 *
 * Values marked *paper* in docs/configuration.md were published with AIG-MCT or
 * the Dutch pipeline; the others are ours and can all be changed.
 */
#ifndef GENERATE_CONFIG_H
#define GENERATE_CONFIG_H

#include "generate/grammar.h"
#include "generate/refine.h"
#include "generate/verifier.h"
#include "llm/config.h"

struct evolve_config {
    bool mmr, kmeans;   /* switched off: random picks, the first K */
    double alpha;       /* weight of the instruction text against dialogues */
    double lambda;      /* MMR: relevance against novelty */
    str relevance;      /* centroid of: cell, pool, cluster */
    int64_t pick;       /* M: picked by MMR */
    int64_t enter;      /* K: clusters, representatives that enter */
    int64_t dimensions; /* of the hashed vectors */
};

struct pool_config {
    struct range human_share; /* [last, first]: falls linearly */
    int64_t machine_max;      /* machine instructions in the pool */
    int64_t trial_max;        /* proposals on trial at a time */
    int64_t propose_every;    /* every p-th request proposes; 0 = never */
    int64_t propose_count;
    int64_t retire_after; /* settled rows before an instruction may retire */
    double retire_rate;   /* accepted share below which it does */
    double near;          /* a proposal this like a known one is dropped */
};

struct references_config {
    str file;           /* records of real dialogues; empty = none */
    int64_t count;      /* shown per request, 1-3 */
    int64_t tokens_max; /* budget per request */
    bool turn_plan;     /* learn and sample turn plans */
    str select;         /* none, match */
    double overshoot;   /* match: dialogues made per one kept */
};

/* One dialogue of a corpus whose sizes are known. */
struct dialogue_size {
    int64_t turns;
    int64_t length; /* characters (zh) or words */
    double slack;   /* share by which both may differ */
};

struct generate_config {
    str outline, seeds;
    int64_t target, rounds, seed;
    str mode;                   /* one_call, role_play, staged */
    int64_t wave_max;           /* rows planned at a time */
    double attempts_max;        /* rows per accepted dialogue wanted, at most */
    int64_t limit;              /* rows planned in all; 0 = no limit */
    struct range turns, length; /* for all dialogues; 0, 0 = as instructed */
    struct list sizes;          /* struct dialogue_size; rows take turns */
    int64_t terms;              /* words a brief asks for */
    int64_t examples;           /* k dialogues of other cells in a request */
    struct llm_config engine;
    const struct yaml *simulator; /* bound by the command: simulate's schema */
    struct pool_config pool;
    struct evolve_config evolve;
    struct refine_config refine;
    struct grammar_config grammar;
    struct verifier_config verifier;
    struct references_config references;
};

extern const struct schema generate_config_schema;

#endif
