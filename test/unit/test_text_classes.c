/* The table says what Unicode says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <unicode/uchar.h>

#include "text/classes.h"

static unsigned of(uint32_t c)
{
    return class_of(classes_get(), c);
}

static void familiar_characters_have_their_classes(void **state)
{
    (void)state;
    assert_int_equal(of('a'), CLASS_LETTER | CLASS_LATIN | CLASS_SPACED);
    assert_true(of('A') & CLASS_UPPER);
    assert_int_equal(of('7'), CLASS_NUMBER | CLASS_SPACED);
    assert_int_equal(of(0x75DB), CLASS_LETTER | CLASS_HAN); /* 痛 */
    assert_true(of(0x3007) & CLASS_HAN);                    /* 〇 */
    assert_true(of(0x3042) & CLASS_KANA);                   /* あ */
    assert_true(of(0xAC00) & CLASS_HANGUL);
    assert_true(of(0xFF0C) & CLASS_PUNCTUATION);
    assert_true(of(0x3000) & CLASS_SPACE);
    assert_true(of(0x301) & CLASS_MARK);
    assert_true(of(0x1F600) & CLASS_EMOJI);
    assert_true(of(0xFEFF) & CLASS_CONTROL);
    assert_false(of(0x0E01) & CLASS_SPACED); /* Thai */
    assert_true(of(0x0430) & CLASS_SPACED);  /* Cyrillic */
    assert_int_equal(of(0x110000), 0);
}

static void every_code_point_agrees_with_icu(void **state)
{
    (void)state;
    for (UChar32 c = 0; c < 0x110000; c++) {
        unsigned class = of((uint32_t)c);
        uint32_t mask = U_MASK(u_charType(c));
        bool kept = (mask & (U_GC_L_MASK | U_GC_M_MASK | U_GC_N_MASK)) != 0;
        assert_int_equal((class & CLASS_KEPT) != 0, kept);
        assert_int_equal((class & CLASS_SPACE) != 0,
                         u_isUWhiteSpace(c) || (mask & U_GC_Z_MASK));
        assert_int_equal((class & CLASS_PUNCTUATION) != 0,
                         (mask & U_GC_P_MASK) != 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(familiar_characters_have_their_classes),
        cmocka_unit_test(every_code_point_agrees_with_icu),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
