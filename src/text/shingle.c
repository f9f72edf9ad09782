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
    struct buf kept;    /* units one after the other */
    struct vec starts;  /* uint32_t, byte offset in kept of every unit */
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
    buf_init(&made->kept, BUF_MAX);
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
    buf_release(&shingler->kept);
    vec_release(&shingler->starts);
    vec_release(&shingler->tokens);
    vec_release(&shingler->scratch);
    free(shingler);
}

static void add_start(struct shingler *shingler)
{
    uint32_t start = (uint32_t)shingler->kept.len;
    vec_push(&shingler->starts, &start);
}

static void lay_out_chars(struct shingler *shingler)
{
    str text = buf_str(&shingler->folded);
    for (size_t i = 0, step; i < text.len; i += step) {
        uint32_t c = decode_at(text, i, &step);
        if (!(class_of(shingler->classes, c) & CLASS_KEPT))
            continue;
        add_start(shingler);
        buf_add(&shingler->kept, str_make(text.ptr + i, step));
    }
}

static void lay_out_words(struct shingler *shingler)
{
    words_split(shingler->words, buf_str(&shingler->folded), shingler->lang,
                &shingler->tokens);
    for (size_t i = 0; i < shingler->tokens.count; i++) {
        if (i)
            buf_add_char(&shingler->kept, ' ');
        add_start(shingler);
        buf_add(&shingler->kept, *(str *)vec_at(&shingler->tokens, i));
    }
}

static void lay_out(struct shingler *shingler, str text)
{
    assert(text.len <= WORDS_BYTES_MAX);
    buf_reset(&shingler->folded);
    buf_reset(&shingler->kept);
    vec_reset(&shingler->starts);
    text_fold(text, &shingler->folded);
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
    size_t count = units <= n ? 1 : units - n + 1;
    vec_reserve(out, count);
    uint64_t *hashes = out->items;
    const uint32_t *starts = shingler->starts.items;
    const char *kept = shingler->kept.ptr;
    /* Between two words lies one space, which belongs to neither. */
    size_t gap = shingler->unit == SHINGLE_WORDS;
    for (size_t i = 0; i < count; i++) {
        size_t end = i + n < units ? starts[i + n] - gap : shingler->kept.len;
        hashes[i] = XXH3_64bits(kept + starts[i], end - starts[i]);
    }
    out->count = count;
}

static int by_value(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

void shingle_set(struct shingler *shingler, str text, struct vec *out)
{
    shingle_list(shingler, text, out);
    if (out->count < 2)
        return;
    uint64_t *hashes = out->items;
    qsort(hashes, out->count, sizeof *hashes, by_value);
    size_t unique = 1;
    for (size_t i = 1; i < out->count; i++)
        if (hashes[i] != hashes[unique - 1])
            hashes[unique++] = hashes[i];
    out->count = unique;
}

void shingle_text(struct shingler *shingler, str text, struct buf *out)
{
    lay_out(shingler, text);
    buf_add(out, buf_str(&shingler->kept));
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
        wrong = c < '0' || c > '9' || places > 18 || numerator > 1;
        numerator = numerator * 10 + (uint64_t)(c - '0');
        denominator *= point ? 10 : 1;
        wrong = wrong || numerator > denominator;
        if (point)
            continue;
    }
    if (wrong || digits == 0)
        return err_set(err, ERR_CONFIG,
                       "'" STR_FMT "' is no decimal between 0 and 1",
                       STR_ARG(str_slice(text, 0, 40)));
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
