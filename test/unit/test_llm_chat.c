/* Tests of llm/chat.h: requests out, answers in. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include "llm/chat.h"

static const struct llm_sampling NOTHING = {
    .temperature = -1, .top_p = -1, .seed = -1};

static void expect_rest(const struct chat_target *target,
                        const struct llm_sampling *sampling,
                        const char *expected)
{
    struct buf out;
    buf_init(&out, 1 << 16);
    buf_add(&out, STR("{\"messages\":[]"));
    chat_put_rest(&out, target, sampling);
    assert_string_equal(buf_cstr(&out), expected);
    json *doc = json_parse(buf_str(&out), NULL);
    assert_non_null(doc);
    json_free(doc);
    buf_release(&out);
}

static void messages_keep_roles_and_text(void **state)
{
    (void)state;
    const struct llm_message messages[] = {{LLM_SYSTEM, STR("你是\"医生\"")},
                                           {LLM_USER, STR("a\nb")},
                                           {LLM_ASSISTANT, STR("")}};
    struct buf out;
    buf_init(&out, 1 << 16);
    chat_put_messages(&out, messages, 3);
    assert_string_equal(
        buf_cstr(&out),
        "{\"messages\":[{\"role\":\"system\",\"content\":"
        "\"你是\\\"医生\\\"\"},{\"role\":\"user\",\"content\":"
        "\"a\\nb\"},{\"role\":\"assistant\",\"content\":\"\"}]");
    buf_release(&out);
}

static void unset_parameters_are_not_sent(void **state)
{
    (void)state;
    struct chat_target target = {0};
    expect_rest(&target, &NOTHING, "{\"messages\":[]}");
    target.model = STR("m");
    expect_rest(&target, &NOTHING, "{\"messages\":[],\"model\":\"m\"}");
}

static void parameters_have_their_names(void **state)
{
    (void)state;
    const struct llm_sampling sampling = {.temperature = 0.7,
                                          .top_p = 0.9,
                                          .repetition_penalty = 1.1,
                                          .tokens_max = 50,
                                          .seed = 0,
                                          .json_schema = STR("{\"a\":1}")};
    struct chat_target target = {
        .model = STR("m"), .stream = true, .json_schema = true};
    expect_rest(&target, &sampling,
                "{\"messages\":[],\"model\":\"m\",\"temperature\":0.7,"
                "\"top_p\":0.9,\"repetition_penalty\":1.1,\"max_tokens\":50,"
                "\"seed\":0,\"response_format\":{\"type\":\"json_schema\","
                "\"json_schema\":{\"name\":\"reply\",\"strict\":true,"
                "\"schema\":{\"a\":1}}},\"stream\":true,"
                "\"stream_options\":{\"include_usage\":true}}");
    target = (struct chat_target){.tokens_field = STR("max_completion_tokens"),
                                  .json_schema = false};
    expect_rest(&target, &sampling,
                "{\"messages\":[],\"temperature\":0.7,\"top_p\":0.9,"
                "\"repetition_penalty\":1.1,\"max_completion_tokens\":50,"
                "\"seed\":0}");
}

static void extra_is_merged_and_can_take_keys_out(void **state)
{
    (void)state;
    json *extra = json_parse(
        STR("{\"temperature\":1,\"seed\":null,\"a\":{\"b\":[1]}}"), NULL);
    struct chat_target target = {.model = STR("m"), .extra = extra};
    const struct llm_sampling sampling = {
        .temperature = 0.7, .top_p = -1, .seed = 5};
    expect_rest(&target, &sampling,
                "{\"messages\":[],\"model\":\"m\",\"temperature\":1,"
                "\"a\":{\"b\":[1]}}");
    json_free(extra);
}

static bool read(struct chat_reply *reply, const char *body, struct err *err)
{
    chat_reply_init(reply, 1000);
    return chat_read_whole(reply, str_of(body), err);
}

static void an_answer_is_read_whole(void **state)
{
    (void)state;
    struct chat_reply r;
    struct err err = {0};
    assert_true(read(&r,
                     "{\"model\":\"m-1\",\"choices\":[{\"message\":{\"role\":"
                     "\"assistant\",\"content\":\"医生：你好\"},"
                     "\"finish_reason\":\"length\"}],\"usage\":"
                     "{\"prompt_tokens\":12,\"completion_tokens\":7}}",
                     &err));
    assert_string_equal(buf_cstr(&r.text), "医生：你好");
    assert_string_equal(buf_cstr(&r.finish_reason), "length");
    assert_string_equal(buf_cstr(&r.model), "m-1");
    assert_true(r.has_usage);
    assert_int_equal(r.prompt_tokens, 12);
    assert_int_equal(r.completion_tokens, 7);
    chat_reply_release(&r);
}

static void other_shapes_of_text_are_taken(void **state)
{
    (void)state;
    const struct {
        const char *body, *text, *finish;
    } cases[] = {
        {"{\"choices\":[{\"text\":\"a\",\"finish_reason\":\"stop\"}]}", "a",
         "stop"},
        {"{\"choices\":[{\"message\":{\"content\":null}}]}", "", ""},
        {"{\"choices\":[{\"message\":{\"content\":[{\"type\":\"text\","
         "\"text\":\"a\"},{\"type\":\"image\"},{\"text\":\"b\"}]}}]}",
         "ab", ""},
        {"{\"choices\":[{\"message\":{\"content\":null,\"refusal\":\"no\"},"
         "\"finish_reason\":\"stop\"}]}",
         "no", "refusal"},
        {"{\"error\":null,\"choices\":[{\"message\":{\"content\":\"a\"},"
         "\"finish_reason\":null}],\"usage\":null}",
         "a", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct chat_reply r;
        struct err err = {0};
        assert_true(read(&r, cases[i].body, &err));
        assert_string_equal(buf_cstr(&r.text), cases[i].text);
        assert_string_equal(buf_cstr(&r.finish_reason), cases[i].finish);
        assert_false(r.has_usage);
        chat_reply_release(&r);
    }
}

static void what_is_no_answer_is_an_error(void **state)
{
    (void)state;
    const char *const bad[] = {
        "",
        "<html>",
        "{}",
        "[]",
        "null",
        "{\"choices\":[]}",
        "{\"choices\":{}}",
        "{\"choices\":[3]}",
        "{\"choices\":[{}]}",
        "{\"choices\":[{\"message\":{\"content\":\"a\"}}",
        "{\"choices\":[{\"message\":{\"content\":\"\\u0000\"}}]}",
        "{\"choices\":[{\"message\":{\"content\":\"\xff\"}}]}"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct chat_reply r;
        struct err err = {0};
        assert_false(read(&r, bad[i], &err));
        assert_int_equal(err.code, ERR_FORMAT);
        chat_reply_release(&r);
    }
}

static void absurd_usage_is_bounded(void **state)
{
    (void)state;
    struct chat_reply r;
    struct err err = {0};
    assert_true(read(&r,
                     "{\"choices\":[{\"message\":{\"content\":\"a\"}}],"
                     "\"usage\":{\"prompt_tokens\":-5,"
                     "\"completion_tokens\":1e300}}",
                     &err));
    assert_int_equal(r.prompt_tokens, 0);
    assert_int_equal(r.completion_tokens, 0);
    chat_reply_release(&r);
}

static void text_above_the_maximum_is_a_limit(void **state)
{
    (void)state;
    struct chat_reply r;
    struct err err = {0};
    chat_reply_init(&r, 4);
    assert_false(chat_read_whole(
        &r, STR("{\"choices\":[{\"message\":{\"content\":\"abcde\"}}]}"),
        &err));
    assert_int_equal(err.code, ERR_LIMIT);
    chat_reply_release(&r);
}

static void an_error_under_200_keeps_its_class(void **state)
{
    (void)state;
    const struct {
        const char *body;
        enum retry_class class;
    } cases[] = {
        {"{\"error\":{\"message\":\"slow\",\"code\":429}}", RETRY_CAPACITY},
        {"{\"error\":{\"message\":\"slow\",\"code\":\"x\"}}", RETRY_TRANSPORT},
        {"{\"error\":{\"message\":\"slow\",\"code\":400}}", RETRY_REJECTED},
        {"{\"error\":\"slow\"}", RETRY_TRANSPORT}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct chat_reply r;
        struct err err = {0};
        assert_false(read(&r, cases[i].body, &err));
        assert_int_equal(err.code, ERR_NETWORK);
        assert_int_equal(r.trouble, cases[i].class);
        chat_reply_release(&r);
    }
}

static bool feed(struct chat_reply *r, const char *event)
{
    struct err err = {0};
    return chat_read_event(r, str_of(event), &err);
}

static void a_stream_adds_up(void **state)
{
    (void)state;
    struct chat_reply r;
    chat_reply_init(&r, 1000);
    assert_true(feed(&r, "{\"model\":\"m\",\"choices\":[{\"delta\":"
                         "{\"role\":\"assistant\",\"content\":\"\"}}]}"));
    assert_true(feed(&r, "{\"choices\":[{\"delta\":{\"content\":\"你\"},"
                         "\"finish_reason\":null}]}"));
    assert_true(feed(&r, "{\"choices\":[{\"delta\":{\"content\":\"好\"}}]}"));
    assert_false(chat_stream_is_whole(&r));
    assert_true(
        feed(&r, "{\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}"));
    assert_true(feed(&r, "{\"choices\":[],\"usage\":{\"prompt_tokens\":3,"
                         "\"completion_tokens\":2}}"));
    assert_true(chat_stream_is_whole(&r));
    assert_true(feed(&r, " [DONE] "));
    assert_true(r.done);
    assert_string_equal(buf_cstr(&r.text), "你好");
    assert_int_equal(r.completion_tokens, 2);
    chat_reply_release(&r);
}

static void garbage_in_a_stream_is_an_error(void **state)
{
    (void)state;
    struct chat_reply r;
    chat_reply_init(&r, 1000);
    assert_false(feed(&r, "{\"choices\":[{\"del"));
    assert_false(feed(&r, "{\"error\":{\"message\":\"x\",\"code\":503}}"));
    assert_int_equal(r.trouble, RETRY_TRANSPORT);
    chat_reply_release(&r);
}

static void error_messages_are_found(void **state)
{
    (void)state;
    const struct {
        const char *body, *message;
    } cases[] = {
        {"{\"error\":{\"message\":\"bad model\",\"type\":\"x\"}}", "bad model"},
        {"{\"message\":\"m\",\"object\":\"error\"}", "m"},
        {"{\"detail\":\"d\"}", "d"},
        {"{\"error\":\"e\"}", "e"},
        {"  plain words \n", "plain words"},
        {"", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buf out;
        buf_init(&out, 1000);
        chat_error_message(str_of(cases[i].body), &out);
        assert_string_equal(buf_cstr(&out), cases[i].message);
        buf_release(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(messages_keep_roles_and_text),
        cmocka_unit_test(unset_parameters_are_not_sent),
        cmocka_unit_test(parameters_have_their_names),
        cmocka_unit_test(extra_is_merged_and_can_take_keys_out),
        cmocka_unit_test(an_answer_is_read_whole),
        cmocka_unit_test(other_shapes_of_text_are_taken),
        cmocka_unit_test(what_is_no_answer_is_an_error),
        cmocka_unit_test(absurd_usage_is_bounded),
        cmocka_unit_test(text_above_the_maximum_is_a_limit),
        cmocka_unit_test(an_error_under_200_keeps_its_class),
        cmocka_unit_test(a_stream_adds_up),
        cmocka_unit_test(garbage_in_a_stream_is_an_error),
        cmocka_unit_test(error_messages_are_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
