/* The way of a reply into the journal, and when an endpoint is given up. */
#include "llm/ledger.h"

#include "check.h"

static struct llm_reply reply_with(enum llm_error error)
{
    return (struct llm_reply){.error = error,
                              .endpoint = STR("http://localhost:1"),
                              .message = STR("no route"),
                              .text = STR("text"),
                              .tries = 3,
                              .usage = {.prompt_tokens = 7}};
}

static void a_refused_key_ends_the_run_at_once(void **state)
{
    (void)state;
    struct ledger ledger = {.ever_answered = true};
    struct llm_reply reply = reply_with(LLM_AUTH);
    struct err err = {0};
    assert_true(ledger_is_hopeless(&ledger, &reply, &err));
    assert_int_equal(err.code, ERR_NETWORK);
    assert_non_null(strstr(err.message, "refuses the key: no route"));
}

static void sixteen_failures_in_a_row_end_a_run_that_never_began(void **state)
{
    (void)state;
    struct ledger ledger = {0};
    struct llm_reply lost = reply_with(LLM_TRANSPORT);
    struct err err = {0};
    for (int i = 0; i < 15; i++)
        assert_false(ledger_is_hopeless(&ledger, &lost, &err));
    assert_true(ledger_is_hopeless(&ledger, &lost, &err));
    assert_non_null(strstr(err.message, "cannot be reached"));
}

static void one_answer_makes_failures_rows_of_their_own(void **state)
{
    (void)state;
    struct ledger ledger = {0};
    struct llm_reply lost = reply_with(LLM_TRANSPORT);
    struct llm_reply fine = reply_with(LLM_OK);
    struct err err = {0};
    assert_false(ledger_is_hopeless(&ledger, &fine, &err));
    for (int i = 0; i < 100; i++)
        assert_false(ledger_is_hopeless(&ledger, &lost, &err));
    assert_int_equal(err.code, ERR_NONE);
}

static void a_row_names_the_error_only_when_there_is_one(void **state)
{
    (void)state;
    struct llm_reply fine = reply_with(LLM_OK);
    struct llm_reply lost = reply_with(LLM_TRANSPORT);
    struct store_reply row = ledger_row(&fine, 12, 3);
    assert_int_equal(row.id, 12);
    assert_int_equal(row.step, 3);
    assert_int_equal(row.error.len, 0);
    assert_int_equal(row.prompt_tokens, 7);
    assert_int_equal(row.tries, 3);
    row = ledger_row(&lost, 12, 3);
    assert_true(str_equal(row.error, str_of(llm_error_name(LLM_TRANSPORT))));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_refused_key_ends_the_run_at_once),
        cmocka_unit_test(sixteen_failures_in_a_row_end_a_run_that_never_began),
        cmocka_unit_test(one_answer_makes_failures_rows_of_their_own),
        cmocka_unit_test(a_row_names_the_error_only_when_there_is_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
