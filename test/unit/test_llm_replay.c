/* Tests of llm/recorder.h and llm/replay.h: what was answered once is answered
 * again the same way. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include "http_fixture.h"
#include "llm/open.h"
#include "llm/recorder.h"
#include "llm/recording.h"
#include "llm/replay.h"

static void new_path(char *path)
{
    snprintf(path, 64, "/tmp/anamnesis-replay-XXXXXX");
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    close(fd);
}

static void write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static void open_replay(struct fixture *f, const char *path, const char *match)
{
    struct err err = {0};
    memset(f, 0, sizeof *f);
    arena_init(&f->arena);
    f->seen = calloc(REPLIES_MAX, sizeof *f->seen);
    f->llm = llm_replay_open(path, str_of(match), &err);
    if (!f->llm)
        fail_msg("%s", err.message);
}

static void close_replay(struct fixture *f)
{
    llm_close(f->llm);
    arena_release(&f->arena);
    free(f->seen);
}

static void a_recorded_run_replays_the_same(void **state)
{
    (void)state;
    enum { COUNT = 300 };
    char path[64];
    struct fixture live, again;
    struct err err = {0};
    new_path(path);
    start(&live,
          "{\"rules\":[{\"do\":\"status\",\"status\":400,\"share\":0.1}]}",
          NULL);
    open_engine(&live, "", "");
    live.llm = llm_recorder_open(live.llm, path, &err);
    assert_non_null(live.llm);
    assert_string_equal(llm_engine_name(live.llm), "http");
    ask(&live, COUNT);
    assert_true(llm_flush(live.llm, &err));

    open_replay(&again, path, "request");
    again.config = live.config;
    ask(&again, COUNT);
    for (size_t i = 0; i < COUNT; i++) {
        assert_int_equal(again.seen[i].error, live.seen[i].error);
        assert_string_equal(again.seen[i].text, live.seen[i].text);
        assert_string_equal(again.seen[i].message, live.seen[i].message);
        assert_int_equal(again.seen[i].usage.completion_tokens,
                         live.seen[i].usage.completion_tokens);
        assert_true(again.seen[i].usage.cost == live.seen[i].usage.cost);
    }
    close_replay(&again);
    stop(&live);
    unlink(path);
}

static void requests_that_were_not_recorded_have_no_reply(void **state)
{
    (void)state;
    char path[64];
    struct fixture f;
    new_path(path);
    write_file(path, "{\"key\":\"00\",\"id\":0,\"text\":\"a\"}\n");
    open_replay(&f, path, "request");
    ask_one(&f, LLM_NO_REPLY);
    close_replay(&f);
    unlink(path);
}

static void ids_and_lines_find_replies_of_any_list(void **state)
{
    (void)state;
    char path[64];
    struct fixture f;
    new_path(path);
    write_file(path, "{\"id\":2,\"raw\":\"two\"}\n\n"
                     "{\"id\":0,\"raw\":\"zero\",\"finish_reason\":"
                     "\"length\"}\n{\"id\":1,\"text\":\"one\"}\n");
    open_replay(&f, path, "id");
    ask(&f, 3);
    assert_string_equal(f.seen[0].text, "zero");
    assert_string_equal(f.seen[0].finish_reason, "length");
    assert_string_equal(f.seen[1].text, "one");
    assert_string_equal(f.seen[2].text, "two");
    close_replay(&f);
    open_replay(&f, path, "order");
    ask(&f, 4);
    assert_string_equal(f.seen[0].text, "two");
    assert_string_equal(f.seen[1].text, "zero");
    assert_int_equal(f.seen[3].error, LLM_NO_REPLY);
    assert_true(f.seen[0].usage.estimated);
    assert_int_equal(f.seen[0].usage.completion_tokens, 1);
    close_replay(&f);
    unlink(path);
}

static void the_same_request_twice_keeps_its_own_replies(void **state)
{
    (void)state;
    char path[64];
    char first[RECORDING_KEY_BYTES];
    struct llm_message message = {LLM_USER, STR("request number 0")};
    struct llm_request request = {.id = 0,
                                  .messages = &message,
                                  .message_count = 1,
                                  .sampling = {.temperature = 0}};
    struct fixture f;
    new_path(path);
    recording_key(&request, first);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    for (int id = 0; id < 3; id++)
        fprintf(file, "{\"key\":\"%s\",\"id\":%d,\"text\":\"t%d\"}\n", first,
                id, id);
    fclose(file);
    open_replay(&f, path, "request");
    const uint64_t ids[] = {2, 0, 1, 9};
    for (size_t i = 0; i < 4; i++) {
        request.id = ids[i];
        llm_submit(f.llm, &request);
    }
    drain_all(&f);
    assert_string_equal(f.seen[2].text, "t2");
    assert_string_equal(f.seen[0].text, "t0");
    assert_string_equal(f.seen[1].text, "t1");
    assert_string_equal(f.seen[9].text, "t0"); /* a stranger gets the first */
    close_replay(&f);
    unlink(path);
}

