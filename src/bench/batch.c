/* batch.c - see batch.h. */
#include "bench/batch.h"

#include <stdlib.h>

#include "base/json_lines.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/sink.h"
#include "bench/offline.h"
#include "llm/ask.h"
#include "llm/chat.h"
#include "llm/price.h"

enum { TROUBLES_MAX = 20, REPLY_BYTES_MAX = 16 << 20 };

struct result {
    str id, text, model, finish_reason, why; /* in arena; why: it failed */
    int64_t prompt_tokens, completion_tokens;
    bool used;
};

struct trouble {
    enum batch_trouble kind;
    str custom_id, why; /* in arena */
};

struct batch {
    struct sink *sink;  /* writing: owned */
    struct map results; /* reading: custom_id → result */
    struct vec all;     /* struct result */
    struct map keys;    /* of runs and models that were asked */
    struct map rows;    /* key-row that got an answer now */
    struct vec troubles;
    uint64_t named[3]; /* troubles kept, of each kind */
    struct arena arena;
    struct batch_counts counts;
};

/* What one engine over the batch knows. */
struct view {
    struct batch *batch;
    uint64_t key;
    struct chat_target target;
    struct price_table prices; /* in the batch's arena */
};

static struct batch *batch_new(void)
{
    struct batch *b = mem_zero(1, sizeof *b);
    map_init(&b->results);
    map_init(&b->keys);
    map_init(&b->rows);
    vec_init(&b->all, sizeof(struct result));
    vec_init(&b->troubles, sizeof(struct trouble));
    arena_init(&b->arena);
    return b;
}

static void batch_free(struct batch *b)
{
    if (b->sink)
        sink_abandon(b->sink);
    map_release(&b->results);
    map_release(&b->keys);
    map_release(&b->rows);
    vec_release(&b->all);
    vec_release(&b->troubles);
    arena_release(&b->arena);
    free(b);
}

static void add_trouble(struct batch *b, enum batch_trouble kind, str id,
                        str why)
{
    if (b->named[kind]++ < TROUBLES_MAX)
        *(struct trouble *)vec_add(&b->troubles) = (struct trouble){
            kind, arena_copy(&b->arena, id), arena_copy(&b->arena, why)};
}

/* --- results, read --- */

static void read_body(struct batch *b, const json *body, struct result *r)
{
    struct buf text;
    struct chat_reply reply;
    struct err err = {0};
    buf_init(&text, REPLY_BYTES_MAX);
    chat_reply_init(&reply, REPLY_BYTES_MAX);
    struct json_out j = json_out(&text);
    json_put_value(&j, body);
    if (!chat_read_whole(&reply, buf_str(&text), &err))
        r->why = arena_copy(&b->arena, str_of(err.message));
    r->text = arena_copy(&b->arena, buf_str(&reply.text));
    r->model = arena_copy(&b->arena, buf_str(&reply.model));
    r->finish_reason = arena_copy(&b->arena, buf_str(&reply.finish_reason));
    r->prompt_tokens = reply.prompt_tokens;
    r->completion_tokens = reply.completion_tokens;
    chat_reply_release(&reply);
    buf_release(&text);
}

/* False when the line is no result. */
static bool take_result(const json *line, void *ctx)
{
    struct batch *b = ctx;
    const json *id = json_get(line, "custom_id"),
               *response = json_get(line, "response"),
               *error = json_get(line, "error");
    int64_t status = json_int(json_get(response, "status_code"), 200);
    if (!json_is_str(id) || (json_is_null(response) && json_is_null(error)))
        return false;
    if (map_get(&b->results, json_str(id, STR("")), NULL)) {
        b->counts.twice++;
        return true;
    }
    struct result r = {.id = arena_copy(&b->arena, json_str(id, STR("")))};
    if (!json_is_null(error))
        r.why = arena_copy(
            &b->arena, json_str(json_get(error, "message"), STR("an error")));
    else if (status != 200)
        r.why = arena_printf(&b->arena, "status %lld", (long long)status);
    else
        read_body(b, json_get(response, "body"), &r);
    map_put(&b->results, r.id, b->all.count);
    vec_push(&b->all, &r);
    return true;
}

struct batch *batch_read_open(const char *path, struct err *err)
{
    struct batch *b = batch_new();
    struct json_lines_counts counts = {0};
    bool ok = json_lines_each(path, take_result, b, &counts, err);
    b->counts.lines = counts.good + counts.bad;
    b->counts.bad = counts.bad;
    if (ok)
        return b;
    batch_free(b);
    return NULL;
}

struct batch *batch_write_open(const char *path, struct err *err)
{
    struct batch *b = batch_new();
    b->sink = sink_open(path, err);
    if (b->sink)
        return b;
    batch_free(b);
    return NULL;
}

/* --- the engine --- */

