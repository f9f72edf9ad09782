/* language.h - which language is this text in?
 *
 *     double confidence;
 *     const char *lang = language_guess(text, &confidence);   // "nl"
 *
 * Han, kana and Hangul are told by their scripts; English, Dutch, German and
 * French by function words and letter triples against small profiles of our
 * own, with some further languages beside them so that these become "other".
 * Meant for a sentence of four words or more. Any thread may call.
 */
#ifndef TEXT_LANGUAGE_H
#define TEXT_LANGUAGE_H

#include "base/str.h"

/* "zh", "en", "nl", "de", "fr", "ja", "ko" or "other"; a static string. "other"
 * too when there is no letter at all. confidence (may be NULL) is between 0 and
 * 1: for scripts the share of the letters that speak for it, for Latin writing
 * the posterior probability. At most the first LANGUAGE_BYTES are read. */
const char *language_guess(str text, double *confidence);

enum { LANGUAGE_BYTES = 16 * 1024 };

enum chinese_variant {
    CHINESE_NEUTRAL, /* no character that tells */
    CHINESE_SIMPLIFIED,
    CHINESE_TRADITIONAL,
    CHINESE_MIXED
};

/* From characters that exist in one of the two writings only, by ICU's
 * conversion tables. Mixed: the rarer kind has more than a fifth of them. */
enum chinese_variant language_chinese_variant(str text);

#endif
