/* Tests of llm/redact.h: keys stay out of what is shown. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>

#include "llm/redact.h"

static const char KEY[] = "Zq7-secret/Key+42==";

static void expect(const char *text, const char *expected, bool exact)
{
    struct redact *r = redact_new();
    redact_add(r, STR("Zq7-sec"));
    redact_add(r, str_of(KEY));
    redact_add(r, STR("Zq7 with spaces!"));
    redact_add(r, STR("abc")); /* too short to be one */
    struct buf out;
    buf_init(&out, 10000);
    if (exact)
        redact_put_exact(r, str_of(text), &out);
    else
        redact_put(r, str_of(text), &out);
    assert_string_equal(buf_cstr(&out), expected);
    assert_null(strstr(buf_cstr(&out), "Zq7"));
    buf_release(&out);
    redact_free(r);
}

static void known_keys_go_wherever_they_are(void **state)
{
    (void)state;
    expect("xZq7-secret/Key+42==Zq7-secret/Key+42==y", "x[redacted][redacted]y",
           true);
    expect("xZq7-secret/Key+42==y", "x[redacted]y", false);
    expect("a short Zq7-sec too", "a short [redacted] too", false);
    expect("abc stays", "abc stays", false);
    expect("token=Zq7 with spaces!", "token=[redacted]", false);
}

static void what_looks_like_a_credential_goes_from_messages(void **state)
{
    (void)state;
    expect("Authorization: Bearer abc.DEF-1",
           "Authorization: Bearer [redacted]", false);
    expect("sent authorization=Basic QWxhZA==, why",
           "sent authorization=Basic [redacted], why", false);
    expect("{\"api_key\": \"s3cr3t\", \"n\": 1}",
           "{\"api_key\": \"[redacted]\", \"n\": 1}", false);
    expect("x-api-key:s3cr3t", "x-api-key:[redacted]", false);
    expect("/v1?token=s3cr3t&a=1", "/v1?token=[redacted]&a=1", false);
    expect("Incorrect API key provided: sk-abcd****wxyz.",
           "Incorrect API key provided: [redacted]", false);
    expect("use hf_abcdefghijk now", "use [redacted] now", false);
    expect("http://user:pass@host/v1", "http://[redacted]@host/v1", false);
    expect("Bearer tok", "Bearer [redacted]", false);
}

static void plain_words_stay(void **state)
{
    (void)state;
    const char *const plain[] = {"the token count is 5",
                                 "max_tokens: 4096",
                                 "tokens: 12",
                                 "a task-force of risk-takers",
                                 "https://host:8000/v1/chat",
                                 "no password was given",
                                 "secretary: Jansen",
                                 "sk-1 is short"};
    for (size_t i = 0; i < sizeof plain / sizeof *plain; i++)
        expect(plain[i], plain[i], false);
}

static void a_message_is_one_line(void **state)
{
    (void)state;
    expect("a\nb\tc\x1b[31m", "a b c [31m", false);
}

static void data_keeps_what_only_looks_like_a_key(void **state)
{
    (void)state;
    expect("Authorization: Bearer abc\n", "Authorization: Bearer abc\n", true);
}

static void very_long_text_is_linear_enough(void **state)
{
    (void)state;
    enum { N = 1 << 20 };
    struct redact *r = redact_new();
    struct buf text, out;
    buf_init(&text, N);
    buf_init(&out, 4 * (size_t)N);
    buf_add_many(&text, '"', N / 2);
    buf_add_many(&text, 'a', N / 2);
    redact_add(r, str_of(KEY));
    redact_put(r, buf_str(&text), &out);
    assert_int_equal(out.len, N);
    buf_release(&text);
    buf_release(&out);
    redact_free(r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_keys_go_wherever_they_are),
        cmocka_unit_test(what_looks_like_a_credential_goes_from_messages),
        cmocka_unit_test(plain_words_stay),
        cmocka_unit_test(a_message_is_one_line),
        cmocka_unit_test(data_keeps_what_only_looks_like_a_key),
        cmocka_unit_test(very_long_text_is_linear_enough),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
