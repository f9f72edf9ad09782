/* Patterns match by Unicode, within limits, and name themselves in errors. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "text/regex.h"

static struct regex_context *context;

static int set_up(void **state)
{
    (void)state;
    context = regex_context_new();
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    regex_context_free(context);
    return 0;
}

static struct regex *compiled(const char *pattern, unsigned flags)
{
    struct regex *regex;
    struct err err = {0};
    if (!regex_compile(&regex, str_of(pattern), flags, &err))
        fail_msg("%s", err.message);
    return regex;
}

/* All matches, joined by "|". */
static void matches_are(const char *pattern, unsigned flags, const char *text,
                        const char *wanted)
{
    struct regex *regex = compiled(pattern, flags);
    struct buf out;
    buf_init(&out, BUF_MAX);
    size_t from = 0;
    while (regex_next(regex, context, str_of(text), &from) == REGEX_FOUND) {
        buf_add_char(&out, '|');
        buf_add(&out, regex_group(context, 0));
    }
    assert_string_equal(out.len ? buf_cstr(&out) + 1 : "", wanted);
    buf_release(&out);
    regex_free(regex);
}

static void matching_follows_unicode(void **state)
{
    (void)state;
    matches_are("\\d+\\s*(mg|片)", 0, "5 mg, 2片, 10mg", "5 mg|2片|10mg");
    matches_are("\\bpatiënt\\b", REGEX_CASELESS, "PATIËNT patiënten",
                "PATIËNT");
    matches_are(".", 0, "头痛", "头|痛");
    matches_are("^b", REGEX_MULTILINE, "a\nb\nb", "b|b");
    matches_are("a.b", REGEX_DOT_ALL, "a\nb", "a\nb");
    matches_are("a . b # comment", REGEX_EXTENDED, "axb", "axb");
    matches_are("a.b(", REGEX_LITERAL, "a.b( axb(", "a.b(");
    matches_are("é", REGEX_LITERAL | REGEX_CASELESS, "É", "É");
    matches_are("(?<!鉴别)诊断", 0, "鉴别诊断，诊断", "诊断");
}

static void empty_matches_move_on(void **state)
{
    (void)state;
    matches_are("x*", 0, "头x", "|x|");
    matches_are("$", 0, "ab", "");
    matches_are("", 0, "", "");
    struct regex *regex = compiled("x*", 0);
    size_t from = 0, count = 0;
    while (regex_next(regex, context, STR("aé"), &from) == REGEX_FOUND)
        count++;
    assert_int_equal(count, 3);
    regex_free(regex);
}

static void groups_are_views_into_the_text(void **state)
{
    (void)state;
    struct regex *regex = compiled("(?<value>\\d+)(\\.\\d)?(x)?", 0);
    str text = STR("BP 120.5");
    assert_int_equal(regex_find(regex, context, text, 0), REGEX_FOUND);
    assert_int_equal(regex_group_count(regex), 3);
    assert_int_equal(regex_group_index(regex, STR("value")), 1);
    assert_int_equal(regex_group_index(regex, STR("none")), 0);
    assert_true(str_equal(regex_group(context, 1), STR("120")));
    assert_int_equal(regex_group_start(context, 2), 6);
    assert_null(regex_group(context, 3).ptr);
    assert_null(regex_group(context, 9).ptr);
    assert_int_equal(regex_find(regex, context, STR("none"), 0), REGEX_ABSENT);
    assert_null(regex_group(context, 0).ptr);
    assert_int_equal(regex_find(regex, context, text, 99), REGEX_ABSENT);
    regex_free(regex);
}

static void look_behind_sees_what_is_before_the_start(void **state)
{
    (void)state;
    struct regex *regex = compiled("(?<=a)b", 0);
    assert_int_equal(regex_find(regex, context, STR("ab"), 1), REGEX_FOUND);
    regex_free(regex);
}

static void broken_bytes_match_nothing(void **state)
{
    (void)state;
    matches_are("[^a]+", 0, "aé\xFF\xE5痛a", "é|痛");
    matches_are(".", 0, "\xFF", "");
    struct regex *regex = compiled(".", 0);
    assert_int_not_equal(regex_find(regex, context, STR("痛"), 1), REGEX_LIMIT);
    regex_free(regex);
}

static void a_hostile_pattern_ends_at_the_limit(void **state)
{
    (void)state;
    struct regex *regex = compiled("(a+)+$", 0);
    char text[64];
    memset(text, 'a', sizeof text);
    text[63] = '!';
    assert_int_equal(regex_find(regex, context, str_make(text, 64), 0),
                     REGEX_LIMIT);
    struct buf out;
    struct err err = {0};
    buf_init(&out, BUF_MAX);
    assert_false(regex_replace(regex, context, str_make(text, 64), STR("b"),
                               &out, NULL, &err));
    assert_int_equal(err.code, ERR_LIMIT);
    buf_release(&out);
    regex_free(regex);
}

