/* phrasing.h - what words do in a conversation, per language.
 *
 *     struct phrasing *phrasing = phrasing_load(LANG_NL, &err);
 *     phrasing_category(phrasing, STR("misschien"));        // WORD_ADVERBS
 *     phrasing_asks(phrasing, context, STR("Sinds wanneer heeft u dat?"));
 *     phrasing_free(phrasing);
 *
 * From the assets rules/phrases/LANG.yaml (function words, back-channels,
 * interrogative patterns, stock phrases) and rules/measure/open.yaml. Constant
 * after loading; shared by threads, each with its own regex context.
 */
#ifndef MEASURE_PHRASING_H
#define MEASURE_PHRASING_H

#include "knowledge/knowledge.h"
#include "text/regex.h"

/* The classes of linguistic style matching; a word stands in one. */
enum word_category {
    WORD_ARTICLES,
    WORD_PREPOSITIONS,
    WORD_PRONOUNS,
    WORD_AUXILIARIES,
    WORD_CONJUNCTIONS,
    WORD_NEGATIONS,
    WORD_QUANTIFIERS,
    WORD_ADVERBS,
    WORD_PARTICLES,
    WORD_CATEGORIES,
    WORD_CONTENT = WORD_CATEGORIES /* no function word */
};

struct phrasing;

/* NULL on failure. */
MUST_USE struct phrasing *phrasing_load(enum lang lang, struct err *err);
void phrasing_free(struct phrasing *phrasing); /* NULL is fine */

/* Of a folded word. */
enum word_category phrasing_category(const struct phrasing *phrasing, str word);
/* A question mark, or one of the interrogative patterns. */
bool phrasing_asks(const struct phrasing *phrasing,
                   struct regex_context *context, str text);
/* Of a turn that asks: by a word that no yes answers. words: folded. */
bool phrasing_is_open(const struct phrasing *phrasing, str text,
                      const str *words, size_t word_count);
/* The folded text without punctuation is a listener's signal ("mm-hm"). */
bool phrasing_is_backchannel(const struct phrasing *phrasing, str folded);
/* Stock phrases that everybody says (struct list of str). */
struct list phrasing_common(const struct phrasing *phrasing);

#endif
