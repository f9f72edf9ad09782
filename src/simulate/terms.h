/* terms.h - words of the vocabulary worked into a dialogue; private to the
 * simulate room.
 *
 * Every word has a class: its category in the vocabulary file, or the one the
 * grammar's list of classes gives it ("grammar/terms-zh.yaml"). A class has
 * rules in the grammar: term.CLASS.ask and .deny (a question about the words
 * and its denial), term.CLASS.say (a remark of the professional to a patient),
 * term.CLASS.talk (among colleagues). A class with none of them is never
 * chosen, only said when a wish asks for it (class "any").
 */
#ifndef SIMULATE_TERMS_H
#define SIMULATE_TERMS_H

#include "simulate/phrasebook.h"
#include "knowledge/wish.h"
#include "simulate/vocabulary.h"

enum { TERM_CLASSES_MAX = 48, TERM_GROUP = 3 };

struct term_class {
    str name;
    int ask, deny, say, talk; /* rules */
};

/* Classes of one language, constant after opening. */
struct terms;
MUST_USE struct terms *terms_open(enum lang lang,
                                  const struct phrasebook *phrasebook,
                                  struct err *err);
void terms_close(struct terms *terms);
/* Sets class_index of every word of the vocabulary. */
void terms_classify(const struct terms *terms, struct vocabulary *vocabulary);
/* The class of a word that stands in no vocabulary. */
int terms_class_of(const struct terms *terms, str word, str category);
const struct term_class *terms_class(const struct terms *terms, int index);
/* Words that only suit a woman, a man, a child, an adult … false = unsuited. */
bool terms_suit(const struct terms *terms, str word,
                const struct persona *persona);

struct draft;
/* Works in the wish's terms and enough of the vocabulary. */
void draft_terms(struct draft *draft);

#endif