static void a_wrong_pattern_is_named(void **state)
{
    (void)state;
    struct regex *regex;
    struct err err = {0};
    assert_false(regex_compile(&regex, STR("头(痛"), 0, &err));
    assert_int_equal(err.code, ERR_CONFIG);
    assert_non_null(strstr(err.message, "'头(痛'"));
    assert_false(regex_compile(&regex, STR("\xFF"), 0, &err));
    assert_false(regex_compile(&regex, STR("a\\Cb"), 0, &err));
    static char big[REGEX_PATTERN_BYTES_MAX + 1];
    memset(big, 'a', sizeof big);
    assert_false(regex_compile(&regex, str_make(big, sizeof big), 0, &err));
    assert_int_equal(err.code, ERR_LIMIT);
}

static void replaces(const char *pattern, const char *text,
                     const char *replacement, const char *wanted,
                     size_t wanted_count)
{
    struct regex *regex = compiled(pattern, 0);
    struct buf out;
    struct err err = {0};
    size_t count = 99;
    buf_init(&out, BUF_MAX);
    if (!regex_replace(regex, context, str_of(text), str_of(replacement), &out,
                       &count, &err))
        fail_msg("%s", err.message);
    assert_string_equal(buf_cstr(&out), wanted);
    assert_int_equal(count, wanted_count);
    buf_release(&out);
    regex_free(regex);
}

static void replacing_fills_in_groups(void **state)
{
    (void)state;
    replaces("(\\d+)mg", "5mg en 10mg", "$1 毫克", "5 毫克 en 10 毫克", 2);
    replaces("(?<n>\\d)", "1", "<${n}$$>", "<1$>", 1);
    replaces("x", "geen", "y", "geen", 0);
    replaces("x", "", "y", "", 0);
    replaces("x", "a\xFFxb", "y", "a\xFFyb", 1); /* broken bytes stay */
    char text[3000], wanted[9001];
    memset(text, 'a', sizeof text - 1);
    text[2999] = '\0';
    for (int i = 0; i < 2999; i++)
        memcpy(wanted + 3 * i, "bcd", 3);
    wanted[3 * 2999] = '\0';
    replaces("a", text, "bcd", wanted, 2999);
}

static void a_wrong_or_long_replacement_is_an_error(void **state)
{
    (void)state;
    struct regex *regex = compiled("a", 0);
    struct buf out;
    struct err err = {0};
    buf_init(&out, 4);
    assert_false(
        regex_replace(regex, context, STR("a"), STR("${"), &out, NULL, &err));
    assert_int_equal(err.code, ERR_CONFIG);
    assert_false(
        regex_replace(regex, context, STR("aaa"), STR("bb"), &out, NULL, &err));
    assert_int_equal(err.code, ERR_LIMIT);
    assert_int_equal(out.len, 0);
    buf_release(&out);
    regex_free(regex);
}

static void a_set_keeps_names_and_order(void **state)
{
    (void)state;
    struct regex_set *set = regex_set_new();
    struct err err = {0};
    bool limited;
    assert_true(regex_set_add(set, STR("slow"), STR("(a+)+$"), 0, &err));
    assert_true(regex_set_add(set, STR("pain"), STR("痛|pijn"), 0, &err));
    assert_false(regex_set_add(set, STR("pain"), STR("x"), 0, &err));
    assert_int_equal(err.code, ERR_CONFLICT);
    assert_false(regex_set_add(set, STR("wrong"), STR("("), 0, &err));
    assert_non_null(strstr(err.message, "wrong"));
    assert_int_equal(regex_set_size(set), 2);
    assert_true(str_equal(regex_set_name(set, 1), STR("pain")));
    assert_ptr_equal(regex_set_get(set, STR("pain")), regex_set_at(set, 1));
    assert_null(regex_set_get(set, STR("none")));
    assert_int_equal(regex_set_first(set, context, STR("头痛"), &limited), 1);
    assert_false(limited);
    str hostile = STR("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa! pijn");
    assert_int_equal(regex_set_first(set, context, hostile, &limited), 1);
    assert_true(limited);
    assert_true(regex_set_first(set, context, STR("ok"), NULL) == STR_NONE);
    regex_set_free(set);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(matching_follows_unicode),
        cmocka_unit_test(empty_matches_move_on),
        cmocka_unit_test(groups_are_views_into_the_text),
        cmocka_unit_test(look_behind_sees_what_is_before_the_start),
        cmocka_unit_test(broken_bytes_match_nothing),
        cmocka_unit_test(a_hostile_pattern_ends_at_the_limit),
        cmocka_unit_test(a_wrong_pattern_is_named),
        cmocka_unit_test(replacing_fills_in_groups),
        cmocka_unit_test(a_wrong_or_long_replacement_is_an_error),
        cmocka_unit_test(a_set_keeps_names_and_order),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
