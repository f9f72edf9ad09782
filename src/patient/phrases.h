/* phrases.h - what patients and doctors say: data/patient/LANG.yaml.
 *
 *     struct phrases *phrases = phrases_load(LANG_NL, &err);
 *     str template = phrases_pick(phrases, "open.chief", "verbose", &rng);
 *     phrases_fill(template, values, count, &out);  // {lay} → koorts
 *
 * A file maps keys to one text or a list. A key may have forms of its own for
 * a style or a speaker ("open.chief.verbose"); the plain key stands in. In a
 * text {name} is a value. Read-only after loading, shared by threads.
 */
#ifndef PATIENT_PHRASES_H
#define PATIENT_PHRASES_H

#include "base/buf.h"
#include "base/rng.h"
#include "knowledge/knowledge.h"

struct phrases;

MUST_USE struct phrases *phrases_load(enum lang lang, struct err *err);
void phrases_free(struct phrases *phrases); /* NULL is fine */

/* The number of texts of a key; 0 when there is none. */
size_t phrases_count(const struct phrases *phrases, str key);
str phrases_at(const struct phrases *phrases, str key, size_t index);
/* One text of "KEY.FORM", else of "KEY"; empty when there is neither. `form`
 * may be NULL. */
str phrases_pick(const struct phrases *phrases, const char *key,
                 const char *form, struct rng *rng);
/* The word of a value, "occupation.farmer"; the value itself when unknown. */
str phrases_word(const struct phrases *phrases, const char *attribute,
                 str value);

struct phrase_value {
    const char *name;
    str text;
};
/* Appends the template; a name that has no value stays out. */
void phrases_fill(str template, const struct phrase_value *values,
                  size_t count, struct buf *out);

#endif
