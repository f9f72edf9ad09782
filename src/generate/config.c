/* config.c - see config.h. */
#include "generate/config.h"

#include <math.h>

#define AT(type, member) offsetof(struct type, member)

static const char *const relevances[] = {"cell", "pool", "cluster", NULL};
static const struct field evolve_fields[] = {
    {"mmr", FIELD_BOOL, AT(evolve_config, mmr), .fallback = "true",
     .doc = "pick candidates by maximal marginal relevance (paper); off: at "
            "random"},
    {"kmeans", FIELD_BOOL, AT(evolve_config, kmeans), .fallback = "true",
     .doc = "keep the representatives of K-means clusters (paper); off: the "
            "first picked"},
    {"alpha", FIELD_NUMBER, AT(evolve_config, alpha), .min = 0, .max = 1,
     .fallback = "0.5",
     .doc = "similarity = alpha × instructions + (1 - alpha) × dialogues"},
    {"lambda", FIELD_NUMBER, AT(evolve_config, lambda), .min = 0, .max = 1,
     .fallback = "0.7", .doc = "MMR: relevance against novelty"},
    {"relevance", FIELD_CHOICE, AT(evolve_config, relevance),
     .choices = relevances, .fallback = "cell",
     .doc = "similarity to the centroid of the cell, the pool, or the cluster"},
    {"pick", FIELD_INT, AT(evolve_config, pick), .min = 1, .max = 10000,
     .fallback = "40", .doc = "M: candidates that MMR picks per round"},
    {"enter", FIELD_INT, AT(evolve_config, enter), .min = 1, .max = 2500,
     .fallback = "10",
     .doc = "K: clusters, and so instructions that enter the "
            "pool per round (M/4)"},
    {"dimensions", FIELD_INT, AT(evolve_config, dimensions), .min = 16,
     .max = 65536, .fallback = "512", .doc = "of the hashed TF-IDF vectors"},
    {0}};
static const struct schema evolve_schema = {"evolve", evolve_fields,
                                            sizeof(struct evolve_config), 0};

static const struct field pool_fields[] = {
    {"human_share", FIELD_RANGE, AT(pool_config, human_share), .min = 0,
     .max = 1, .fallback = "[0.1, 1.0]",
     .doc = "share of hand-written instructions in the last and in the first "
            "round; falls linearly"},
    {"machine_max", FIELD_INT, AT(pool_config, machine_max), .min = 1,
     .max = 100000, .fallback = "300",
     .doc = "machine instructions in the pool; the most used leave"},
    {"trial_max", FIELD_INT, AT(pool_config, trial_max), .min = 1,
     .max = 100000, .fallback = "400", .doc = "proposals on trial at a time"},
    {"propose_every", FIELD_INT, AT(pool_config, propose_every), .min = 0,
     .max = 100000, .fallback = "5",
     .doc = "every p-th request also asks for new instructions; 0 = never"},
    {"propose_count", FIELD_INT, AT(pool_config, propose_count), .min = 1,
     .max = 10, .fallback = "3", .doc = "instructions asked for at a time"},
    {"retire_after", FIELD_INT, AT(pool_config, retire_after), .min = 0,
     .max = 100000, .fallback = "4",
     .doc = "settled rows before a failing instruction is retired; 0 = never"},
    {"retire_rate", FIELD_NUMBER, AT(pool_config, retire_rate), .min = 0,
     .max = 1, .fallback = "0.25",
     .doc = "it fails when a smaller share was accepted"},
    {"near", FIELD_NUMBER, AT(pool_config, near), .min = 0, .max = 1,
     .fallback = "0.9",
     .doc = "a proposal whose cosine with a known instruction is at least this "
            "is dropped"},
    {0}};
static const struct schema pool_schema = {"pool", pool_fields,
                                          sizeof(struct pool_config), 0};

static const char *const selections[] = {"none", "match", NULL};
static const struct field references_fields[] = {
    {"file", FIELD_STR, AT(references_config, file), .fallback = "\"\"",
     .doc = "real dialogues, style only, never exported: records, or any "
            "file or folder that `import` reads"},
    {"count", FIELD_INT, AT(references_config, count), .min = 1, .max = 3,
     .fallback = "2", .doc = "shown per request"},
    {"tokens_max", FIELD_INT, AT(references_config, tokens_max), .min = 50,
     .max = 100000, .fallback = "1500", .doc = "budget per request"},
    {"turn_plan", FIELD_BOOL, AT(references_config, turn_plan),
     .fallback = "true", .doc = "learn turn-taking and plan turns from it"},
    {"select", FIELD_CHOICE, AT(references_config, select),
     .choices = selections, .fallback = "none",
     .doc = "match: keep the subset that is closest to the references"},
    {"overshoot", FIELD_NUMBER, AT(references_config, overshoot), .min = 1,
     .max = 20, .fallback = "1.5",
     .doc = "match: dialogues accepted per one that is kept"},
    {0}};
