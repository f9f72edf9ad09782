/* agreement.h - do raters agree, and does a metric follow them?
 *
 *     agreement_add(&ratings, NULL, &list);
 *     struct pairs pairs = pairs_of(&ratings, 0, NULL, &metrics, 3, NULL,
 * false); correlations_add(&pairs, "fluency~mtld", "item", &plan, &list);
 *
 * Every coefficient of stat/agree.h for every criterion, and Pearson, Spearman
 * and Kendall (tau-b) with permutation p-values and bootstrap intervals of
 * means per item, or per group of items. What has no value is undefined with
 * its reason.
 */
#ifndef MEASURE_AGREEMENT_H
#define MEASURE_AGREEMENT_H

#include "measure/metric.h"
#include "measure/ratings.h"

struct correlation_plan {
    size_t permutations, resamples;
    uint64_t seed;
};

/* raters: flags by index, NULL for all. Adds CRITERION.mean … */
void agreement_add(const struct ratings *ratings, const bool *raters,
                   struct metrics *list);

/* Pairs of values that stand for the same item: caller frees both. */
struct pairs {
    double *x, *y; /* owned */
    size_t count;
};
/* By the item's name; grouped: means over the groups of `a`. */
struct pairs pairs_of(const struct ratings *a, size_t a_criterion,
                      const bool *a_raters, const struct ratings *b,
                      size_t b_criterion, const bool *b_raters, bool grouped);
void pairs_release(struct pairs *pairs);

/* Adds NAME.pearson, NAME.pearson_p, … for the pairs; level is "item" or
 * "group". */
void correlations_add(const struct pairs *pairs, const char *name,
                      const char *level, const struct correlation_plan *plan,
                      struct metrics *list);

#endif
