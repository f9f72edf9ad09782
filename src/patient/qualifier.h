/* qualifier.h - is what a text mentions there, now, and the patient's own?
 *
 *     struct qualifiers *q = qualifiers_load(LANG_NL, &err);
 *     struct qualifier_scan *scan = qualifier_scan_new(q);      // a thread's
 *     struct qualifier is = qualifier_of(scan, text, start, end);
 *     if (is.presence == PRESENCE_ABSENT) …           // "geen koorts"
 *
 * Trigger words of data/qualifiers/LANG.yaml, each reaching forward or backward
 * within its sentence until a word that stops it (ConText: Harkema, Dowling,
 * Thornblade, Chapman 2009). A longer word that only looks like a trigger wins
 * over it. Triggers are compared without case.
 */
#ifndef PATIENT_QUALIFIER_H
#define PATIENT_QUALIFIER_H

#include "knowledge/knowledge.h"

enum presence { PRESENCE_PRESENT, PRESENCE_ABSENT, PRESENCE_UNCERTAIN };
enum temporality {
    TEMPORALITY_CURRENT,
    TEMPORALITY_HISTORICAL,
    TEMPORALITY_FUTURE
};
enum experiencer { EXPERIENCER_PATIENT, EXPERIENCER_FAMILY };

struct qualifier {
    enum presence presence;
    enum temporality temporality;
    enum experiencer experiencer;
};

struct qualifiers;
struct qualifier_scan;

MUST_USE struct qualifiers *qualifiers_load(enum lang lang, struct err *err);
void qualifiers_free(struct qualifiers *qualifiers); /* NULL is fine */

struct qualifier_scan *qualifier_scan_new(const struct qualifiers *qualifiers);
void qualifier_scan_free(struct qualifier_scan *scan); /* NULL is fine */
/* Of the mention in bytes [start, end) of the text. */
struct qualifier qualifier_of(struct qualifier_scan *scan, str text,
                              size_t start, size_t end);

#endif
