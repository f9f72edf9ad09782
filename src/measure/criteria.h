/* criteria.h - what people rate: named sets of criteria with their scale.
 *
 *     struct criteria set;
 *     if (!criteria_load("dutch", &arena, &set, &err)) …      // or a file
 *     for (size_t i = 0; i < set.criteria.count; i++)
 *         ask(LIST_AT(set.criteria, struct criterion, i)->question);
 *     if (!criteria_check(&set, &ratings, &err)) …            // names known?
 *
 * From the assets criteria/NAME.yaml (mct, dutch, doctorflan), or any YAML
 * file of the same form. Everything lives in the arena.
 */
#ifndef MEASURE_CRITERIA_H
#define MEASURE_CRITERIA_H

#include "base/schema.h"
#include "measure/ratings.h"

struct criterion {
    str name, question;
};

struct criteria {
    str name, title, source;
    struct rating_scale scale;
    struct list criteria; /* struct criterion */
};

/* `name`: of a shipped set, or a path (with a slash or ".yaml"). */
MUST_USE bool criteria_load(const char *name, struct arena *arena,
                            struct criteria *set, struct err *err);
/* ERR_FORMAT names a criterion of the ratings that is not in the set. */
MUST_USE bool criteria_check(const struct criteria *set,
                             const struct ratings *ratings, struct err *err);
/* The question of a criterion, or the empty view. */
str criteria_question(const struct criteria *set, str name);

#endif
