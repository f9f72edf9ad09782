/* Tests of llm/http.h against a real scripted endpoint: every trouble there is,
 * with small timeouts instead of sleeping. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include "../server/start.h"
#include "base/clock.h"
#include "base/json.h"
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
static void start(struct fixture *f, const char *script, const char *key)
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
static void open_engine(struct fixture *f, const char *caps,
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

static void stop(struct fixture *f)
{
    llm_close(f->llm);
    server_stop(&f->server);
    arena_release(&f->arena);
    free(f->seen);
}

static void copy(char *out, size_t bytes, str s)
{
    snprintf(out, bytes, STR_FMT, STR_ARG(s));
}

static void on_reply(const struct llm_reply *reply, void *ctx)
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

static void submit(struct fixture *f, uint64_t id, enum llm_part part)
{
    char text[60];
    snprintf(text, sizeof text, "request number %llu",
             (unsigned long long)id);
    struct llm_message message = {LLM_USER, str_of(text)};
    llm_submit(f->llm, &(struct llm_request){
                           .id = id,
                           .part = part,
                           .messages = &message,
                           .message_count = 1,
                           .sampling = llm_config_sampling(&f->config, part,
                                                           (int64_t)id)});
}

static void drain_all(struct fixture *f)
{
    int64_t end_ms = clock_now_ms() + WAIT_MS;
    while (llm_in_flight(f->llm)) {
        llm_drain(f->llm, 100, on_reply, f);
        if (clock_now_ms() > end_ms)
            fail_msg("%zu requests are still out", llm_in_flight(f->llm));
    }
}

/* Asks `count` requests, as many at once as the engine takes. */
static void ask(struct fixture *f, size_t count)
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

static void ask_one(struct fixture *f, enum llm_error expected)
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
static int64_t server_count(struct fixture *f, const char *name)
{
    char command[100];
    snprintf(command, sizeof command, "http://127.0.0.1:%d/stats",
             f->server.port);
    struct buf out;
    buf_init(&out, 1 << 16);
    int fds[2];
    if (pipe(fds) != 0)
        abort();
    pid_t pid = fork();
    if (pid == 0) {
        dup2(fds[1], STDOUT_FILENO);
        execlp("curl", "curl", "-s", command, NULL);
        _exit(127);
    }
    close(fds[1]);
    char text[1024];
    for (ssize_t n; (n = read(fds[0], text, sizeof text)) > 0;)
        buf_add(&out, str_make(text, (size_t)n));
    close(fds[0]);
    waitpid(pid, NULL, 0);
    struct err err = {0};
    json *doc = json_parse(buf_str(&out), &err);
    int64_t value = json_int(json_get(doc, name), -1);
    json_free(doc);
    buf_release(&out);
    return value;
}

/* ---- answers ---- */

static void plain_answers_come_whole_with_usage_and_cost(void **state)
{
    (void)state;
    struct fixture f;
    start(&f, "", NULL);
    open_engine(&f, "", "name: one");
    ask_one(&f, LLM_OK);
    const struct seen *s = &f.seen[0];
    assert_non_null(strstr(s->text, "患者：reply"));
    assert_string_equal(s->finish_reason, "stop");
    assert_string_equal(s->endpoint, "one");
    assert_int_equal(s->tries, 1);
    assert_false(s->usage.estimated);
    double cost = ((double)s->usage.prompt_tokens * 2 +
                   (double)s->usage.completion_tokens * 8) /
                  1e6;
    assert_true(s->usage.cost > cost - 1e-12 && s->usage.cost < cost + 1e-12);
    stop(&f);
}

static void a_stream_gives_the_same_text(void **state)
{
    (void)state;
    struct fixture f;
    char whole[400];
    start(&f, "{\"rules\":[]}", NULL);
    open_engine(&f, "", "stream: true");
    ask_one(&f, LLM_OK);
    strcpy(whole, f.seen[0].text);
    assert_non_null(strstr(whole, "reply"));
    assert_false(f.seen[0].usage.estimated);
    assert_string_equal(f.seen[0].finish_reason, "stop");
    stop(&f);
}

