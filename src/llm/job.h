/* job.h - one request of the HTTP engine on its way: its body, the answer as it
 * arrives, and what the answer means.
 *
 *     struct job *job = job_new_chat(&request, bytes_max);
 *     job_prepare(job, endpoint);              // before each try
 *     job_take_bytes(job, &head, bytes);       // while it arrives
 *     struct job_verdict v = job_judge(job, &end, redact, wall_seconds);
 *     job_fill_reply(job, &reply);
 *     job_free(job);
 *
 * The body is held once: the messages, and behind them the parameters for the
 * endpoint of this try, which are cut off and written anew for another. It is
 * kept until the answer, because a broken answer means asking again. A job
 * belongs to one thread at a time.
 */
#ifndef LLM_JOB_H
#define LLM_JOB_H

#include "llm/endpoint.h"
#include "llm/net.h"
#include "llm/sse.h"

enum job_kind {
    JOB_CHAT,
    JOB_POST /* any other path; the answer is handed on as it is */
};

struct job {
    uint64_t id;
    enum llm_part part;
    enum job_kind kind;
    const char *path; /* static, "/chat/completions" */
    struct buf body;
    size_t fixed_bytes; /* of the body: what does not depend on the endpoint */
    size_t held_bytes;  /* counted by the engine's owner */
    size_t reply_bytes_max;
    struct llm_sampling sampling;
    char *schema; /* owned; behind sampling.json_schema */
    int64_t prompt_estimate, completion_most;

    /* this try */
    size_t endpoint;
    struct endpoint *asked; /* borrowed; the same one */
    uint64_t ticket;
    int64_t sent_ms;
    int64_t reserved_tokens;
    double reserved_cost;
    size_t received_bytes;
    struct buf received;
    struct chat_reply reply;
    struct sse sse;
    bool streaming, too_large;
    struct err stream_err;

    /* over all tries */
    int tries;
    int64_t refused_since_ms; /* 0: not yet */
    int64_t not_before_ms;

    /* the end */
    enum llm_error error;
    struct buf message;
    str endpoint_name;
    struct llm_usage usage;
    double latency_ms;
    struct job *next, *previous; /* in a list of its holder */
};

/* Copies what it needs. An answer above reply_bytes_max is too large. */
struct job *job_new_chat(const struct llm_request *request,
                         size_t reply_bytes_max);
struct job *job_new_post(uint64_t id, enum llm_part part, const char *path,
                         str body, int64_t prompt_estimate,
                         size_t reply_bytes_max);
void job_free(struct job *job);

/* Makes the body fit the endpoint and forgets an earlier answer. */
void job_prepare(struct job *job, struct endpoint *endpoint);
/* The endpoint of this try accepted the connection. */
void job_connected(struct job *job);
/* False: no more of this answer is wanted. */
bool job_take_bytes(struct job *job, const struct net_head *head, str bytes);

struct job_verdict {
    enum retry_class class;
    enum llm_error error;   /* when it is final; LLM_OK for a good answer */
    int64_t retry_after_ms; /* or THROTTLE_NOT_TOLD */
    bool used_tokens;       /* the model worked, though in vain */
};

/* Reads the answer. job->message says what is wrong, redacted. */
struct job_verdict job_judge(struct job *job, const struct net_end *end,
                             const struct redact *redact, int64_t wall_seconds);
/* Tokens and cost of this try, as reported or estimated. */
struct llm_usage job_usage(const struct job *job, const struct price *price);
/* The views point into the job. */
void job_fill_reply(const struct job *job, struct llm_reply *reply);

#endif
