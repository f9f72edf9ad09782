/* job.c - see job.h. */
#include "llm/job.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum {
    MESSAGE_BYTES_MAX = 600,
    ERROR_BODY_BYTES = 16384, /* of an error page; the rest is dropped */
    EVENT_BYTES_MAX = 1 << 20
};

static struct job *new_job(uint64_t id, enum llm_part part,
                           size_t reply_bytes_max)
{
    struct job *job = mem_zero(1, sizeof *job);
    job->id = id;
    job->part = part;
    job->endpoint = ENDPOINT_NONE;
    job->reply_bytes_max = reply_bytes_max;
    buf_init(&job->body, BUF_MAX);
    buf_init(&job->message, MESSAGE_BYTES_MAX);
    buf_init(&job->received, 0);
    chat_reply_init(&job->reply, 0);
    sse_init(&job->sse, EVENT_BYTES_MAX);
    return job;
}

struct job *job_new_chat(const struct llm_request *request,
                         size_t reply_bytes_max)
{
    struct job *job = new_job(request->id, request->part, reply_bytes_max);
    job->kind = JOB_CHAT;
    job->path = "/chat/completions";
    job->sampling = request->sampling;
    str schema = request->sampling.json_schema;
    if (schema.len) {
        job->schema = mem_copy_string(schema.ptr, schema.len);
        job->sampling.json_schema.ptr = job->schema;
    }
    chat_put_messages(&job->body, request->messages, request->message_count);
    job->fixed_bytes = job->body.len;
    job->held_bytes = job->body.capacity;
    job->prompt_estimate =
        llm_estimate_prompt(request->messages, request->message_count);
    job->completion_most = request->sampling.tokens_max;
    return job;
}

struct job *job_new_post(uint64_t id, enum llm_part part, const char *path,
                         str body, int64_t prompt_estimate,
                         size_t reply_bytes_max)
{
    struct job *job = new_job(id, part, reply_bytes_max);
    job->kind = JOB_POST;
    job->path = path;
    buf_add(&job->body, body);
    job->fixed_bytes = body.len;
    job->held_bytes = job->body.capacity;
    job->prompt_estimate = prompt_estimate;
    return job;
}

void job_free(struct job *job)
{
    if (!job)
        return;
    buf_release(&job->body);
    buf_release(&job->received);
    buf_release(&job->message);
    chat_reply_release(&job->reply);
    sse_release(&job->sse);
    free(job->schema);
    free(job);
}

void job_prepare(struct job *job, struct endpoint *endpoint)
{
    job->asked = endpoint;
    buf_truncate(&job->body, job->fixed_bytes);
    if (job->kind == JOB_CHAT)
        chat_put_rest(&job->body, &endpoint->target, &job->sampling);
    buf_release(&job->received);
    buf_init(&job->received, job->reply_bytes_max);
    chat_reply_release(&job->reply);
    chat_reply_init(&job->reply, job->reply_bytes_max);
    sse_release(&job->sse);
    sse_init(&job->sse, EVENT_BYTES_MAX);
    buf_reset(&job->message);
    err_clear(&job->stream_err);
    job->received_bytes = 0;
    job->streaming = job->too_large = false;
    job->endpoint_name = endpoint->config->name;
}

void job_connected(struct job *job)
{
    job->asked->reached = true;
}

static bool is_type(const struct net_head *head, const char *type)
{
    return strncasecmp(head->content_type, type, strlen(type)) == 0;
}

static bool on_event(str data, void *ctx)
{
    struct job *job = ctx;
    return chat_read_event(&job->reply, data, &job->stream_err);
}

