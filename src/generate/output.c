/* output.c - see output.h. */
#include "generate/output.h"

#include "base/fs.h"
#include "base/sink.h"

struct writing {
    struct run_state *state;
    struct sink *dataset, *rejected;
    struct buf line;
    struct err *err;
    bool ok;
    /* rows that were not accepted wait for their replies */
    struct arena arena;
};

static bool put_dataset(const struct store_row *row, void *ctx)
{
    struct writing *w = ctx;
    if (row->state == STATE_ACCEPTED) {
        sink_write(w->dataset, row->result);
        sink_write(w->dataset, STR("\n"));
    }
    return true;
}

static bool put_reply(const struct store_reply *reply, void *ctx)
{
    struct json_out *j = ctx;
    json_begin(j, '{');
    json_add_int(j, "step", reply->step);
    json_add_str_or_null(j, "finish_reason", reply->finish_reason);
    json_add_str_or_null(j, "error", reply->error);
    json_add_str_or_null(j, "raw", reply->text);
    json_end(j, '}');
    return true;
}

/* Replies are read with a second statement while the rows are scanned. */
static bool put_rejected(const struct store_row *row, void *ctx)
{
    struct writing *w = ctx;
    if (row->state == STATE_ACCEPTED)
        return true;
    buf_reset(&w->line);
    struct json_out writer = json_out(&w->line), *j = &writer;
    json_begin(j, '{');
    json_add_int(j, "id", (int64_t)row->id);
    json_add_str_or_null(j, "state", str_of(state_name(row->state)));
    json_add_str_or_null(j, "reason", row->reason);
    json_add_str_or_null(j, "detail", row->result);
    json_key(j, "plan");
    json_put_raw(j, row->plan);
    json_key(j, "replies");
    json_begin(j, '[');
    w->ok = store_each_reply(w->state->store, row->id, row->id + 1, put_reply,
                             j, w->err);
    json_end(j, ']');
    json_end(j, '}');
    buf_add_char(&w->line, '\n');
    sink_write(w->rejected, buf_str(&w->line));
    return w->ok;
}

static bool write_rows(struct writing *w, const char *folder)
{
    struct run_state *s = w->state;
    w->dataset = sink_open(fs_join(&w->arena, folder, "dataset.jsonl"), w->err);
    if (!w->dataset)
        return false;
    if (!store_each(s->store, 0, UINT64_MAX, put_dataset, w, w->err)) {
        sink_abandon(w->dataset);
        return false;
    }
    if (!sink_close(w->dataset, w->err))
        return false;
    w->rejected =
        sink_open(fs_join(&w->arena, folder, "rejected.jsonl"), w->err);
    if (!w->rejected)
        return false;
    if (!store_each(s->store, 0, UINT64_MAX, put_rejected, w, w->err) ||
        !w->ok) {
        sink_abandon(w->rejected);
        return false;
    }
    return sink_close(w->rejected, w->err);
}

static bool write_instructions(struct writing *w, const char *folder)
{
    struct pool *pool = &w->state->pool;
    struct sink *out =
        sink_open(fs_join(&w->arena, folder, "instructions.jsonl"), w->err);
    if (!out)
        return false;
    for (size_t i = 0; i < pool_size(pool); i++) {
        buf_reset(&w->line);
        pool_write(pool_at(pool, i), &w->line);
        buf_add_char(&w->line, '\n');
        sink_write(out, buf_str(&w->line));
    }
    return sink_close(out, w->err);
}

bool output_write(struct run_state *state, const char *folder, struct err *err)
{
    struct writing w = {.state = state, .err = err, .ok = true};
    buf_init(&w.line, JSON_BYTES_MAX);
    arena_init(&w.arena);
    bool ok = write_rows(&w, folder) && write_instructions(&w, folder);
    buf_release(&w.line);
    arena_release(&w.arena);
    return ok;
}

struct counting {
    struct generate_summary *summary;
    struct vec reasons; /* struct reason_count */
};

static void add_reason(enum state state, str reason, uint64_t count, void *ctx)
{
    struct counting *c = ctx;
    *(struct reason_count *)vec_add(&c->reasons) = (struct reason_count){
        state, arena_copy(&c->summary->arena, reason), count};
}

bool output_summarise(struct run_state *state, struct generate_summary *summary,
                      struct err *err)
{
    summary->planned = store_row_count(state->store);
    summary->extra_dialogues = state->extras;
    summary->proposals = state->proposals;
    summary->proposals_kept = state->proposals_kept;
    summary->rounds = (int64_t)state->rounds.count;
    summary->target = (uint64_t)state->config->target;
    struct counting counting = {.summary = summary};
    vec_init(&counting.reasons, sizeof(struct reason_count));
    bool ok = store_count_states(state->store, summary->states, err) &&
              store_each_reason(state->store, add_reason, &counting, err) &&
              store_sum_usage(state->store, &summary->usage, err);
    if (ok)
        summary->reasons = list_from_vec(&summary->arena, &counting.reasons);
    vec_release(&counting.reasons);
    return ok;
}
