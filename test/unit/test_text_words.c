/* Texts fall into words, sentences and characters as people read them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "base/buf.h"
#include "text/words.h"

static struct words *words;

static int set_up(void **state)
{
    (void)state;
    struct err err = {0};
    return words_open(&words, &err) ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    words_close(words);
    return 0;
}

static void joined(const struct vec *parts, const char *wanted)
{
    struct buf out;
    buf_init(&out, BUF_MAX);
    for (size_t i = 0; i < parts->count; i++) {
        buf_add(&out, STR("|"));
        buf_add(&out, *(str *)vec_at(parts, i));
    }
    assert_string_equal(out.len ? buf_cstr(&out) + 1 : "", wanted);
    buf_release(&out);
}

static void words_are(const char *text, const char *lang, const char *wanted)
{
    struct vec parts;
    vec_init(&parts, sizeof(str));
    words_split(words, str_of(text), lang, &parts);
    joined(&parts, wanted);
    assert_int_equal(words_count(words, str_of(text), lang), parts.count);
    vec_release(&parts);
}

static void sentences_are(const char *text, const char *lang,
                          const char *wanted)
{
    struct vec parts;
    vec_init(&parts, sizeof(str));
    sentences_split(words, str_of(text), lang, &parts);
    joined(&parts, wanted);
    vec_release(&parts);
}

static void chars_are(const char *text, const char *wanted)
{
    struct vec parts;
    vec_init(&parts, sizeof(str));
    chars_split(str_of(text), &parts);
    joined(&parts, wanted);
    assert_int_equal(chars_count(str_of(text)), parts.count);
    vec_release(&parts);
}

static void chinese_words_come_from_the_dictionary(void **state)
{
    (void)state;
    words_are("我头痛三天了，做CT检查。", "zh", "我|头痛|三天|了|做|CT|检查");
    words_are("", "zh", "");
    words_are("，。！ 😀 ", "zh", "");
}

static void english_words_keep_their_apostrophes(void **state)
{
    (void)state;
    words_are("I don't take 2.5 mg, it's X-ray!", "en",
              "I|don't|take|2.5|mg|it's|X|ray");
}

static void dutch_words_keep_accents_and_clipped_words(void **state)
{
    (void)state;
    words_are("'s Avonds heeft de patiënt 't benauwd, m'n auto's én zo’n.",
              "nl", "'s|Avonds|heeft|de|patiënt|'t|benauwd|m'n|auto's|én|zo’n");
    words_are("’s nachts", "nl", "’s|nachts");
    /* A quotation mark or an inner apostrophe is not part of the word. */
    words_are("hij zei 'ja'", "nl", "hij|zei|ja");
    words_are("'s", "en", "s");
}

static void the_published_dutch_text_has_36_tokens(void **state)
{
    (void)state;
    str text = STR("de arts vraagt hoe het gaat en de patiënt zegt dat het "
                   "gaat maar dat de pijn in de rug niet minder is en dat de "
                   "pijn in de nacht erger wordt dan in de dag");
    assert_int_equal(words_count(words, text, "nl"), 36);
}

static void sentences_end_at_full_stops_of_both_writings(void **state)
{
    (void)state;
    sentences_are("头痛三天。 有发热吗？没有！", "zh",
                  "头痛三天。|有发热吗？|没有！");
    sentences_are("It hurts.  Where?\n\nHere, 2.5 cm deep.", "en",
                  "It hurts.|Where?|Here, 2.5 cm deep.");
    sentences_are(" \n ", "en", "");
}

static void characters_are_letters_ideographs_and_numbers(void **state)
{
    (void)state;
    chars_are("痛3天, e\xCC\x81n é。😀", "痛|3|天|e\xCC\x81|n|é");
    chars_are("\xCC\x81", "");
    chars_are("a\xFF"
              "b",
              "a|b");
}

static void a_long_text_without_spaces_is_cut_in_reasonable_time(void **state)
{
    (void)state;
    struct buf text;
    buf_init(&text, BUF_MAX);
    for (int i = 0; i < 20000; i++)
        buf_add(&text, STR("头痛三天"));
    assert_int_equal(words_count(words, buf_str(&text), "zh"), 40000);
    buf_release(&text);
}

static void broken_bytes_do_no_harm(void **state)
{
    (void)state;
    words_are("pijn\xFF\xFErug\xE5", "nl", "pijn|rug");
    words_are("\xE5\xA4", "zh", "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(chinese_words_come_from_the_dictionary),
        cmocka_unit_test(english_words_keep_their_apostrophes),
        cmocka_unit_test(dutch_words_keep_accents_and_clipped_words),
        cmocka_unit_test(the_published_dutch_text_has_36_tokens),
        cmocka_unit_test(sentences_end_at_full_stops_of_both_writings),
        cmocka_unit_test(characters_are_letters_ideographs_and_numbers),
        cmocka_unit_test(a_long_text_without_spaces_is_cut_in_reasonable_time),
        cmocka_unit_test(broken_bytes_do_no_harm),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
