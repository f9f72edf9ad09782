/* Text of any bytes: folding is stable, pieces lie in the text in order, sets
 * are sets, and distances keep their bounds. */
#include <stdlib.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "fuzz.h"
#include "text/encoding.h"
#include "text/language.h"
#include "text/normalise.h"
#include "text/shingle.h"
#include "text/similarity.h"
#include "text/words.h"

static void fold(str text)
{
    struct buf once, twice;
    buf_init(&once, BUF_MAX);
    buf_init(&twice, BUF_MAX);
    assert(text_fold(text, &once) && utf8_is_valid(buf_str(&once)));
    assert(text_fold(buf_str(&once), &twice));
    assert(str_equal(buf_str(&once), buf_str(&twice)));
    buf_reset(&once);
    /* an invalid byte becomes U+FFFD, which has three */
    assert(text_visible(text, &once) && once.len <= 3 * text.len);
    buf_reset(&once);
    assert(text_one_line(text, &once) && once.len <= 3 * text.len);
    buf_reset(&once);
    if (text_decode(text, NULL, &once, NULL, NULL))
        assert(utf8_is_valid(buf_str(&once)));
    buf_release(&once);
    buf_release(&twice);
}

static void in_order(str text, const struct vec *pieces)
{
    const char *end = text.ptr;
    for (size_t i = 0; i < pieces->count; i++) {
        str piece = *(str *)vec_at(pieces, i);
        assert(piece.len > 0 && piece.ptr >= end);
        end = piece.ptr + piece.len;
    }
    assert(end <= text.ptr + text.len);
}

static void split(str text)
{
    static struct words *words;
    if (!words && !words_open(&words, NULL))
        abort();
    struct vec pieces;
    vec_init(&pieces, sizeof(str));
    words_split(words, text, "nl", &pieces);
    in_order(text, &pieces);
    sentences_split(words, text, "zh", &pieces);
    in_order(text, &pieces);
    chars_split(text, &pieces);
    in_order(text, &pieces);
    assert(chars_count(text) == pieces.count);
    vec_release(&pieces);
}

static void shingle(str text, enum shingle_unit unit)
{
    struct shingler *shingler;
    if (!shingler_open(&shingler, unit, 3, "zh", NULL))
        abort();
    struct vec list, set;
    vec_init(&list, sizeof(uint64_t));
    vec_init(&set, sizeof(uint64_t));
    shingle_list(shingler, text, &list);
    shingle_set(shingler, text, &set);
    assert(set.count <= list.count && (set.count > 0) == (list.count > 0));
    for (size_t i = 1; i < set.count; i++)
        assert(((uint64_t *)set.items)[i - 1] < ((uint64_t *)set.items)[i]);
    vec_release(&list);
    vec_release(&set);
    shingler_close(shingler);
}

static void compare(str a, str b)
{
    size_t n = utf8_count(a), m = utf8_count(b);
    size_t shorter = n < m ? n : m, longer = n + m - shorter;
    size_t edits = levenshtein(a, b), shared = lcs_length_text(a, b);
    assert(edits >= longer - shorter && edits <= longer);
    assert(shared <= shorter && longer - shared <= edits);
    assert(edits <= n + m - 2 * shared);
    assert(edits == levenshtein(b, a) && levenshtein(a, a) == 0);
    assert(levenshtein_at_most(a, b, 3) == (edits > 3 ? 4 : edits));
    struct common_span span = common_substring(a, b);
    assert(span.characters <= shared && span.a_start + span.bytes <= a.len);
    assert((span.characters > 0) == (shared > 0));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    str text = str_make((const char *)bytes, len), a, b;
    double confidence;
    fold(text);
    split(text);
    shingle(text, SHINGLE_CHARS);
    shingle(text, SHINGLE_WORDS);
    str_cut(text, '\n', &a, &b);
    compare(a, b);
    assert(language_guess(text, &confidence));
    assert(confidence >= 0 && confidence <= 1);
    language_chinese_variant(text);
    return 0;
}