static void usage_is_estimated_when_it_is_not_told(void **state)
{
    (void)state;
    for (int stream = 0; stream < 2; stream++) {
        struct fixture f;
        start(&f, "{\"usage\": false}", NULL);
        open_engine(&f, "", stream ? "stream: true" : "");
        ask_one(&f, LLM_OK);
        assert_true(f.seen[0].usage.estimated);
        assert_true(f.seen[0].usage.prompt_tokens > 5);
        assert_true(f.seen[0].usage.completion_tokens > 10);
        assert_true(f.seen[0].usage.cost > 0);
        stop(&f);
    }
}

static void a_finish_reason_is_passed_on(void **state)
{
    (void)state;
    const char replies[] = "{\"text\":\"half\",\"finish_reason\":\"length\"}\n";
    char path[sizeof SCRIPT];
    memcpy(path, SCRIPT, sizeof SCRIPT);
    int fd = mkstemp(path);
    assert_true(write(fd, replies, strlen(replies)) > 0);
    close(fd);
    struct fixture f = {.server = server_start("--replies", path, NULL)};
    arena_init(&f.arena);
    f.seen = calloc(REPLIES_MAX, sizeof *f.seen);
    open_engine(&f, "", "");
    ask_one(&f, LLM_OK);
    assert_string_equal(f.seen[0].text, "half");
    assert_string_equal(f.seen[0].finish_reason, "length");
    stop(&f);
    unlink(path);
}

/* ---- trouble of transport ---- */

static void every_trouble_of_transport_is_tried_again(void **state)
{
    (void)state;
    const char *const rules[] = {
        "\"do\":\"status\",\"status\":500",
        "\"do\":\"status\",\"status\":408",
        "\"do\":\"status\",\"status\":502",
        "\"do\":\"status\",\"status\":503",
        "\"do\":\"status\",\"status\":504",
        "\"do\":\"empty\"",
        "\"do\":\"garbage\"",
        "\"do\":\"type\"",
        "\"do\":\"cut\",\"bytes\":100",
        "\"do\":\"cut\",\"bytes\":0",
        "\"do\":\"stall\",\"bytes\":100",
        "\"do\":\"silent\"",
        "\"do\":\"reset\"",
        "\"do\":\"close\"",
        "\"do\":\"nonsense\""};
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
        for (int stream = 0; stream < 2; stream++) {
            struct fixture f;
            char script[200];
            snprintf(script, sizeof script, "{\"rules\":[{%s,\"times\":2}]}",
                     rules[i]);
            start(&f, script, NULL);
            open_engine(&f, "retries: 2, stall_s: 0.05, request_s: 0.4",
                        stream ? "stream: true" : "");
            ask_one(&f, LLM_OK);
            if (f.seen[0].tries != 3)
                print_error("%s: %d tries\n", rules[i], f.seen[0].tries);
            assert_int_equal(f.seen[0].tries, 3);
            assert_non_null(strstr(f.seen[0].text, "reply"));
            stop(&f);
        }
    }
}

static void tries_end_with_the_reason(void **state)
{
    (void)state;
    const struct {
        const char *rule, *message;
        enum llm_error error;
    } cases[] = {
        {"\"do\":\"status\",\"status\":500", "HTTP 500: scripted trouble",
         LLM_TRANSPORT},
        {"\"do\":\"garbage\"", "malformed answer", LLM_MALFORMED},
        {"\"do\":\"type\"", "wrong content type: text/html", LLM_MALFORMED},
        {"\"do\":\"cut\",\"bytes\":50", "connection broken", LLM_TRANSPORT},
        {"\"do\":\"stall\",\"bytes\":50", "stalled", LLM_TRANSPORT},
        {"\"do\":\"silent\"", "timeout", LLM_TRANSPORT},
        {"\"do\":\"reset\"", "connection broken", LLM_TRANSPORT}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct fixture f;
        char script[200];
        snprintf(script, sizeof script, "{\"rules\":[{%s}]}", cases[i].rule);
        start(&f, script, NULL);
        open_engine(&f, "retries: 1, stall_s: 0.05, request_s: 0.3", "");
        ask_one(&f, cases[i].error);
        assert_int_equal(f.seen[0].tries, 2);
        if (!strstr(f.seen[0].message, cases[i].message) ||
            !strstr(f.seen[0].message, "(after 2 tries)"))
            fail_msg("%s: %s", cases[i].rule, f.seen[0].message);
        stop(&f);
    }
}

