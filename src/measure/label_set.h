/* label_set.h - which labels of the user's list do two texts share?
 *
 *     struct label_set *set = label_set_open("meddg.tsv", &err);
 *     double counts[LABEL_TYPES_MAX + 1][3] = {{0}};
 *     label_set_compare(set, hypothesis, reference, counts);
 *     label_set_close(set);
 *
 * A file of lines "spelling TAB label TAB type"; label and type may be left out
 * (the spelling is the label; the type is "other"). A text has a label when one
 * of its spellings stands anywhere in it, folded, as in the entity scores of
 * MedDG (Liu et al. 2022), whose list of 160 labels in five types (disease,
 * symptom, medicine, test, attribute) its users get from its authors. Constant
 * after opening; any thread.
 */
#ifndef MEASURE_LABEL_SET_H
#define MEASURE_LABEL_SET_H

#include "base/err.h"
#include "base/str.h"

enum {
    LABEL_TYPES_MAX = 16,
    LABEL_SPELLINGS_MAX = 20000,
    LABEL_BYTES_MAX = 200,
    LABEL_TYPE_BYTES_MAX = 40
};

struct label_set;

/* NULL with ERR_FORMAT or ERR_LIMIT and the line. */
MUST_USE struct label_set *label_set_open(const char *path, struct err *err);
void label_set_close(struct label_set *set); /* NULL is fine */

size_t label_set_size(const struct label_set *set); /* different labels */
size_t label_set_type_count(const struct label_set *set);
str label_set_type(const struct label_set *set, size_t index);
/* Names the content: equal for equal lists. */
uint64_t label_set_name(const struct label_set *set);

/* Adds to counts[type] and, for all together, to counts[type count]: labels in
 * both texts, in the hypothesis, in the reference; each label once a text. */
void label_set_compare(const struct label_set *set, str hypothesis,
                       str reference, double (*counts)[3]);

#endif
