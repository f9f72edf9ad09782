/* clean.h - take damaged and unusable records out, and leftovers of markup
 * away.
 *
 *     struct cleaner *c = cleaner_open(NULL, &err);        // shipped rules
 *     struct cleaner_worker *w = cleaner_worker_new(c);    // one a thread
 *     struct clean_result result;
 *     clean(w, &record, &arena, &result);
 *     if (result.reason < 0) keep(&record);                // maybe changed
 *     else count(cleaner_reason(c, result.reason));
 *
 * Reasons come from two sources. Built in, for every language: no question, no
 * answer, an answer that is not among the options, and a text that is not in
 * the record's language. From the rule file of the language
 * (data/rules/clean/LANG.yaml): filters with a name, a place to look, regular
 * expressions, and an action: `drop` names the record unusable, `strip` takes
 * what matches away and goes on. The first reason counts.
 */
#ifndef CURATE_CLEAN_H
#define CURATE_CLEAN_H

#include "record/record.h"

enum { CLEAN_REASONS_MAX = 256 };

struct cleaner;

/* path NULL: the rules of zh, en and nl that the program ships. */
MUST_USE struct cleaner *cleaner_open(const char *path, struct err *err);
void cleaner_close(struct cleaner *cleaner); /* NULL is fine */

/* All reasons and strip filters, by index: built-in ones first, then filters by
 * name (the same name in two languages is one). */
size_t cleaner_reason_count(const struct cleaner *cleaner);
const char *cleaner_reason(const struct cleaner *cleaner, size_t index);

struct cleaner_worker;

struct cleaner_worker *cleaner_worker_new(const struct cleaner *cleaner);
void cleaner_worker_free(struct cleaner_worker *worker);

struct clean_result {
    int reason;   /* why it is dropped, or -1 */
    str evidence; /* what was found, in arena; may be empty */
    bool stripped[CLEAN_REASONS_MAX]; /* strip filters that changed something */
    bool changed;
    str before, after; /* the first text that was changed, around the place */
    bool case_style;   /* the question opens like a case (published rule) */
};

/* Changes the record's texts in place where a strip filter says so; new texts
 * are in the arena. */
void clean(struct cleaner_worker *worker, struct record *record,
           struct arena *arena, struct clean_result *result);

#endif