static void a_slow_drip_is_no_stall(void **state)
{
    (void)state;
    for (int stream = 0; stream < 2; stream++) {
        struct fixture f;
        start(&f,
              "{\"rules\":[{\"do\":\"drip\",\"bytes\":40,\"delay_ms\":4}]}",
              NULL);
        open_engine(&f, "retries: 0, stall_s: 2, request_s: 10",
                    stream ? "stream: true" : "");
        ask_one(&f, LLM_OK);
        assert_int_equal(f.seen[0].tries, 1);
        stop(&f);
    }
}

static void an_answer_above_the_cap_is_too_large(void **state)
{
    (void)state;
    for (int stream = 0; stream < 2; stream++) {
        struct fixture f;
        start(&f, "{\"rules\":[{\"do\":\"big\",\"bytes\":100000}]}", NULL);
        open_engine(&f, "reply_bytes: 20000", stream ? "stream: true" : "");
        ask_one(&f, LLM_TOO_LARGE);
        assert_int_equal(f.seen[0].tries, 1);
        assert_string_equal(f.seen[0].text, "");
        /* and the engine goes on */
        stop(&f);
    }
}

static void an_unreachable_endpoint_is_named(void **state)
{
    (void)state;
    struct fixture f;
    start(&f, "", NULL);
    server_stop(&f.server); /* the port is free again */
    open_engine(&f, "retries: 1", "");
    f.server.pid = 0;
    ask_one(&f, LLM_TRANSPORT);
    assert_non_null(strstr(f.seen[0].message, "unreachable"));
    llm_close(f.llm);
    arena_release(&f.arena);
    free(f.seen);
}

static void another_endpoint_takes_over(void **state)
{
    (void)state;
    struct fixture f;
    start(&f, "", NULL);
    struct server_process gone = server_start("--seconds", "5", NULL);
    server_stop(&gone);
    struct err err = {0};
    str yaml = arena_printf(
        &f.arena,
        "{kind: http, caps: {retries: 1, retry_base_s: 0.002}, endpoints: ["
        "{name: gone, base_url: \"http://127.0.0.1:%d/v1\", weight: 10},"
        "{name: here, base_url: \"http://127.0.0.1:%d/v1\"}]}",
        gone.port, f.server.port);
    struct yaml *root = yaml_parse(yaml, "test", &f.arena, &err);
    assert_true(schema_bind(&llm_config_schema, root, &f.config, &f.arena,
                            &err));
    f.llm = llm_http_open(&f.config, 7, &err);
    assert_non_null(f.llm);
    ask(&f, 50);
    for (size_t i = 0; i < 50; i++) {
        assert_int_equal(f.seen[i].error, LLM_OK);
        assert_string_equal(f.seen[i].endpoint, "here");
    }
    stop(&f);
}

/* ---- keys and refusals ---- */

static void a_wrong_key_ends_it_at_once_and_is_not_shown(void **state)
{
    (void)state;
    struct fixture f;
    setenv("ANAMNESIS_TEST_KEY", "expired-key-12345", 1);
    start(&f, "", "another-key");
    open_engine(&f, "retries: 5", "key_env: ANAMNESIS_TEST_KEY");
    ask_one(&f, LLM_AUTH);
    assert_int_equal(f.seen[0].tries, 1);
    assert_non_null(strstr(f.seen[0].message, "HTTP 401"));
    assert_null(strstr(f.seen[0].message, "expired-key"));
    assert_non_null(strstr(f.seen[0].message, "[redacted]"));
    stop(&f);
}

static void the_right_key_works_from_the_environment(void **state)
{
    (void)state;
    struct fixture f;
    setenv("ANAMNESIS_TEST_KEY", "right-key-12345", 1);
    start(&f, "", "right-key-12345");
    open_engine(&f, "", "key_env: ANAMNESIS_TEST_KEY");
    ask_one(&f, LLM_OK);
    stop(&f);
}

