/* classes.h - what kind of character a code point is, in one table look-up.
 *
 *     const struct classes *classes = classes_get();
 *     for (str rest = s; rest.len;)
 *         if (class_of(classes, utf8_next(&rest)) & CLASS_KEPT)
 *             kept++;
 *
 * The table is made from ICU's properties at the first call of classes_get()
 * (a few milliseconds) and is constant afterwards; any thread may read it.
 */
#ifndef TEXT_CLASSES_H
#define TEXT_CLASSES_H

#include "base/str.h"

enum {
    CLASS_LETTER = 1 << 0,      /* general category L* */
    CLASS_MARK = 1 << 1,        /* M* */
    CLASS_NUMBER = 1 << 2,      /* N* */
    CLASS_HAN = 1 << 3,         /* script Han; letters, and a few numbers */
    CLASS_PUNCTUATION = 1 << 4, /* P* */
    CLASS_SYMBOL = 1 << 5,      /* S* */
    CLASS_SPACE = 1 << 6,       /* White_Space */
    CLASS_EMOJI = 1 << 7,       /* Extended_Pictographic or flag letters */
    CLASS_CONTROL = 1 << 8,     /* Cc, Cf, Cs, Co, Cn */
    CLASS_LATIN = 1 << 9,       /* scripts of letters */
    CLASS_KANA = 1 << 10,
    CLASS_HANGUL = 1 << 11,
    /* Letter, mark or number of a writing that puts spaces between words:
     * not Han, kana, Hangul, Thai, Lao, Khmer or Burmese. */
    CLASS_SPACED = 1 << 12,
    CLASS_UPPER = 1 << 13, /* Uppercase property */

    /* What shingles and the token unit `char` keep. */
    CLASS_KEPT = CLASS_LETTER | CLASS_MARK | CLASS_NUMBER
};

struct classes {
    uint8_t block[0x1100];       /* code point >> 8 -> row of class */
    const uint16_t (*rows)[256]; /* CLASS_* bits */
};

const struct classes *classes_get(void);

/* CLASS_* bits of a code point; 0 above U+10FFFF. */
static inline unsigned class_of(const struct classes *classes, uint32_t c)
{
    return c < 0x110000 ? classes->rows[classes->block[c >> 8]][c & 0xFF] : 0;
}

#endif
