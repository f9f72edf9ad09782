/* recheck.h - are the claims of a dialogue those of the record? Reads a
 * finished dialogue again, also one that was made or changed elsewhere.
 *
 *     struct recheck *r = recheck_new();
 *     recheck_hold(r, &patient_record);        // records first
 *     struct recheck_result found;
 *     if (recheck_dialogue(r, workers, &dialogue, &found, told, ctx)) …
 *     recheck_free(r);
 *
 * Each turn of the patient's side is judged as a draft is (talk.h), in order,
 * so that what was said earlier binds too. Records are held as text, up to
 * RECHECK_BYTES_MAX in all; a dialogue whose record is not held is not read.
 * One thread.
 */
#ifndef PATIENT_RECHECK_H
#define PATIENT_RECHECK_H

#include "patient/talk.h"
#include "record/record.h"

#define RECHECK_BYTES_MAX ((size_t)512 << 20)

struct recheck_result {
    uint64_t claims, contradictions;
};

struct recheck;
struct recheck *recheck_new(void);
void recheck_free(struct recheck *recheck); /* NULL is fine */
void recheck_hold(struct recheck *recheck, const struct record *record);
/* False: the record is not held, or is of another language. `contradicting`
 * (may be NULL) hears of each contradicting turn, from 1, and what it
 * contradicts. */
bool recheck_dialogue(struct recheck *recheck,
                      struct talk_worker *const workers[LANG_COUNT],
                      const struct record *dialogue,
                      struct recheck_result *result,
                      void (*contradicting)(size_t turn, str detail, void *ctx),
                      void *ctx);

#endif
