/* simulator.h - the built-in simulator as an engine of llm.h.
 *
 *     struct simulator_config config;
 *     if (!schema_bind(&simulator_schema, node, &config, &arena, &err)) …
 *     struct llm *llm = simulator_open(&config, &err);
 *     … llm_submit with request.brief = a struct wish, llm_drain …
 *     llm_close(llm);
 *
 * Replies are made in llm_drain, in parallel, in the order of submission; each
 * depends on the wish alone (its seed decides what goes wrong, too), so
 * neither threads nor batches change a byte. Nothing sleeps: latency is only
 * reported. A request without a brief is LLM_REJECTED. The wish and all it
 * borrows must live until the reply; the outline and the packs until
 * llm_close.
 * What goes wrong: a share of the replies refuses, is cut, comes in another
 * shape, and so on, so that every path of a pipeline is walked without a model.
 * A baseline and a test double, never a language model.
 */
#ifndef SIMULATE_SIMULATOR_H
#define SIMULATE_SIMULATOR_H

#include "base/schema.h"
#include "llm/llm.h"

/* Shares between 0 and 1. At most one kind of trouble strikes a reply, shapes
 * (misformat) aside; their sum should stay below 1. */
struct simulator_config {
    double refuse;    /* declines, or an empty text with content_filter */
    double truncate;  /* cut off, finish_reason length */
    double misformat; /* another shape than asked for, still readable */
    double wrong_language;
    double ai_disclosure; /* a speaker calls itself a program */
    double repetition;    /* an exchange loops */
    double one_speaker;   /* only one side is heard */
    double extra_side;    /* a third side joins in */
    double careless;      /* bounds and terms of the wish disregarded */
    double leak;          /* the patient names the diagnosis first */
    double propose_bad;   /* of proposals: useless ones */
    double transport_errors;
    double latency_ms; /* mean of what is reported */
    int64_t batch;     /* requests taken before a drain is needed */
};

extern const struct schema simulator_schema;

/* The configuration is copied. NULL when a data file is wrong. */
MUST_USE struct llm *simulator_open(const struct simulator_config *config,
                                    struct err *err);

#endif
