/* judge.h - let a judge rate answers against references, 1 to 10.
 *
 *     struct judge_config config;
 *     … bound with judge_config_schema (config.h) …
 *     struct judge_run *run = judge_open(&config, "runs/judge", &err);
 *     if (!judge_work(run, cmd_interrupted, &err) ||
 *         !judge_finish(run, &summary, &err)) …
 *     judge_close(run);
 *
 * Answers are the lines of answers.jsonl (answer.h). A question is judged by
 * the prompt single.txt, turn k of a consultation by turn.txt with the joint
 * reference and the conversation so far; prompts/bench/LANG holds them, English
 * stands in for a language that has none. The answer stands between two fences
 * that it cannot know. An unreadable verdict is asked for again at most
 * `retries` times, then the answer is ungraded; so is one that never came or
 * whose item has no reference. verdicts.jsonl has one line for each answer and
 * repeat. The same command goes on after a stop. One thread.
 */
#ifndef BENCH_JUDGE_H
#define BENCH_JUDGE_H

#include "bench/offline.h"
#include "llm/config.h"

struct judge_config {
    struct list items, answers; /* str: files */
    str judge;                  /* name in all tables */
    str mode, pick;             /* "strict"|"lenient", "last"|"first" */
    int64_t repeats, retries, seed;
    double floor; /* smallest coverage of a run that succeeds */
    struct judge_habits simulator;
    struct llm_config engine;
};

extern const struct schema judge_config_schema;

struct judge_summary {
    uint64_t verdicts, graded, unreadable, no_answer, no_reference, failed;
    uint64_t bad_lines, unknown; /* of the answers */
    uint64_t has_rating;         /* answers that hold a rating themselves */
    uint64_t asked, recalled;    /* of this call; retries included */
    double coverage, cost;
};

struct judge_run;

/* The config is borrowed. */
MUST_USE struct judge_run *judge_open(const struct judge_config *config,
                                      const char *folder, struct err *err);
void judge_close(struct judge_run *run);
MUST_USE bool judge_work(struct judge_run *run, bool (*stop)(void),
                         struct err *err);
MUST_USE bool judge_finish(struct judge_run *run, struct judge_summary *summary,
                           struct err *err);

#endif
