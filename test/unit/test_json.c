/* JSON: what is read, what is refused, what is written. */
#include "check.h"

#include <math.h>

#include "base/json.h"
#include "base/rng.h"

static void refused(str text, enum err_code code, const char *part)
{
    struct err err = {0};
    json *doc = json_parse(text, &err);
    if (doc)
        print_error("accepted: [" STR_FMT "]\n", STR_ARG(text));
    assert_null(doc);
    assert_err(&err, code, part);
}

static void values_are_found_by_key_and_index(void **state)
{
    (void)state;
    struct err err = {0};
    json *doc = json_parse(STR("{\"q\":\"中\\u6587\",\"n\":-12,\"t\":true,"
                               "\"list\":[1,2.5,null],\"o\":{\"k\":{}}} \n"),
                           &err);
    assert_non_null(doc);
    assert_str(json_str(json_get(doc, "q"), STR("")), "中文");
    assert_int_equal(json_int(json_get(doc, "n"), 0), -12);
    assert_true(json_bool(json_get(doc, "t"), false));
    const json *list = json_get(doc, "list");
    assert_int_equal(json_count(list), 3);
    assert_true(json_number(json_at(list, 1), 0) == 2.5);
    assert_true(json_is_null(json_at(list, 2)));
    assert_null(json_at(list, 3));
    static const char *const names[] = {"answer", "q", NULL};
    assert_true(json_is_str(json_get_any(doc, names)));
    int members = 0;
    JSON_EACH(m, doc)
    {
        members += json_key_of(m).len > 0;
    }
    assert_int_equal(members, 5);
    json_free(doc);
}

static void accessors_take_null_and_wrong_kinds(void **state)
{
    (void)state;
    struct err err = {0};
    json *doc = json_parse(STR("[\"a\", 1e300, {}]"), &err);
    assert_null(json_get(doc, "x"));
    assert_null(json_get(NULL, "x"));
    assert_null(json_at(json_at(doc, 2), 0));
    assert_str(json_str(json_at(doc, 1), STR("default")), "default");
    assert_int_equal(json_int(json_at(doc, 1), -1), -1);
    assert_int_equal(json_int(json_at(doc, 0), -1), -1);
    assert_true(json_number(NULL, 3) == 3);
    assert_true(json_bool(json_at(doc, 0), true));
    assert_int_equal(json_count(json_at(doc, 0)), 0);
    assert_str(json_key_of(NULL), "");
    assert_true(json_is_null(NULL));
    json_free(doc);
    json_free(NULL);
}

static void what_is_not_json_is_refused_with_its_place(void **state)
{
    (void)state;
    refused(STR(""), ERR_FORMAT, "empty");
    refused(STR(" \n"), ERR_FORMAT, "empty");
    refused(STR("{\"a\":}"), ERR_FORMAT, "byte");
    refused(STR("{\"a\":1"), ERR_FORMAT, "");
    refused(STR("[1,2] x"), ERR_FORMAT, "byte 6");
    refused(STR("[1,2]]"), ERR_FORMAT, "byte 5");
    refused(STR("\"abc"), ERR_FORMAT, "");
    refused(STR("{'a':1}"), ERR_FORMAT, "");
    refused(STR("nul"), ERR_FORMAT, "");
    refused(STR("[1,]"), ERR_FORMAT, "");
    refused(STR("{\"a\" 1}"), ERR_FORMAT, "");
    refused(STR("\"\\x\""), ERR_FORMAT, "");
    refused(STR("\"\\ud800\""), ERR_FORMAT, "");
    refused(STR("[NaN]"), ERR_FORMAT, "");
}

static void hidden_nul_and_bad_bytes_are_refused(void **state)
{
    (void)state;
    refused(STR("\"a\\u0000b\""), ERR_FORMAT, "NUL");
    refused(str_make("\"a\0b\"", 5), ERR_FORMAT, "byte 2: NUL");
    refused(str_make("[1]\0", 4), ERR_FORMAT, "");
    refused(STR("\"a\xFF\""), ERR_FORMAT, "UTF-8 at byte 2");
    struct err err = {0};
    /* An escaped backslash in front of u0000 is plain text. */
    json *doc = json_parse(STR("\"\\\\u0000\""), &err);
    assert_str(json_str(doc, STR("")), "\\u0000");
    json_free(doc);
}

