/* tongue.c - see tongue.h. */
#include "patient/tongue.h"

#include "base/utf8.h"
#include "text/language.h"

enum { LANGUAGE_LETTERS_MIN = 40 };

bool tongue_is_foreign(enum lang lang, str text)
{
    size_t han = 0, latin = 0;
    for (str rest = text; rest.len;) {
        uint32_t c = utf8_next(&rest);
        han += utf8_is_han(c);
        latin += (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    }
    if (lang == LANG_ZH)
        return latin > 3 * han;
    if (han > latin / 8)
        return true;
    double sure;
    str guess = str_of(language_guess(text, &sure));
    return latin >= LANGUAGE_LETTERS_MIN && sure > 0.97 &&
           !str_equal(guess, lang_name(lang)) &&
           !str_equal(guess, STR("other"));
}
