/* priors.h - how common each attribute of a patient is: data/priors/.
 *
 *     struct priors *priors = priors_load(&err);
 *     struct prior_person who = {lang, disease, 34, true};
 *     const double *shares;
 *     size_t table = priors_shares(priors, ATTRIBUTE_SMOKING, &who, &shares);
 *     … shares[i] belongs to priors_value(priors, ATTRIBUTE_SMOKING, i) …
 *
 * A table of shares holds for persons of some age, sex, language, disease; the
 * first that fits is taken, those of data/priors/diseases.yaml before those of
 * global.yaml. The age × sex × severity prior comes from the pack of the
 * disease. Read-only after loading (and priors_set_quota), shared by threads.
 */
#ifndef PATIENT_PRIORS_H
#define PATIENT_PRIORS_H

#include "knowledge/knowledge.h"
#include "patient/patient.h"

enum attribute {
    ATTRIBUTE_STATUS,
    ATTRIBUTE_REGION,
    ATTRIBUTE_EDUCATION,
    ATTRIBUTE_OCCUPATION,
    ATTRIBUTE_INCOME,
    ATTRIBUTE_SMOKING,
    ATTRIBUTE_ALCOHOL,
    ATTRIBUTE_DIET,
    ATTRIBUTE_ACTIVITY,
    ATTRIBUTE_STYLE,
    ATTRIBUTE_LITERACY,
    ATTRIBUTE_LANGUAGE_LEVEL,
    ATTRIBUTE_MOOD,
    ATTRIBUTE_SPEAKER,
    ATTRIBUTE_VACCINATION,
    ATTRIBUTE_ALLERGY,
    ATTRIBUTE_COUNT
};

enum { PRIOR_VALUES_MAX = 24, AGE_BAND_COUNT = 9 };

struct prior_person {
    enum lang lang;
    const struct disease *disease; /* NULL: any */
    int age;                       /* whole years */
    bool female;
};

struct priors;

MUST_USE struct priors *priors_load(struct err *err);
void priors_free(struct priors *priors); /* NULL is fine */

/* "status" …; static text. */
const char *attribute_name(enum attribute attribute);
bool attribute_from_name(str name, enum attribute *attribute);
size_t priors_value_count(const struct priors *priors,
                          enum attribute attribute);
str priors_value(const struct priors *priors, enum attribute attribute,
                 size_t index);
/* STR_NONE when it is none of them. */
size_t priors_value_index(const struct priors *priors, enum attribute attribute,
                          str value);
str priors_source(const struct priors *priors, enum attribute attribute);

/* Shares of the values (they sum to 1), and the number of the table, which is
 * the same for all persons that share it. */
size_t priors_shares(const struct priors *priors, enum attribute attribute,
                     const struct prior_person *person, const double **shares);
size_t priors_table_count(const struct priors *priors,
                          enum attribute attribute);
/* From now on these shares for everybody whose prior allows the values: an
 * impossible value (share 0) stays impossible. One share per value. */
MUST_USE bool priors_set_quota(struct priors *priors, enum attribute attribute,
                               const double *shares, size_t count,
                               struct err *err);

/* Bands of age: 0-1, 2-5, 6-11, 12-17, 18-29, 30-44, 45-64, 65-79, 80+. */
int age_band(int age);
struct range age_band_range(int band); /* whole years, both included */
const char *age_band_name(int band);
/* How likely a whole year of age is for the disease: three times as likely at
 * its peak as elsewhere in its range; 0 outside. */
double disease_age_weight(const struct disease *disease, int age);
double disease_band_share(const struct disease *disease, int band);

/* The value of an attribute in a record; empty when unknown. */
str patient_attribute(const struct patient *patient, enum attribute attribute);

#endif
