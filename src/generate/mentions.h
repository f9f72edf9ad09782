/* mentions.h - where a dialogue names a disease, a drug or a test of the packs.
 *
 *     struct mentions *index = mentions_open(knowledge, book, &err);
 *     struct lexicon_matcher *matcher = mentions_matcher(index);
 *     mentions_find(index, matcher, transcript, &matches, &found);
 *     mentions_close(index);
 *
 * Names and aliases of diseases, names of drugs, names of numeric tests with
 * the other names of the rulebook; whole words, the longest first, letters
 * without case. A word that names two things gives two mentions. The index is
 * shared by threads; a matcher belongs to one.
 */
#ifndef GENERATE_MENTIONS_H
#define GENERATE_MENTIONS_H

#include "generate/rulebook.h"
#include "generate/transcript.h"

enum mention_kind { MENTION_DISEASE, MENTION_DRUG, MENTION_TEST };

struct mention {
    enum mention_kind kind;
    union {
        const struct disease *disease;
        const struct drug *drug;
        const struct test *test;
    };
    uint32_t turn;  /* index in the transcript */
    uint32_t start; /* bytes of that turn's text */
    uint32_t end;
};

struct mentions;

MUST_USE struct mentions *mentions_open(const struct knowledge *knowledge,
                                        const struct rulebook *book,
                                        struct err *err);
void mentions_close(struct mentions *mentions); /* NULL is fine */
struct lexicon_matcher *mentions_matcher(const struct mentions *mentions);

/* Empties found, then lists the mentions in order of the dialogue. `matches` is
 * scratch (struct lexicon_match). */
void mentions_find(const struct mentions *mentions,
                   struct lexicon_matcher *matcher,
                   const struct transcript *transcript, struct vec *matches,
                   struct vec *found /* struct mention */);

#endif