static void a_key_that_an_endpoint_echoes_never_reaches_the_text(void **state)
{
    (void)state;
    struct fixture f;
    const char replies[] = "{\"text\":\"you sent echoed-key-777, thanks\"}\n";
    char path[sizeof SCRIPT];
    memcpy(path, SCRIPT, sizeof SCRIPT);
    int fd = mkstemp(path);
    assert_true(write(fd, replies, strlen(replies)) > 0);
    close(fd);
    memset(&f, 0, sizeof f);
    setenv("ANAMNESIS_TEST_KEY", "echoed-key-777", 1);
    f.server = server_start("--replies", path, NULL);
    arena_init(&f.arena);
    f.seen = calloc(REPLIES_MAX, sizeof *f.seen);
    open_engine(&f, "", "key_env: ANAMNESIS_TEST_KEY");
    ask_one(&f, LLM_OK);
    assert_string_equal(f.seen[0].text, "you sent [redacted], thanks");
    stop(&f);
    unlink(path);
}

static void a_refused_key_is_not_sent_a_thousand_times(void **state)
{
    (void)state;
    struct fixture f;
    setenv("ANAMNESIS_TEST_KEY", "expired-key-12345", 1);
    start(&f, "", "another-key");
    open_engine(&f, "", "key_env: ANAMNESIS_TEST_KEY, in_flight_start: 2");
    ask(&f, 1000);
    for (size_t i = 0; i < 1000; i++)
        assert_int_equal(f.seen[i].error, LLM_AUTH);
    struct llm_stats stats;
    llm_stats(f.llm, &stats);
    assert_true(stats.sent < 10);
    stop(&f);
}

static void a_wrong_request_is_rejected_at_once(void **state)
{
    (void)state;
    const int statuses[] = {400, 404, 413, 422, 301, 501};
    for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++) {
        struct fixture f;
        char script[100];
        snprintf(script, sizeof script,
                 "{\"rules\":[{\"do\":\"status\",\"status\":%d}]}",
                 statuses[i]);
        start(&f, script, NULL);
        open_engine(&f, "", "");
        ask_one(&f, LLM_REJECTED);
        assert_int_equal(f.seen[0].tries, 1);
        stop(&f);
    }
}

static void parts_without_an_endpoint_are_told_so(void **state)
{
    (void)state;
    struct fixture f;
    start(&f, "", NULL);
    open_engine(&f, "", "parts: [writer]");
    submit(&f, 0, LLM_JUDGE);
    drain_all(&f);
    assert_int_equal(f.seen[0].error, LLM_REJECTED);
    assert_non_null(strstr(f.seen[0].message, "no endpoint"));
    stop(&f);
}

/* ---- capacity ---- */

static void a_refusal_for_capacity_is_no_try(void **state)
{
    (void)state;
    const int statuses[] = {429, 529};
    for (size_t i = 0; i < 2; i++) {
        struct fixture f;
        char script[200];
        snprintf(script, sizeof script,
                 "{\"rules\":[{\"do\":\"status\",\"status\":%d,\"times\":3,"
                 "\"retry_after\":\"0.02\"}]}",
                 statuses[i]);
        start(&f, script, NULL);
        open_engine(&f, "retries: 0", "");
        ask_one(&f, LLM_OK);
        assert_int_equal(f.seen[0].tries, 1);
        struct llm_stats stats;
        llm_stats(f.llm, &stats);
        assert_int_equal(stats.refused, 3);
        assert_int_equal(stats.sent, 4);
        stop(&f);
    }
}

static void retry_after_is_obeyed(void **state)
{
    (void)state;
    struct fixture f;
    start(&f,
          "{\"rules\":[{\"do\":\"status\",\"status\":429,\"times\":1,"
          "\"retry_after\":\"0.15\"}]}",
          NULL);
    open_engine(&f, "", "");
    int64_t before = clock_now_ms();
    ask_one(&f, LLM_OK);
    assert_true(clock_now_ms() - before >= 150);
    stop(&f);
}

static void patience_ends(void **state)
{
    (void)state;
    struct fixture f;
    start(&f,
          "{\"rules\":[{\"do\":\"status\",\"status\":429,"
          "\"retry_after\":\"0.01\"}]}",
          NULL);
    open_engine(&f, "patience_s: 0.1", "");
    ask_one(&f, LLM_CAPACITY);
    assert_int_equal(f.seen[0].tries, 0);
    assert_non_null(strstr(f.seen[0].message, "HTTP 429"));
    stop(&f);
}

