/* The grammar rule asks as LanguageTool is asked, and puts corrections where
 * they belong; a service that misbehaves is told from a bad dialogue. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "generate/grammar.h"
#include "generate/post.h"

static struct arena arena;
static struct grammar_config config;

static struct turn two_turns[2];
static const struct list turns = {two_turns, 2};

static void configure(const char *yaml_text)
{
    struct err err = {0};
    struct yaml *root = yaml_parse(str_of(yaml_text), "test", &arena, &err);
    assert_non_null(root);
    bool ok = schema_bind(&grammar_config_schema, root, &config, &arena, &err);
    if (!ok)
        print_error("%s\n", err.message);
    assert_true(ok);
}

static int set_up(void **state)
{
    (void)state;
    arena_init(&arena);
    configure("matches_max: 1000");
    two_turns[0] =
        (struct turn){.role = ROLE_DOCTOR, .text = STR("Hoe gaad het?")};
    two_turns[1] = (struct turn){
        .role = ROLE_PATIENT, .text = STR("\xF0\x9F\x98\x80 Goed, danku wel.")};
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_release(&arena);
    return 0;
}

static struct grammar_outcome read_reply(const char *reply)
{
    struct grammar_outcome outcome;
    struct err err = {0};
    bool ok =
        grammar_read(str_of(reply), &config, turns, &arena, &outcome, &err);
    if (!ok)
        print_error("%s\n", err.message);
    assert_true(ok);
    return outcome;
}

static void expect_text(const struct grammar_outcome *outcome, size_t turn,
                        const char *text)
{
    str found = LIST_AT(outcome->turns, struct turn, turn)->text;
    if (!str_equal(found, str_of(text)))
        print_error("found '" STR_FMT "'\n", STR_ARG(found));
    assert_true(str_equal(found, str_of(text)));
}

#define MATCH(offset, length, value, category)                                 \
    "{\"offset\":" #offset ",\"length\":" #length                              \
    ",\"replacements\":[{\"value\":\"" value "\"},{\"value\":\"x\"}],"         \
    "\"rule\":{\"id\":\"R\",\"category\":{\"id\":\"" category "\"}}}"

static void the_request_is_a_form_with_annotated_text(void **state)
{
    (void)state;
    struct buf body;
    buf_init(&body, 4096);
    struct turn plain[] = {{.text = STR("a b&ü")}, {.text = STR("c")}};
    grammar_request((struct list){plain, 2}, LANG_EN, &body);
    assert_string_equal(
        buf_cstr(&body),
        "language=en-GB&data=%7B%22annotation%22%3A%5B%7B%22text%22%3A%22a%20b"
        "%26%C3%BC%22%7D%2C%7B%22markup%22%3A%22%5Cn%22%2C%22interpretAs%22%3A"
        "%22%5Cn%5Cn%22%7D%2C%7B%22text%22%3A%22c%22%7D%5D%7D");
    buf_release(&body);
}

static void corrections_go_into_the_right_turn(void **state)
{
    (void)state;
    /* turn 1 has 13 units, the border 1, the emoji 2 */
    struct grammar_outcome outcome = read_reply("{\"matches\":[" MATCH(
        23, 5, "dank u", "GRAMMAR") "," MATCH(4, 4, "gaat", "GRAMMAR") "]}");
    assert_int_equal(outcome.verdict.reason, REFINE_OK);
    assert_int_equal(outcome.match_count, 2);
    assert_int_equal(outcome.corrected_count, 2);
    expect_text(&outcome, 0, "Hoe gaat het?");
    expect_text(&outcome, 1, "\xF0\x9F\x98\x80 Goed, dank u wel.");
    assert_int_equal(LIST_AT(outcome.turns, struct turn, 1)->role,
                     ROLE_PATIENT);
}

static void borders_overlaps_and_empty_turns_stay_as_they_are(void **state)
{
    (void)state;
    struct grammar_outcome outcome =
        read_reply("{\"matches\":[" MATCH(9, 8, "y", "GRAMMAR") "," MATCH(
            4, 4, "gaat", "GRAMMAR") "," MATCH(6, 5, "z", "GRAMMAR") "]}");
    assert_int_equal(outcome.match_count, 3);
    assert_int_equal(outcome.corrected_count, 1);
    expect_text(&outcome, 0, "Hoe gaat het?");
    outcome = read_reply("{\"matches\":[" MATCH(0, 13, "", "GRAMMAR") "," MATCH(
        15, 1, "q", "GRAMMAR") "]}"); /* half of the emoji */
    assert_int_equal(outcome.corrected_count, 0);
    expect_text(&outcome, 0, "Hoe gaad het?");
}