static void the_key_depends_on_everything_the_reply_does(void **state)
{
    (void)state;
    struct llm_message messages[] = {{LLM_USER, STR("a")},
                                     {LLM_USER, STR("b")}};
    struct llm_request base = {.messages = messages, .message_count = 2};
    char key[RECORDING_KEY_BYTES], other[RECORDING_KEY_BYTES];
    recording_key(&base, key);
    for (int i = 0; i < 7; i++) {
        struct llm_request changed = base;
        struct llm_message copies[] = {messages[0], messages[1]};
        changed.messages = copies;
        switch (i) {
        case 0:
            changed.part = LLM_JUDGE;
            break;
        case 1:
            changed.message_count = 1;
            break;
        case 2:
            copies[0].content = STR("ab");
            copies[1].content = STR("");
            break;
        case 3:
            copies[0].role = LLM_SYSTEM;
            break;
        case 4:
            changed.sampling.seed = 1;
            break;
        case 5:
            changed.sampling.temperature = 0.5;
            break;
        default:
            changed.sampling.json_schema = STR("{}");
        }
        recording_key(&changed, other);
        assert_string_not_equal(key, other);
    }
    base.id = 77;
    recording_key(&base, other);
    assert_string_equal(key, other);
}

static void damaged_recordings_are_named_with_their_line(void **state)
{
    (void)state;
    const struct {
        const char *content, *message;
    } cases[] = {{"{\"key\":\"00\",\"text\":\"a\"}\n{\"key\":", "line 2"},
                 {"[1]\n", "expected an object"},
                 {"{\"text\":\"a\"}\n", "no line has a key"},
                 {"", "no line has a key"}};
    char path[64];
    new_path(path);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct err err = {0};
        write_file(path, cases[i].content);
        assert_null(llm_replay_open(path, STR("request"), &err));
        if (!strstr(err.message, cases[i].message))
            fail_msg("%s", err.message);
    }
    unlink(path);
    struct err err = {0};
    assert_null(llm_replay_open(path, STR("request"), &err));
    assert_int_equal(err.code, ERR_IO);
}

static void a_full_disk_does_not_stop_replies_but_is_told(void **state)
{
    (void)state;
    struct fixture f;
    struct err err = {0};
    if (access("/dev/full", W_OK) != 0)
        skip();
    start(&f, "", NULL);
    open_engine(&f, "", "");
    f.llm = llm_recorder_open(f.llm, "/dev/full", &err);
    assert_non_null(f.llm);
    ask(&f, 200);
    assert_int_equal(f.seen[199].error, LLM_OK);
    assert_false(llm_flush(f.llm, &err));
    assert_non_null(strstr(err.message, "/dev/full"));
    stop(&f);
}

static void the_real_replies_are_served_line_by_line(void **state)
{
    (void)state;
    const char path[] = "../shared/data/llm_outputs/outputs.jsonl";
    struct fixture f;
    if (access(path, R_OK) != 0)
        skip();
    open_replay(&f, path, "order");
    ask(&f, 150);
    assert_non_null(strstr(f.seen[0].text, "医生：您好，请坐"));
    close_replay(&f);
}

static void a_configuration_opens_what_it_names(void **state)
{
    (void)state;
    struct arena arena;
    struct err err = {0};
    struct llm_config config;
    arena_init(&arena);
    const char *const yaml = "{kind: replay, record: /nowhere/at/all}";
    struct yaml *root = yaml_parse(str_of(yaml), "test", &arena, &err);
    assert_true(schema_bind(&llm_config_schema, root, &config, &arena, &err));
    assert_null(llm_open(&config, 1, &err));
    assert_non_null(strstr(err.message, "needs replay.file"));
    config.kind = STR("simulator");
    assert_null(llm_open(&config, 1, &err));
    assert_int_equal(err.code, ERR_CONFIG);
    assert_true(llm_config_single(&config, STR("http://localhost:1/v1"),
                                  STR("m"), &arena, &err));
    config.record = STR("/nowhere/at/all");
    assert_null(llm_open(&config, 1, &err));
    assert_non_null(strstr(err.message, "recording /nowhere/at/all"));
    arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_recorded_run_replays_the_same),
        cmocka_unit_test(requests_that_were_not_recorded_have_no_reply),
        cmocka_unit_test(ids_and_lines_find_replies_of_any_list),
        cmocka_unit_test(the_same_request_twice_keeps_its_own_replies),
        cmocka_unit_test(the_key_depends_on_everything_the_reply_does),
        cmocka_unit_test(damaged_recordings_are_named_with_their_line),
        cmocka_unit_test(a_full_disk_does_not_stop_replies_but_is_told),
        cmocka_unit_test(the_real_replies_are_served_line_by_line),
        cmocka_unit_test(a_configuration_opens_what_it_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
