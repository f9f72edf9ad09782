/* rulebook.h - the word lists and patterns of the refinement rules, one
 * language.
 *
 *     struct rulebook *book = rulebook_open(LANG_NL, &err);
 *     if (pattern_finds(book, PATTERN_RECOMMENDS, context, sentence)) …
 *     rulebook_close(book);
 *
 * Read from the assets rules/phrases/LANG.yaml and rules/refine/LANG.yaml,
 * which
 * --data overrides; a wrong key or pattern is an error with file and line. The
 * patterns of a list are one regular expression of alternatives, each with the
 * same number of groups; no list, no match. Lists and patterns are written with
 * straight apostrophes and also match curly ones. Constant after opening,
 * shared by threads; a regex_context belongs to one.
 */
#ifndef GENERATE_RULEBOOK_H
#define GENERATE_RULEBOOK_H

#include "base/map.h"
#include "base/schema.h"
#include "knowledge/knowledge.h"
#include "text/lexicon.h"
#include "text/regex.h"

enum pattern {
    PATTERN_CLAIMS,
    PATTERN_CLAIM_EXCUSES,
    PATTERN_HISTORY_QUESTIONS,
    PATTERN_CLINICIAN_NEVER,
    PATTERN_PATIENT_NEVER,
    PATTERN_NURSE_NEVER,
    PATTERN_SWAPPED_EXCUSES,
    PATTERN_SELF_ANSWERS,
    PATTERN_CLINICIAN_STYLE,
    PATTERN_PATIENT_STYLE,
    PATTERN_AGES_SAID,
    PATTERN_AGES_TOLD,
    PATTERN_MALE_SAID,
    PATTERN_FEMALE_SAID,
    PATTERN_FEMALE_SELF,
    PATTERN_MALE_SELF,
    PATTERN_FEMALE_YOU,
    PATTERN_MALE_YOU,
    PATTERN_PREGNANT_SELF,
    PATTERN_PERSON_EXCUSES,
    PATTERN_READINGS,
    PATTERN_PRESSURES,
    PATTERN_DOSES,
    PATTERN_DAILY_MARKS,
    PATTERN_DOSE_EXCUSES,
    PATTERN_FREQUENCIES,
    PATTERN_RECOMMENDS,
    PATTERN_WITHHOLDS,
    PATTERN_HAS_CONDITION,
    PATTERN_ALLERGIES,
    PATTERN_ALLERGY_EXCUSES,
    PATTERN_LEFT_PARTS,  /* made of the words for sides and parts; */
    PATTERN_RIGHT_PARTS, /* group 1 is the part */
    PATTERN_COUNT
};

enum word_list {
    WORDS_REFUSAL_OBJECTS,
    WORDS_OPEN_TASKS,
    WORDS_UNITLESS,
    WORDS_LEFT,
    WORDS_RIGHT,
    WORDS_BOTH,
    WORDS_SIDE_JOINS,
    WORDS_PARTS,
    WORDS_COUNT
};

/* A word and what it stands for. */
struct word_pair {
    str word, meaning;
};

struct rulebook {
    enum lang lang;
    struct list words[WORDS_COUNT]; /* str, as written */
    struct list test_names;         /* struct word_pair: word, test id */
    struct list allergens;          /* struct word_pair: word, condition id */
    struct list unit_words;         /* struct word_pair: word, unit */
    struct list dose_words;         /* struct word_pair: word, unit */
    struct list number_words;       /* struct word_pair: word, digits */

    /* in the kept form of transcript.h */
    struct list refusals;        /* str: how a refusal begins */
    struct list refusal_objects; /* str */
    struct map backchannels;
    struct lexicon *disclosures; /* owned */
    struct lexicon *common;      /* owned; stock phrases and back-channels */

    struct regex *patterns[PATTERN_COUNT]; /* owned; NULL: empty list */
    struct arena arena;
};

MUST_USE struct rulebook *rulebook_open(enum lang lang, struct err *err);
void rulebook_close(struct rulebook *book); /* NULL is fine */

/* Searches from byte `from`; group 0 of the context is the match. A search that
 * passes the limits of regex.h counts as not found. */
bool pattern_find(const struct rulebook *book, enum pattern pattern,
                  struct regex_context *context, str text, size_t from);
/* The meaning of a word, letters compared without case; empty when unknown. */
str pair_meaning(const struct list *pairs, str word);

/* The word with curly apostrophes, in the arena; empty when it has none. */
str curly_spelling(str word, struct arena *arena);

/* The sentence around byte `at` of a text: ends at 。！？；!?; a line feed, or
 * a full stop before a space; the end mark belongs to it. */
str sentence_around(str text, size_t at);

#endif
