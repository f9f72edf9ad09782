/* CSV: what a row is, what a fault costs, what is written. */
#include "check.h"

#include "base/csv.h"
#include "base/rng.h"

/* Rows as "a|b;" and faults as "!line: …;", into out. */
static void read_all(struct csv *in, struct buf *out)
{
    struct err err = {0};
    struct csv_row row;
    while (csv_next(in, &row, &err)) {
        if (row.fault) {
            buf_printf(out, "!%s;", row.fault);
            continue;
        }
        for (size_t i = 0; i < row.count; i++) {
            if (i)
                buf_add_char(out, '|');
            buf_add(out, row.cells[i]);
        }
        buf_add_char(out, ';');
    }
    assert_int_equal(err.code, ERR_NONE);
}

static void reads_as_with(str text, struct csv_options options,
                          const char *want)
{
    struct err err = {0};
    struct buf out;
    buf_init(&out, 1 << 20);
    struct csv *in = csv_open(temp_file("a.csv", text), options, &err);
    if (!in)
        print_error("%s\n", err.message);
    assert_non_null(in);
    read_all(in, &out);
    assert_str(buf_str(&out), want);
    csv_close(in);
    buf_release(&out);
}

static void reads_as(str text, const char *want)
{
    reads_as_with(text, (struct csv_options){0}, want);
}

static void plain_cells_and_line_ends(void **state)
{
    (void)state;
    reads_as(STR("a,b\nc,d\n"), "a|b;c|d;");
    reads_as(STR("a,b\r\nc,d\r\n"), "a|b;c|d;");
    reads_as(STR("a,b"), "a|b;");
    reads_as(STR("a,b\r"), "a|b;");
    reads_as(STR(",\n,,\n"), "|;||;");
    reads_as(STR("a,"), "a|;");
    reads_as(STR(""), "");
    reads_as(STR("\n\r\n\n"), "");
    reads_as(STR("a\n\n\nb\n"), "a;b;");
    reads_as(STR("a\rb,c\n"), "a\rb|c;");
    reads_as(STR(" a , b \n"), " a | b ;");
}

static void quoted_cells_hold_anything(void **state)
{
    (void)state;
    reads_as(STR("\"a,b\",\"c\"\"d\",\"e\nf\"\n"), "a,b|c\"d|e\nf;");
    reads_as(STR("\"a\r\nb\"\r\n"), "a\r\nb;");
    reads_as(STR("\"\"\n"), ";");
    reads_as(STR("\"\"\"\"\n"), "\";");
    reads_as(STR("\"\",\"\"\"x\"\"\"\n"), "|\"x\";");
    reads_as(STR("\"a\""), "a;");
    reads_as(STR("\"a\"\r"), "a;");
    reads_as(STR("x\"y,5\" pipe\n"), "x\"y|5\" pipe;");
    reads_as(STR("\"中文，\"\"引\"\"\"\n"), "中文，\"引\";");
}

static void a_mark_is_dropped_and_separators_can_be_chosen(void **state)
{
    (void)state;
    reads_as(STR("\xEF\xBB\xBF\"a\",b\n"), "a|b;");
    reads_as(STR("\xEF\xBB\xBF"), "");
    reads_as(STR("\xEF\xBB"), "\xEF\xBB;");
    reads_as_with(STR("a;b,c\n"), (struct csv_options){.separator = ';'},
                  "a|b,c;");
    reads_as_with(STR("a\tb\n\"x\ty\"\n"),
                  (struct csv_options){.separator = '\t'}, "a|b;x\ty;");
}

static void an_open_quote_costs_its_line_only(void **state)
{
    (void)state;
    reads_as(STR("a,b\n\"open,c\nd,e\nf,g\n"),
             "a|b;!line 2: a quote is opened and never closed;d|e;f|g;");
    /* The quote stands on the second line of its row. */
    reads_as(STR("\"x\ny\",\"open\nd,e\n"),
             "!line 2: a quote is opened and never closed;d|e;");
    reads_as(STR("\""), "!line 1: a quote is opened and never closed;");
    reads_as(STR("a\n\"b"), "a;!line 2: a quote is opened and never closed;");
}

static void text_behind_a_quote_is_a_fault(void **state)
{
    (void)state;
    reads_as(STR("\"a\"b,c\nd,e\n"),
             "!line 1: text stands behind a closing quote;d|e;");
    reads_as(STR("\"a\" ,c\nd\n"),
             "!line 1: text stands behind a closing quote;d;");
    /* A quote left open runs into the next quoted cell. */
    reads_as(STR("1,\"open\n2,\"fine\"\n3,x\n"),
             "!line 2: text stands behind a closing quote;2|fine;3|x;");
    reads_as(STR("\"a\"\r\"b\"\nc\n"),
             "!line 1: text stands behind a closing quote;c;");
}

