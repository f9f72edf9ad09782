/* balance.h - how often each stratum should stand in a set, and its weights.
 *
 *     struct balance *b = balance_new();
 *     for (each record) balance_add(b, stratum);
 *     balance_plan(b, &(struct balance_options){.tau = 0.5, .cap = 3});
 *     for (size_t i = 0; i < n; i++)
 *         for (size_t k = 0; k < balance_copies(b, i); k++) write(i);
 *
 * With n_s rows in stratum s and N in all, the target share is
 *     q_s = n_s^tau / sum n^tau          (tau 1: as it is, 0: all alike)
 * or given. Of each stratum min(n_s, M q_s) rows are drawn for a set of M rows;
 * strata that are too small are repeated, each row at most `cap` times in all.
 * Weights for training on the set as it is: w_s = q_s / (n_s / N), clipped to
 * [0.2, 5] and scaled to mean 1 over rows; and by effective number (Cui et al.
 * 2019): w_s ~ (1 - beta) / (1 - beta^n_s), scaled to mean 1. One thread.
 */
#ifndef CURATE_BALANCE_H
#define CURATE_BALANCE_H

#include "base/err.h"
#include "base/str.h"

struct balance;

struct balance *balance_new(uint64_t seed);
void balance_free(struct balance *balance); /* NULL is fine */
/* The next row. `id` decides its place in the random order; both are copied. */
void balance_add(struct balance *balance, str id, str stratum);

struct balance_options {
    double tau;    /* 0 to 1 */
    double cap;    /* >= 1 */
    double beta;   /* in (0, 1) */
    uint64_t rows; /* M; 0 = as many as were added */
};

/* Target shares by name instead of tau; those not named get 0. Before
 * balance_plan. Fails for a name that no row has, or a negative share. */
MUST_USE bool balance_share(struct balance *balance, str stratum, double share,
                            struct err *err);
void balance_plan(struct balance *balance,
                  const struct balance_options *options);

/* 0 = left out; 1 = as it is; more = repeated. */
size_t balance_copies(const struct balance *balance, size_t row);

struct balance_stratum {
    str name;
    uint64_t rows, target, drawn, repeated;
    double share; /* q_s */
    double weight, weight_effective;
};

size_t balance_stratum_count(const struct balance *balance);
struct balance_stratum balance_stratum(const struct balance *balance,
                                       size_t index);
size_t balance_stratum_of(const struct balance *balance, size_t row);
/* Entropy of the strata's rows, divided by the largest possible one: 1 = even.
 * 1 when there is one stratum. */
double balance_entropy(const struct balance *balance);

#endif