static void skipped_categories_do_not_count(void **state)
{
    (void)state;
    struct grammar_outcome outcome =
        read_reply("{\"matches\":[" MATCH(4, 4, "gaat", "TYPOS") "]}");
    assert_int_equal(outcome.match_count, 0);
    expect_text(&outcome, 0, "Hoe gaad het?");
    configure("{matches_max: 1000, skip_categories: []}");
    outcome = read_reply("{\"matches\":[" MATCH(4, 4, "gaat", "TYPOS") "]}");
    assert_int_equal(outcome.corrected_count, 1);
}

static void too_many_matches_reject_in_both_modes(void **state)
{
    (void)state;
    const char *reply = "{\"matches\":[" MATCH(4, 4, "gaat", "GRAMMAR") "]}";
    configure("matches_max: 32"); /* one in 31 characters is 32.3 */
    assert_int_equal(read_reply(reply).verdict.reason, REFINE_GRAMMAR);
    configure("matches_max: 33");
    assert_int_equal(read_reply(reply).verdict.reason, REFINE_OK);
    configure("{matches_max: 33, mode: reject}");
    struct grammar_outcome outcome = read_reply(reply);
    assert_int_equal(outcome.verdict.reason, REFINE_OK);
    assert_int_equal(outcome.corrected_count, 0);
    expect_text(&outcome, 0, "Hoe gaad het?");
    configure("{matches_max: 32, mode: reject}");
    assert_int_equal(read_reply(reply).verdict.reason, REFINE_GRAMMAR);
}

static void nonsense_is_an_error_of_the_service(void **state)
{
    (void)state;
    static const char *const replies[] = {
        "",
        "<html>",
        "{}",
        "{\"matches\":3}",
        "{\"matches\":[{}]}",
        "{\"matches\":[" MATCH(-1, 2, "a", "G") "]}",
        "{\"matches\":[" MATCH(3, 0, "a", "G") "]}",
        "{\"matches\":[" MATCH(3000, 4, "a", "G") "]}",
        "{\"matches\":[" MATCH(30, 40, "a", "G") "]}"};
    for (size_t i = 0; i < sizeof replies / sizeof *replies; i++) {
        struct grammar_outcome outcome;
        struct err err = {0};
        assert_false(grammar_read(str_of(replies[i]), &config, turns, &arena,
                                  &outcome, &err));
        assert_int_equal(err.code, ERR_FORMAT);
    }
}

/* --- a real server on the loopback --- */

struct served {
    unsigned status;
    const char *body;
    size_t body_bytes;
    char received[4096];
    size_t received_bytes;
};

static enum MHD_Result answer(void *ctx, struct MHD_Connection *connection,
                              const char *url, const char *method,
                              const char *version, const char *data,
                              size_t *data_bytes, void **request)
{
    struct served *served = ctx;
    (void)version;
    if (!*request) {
        served->received_bytes = 0;
        *request = served;
        return MHD_YES;
    }
    if (*data_bytes) {
        size_t room = sizeof served->received - served->received_bytes;
        size_t taken = *data_bytes < room ? *data_bytes : room;
        memcpy(served->received + served->received_bytes, data, taken);
        served->received_bytes += taken;
        *data_bytes = 0;
        return MHD_YES;
    }
    bool right = strcmp(url, "/v2/check") == 0 && strcmp(method, "POST") == 0;
    struct MHD_Response *response = MHD_create_response_from_buffer(
        served->body_bytes, (void *)(uintptr_t)served->body,
        MHD_RESPMEM_PERSISTENT);
    enum MHD_Result result =
        MHD_queue_response(connection, right ? served->status : 404, response);
    MHD_destroy_response(response);
    return result;
}

static struct MHD_Daemon *serve(struct served *served)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct MHD_Daemon *daemon = MHD_start_daemon(
        MHD_USE_INTERNAL_POLLING_THREAD, 0, NULL, NULL, answer, served,
        MHD_OPTION_SOCK_ADDR, &address, MHD_OPTION_END);
    assert_non_null(daemon);
    const union MHD_DaemonInfo *info =
        MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_BIND_PORT);
    char text[200];
    snprintf(text, sizeof text,
             "{url: \"http://127.0.0.1:%u/\", timeout_ms: 5000, matches_max: "
             "1000, reply_bytes_max: 2000}",
             info->port);
    configure(text);
    return daemon;
}

