/* Tests of llm/embed.h against a real endpoint. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include "http_fixture.h"
#include "llm/embed.h"

enum { TEXTS = 300 };

static void texts(struct fixture *f, str *out)
{
    for (size_t i = 0; i < TEXTS; i++)
        out[i] = arena_printf(&f->arena, "text %zu", i);
}

static void every_text_gets_its_own_vector(void **state)
{
    (void)state;
    struct fixture f;
    struct err err = {0};
    struct embedding out, one;
    str all[TEXTS];
    start(&f,
          "{\"embeddings\":6,\"rules\":[{\"do\":\"status\",\"status\":500,"
          "\"share\":0.5,\"times\":1},{\"do\":\"status\",\"status\":429,"
          "\"share\":0.5,\"times\":1,\"retry_after\":\"0.01\"}]}",
          NULL);
    open_engine(&f, "", "");
    texts(&f, all);
    assert_true(llm_embed(f.llm, LLM_WRITER, STR("example-embedding"), all,
                          TEXTS, &out, &err));
    assert_int_equal(out.count, TEXTS);
    assert_int_equal(out.dimensions, 6);
    assert_true(out.usage.prompt_tokens > TEXTS);
    assert_true(out.usage.cost > 0);
    const size_t samples[] = {0, 63, 64, 150, 299};
    for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
        assert_true(llm_embed(f.llm, LLM_WRITER, STR("example-embedding"),
                              &all[samples[i]], 1, &one, &err));
        assert_memory_equal(one.values, out.values + samples[i] * 6,
                            6 * sizeof(float));
        embedding_free(&one);
    }
    embedding_free(&out);
    stop(&f);
}

static void trouble_for_good_is_an_error(void **state)
{
    (void)state;
    struct {
        const char *script, *message;
        enum err_code code;
    } const cases[] = {
        {"{\"embeddings\":0}", "HTTP 404", ERR_NETWORK},
        {"{\"rules\":[{\"do\":\"garbage\"}]}", "malformed", ERR_NETWORK},
        {"{\"rules\":[{\"do\":\"status\",\"status\":401}]}", "HTTP 401",
         ERR_CONFIG}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct fixture f;
        struct err err = {0};
        struct embedding out;
        str all[TEXTS];
        start(&f, cases[i].script, NULL);
        open_engine(&f, "retries: 1", "");
        texts(&f, all);
        assert_false(
            llm_embed(f.llm, LLM_WRITER, STR(""), all, TEXTS, &out, &err));
        if (!strstr(err.message, cases[i].message))
            fail_msg("%s", err.message);
        assert_int_equal(err.code, cases[i].code);
        assert_int_equal(llm_in_flight(f.llm), 0);
        stop(&f);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_text_gets_its_own_vector),
        cmocka_unit_test(trouble_for_good_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
