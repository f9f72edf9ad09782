/* fold.h - one spelling for labels, keys and cue phrases.
 *
 *     char out[FOLD_BYTES];
 *     str key = fold_label(STR("**Patiënt（女）"), out);      // "patient"
 *     str text = fold_text(STR("As an AI’s"), arena);        // "as an ai's"
 *
 * Latin letters lose case and accents, full-width forms become ASCII, curly
 * apostrophes straight, and the traditional characters that labels and stock
 * phrases use become simplified. Everything else stays. Pure functions.
 */
#ifndef REPLY_FOLD_H
#define REPLY_FOLD_H

#include "base/arena.h"
#include "base/str.h"

enum { FOLD_BYTES = 160 };

/* One code point, folded; 0 when it vanishes (emoji, variation selectors). */
uint32_t fold_point(uint32_t c);

/* A label: folded, without markdown marks, quotes and emoji, inner white space
 * and underscores as one space, none at the ends. What does not fit in out is
 * left away (a label that long is none). The view lies in out. */
str fold_label(str label, char out[FOLD_BYTES]);

/* Running text: folded, length at most that of the text; white space kept, and
 * traditional characters too. The result is in the arena. */
str fold_text(str text, struct arena *arena);
/* The same text with traditional characters where there are such, for stock
 * phrases that are looked for in both writings. In the arena. */
str fold_traditional(str text, struct arena *arena);

/* Letters of any writing or digits. */
bool fold_is_word(uint32_t c);
/* Pictographs and the selectors and joiners between them. */
bool fold_is_emoji(uint32_t c);

#endif
