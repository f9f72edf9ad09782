/* decode.h - utf8_next, small enough to be built into inner loops.
 *
 *     for (size_t i = 0, step; i < s.len; i += step)
 *         use(decode_at(s, i, &step));
 *
 * Gives the same code points as utf8_next. For loops over every character.
 */
#ifndef TEXT_DECODE_H
#define TEXT_DECODE_H

#include "base/utf8.h"

/* The code point at byte i < s.len; *step is its length (1 for a byte that
 * starts none: U+FFFD). */
static inline uint32_t decode_at(str s, size_t i, size_t *step)
{
    const unsigned char *b = (const unsigned char *)s.ptr + i;
    if (b[0] < 0x80) {
        *step = 1;
        return b[0];
    }
    /* Three bytes, without the leads E0 and ED that have special ranges. */
    if (b[0] > 0xE0 && b[0] < 0xF0 && b[0] != 0xED && s.len - i >= 3 &&
        (b[1] & 0xC0) == 0x80 && (b[2] & 0xC0) == 0x80) {
        *step = 3;
        return (b[0] & 0xFu) << 12 | (b[1] & 0x3Fu) << 6 | (b[2] & 0x3Fu);
    }
    str rest = {s.ptr + i, s.len - i};
    size_t before = rest.len;
    uint32_t c = utf8_next(&rest);
    *step = before - rest.len;
    return c;
}

#endif