bool job_take_bytes(struct job *job, const struct net_head *head, str bytes)
{
    job->received_bytes += bytes.len;
    if (job->received_bytes > job->reply_bytes_max) {
        job->too_large = true;
        return false;
    }
    if (retry_class_of_status(head->status) != RETRY_NONE) {
        if (job->received.len < ERROR_BODY_BYTES)
            buf_add(&job->received, bytes);
        return true;
    }
    if (!is_type(head, "text/event-stream") || job->kind != JOB_CHAT)
        return buf_add(&job->received, bytes);
    job->streaming = true;
    if (sse_feed(&job->sse, bytes, on_event, job))
        return true;
    if (job->stream_err.code == ERR_NONE || job->stream_err.code == ERR_LIMIT)
        job->too_large = true;
    return false;
}

/* ---- what an answer means ---- */

static void say(struct job *job, const struct redact *redact, const char *what,
                str detail)
{
    buf_reset(&job->message);
    buf_add_cstr(&job->message, what);
    if (detail.len) {
        struct buf clean;
        buf_init(&clean, MESSAGE_BYTES_MAX);
        redact_put(redact, detail, &clean);
        buf_printf(&job->message, ": %s", buf_cstr(&clean));
        buf_release(&clean);
    }
}

static const char *name_of_end(enum net_kind kind)
{
    switch (kind) {
    case NET_UNREACHABLE:
        return "unreachable";
    case NET_UNTRUSTED:
        return "certificate not valid";
    case NET_TIMEOUT:
        return "timeout";
    case NET_STALLED:
        return "stalled";
    default:
        return "connection broken";
    }
}

static struct job_verdict transport(enum llm_error error, bool used_tokens)
{
    return (struct job_verdict){.class = RETRY_TRANSPORT,
                                .error = error,
                                .retry_after_ms = THROTTLE_NOT_TOLD,
                                .used_tokens = used_tokens};
}

static struct job_verdict final(enum llm_error error, bool used_tokens)
{
    return (struct job_verdict){.class = RETRY_REJECTED,
                                .error = error,
                                .retry_after_ms = THROTTLE_NOT_TOLD,
                                .used_tokens = used_tokens};
}

static int64_t told_wait_ms(const struct net_head *head, int64_t wall_seconds)
{
    str value = str_of(head->retry_after);
    int64_t wait;
    if (str_ends_with(value, STR("ms"))) {
        double ms;
        value.len -= 2;
        if (str_to_double(value, &ms) && ms >= 0 && ms < 1e8)
            return (int64_t)(ms + 0.5);
    } else if (retry_after_ms(value, wall_seconds, &wait)) {
        return wait;
    }
    return THROTTLE_NOT_TOLD;
}

static enum llm_error error_of_class(enum retry_class class)
{
    switch (class) {
    case RETRY_NONE:
        return LLM_OK;
    case RETRY_CAPACITY:
        return LLM_CAPACITY;
    case RETRY_AUTH:
        return LLM_AUTH;
    case RETRY_REJECTED:
        return LLM_REJECTED;
    default:
        return LLM_TRANSPORT;
    }
}

static struct job_verdict judge_status(struct job *job,
                                       const struct net_end *end,
                                       const struct redact *redact,
                                       int64_t wall_seconds)
{
    enum retry_class class = retry_class_of_status(end->head.status);
    char what[40];
    struct buf detail;
    buf_init(&detail, MESSAGE_BYTES_MAX);
    chat_error_message(buf_str(&job->received), &detail);
    snprintf(what, sizeof what, "HTTP %d", end->head.status);
    say(job, redact, what, buf_str(&detail));
    buf_release(&detail);
    return (struct job_verdict){.class = class,
                                .error = error_of_class(class),
                                .retry_after_ms =
                                    told_wait_ms(&end->head, wall_seconds)};
}

