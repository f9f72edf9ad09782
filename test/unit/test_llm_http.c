/* Tests of llm/http.h against a real scripted endpoint: answers, and every
 * trouble there is, with small timeouts instead of sleeping. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include "http_fixture.h"

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
    start(&f, "", NULL);
    open_engine(&f, "", "stream: true");
    ask_one(&f, LLM_OK);
    assert_non_null(strstr(f.seen[0].text, "患者：reply"));
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
    const char *const rules[] = {"\"do\":\"status\",\"status\":500",
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
        start(&f, "{\"rules\":[{\"do\":\"drip\",\"bytes\":40,\"delay_ms\":4}]}",
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
    assert_true(
        schema_bind(&llm_config_schema, root, &f.config, &f.arena, &err));
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
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