static void numbers_and_lines_are_told(void **state)
{
    (void)state;
    struct err err = {0};
    struct csv_row row;
    struct csv *in = csv_open(
        temp_file("a.csv", STR("h,i\n\"x\ny\",1\n\nz,2\n\"bad\"!,\nw,3\n")),
        (struct csv_options){.header = true}, &err);
    assert_true(csv_next(in, &row, &err));
    assert_int_equal(row.number, 1);
    assert_int_equal(row.line, 2);
    assert_true(csv_next(in, &row, &err));
    assert_int_equal(row.number, 2);
    assert_int_equal(row.line, 5);
    assert_true(csv_next(in, &row, &err));
    assert_non_null(row.fault);
    assert_int_equal(row.line, 6);
    assert_int_equal(row.count, 0);
    assert_str(row.raw, "\"bad\"!,\n");
    assert_true(csv_next(in, &row, &err));
    assert_int_equal(row.number, 4);
    assert_int_equal(row.line, 7);
    assert_false(csv_next(in, &row, &err));
    assert_int_equal(csv_row_count(in), 4);
    assert_int_equal(csv_fault_count(in), 1);
    csv_close(in);
}

static void columns_are_found_by_name(void **state)
{
    (void)state;
    struct err err = {0};
    struct csv_row row;
    struct csv *in = csv_open(temp_file("a.csv", STR("\xEF\xBB\xBFid, rater "
                                                     ",\"a b\"\n1,x\n")),
                              (struct csv_options){.header = true}, &err);
    assert_int_equal(csv_column(in, "id"), 0);
    assert_int_equal(csv_column(in, "rater"), 1);
    assert_int_equal(csv_column(in, "a b"), 2);
    assert_int_equal(csv_column(in, "none"), CSV_NONE);
    assert_int_equal(csv_column_count(in), 3);
    assert_str(csv_column_name(in, 2), "a b");
    size_t index;
    assert_true(csv_need_column(in, "id", &index, &err));
    assert_false(csv_need_column(in, "nope", &index, &err));
    assert_err(&err, ERR_FORMAT,
               "no column 'nope' (there are: id, rater, a b)");
    err_clear(&err);
    assert_true(csv_next(in, &row, &err));
    assert_str(csv_cell(&row, 0), "1");
    assert_str(csv_cell(&row, 2), "");
    assert_str(csv_cell(&row, CSV_NONE), "");
    csv_close(in);
}

static void a_bad_header_is_an_error(void **state)
{
    (void)state;
    static const char *const texts[] = {"", "\"a\nb,c\n", "a,b,a\n"};
    static const char *const parts[] = {"no header row", "never closed",
                                        "'a' stands twice"};
    for (int i = 0; i < 3; i++) {
        struct err err = {0};
        assert_null(csv_open(temp_file("a.csv", str_of(texts[i])),
                             (struct csv_options){.header = true}, &err));
        assert_err(&err, ERR_FORMAT, parts[i]);
        assert_err(&err, ERR_FORMAT, "a.csv");
    }
    struct err err = {0};
    assert_null(
        csv_open(temp_path("absent.csv"), (struct csv_options){0}, &err));
    assert_err(&err, ERR_IO, "absent.csv");
}

static void rows_above_the_limits_are_faults(void **state)
{
    (void)state;
    reads_as_with(STR("a,b\na,b,c\nd\n"),
                  (struct csv_options){.columns_max = 2},
                  "a|b;!line 2: 3 columns (at most 2);d;");
    struct csv_options small = {.row_bytes_max = 10};
    reads_as_with(STR("123456789\n1234567890123\nx\n"), small,
                  "123456789;!line 2: the row is larger than the limit;x;");
    reads_as_with(STR("a\n\"open\nb\nc\nd\ne\nf\ng\n"), small,
                  "a;!line 2: a quote is opened and not closed within the "
                  "largest row;b;c;d;e;f;g;");
}

static void a_fault_on_every_line_costs_every_line_once(void **state)
{
    (void)state;
    enum { LINES = 200000 };
    static const char *const shapes[] = {"\"open,%d\n", "%d,\"open\n",
                                         "a\",\"b\",\"%d\n", "\"\"\"%d\n"};
    struct buf text;
    buf_init(&text, 64 << 20);
    for (int shape = 0; shape < 4; shape++) {
        buf_reset(&text);
        for (int i = 0; i < LINES; i++) {
            str format = str_of(shapes[shape]), head, tail;
            str_cut(format, '%', &head, &tail);
            buf_add(&text, head);
            buf_printf(&text, "%d", i);
            buf_add(&text, str_slice(tail, 1, tail.len));
        }
        struct err err = {0};
        struct csv *in = csv_open(temp_file("a.csv", buf_str(&text)),
                                  (struct csv_options){0}, &err);
        struct csv_row row;
        size_t lines = 0;
        while (csv_next(in, &row, &err))
            for (size_t i = 0; i < row.raw.len; i++)
                lines += row.raw.ptr[i] == '\n';
        assert_int_equal(err.code, ERR_NONE);
        assert_true(csv_fault_count(in) > 0);
        assert_true(shape == 2 || lines == LINES);
        csv_close(in);
    }
    buf_release(&text);
}

