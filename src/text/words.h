/* words.h - cut a text into words, sentences or characters, as views into it.
 *
 *     struct words *words;
 *     if (!words_open(&words, &err)) return false;
 *     struct vec tokens;
 *     vec_init(&tokens, sizeof(str));
 *     words_split(words, STR("我头痛三天了。"), "zh", &tokens);
 *     for (size_t i = 0; i < tokens.count; i++)
 *         use(*(str *)vec_at(&tokens, i));
 *     vec_release(&tokens);
 *     words_close(words);
 *
 * Words are those of Unicode's UAX #29 as ICU implements it, Chinese and
 * Japanese by ICU's dictionary; a token without letter, mark or number
 * (punctuation, space, emoji) is no word. A struct words belongs to one thread.
 * The splitters empty `out` first; the views live as long as the text. Texts
 * are at most WORDS_BYTES_MAX long (asserted: lines are far shorter).
 */
#ifndef TEXT_WORDS_H
#define TEXT_WORDS_H

#include "base/str.h"
#include "base/vec.h"

#define WORDS_BYTES_MAX ((size_t)1 << 30)

struct words;

MUST_USE bool words_open(struct words **words, struct err *err);
void words_close(struct words *words); /* NULL is fine */

/* lang: "zh", "en", "nl", ...; unknown or NULL gives the general rules. In
 * Dutch a clipped word keeps its apostrophe ("'s", "'t", "'n"). */
void words_split(struct words *words, str text, const char *lang,
                 struct vec *out /* str */);
/* Sentences without white space at both ends; empty ones are left out. */
void sentences_split(struct words *words, str text, const char *lang,
                     struct vec *out /* str */);
/* The token unit `char`: each letter, ideograph or number with the combining
 * marks that follow it. Needs no segmenter. */
void chars_split(str text, struct vec *out /* str */);

/* How many, without a list. */
size_t words_count(struct words *words, str text, const char *lang);
size_t chars_count(str text);

#endif
