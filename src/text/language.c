/* language.c - see language.h.
 *
 * Latin writing is judged like a naive Bayes classifier over letter triples,
 * with word edges as letters, counted in our own sample sentences and hashed
 * into a table; a small word that a language is known by counts extra. Beside
 * the languages stands a model in which all triples are equally likely: it
 * wins where the letters make no language at all.
 */
#include "text/language.h"

#include <math.h>
#include <pthread.h>
#include <string.h>
#include <unicode/uchar.h>
#include <unicode/utrans.h>

#include "base/buf.h"
#include "base/map.h"
#include "base/utf8.h"
#include "text/classes.h"
#include "text/decode.h"
#include "text/language_samples.h"

enum { CELL_BITS = 14, CELLS = 1 << CELL_BITS, WORD_BYTES = 24 };

/* All ours, tuned on sentences that are not among the samples. */
static const double smoothing = 0.05;  /* added to every count */
static const double word_bonus = 2.5;  /* log odds of a small word */
static const double noise_log = -8.9;  /* log probability of any triple */
static const double temperature = 0.5; /* triples overlap: half the evidence */

/* Constant once made. */
static float log_probability[CELLS][LANGUAGE_SAMPLES];
static struct map small_words; /* word -> bit set of samples */

/* The letters of a text in lower case, one space between words and at both
 * ends; an apostrophe between letters is one. out holds text.len + 2. */
static size_t letters_of(str text, uint32_t *out)
{
    const struct classes *classes = classes_get();
    size_t count = 0;
    out[count++] = ' ';
    for (size_t i = 0, step; i < text.len; i += step) {
        uint32_t c = decode_at(text, i, &step);
        unsigned class = class_of(classes, c);
        bool space = out[count - 1] == ' ';
        if (c == 0x2019)
            c = '\'';
        if (class & CLASS_UPPER)
            c = (uint32_t)u_tolower((UChar32)c);
        if ((class & CLASS_LETTER) || (c == '\'' && !space))
            out[count++] = c;
        else if (!space)
            out[count++] = ' ';
    }
    if (out[count - 1] != ' ')
        out[count++] = ' ';
    return count;
}

static size_t cell_of(const uint32_t *triple)
{
    uint64_t key = (uint64_t)triple[0] << 42 ^ (uint64_t)triple[1] << 21 ^
                   (uint64_t)triple[2];
    return (size_t)(key * 0x9E3779B97F4A7C15u >> (64 - CELL_BITS));
}

/* The word that begins behind the space at `start`, as UTF-8. */
static str word_at(const uint32_t *letters, size_t count, size_t start,
                   char bytes[WORD_BYTES])
{
    struct buf word = {
        .ptr = bytes, .capacity = WORD_BYTES, .bytes_max = WORD_BYTES - 1};
    for (size_t i = start + 1; i < count && letters[i] != ' '; i++)
        buf_add_utf8(&word, letters[i]);
    return word.full ? STR("") : buf_str(&word);
}

static void count_sample(size_t sample, uint32_t *letters)
{
    str text = str_of(language_samples[sample].text);
    size_t count = letters_of(text, letters);
    for (size_t i = 0; i + 3 <= count; i++)
        log_probability[cell_of(letters + i)][sample] += 1;
    double sum = (double)(count - 2) + smoothing * CELLS;
    for (size_t cell = 0; cell < CELLS; cell++) {
        double share =
            ((double)log_probability[cell][sample] + smoothing) / sum;
        log_probability[cell][sample] = (float)log(share);
    }
    str rest = str_of(language_samples[sample].words);
    for (str word; str_next(&rest, ' ', &word);)
        *map_slot(&small_words, word) |= (uint64_t)1 << sample;
}

static void make_profiles(void)
{
    static uint32_t letters[LANGUAGE_BYTES + 2];
    map_init(&small_words);
    for (size_t i = 0; i < LANGUAGE_SAMPLES; i++)
        count_sample(i, letters);
}

struct scores {
    double of[LANGUAGE_SAMPLES + 1]; /* log; the last is noise */
};

static void add_word(struct scores *scores, str word)
{
    uint64_t samples;
    if (!map_get(&small_words, word, &samples))
        return;
    for (size_t l = 0; l < LANGUAGE_SAMPLES; l++)
        scores->of[l] += samples >> l & 1 ? word_bonus : 0;
}

static struct scores score(str text)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, make_profiles);
    struct scores scores = {0};
    uint32_t letters[LANGUAGE_BYTES + 2];
    size_t count = letters_of(text, letters);
    for (size_t i = 0; i + 3 <= count; i++) {
        const float *row = log_probability[cell_of(letters + i)];
        for (size_t l = 0; l < LANGUAGE_SAMPLES; l++)
            scores.of[l] += (double)row[l];
        scores.of[LANGUAGE_SAMPLES] += noise_log;
        char bytes[WORD_BYTES];
        if (letters[i] == ' ')
            add_word(&scores, word_at(letters, count, i, bytes));
    }
    return scores;
}

