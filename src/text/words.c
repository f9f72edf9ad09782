/* words.c - see words.h.
 *
 * ICU's break iterators read UTF-8 through UText. Opening one costs
 * milliseconds, so a struct words keeps one word iterator for all languages
 * (the rules and the Chinese dictionary are the same in every locale we serve)
 * and one for sentences.
 */
#include "text/words.h"

#include <assert.h>
#include <stdlib.h>
#include <unicode/ubrk.h>
#include <unicode/utext.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "text/classes.h"
#include "text/decode.h"

struct words {
    UBreakIterator *word;     /* owned */
    UBreakIterator *sentence; /* owned */
    UText view;               /* of the text at hand */
    const struct classes *classes;
    struct vec scratch; /* str, for counting */
};

bool words_open(struct words **words, struct err *err)
{
    struct words *made = mem_zero(1, sizeof *made);
    UErrorCode status = U_ZERO_ERROR;
    made->word = ubrk_open(UBRK_WORD, "en", NULL, 0, &status);
    made->sentence = ubrk_open(UBRK_SENTENCE, "en", NULL, 0, &status);
    made->view = (UText)UTEXT_INITIALIZER;
    made->classes = classes_get();
    vec_init(&made->scratch, sizeof(str));
    if (U_FAILURE(status)) {
        words_close(made);
        return err_set(err, ERR_NOT_FOUND,
                       "ICU has no word segmentation data: %s",
                       u_errorName(status));
    }
    *words = made;
    return true;
}

void words_close(struct words *words)
{
    if (!words)
        return;
    ubrk_close(words->word);
    ubrk_close(words->sentence);
    utext_close(&words->view);
    vec_release(&words->scratch);
    free(words);
}

static void set_text(struct words *words, UBreakIterator *breaks, str text)
{
    UErrorCode status = U_ZERO_ERROR;
    assert(text.len <= WORDS_BYTES_MAX);
    utext_openUTF8(&words->view, text.len ? text.ptr : "", (int64_t)text.len,
                   &status);
    ubrk_setUText(breaks, &words->view, &status);
    assert(U_SUCCESS(status));
}

static bool is_apostrophe(uint32_t c)
{
    return c == '\'' || c == 0x2019;
}

/* "'s avonds", "'t", "'n": a lone clipped word takes its apostrophe along,
 * unless that closes a quotation or stands inside a word. */
static str with_apostrophe(const struct words *words, str text, str word)
{
    static const char clipped[] = "stnkmr";
    bool one = word.len == 1;
    for (size_t i = 0; one && clipped[i] != (word.ptr[0] | 0x20); i++)
        one = clipped[i + 1] != '\0';
    str before = str_slice(text, 0, (size_t)(word.ptr - text.ptr));
    if (!one || before.len == 0 || !is_apostrophe(utf8_previous(&before)))
        return word;
    if (before.len) {
        str far = before;
        uint32_t c = utf8_previous(&far);
        if (class_of(words->classes, c) & CLASS_KEPT)
            return word;
    }
    const char *start = text.ptr + before.len;
    return str_make(start, (size_t)(word.ptr + word.len - start));
}

void words_split(struct words *words, str text, const char *lang,
                 struct vec *out)
{
    bool dutch = lang && lang[0] == 'n' && lang[1] == 'l';
    vec_reset(out);
    set_text(words, words->word, text);
    int32_t start = ubrk_first(words->word);
    for (int32_t end; (end = ubrk_next(words->word)) != UBRK_DONE;
         start = end) {
        if (ubrk_getRuleStatus(words->word) < UBRK_WORD_NUMBER)
            continue;
        str word = str_slice(text, (size_t)start, (size_t)end);
        if (dutch)
            word = with_apostrophe(words, text, word);
        vec_push(out, &word);
    }
}

static str trimmed(str s)
{
    for (str rest = s; s.len && utf8_is_space(utf8_next(&rest));)
        s = rest;
    for (str rest = s; s.len && utf8_is_space(utf8_previous(&rest));)
        s = rest;
    return s;
}

void sentences_split(struct words *words, str text, const char *lang,
                     struct vec *out)
{
    (void)lang;
    vec_reset(out);
    set_text(words, words->sentence, text);
    int32_t start = ubrk_first(words->sentence);
    for (int32_t end; (end = ubrk_next(words->sentence)) != UBRK_DONE;
         start = end) {
        str s = trimmed(str_slice(text, (size_t)start, (size_t)end));
        if (s.len)
            vec_push(out, &s);
    }
}

/* Calls for each character: its first byte, and the end of its marks. */
static size_t next_char(const struct classes *classes, str text, size_t *from)
{
    size_t i = *from, step = 0;
    for (; i < text.len; i += step)
        if (class_of(classes, decode_at(text, i, &step)) &
            (CLASS_LETTER | CLASS_NUMBER))
            break;
    if (i == text.len)
        return STR_NONE;
    size_t end = i + step;
    while (end < text.len &&
           (class_of(classes, decode_at(text, end, &step)) & CLASS_MARK))
        end += step;
    *from = end;
    return i;
}

void chars_split(str text, struct vec *out)
{
    const struct classes *classes = classes_get();
    vec_reset(out);
    size_t end = 0;
    for (size_t start; (start = next_char(classes, text, &end)) != STR_NONE;) {
        str unit = str_slice(text, start, end);
        vec_push(out, &unit);
    }
}

size_t words_count(struct words *words, str text, const char *lang)
{
    words_split(words, text, lang, &words->scratch);
    return words->scratch.count;
}

size_t chars_count(str text)
{
    const struct classes *classes = classes_get();
    size_t count = 0, step;
    for (size_t i = 0; i < text.len; i += step)
        count += (class_of(classes, decode_at(text, i, &step)) &
                  (CLASS_LETTER | CLASS_NUMBER)) != 0;
    return count;
}
