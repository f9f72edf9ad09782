/* advise.h - does the planned training set fit the benchmark and the metrics?
 *
 *     struct plan plan = {…};
 *     struct vec advice;
 *     vec_init(&advice, sizeof(struct advice));
 *     advise(&plan, &arena, &advice);
 *
 * Each rule compares the taxonomy of what is trained on with that of what is
 * measured. The reasoning is that of the survey: knowledge and conversation are
 * different abilities, and a number says something only about the ability it
 * measures. No advice means that no rule found a misalignment.
 */
#ifndef CORPUS_ADVISE_H
#define CORPUS_ADVISE_H

#include "corpus/catalog.h"

struct plan {
    const struct data_set *const *train;
    size_t train_count;
    const struct data_set *const *benchmarks;
    size_t benchmark_count;
    struct list metrics; /* str, as the user wrote them */
    str method; /* sft, rlhf, preference, chain-of-thought, … or "" */
};

enum advice_level { ADVICE_PROBLEM, ADVICE_REMARK };

struct advice {
    enum advice_level level;
    const char *rule; /* its name */
    str finding;      /* what does not fit, with names; in the arena */
    const char *reason;
    const char *instead; /* what would fit */
};

void advise(const struct plan *plan, struct arena *arena, struct vec *advice);

/* What a metric measures: "accuracy", "overlap", "rating", "diversity",
 * "entity", "counselling", or NULL when it is not known. */
const char *metric_class(str metric);

#endif
