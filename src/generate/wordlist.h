/* wordlist.h - does a dialogue use the words it should? (refinement rule 6)
 *
 * Two counts: distinct words of the outline, of the wanted level and those
 * below it; and the words that the brief asked for. A word counts where it
 * stands as a word: "CT" in "做CT检查", not in "ECT"; the longest word of any
 * level first, so that "头" is not found in "头痛". In English and Dutch the
 * usual plurals count as the word.
 */
#ifndef GENERATE_WORDLIST_H
#define GENERATE_WORDLIST_H

#include "generate/refine.h"
#include "generate/transcript.h"
#include "text/lexicon.h"

/* The words of an outline; constant after opening. */
struct wordlist;

MUST_USE struct wordlist *wordlist_open(const struct outline *outline,
                                        struct err *err);
void wordlist_close(struct wordlist *words); /* NULL is fine */

/* Scratch memory of one thread. */
struct wordlist_memory {
    struct lexicon_matcher *matcher; /* owned; NULL: no outline */
    struct vec matches;              /* struct lexicon_match */
    struct vec seen;                 /* bool, one for each word */
    struct buf folded, kept;
};

/* `words` may be NULL: only words asked for then. */
void wordlist_memory_init(struct wordlist_memory *memory,
                          const struct wordlist *words);
void wordlist_memory_release(struct wordlist_memory *memory);

/* False and the verdict set when words are missing. The transcript is changed
 * only in its scratch memory. */
bool wordlist_check(const struct refine_vocabulary *config,
                    const struct wordlist *words,
                    const struct refine_input *input,
                    struct transcript *transcript,
                    struct wordlist_memory *memory,
                    struct refine_verdict *verdict);

#endif
