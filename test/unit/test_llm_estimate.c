/* Tests of llm_estimate_tokens: the stand-in for tokens nobody reported. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include "llm/llm.h"

static void four_letters_are_a_token_and_so_is_a_han_character(void **state)
{
    (void)state;
    const struct {
        const char *text;
        int64_t tokens;
    } cases[] = {{"", 0},     {"a", 1},        {"abcd", 1}, {"abcde", 2},
                 {"患者", 2}, {"患者abcd", 3}, {"één", 1},  {"\xff\xfe", 2},
                 {"😀", 1},    {"reëel mis", 3}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(llm_estimate_tokens(str_of(cases[i].text)),
                         cases[i].tokens);
}

static void a_prompt_counts_its_messages(void **state)
{
    (void)state;
    const struct llm_message messages[] = {{LLM_SYSTEM, STR("abcdefgh")},
                                           {LLM_USER, STR("患者")}};
    assert_int_equal(llm_estimate_prompt(messages, 2), 3 + 4 + 2 + 4 + 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(four_letters_are_a_token_and_so_is_a_han_character),
        cmocka_unit_test(a_prompt_counts_its_messages),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
