/* The rows of a JSON document: every shape gives the same rows, and a small
 * buffer's edge is nowhere seen. */
#include "check.h"

#include "base/buf.h"
#include "corpus/json_rows.h"
#include "corpus/peek.h"

/* Gives a byte at a time, so that every place is an edge. */
struct drip {
    str left;
};

static ptrdiff_t drip_read(void *ctx, char *out, size_t capacity,
                           struct err *err)
{
    struct drip *d = ctx;
    (void)err;
    (void)capacity;
    if (d->left.len == 0)
        return 0;
    *out = d->left.ptr[0];
    d->left = str_slice(d->left, 1, d->left.len);
    return 1;
}

/* Rows as "key=text@line;" and faults as "!fault;". */
static void rows_are(str text, const char *path, size_t max, const char *want)
{
    for (int slow = 0; slow < 2; slow++) {
        struct drip drip = {text};
        struct err err = {0};
        struct buf out;
        buf_init(&out, 1 << 16);
        struct source *source = slow ? source_of(drip_read, NULL, &drip)
                                     : memory_source(text, NULL);
        struct json_rows *in = json_rows_open(source, text, path, max);
        struct json_row row;
        while (json_rows_next(in, &row, &err)) {
            if (row.fault)
                buf_printf(&out, "!%s;", row.fault);
            else
                buf_printf(&out, STR_FMT "%s" STR_FMT "@%d;", STR_ARG(row.key),
                           row.key.len ? "=" : "", STR_ARG(row.text),
                           (int)row.line);
        }
        json_rows_close(in);
        assert_str(buf_str(&out), want);
        buf_release(&out);
    }
}

static void arrays_lines_and_values_are_told_apart(void **state)
{
    (void)state;
    rows_are(STR("[{\"a\":1},\n {\"a\":2}]"), "", 100,
             "{\"a\":1}@1;{\"a\":2}@2;");
    rows_are(STR("{\"a\":1}\n\n{\"a\":2}\n"), "", 100,
             "{\"a\":1}@1;{\"a\":2}@3;");
    rows_are(STR("{\"a\":\n1}\n{\"a\":2}"), "", 100,
             "{\"a\":\n1}@1;{\"a\":2}@3;");
    rows_are(STR("[{\"a\":1}]\n[{\"a\":2}]\n"), "", 100,
             "[{\"a\":1}]@1;[{\"a\":2}]@2;");
    rows_are(STR("[\"x]\",\"\\\"[\"]"), "", 100, "\"x]\"@1;\"\\\"[\"@1;");
    rows_are(STR("[]"), "", 100, "");
}

static void members_and_paths_are_rows(void **state)
{
    (void)state;
    rows_are(STR("{\"1\":{\"q\":1},\n\"2\":{\"q\":2}}"), "{}", 100,
             "1={\"q\":1}@1;2={\"q\":2}@2;");
    rows_are(STR("{\"v\":1,\"questions\":[{\"b\":1},{\"b\":2}],\"z\":3}"),
             "questions[]", 100, "{\"b\":1}@1;{\"b\":2}@1;");
    rows_are(
        STR("{\"data\":[{\"t\":\"x\",\"p\":[{\"c\":1}]},{\"p\":[{\"c\":2}]}"
            "]}"),
        "data[].p[]", 100, "{\"c\":1}@1;{\"c\":2}@1;");
    rows_are(STR("[{\"b\":1}]"), "questions[]", 100, "{\"b\":1}@1;");
}

static void lines_whose_first_member_is_an_object_stay_lines(void **state)
{
    (void)state;
    rows_are(STR("{\"o\":{\"A\":1},\"q\":2}\n{\"o\":{\"A\":1},\"q\":3}\n"),
             "{}", 100,
             "{\"o\":{\"A\":1},\"q\":2}@1;{\"o\":{\"A\":1},\"q\":3}@2;");
}

static void a_long_row_costs_itself_only(void **state)
{
    (void)state;
    rows_are(STR("[{\"a\":1},{\"a\":\"0123456789012345678901234567890\"},{"
                 "\"a\":3}]"),
             "", 20, "{\"a\":1}@1;!row_too_long;{\"a\":3}@1;");
    rows_are(STR("{\"a\":1}\n{\"a\":\"0123456789012345678901234567890\"}\n{"
                 "\"a\":3}\n"),
             "", 20, "{\"a\":1}@1;!row_too_long;{\"a\":3}@3;");
}

static void what_stops_too_early_is_named(void **state)
{
    (void)state;
    rows_are(STR("[{\"a\":1},{\"a\":\"x"), "", 100,
             "{\"a\":1}@1;!json_ends_too_early;");
    rows_are(STR("[{\"a\":1},"), "", 100, "{\"a\":1}@1;!json_ends_too_early;");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arrays_lines_and_values_are_told_apart),
        cmocka_unit_test(members_and_paths_are_rows),
        cmocka_unit_test(lines_whose_first_member_is_an_object_stay_lines),
        cmocka_unit_test(a_long_row_costs_itself_only),
        cmocka_unit_test(what_stops_too_early_is_named)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
