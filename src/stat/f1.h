/* f1.h - precision and recall of labels in one number.
 *
 *     struct f1_counts counts[4];                 // of each label
 *     double value;
 *     if (!f1_average(F1_MACRO, counts, 4, &value, &err))
 *         puts(err.message);                      // undefined, and why
 *
 * F1 = 2 hits / (2 hits + false alarms + misses) of a label (van Rijsbergen
 * 1979). Averages are those of scikit-learn's f1_score over the labels that
 * occur in the truth or in the predictions:
 *   macro     mean of the labels' values
 *   micro     of the sums of hits, false alarms and misses
 *   weighted  mean weighted by how often the truth holds the label
 * A label that never occurs is left out; so there is no division by zero but
 * for no label at all, which is undefined. Items may have several labels: the
 * counts are of labels, as for scikit-learn's indicator matrices. Pure.
 */
#ifndef STAT_F1_H
#define STAT_F1_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct f1_counts {
    uint64_t hits;         /* in truth and prediction */
    uint64_t false_alarms; /* in the prediction only */
    uint64_t misses;       /* in the truth only */
};

enum f1_kind { F1_MACRO, F1_MICRO, F1_WEIGHTED };

/* ERR_UNDEFINED when no label occurs (weighted: when the truth holds none). */
MUST_USE bool f1_average(enum f1_kind kind, const struct f1_counts *labels,
                         size_t count, double *value, struct err *err);
const char *f1_name(enum f1_kind kind);

#endif
