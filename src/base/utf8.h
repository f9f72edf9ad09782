/* utf8.h - characters out of bytes.
 *
 *     for (str rest = s; rest.len;) {
 *         uint32_t c = utf8_next(&rest);
 *         ...
 *     }
 *
 * Decoding never fails: a byte that starts no valid sequence gives U+FFFD and
 * is stepped over alone. Overlong forms, surrogates and values above U+10FFFF
 * are invalid (Unicode 15, table 3-7).
 */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include "base/str.h"

#define UTF8_REPLACEMENT 0xFFFDu

/* Takes one code point off the front; s must not be empty. */
uint32_t utf8_next(str *s);
/* Takes one code point off the end; s must not be empty. */
uint32_t utf8_previous(str *s);
/* Byte offset of the first invalid sequence, or STR_NONE. */
size_t utf8_invalid_at(str s);
bool utf8_is_valid(str s);
/* Number of code points (an invalid byte counts one). */
size_t utf8_count(str s);
/* The largest length <= bytes_max that does not cut a character. */
size_t utf8_cut(str s, size_t bytes_max);
/* Columns on a terminal: wide East Asian characters and emoji take two,
 * combining marks none. */
size_t utf8_columns(str s);
bool utf8_is_han(uint32_t c);
/* ASCII and Unicode white space, no-break spaces and the ideographic space. */
bool utf8_is_space(uint32_t c);

#endif
