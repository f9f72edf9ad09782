/* vocabulary.h - which words of a level's vocabulary stand in a text?
 *
 *     struct vocabulary *v = vocabulary_open(outline, 2);   // levels 1 and 2
 *     bool *found = arena_alloc(&arena, vocabulary_size(v));
 *     vocabulary_find(v, text, found);      // adds to what was found before
 *     vocabulary_close(v);
 *
 * Words are matched as whole words where the writing has spaces, the longest
 * one at each place, from left to right, letter case ignored. Constant after
 * opening, shared by threads.
 */
#ifndef SIMULATE_VOCABULARY_H
#define SIMULATE_VOCABULARY_H

#include "knowledge/outline.h"

struct vocabulary;

struct vocabulary_word {
    str word;     /* borrowed from the outline */
    str category; /* borrowed from the outline */
    str folded;   /* lower case */
    int level;
    int class_index; /* how it can be worked in; set by terms.h */
};

struct vocabulary *vocabulary_open(const struct outline *outline,
                                   int64_t level);
void vocabulary_close(struct vocabulary *vocabulary); /* NULL is fine */
size_t vocabulary_size(const struct vocabulary *vocabulary);
struct vocabulary_word *vocabulary_word(const struct vocabulary *vocabulary,
                                        size_t index);
/* The index of exactly this word (case ignored), or STR_NONE. */
size_t vocabulary_index(const struct vocabulary *vocabulary, str word);
/* Notes for each specialty which words stand in the texts of its diseases. */
void vocabulary_relate(struct vocabulary *vocabulary,
                       const struct knowledge *knowledge, enum lang lang);
/* Indexes of those words; NULL and 0 for an unknown specialty. */
const uint32_t *vocabulary_related(const struct vocabulary *vocabulary,
                                   str specialty, size_t *count);
/* Sets found[i] for the words in the text; `found` has vocabulary_size flags.
 */
void vocabulary_find(const struct vocabulary *vocabulary, str text,
                     bool *found);

#endif
