/* Tests of llm/config.h: the schema, and the page made from it. */
#include "check.h"

#include "base/fs.h"
#include "llm/config.h"

static bool bind(struct llm_config *config, struct arena *arena,
                 const char *text, struct err *err)
{
    struct yaml *root = yaml_parse(str_of(text), "test.yaml", arena, err);
    return root && schema_bind(&llm_config_schema, root, config, arena, err);
}

static void everything_has_a_default(void **state)
{
    (void)state;
    struct arena arena;
    struct err err = {0};
    struct llm_config config;
    arena_init(&arena);
    assert_true(bind(&config, &arena, "{}", &err));
    assert_true(str_equal(config.kind, STR("simulator")));
    assert_int_equal(config.caps.retries, 5);
    struct llm_sampling s = llm_config_sampling(&config, LLM_JUDGE, 77);
    assert_true(s.temperature < 0 && s.top_p < 0);
    assert_int_equal(s.seed, 77);
    arena_release(&arena);
}

static void each_part_has_its_own_sampling(void **state)
{
    (void)state;
    struct arena arena;
    struct err err = {0};
    struct llm_config config;
    arena_init(&arena);
    assert_true(bind(&config, &arena,
                     "{sampling: {writer: {temperature: 0.9}, judge: "
                     "{temperature: 0, seed: false, tokens_max: 10}}}",
                     &err));
    assert_true(llm_config_sampling(&config, LLM_WRITER, 1).temperature == 0.9);
    assert_true(llm_config_sampling(&config, LLM_DOCTOR, 1).temperature < 0);
    struct llm_sampling judge = llm_config_sampling(&config, LLM_JUDGE, 1);
    assert_true(judge.temperature == 0);
    assert_int_equal(judge.seed, -1);
    assert_int_equal(judge.tokens_max, 10);
    arena_release(&arena);
}

static void mistakes_name_key_line_and_what_is_allowed(void **state)
{
    (void)state;
    const struct {
        const char *text, *message;
    } cases[] = {{"kind: httpp",
                  "test.yaml:1: key 'kind': found 'httpp', allowed: one "
                  "of simulator, http, replay"},
                 {"caps:\n  retries: many", "test.yaml:2: key 'retries'"},
                 {"caps: {retrys: 1}", "did you mean 'retries'"},
                 {"endpoints: [{base_url: \"http://a\", parts: [nurse]}]",
                  "key 'parts'"},
                 {"endpoints: [{name: a}]", "key 'base_url' is missing"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct arena arena;
        struct err err = {0};
        struct llm_config config;
        arena_init(&arena);
        assert_false(bind(&config, &arena, cases[i].text, &err));
        if (!strstr(err.message, cases[i].message))
            fail_msg("%s", err.message);
        arena_release(&arena);
    }
}

static void the_page_holds_the_table_of_the_schema(void **state)
{
    (void)state;
    struct buf page, table;
    struct err err = {0};
    buf_init(&page, 1 << 20);
    buf_init(&table, 1 << 20);
    assert_true(fs_read("docs/engines.md", &page, &err));
    schema_document(&llm_config_schema, &table);
    str rest = buf_str(&table), line;
    while (str_next(&rest, '\n', &line))
        if (!str_contains(buf_str(&page), line))
            fail_msg("docs/engines.md lacks: " STR_FMT, STR_ARG(line));
    assert_true(str_contains(buf_str(&page), buf_str(&table)));
    buf_release(&page);
    buf_release(&table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everything_has_a_default),
        cmocka_unit_test(each_part_has_its_own_sampling),
        cmocka_unit_test(mistakes_name_key_line_and_what_is_allowed),
        cmocka_unit_test(the_page_holds_the_table_of_the_schema),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
