/* Characters out of bytes: decoding, validity, width. */
#include "check.h"

#include "base/buf.h"
#include "base/rng.h"
#include "base/utf8.h"

static uint32_t first(const char *bytes)
{
    str s = str_of(bytes);
    return utf8_next(&s);
}

static void sequences_of_each_length_decode(void **state)
{
    (void)state;
    assert_int_equal(first("A"), 'A');
    assert_int_equal(first("\xC3\xA9"), 0xE9);
    assert_int_equal(first("\xE4\xB8\xAD"), 0x4E2D);
    assert_int_equal(first("\xF0\x9F\x98\x80"), 0x1F600);
    assert_int_equal(first("\xF4\x8F\xBF\xBF"), 0x10FFFF);
    assert_int_equal(first("\xED\x9F\xBF"), 0xD7FF);
}

static void bytes_that_are_not_utf8_are_stepped_over_one_by_one(void **state)
{
    (void)state;
    /* overlong, surrogate, too high, lone continuation, cut, impossible */
    static const char *const wrong[] = {"\xC0\x80",
                                        "\xC1\xBF",
                                        "\xE0\x80\x80",
                                        "\xF0\x80\x80\x80",
                                        "\xED\xA0\x80",
                                        "\xF4\x90\x80\x80",
                                        "\x80",
                                        "\xE4\xB8",
                                        "\xF0\x9F\x98",
                                        "\xFE",
                                        "\xFF",
                                        "\xF8\x88\x80\x80\x80",
                                        "\xC3",
                                        "\xE4\xB8\x41",
                                        "\xF0\x9F\x41\x42"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        str s = str_of(wrong[i]);
        size_t before = s.len;
        assert_int_equal(utf8_invalid_at(s), 0);
        assert_int_equal(utf8_next(&s), UTF8_REPLACEMENT);
        assert_int_equal(s.len, before - 1);
    }
}

static void the_first_bad_byte_is_found_behind_long_ascii(void **state)
{
    (void)state;
    char text[64];
    for (size_t at = 0; at < sizeof text; at++) {
        memset(text, 'a', sizeof text);
        text[at] = '\xFF';
        assert_int_equal(utf8_invalid_at(str_make(text, sizeof text)), at);
    }
    assert_true(utf8_is_valid(STR("")));
    assert_true(utf8_is_valid((str){NULL, 0}));
    assert_true(utf8_is_valid(STR("abcdefgh中文abcdefgh")));
    assert_int_equal(utf8_invalid_at(STR("中\xE4\xB8")), 3);
}

static void stepping_back_sees_the_same_characters(void **state)
{
    (void)state;
    str s = STR("aé中😀\xFFz");
    uint32_t forward[8], backward[8];
    size_t count = 0, back = 0;
    for (str rest = s; rest.len;)
        forward[count++] = utf8_next(&rest);
    for (str rest = s; rest.len;)
        backward[back++] = utf8_previous(&rest);
    assert_int_equal(count, 6);
    assert_int_equal(back, count);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(forward[i], backward[count - 1 - i]);
    assert_int_equal(utf8_count(s), 6);
}

static void every_code_point_survives_writing_and_reading(void **state)
{
    (void)state;
    struct buf b;
    buf_init(&b, 8);
    for (uint32_t c = 1; c <= 0x10FFFF; c += c < 0x3000 ? 1 : 61) {
        if (c >= 0xD800 && c <= 0xDFFF)
            continue;
        buf_reset(&b);
        buf_add_utf8(&b, c);
        str s = buf_str(&b);
        assert_int_equal(utf8_next(&s), c);
        assert_int_equal(s.len, 0);
    }
    buf_release(&b);
}

static void cutting_never_splits_a_character(void **state)
{
    (void)state;
    str s = STR("aé中😀");
    assert_int_equal(utf8_cut(s, 0), 0);
    assert_int_equal(utf8_cut(s, 1), 1);
    assert_int_equal(utf8_cut(s, 2), 1);
    assert_int_equal(utf8_cut(s, 3), 3);
    assert_int_equal(utf8_cut(s, 5), 3);
    assert_int_equal(utf8_cut(s, 9), 6);
    assert_int_equal(utf8_cut(s, 10), 10);
    assert_int_equal(utf8_cut(s, 99), 10);
}

static void columns_follow_what_terminals_do(void **state)
{
    (void)state;
    assert_int_equal(utf8_columns(STR("abc")), 3);
    assert_int_equal(utf8_columns(STR("中文，")), 6);
    assert_int_equal(utf8_columns(STR("e\xCC\x81")), 1); /* e + acute */
    assert_int_equal(utf8_columns(STR("é")), 1);
    assert_int_equal(utf8_columns(STR("한글")), 4);
    assert_int_equal(utf8_columns(STR("😀")), 2);
    assert_int_equal(utf8_columns(STR("█░▌")), 3);
    assert_int_equal(utf8_columns(STR("…–€")), 3);
    assert_int_equal(utf8_columns(STR("\x1B\t")), 0);
    assert_int_equal(utf8_columns(STR("ａＡ")), 4); /* full width */
}

static void classes_of_characters(void **state)
{
    (void)state;
    assert_true(utf8_is_han(0x4E2D));
    assert_true(utf8_is_han(0x3007));  /* 〇 */
    assert_false(utf8_is_han(0x3042)); /* hiragana */
    assert_false(utf8_is_han('a'));
    assert_true(utf8_is_space(0x3000));
    assert_true(utf8_is_space(0xA0));
    assert_true(utf8_is_space('\n'));
    assert_false(utf8_is_space(0x200B)); /* zero width: not white space */
    assert_false(utf8_is_space('_'));
}

static void random_bytes_decode_within_bounds(void **state)
{
    (void)state;
    uint64_t seed = 7;
    for (uint64_t i = 0; i < 2000; i++) {
        struct rng rng = rng_at(seed, RNG_STREAM("bytes"), i);
        char text[24];
        size_t len = (size_t)rng_below(&rng, sizeof text + 1);
        for (size_t j = 0; j < len; j++)
            text[j] = (char)rng_next(&rng);
        str s = str_make(text, len);
        size_t steps = 0;
        for (str rest = s; rest.len; steps++)
            assert_true(utf8_next(&rest) <= 0x10FFFF);
        assert_int_equal(steps, utf8_count(s));
        for (str rest = s; rest.len;)
            utf8_previous(&rest);
        size_t bad = utf8_invalid_at(s);
        assert_true(bad == STR_NONE || bad < len);
        assert_true(
            utf8_is_valid(str_slice(s, 0, bad == STR_NONE ? len : bad)));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sequences_of_each_length_decode),
        cmocka_unit_test(bytes_that_are_not_utf8_are_stepped_over_one_by_one),
        cmocka_unit_test(the_first_bad_byte_is_found_behind_long_ascii),
        cmocka_unit_test(stepping_back_sees_the_same_characters),
        cmocka_unit_test(every_code_point_survives_writing_and_reading),
        cmocka_unit_test(cutting_never_splits_a_character),
        cmocka_unit_test(columns_follow_what_terminals_do),
        cmocka_unit_test(classes_of_characters),
        cmocka_unit_test(random_bytes_decode_within_bounds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
