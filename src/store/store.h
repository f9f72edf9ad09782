/* store.h - the run journal: what was planned, what came back, what became of
 * it. The truth of a run; every other file in the run directory is derived.
 *
 *     struct store *store = store_open("runs/demo/run.db", &err);
 *     store_plan(store, &row);              // before it is sent
 *     store_answer(store, id, &reply);      // as it came, before it is used
 *     store_settle(store, id, STATE_REJECTED, "one_speaker");
 *     store_commit(store, &err);            // durable from here
 *
 * Writes are buffered in one transaction; store_commit makes them durable.
 * Whoever acts on a reply commits first, so that a reply that was paid for is
 * never asked for again. SQLite with a write-ahead log stands behind it; a
 * kill at any moment leaves the last commit. One thread at a time.
 *
 * States: planned → sent → answered → accepted | rejected(reason), or
 * failed(reason), or skipped(reason).
 */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include "base/arena.h"
#include "base/err.h"

enum state {
    STATE_PLANNED,
    STATE_SENT,
    STATE_ANSWERED,
    STATE_ACCEPTED,
    STATE_REJECTED,
    STATE_FAILED,
    STATE_SKIPPED,
    STATE_COUNT
};

struct store;

/* One planned request. `id` is given by the run in order of planning, from 0.
 * `group` is what the run wants to count by (a round, a stage). */
struct store_row {
    uint64_t id;
    int64_t group;
    enum state state;
    str reason;  /* of rejected, failed, skipped */
    str plan;    /* JSON, opaque to the store */
    /* the reply, when state >= ANSWERED and it came from an engine */
    bool answered;
    str reply;         /* text as it came */
    str finish_reason;
    str model;
    int64_t prompt_tokens, completion_tokens;
    double cost, latency_ms;
    int64_t tries;
};

/* Opens or creates. A damaged file is ERR_FORMAT and says what to do; a file of
 * a newer version is ERR_CONFLICT; one that another process holds is
 * ERR_CONFLICT too. */
MUST_USE struct store *store_open(const char *path, struct err *err);
/* Commits what is pending (best effort) and closes. */
void store_close(struct store *store);

/* Small named values of the run (configuration hash, round state, …).
 * store_get: false with err untouched when absent. */
MUST_USE bool store_put(struct store *store, const char *key, str value,
                        struct err *err);
bool store_get(struct store *store, const char *key, struct arena *arena,
               str *value);

/* All of these are immediate in memory order and durable with the next commit.
 * A write failure (full disk) sticks: later calls return false with it. */
MUST_USE bool store_plan(struct store *store, const struct store_row *row,
                         struct err *err);
MUST_USE bool store_mark_sent(struct store *store, uint64_t id,
                              struct err *err);
MUST_USE bool store_answer(struct store *store, const struct store_row *reply,
                           struct err *err);
MUST_USE bool store_settle(struct store *store, uint64_t id, enum state state,
                           str reason, struct err *err);
MUST_USE bool store_commit(struct store *store, struct err *err);

/* Rows with first <= id < limit in order of id; `one` returns false to stop.
 * Views are valid during the callback. */
MUST_USE bool store_each(struct store *store, uint64_t first, uint64_t limit,
                         bool (*one)(const struct store_row *row, void *ctx),
                         void *ctx, struct err *err);
uint64_t store_row_count(struct store *store);
/* Counts by state; and by reason within a state through `one`. */
MUST_USE bool store_count_states(struct store *store,
                                 uint64_t counts[STATE_COUNT],
                                 struct err *err);
MUST_USE bool store_each_reason(struct store *store,
                                void (*one)(enum state state, str reason,
                                            uint64_t count, void *ctx),
                                void *ctx, struct err *err);

const char *state_name(enum state state);

#endif
