/* measured.h - everything one record contributes to its corpus: made by a
 * worker, added up in input order. Inside src/measure only. */
#ifndef MEASURE_MEASURED_H
#define MEASURE_MEASURED_H

#include "measure/corpus.h"

struct type_count {
    str word; /* in the arena */
    uint32_t count, doctor, patient;
    bool content; /* no function word */
};

struct measured {
    str line; /* in the batch's arena */
    uint64_t number, index;
    bool ok;
    struct err why;
    str id, task, department; /* in the arena */
    int lang;                 /* enum lang, LANG_COUNT = none of ours */
    double values[FEATURE_COUNT];
    struct vec turn_lengths, run_lengths; /* uint32_t */
    struct vec side_lengths[2];           /* uint32_t, of doctor, patient */
    struct vec types;                     /* struct type_count */
    struct vec ngrams[NGRAM_LISTS];       /* uint64_t */
    struct vec names;                     /* uint64_t, of a sampled text */
    struct vec diseases, symptoms, terms; /* uint32_t, a mention each */
    double course[CORPUS_COURSE][2];
    uint32_t turns, tokens;
    struct arena arena;
};

void measured_init(struct measured *m);
void measured_release(struct measured *m);
/* Parses m->line and measures it. */
void measured_make(struct measured *m, const struct measure_setup *setup,
                   struct reader *reader);

/* What measure_setup holds. */
struct measure_setup {
    struct measure_options options;
    struct knowledge *knowledge; /* owned; NULL without domain */
    struct phrasing *phrasings[LANG_COUNT];
    struct glossary *glossaries[LANG_COUNT];
    struct reading_setup reading;
    struct word_vectors *vectors; /* owned; or NULL */
    uint64_t terms_name;          /* of the term file; 0 = none */
    struct arena arena;
};

/* Is the record of this index, of records so far, in a sample of `size`? The
 * place it takes, or size (algorithm R: Waterman, in Knuth 1981). */
size_t measured_place(uint64_t seed, uint64_t stream, uint64_t index,
                      size_t size);

#endif
