/* ask.c - see ask.h. */
#include "llm/ask.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/vec.h"
#include "llm/ledger.h"

enum { DRAIN_MS = 200 };

struct asked {
    int64_t step;
    bool done;
};

struct desk {
    struct ask *ask;
    struct asked *rows; /* owned */
    struct err *err;
    struct arena arena; /* of one request */
    struct ledger ledger;
    uint64_t open;
    uint64_t next;    /* rows before it were sent or done */
    struct vec again; /* uint64_t: rows whose next step waits */
    bool fatal;
};

/* --- the journal --- */

static bool plan_rows(struct desk *d)
{
    const struct ask *a = d->ask;
    uint64_t planned = store_row_count(a->store);
    for (uint64_t id = a->first; id < a->first + a->count; id++) {
        struct store_row row = {.id = id, .plan = STR("{}")};
        if (id >= planned && !store_plan(a->store, &row, d->err))
            return false;
    }
    return store_commit(a->store, d->err);
}

static bool settle(struct desk *d, uint64_t row)
{
    const struct ask *a = d->ask;
    struct store_row end = {.state = STATE_ACCEPTED};
    if (a->end)
        a->end(row, &end, a->ctx);
    return store_settle(a->store, a->first + row, end.state, end.reason,
                        end.result, d->err);
}

static void finish_row(struct desk *d, uint64_t row)
{
    d->rows[row].done = true;
    d->open--;
    d->ask->done++;
}

static void leave_unwanted(struct desk *d)
{
    struct ask *a = d->ask;
    for (uint64_t row = 0; a->wanted && row < a->count; row++)
        if (!a->wanted(row, a->ctx)) {
            d->rows[row].done = true;
            d->open--;
        }
}

static bool recall(const struct store_reply *reply, void *ctx)
{
    struct desk *d = ctx;
    uint64_t row = reply->id - d->ask->first;
    struct asked *asked = &d->rows[row];
    if (reply->error.len || asked->done || reply->step != asked->step)
        return true;
    d->ask->recalled++;
    if (!d->ask->take(row, asked->step++, reply, d->ask->ctx))
        return true;
    finish_row(d, row);
    d->fatal = d->fatal || (d->ask->end && !settle(d, row));
    return !d->fatal;
}

/* --- replies --- */

static void on_reply(const struct llm_reply *reply, void *ctx)
{
    struct desk *d = ctx;
    uint64_t row = reply->request_id / ASK_STEPS_MAX - d->ask->first;
    struct asked *asked = &d->rows[row];
    d->ask->cost += reply->usage.cost;
    if (d->fatal || (d->fatal = ledger_is_hopeless(&d->ledger, reply, d->err)))
        return;
    struct store_reply kept =
        ledger_row(reply, d->ask->first + row, asked->step);
    if (!store_answer(d->ask->store, &kept, false, d->err)) {
        d->fatal = true;
        return;
    }
    if (reply->error != LLM_OK) {
        asked->done = true;
        d->open--;
        d->ask->failed++;
        d->ask->fail(row, asked->step, kept.error, d->ask->ctx);
        d->fatal = !store_settle(d->ask->store, kept.id, STATE_FAILED,
                                 kept.error, (str){0}, d->err);
    } else if (d->ask->take(row, asked->step++, &kept, d->ask->ctx)) {
        finish_row(d, row);
        d->fatal = !settle(d, row);
    } else {
        vec_push(&d->again, &row);
    }
}

static void submit(struct desk *d, uint64_t row)
{
    struct asked *asked = &d->rows[row];
    struct llm_request request = {.sampling = {-1, -1, 0, 0, -1, {0}}};
    arena_reset(&d->arena);
    d->ask->request(row, asked->step, &d->arena, &request, d->ask->ctx);
    request.id = (d->ask->first + row) * ASK_STEPS_MAX + (uint64_t)asked->step;
    d->ask->asked++;
    llm_submit(d->ask->llm, &request);
}

static bool drain(struct desk *d)
{
    llm_drain(d->ask->llm, DRAIN_MS, on_reply, d);
    if (!d->fatal && !store_commit(d->ask->store, d->err))
        d->fatal = true;
    return !d->fatal;
}

/* The next row to ask: further steps come before new rows. */
static bool next_row(struct desk *d, uint64_t *row)
{
    if (d->again.count) {
        *row = *(uint64_t *)vec_at(&d->again, d->again.count - 1);
        d->again.count--;
        return true;
    }
    while (d->next < d->ask->count && d->rows[d->next].done)
        d->next++;
    *row = d->next;
    return d->next++ < d->ask->count;
}

static bool ask_all(struct desk *d)
{
    bool stopped = false;
    while (d->open && !d->fatal && !stopped) {
        for (uint64_t row; llm_wants_more(d->ask->llm) && next_row(d, &row);)
            submit(d, row);
        drain(d);
        if (d->ask->progress)
            d->ask->progress(d->ask, d->ask->ctx);
        stopped = d->ask->stop && d->ask->stop();
    }
    while (llm_in_flight(d->ask->llm))
        drain(d);
    if (d->fatal)
        return false;
    return !stopped || d->open == 0 ||
           err_set(d->err, ERR_INTERRUPTED,
                   "interrupted; what was answered is saved, run the same "
                   "command again to go on");
}

bool ask_run(struct ask *ask, struct err *err)
{
    struct desk d = {.ask = ask, .err = err, .open = ask->count};
    d.rows = mem_zero(ask->count + 1, sizeof *d.rows);
    arena_init(&d.arena);
    vec_init(&d.again, sizeof(uint64_t));
    leave_unwanted(&d);
    bool ok = plan_rows(&d) &&
              store_each_reply(ask->store, ask->first, ask->first + ask->count,
                               recall, &d, err) &&
              !d.fatal && ask_all(&d) && llm_flush(ask->llm, err);
    arena_release(&d.arena);
    vec_release(&d.again);
    free(d.rows);
    return ok;
}
