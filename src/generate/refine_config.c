/* refine_config.c - the keys of the group `refine`; see refine.h. */
#include "generate/refine.h"

#define SWITCH(member, text)                                                   \
    {                                                                          \
#member, FIELD_STRUCT, offsetof(struct refine_config, member),         \
            .sub = &switch_schema, .doc = text                                 \
    }
#define ENABLED(type, text)                                                    \
    {                                                                          \
        "enabled", FIELD_BOOL, offsetof(struct type, enabled),                 \
            .fallback = "true", .doc = text                                    \
    }

static const struct field switch_fields[] = {
    ENABLED(refine_switch, "apply the rule"), {0}};
static const struct schema switch_schema = {"switch", switch_fields,
                                            sizeof(struct refine_switch), 0};

static const struct field vocabulary_fields[] = {
    ENABLED(refine_vocabulary, "apply the rule"),
    {"terms_min", FIELD_INT, offsetof(struct refine_vocabulary, terms_min),
     .min = -1, .max = 1000, .fallback = "-1",
     .doc = "distinct words of the outline's level or below that must occur; "
            "-1: as many as the level says"},
    {"asked_share", FIELD_NUMBER,
     offsetof(struct refine_vocabulary, asked_share), .min = 0, .max = 1,
     .fallback = "1",
     .doc = "share of the words asked for by the brief that must occur"},
    {0}};
static const struct schema vocabulary_schema = {
    "vocabulary rule", vocabulary_fields, sizeof(struct refine_vocabulary), 0};

static const struct field repetition_fields[] = {
    ENABLED(refine_repetition, "apply the rule"),
    {"utterances_max", FIELD_INT,
     offsetof(struct refine_repetition, utterances_max), .min = 1, .max = 1000,
     .fallback = "2",
     .doc = "times one side may say one utterance of 8 characters or 8 words"},
    {"loops_max", FIELD_INT, offsetof(struct refine_repetition, loops_max),
     .min = 1, .max = 1000, .fallback = "5",
     .doc = "times 10 characters or 8 words in a row may occur; one more per "
            "1,000 characters or words"},
    {0}};
static const struct schema repetition_schema = {
    "repetition rule", repetition_fields, sizeof(struct refine_repetition), 0};

static const struct field roles_fields[] = {
    ENABLED(refine_roles, "apply the rule"),
    {"diagnosis", FIELD_BOOL, offsetof(struct refine_roles, diagnosis),
     .fallback = "true", .doc = "patients do not state the diagnosis first"},
    {"self_answer", FIELD_BOOL, offsetof(struct refine_roles, self_answer),
     .fallback = "true", .doc = "clinicians do not answer their own questions"},
    {"swapped", FIELD_BOOL, offsetof(struct refine_roles, swapped),
     .fallback = "true", .doc = "nobody speaks as the other side"},
    {0}};
static const struct schema roles_schema = {"role rule", roles_fields,
                                           sizeof(struct refine_roles), 0};

static const struct field near_fields[] = {
    ENABLED(refine_near, "apply the rule"),
    {"threshold", FIELD_NUMBER, offsetof(struct refine_near, threshold),
     .min = 0.01, .max = 1, .fallback = "0.8",
     .doc = "Jaccard similarity of shingles from which on a dialogue is a "
            "near-duplicate; found with certainty from 0.8 on"},
    {0}};
static const struct schema near_schema = {"near-duplicate rule", near_fields,
                                          sizeof(struct refine_near), 0};

static const struct field copied_fields[] = {
    ENABLED(refine_copied, "apply the rule; it needs references"),
    {"words", FIELD_INT, offsetof(struct refine_copied, words), .min = 3,
     .max = 64, .fallback = "8",
     .doc = "words in a row that no dialogue may share with a reference"},
    {"characters", FIELD_INT, offsetof(struct refine_copied, characters),
     .min = 5, .max = 64, .fallback = "13", .doc = "the same for Chinese"},
    {"turn_threshold", FIELD_NUMBER,
     offsetof(struct refine_copied, turn_threshold), .min = 0.1, .max = 1,
     .fallback = "0.8",
     .doc = "Jaccard similarity from which on a turn is a copy of a "
            "reference's"},
    {0}};
static const struct schema copied_schema = {"copy rule", copied_fields,
                                            sizeof(struct refine_copied), 0};

#define GROUP(member, text)                                                    \
    {                                                                          \
#member, FIELD_BOOL, offsetof(struct refine_implausible, member),      \
            .fallback = "true", .doc = text                                    \
    }
static const struct field implausible_fields[] = {
    ENABLED(refine_implausible, "apply the rule"),
    GROUP(person, "age and sex of the patient do not change"),
    GROUP(values, "readings and laboratory values are possible ones"),
    GROUP(doses, "doses are within the drug's range"),
    GROUP(contraindications, "no drug against disease, allergy, pregnancy"),
    GROUP(sides, "left and right stay"),
    {"dose_factor", FIELD_NUMBER,
     offsetof(struct refine_implausible, dose_factor), .min = 1, .max = 100,
     .fallback = "2",
     .doc = "a single dose above the drug's usual maximum times this is "
            "refused"},
    {0}};
static const struct schema implausible_schema = {
    "plausibility rule", implausible_fields, sizeof(struct refine_implausible),
    0};

#define GROUP_OF(member, schema, text)                                         \
    {                                                                          \
#member, FIELD_STRUCT, offsetof(struct refine_config, member),         \
            .sub = &(schema), .doc = text                                      \
    }
static const struct field refine_fields[] = {
    SWITCH(damaged, "1: truncated, refusal, wrong language, disclosure"),
    SWITCH(structure, "2: a dialogue of two sides with known roles"),
    SWITCH(relation, "3: the relation asked for"),
    SWITCH(turns, "4: number of turns within the range"),
    SWITCH(length, "5: length within the range"),
    GROUP_OF(vocabulary, vocabulary_schema, "6: words of the outline"),
    GROUP_OF(repetition, repetition_schema, "7: no repetition"),
    GROUP_OF(roles, roles_schema, "8: everybody in their role"),
    SWITCH(identifiers, "9: nothing that tells who somebody is"),
    GROUP_OF(near_duplicate, near_schema, "10: nothing that exists already"),
    GROUP_OF(copied, copied_schema, "11: nothing copied from a reference"),
    GROUP_OF(implausible, implausible_schema, "12: nothing implausible"),
    {0}};

const struct schema refine_config_schema = {"refinement rules", refine_fields,
                                            sizeof(struct refine_config), 0};
