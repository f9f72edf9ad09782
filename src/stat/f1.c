/* f1.c - see f1.h. */
#include "stat/f1.h"

const char *f1_name(enum f1_kind kind)
{
    static const char *const names[] = {"macro_f1", "micro_f1", "weighted_f1"};
    return names[kind];
}

static bool occurs(const struct f1_counts *c)
{
    return c->hits + c->false_alarms + c->misses > 0;
}

/* Of a label that occurs. */
static double f1(const struct f1_counts *c)
{
    double hits = 2 * (double)c->hits;
    return hits / (hits + (double)c->false_alarms + (double)c->misses);
}

bool f1_average(enum f1_kind kind, const struct f1_counts *labels, size_t count,
                double *value, struct err *err)
{
    struct f1_counts all = {0};
    double sum = 0, weights = 0;
    for (size_t i = 0; i < count; i++) {
        if (!occurs(&labels[i]))
            continue;
        double weight = kind == F1_WEIGHTED
                            ? (double)(labels[i].hits + labels[i].misses)
                            : 1;
        all.hits += labels[i].hits;
        all.false_alarms += labels[i].false_alarms;
        all.misses += labels[i].misses;
        sum += weight * f1(&labels[i]);
        weights += weight;
    }
    if (!occurs(&all) || weights <= 0)
        return err_set(err, ERR_UNDEFINED, "there is no label");
    *value = kind == F1_MICRO ? f1(&all) : sum / weights;
    return true;
}
