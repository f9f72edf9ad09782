/* language.c - see language.h. */
#include "text/language.h"

#include <math.h>
#include <pthread.h>
#include <string.h>
#include <unicode/utrans.h>

#include "base/utf8.h"
#include "text/classes.h"
#include "text/decode.h"

struct profile {
    const char *lang;
    const char *words; /* frequent small words, between spaces */
};

static const struct profile profiles[] = {
    {"en", " the of and to in is you that it was for on are as with his they "
           "be at one have this from or had by but not what all were we when "
           "your can said there an each which she do how their if will my me "
           "i has he any would could been does did just about "},
    {"nl", " de het een en van ik te dat die in is niet zijn op aan met als voor "
           "er maar om hem dan zou of wat mijn men dit zo door over ze zich bij "
           "ook tot je mij uit der daar haar naar heb hoe heeft hebben deze u "
           "want nog zal me zij nu geen omdat iets worden toch al waren veel "
           "meer doen moet ben kan wordt heeft bent uw we wij last sinds "},
    {"de", " der die das und in den von zu mit sich des auf für ist im dem nicht "
           "ein eine als auch es an werden aus er hat dass sie nach wird bei "
           "einer um am sind noch wie einem über so zum kann war haben nur oder "
           "aber vor zur bis mehr durch man sein wurde ich ihr wir mir mich "
           "habe seit sehr ihre keine "},
    {"fr", " le la les de des du un une et est que qui dans pour pas sur au avec "
           "ce il elle ne se plus par je vous nous mais ou son sa ses cette sont "
           "aux été ont mon ma mes avez a y si tout bien depuis très "},
    {"other", " el los las una por para con que del se no su es más como pero "
              "sus lo muy sin il che di e non per sono della ho nel os uma não "
              "com mas och att det som på är jag inte av til har med ikke jeg "
              "og nie się jest na że "},
};

enum { PROFILES = sizeof profiles / sizeof *profiles, WORD_BYTES = 24 };

static bool lists(const char *words, str word)
{
    char key[WORD_BYTES + 3];
    if (word.len > WORD_BYTES)
        return false;
    key[0] = ' ';
    for (size_t i = 0; i < word.len; i++)
        key[i + 1] = word.ptr[i] >= 'A' && word.ptr[i] <= 'Z'
                         ? (char)(word.ptr[i] + 32)
                         : word.ptr[i];
    key[word.len + 1] = ' ';
    key[word.len + 2] = '\0';
    return strstr(words, key) != NULL;
}

static const char *guess_latin(str text, double *confidence)
{
    const struct classes *classes = classes_get();
    double scores[PROFILES] = {0};
    for (size_t i = 0, step = 0, start = 0; i <= text.len; i += step) {
        uint32_t c = i < text.len ? decode_at(text, i, &step) : ' ';
        if (i == text.len)
            step = 1;
        if (class_of(classes, c) & CLASS_LETTER)
            continue;
        str word = str_slice(text, start, i);
        for (size_t p = 0; word.len && p < PROFILES; p++)
            scores[p] += lists(profiles[p].words, word);
        start = i + step;
    }
    size_t best = PROFILES - 1;
    double sum = 0;
    for (size_t p = 0; p < PROFILES; p++) {
        sum += exp(2 * scores[p]);
        if (scores[p] > scores[best])
            best = p;
    }
    *confidence = exp(2 * scores[best]) / sum;
    return profiles[best].lang;
}

const char *language_guess(str text, double *confidence)
{
    const struct classes *classes = classes_get();
    double unused;
    confidence = confidence ? confidence : &unused;
    *confidence = 0;
    text = str_slice(text, 0, utf8_cut(text, LANGUAGE_BYTES));
    size_t han = 0, kana = 0, hangul = 0, latin = 0, letters = 0;
    for (size_t i = 0, step; i < text.len; i += step) {
        unsigned class = class_of(classes, decode_at(text, i, &step));
        han += (class & CLASS_HAN) != 0;
        kana += (class & CLASS_KANA) != 0;
        hangul += (class & CLASS_HANGUL) != 0;
        latin += (class & CLASS_LATIN) != 0;
        letters += (class & CLASS_LETTER) != 0;
    }
    if (letters == 0)
        return "other";
    if (kana * 10 > han + kana && kana * 4 > latin) {
        *confidence = (double)(kana + han) / (double)letters;
        return "ja";
    }
    if (hangul * 4 > latin + han) {
        *confidence = (double)hangul / (double)letters;
        return "ko";
    }
    if (han * 4 > latin) {
        *confidence = (double)han / (double)letters;
        return "zh";
    }
    if (latin * 2 > letters)
        return guess_latin(text, confidence);
    *confidence = 1 - (double)latin / (double)letters;
    return "other";
}

/* Which way a character of U+4E00-9FFF is converted, by ICU's tables. */
enum { HAN_FIRST = 0x4E00, HAN_LAST = 0x9FFF, HAN_COUNT = 0x5200 };
static unsigned char variants[HAN_COUNT]; /* constant once made */

static void mark_changed(const UChar *id, int32_t id_length,
                         unsigned char mark)
{
    UErrorCode status = U_ZERO_ERROR;
    UTransliterator *change =
        utrans_openU(id, id_length, UTRANS_FORWARD, NULL, 0, NULL, &status);
    if (U_FAILURE(status))
        return; /* without the tables every text is neutral */
    for (UChar c = HAN_FIRST; c <= HAN_LAST; c++) {
        UChar text[8] = {c};
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
