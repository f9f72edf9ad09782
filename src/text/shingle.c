/* shingle.c - see shingle.h.
 *
 * The kept text is laid out in one buffer with the byte offset of every unit,
 * so that a shingle is a slice and its hash one call. Sets are sorted by
 * dealing the hashes, which are uniform, into about one bucket each.
 */
#include "text/shingle.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define XXH_INLINE_ALL /* a call a character would cost more than the hash */
#include <xxhash.h>

#include "base/mem.h"
#include "text/classes.h"
#include "text/decode.h"
#include "text/normalise.h"
#include "text/words.h"

struct shingler {
    enum shingle_unit unit;
    size_t length;
    char lang[16];
    struct words *words; /* owned; unit words only */
    const struct classes *classes;
    struct buf folded;
    struct vec kept;    /* char; units one after the other */
    struct vec starts;  /* uint32_t, byte offset in kept of every unit, and
                           the length of kept */
    struct vec tokens;  /* str in folded */
    struct vec scratch; /* uint64_t, for sorting */
};

bool shingler_open(struct shingler **shingler, enum shingle_unit unit,
                   size_t length, const char *lang, struct err *err)
{
    if (length < 1 || length > SHINGLE_LENGTH_MAX)
        return err_set(err, ERR_USAGE,
                       "shingle length %zu is not between 1 and %d", length,
                       SHINGLE_LENGTH_MAX);
    struct words *words = NULL;
    if (unit == SHINGLE_WORDS && !words_open(&words, err))
        return false;
    struct shingler *made = mem_zero(1, sizeof *made);
    made->unit = unit;
    made->length = length;
    snprintf(made->lang, sizeof made->lang, "%s", lang ? lang : "");
    made->words = words;
    made->classes = classes_get();
    buf_init(&made->folded, BUF_MAX);
    vec_init(&made->kept, 1);
    vec_init(&made->starts, sizeof(uint32_t));
    vec_init(&made->tokens, sizeof(str));
    vec_init(&made->scratch, sizeof(uint64_t));
    *shingler = made;
    return true;
}

void shingler_close(struct shingler *shingler)
{
    if (!shingler)
        return;
    words_close(shingler->words);
    buf_release(&shingler->folded);
    vec_release(&shingler->kept);
    vec_release(&shingler->starts);
    vec_release(&shingler->tokens);
    vec_release(&shingler->scratch);
    free(shingler);
}

static void lay_out_chars(struct shingler *shingler)
{
    const struct classes *classes = shingler->classes;
    str text = buf_str(&shingler->folded);
    char *kept = shingler->kept.items;
    uint32_t *starts = shingler->starts.items;
    size_t count = 0, len = 0;
    for (size_t i = 0, step; i < text.len; i += step) {
        uint32_t c = decode_at(text, i, &step);
        if (!(class_of(classes, c) & CLASS_KEPT))
            continue;
        starts[count++] = (uint32_t)len;
        for (size_t k = 0; k < step; k++)
            kept[len++] = text.ptr[i + k];
    }
    starts[count] = (uint32_t)len;
    shingler->starts.count = count;
    shingler->kept.count = len;
}

static void lay_out_words(struct shingler *shingler)
{
    words_split(shingler->words, buf_str(&shingler->folded), shingler->lang,
                &shingler->tokens);
    const str *tokens = shingler->tokens.items;
    char *kept = shingler->kept.items;
    uint32_t *starts = shingler->starts.items;
    size_t count = shingler->tokens.count, len = 0;
    for (size_t i = 0; i < count; i++) {
        starts[i] = (uint32_t)len;
        memcpy(kept + len, tokens[i].ptr, tokens[i].len);
        len += tokens[i].len;
        kept[len++] = ' ';
    }
    starts[count] = (uint32_t)len;
    shingler->starts.count = count;
    shingler->kept.count = len - (count > 0); /* no space after the last */
}

static void lay_out(struct shingler *shingler, str text)
{
    assert(text.len <= WORDS_BYTES_MAX);
    buf_reset(&shingler->folded);
    text_fold(text, &shingler->folded);
    /* At most one unit a byte, and a space after every word. */
    vec_reserve(&shingler->kept, 2 * shingler->folded.len + 1);
    vec_reserve(&shingler->starts, shingler->folded.len + 1);
    if (shingler->unit == SHINGLE_CHARS)
        lay_out_chars(shingler);
    else
        lay_out_words(shingler);
}

void shingle_list(struct shingler *shingler, str text, struct vec *out)
{
    vec_reset(out);
    lay_out(shingler, text);
    size_t units = shingler->starts.count, n = shingler->length;
    if (units == 0)
        return;
    n = units < n ? units : n;
    size_t count = units - n + 1;
    vec_reserve(out, count);
    uint64_t *hashes = out->items;
    const uint32_t *starts = shingler->starts.items;
    const char *kept = shingler->kept.items;
    /* The space after a word is not part of the shingle that ends there. */
    size_t gap = shingler->unit == SHINGLE_WORDS;
    for (size_t i = 0; i < count; i++)
        hashes[i] =
            XXH3_64bits(kept + starts[i], starts[i + n] - gap - starts[i]);
    out->count = count;
}