static void an_hour_is_longer_than_patience(void **state)
{
    (void)state;
    struct fixture f;
    start(&f,
          "{\"rules\":[{\"do\":\"status\",\"status\":429,"
          "\"retry_after\":\"3600\"}]}",
          NULL);
    open_engine(&f, "patience_s: 5", "in_flight_start: 1");
    int64_t before = clock_now_ms();
    ask(&f, 20);
    assert_true(clock_now_ms() - before < 4000);
    for (size_t i = 0; i < 20; i++)
        assert_int_equal(f.seen[i].error, LLM_CAPACITY);
    assert_int_equal(server_count(&f, "requests"), 1);
    stop(&f);
}

static void the_window_adapts_to_what_the_endpoint_takes(void **state)
{
    (void)state;
    struct fixture f;
    start(&f,
          "{\"delay_ms\":2,\"rules\":[{\"do\":\"status\",\"status\":429,"
          "\"times\":1,\"share\":0.2,\"retry_after\":\"0.01\"}]}",
          NULL);
    open_engine(&f, "", "in_flight_start: 4, in_flight_max: 64");
    ask(&f, 1000);
    for (size_t i = 0; i < 1000; i++)
        assert_int_equal(f.seen[i].error, LLM_OK);
    struct llm_stats stats;
    llm_stats(f.llm, &stats);
    assert_true(stats.refused > 100);
    assert_true(stats.window < 64);
    stop(&f);
}

/* ---- caps ---- */

static void money_is_a_hard_cap(void **state)
{
    (void)state;
    struct fixture f;
    start(&f, "", NULL);
    open_engine(&f, "max_cost: 0.05", "extra: '{\"max_tokens\": 50}'");
    for (int part = 0; part < LLM_PART_COUNT; part++)
        f.config.sampling[part].tokens_max = 50;
    ask(&f, 500);
    size_t ok = 0, budget = 0;
    double cost = 0;
    for (size_t i = 0; i < 500; i++) {
        ok += f.seen[i].error == LLM_OK;
        budget += f.seen[i].error == LLM_BUDGET;
        cost += f.seen[i].usage.cost;
    }
    assert_int_equal(ok + budget, 500);
    assert_true(ok > 50 && budget > 10);
    assert_true(cost <= 0.05 && cost > 0.04);
    struct llm_stats stats;
    llm_stats(f.llm, &stats);
    assert_true(stats.cost <= 0.05);
    stop(&f);
}

static void tokens_are_a_hard_cap(void **state)
{
    (void)state;
    struct fixture f;
    start(&f, "", NULL);
    open_engine(&f, "tokens_total: 5000", "");
    for (int part = 0; part < LLM_PART_COUNT; part++)
        f.config.sampling[part].tokens_max = 50;
    ask(&f, 300);
    int64_t used = 0;
    size_t budget = 0;
    for (size_t i = 0; i < 300; i++) {
        used += f.seen[i].usage.prompt_tokens +
                f.seen[i].usage.completion_tokens;
        budget += f.seen[i].error == LLM_BUDGET;
    }
    assert_true(used <= 5000 && used > 4500);
    assert_true(budget > 0);
    stop(&f);
}

static void the_rate_per_minute_is_kept(void **state)
{
    (void)state;
    struct fixture f;
    start(&f, "", NULL);
    /* 6,000 in a minute: 300 at once, then 95 a second */
    open_engine(&f, "requests_per_minute: 6000", "");
    int64_t before = clock_now_ms();
    ask(&f, 340);
    int64_t took = clock_now_ms() - before;
    assert_true(took >= 380);
    stop(&f);
}

/* ---- many at once ---- */

