/* Tests of llm/endpoint.h: who is asked next, and where keys come from. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "llm/endpoint.h"

struct fixture {
    struct arena arena;
    struct llm_config config;
    struct price_table prices;
    struct redact *redact;
    struct err err;
};

static struct endpoints *open_yaml(struct fixture *f, const char *endpoints)
{
    memset(f, 0, sizeof *f);
    arena_init(&f->arena);
    f->redact = redact_new();
    struct yaml *root =
        yaml_parse(str_of(endpoints), "test.yaml", &f->arena, &f->err);
    assert_non_null(root);
    if (!schema_bind(&llm_config_schema, root, &f->config, &f->arena,
                     &f->err) ||
        !price_load(&f->prices, &f->config.prices, &f->arena, &f->err))
        return NULL;
    return endpoints_open(&f->config, &f->prices, f->redact, &f->err);
}

static void close_it(struct fixture *f, struct endpoints *all)
{
    endpoints_close(all);
    redact_free(f->redact);
    arena_release(&f->arena);
}

static void expect_refused(const char *yaml, const char *part_of_message)
{
    struct fixture f;
    assert_null(open_yaml(&f, yaml));
    if (!strstr(f.err.message, part_of_message))
        print_error("%s\n", f.err.message);
    assert_int_equal(f.err.code, ERR_CONFIG);
    assert_non_null(strstr(f.err.message, part_of_message));
    close_it(&f, NULL);
}

static void requests_follow_the_weights(void **state)
{
    (void)state;
    struct fixture f;
    struct endpoints *all =
        open_yaml(&f, "kind: http\nendpoints:\n"
                      "  - {name: a, base_url: http://a/v1, weight: 3}\n"
                      "  - {name: b, base_url: http://b/v1, weight: 1}\n");
    assert_non_null(all);
    int counts[2] = {0};
    for (int i = 0; i < 400; i++) {
        size_t chosen = endpoints_choose(all, LLM_WRITER, ENDPOINT_NONE, 0);
        endpoints_sent(all, chosen);
        throttle_answered(&endpoints_at(all, chosen)->throttle);
        counts[chosen]++;
    }
    assert_in_range(counts[0], 299, 301);
    assert_in_range(counts[1], 99, 101);
    close_it(&f, all);
}

static void parts_go_to_their_endpoints(void **state)
{
    (void)state;
    struct fixture f;
    struct endpoints *all =
        open_yaml(&f, "kind: http\nendpoints:\n"
                      "  - {base_url: http://a/v1, parts: [writer, doctor]}\n"
                      "  - {base_url: http://b/v1, parts: [judge]}\n");
    assert_non_null(all);
    assert_int_equal(endpoints_choose(all, LLM_DOCTOR, ENDPOINT_NONE, 0), 0);
    assert_int_equal(endpoints_choose(all, LLM_JUDGE, ENDPOINT_NONE, 0), 1);
    assert_true(endpoints_choose(all, LLM_PATIENT, ENDPOINT_NONE, 0) ==
                ENDPOINT_NONE);
    assert_false(endpoints_serve(all, LLM_PATIENT));
    close_it(&f, all);
}

static void others_take_over_from_one_in_trouble(void **state)
{
    (void)state;
    struct fixture f;
    struct endpoints *all =
        open_yaml(&f, "kind: http\nendpoints:\n"
                      "  - {base_url: http://a/v1, weight: 9}\n"
                      "  - {base_url: http://b/v1}\n");
    assert_non_null(all);
    for (int i = 0; i < 3; i++)
        endpoints_troubled(all, 0, 1000);
    assert_int_equal(endpoints_choose(all, LLM_WRITER, ENDPOINT_NONE, 1001), 1);
    endpoints_healthy(all, 0);
    assert_int_equal(endpoints_choose(all, LLM_WRITER, ENDPOINT_NONE, 1002), 0);
    assert_int_equal(endpoints_choose(all, LLM_WRITER, 0, 1002), 1);
    throttle_pause_until(&endpoints_at(all, 1)->throttle, 5000);
    /* better the one to be avoided than none */
    assert_int_equal(endpoints_choose(all, LLM_WRITER, 0, 1002), 0);
    throttle_pause_until(&endpoints_at(all, 0)->throttle, 4000);
    assert_true(endpoints_choose(all, LLM_WRITER, 0, 1002) == ENDPOINT_NONE);
    assert_int_equal(endpoints_open_at(all, LLM_WRITER, 1002), 4000);
    close_it(&f, all);
}

