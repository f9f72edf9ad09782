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
    struct vec repeats; /* struct repeat: names that the last set met twice */
    uint64_t seed;
};

/* A name that stands more than once in a text, and the unit at which it stands
 * first (UINT32_MAX: not met yet). */
struct repeat {
    uint64_t name;
    uint32_t first;
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
    vec_init(&made->repeats, sizeof(struct repeat));
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
    vec_release(&shingler->repeats);
    free(shingler);
}

void shingler_use_seed(struct shingler *shingler, uint64_t seed)
{
    shingler->seed = seed;
}

uint64_t shingle_name(str shingle, uint64_t seed)
{
    return XXH3_64bits_withSeed(shingle.ptr, shingle.len, seed);
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

/* Shingles of the text that is laid out, and units in each. */
static size_t count_shingles(const struct shingler *shingler, size_t *length)
{
    size_t units = shingler->starts.count;
    *length = units < shingler->length ? units : shingler->length;
    return units ? units - *length + 1 : 0;
}

/* The shingle of `length` units from unit i on. The space after a word is not
 * part of the shingle that ends there. */
static str shingle_at(const struct shingler *shingler, size_t i, size_t length)
{
    const uint32_t *starts = shingler->starts.items;
    size_t gap = shingler->unit == SHINGLE_WORDS;
    return str_make((const char *)shingler->kept.items + starts[i],
                    starts[i + length] - gap - starts[i]);
}

void shingle_list(struct shingler *shingler, str text, struct vec *out)
{
    vec_reset(out);
    lay_out(shingler, text);
    size_t length, count = count_shingles(shingler, &length);
    vec_reserve(out, count);
    uint64_t *hashes = out->items;
    for (size_t i = 0; i < count; i++)
        hashes[i] =
            shingle_name(shingle_at(shingler, i, length), shingler->seed);
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

/* Names come in ascending order. */
static void note_repeat(struct vec *repeats, uint64_t name)
{
    const struct repeat *last =
        repeats->count ? vec_at(repeats, repeats->count - 1) : NULL;
    if (!last || last->name != name)
        *(struct repeat *)vec_add(repeats) = (struct repeat){name, UINT32_MAX};
}

void shingle_set(struct shingler *shingler, str text, struct vec *out)
{
    shingle_list(shingler, text, out);
    struct vec *repeats = &shingler->repeats;
    vec_reset(repeats);
    if (out->count < 2)
        return;
    uint64_t *hashes = out->items;
    vec_reserve(&shingler->scratch, out->count);
    sort_hashes(hashes, out->count, 64, shingler->scratch.items);
    size_t unique = 1;
    for (size_t i = 1; i < out->count; i++) {
        if (hashes[i] != hashes[unique - 1])
            hashes[unique++] = hashes[i];
        else
            note_repeat(repeats, hashes[i]);
    }
    out->count = unique;
}

static int compare_repeats(const void *a, const void *b)
{
    const struct repeat *x = a, *y = b;
    return x->name < y->name ? -1 : x->name > y->name;
}

/* Only shingles whose name is a repeated one are compared with the first of
 * that name; a small bit table keeps nearly all others from being looked up. */
bool shingle_set_collides(struct shingler *shingler)
{
    struct vec *repeats = &shingler->repeats;
    if (repeats->count == 0)
        return false;
    uint64_t table[64] = {0}; /* of the lowest 12 bits */
    for (size_t i = 0; i < repeats->count; i++) {
        uint64_t name = ((const struct repeat *)vec_at(repeats, i))->name;
        table[name >> 6 & 63] |= (uint64_t)1 << (name & 63);
    }
    size_t length, count = count_shingles(shingler, &length);
    for (size_t i = 0; i < count; i++) {
        str shingle = shingle_at(shingler, i, length);
        struct repeat key = {shingle_name(shingle, shingler->seed), 0};
        if (!(table[key.name >> 6 & 63] >> (key.name & 63) & 1))
            continue;
        struct repeat *repeat = bsearch(&key, repeats->items, repeats->count,
                                        sizeof key, compare_repeats);
        if (!repeat)
            continue;
        if (repeat->first == UINT32_MAX)
            repeat->first = (uint32_t)i;
        else if (!str_equal(shingle,
                            shingle_at(shingler, repeat->first, length)))
            return true;
    }
    return false;
}

void shingle_text(struct shingler *shingler, str text, struct buf *out)
{
    lay_out(shingler, text);
    buf_add(out, shingle_last_text(shingler));
}

str shingle_last_text(const struct shingler *shingler)
{
    return str_make(shingler->kept.items, shingler->kept.count);
}

/* --- walking --- */

/* The byte behind the unit that begins at `at`. */
static size_t unit_end(enum shingle_unit unit, str kept, size_t at)
{
    if (unit == SHINGLE_WORDS) {
        const char *space = memchr(kept.ptr + at, ' ', kept.len - at);
        return space ? (size_t)(space - kept.ptr) : kept.len;
    }
    size_t step;
    decode_at(kept, at, &step);
    return at + step;
}

struct shingle_walk shingle_walk(enum shingle_unit unit, size_t length,
                                 str kept)
{
    struct shingle_walk walk = {kept, unit, 0, STR_NONE};
    size_t gap = unit == SHINGLE_WORDS;
    for (size_t i = 0, at = 0; i < length && at < kept.len; i++) {
        walk.to = unit_end(unit, kept, at);
        at = walk.to + gap;
    }
    return walk;
}

bool shingle_walk_next(struct shingle_walk *walk, str *shingle)
{
    if (walk->to == STR_NONE)
        return false;
    *shingle = str_slice(walk->kept, walk->from, walk->to);
    size_t gap = walk->unit == SHINGLE_WORDS;
    walk->from = unit_end(walk->unit, walk->kept, walk->from) + gap;
    if (walk->to + gap < walk->kept.len)
        walk->to = unit_end(walk->unit, walk->kept, walk->to + gap);
    else
        walk->to = STR_NONE;
    return true;
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
