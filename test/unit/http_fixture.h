/* http_fixture.h - a scripted endpoint and an engine that asks it, for tests.
 *
 *     struct fixture f;
 *     start(&f, "{\"usage\": false}", NULL);         // script, key
 *     open_engine(&f, "retries: 1", "stream: true"); // caps, endpoint
 *     ask(&f, 100);                                  // f.seen[0 … 99]
 *     stop(&f);
 *
 * To be included after cmocka.h.
 */
#ifndef UNIT_HTTP_FIXTURE_H
#define UNIT_HTTP_FIXTURE_H

#include "../server/start.h"
#include "base/clock.h"
#include "base/json.h"
#include "llm/fetch.h"
#include "llm/http.h"

enum { REPLIES_MAX = 4000, WAIT_MS = 20000 };

struct seen {
    enum llm_error error;
    char text[400];
    char finish_reason[40];
    char message[400];
    char endpoint[40];
    int tries;
    struct llm_usage usage;
    int count; /* how often this id was answered */
};

struct fixture {
    struct server_process server;
    struct arena arena;
    struct llm_config config;
    struct llm *llm;
    struct seen *seen; /* by request id */
    size_t replies;
};

static const char SCRIPT[] = "/tmp/anamnesis-script-XXXXXX";

/* Starts the server with a script ("" = none). */
static inline void start(struct fixture *f, const char *script, const char *key)
{
    char path[sizeof SCRIPT];
    memset(f, 0, sizeof *f);
    memcpy(path, SCRIPT, sizeof SCRIPT);
    int fd = mkstemp(path);
    if (!*script)
        script = "{}";
    assert_true(write(fd, script, strlen(script)) == (ssize_t)strlen(script));
    close(fd);
    f->server = server_start("--script", path, key ? "--key" : NULL, key, NULL);
    unlink(path);
    arena_init(&f->arena);
    f->seen = calloc(REPLIES_MAX, sizeof *f->seen);
}

/* Opens the engine; `yaml` is the inside of `caps`, `endpoint` what is added to
 * the one endpoint. */
static inline void open_engine(struct fixture *f, const char *caps,
                               const char *endpoint)
{
    struct err err = {0};
    str yaml = arena_printf(
        &f->arena,
        "{kind: http, caps: {retry_base_s: 0.002, retry_max_s: 0.01, %s}, "
        "endpoints: [{base_url: \"http://127.0.0.1:%d/v1\", model: "
        "example-large, %s}]}",
        caps, f->server.port, endpoint);
    struct yaml *root = yaml_parse(yaml, "test", &f->arena, &err);
    if (!root ||
        !schema_bind(&llm_config_schema, root, &f->config, &f->arena, &err) ||
        !(f->llm = llm_http_open(&f->config, 7, &err)))
        fail_msg("%s", err.message);
}

static inline void stop(struct fixture *f)
{
    llm_close(f->llm);
    server_stop(&f->server);
    arena_release(&f->arena);
    free(f->seen);
}

static inline void copy(char *out, size_t bytes, str s)
{
    snprintf(out, bytes, STR_FMT, STR_ARG(s));
}

static inline void on_reply(const struct llm_reply *reply, void *ctx)
{
    struct fixture *f = ctx;
    assert_true(reply->request_id < REPLIES_MAX);
    struct seen *s = &f->seen[reply->request_id];
    s->error = reply->error;
    s->tries = reply->tries;
    s->usage = reply->usage;
    s->count++;
    copy(s->text, sizeof s->text, reply->text);
    copy(s->finish_reason, sizeof s->finish_reason, reply->finish_reason);
    copy(s->message, sizeof s->message, reply->message);
    copy(s->endpoint, sizeof s->endpoint, reply->endpoint);
    f->replies++;
}

static inline void submit(struct fixture *f, uint64_t id, enum llm_part part)
{
    char text[60];
    snprintf(text, sizeof text, "request number %llu", (unsigned long long)id);
    struct llm_message message = {LLM_USER, str_of(text)};
    llm_submit(f->llm,
               &(struct llm_request){.id = id,
                                     .part = part,
                                     .messages = &message,
                                     .message_count = 1,
                                     .sampling = llm_config_sampling(
                                         &f->config, part, (int64_t)id)});
}

static inline void drain_all(struct fixture *f)
{
    int64_t end_ms = clock_now_ms() + WAIT_MS;
    while (llm_in_flight(f->llm)) {
        llm_drain(f->llm, 100, on_reply, f);
        if (clock_now_ms() > end_ms)
            fail_msg("%zu requests are still out", llm_in_flight(f->llm));
    }
}

/* Asks `count` requests, as many at once as the engine takes. */
static inline void ask(struct fixture *f, size_t count)
{
    for (size_t i = 0; i < count;) {
        while (i < count && llm_wants_more(f->llm))
            submit(f, i++, LLM_WRITER);
        llm_drain(f->llm, 100, on_reply, f);
    }
    drain_all(f);
    assert_int_equal(f->replies, count);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(f->seen[i].count, 1);
}

static inline void ask_one(struct fixture *f, enum llm_error expected)
{
    memset(f->seen, 0, sizeof *f->seen);
    f->replies = 0;
    ask(f, 1);
    if (f->seen[0].error != expected)
        print_error("%s: %s\n", llm_error_name(f->seen[0].error),
                    f->seen[0].message);
    assert_int_equal(f->seen[0].error, expected);
}

/* What the server counted. */
static inline int64_t server_count(struct fixture *f, const char *name)
{
    struct err err = {0};
    struct fetch_reply reply;
    str url =
        arena_printf(&f->arena, "http://127.0.0.1:%d/stats", f->server.port);
    fetch_reply_init(&reply);
    if (!fetch(&(struct fetch_order){.url = url.ptr, .timeout_ms = WAIT_MS},
               &reply, &err))
        fail_msg("%s", err.message);
    json *doc = json_parse(buf_str(&reply.body), &err);
    int64_t value = json_int(json_get(doc, name), -1);
    json_free(doc);
    fetch_reply_release(&reply);
    return value;
}

#endif
