/* batch.h - requests into a file of OpenAI's Batch API, and its results back.
 *
 *     struct batch *batch = batch_write_open("requests.jsonl", &err);
 *     struct llm *llm = batch_engine(batch, &config, STR("m"), key, &err);
 *     … ask as of any engine: every request is written, none is answered …
 *     if (!batch_close(batch, &err)) …          // the file appears here
 *
 *     struct batch *batch = batch_read_open("results.jsonl", &err);
 *     … ask: what is in the results is answered from them, at once …
 *
 * A custom_id is the key of the run and model, a hyphen, and the number of the
 * request: a result finds its row again, and no row of another run. Requests
 * that wait (the file was written, the result is missing) end as `no_reply`, so
 * that the run goes on with them when it is called again. A later turn can only
 * be asked once the earlier one was answered: a consultation of k turns takes k
 * rounds. Results are accounted for one by one:
 *   answered + failed + known + unknown + twice + bad = lines
 * Costs are those of the price list without any discount. One thread.
 */
#ifndef BENCH_BATCH_H
#define BENCH_BATCH_H

#include "llm/config.h"

enum batch_trouble {
    BATCH_FAILED,  /* an error, a status other than 200, no chat answer */
    BATCH_MISSING, /* asked for, but not among the results */
    BATCH_UNKNOWN  /* a custom_id that is none of this run */
};

struct batch_counts {
    uint64_t written;  /* requests */
    uint64_t lines;    /* of results */
    uint64_t answered; /* taken now */
    uint64_t failed;
    uint64_t known;   /* of rows that were answered before */
    uint64_t unknown; /* of other runs */
    uint64_t twice;   /* a second result; the first counts */
    uint64_t bad;     /* no result at all */
    uint64_t missing; /* requests without a result */
    uint64_t later;   /* turns that the next round can ask */
};

struct batch;

MUST_USE struct batch *batch_write_open(const char *path, struct err *err);
MUST_USE struct batch *batch_read_open(const char *path, struct err *err);
/* An engine over the batch, which must outlive it; config is borrowed, and its
 * first endpoint names the model. ERR_CONFIG for other kinds than http. */
MUST_USE struct llm *batch_engine(struct batch *batch,
                                  const struct llm_config *config, str model,
                                  uint64_t key, struct err *err);
/* Counts what was left over; no engine is asked any more. */
struct batch_counts batch_count(struct batch *batch);
/* The first troubles of each kind by name. */
void batch_each_trouble(const struct batch *batch,
                        void (*one)(enum batch_trouble kind, str custom_id,
                                    str why, void *ctx),
                        void *ctx);
/* Frees it in any case. False when the requests could not be written. */
MUST_USE bool batch_close(struct batch *batch, struct err *err);

#endif