/* A 2xx answer whose content is not what it should be. */
static struct job_verdict judge_trouble(struct job *job, const struct err *err,
                                        const struct redact *redact)
{
    if (job->reply.trouble != RETRY_NONE) {
        enum retry_class class = job->reply.trouble;
        say(job, redact, "error in the answer", str_of(err->message));
        return (struct job_verdict){.class = class,
                                    .error = error_of_class(class),
                                    .retry_after_ms = THROTTLE_NOT_TOLD};
    }
    if (err->code == ERR_LIMIT) {
        say(job, redact, "answer too large", str_of(err->message));
        return final(LLM_TOO_LARGE, true);
    }
    say(job, redact, "malformed answer", str_of(err->message));
    return transport(LLM_MALFORMED, true);
}

static struct job_verdict judge_stream(struct job *job,
                                       const struct net_end *end,
                                       const struct redact *redact)
{
    if (job->stream_err.code != ERR_NONE)
        return judge_trouble(job, &job->stream_err, redact);
    if (chat_stream_is_whole(&job->reply) &&
        (end->kind == NET_WHOLE || job->reply.done))
        return (struct job_verdict){.class = RETRY_NONE};
    say(job, redact, name_of_end(end->kind), STR("the stream was cut"));
    return transport(LLM_TRANSPORT, true);
}

static struct job_verdict judge_body(struct job *job, const struct net_end *end,
                                     const struct redact *redact)
{
    str body = buf_str(&job->received);
    const char *type = end->head.content_type;
    if (*type && !strcasestr(type, "json")) {
        say(job, redact, "wrong content type", str_of(type));
        return transport(LLM_MALFORMED, true);
    }
    struct err err = {0};
    bool ok;
    if (job->kind == JOB_CHAT) {
        ok = chat_read_whole(&job->reply, body, &err);
    } else {
        json *doc = json_parse(body, &err);
        ok = doc != NULL;
        chat_read_usage(&job->reply, json_get(doc, "usage"));
        json_free(doc);
    }
    return ok ? (struct job_verdict){.class = RETRY_NONE}
              : judge_trouble(job, &err, redact);
}

struct job_verdict job_judge(struct job *job, const struct net_end *end,
                             const struct redact *redact, int64_t wall_seconds)
{
    bool good_status = retry_class_of_status(end->head.status) == RETRY_NONE;
    if (job->too_large && good_status) {
        say(job, redact, "answer too large", STR(""));
        return final(LLM_TOO_LARGE, true);
    }
    if (end->head.status && !good_status)
        return judge_status(job, end, redact, wall_seconds);
    if (job->streaming)
        return judge_stream(job, end, redact);
    if (end->kind == NET_WHOLE)
        return judge_body(job, end, redact);
    say(job, redact, name_of_end(end->kind), str_of(end->message));
    if (end->kind == NET_UNTRUSTED)
        return final(LLM_TRANSPORT, false);
    return transport(LLM_TRANSPORT, end->head.status != 0);
}

struct llm_usage job_usage(const struct job *job, const struct price *price)
{
    const struct chat_reply *r = &job->reply;
    struct llm_usage usage = {.prompt_tokens = r->prompt_tokens,
                              .completion_tokens = r->completion_tokens};
    if (!r->has_usage || (r->text.len && !usage.completion_tokens)) {
        usage.estimated = true;
        usage.prompt_tokens = job->prompt_estimate;
        usage.completion_tokens = llm_estimate_tokens(buf_str(&r->text));
    }
    if (price)
        usage.cost =
            price_cost(price, usage.prompt_tokens, usage.completion_tokens);
    return usage;
}

void job_fill_reply(const struct job *job, struct llm_reply *reply)
{
    bool ok = job->error == LLM_OK;
    *reply = (struct llm_reply){.request_id = job->id,
                                .error = job->error,
                                .endpoint = job->endpoint_name,
                                .usage = job->usage,
                                .latency_ms = job->latency_ms,
                                .tries = job->tries,
                                .message = buf_str(&job->message)};
    if (!ok)
        return;
    reply->text =
        buf_str(job->kind == JOB_CHAT ? &job->reply.text : &job->received);
    reply->finish_reason = buf_str(&job->reply.finish_reason);
    reply->model = buf_str(&job->reply.model);
}
