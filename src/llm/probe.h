/* probe.h - finds out what an endpoint really supports, by asking it.
 *
 *     struct probe_report report;
 *     if (!probe_run(&(struct probe_options){.config = &config, .burst = 16},
 *                    &arena, &report, &err)) …
 *     for (size_t i = 0; i < report.checks.count; i++)
 *         show(vec_at(&report.checks, i));        // struct probe_check
 *     probe_report_release(&report);
 *
 * A promise is not believed: a seed counts when it repeats a text, a schema
 * when the answer to a question that does not suggest it has that shape. About
 * ten short requests, and `burst` at once to meet a 429. It fails (ERR_NETWORK)
 * when the endpoint cannot be reached, refuses the key or has no chat
 * completions; what it lacks otherwise is a result.
 */
#ifndef LLM_PROBE_H
#define LLM_PROBE_H

#include "base/vec.h"
#include "llm/config.h"

enum probe_answer {
    PROBE_YES,
    PROBE_NO,
    PROBE_IGNORED, /* accepted without a word, and without effect */
    PROBE_UNKNOWN
};

struct probe_check {
    const char *name; /* static, "json schema" */
    enum probe_answer answer;
    str detail; /* in the arena; for people */
};

struct probe_options {
    const struct llm_config *config; /* its first endpoint is asked */
    size_t burst;                    /* requests at once; 0: none */
    int64_t timeout_ms;              /* for each request */
};

#define PROBE_BURST_MAX 1000

struct probe_report {
    str model;         /* that was asked: configured, or the first there is */
    struct vec models; /* str */
    int64_t context;   /* tokens; 0: not told */
    struct vec checks; /* struct probe_check */
};

/* On failure the report is empty. */
MUST_USE bool probe_run(const struct probe_options *options,
                        struct arena *arena, struct probe_report *report,
                        struct err *err);
void probe_report_release(struct probe_report *report);
/* "yes", "no", "ignored", "unknown" */
const char *probe_answer_name(enum probe_answer answer);

#endif
