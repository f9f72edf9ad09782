/* Encodings to UTF-8: the guess, and bytes that follow no encoding. */
#include "check.h"

#include "base/buf.h"
#include "corpus/peek.h"
#include "corpus/recode.h"

static void gives(const char *encoding, str bytes, const char *want)
{
    struct err err = {0};
    struct buf out;
    buf_init(&out, 1 << 16);
    struct source *in =
        recode_source(memory_source(bytes, NULL), encoding, &err);
    assert_non_null(in);
    char chunk[3]; /* smaller than most characters come out */
    ptrdiff_t got;
    while ((got = source_read(in, chunk, sizeof chunk, &err)) > 0)
        buf_add(&out, str_make(chunk, (size_t)got));
    source_close(in);
    assert_int_equal(got, 0);
    assert_str(buf_str(&out), want);
    buf_release(&out);
}

static void the_encodings_of_data_sets_are_read(void **state)
{
    (void)state;
    gives("gb18030", STR("\xB2\xA1\xC8\xCB"), "病人");
    gives("utf-16le", STR("\xFF\xFE\xC5\x75\xBA\x4E"), "病人");
    gives("utf-16be", STR("\xFE\xFF\x75\xC5\x4E\xBA"), "病人");
    gives("utf-16le", STR("\x3D\xD8\x0A\xDE"), "😊");
    gives("windows-1252", STR("pati\xEBnt"), "patiënt");
    gives("utf-8", STR(""), "");
}

static void broken_bytes_come_out_as_no_text(void **state)
{
    (void)state;
    gives("utf-16le", STR("\x41\x00\x3D\xD8\x42\x00"),
          "A\xFF"
          "B");
    gives("gb18030", STR("a\xB2"), "a\xFF");
}

static void an_unknown_name_is_an_error(void **state)
{
    (void)state;
    struct err err = {0};
    assert_null(
        recode_source(memory_source(STR("x"), NULL), "klingon-8", &err));
    assert_err(&err, ERR_USAGE, "klingon-8");
}

static void the_guess_looks_at_marks_and_bytes(void **state)
{
    (void)state;
    assert_null(recode_guess(STR("")));
    assert_null(recode_guess(STR("plain ascii")));
    assert_null(recode_guess(STR("病人：头疼")));
    assert_null(recode_guess(STR("\xEF\xBB\xBF病人")));
    assert_non_null(recode_guess(STR("\xFF\xFE\x41\x00")));
    assert_string_equal(recode_guess(STR("\xB2\xA1\xC8\xCB\xA3\xBA\xCD\xB7"
                                         "\xCC\xDB\xC1\xBD\xCC\xEC\xC1\xCB")),
                        "gb18030");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_encodings_of_data_sets_are_read),
        cmocka_unit_test(broken_bytes_come_out_as_no_text),
        cmocka_unit_test(an_unknown_name_is_an_error),
        cmocka_unit_test(the_guess_looks_at_marks_and_bytes)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
