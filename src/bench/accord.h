/* accord.h - do two boards, a judge's and people's, rate alike?
 *
 *     struct accord accord = accord_of(judge, human, ACCORD_TASK);
 *     correlations_add(&accord.pairs, "judge~human", "task", &plan, &list);
 *     accord_release(&accord);
 *
 * Points are the pairs of means that both boards have: for each model and task
 * (the published layout, 22 tasks × models), or for each model and item.
 * Models, tasks and items are matched by name. Measures are those of
 * measure/agreement.h. Pure.
 */
#ifndef BENCH_ACCORD_H
#define BENCH_ACCORD_H

#include "bench/board.h"
#include "measure/agreement.h"

enum accord_level { ACCORD_TASK, ACCORD_ITEM };

struct accord {
    struct pairs pairs; /* x of the first board, y of the second */
    size_t models;      /* that both know */
};

struct accord accord_of(const struct board *first, const struct board *second,
                        enum accord_level level);
void accord_release(struct accord *accord);
const char *accord_level_name(enum accord_level level);

#endif
