/* profile.h - what a corpus speaks about: ranked lists, and how lengths spread.
 *
 *     struct vec items;
 *     vec_init(&items, sizeof(struct profile_item));
 *     profile_rank(corpus, PROFILE_KEYWORDS, 20, &items);
 *     const struct profile_item *first = vec_at(&items, 0);
 *     profile_write_json(corpus, &json);     // "top": {…}, "histograms": {…}
 *
 * Keywords are content words by the sum over the records of TF-IDF: tf x (1 +
 * ln((1 + N) / (1 + df))), N records, df of them with the word. The others are
 * ranked by how often they occur. Equal scores stand in order of first
 * appearance. Pure; any thread.
 */
#ifndef MEASURE_PROFILE_H
#define MEASURE_PROFILE_H

#include "measure/corpus.h"

enum profile_kind {
    PROFILE_KEYWORDS,
    PROFILE_DISEASES,
    PROFILE_SYMPTOMS,
    PROFILE_TASKS,
    PROFILE_DEPARTMENTS,
    PROFILE_COUNT
};

struct ranked {
    double score;
    size_t index;
};
/* The greatest first; equal scores in order of their index. */
void ranked_sort(struct ranked *items, size_t count);

extern const char *const profile_names[PROFILE_COUNT]; /* "keywords", … */

struct profile_item {
    str label; /* of the corpus or of its knowledge packs */
    double score;
    uint64_t count;
};

/* Empties items, then lists the `most` greatest that occur at all. */
void profile_rank(const struct corpus *corpus, enum profile_kind kind,
                  size_t most, struct vec *items);

/* Counts by length: of turns in a record, of units in a turn, of turns in a
 * run of one speaker. */
enum profile_length {
    PROFILE_TURN_COUNT,
    PROFILE_TURN_LENGTH,
    PROFILE_RUN_LENGTH,
    PROFILE_DOCTOR_LENGTH, /* of turns of that side */
    PROFILE_PATIENT_LENGTH,
    PROFILE_LENGTHS
};
extern const char *const profile_length_names[PROFILE_LENGTHS];
/* [CORPUS_LENGTHS] */
const double *profile_lengths(const struct corpus *corpus,
                              enum profile_length what);

/* The members "top" and "histograms" of an object that is open. Histograms are
 * [length, count] of every length that occurs; the last stands for itself and
 * all above. */
void profile_write_json(const struct corpus *corpus, struct json_out *out);

#endif
