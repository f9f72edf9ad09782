/* replay.c - see replay.h. */
#include "llm/replay.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/lines.h"
#include "base/map.h"
#include "base/mem.h"
#include "llm/recording.h"

enum { QUEUE_MAX = 4096 };
#define NO_LINE SIZE_MAX

enum match { MATCH_REQUEST, MATCH_ID, MATCH_ORDER };

struct line {
    struct llm_reply reply; /* texts in the arena; request_id as recorded */
    bool has_id;
    size_t next_same; /* further line with the same key, or NO_LINE */
};

struct waiting {
    uint64_t request_id;
    size_t line;
};

struct replay {
    struct llm llm;
    struct arena arena;
    struct vec lines; /* struct line */
    struct map index; /* key or id → line */
    enum match match;
    struct vec queue; /* struct waiting, from `head` */
    size_t head;
};

/* ---- reading ---- */

static enum llm_error error_named(str name)
{
    for (enum llm_error e = LLM_OK; e <= LLM_NO_REPLY; e++)
        if (str_equal(name, str_of(llm_error_name(e))))
            return e;
    return LLM_OK;
}

static str keep(struct replay *r, const json *doc, const char *key)
{
    return arena_copy(&r->arena, json_str(json_get(doc, key), STR("")));
}

static void read_reply(struct replay *r, const json *doc, struct line *line)
{
    static const char *const texts[] = {"text", "raw", "reply", NULL};
    struct llm_reply *reply = &line->reply;
    line->has_id = json_is_number(json_get(doc, "id"));
    reply->request_id = (uint64_t)json_int(json_get(doc, "id"), 0);
    reply->error = error_named(json_str(json_get(doc, "error"), STR("ok")));
    reply->text =
        arena_copy(&r->arena, json_str(json_get_any(doc, texts), STR("")));
    reply->finish_reason = keep(r, doc, "finish_reason");
    reply->model = keep(r, doc, "model");
    reply->endpoint = keep(r, doc, "endpoint");
    reply->message = keep(r, doc, "message");
    reply->tries = (int)json_int(json_get(doc, "tries"), 1);
    reply->latency_ms = json_number(json_get(doc, "latency_ms"), 0);
    reply->usage = (struct llm_usage){
        .prompt_tokens = json_int(json_get(doc, "prompt_tokens"), 0),
        .completion_tokens = json_int(json_get(doc, "completion_tokens"), 0),
        .estimated = json_bool(json_get(doc, "estimated"), true),
        .cost = json_number(json_get(doc, "cost"), 0)};
    if (!json_is_number(json_get(doc, "completion_tokens")))
        reply->usage.completion_tokens = llm_estimate_tokens(reply->text);
}

static str id_key(uint64_t id, char *out, size_t bytes)
{
    int len = snprintf(out, bytes, "%llu", (unsigned long long)id);
    return str_make(out, (size_t)len);
}

static void add_to_index(struct replay *r, const json *doc, size_t index)
{
    struct line *line = vec_at(&r->lines, index);
    char text[24];
    line->next_same = NO_LINE;
    if (r->match == MATCH_ORDER || (r->match == MATCH_ID && !line->has_id))
        return;
    str key = r->match == MATCH_ID
                  ? id_key(line->reply.request_id, text, sizeof text)
                  : json_str(json_get(doc, "key"), STR(""));
    uint64_t first;
    if (key.len == 0)
        return;
    if (!map_get(&r->index, key, &first)) {
        map_put(&r->index, key, index);
        return;
    }
    /* behind the first, so that the first stays what a stranger finds */
    struct line *same = vec_at(&r->lines, first);
    line->next_same = same->next_same;
    same->next_same = index;
}

static bool read_line(struct replay *r, str text, struct err *err)
{
    json *doc = json_parse(text, err);
    if (!doc)
        return false;
    bool ok =
        json_is_object(doc) || err_set(err, ERR_FORMAT, "expected an object");
    if (ok) {
        read_reply(r, doc, vec_add(&r->lines));
        add_to_index(r, doc, r->lines.count - 1);
    }
    json_free(doc);
    if (ok && r->arena.total_bytes > REPLAY_BYTES_MAX)
        return err_set(err, ERR_LIMIT, "more than %zu bytes of replies",
                       REPLAY_BYTES_MAX);
    return ok;
}

