/* judge_config.h - the keys of `bench judge`.
 *
 *     struct judge_config config;
 *     … bound with judge_config_schema (config.h) …
 *     if (!judge_config_check(&config, &err)) …
 *     for (size_t i = 0; i < judge_seat_count(&config); i++)
 *         open_engine(judge_seat(&config, i));
 *
 * A judge has a name and an engine; several make a jury. docs/commands/bench.md
 * explains the keys; the tables here are the truth.
 */
#ifndef BENCH_JUDGE_CONFIG_H
#define BENCH_JUDGE_CONFIG_H

#include "bench/offline_judge.h"
#include "llm/config.h"

struct judge_seat {
    str name; /* in all tables */
    struct llm_config engine;
    struct judge_habits simulator;
};

struct judge_config {
    struct list items, answers; /* str: files */
    str protocol;
    str against;             /* pairwise: the model to compare with, or empty */
    struct judge_seat judge; /* the only one, unless */
    struct list judges;      /* struct judge_seat */
    str jury;                /* "mean", "median", "majority" */
    str mode, pick;          /* "strict"|"lenient", "last"|"first" */
    str cache;               /* file, or empty */
    int64_t repeats, retries, seed, audit_items;
    double floor;    /* smallest coverage of a run that succeeds */
    double max_cost; /* of the whole run; 0: none */
    bool length_adjusted;
};

extern const struct schema judge_config_schema;
/* What no single key can tell. */
MUST_USE bool judge_config_check(const struct judge_config *config,
                                 struct err *err);
size_t judge_seat_count(const struct judge_config *config);
const struct judge_seat *judge_seat(const struct judge_config *config,
                                    size_t index);

#endif
