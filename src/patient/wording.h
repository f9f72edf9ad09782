/* wording.h - what patients and doctors say: data/patient/LANG.yaml.
 *
 *     struct wording *wording = wording_load(LANG_NL, &err);
 *     str template = wording_pick(wording, "open.chief", "verbose", &rng);
 *     wording_fill(template, values, count, &out);  // {lay} → koorts
 *
 * A file maps keys to one text or a list. A key may have forms of its own for
 * a style or a speaker ("open.chief.verbose"); the plain key stands in. In a
 * text {name} is a value. Read-only after loading, shared by threads.
 */
#ifndef PATIENT_WORDING_H
#define PATIENT_WORDING_H

#include "base/buf.h"
#include "base/rng.h"
#include "knowledge/knowledge.h"

struct wording;

MUST_USE struct wording *wording_load(enum lang lang, struct err *err);
void wording_free(struct wording *wording); /* NULL is fine */

/* The number of texts of a key; 0 when there is none. */
size_t wording_count(const struct wording *wording, str key);
str wording_at(const struct wording *wording, str key, size_t index);
/* One text of "KEY.FORM", else of "KEY"; empty when there is neither. `form`
 * may be NULL. */
str wording_pick(const struct wording *wording, const char *key,
                 const char *form, struct rng *rng);
/* The word of a value, "occupation.farmer"; the value itself when unknown. */
str wording_word(const struct wording *wording, const char *attribute,
                 str value);

struct wording_value {
    const char *name;
    str text;
};
/* Appends the template; a name that has no value stays out. */
void wording_fill(str template, const struct wording_value *values,
                  size_t count, struct buf *out);

#endif