static const char *guess_latin(str text, double *confidence)
{
    struct scores scores = score(text);
    size_t best = LANGUAGE_SAMPLES;
    for (size_t l = 0; l < LANGUAGE_SAMPLES; l++)
        if (scores.of[l] > scores.of[best])
            best = l;
    const char *lang =
        best < LANGUAGE_SAMPLES ? language_samples[best].lang : "other";
    double all = 0, same = 0;
    for (size_t l = 0; l <= LANGUAGE_SAMPLES; l++) {
        const char *of =
            l < LANGUAGE_SAMPLES ? language_samples[l].lang : "other";
        double weight = exp(temperature * (scores.of[l] - scores.of[best]));
        all += weight;
        same += strcmp(of, lang) == 0 ? weight : 0;
    }
    *confidence = same / all;
    return lang;
}

/* Letters of the writings that tell a language by themselves. */
struct scripts {
    size_t han, kana, hangul, latin, letters;
};

static struct scripts count_scripts(str text)
{
    const struct classes *classes = classes_get();
    struct scripts scripts = {0};
    for (size_t i = 0, step; i < text.len; i += step) {
        unsigned class = class_of(classes, decode_at(text, i, &step));
        if (!(class & CLASS_LETTER)) /* scripts have numbers and marks too */
            continue;
        scripts.letters++;
        scripts.han += (class & CLASS_HAN) != 0;
        scripts.kana += (class & CLASS_KANA) != 0;
        scripts.hangul += (class & CLASS_HANGUL) != 0;
        scripts.latin += (class & CLASS_LATIN) != 0;
    }
    return scripts;
}

const char *language_guess(str text, double *confidence)
{
    double unused;
    confidence = confidence ? confidence : &unused;
    *confidence = 0;
    text = str_slice(text, 0, utf8_cut(text, LANGUAGE_BYTES));
    struct scripts n = count_scripts(text);
    if (n.letters == 0)
        return "other";
    double letters = (double)n.letters;
    /* An ideograph says about as much as four letters: names of drugs and
     * tests in Latin letters do not make a Chinese sentence English. */
    if (n.kana * 10 > n.kana + n.han && (n.kana + n.han) * 4 > n.latin) {
        *confidence = (double)(n.kana + n.han) / letters;
        return "ja";
    }
    if (n.hangul * 4 > n.latin + n.han) {
        *confidence = (double)n.hangul / letters;
        return "ko";
    }
    if (n.han * 4 > n.latin) {
        *confidence = (double)n.han / letters;
        return "zh";
    }
    if (n.latin * 2 > n.letters)
        return guess_latin(text, confidence);
    *confidence = 1 - (double)n.latin / letters;
    return "other";
}

/* Which way a character of U+4E00-9FFF is converted, by ICU's tables. */
enum { HAN_FIRST = 0x4E00, HAN_LAST = 0x9FFF, HAN_COUNT = 0x5200 };
static unsigned char variants[HAN_COUNT]; /* constant once made */

static void mark_changed(const UChar *id, int32_t id_length, unsigned char mark)
{
    UErrorCode status = U_ZERO_ERROR;
    UTransliterator *change =
        utrans_openU(id, id_length, UTRANS_FORWARD, NULL, 0, NULL, &status);
    if (U_FAILURE(status))
        return; /* without the tables every text is neutral */
    for (int c = HAN_FIRST; c <= HAN_LAST; c++) {
        UChar text[8] = {(UChar)c};
        int32_t length = 1, limit = 1;
        utrans_transUChars(change, text, &length, 8, 0, &limit, &status);
        if (U_SUCCESS(status) && (length != 1 || text[0] != c))
            variants[c - HAN_FIRST] |= mark;
    }
    utrans_close(change);
}

static void make_variants(void)
{
    static const UChar to_traditional[] = u"Simplified-Traditional";
    static const UChar to_simplified[] = u"Traditional-Simplified";
    mark_changed(to_traditional, -1, CHINESE_SIMPLIFIED);
    mark_changed(to_simplified, -1, CHINESE_TRADITIONAL);
}

enum chinese_variant language_chinese_variant(str text)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, make_variants);
    /* By mark: neither, simplified, traditional, both (which tells nothing). */
    size_t counts[4] = {0};
    for (size_t i = 0, step; i < text.len; i += step) {
        uint32_t c = decode_at(text, i, &step);
        if (c >= HAN_FIRST && c <= HAN_LAST)
            counts[variants[c - HAN_FIRST]]++;
    }
    size_t simplified = counts[CHINESE_SIMPLIFIED];
    size_t traditional = counts[CHINESE_TRADITIONAL];
    if (simplified + traditional == 0)
        return CHINESE_NEUTRAL;
    if (traditional * 4 < simplified)
        return CHINESE_SIMPLIFIED;
    return simplified * 4 < traditional ? CHINESE_TRADITIONAL : CHINESE_MIXED;
}
