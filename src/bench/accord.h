/* accord.h - do two boards, a judge's and people's, rate alike?
 *
 *     struct accord accord = accord_of(judge, human, ACCORD_TASK);
 *     struct accord_measure r;
 *     accord_measure(&accord, CORRELATE_PEARSON, &plan, 9999, &r);
 *     accord_release(&accord);
 *
 * Points are the pairs of means that both boards have: for each model and task
 * (the published layout, 22 tasks × models), or for each model and item.
 * Models, tasks and items are matched by name. Pure.
 */
#ifndef BENCH_ACCORD_H
#define BENCH_ACCORD_H

#include "bench/board.h"
#include "stat/correlate.h"

enum accord_level { ACCORD_TASK, ACCORD_ITEM };

struct accord {
    double *x, *y; /* owned; of the first board, of the second */
    size_t count;
    size_t models; /* that both know */
};

struct accord accord_of(const struct board *first, const struct board *second,
                        enum accord_level level);
void accord_release(struct accord *accord);
const char *accord_level_name(enum accord_level level);

/* A coefficient with its bootstrap interval over the points and its two-sided
 * permutation p; what is undefined has its reason. */
struct accord_measure {
    bool defined, has_interval;
    double value, low, high, p;
    struct err why;
};
void accord_measure(const struct accord *accord, enum correlate_kind kind,
                    const struct bootstrap_plan *plan, size_t permutations,
                    struct accord_measure *measure);

#endif
