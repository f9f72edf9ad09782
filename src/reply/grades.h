/* grades.h - read what a second model says about something: a grade by
 * criterion.
 *
 *     struct grades grades;
 *     grades_read(reply_text, &criteria, &arena, &grades);
 *     const struct grade_given *bad = grades_first(&grades, GRADE_FAIL);
 *
 * The model is asked for one JSON object
 *     {"fluency": {"pass": true, "why": "…"}, …}
 * Models wrap it in fences and prose, write true as "yes" or "通过", or
 * give {"fluency": true}. All that is read; whatever cannot be read is
 * *ungraded* and never passed. When several objects name criteria, the last one
 * counts (a model may think aloud first); a criterion that one object answers
 * twice in different ways is ungraded. Pure functions; any thread may call.
 */
#ifndef REPLY_GRADES_H
#define REPLY_GRADES_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/schema.h"

enum grade { GRADE_UNGRADED, GRADE_PASS, GRADE_FAIL };
enum { GRADES_MAX = 32 };
#define GRADES_BYTES_MAX ((size_t)256 << 10)

struct grade_given {
    str criterion; /* as configured */
    enum grade grade;
    str why; /* in the arena; may be empty */
};

struct grades {
    struct grade_given grades[GRADES_MAX];
    size_t count;  /* of configured criteria */
    bool readable; /* at least one criterion was graded */
};

/* "passed", "failed", "ungraded". */
const char *grade_name(enum grade grade);
/* Equal but for case, and for '_', '-' and ' '. */
bool grade_same_name(str a, str b);

/* `criteria` are str. Never fails: a reply that holds nothing leaves every
 * criterion ungraded. */
void grades_read(str reply, const struct list *criteria, struct arena *arena,
                 struct grades *grades);
/* The first criterion with that grade, or NULL. */
const struct grade_given *grades_first(const struct grades *grades,
                                       enum grade grade);

/* Appends the grades as a JSON object, criterion: "passed" | … */
void grades_write(const struct grades *grades, struct buf *out);

#endif