static void damaged_compression_is_an_error_not_an_end(void **state)
{
    (void)state;
    struct err err = {0};
    struct csv_row row;
    static const char half[] = "\x1F\x8B\x08\x00\x00\x00\x00\x00\x00\x03\x4b";
    struct csv *in =
        csv_open(temp_file("a.csv.gz", str_make(half, sizeof half - 1)),
                 (struct csv_options){0}, &err);
    if (in) {
        assert_false(csv_next(in, &row, &err));
        csv_close(in);
    }
    assert_err(&err, ERR_FORMAT, "damaged compression");
}

static void writing_quotes_only_what_must_be(void **state)
{
    (void)state;
    struct buf out;
    buf_init(&out, 1000);
    const str cells[] = {STR("plain"), STR("a,b"), STR("q\"q"), STR("l\nl"),
                         STR(""),      STR(" x "), STR("\r")};
    csv_put_row(&out, ',', cells, 7);
    csv_put_row(&out, ';', cells, 2);
    csv_put_row(&out, ',', (const str[]){STR("")}, 1);
    assert_str(buf_str(&out), "plain,\"a,b\",\"q\"\"q\",\"l\nl\",, x ,\"\r\"\n"
                              "plain;a,b\n\"\"\n");
    buf_release(&out);
}

static void what_is_written_reads_back_equal(void **state)
{
    (void)state;
    static const char alphabet[] = "ab,;\"\n\r \t\xEF\xBB\xBF";
    struct buf text;
    buf_init(&text, 1 << 20);
    for (uint64_t i = 0; i < 400; i++) {
        struct rng rng = rng_at(31, RNG_STREAM("csv"), i);
        char bytes[5][8];
        str cells[5];
        size_t count = 1 + (size_t)rng_below(&rng, 5);
        for (size_t j = 0; j < count; j++) {
            size_t len = (size_t)rng_below(&rng, 8);
            for (size_t k = 0; k < len; k++)
                bytes[j][k] = alphabet[rng_below(&rng, sizeof alphabet - 1)];
            cells[j] = str_make(bytes[j], len);
        }
        buf_reset(&text);
        csv_put_row(&text, ',', cells, count);
        struct err err = {0};
        struct csv *in = csv_open(temp_file("r.csv", buf_str(&text)),
                                  (struct csv_options){0}, &err);
        struct csv_row row;
        assert_true(csv_next(in, &row, &err));
        assert_null(row.fault);
        assert_int_equal(row.count, count);
        for (size_t j = 0; j < count; j++)
            assert_true(str_equal(row.cells[j], cells[j]));
        assert_false(csv_next(in, &row, &err));
        csv_close(in);
    }
    buf_release(&text);
}

static void rows_cross_the_buffer_unharmed(void **state)
{
    (void)state;
    struct buf text;
    buf_init(&text, 64 << 20);
    for (int i = 0; i < 60; i++) {
        buf_add_char(&text, '"');
        buf_add_many(&text, (char)('a' + i % 26), (size_t)(i * 5003));
        buf_printf(&text, "\"\"\n\",%d\r\n", i);
    }
    struct err err = {0};
    struct csv *in = csv_open(temp_file("a.csv", buf_str(&text)),
                              (struct csv_options){0}, &err);
    struct csv_row row;
    for (int i = 0; i < 60; i++) {
        assert_true(csv_next(in, &row, &err));
        assert_null(row.fault);
        assert_int_equal(row.count, 2);
        assert_int_equal(row.cells[0].len, i * 5003 + 2);
        assert_int_equal(row.line, 1 + 2 * i);
        int64_t number;
        assert_true(str_to_int(row.cells[1], &number));
        assert_int_equal(number, i);
    }
    assert_false(csv_next(in, &row, &err));
    csv_close(in);
    buf_release(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain_cells_and_line_ends),
        cmocka_unit_test(quoted_cells_hold_anything),
        cmocka_unit_test(a_mark_is_dropped_and_separators_can_be_chosen),
        cmocka_unit_test(an_open_quote_costs_its_line_only),
        cmocka_unit_test(text_behind_a_quote_is_a_fault),
        cmocka_unit_test(numbers_and_lines_are_told),
        cmocka_unit_test(columns_are_found_by_name),
        cmocka_unit_test(a_bad_header_is_an_error),
        cmocka_unit_test(rows_above_the_limits_are_faults),
        cmocka_unit_test(a_fault_on_every_line_costs_every_line_once),
        cmocka_unit_test(damaged_compression_is_an_error_not_an_end),
        cmocka_unit_test(writing_quotes_only_what_must_be),
        cmocka_unit_test(what_is_written_reads_back_equal),
        cmocka_unit_test(rows_cross_the_buffer_unharmed),
    };
    return cmocka_run_group_tests(tests, temp_make, temp_remove);
}