static void write_request(struct view *v, const struct llm_request *request,
                          str id)
{
    struct buf line;
    buf_init(&line, BUF_MAX);
    struct json_out j = json_out(&line);
    json_begin(&j, '{');
    json_add_str(&j, "custom_id", id);
    json_add_str(&j, "method", STR("POST"));
    json_add_str(&j, "url", STR("/v1/chat/completions"));
    json_key(&j, "body");
    chat_put_messages(&line, request->messages, request->message_count);
    chat_put_rest(&line, &v->target, &request->sampling);
    j.need_comma = true;
    json_end(&j, '}');
    buf_add_char(&line, '\n');
    sink_write(v->batch->sink, buf_str(&line));
    buf_release(&line);
    v->batch->counts.written++;
}

static void take_reply(struct view *v, struct result *r,
                       struct offline_reply *reply)
{
    const struct price *price = price_of(&v->prices, v->target.model);
    buf_add(&reply->text, r->text);
    reply->model = r->model;
    reply->finish_reason = r->finish_reason;
    reply->prompt_tokens = r->prompt_tokens;
    reply->completion_tokens = r->completion_tokens;
    if (price)
        reply->cost = price_cost(price, r->prompt_tokens, r->completion_tokens);
    r->used = true;
}

static void answer_from(struct view *v, const struct llm_request *request,
                        str id, struct offline_reply *reply)
{
    struct batch *b = v->batch;
    uint64_t index;
    str row =
        arena_printf(&b->arena, "%016llx-%llu", (unsigned long long)v->key,
                     (unsigned long long)(request->id / ASK_STEPS_MAX));
    reply->error = LLM_NO_REPLY;
    if (!map_get(&b->results, id, &index)) {
        bool later = map_get(&b->rows, row, NULL);
        b->counts.later += later;
        b->counts.missing += !later;
        if (!later)
            add_trouble(b, BATCH_MISSING, id, STR("no result"));
        return;
    }
    struct result *r = vec_at(&b->all, (size_t)index);
    r->used = true;
    if (r->why.len) {
        b->counts.failed++;
        add_trouble(b, BATCH_FAILED, id, r->why);
        reply->error = LLM_REJECTED;
        return;
    }
    b->counts.answered++;
    map_put(&b->rows, row, 1);
    reply->error = LLM_OK;
    take_reply(v, r, reply);
}

static void on_request(const struct llm_request *request,
                       struct offline_reply *reply, void *ctx)
{
    struct view *v = ctx;
    struct arena arena;
    arena_init(&arena);
    str id = arena_printf(&arena, "%016llx-%llu", (unsigned long long)v->key,
                          (unsigned long long)request->id);
    if (v->batch->sink) {
        write_request(v, request, id);
        reply->error = LLM_NO_REPLY;
    } else {
        answer_from(v, request, id, reply);
    }
    arena_release(&arena);
}

struct llm *batch_engine(struct batch *b, const struct llm_config *config,
                         str model, uint64_t key, struct err *err)
{
    struct view *v = arena_alloc(&b->arena, sizeof *v);
    if (!str_equal(config->kind, STR("http")) || !config->endpoints.count) {
        err_set(err, ERR_CONFIG,
                "models: '" STR_FMT "': engine.kind: found '" STR_FMT
                "', allowed for a batch: http with an endpoint",
                STR_ARG(model), STR_ARG(config->kind));
        return NULL;
    }
    const struct llm_endpoint_config *e =
        LIST_AT(config->endpoints, struct llm_endpoint_config, 0);
    *v = (struct view){.batch = b,
                       .key = key,
                       .target = {.model = e->model.len ? e->model : model,
                                  .tokens_field = e->tokens_field}};
    if (!price_load(&v->prices, &config->prices, &b->arena, err))
        return NULL;
    map_put(&b->keys,
            arena_printf(&b->arena, "%016llx", (unsigned long long)key), 1);
    return offline_open_full("batch", on_request, v);
}

/* --- the account --- */

struct batch_counts batch_count(struct batch *b)
{
    struct batch_counts counts = b->counts;
    for (size_t i = 0; i < b->all.count; i++) {
        const struct result *r = vec_at(&b->all, i);
        if (r->used)
            continue;
        str key, rest;
        str_cut(r->id, '-', &key, &rest);
        bool known = map_get(&b->keys, key, NULL);
        counts.known += known;
        counts.unknown += !known;
        if (!known)
            add_trouble(b, BATCH_UNKNOWN, r->id,
                        STR("a custom_id that is none of this run"));
    }
    return counts;
}

void batch_each_trouble(const struct batch *b,
                        void (*one)(enum batch_trouble kind, str custom_id,
                                    str why, void *ctx),
                        void *ctx)
{
    for (size_t i = 0; i < b->troubles.count; i++) {
        const struct trouble *t = vec_at(&b->troubles, i);
        one(t->kind, t->custom_id, t->why, ctx);
    }
}

bool batch_close(struct batch *b, struct err *err)
{
    bool ok = !b->sink || sink_close(b->sink, err);
    b->sink = NULL;
    batch_free(b);
    return ok;
}
