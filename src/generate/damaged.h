/* damaged.h - is this a whole dialogue, in its language, by people? (rule 1)
 *
 * The parser of replies refuses what is damaged as a reply; here the turns
 * themselves are looked at:
 *   truncated       the last turn ends in a comma or the like; or in a letter,
 *                   when the reply was cut for its length or when all other
 *                   turns end in a mark
 *   refusal         a turn begins as a refusal and speaks of the request
 *   wrong language  the whole by language.h, or a turn in another writing
 *   disclosure      a speaker calls itself a program
 */
#ifndef GENERATE_DAMAGED_H
#define GENERATE_DAMAGED_H

#include "generate/refine.h"
#include "generate/rulebook.h"
#include "generate/transcript.h"

/* False and the verdict set when something is wrong. `matches` is scratch
 * (struct lexicon_match), the matcher that of the book's disclosures. */
bool damaged_check(const struct rulebook *book,
                   const struct refine_input *input,
                   const struct transcript *transcript,
                   struct lexicon_matcher *disclosures, struct vec *matches,
                   struct refine_verdict *verdict);

#endif