static const struct schema references_schema = {
    "references", references_fields, sizeof(struct references_config), 0};

static const struct field size_fields[] = {
    {"turns", FIELD_INT, AT(dialogue_size, turns), .min = 2, .max = 400,
     .doc = "turns"},
    {"length", FIELD_INT, AT(dialogue_size, length), .min = 1, .max = 100000,
     .doc = "characters (zh) or words"},
    {"slack", FIELD_NUMBER, AT(dialogue_size, slack), .min = 0, .max = 0.9,
     .fallback = "0.1", .doc = "share by which both may differ"},
    {0}};
static const struct schema size_schema = {"size", size_fields,
                                          sizeof(struct dialogue_size), 0};

static const char *const modes[] = {"one_call", "role_play", "staged", NULL};
static const struct field generate_fields[] = {
    {"outline", FIELD_STR, AT(generate_config, outline), .fallback = "mct",
     .doc = "mct, consult-nl, consult-en, or a file of your own"},
    {"seeds", FIELD_STR, AT(generate_config, seeds), .fallback = "\"\"",
     .doc = "seed instructions: a language or a file; empty: the outline's "
            "language"},
    {"target", FIELD_INT, AT(generate_config, target), .min = 1,
     .max = 10000000, .fallback = "200", .doc = "accepted dialogues wanted"},
    {"rounds", FIELD_INT, AT(generate_config, rounds), .min = 1, .max = 10000,
     .fallback = "4", .doc = "rounds of evolution (paper: 40)"},
    {"seed", FIELD_INT, AT(generate_config, seed), .min = 0,
     .max = 9007199254740991, .fallback = "42", .doc = "of all random choices"},
    {"mode", FIELD_CHOICE, AT(generate_config, mode), .choices = modes,
     .fallback = "one_call",
     .doc = "one_call (paper); role_play: each side is asked apart and knows "
            "its own facts only; staged: plan, role-play, polish"},
    {"wave_max", FIELD_INT, AT(generate_config, wave_max), .min = 1,
     .max = 100000, .fallback = "1000",
     .doc = "rows planned and judged at a time"},
    {"attempts_max", FIELD_NUMBER, AT(generate_config, attempts_max), .min = 1,
     .max = 1000, .fallback = "4",
     .doc = "stop when this many rows per wanted dialogue were planned"},
    {"limit", FIELD_INT, AT(generate_config, limit), .min = 0, .max = 100000000,
     .fallback = "0", .doc = "rows in all; 0 = no limit"},
    {"turns", FIELD_RANGE, AT(generate_config, turns), .min = 2, .max = 400,
     .optional = true,
     .doc = "turns of every dialogue, instead of what instructions ask for"},
    {"length", FIELD_RANGE, AT(generate_config, length), .min = 1,
     .max = 100000, .optional = true,
     .doc = "length of every dialogue: characters (zh) or words"},
    {"sizes", FIELD_STRUCTS, AT(generate_config, sizes), .sub = &size_schema,
     .optional = true,
     .doc = "sizes that planned dialogues have in turn, instead of turns and "
            "length; a learnt turn plan goes before"},
    {"terms", FIELD_INT, AT(generate_config, terms), .min = 0, .max = 20,
     .fallback = "4", .doc = "vocabulary words that a brief asks for"},
    {"examples", FIELD_INT, AT(generate_config, examples), .min = 0, .max = 5,
     .fallback = "2",
     .doc = "accepted dialogues of other cells shown in a request"},
    {"engine", FIELD_STRUCT, AT(generate_config, engine),
     .sub = &llm_config_schema, .doc = "what answers the requests"},
    {"simulator", FIELD_NODE, AT(generate_config, simulator), .optional = true,
     .doc = "how the simulator behaves (docs/simulator.md)"},
    {"pool", FIELD_STRUCT, AT(generate_config, pool), .sub = &pool_schema,
     .doc = "the instruction pool"},
    {"evolve", FIELD_STRUCT, AT(generate_config, evolve), .sub = &evolve_schema,
     .doc = "how the pool evolves"},
    {"refine", FIELD_STRUCT, AT(generate_config, refine),
     .sub = &refine_config_schema, .doc = "the rules of acceptance"},
    {"grammar", FIELD_STRUCT, AT(generate_config, grammar),
     .sub = &grammar_config_schema, .doc = "optional grammar check"},
    {"verifier", FIELD_STRUCT, AT(generate_config, verifier),
     .sub = &verifier_config_schema, .doc = "optional second model"},
    {"references", FIELD_STRUCT, AT(generate_config, references),
     .sub = &references_schema, .doc = "real dialogues as a guide"},
    {0}};
const struct schema generate_config_schema = {
    "generate", generate_fields, sizeof(struct generate_config), 0};