static void nesting_is_bounded(void **state)
{
    (void)state;
    enum { DEEP = 100000 };
    char *text = malloc(DEEP);
    memset(text, '[', DEEP);
    refused(str_make(text, DEEP), ERR_LIMIT, "200");
    memset(text + 200, ']', 200);
    struct err err = {0};
    json *doc = json_parse(str_make(text, 400), &err);
    assert_non_null(doc);
    json_free(doc);
    /* Brackets inside strings do not count. */
    text[0] = '"';
    memset(text + 1, '[', 1000);
    text[1001] = '"';
    doc = json_parse(str_make(text, 1002), &err);
    assert_non_null(doc);
    json_free(doc);
    free(text);
}

static void a_prefix_is_parsed_and_measured(void **state)
{
    (void)state;
    struct err err = {0};
    size_t used = 0;
    json *doc = json_parse_prefix(STR(" {\"a\":1} and more"), &used, &err);
    assert_non_null(doc);
    assert_int_equal(used, 8);
    json_free(doc);
}

static void writing_gives_compact_text_in_call_order(void **state)
{
    (void)state;
    struct buf out;
    buf_init(&out, BUF_MAX);
    struct json_out j = json_out(&out);
    json_begin(&j, '{');
    json_key(&j, "id");
    json_put_str(&j, STR("a\"\\\n\t\x01/é"));
    json_key(&j, "none");
    json_put_str_or_null(&j, STR(""));
    json_key(&j, "list");
    json_begin(&j, '[');
    json_put_int(&j, INT64_MIN);
    json_put_number(&j, 0.1);
    json_put_number(&j, NAN);
    json_put_bool(&j, false);
    json_begin(&j, '{');
    json_end(&j, '}');
    json_put_raw(&j, STR("[1]"));
    json_end(&j, ']');
    json_end(&j, '}');
    assert_str(buf_str(&out),
               "{\"id\":\"a\\\"\\\\\\n\\t\\u0001/é\",\"none\":null,"
               "\"list\":[-9223372036854775808,0.1,null,false,{},[1]]}");
    buf_release(&out);
}

static void bytes_that_are_not_utf8_are_written_as_the_replacement(void **state)
{
    (void)state;
    struct buf out;
    buf_init(&out, BUF_MAX);
    json_escape(&out, STR("a\xFF\xFE中\xE4\xB8"));
    assert_str(buf_str(&out), "\"a\xEF\xBF\xBD\xEF\xBF\xBD中"
                              "\xEF\xBF\xBD\xEF\xBF\xBD\"");
    struct err err = {0};
    json *doc = json_parse(buf_str(&out), &err);
    assert_non_null(doc);
    json_free(doc);
    buf_release(&out);
}

static void numbers_read_back_equal(void **state)
{
    (void)state;
    struct buf out;
    buf_init(&out, 1000);
    struct rng rng = rng_at(11, RNG_STREAM("numbers"), 0);
    const double special[] = {0, -0.0, 1e308, 5e-324, 1.0 / 3, 0x1p57};
    for (int i = 0; i < 20006; i++) {
        uint64_t bits = rng_next(&rng);
        double value;
        memcpy(&value, &bits, sizeof value);
        if (i < 6)
            value = special[i];
        if (!isfinite(value))
            continue;
        buf_reset(&out);
        struct json_out j = json_out(&out);
        json_put_number(&j, value);
        struct err err = {0};
        json *doc = json_parse(buf_str(&out), &err);
        assert_true(json_number(doc, 1) == value);
        json_free(doc);
    }
    buf_release(&out);
}

static void a_document_survives_reading_and_writing(void **state)
{
    (void)state;
    str text = STR("{\"a\":[1,2.5,\"x\\n\",true,null,{\"b\":[]}],\"c\":{}}");
    struct err err = {0};
    json *doc = json_parse(text, &err);
    struct buf out;
    buf_init(&out, 1000);
    struct json_out j = json_out(&out);
    json_put_value(&j, doc);
    assert_true(str_equal(buf_str(&out), text));
    json_free(doc);
    buf_release(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_are_found_by_key_and_index),
        cmocka_unit_test(accessors_take_null_and_wrong_kinds),
        cmocka_unit_test(what_is_not_json_is_refused_with_its_place),
        cmocka_unit_test(hidden_nul_and_bad_bytes_are_refused),
        cmocka_unit_test(nesting_is_bounded),
        cmocka_unit_test(a_prefix_is_parsed_and_measured),
        cmocka_unit_test(writing_gives_compact_text_in_call_order),
        cmocka_unit_test(
            bytes_that_are_not_utf8_are_written_as_the_replacement),
        cmocka_unit_test(numbers_read_back_equal),
        cmocka_unit_test(a_document_survives_reading_and_writing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
