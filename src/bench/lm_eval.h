/* lm_eval.h - results and samples of the LM Evaluation Harness, read and
 * written.
 *
 *     struct benchmarks *b = benchmarks_new();
 *     if (!benchmarks_read(b, "results.json", &err)) …
 *     struct table *t = benchmarks_table(b, published);   // models × tasks
 *     benchmarks_free(b);
 *
 *     if (!lm_eval_write(exam, answers, count, "out", &err)) …
 *
 * Of a task's measures the first of acc, exact_match, acc_norm, f1 and any
 * other number counts; the model is `model_name`, else the end of `model_args`,
 * else the folder. Written are out/MODEL/results_exam.json and
 * samples_exam.jsonl, where '/' in a name is "__". There acc counts an answer
 * that could not be read as wrong, as the harness does; acc_read leaves it out.
 * One thread.
 */
#ifndef BENCH_LM_EVAL_H
#define BENCH_LM_EVAL_H

#include "base/table.h"
#include "bench/exam.h"
#include "bench/published.h"

struct benchmarks;

struct benchmarks *benchmarks_new(void);
void benchmarks_free(struct benchmarks *benchmarks);
MUST_USE bool benchmarks_read(struct benchmarks *benchmarks, const char *path,
                              struct err *err);
size_t benchmarks_count(const struct benchmarks *benchmarks);
/* With published rows, marked; NULL without any. */
struct table *benchmarks_table(const struct benchmarks *benchmarks,
                               const struct published_table *published);
/* [{"model","task","measure","value"}] */
void benchmarks_put_json(const struct benchmarks *benchmarks,
                         struct json_out *out);

MUST_USE bool lm_eval_write(const struct exam *exam,
                            const char *const answers[], size_t count,
                            const char *folder, struct err *err);

#endif
