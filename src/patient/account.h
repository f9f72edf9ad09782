/* account.h - what a patient run says of itself: README.md, report.json,
 * report.html and rejected.jsonl.
 *
 *     struct account account = {.folder = "runs/p", .title = "Virtual
 * patients", …}; if (!account_write(&account, &err)) …           // README.md
 * and the reports account_json(&account, &json);                  // the same
 * members, for --json account_reject(&row, &line, sink);           // one line
 * of rejected.jsonl
 *
 * Every planned row stands in the account under its state and reason; the sum
 * is asserted. Nothing here depends on the time, so a account is the same byte
 * for byte however often a run was interrupted.
 */
#ifndef PATIENT_ACCOUNT_H
#define PATIENT_ACCOUNT_H

#include "base/json.h"
#include "base/sink.h"
#include "base/vec.h"
#include "store/store.h"

struct named_count {
    enum state state; /* of a reason; PLANNED otherwise */
    str name, message;
    uint64_t count;
};

struct account {
    const char *folder;
    const char *title;  /* "Virtual patients" */
    const char *kind;   /* of its records, "patient" */
    const char *intro;  /* one paragraph */
    const char *files;  /* Markdown list: what the other files hold */
    str lang;           /* empty: several */
    const char *engine; /* "offline", "http", … */
    uint64_t seed, planned;
    const uint64_t *counts;       /* STATE_COUNT */
    const struct vec *reasons;    /* struct named_count */
    const struct vec *numbers;    /* struct named_count: what was counted */
    const struct vec *exclusions; /* struct named_count, or NULL */
    const struct store_usage *usage;
};

MUST_USE bool account_write(const struct account *account, struct err *err);
/* Adds members to an object that is open: planned, accepted, rejected, failed,
 * skipped, open, exclusions, the numbers, tokens, cost. */
void account_json(const struct account *account, struct json_out *out);

/* The row with its reason when it is rejected or failed; `line` is scratch.
 * False when the sink refuses. */
MUST_USE bool account_reject(const struct store_row *row, struct buf *line,
                             struct sink *rejected);
/* Reads the reasons out of the journal; texts in the arena. */
MUST_USE bool account_reasons(struct store *store, struct vec *reasons,
                              struct arena *arena, struct err *err);

#endif
