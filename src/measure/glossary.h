/* glossary.h - the medical words of a language, and what each one is.
 *
 *     struct glossary *glossary = glossary_open(knowledge, LANG_EN, &err);
 *     struct lexicon_matcher *matcher = lexicon_matcher_new(
 *         glossary_lexicon(glossary));
 *     lexicon_match(matcher, folded, &found);
 *     const struct glossary_term *t = glossary_term(glossary, found[0].term);
 *     glossary_close(glossary);
 *
 * From the knowledge packs (diseases with their other names, symptoms in
 * professional and lay wording, tests, drugs), the vocabularies of the
 * language's outline by level, and a term file of the user (terms.h). Constant
 * after opening; shared by threads, each with its own matcher.
 */
#ifndef MEASURE_GLOSSARY_H
#define MEASURE_GLOSSARY_H

#include "knowledge/outline.h"
#include "text/lexicon.h"

enum { GLOSSARY_LEVELS = 8 };

struct glossary_term {
    int32_t disease, symptom; /* index in the packs, or -1 */
    bool professional, lay;   /* of a symptom */
    bool extra;               /* of the user's file */
    int8_t level;             /* of the outline from 1, or 0 */
};

struct glossary;

/* extra (may be NULL): words of the user, folded by us. NULL on failure. */
MUST_USE struct glossary *glossary_open(const struct knowledge *knowledge,
                                        enum lang lang,
                                        const struct list *extra,
                                        struct err *err);
void glossary_close(struct glossary *glossary); /* NULL is fine */

const struct lexicon *glossary_lexicon(const struct glossary *glossary);
/* By the number of a match; all things that spelling stands for. */
const struct glossary_term *glossary_term(const struct glossary *glossary,
                                          size_t index);
size_t glossary_size(const struct glossary *glossary);
/* Words that are new at a level (1 …), 0 for none. */
size_t glossary_level_size(const struct glossary *glossary, int level);

#endif
