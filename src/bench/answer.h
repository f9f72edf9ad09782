/* answer.h - ask models the questions, consultations and open dialogues of a
 * test set.
 *
 *     struct answer_config config;
 *     … bound with answer_config_schema (config.h) …
 *     struct answer_run *run = answer_open(&config, "runs/bench", &err);
 *     if (!answer_work(run, cmd_interrupted, &err) ||
 *         !answer_finish(run, &summary, &err)) …
 *     answer_close(run);
 *
 * The folder holds run.db (the journal) and, derived from it, answers.jsonl:
 * {"id","model","repeat","turn","answer","engine","engine_model",
 * "finish_reason","error","order","prompt_tokens","completion_tokens"}, in
 * order of model, repeat, item, turn. An answer that never came is null with
 * its error. The same command goes on after a stop; models may be added at the
 * end of the list, anything else that changes the answers is ERR_CONFLICT. One
 * thread.
 */
#ifndef BENCH_ANSWER_H
#define BENCH_ANSWER_H

#include "bench/offline.h"
#include "bench/quiz.h"
#include "llm/config.h"
#include "record/record.h"

struct answer_model {
    str name;
    struct llm_config engine;
    struct examinee_habits habits; /* of the simulated examinee */
    str system, prompt, preset;    /* empty: those of the run */
};

struct answer_config {
    struct list items;  /* str: files of records */
    struct list models; /* struct answer_model */
    str preset;         /* a name of preset.h */
    str history;        /* "self", "gold" */
    str system;         /* file of a system prompt, or empty */
    struct quiz_config exam;
    int64_t repeats, seed;
    double max_cost; /* of the run; 0: no cap */
};

extern const struct schema answer_config_schema;
/* ERR_CONFIG without models, with an empty name or one that stands twice. */
MUST_USE bool answer_config_check(const struct answer_config *config,
                                  struct err *err);

struct answer_summary {
    uint64_t items, unreadable, answers, failed; /* answers: turns */
    uint64_t asked, recalled;                    /* of this call */
    int64_t prompt_tokens, completion_tokens;    /* of the whole run */
    double cost;
};

struct answer_run;
struct batch;

/* Reads the items and opens the journal. The config is borrowed. Without a
 * folder (NULL) the run can be estimated, and nothing is written. */
MUST_USE struct answer_run *answer_open(const struct answer_config *config,
                                        const char *folder, struct err *err);
void answer_close(struct answer_run *run);
/* Of one model over all repeats, estimated. */
struct answer_estimate {
    uint64_t requests;
    int64_t prompt_tokens;
    int64_t completion_tokens; /* at most; 0: no limit is sent */
};
struct answer_estimate answer_estimate(struct answer_run *run, size_t model);
/* Asks what is missing. With a batch (batch.h) it is written or read instead of
 * asked; NULL otherwise. */
MUST_USE bool answer_work(struct answer_run *run, struct batch *batch,
                          bool (*stop)(void), struct err *err);
MUST_USE bool answer_finish(struct answer_run *run,
                            struct answer_summary *summary, struct err *err);

#endif
