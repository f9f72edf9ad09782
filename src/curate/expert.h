/* expert.h - the expert's loop around classify: a sample out, labels back in.
 *
 *     struct expert_sample *s = expert_sample_new(50, 0, seed);
 *     for (each classified record) expert_sample_offer(s, &record);
 *     expert_sample_write(s, "sample.csv", &count, &err);
 *     …                                   // a doctor fills the column `label`
 *     struct expert_score score;
 *     expert_score_read("sample.csv", &score, &err);
 *
 * The sample takes the same number of items of every task that there is, as far
 * as it has them, by a random order that depends on seed and id only. Agreement
 * is the share of labels equal to the task; kappa is Cohen's (1960). One
 * thread.
 */
#ifndef CURATE_EXPERT_H
#define CURATE_EXPERT_H

#include "curate/task.h"
#include "record/record.h"

enum { EXPERT_SAMPLE_MAX = 100000, EXPERT_OTHER = TASK_COUNT };

struct expert_sample;

/* `size` items in all, at most `per_task` of each task (0 = any number). */
struct expert_sample *expert_sample_new(size_t size, size_t per_task,
                                        uint64_t seed);
void expert_sample_free(struct expert_sample *sample); /* NULL is fine */
/* Question items with a task; others are stepped over. */
void expert_sample_offer(struct expert_sample *sample,
                         const struct record *record);
/* Rows in the order of tasks; *count says how many. A NULL path only counts. */
MUST_USE bool expert_sample_write(struct expert_sample *sample,
                                  const char *path, size_t *count,
                                  struct err *err);

struct expert_rule {
    str name; /* in arena of the score */
    uint64_t right, wrong;
};

struct expert_score {
    /* [task by rule][label]; the last row and column stand for "no task". */
    uint64_t confusion[TASK_COUNT + 1][TASK_COUNT + 1];
    uint64_t labelled, unlabelled, unknown; /* unknown: label that is no task */
    uint64_t agreed;
    double agreement, kappa; /* NAN when nothing is labelled */
    struct list rules;       /* struct expert_rule, most errors first */
    struct arena arena;
};

MUST_USE bool expert_score_read(const char *path, struct expert_score *score,
                                struct err *err);
void expert_score_release(struct expert_score *score);

#endif
