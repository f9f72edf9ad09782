/* key.h - the value of a named property of a record, for grouping and strata.
 *
 *     struct list keys;                        // str: "task", "specialty"
 *     keys_parse(STR("task,specialty"), &arena, &keys, &err);
 *     str stratum = keys_value(&record, &keys, &arena);  // "Triage / Urology"
 *
 * Names: id kind lang source license split case_id task phase specialty subject
 * relation level, and any other name is looked up in the record's meta. A value
 * that is not known is "(none)" in a stratum. Any thread.
 */
#ifndef CURATE_KEY_H
#define CURATE_KEY_H

#include "record/record.h"

enum { KEYS_MAX = 8 };

/* Empty when not known. In arena, or a view into the record. */
str key_value(const struct record *record, str name, struct arena *arena);

/* A comma-separated list of names; ERR_USAGE when empty or more than KEYS_MAX.
 */
MUST_USE bool keys_parse(str names, struct arena *arena,
                         struct list *keys /* str */, struct err *err);
str keys_value(const struct record *record, const struct list *keys,
               struct arena *arena);

#endif
