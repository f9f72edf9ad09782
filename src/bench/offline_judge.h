/* offline_judge.h - a simulated judge, never a model: deterministic, with a
 * quality and biases that are set, so that the chain around a judge, and its
 * audit, can be tested against what is known.
 *
 *     struct judge_habits habits = {.quality = 1, .length = 2};
 *     struct llm *llm = offline_open("simulated-judge", offline_judge,
 * &habits);
 *
 * What an answer is worth is the share of the reference's character pairs (zh)
 * or words in it, on the scale from 1 to 10, mixed with chance where quality is
 * below 1, plus the biases and normal noise in points of that scale. A reply
 * depends on the brief alone; without a reference the question takes its
 * place. Rubric lines are met when half of their words are in the answer;
 * counselling strategies are drawn by chance.
 */
#ifndef BENCH_OFFLINE_JUDGE_H
#define BENCH_OFFLINE_JUDGE_H

#include "bench/offline.h"
#include "bench/protocol.h"

struct judge_brief {
    const struct protocol_case *read; /* fields and rubrics */
    str lang, reference;
    str answers[2], models[2]; /* the second of pairs only */
    str prompt;
    uint64_t seed;
    int64_t repeat, step;
};

struct judge_habits {
    double quality;                       /* 0 to 1 */
    double bias, noise, position, length; /* points of ten */
    double self;
    str self_model;
    double obey, garbage, echo; /* probabilities */
};
offline_make offline_judge;

#endif
