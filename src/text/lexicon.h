/* lexicon.h - find thousands of literal terms in a text in one pass.
 *
 *     struct lexicon *lexicon;
 *     const str terms[] = {STR("糖尿病"), STR("2型糖尿病"), STR("CT")};
 *     if (!lexicon_open(&lexicon, terms, 3, &err)) return false;
 *     struct lexicon_matcher *matcher = lexicon_matcher_new(lexicon);
 *     struct vec found;
 *     vec_init(&found, sizeof(struct lexicon_match));
 *     lexicon_match(matcher, STR("2型糖尿病，做CT"), &found);   // terms 1, 2
 *
 * Matches run from left to right, the longest term at the leftmost place, and
 * never overlap. Where a term begins or ends with a letter, mark or number of a
 * writing with spaces (Latin, Greek, Cyrillic ...), the text must not go on
 * with another such character there: "CT" is found in "做CT检查", not in "ECT".
 * Letters match whatever their case, as long as both cases have the same length
 * in UTF-8 (all of Latin, Greek and Cyrillic in common use). Terms and texts
 * are otherwise compared byte by byte: normalise both the same way before.
 *
 * A lexicon is constant after opening and shared by threads; a matcher belongs
 * to one. Built on vectorscan; LEXICON_PLAIN, or ANAMNESIS_CPU=scalar in the
 * environment, or a processor without vector units selects a plain trie with
 * the same results.
 */
#ifndef TEXT_LEXICON_H
#define TEXT_LEXICON_H

#include "base/str.h"
#include "base/vec.h"

enum { LEXICON_TERM_BYTES_MAX = 1000, LEXICON_TERMS_MAX = 1000000 };
#define LEXICON_TEXT_BYTES_MAX ((size_t)1 << 30)

struct lexicon;
struct lexicon_matcher;

struct lexicon_match {
    uint32_t term;     /* index in the array given at opening; of terms that
                          are equal without case, the first */
    size_t start, end; /* bytes [start, end) of the text */
};

enum lexicon_engine { LEXICON_AUTOMATIC, LEXICON_PLAIN };

/* The terms are copied; empty ones are never found. Fails with ERR_LIMIT (too
 * many, too long), ERR_FORMAT (a term is not UTF-8, or holds a NUL). */
MUST_USE bool lexicon_open(struct lexicon **lexicon, const str *terms,
                           size_t count, struct err *err);
MUST_USE bool lexicon_open_with(struct lexicon **lexicon, const str *terms,
                                size_t count, enum lexicon_engine engine,
                                struct err *err);
void lexicon_close(struct lexicon *lexicon); /* NULL is fine; matchers first */
size_t lexicon_size(const struct lexicon *lexicon);
/* The term as given; index < size. */
str lexicon_term(const struct lexicon *lexicon, size_t index);

struct lexicon_matcher *lexicon_matcher_new(const struct lexicon *lexicon);
void lexicon_matcher_free(struct lexicon_matcher *matcher); /* NULL is fine */

/* Empties out, then lists the matches in order of the text. */
void lexicon_match(struct lexicon_matcher *matcher, str text,
                   struct vec *out /* struct lexicon_match */);
/* True when any term occurs. */
bool lexicon_any(struct lexicon_matcher *matcher, str text);

#endif
