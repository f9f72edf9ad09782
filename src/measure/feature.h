/* feature.h - what is measured about one record.
 *
 *     double values[FEATURE_COUNT];                // NAN: undefined
 *     feature_structure(reading, values);
 *     feature_vocabulary(reading, &options, lists, values);
 *     feature_domain(reading, glossary, values);
 *     feature_talk(reading, values);
 *     puts(feature_infos[FEATURE_MTLD].name);      // "mtld"
 *
 * Inside these functions NAN stands for "no value"; it becomes null with the
 * reason of feature_infos where values leave the room. docs/metrics.md gives
 * the formulas. Pure; any thread.
 */
#ifndef MEASURE_FEATURE_H
#define MEASURE_FEATURE_H

#include "measure/reading.h"
#include "measure/vectors.h"

enum feature {
    FEATURE_TURNS,
    FEATURE_LENGTH,
    FEATURE_TURN_LENGTH,
    FEATURE_LENGTH_DOCTOR,
    FEATURE_LENGTH_PATIENT,
    FEATURE_SHARE_DOCTOR,
    FEATURE_DOMINANCE,
    FEATURE_ALTERNATION,
    FEATURE_RUN_ENTROPY,
    FEATURE_TURN_LENGTH_CV,
    FEATURE_REGULARITY,
    FEATURE_AUTOCORRELATION,
    FEATURE_SHORT_TURNS,
    FEATURE_DOCTOR_FIRST,
    FEATURE_DOCTOR_LAST,
    FEATURE_TOKENS,
    FEATURE_TYPES,
    FEATURE_TTR,
    FEATURE_ROOT_TTR,
    FEATURE_CTTR,
    FEATURE_MSTTR,
    FEATURE_MATTR,
    FEATURE_MTLD,
    FEATURE_HDD,
    FEATURE_YULE_K,
    FEATURE_MAAS,
    FEATURE_HAPAX,
    FEATURE_DISTINCT_1_SENT,
    FEATURE_DISTINCT_2_SENT,
    FEATURE_DISTINCT_3_SENT,
    FEATURE_FUNCTION_WORDS,
    FEATURE_TERM_RATE,
    FEATURE_TERM_TYPES,
    FEATURE_DISEASES,
    FEATURE_SYMPTOMS,
    FEATURE_LAY_PATIENT,
    FEATURE_LAY_DOCTOR,
    FEATURE_JARGON_DOCTOR,
    FEATURE_COHERENCE,
    FEATURE_NOTE_RECALL,
    FEATURE_QUESTIONS_DOCTOR,
    FEATURE_QUESTIONS_PATIENT,
    FEATURE_OPEN_QUESTIONS,
    FEATURE_BACKCHANNELS,
    FEATURE_UPTAKE,
    FEATURE_LSM,
    FEATURE_LSM_SLOPE,
    FEATURE_READING_DOCTOR,
    FEATURE_READING_PATIENT,
    FEATURE_READING_GAP,
    FEATURE_NCLID_DOCTOR,
    FEATURE_NCLID_PATIENT,
    FEATURE_COUNT
};

enum feature_family {
    FAMILY_STRUCTURE,
    FAMILY_VOCABULARY,
    FAMILY_DOMAIN,
    FAMILY_CONVERSATION,
    FAMILY_COUNT
};

struct feature_info {
    enum feature_family family;
    const char *name;
    const char *tag;  /* first part of the signature, with parameters */
    const char *why;  /* when undefined */
    const char *unit; /* for tables and charts */
};

extern const struct feature_info feature_infos[FEATURE_COUNT];
extern const char *const feature_family_names[FAMILY_COUNT + 1];

struct feature_options {
    size_t window;    /* of MSTTR and MATTR; 50 */
    size_t draws;     /* of HD-D; 42 */
    double threshold; /* of MTLD; 0.72 */
};

void feature_structure(const struct reading *r, double *values);
/* lists: of ngram_lists. */
void feature_vocabulary(const struct reading *r,
                        const struct feature_options *options,
                        const struct vec *lists, double *values);
/* glossary NULL: all undefined. */
void feature_domain(const struct reading *r, const struct glossary *glossary,
                    double *values);
void feature_talk(const struct reading *r, double *values);
/* nCLiD on the word vectors of the user. */
void feature_distance(const struct reading *r,
                      const struct word_vectors *vectors, double *values);

/* Agreement in style of two shares of words in percent (Ireland, Pennebaker
 * 2010): 1 - |a - b| / (a + b + 0.0001). */
double feature_style_match(double a, double b);

#endif