static enum err_code ask(struct grammar_outcome *outcome, char *message)
{
    struct err err = {0};
    struct grammar *grammar = grammar_open(&config, LANG_NL, &err);
    assert_non_null(grammar);
    bool ok = true;
    for (int i = 0; i < 2 && ok; i++) /* the second over the kept connection */
        ok = grammar_check(grammar, turns, &arena, outcome, &err);
    assert_int_equal(ok, err.code == ERR_NONE);
    grammar_close(grammar);
    snprintf(message, sizeof err.message, "%s", err.message);
    return err.code;
}

static void a_real_server_is_asked_and_believed(void **state)
{
    (void)state;
    const char *reply = "{\"matches\":[" MATCH(4, 4, "gaat", "GRAMMAR") "]}";
    struct served served = {
        .status = 200, .body = reply, .body_bytes = strlen(reply)};
    struct MHD_Daemon *daemon = serve(&served);
    struct grammar_outcome outcome;
    char message[sizeof((struct err *)NULL)->message];
    assert_int_equal(ask(&outcome, message), ERR_NONE);
    expect_text(&outcome, 0, "Hoe gaat het?");
    str form = str_make(served.received, served.received_bytes);
    assert_true(str_starts_with(form, STR("language=nl&data=%7B")));
    MHD_stop_daemon(daemon);
}

static void statuses_sizes_and_silence_are_network_errors(void **state)
{
    (void)state;
    static char large[100000];
    memset(large, ' ', sizeof large);
    struct served served = {.status = 500, .body = "no", .body_bytes = 2};
    struct MHD_Daemon *daemon = serve(&served);
    struct grammar_outcome outcome;
    char message[sizeof((struct err *)NULL)->message];
    assert_int_equal(ask(&outcome, message), ERR_NETWORK);
    assert_non_null(strstr(message, "HTTP 500"));
    served = (struct served){
        .status = 200, .body = large, .body_bytes = sizeof large};
    assert_int_equal(ask(&outcome, message), ERR_LIMIT);
    served = (struct served){.status = 200, .body = "<html>", .body_bytes = 6};
    assert_int_equal(ask(&outcome, message), ERR_FORMAT);
    MHD_stop_daemon(daemon);
    assert_int_equal(ask(&outcome, message), ERR_NETWORK); /* nobody there */
}

static void a_server_that_never_answers_times_out(void **state)
{
    (void)state;
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    assert_true(listener >= 0);
    assert_int_equal(bind(listener, (struct sockaddr *)&address, length), 0);
    assert_int_equal(listen(listener, 4), 0);
    assert_int_equal(
        getsockname(listener, (struct sockaddr *)&address, &length), 0);
    char text[200];
    snprintf(text, sizeof text,
             "{url: \"http://user:secret@127.0.0.1:%u\", timeout_ms: 100}",
             ntohs(address.sin_port));
    configure(text);
    struct grammar_outcome outcome;
    char message[sizeof((struct err *)NULL)->message];
    assert_int_equal(ask(&outcome, message), ERR_NETWORK);
    assert_null(strstr(message, "secret"));
    close(listener);
}

static void an_address_that_is_none_is_named(void **state)
{
    (void)state;
    static const char *const urls[] = {"", "localhost:80", "ftp://x",
                                       "file:///"};
    for (size_t i = 0; i < sizeof urls / sizeof *urls; i++) {
        struct err err = {0};
        assert_null(post_open(str_of(urls[i]), 1000, 1000, &err));
        assert_int_equal(err.code, ERR_CONFIG);
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(the_request_is_a_form_with_annotated_text),
        TEST(corrections_go_into_the_right_turn),
        TEST(borders_overlaps_and_empty_turns_stay_as_they_are),
        TEST(skipped_categories_do_not_count),
        TEST(too_many_matches_reject_in_both_modes),
        TEST(nonsense_is_an_error_of_the_service),
        TEST(a_real_server_is_asked_and_believed),
        TEST(statuses_sizes_and_silence_are_network_errors),
        TEST(a_server_that_never_answers_times_out),
        TEST(an_address_that_is_none_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
