/* Views of bytes: comparing, finding, cutting, numbers, edit distance. */
#include "check.h"

static const str nothing = {NULL, 0};

static void empty_and_null_views_are_equal(void **state)
{
    (void)state;
    assert_true(str_equal(nothing, STR("")));
    assert_int_equal(str_compare(nothing, STR("")), 0);
    assert_str(str_of(NULL), "");
    assert_true(str_starts_with(nothing, STR("")));
    assert_true(str_ends_with(nothing, nothing));
    assert_int_equal(str_hash(nothing), str_hash(STR("")));
    assert_str(str_trim(nothing), "");
    assert_str(str_slice(nothing, 0, 5), "");
}

static void order_is_by_bytes_with_the_shorter_first(void **state)
{
    (void)state;
    assert_true(str_compare(STR("a"), STR("ab")) < 0);
    assert_true(str_compare(STR("b"), STR("ab")) > 0);
    assert_true(str_compare(STR("\x7F"), STR("\x80")) < 0);
    assert_int_equal(str_compare(STR("abc"), STR("abc")), 0);
}

static void case_is_ignored_for_ascii_letters_only(void **state)
{
    (void)state;
    assert_true(str_equal_ignore_case(STR("Straße Z"), STR("sTRaße z")));
    assert_false(str_equal_ignore_case(STR("É"), STR("é")));
    assert_false(str_equal_ignore_case(STR("@"), STR("`")));
    assert_false(str_equal_ignore_case(STR("ab"), STR("abc")));
}

static void finding_respects_the_start_and_the_ends(void **state)
{
    (void)state;
    str s = STR("abcabc");
    assert_int_equal(str_find(s, STR("bc"), 0), 1);
    assert_int_equal(str_find(s, STR("bc"), 2), 4);
    assert_int_equal(str_find(s, STR("bc"), 5), STR_NONE);
    assert_int_equal(str_find(s, STR("abcabcd"), 0), STR_NONE);
    assert_int_equal(str_find(s, STR(""), 6), 6);
    assert_int_equal(str_find(s, STR(""), 7), STR_NONE);
    assert_int_equal(str_find_char(s, 'c', 3), 5);
    assert_int_equal(str_find_char(s, 'c', 6), STR_NONE);
    assert_int_equal(str_find(nothing, STR(""), 0), 0);
    assert_true(str_contains(s, STR("cab")));
    assert_false(str_contains(nothing, STR("a")));
}

static void slices_are_clamped(void **state)
{
    (void)state;
    str s = STR("hello");
    assert_str(str_slice(s, 1, 3), "el");
    assert_str(str_slice(s, 3, 100), "lo");
    assert_str(str_slice(s, 9, 100), "");
    assert_str(str_slice(s, 4, 2), "");
}

static void trimming_takes_ascii_white_space_only(void **state)
{
    (void)state;
    assert_str(str_trim(STR(" \t\r\n\v\fa b \n")), "a b");
    assert_str(str_trim(STR(" \n")), "");
    assert_str(str_trim(STR("\xC2\xA0x")), "\xC2\xA0x");
}

static void cutting_splits_at_the_first_separator(void **state)
{
    (void)state;
    str before, after;
    assert_true(str_cut(STR("a=b=c"), '=', &before, &after));
    assert_str(before, "a");
    assert_str(after, "b=c");
    assert_false(str_cut(STR("abc"), '=', &before, &after));
    assert_str(before, "abc");
    assert_str(after, "");
    assert_true(str_cut(STR("="), '=', &before, &after));
    assert_str(before, "");
    assert_str(after, "");
}

static int count_fields(str s)
{
    int count = 0;
    for (str field, rest = s; str_next(&rest, ',', &field);)
        count++;
    return count;
}

static void fields_are_counted_as_documented(void **state)
{
    (void)state;
    assert_int_equal(count_fields(STR("a,,b")), 3);
    assert_int_equal(count_fields(STR("")), 1);
    assert_int_equal(count_fields(STR("a,")), 2);
    assert_int_equal(count_fields(STR(",")), 2);
    assert_int_equal(count_fields(nothing), 0);
}

static void whole_numbers_are_read_whole_or_not_at_all(void **state)
{
    (void)state;
    int64_t n = 7;
    assert_true(str_to_int(STR("-9223372036854775808"), &n));
    assert_true(n == INT64_MIN);
    assert_true(str_to_int(STR("9223372036854775807"), &n));
    assert_true(n == INT64_MAX);
    n = 7;
    static const char *const wrong[] = {
        "",    " 1", "1 ", "1x", "x",   "9223372036854775808",
        "1.0", "--", "+",  "-",  "\t1", "0x10"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_false(str_to_int(str_of(wrong[i]), &n));
    assert_false(str_to_int(nothing, &n));
    assert_false(str_to_int(str_make("1\0", 2), &n));
    assert_int_equal(n, 7);
    /* The view ends inside a longer number. */
    assert_true(str_to_int(str_make("1234", 2), &n));
    assert_int_equal(n, 12);
}

static void numbers_are_finite_decimals(void **state)
{
    (void)state;
    double x = 7;
    assert_true(str_to_double(STR("-1.5e3"), &x));
    assert_true(x == -1500);
    assert_true(str_to_double(STR("0"), &x));
    assert_true(str_to_double(STR("1e-320"), &x));
    x = 7;
    static const char *const wrong[] = {"",    "nan",  "inf",      "1e999",
                                        "1,5", "1.5 ", " 1",       "0x1p3",
                                        "e5",  ".",    "infinity", "-inf"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        if (str_to_double(str_of(wrong[i]), &x))
            print_error("accepted '%s'\n", wrong[i]);
        assert_true(x == 7);
    }
}

static void edit_distance_counts_insertions_deletions_changes(void **state)
{
    (void)state;
    assert_int_equal(str_distance(STR("kitten"), STR("sitting")), 3);
    assert_int_equal(str_distance(STR(""), STR("abc")), 3);
    assert_int_equal(str_distance(STR("abc"), STR("abc")), 0);
    assert_int_equal(str_distance(STR("retires"), STR("retries")), 2);
    char long_text[65];
    memset(long_text, 'a', sizeof long_text);
    assert_int_equal(str_distance(str_make(long_text, 65), STR("a")), 64);
    assert_int_equal(str_distance(str_make(long_text, 64), STR("a")), 63);
}

static void hashes_are_the_published_xxh3_values(void **state)
{
    (void)state;
    /* XXH3_64bits of the empty input, seed 0 (xxHash's own test vectors) */
    assert_true(str_hash(STR("")) == 0x2D06800538D394C2u);
    assert_true(str_hash(STR("a")) != str_hash(STR("b")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(empty_and_null_views_are_equal),
        cmocka_unit_test(order_is_by_bytes_with_the_shorter_first),
        cmocka_unit_test(case_is_ignored_for_ascii_letters_only),
        cmocka_unit_test(finding_respects_the_start_and_the_ends),
        cmocka_unit_test(slices_are_clamped),
        cmocka_unit_test(trimming_takes_ascii_white_space_only),
        cmocka_unit_test(cutting_splits_at_the_first_separator),
        cmocka_unit_test(fields_are_counted_as_documented),
        cmocka_unit_test(whole_numbers_are_read_whole_or_not_at_all),
        cmocka_unit_test(numbers_are_finite_decimals),
        cmocka_unit_test(edit_distance_counts_insertions_deletions_changes),
        cmocka_unit_test(hashes_are_the_published_xxh3_values),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