static void a_mix_of_troubles_loses_nothing_and_asks_nothing_twice(void **state)
{
    (void)state;
    struct fixture f;
    start(&f,
          "{\"rules\":["
          "{\"do\":\"status\",\"status\":500,\"share\":0.05,\"times\":1},"
          "{\"do\":\"status\",\"status\":429,\"share\":0.05,\"times\":1,"
          "\"retry_after\":\"0.01\"},"
          "{\"do\":\"cut\",\"bytes\":90,\"share\":0.05,\"times\":1},"
          "{\"do\":\"stall\",\"bytes\":90,\"share\":0.02,\"times\":1},"
          "{\"do\":\"garbage\",\"share\":0.05,\"times\":1},"
          "{\"do\":\"type\",\"share\":0.05,\"times\":1},"
          "{\"do\":\"reset\",\"share\":0.05,\"times\":1},"
          "{\"do\":\"close\",\"share\":0.05,\"times\":1},"
          "{\"do\":\"nonsense\",\"share\":0.02,\"times\":1},"
          "{\"do\":\"status\",\"status\":400,\"share\":0.05},"
          "{\"do\":\"big\",\"share\":0.02,\"bytes\":50000},"
          "{\"do\":\"drip\",\"share\":0.05,\"bytes\":200,\"delay_ms\":1}]}",
          NULL);
    open_engine(&f,
                "retries: 12, stall_s: 0.2, request_s: 5, reply_bytes: 20000",
                "in_flight_start: 32, stream: true");
    enum { COUNT = 2000 };
    ask(&f, COUNT);
    size_t counts[LLM_NO_REPLY + 1] = {0};
    for (size_t i = 0; i < COUNT; i++)
        counts[f.seen[i].error]++;
    assert_int_equal(counts[LLM_OK] + counts[LLM_REJECTED] +
                         counts[LLM_TOO_LARGE],
                     COUNT);
    assert_true(counts[LLM_OK] > 1600);
    assert_true(counts[LLM_REJECTED] > 40);
    assert_true(counts[LLM_TOO_LARGE] > 5);
    assert_int_equal(server_count(&f, "distinct"), COUNT);
    assert_int_equal(server_count(&f, "answered"), counts[LLM_OK]);
    assert_int_equal(server_count(&f, "asked_again"), 0);
    stop(&f);
}

static void closing_in_the_middle_leaves_nothing_behind(void **state)
{
    (void)state;
    struct fixture f;
    start(&f, "{\"delay_ms\":200}", NULL);
    open_engine(&f, "requests_per_minute: 2000", "in_flight_start: 100");
    for (uint64_t i = 0; i < 300; i++)
        submit(&f, i, LLM_WRITER);
    llm_drain(f.llm, 20, on_reply, &f);
    stop(&f);
}

static void posts_of_other_paths_come_back_as_they_are(void **state)
{
    (void)state;
    struct fixture f;
    start(&f, "{\"embeddings\": 2}", NULL);
    open_engine(&f, "", "");
    llm_http_post(f.llm, 0, LLM_WRITER, "/embeddings",
                  STR("{\"input\":[\"a\"]}"), 1);
    drain_all(&f);
    assert_int_equal(f.seen[0].error, LLM_OK);
    assert_non_null(strstr(f.seen[0].text, "\"embedding\":["));
    stop(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain_answers_come_whole_with_usage_and_cost),
        cmocka_unit_test(a_stream_gives_the_same_text),
        cmocka_unit_test(usage_is_estimated_when_it_is_not_told),
        cmocka_unit_test(a_finish_reason_is_passed_on),
        cmocka_unit_test(every_trouble_of_transport_is_tried_again),
        cmocka_unit_test(tries_end_with_the_reason),
        cmocka_unit_test(a_slow_drip_is_no_stall),
        cmocka_unit_test(an_answer_above_the_cap_is_too_large),
        cmocka_unit_test(an_unreachable_endpoint_is_named),
        cmocka_unit_test(another_endpoint_takes_over),
        cmocka_unit_test(a_wrong_key_ends_it_at_once_and_is_not_shown),
        cmocka_unit_test(the_right_key_works_from_the_environment),
        cmocka_unit_test(a_key_that_an_endpoint_echoes_never_reaches_the_text),
        cmocka_unit_test(a_refused_key_is_not_sent_a_thousand_times),
        cmocka_unit_test(a_wrong_request_is_rejected_at_once),
        cmocka_unit_test(parts_without_an_endpoint_are_told_so),
        cmocka_unit_test(a_refusal_for_capacity_is_no_try),
        cmocka_unit_test(retry_after_is_obeyed),
        cmocka_unit_test(patience_ends),
        cmocka_unit_test(an_hour_is_longer_than_patience),
        cmocka_unit_test(the_window_adapts_to_what_the_endpoint_takes),
        cmocka_unit_test(money_is_a_hard_cap),
        cmocka_unit_test(tokens_are_a_hard_cap),
        cmocka_unit_test(the_rate_per_minute_is_kept),
        cmocka_unit_test(
            a_mix_of_troubles_loses_nothing_and_asks_nothing_twice),
        cmocka_unit_test(closing_in_the_middle_leaves_nothing_behind),
        cmocka_unit_test(posts_of_other_paths_come_back_as_they_are),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
