/* vocabulary.h - which words of an outline's vocabulary stand in a text?
 *
 *     struct vocabulary *v = vocabulary_open(outline, &err);
 *     struct vocabulary_reader *reader = vocabulary_reader_new(v);
 *     bool *found = arena_alloc(&arena, vocabulary_size(v) + 1);
 *     vocabulary_find(reader, text, found);     // adds to what was found
 * before size_t known = vocabulary_count(v, found, 2);       // of levels 1 and
 * 2 vocabulary_reader_free(reader); vocabulary_close(v);
 *
 * Words are found as in text/lexicon.h, those of all levels at once: a word of
 * a low level is not found within a longer one of a high level. Constant after
 * opening, shared by threads; a reader belongs to one.
 */
#ifndef SIMULATE_VOCABULARY_H
#define SIMULATE_VOCABULARY_H

#include "knowledge/outline.h"

struct vocabulary;
struct vocabulary_reader;

struct vocabulary_word {
    str word;     /* borrowed from the outline */
    str category; /* borrowed from the outline */
    int64_t level;
    int class_index; /* how it can be worked in; set by terms.h */
};

/* NULL when a word is no UTF-8. The outline must outlive it. */
MUST_USE struct vocabulary *vocabulary_open(const struct outline *outline,
                                            struct err *err);
void vocabulary_close(struct vocabulary *vocabulary); /* NULL is fine */
size_t vocabulary_size(const struct vocabulary *vocabulary);
struct vocabulary_word *vocabulary_word(const struct vocabulary *vocabulary,
                                        size_t index);
/* The index of exactly this word (case ignored), or STR_NONE. */
size_t vocabulary_index(const struct vocabulary *vocabulary, str word);
/* Words found that are of the level or below it. */
size_t vocabulary_count(const struct vocabulary *vocabulary, const bool *found,
                        int64_t level);

/* Notes for each specialty which words stand in the texts of its diseases. */
void vocabulary_relate(struct vocabulary *vocabulary,
                       const struct knowledge *knowledge, enum lang lang);
/* Indexes of those words; NULL and 0 for an unknown specialty. */
const uint32_t *vocabulary_related(const struct vocabulary *vocabulary,
                                   str specialty, size_t *count);

struct vocabulary_reader *vocabulary_reader_new(
    const struct vocabulary *vocabulary);
void vocabulary_reader_free(
    struct vocabulary_reader *reader); /* NULL is fine */
/* Sets found[i] for the words in the text; `found` has vocabulary_size flags.
 */
void vocabulary_find(struct vocabulary_reader *reader, str text, bool *found);

#endif