static bool read_file(struct replay *r, const char *path, struct err *err)
{
    struct lines *in = lines_open(path, 0, err);
    if (!in)
        return false;
    bool ok = true;
    str text;
    err_clear(err);
    while (ok && lines_next(in, &text, err)) {
        if (lines_too_long(in))
            ok = err_set(err, ERR_LIMIT, "the line is too long");
        else if (str_trim(text).len)
            ok = read_line(r, text, err);
        if (!ok)
            err_wrap(err, "%s: line %llu", path,
                     (unsigned long long)lines_number(in));
    }
    ok = ok && err->code == ERR_NONE;
    lines_close(in);
    if (ok && r->match != MATCH_ORDER && map_size(&r->index) == 0)
        return err_set(err, ERR_FORMAT,
                       "%s: no line has %s; is it a recording? (match: order "
                       "takes any list of replies)",
                       path, r->match == MATCH_ID ? "an id" : "a key");
    return ok;
}

/* ---- the engine ---- */

static size_t line_of(const struct replay *r, const struct llm_request *request)
{
    char key[RECORDING_KEY_BYTES];
    uint64_t found;
    if (r->match == MATCH_ORDER)
        return request->id < r->lines.count ? (size_t)request->id : NO_LINE;
    str name;
    if (r->match == MATCH_ID) {
        name = id_key(request->id, key, sizeof key);
    } else {
        recording_key(request, key);
        name = str_of(key);
    }
    if (!map_get(&r->index, name, &found))
        return NO_LINE;
    for (size_t i = found; i != NO_LINE;) {
        const struct line *line = vec_at(&r->lines, i);
        if (line->has_id && line->reply.request_id == request->id)
            return i;
        i = line->next_same;
    }
    return (size_t)found;
}

static void submit(struct llm *llm, const struct llm_request *request)
{
    struct replay *r = (struct replay *)llm;
    struct waiting waiting = {request->id, line_of(r, request)};
    vec_push(&r->queue, &waiting);
}

static size_t in_flight(const struct llm *llm)
{
    const struct replay *r = (const struct replay *)llm;
    return r->queue.count - r->head;
}

static void drain(struct llm *llm, int timeout_ms, llm_on_reply *on_reply,
                  void *ctx)
{
    struct replay *r = (struct replay *)llm;
    (void)timeout_ms;
    for (size_t left = in_flight(llm); left > 0; left--) {
        struct waiting w = *(struct waiting *)vec_at(&r->queue, r->head++);
        struct llm_reply reply = {
            .error = LLM_NO_REPLY,
            .message = STR("the recording has no reply to this request")};
        if (w.line != NO_LINE)
            reply = ((struct line *)vec_at(&r->lines, w.line))->reply;
        reply.request_id = w.request_id;
        on_reply(&reply, ctx);
    }
    size_t rest = in_flight(llm);
    if (rest)
        memmove(r->queue.items, vec_at(&r->queue, r->head),
                rest * sizeof(struct waiting));
    r->queue.count = rest;
    r->head = 0;
}

static bool wants_more(const struct llm *llm)
{
    return in_flight(llm) < QUEUE_MAX;
}

static void close_replay(struct llm *llm)
{
    struct replay *r = (struct replay *)llm;
    vec_release(&r->queue);
    vec_release(&r->lines);
    map_release(&r->index);
    arena_release(&r->arena);
    free(r);
}

static const struct llm_engine replay_engine = {.name = "replay",
                                                .submit = submit,
                                                .drain = drain,
                                                .wants_more = wants_more,
                                                .in_flight = in_flight,
                                                .close = close_replay};

struct llm *llm_replay_open(const char *path, str match, struct err *err)
{
    struct replay *r = mem_zero(1, sizeof *r);
    r->llm.engine = &replay_engine;
    r->match = str_equal(match, STR("id"))      ? MATCH_ID
               : str_equal(match, STR("order")) ? MATCH_ORDER
                                                : MATCH_REQUEST;
    arena_init(&r->arena);
    vec_init(&r->lines, sizeof(struct line));
    vec_init(&r->queue, sizeof(struct waiting));
    map_init(&r->index);
    if (read_file(r, path, err))
        return &r->llm;
    close_replay(&r->llm);
    return NULL;
}