static void a_refused_key_locks_its_endpoint(void **state)
{
    (void)state;
    struct fixture f;
    struct endpoints *all =
        open_yaml(&f, "endpoints: [{base_url: \"http://a/v1\"}]");
    assert_non_null(all);
    endpoints_key_refused(all, 0);
    endpoints_key_refused(all, 0);
    endpoints_healthy(all, 0);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(endpoints_choose(all, LLM_JUDGE, 0, 0), 0);
        endpoints_key_refused(all, 0);
    }
    assert_true(endpoints_choose(all, LLM_JUDGE, 0, 0) == ENDPOINT_NONE);
    assert_true(endpoints_open_at(all, LLM_JUDGE, 0) == INT64_MAX);
    close_it(&f, all);
}

static bool has_header(struct endpoints *all, const char *line)
{
    for (struct curl_slist *h = endpoints_at(all, 0)->headers; h; h = h->next)
        if (strcmp(h->data, line) == 0)
            return true;
    return false;
}

static void keys_come_from_the_environment_or_a_file(void **state)
{
    (void)state;
    struct fixture f;
    setenv("ANAMNESIS_TEST_KEY", "key-from-env", 1);
    struct endpoints *all =
        open_yaml(&f, "endpoints: [{base_url: \"http://a/v1/\", "
                      "key_env: ANAMNESIS_TEST_KEY, headers: [\"X-A: b\"]}]");
    assert_non_null(all);
    assert_true(has_header(all, "Authorization: Bearer key-from-env"));
    assert_true(has_header(all, "X-A: b"));
    assert_true(redact_holds_key(f.redact, STR("it was key-from-env.")));
    assert_string_equal(endpoints_at(all, 0)->url_base, "http://a/v1");
    close_it(&f, all);

    char path[] = "/tmp/anamnesis-key-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0 && write(fd, "key-from-file\n", 14) == 14);
    close(fd);
    char yaml[200];
    snprintf(yaml, sizeof yaml,
             "endpoints: [{base_url: \"http://a/v1\", key_file: \"%s\", "
             "key_header: api-key}]",
             path);
    all = open_yaml(&f, yaml);
    assert_non_null(all);
    assert_true(has_header(all, "api-key: key-from-file"));
    close_it(&f, all);
    unlink(path);
}

static void mistakes_are_named(void **state)
{
    (void)state;
    unsetenv("ANAMNESIS_NO_KEY");
    setenv("ANAMNESIS_BAD_KEY", "a\nb", 1);
    expect_refused("endpoints: []", "between 1 and");
    expect_refused("endpoints: [{base_url: \"ftp://a\"}]", "base_url");
    expect_refused("endpoints: [{base_url: \"http://u:p@a/v1\"}]", "base_url");
    expect_refused("endpoints: [{name: x, base_url: \"http://a\", "
                   "key_env: ANAMNESIS_NO_KEY}]",
                   "endpoint 'x': environment variable ANAMNESIS_NO_KEY is "
                   "not set");
    expect_refused("endpoints: [{base_url: \"http://a\", "
                   "key_env: ANAMNESIS_BAD_KEY}]",
                   "one line");
    expect_refused("endpoints: [{base_url: \"http://a\", extra: \"[1]\"}]",
                   "extra must be a JSON object");
    expect_refused("endpoints: [{base_url: \"http://a\", extra: \"{\"}]",
                   "extra");
    expect_refused("endpoints: [{base_url: \"http://a\", "
                   "headers: [\"authorization: Bearer x\"]}]",
                   "key_env or key_file");
    expect_refused("endpoints: [{base_url: \"http://a\", headers: [nothing]}]",
                   "Name: value");
    expect_refused("{endpoints: [{base_url: \"http://a\", model: m}], "
                   "caps: {max_cost: 1}}",
                   "max_cost needs a price for model 'm'");
    expect_refused("endpoints: [{base_url: \"http://a\", wieght: 2}]",
                   "did you mean 'weight'");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(requests_follow_the_weights),
        cmocka_unit_test(parts_go_to_their_endpoints),
        cmocka_unit_test(others_take_over_from_one_in_trouble),
        cmocka_unit_test(a_refused_key_locks_its_endpoint),
        cmocka_unit_test(keys_come_from_the_environment_or_a_file),
        cmocka_unit_test(mistakes_are_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
