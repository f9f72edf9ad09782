/* phrase.h - find any of some hundred stock phrases in one pass over a text.
 *
 *     struct phrases *phrases = phrases_new(list, count);   // folded phrases
 *     size_t end;
 *     size_t at = phrases_find(phrases, folded, 0, &end);   // STR_NONE: none
 *     phrases_free(phrases);
 *
 * Phrases and texts are folded the same way before (fold.h). Where a phrase
 * begins or ends with a Latin letter or digit, the text must not go on with
 * another there. Constant after phrases_new, shared by any number of threads.
 */
#ifndef REPLY_PHRASE_H
#define REPLY_PHRASE_H

#include "base/str.h"
#include "base/vec.h"

struct phrases;

/* Copies the strings; phrases shorter than two bytes are left out. */
struct phrases *phrases_new(const struct vec *strings /* str */);
void phrases_free(struct phrases *phrases); /* NULL is fine */

/* Byte offset of the first phrase at or after from; the longest one there.
 * *end (may be NULL) is the offset behind it. */
size_t phrases_find(const struct phrases *phrases, str text, size_t from,
                    size_t *end);
/* True when the text begins with one of them. */
bool phrases_begin(const struct phrases *phrases, str text);

#endif