static void sort_few(uint64_t *hashes, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        uint64_t hash = hashes[i];
        size_t j = i;
        for (; j > 0 && hashes[j - 1] > hash; j--)
            hashes[j] = hashes[j - 1];
        hashes[j] = hash;
    }
}

enum { FEW = 24, DIGIT_BITS_MAX = 12 };

/* Deals the hashes by their highest bits that are still unsorted into about
 * one bucket each, then sorts the buckets. Equal hashes run out of bits. */
static void sort_hashes(uint64_t *hashes, size_t count, unsigned bits_left,
                        uint64_t *scratch)
{
    if (count <= FEW) {
        sort_few(hashes, count);
        return;
    }
    unsigned bits = 5;
    while (bits < DIGIT_BITS_MAX && (size_t)1 << bits < count)
        bits++;
    bits = bits < bits_left ? bits : bits_left;
    if (bits == 0)
        return;
    unsigned shift = bits_left - bits;
    uint64_t mask = ((uint64_t)1 << bits) - 1;
    uint32_t ends[(1 << DIGIT_BITS_MAX) + 1];
    memset(ends, 0, (mask + 2) * sizeof *ends);
    for (size_t i = 0; i < count; i++)
        ends[(hashes[i] >> shift & mask) + 1]++;
    for (size_t d = 0; d <= mask; d++)
        ends[d + 1] += ends[d];
    for (size_t i = 0; i < count; i++)
        scratch[ends[hashes[i] >> shift & mask]++] = hashes[i];
    memcpy(hashes, scratch, count * sizeof *hashes);
    for (size_t d = 0, start = 0; d <= mask; start = ends[d++])
        sort_hashes(hashes + start, ends[d] - start, shift, scratch);
}

void shingle_set(struct shingler *shingler, str text, struct vec *out)
{
    shingle_list(shingler, text, out);
    if (out->count < 2)
        return;
    uint64_t *hashes = out->items;
    vec_reserve(&shingler->scratch, out->count);
    sort_hashes(hashes, out->count, 64, shingler->scratch.items);
    size_t unique = 1;
    for (size_t i = 1; i < out->count; i++)
        if (hashes[i] != hashes[unique - 1])
            hashes[unique++] = hashes[i];
    out->count = unique;
}

void shingle_text(struct shingler *shingler, str text, struct buf *out)
{
    lay_out(shingler, text);
    buf_add(out, str_make(shingler->kept.items, shingler->kept.count));
}

struct overlap jaccard(const uint64_t *a, size_t a_count, const uint64_t *b,
                       size_t b_count)
{
    size_t i = 0, j = 0, shared = 0;
    while (i < a_count && j < b_count) {
        uint64_t x = a[i], y = b[j];
        shared += x == y;
        i += x <= y;
        j += y <= x;
    }
    return (struct overlap){.intersection = shared,
                            .united = a_count + b_count - shared};
}

double jaccard_value(struct overlap overlap)
{
    return overlap.united
               ? (double)overlap.intersection / (double)overlap.united
               : 0;
}

static struct fraction reduced(uint64_t numerator, uint64_t denominator)
{
    uint64_t a = numerator, b = denominator;
    while (b) {
        uint64_t rest = a % b;
        a = b;
        b = rest;
    }
    return (struct fraction){numerator / a, denominator / a};
}

bool fraction_parse(str text, struct fraction *fraction, struct err *err)
{
    uint64_t numerator = 0, denominator = 1;
    size_t digits = 0, places = 0;
    bool point = false, wrong = false;
    for (size_t i = 0; i < text.len && !wrong; i++) {
        char c = text.ptr[i];
        if (c == '.' && !point) {
            point = true;
            continue;
        }
        places += point;
        digits++;
        wrong = c < '0' || c > '9' || places > 18;
        numerator = numerator * 10 + (uint64_t)(c - '0');
        denominator *= point ? 10 : 1;
        wrong = wrong || numerator > denominator;
    }
    if (wrong || digits == 0)
        return err_set(err, ERR_CONFIG,
                       "'" STR_FMT "' is no decimal between 0 and 1",
                       STR_ARG(str_slice(text, 0, utf8_cut(text, 40))));
    *fraction = reduced(numerator, denominator);
    return true;
}

struct fraction fraction_of(double value)
{
    if (!(value > 0))
        return (struct fraction){0, 1};
    if (value >= 1)
        return (struct fraction){1, 1};
    char text[40];
    for (int places = 1; places <= 18; places++) {
        snprintf(text, sizeof text, "%.*f", places, value);
        double back;
        if (places == 18 ||
            (str_to_double(str_of(text), &back) && back == value))
            break;
    }
    struct fraction fraction = {0, 1};
    bool read = fraction_parse(str_of(text), &fraction, NULL);
    assert(read);
    return fraction;
}

__extension__ typedef unsigned __int128 wide;

bool jaccard_at_least(struct overlap overlap, struct fraction threshold)
{
    assert(threshold.denominator > 0);
    return overlap.united > 0 &&
           (wide)overlap.intersection * threshold.denominator >=
               (wide)overlap.united * threshold.numerator;
}
