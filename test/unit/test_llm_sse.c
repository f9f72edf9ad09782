/* Tests of llm/sse.h: server-sent events, cut anywhere. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include "llm/sse.h"

static bool collect(str data, void *ctx)
{
    struct buf *out = ctx;
    buf_add_char(out, '<');
    buf_add(out, data);
    buf_add_char(out, '>');
    return true;
}

static bool refuse(str data, void *ctx)
{
    (void)data;
    ++*(int *)ctx;
    return false;
}

static void expect(str stream, const char *events)
{
    /* in one piece, in two cut at every place, and byte by byte */
    for (size_t cut = 0; cut <= stream.len + 1; cut++) {
        struct sse sse;
        struct buf out;
        sse_init(&sse, 1 << 16);
        buf_init(&out, 1 << 16);
        if (cut <= stream.len) {
            assert_true(
                sse_feed(&sse, str_slice(stream, 0, cut), collect, &out));
            assert_true(sse_feed(&sse, str_slice(stream, cut, stream.len),
                                 collect, &out));
        } else {
            for (size_t i = 0; i < stream.len; i++)
                assert_true(
                    sse_feed(&sse, str_slice(stream, i, i + 1), collect, &out));
        }
        assert_string_equal(buf_cstr(&out), events);
        sse_release(&sse);
        buf_release(&out);
    }
}

static void all_three_line_ends_work_wherever_chunks_are_cut(void **state)
{
    (void)state;
    expect(STR("data: a\n\ndata: 患者\n\n"), "<a><患者>");
    expect(STR("data: a\r\n\r\ndata: b\r\n\r\n"), "<a><b>");
    expect(STR("data: a\r\rdata: b\r\r"), "<a><b>");
    expect(STR("data: a\r\n\ndata: b\n\r\n"), "<a><b>");
}

static void data_lines_of_one_event_are_joined(void **state)
{
    (void)state;
    expect(STR("data: a\ndata: b\ndata\ndata:c\n\n"), "<a\nb\n\nc>");
}

static void comments_and_other_fields_are_skipped(void **state)
{
    (void)state;
    expect(STR(": ping\n\nevent: x\nid: 3\nretry: 9\ndata: a\n\n: b\n\n"),
           "<a>");
    expect(STR("database: no\nDATA: no\n\n"), "");
}

static void a_byte_order_mark_is_dropped_and_only_one_space(void **state)
{
    (void)state;
    expect(STR("\xEF\xBB\xBF"
               "data:  a \n\n"),
           "< a >");
}

static void an_unfinished_event_is_dropped(void **state)
{
    (void)state;
    expect(STR("data: a\n\ndata: b\n"), "<a>");
    expect(STR("data: a\n\ndata: b"), "<a>");
}

static void an_empty_event_has_no_data(void **state)
{
    (void)state;
    expect(STR("\n\n\n"), "");
    expect(STR("data:\n\n"), "<>");
}

static void an_event_above_the_maximum_fails(void **state)
{
    (void)state;
    struct sse sse;
    struct buf out;
    buf_init(&out, 1 << 16);
    sse_init(&sse, 20);
    assert_false(
        sse_feed(&sse, STR("data: 0123456789012345\n\n"), collect, &out));
    sse_release(&sse);
    sse_init(&sse, 20);
    assert_false(sse_feed(&sse, STR("data: 0123456789\ndata: 0123456789\n\n"),
                          collect, &out));
    sse_release(&sse);
    buf_release(&out);
}

static void the_callback_can_stop_it(void **state)
{
    (void)state;
    struct sse sse;
    int calls = 0;
    sse_init(&sse, 1000);
    assert_false(sse_feed(&sse, STR("data: a\n\ndata: b\n\n"), refuse, &calls));
    assert_int_equal(calls, 1);
    sse_release(&sse);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_three_line_ends_work_wherever_chunks_are_cut),
        cmocka_unit_test(data_lines_of_one_event_are_joined),
        cmocka_unit_test(comments_and_other_fields_are_skipped),
        cmocka_unit_test(a_byte_order_mark_is_dropped_and_only_one_space),
        cmocka_unit_test(an_unfinished_event_is_dropped),
        cmocka_unit_test(an_empty_event_has_no_data),
        cmocka_unit_test(an_event_above_the_maximum_fails),
        cmocka_unit_test(the_callback_can_stop_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
