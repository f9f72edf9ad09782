/* probe.c - see probe.h. Every check is one function that asks and adds its
 * result; the list at the end is their order. */
#include "llm/probe.h"

#include <assert.h>

#include "llm/endpoint.h"
#include "llm/fetch.h"
#include "llm/net.h"
#include "llm/sse.h"

enum {
    MODELS_MAX = 1000,
    TEXT_BYTES_MAX = 1 << 20,
    SHORT_ANSWER_TOKENS = 24,
    WAIT_MS = 1000
};

static const char HELLO[] = "Say hello in one short sentence.";
static const char NONSENSE[] = "Write one line of invented words.";

struct probe {
    const struct probe_options *options;
    struct arena *arena;
    struct probe_report *report;
    struct redact *redact;
    struct endpoints *endpoints;
    struct endpoint *endpoint;
    struct fetch_reply reply;
    struct chat_reply chat;
};

static void add(struct probe *p, const char *name, enum probe_answer answer,
                str detail)
{
    struct probe_check *check = vec_add(&p->report->checks);
    *check = (struct probe_check){name, answer, detail};
}

/* What an error body says, redacted, behind the status. */
static str trouble(struct probe *p)
{
    struct buf raw, clean;
    buf_init(&raw, TEXT_BYTES_MAX);
    buf_init(&clean, TEXT_BYTES_MAX);
    chat_error_message(buf_str(&p->reply.body), &raw);
    redact_put(p->redact, buf_str(&raw), &clean);
    str text = arena_printf(p->arena, "HTTP %d%s%s", p->reply.status,
                            clean.len ? ": " : "", buf_cstr(&clean));
    buf_release(&raw);
    buf_release(&clean);
    return text;
}

/* ---- asking ---- */

static bool call(struct probe *p, const char *path, str body, struct err *err)
{
    const struct endpoint *e = p->endpoint;
    str url = arena_printf(p->arena, "%s%s", e->url_base, path);
    return fetch(&(struct fetch_order){.url = url.ptr,
                                       .headers = e->headers,
                                       .ca_file = e->ca_file,
                                       .body = body,
                                       .timeout_ms = p->options->timeout_ms},
                 &p->reply, err);
}

static void put_chat(struct probe *p, struct buf *body, const char *prompt,
                     const struct llm_sampling *sampling, const char *extra)
{
    struct llm_message message = {LLM_USER, str_of(prompt)};
    struct chat_target target = p->endpoint->target;
    json *more = extra ? json_parse(str_of(extra), NULL) : NULL;
    target.model = p->report->model;
    target.json_schema = true;
    target.extra = more ? more : target.extra;
    chat_put_messages(body, &message, 1);
    chat_put_rest(body, &target, sampling);
    json_free(more);
}

static struct llm_sampling plain(void)
{
    return (struct llm_sampling){.temperature = -1,
                                 .top_p = -1,
                                 .tokens_max = SHORT_ANSWER_TOKENS,
                                 .seed = -1};
}

/* Asks; true with the answer in p->chat. False: p->reply.status tells (0: no
 * answer at all). */
static bool chat(struct probe *p, const char *prompt,
                 const struct llm_sampling *sampling, const char *extra)
{
    struct buf body;
    buf_init(&body, TEXT_BYTES_MAX);
    put_chat(p, &body, prompt, sampling, extra);
    bool answered = call(p, "/chat/completions", buf_str(&body), NULL);
    buf_release(&body);
    chat_reply_reset(&p->chat);
    if (!answered)
        p->reply.status = 0;
    return answered && p->reply.status == 200 &&
           chat_read_whole(&p->chat, buf_str(&p->reply.body), NULL);
}

/* ---- the checks ---- */

static int64_t context_of(const json *model)
{
    static const char *const keys[] = {
        "max_model_len",      "context_length",     "context_window",
        "max_context_length", "max_context_window", NULL};
    int64_t told = json_int(json_get_any(model, keys), 0);
    const json *meta = json_get(model, "meta");
    return told > 0 ? told : json_int(json_get(meta, "n_ctx_train"), 0);
}

static void read_models(struct probe *p)
{
    json *doc = json_parse(buf_str(&p->reply.body), NULL);
    const json *data = json_get(doc, "data");
    if (!json_is_array(data)) {
        add(p, "models", PROBE_NO,
            p->reply.status == 200 ? STR("the answer holds no list")
                                   : trouble(p));
        json_free(doc);
        return;
    }
    JSON_EACH(model, data)
    {
        str id = json_str(json_get(model, "id"), STR(""));
        if (!id.len || p->report->models.count == MODELS_MAX)
            continue;
        str copy = arena_copy(p->arena, id);
        vec_push(&p->report->models, &copy);
        if (!p->report->model.len)
            p->report->model = copy;
        if (str_equal(id, p->report->model))
            p->report->context = context_of(model);
    }
    json_free(doc);
    add(p, "models", PROBE_YES,
        arena_printf(p->arena, "%zu listed", p->report->models.count));
}

static bool check_reachable(struct probe *p, struct err *err)
{
    if (!call(p, "/models", STR(""), err))
        return err_wrap(err, "%s", p->endpoint->url_base);
    add(p, "reachable", PROBE_YES,
        arena_printf(p->arena, "%.0f ms", p->reply.seconds * 1000));
    add(p, "tls", p->reply.tls ? PROBE_YES : PROBE_NO,
        p->reply.tls ? STR("certificate verified") : STR("plain http"));
    add(p, "http/2", p->reply.http2 ? PROBE_YES : PROBE_NO, STR(""));
    enum retry_class class = retry_class_of_status(p->reply.status);
    if (class == RETRY_AUTH)
        return err_set(err, ERR_NETWORK,
                       "%s: the key is missing, wrong or expired (" STR_FMT ")",
                       p->endpoint->url_base, STR_ARG(trouble(p)));
    read_models(p);
    return true;
}

static str rate_limits(struct probe *p)
{
    str requests = fetch_header(&p->reply, "x-ratelimit-limit-requests");
    str tokens = fetch_header(&p->reply, "x-ratelimit-limit-tokens");
    if (!requests.len && !tokens.len)
        return STR("");
    return arena_printf(p->arena, "requests " STR_FMT ", tokens " STR_FMT,
                        STR_ARG(requests), STR_ARG(tokens));
}

static bool check_chat(struct probe *p, struct err *err)
{
    struct llm_sampling sampling = plain();
    if (!chat(p, HELLO, &sampling, NULL)) {
        bool key = retry_class_of_status(p->reply.status) == RETRY_AUTH;
        return err_set(err, ERR_NETWORK, "%s: %s (" STR_FMT ")",
                       p->endpoint->url_base,
                       key ? "the key is missing, wrong or expired"
                           : "no chat completions",
                       STR_ARG(trouble(p)));
    }
    add(p, "chat", PROBE_YES,
        arena_printf(p->arena, "%.0f ms, finish_reason '%s', model '%s'",
                     p->reply.seconds * 1000, buf_cstr(&p->chat.finish_reason),
                     buf_cstr(&p->chat.model)));
    add(p, "usage", p->chat.has_usage ? PROBE_YES : PROBE_NO,
        p->chat.has_usage
            ? arena_printf(p->arena, "%lld prompt, %lld completion tokens",
                           (long long)p->chat.prompt_tokens,
                           (long long)p->chat.completion_tokens)
            : STR("tokens will be estimated"));
    if (p->chat.reasoning)
        add(p, "reasoning", PROBE_YES, STR("in a field of its own"));
    str limits = rate_limits(p);
    add(p, "rate limits", limits.len ? PROBE_YES : PROBE_UNKNOWN,
        limits.len ? limits : STR("no header tells"));
    add(p, "context", p->report->context ? PROBE_YES : PROBE_UNKNOWN,
        p->report->context ? arena_printf(p->arena, "%lld tokens",
                                          (long long)p->report->context)
                           : STR("not told"));
    return true;
}

/* The text for a seed, in the arena; a NULL view when there is no answer. */
static str text_with_seed(struct probe *p, int64_t seed)
{
    struct llm_sampling sampling = plain();
    sampling.temperature = 1;
    sampling.seed = seed;
    if (!chat(p, NONSENSE, &sampling, NULL))
        return (str){0};
    return arena_copy(p->arena, buf_str(&p->chat.text));
}

static void check_seed(struct probe *p)
{
    str first = text_with_seed(p, 7), again = text_with_seed(p, 7);
    str other = text_with_seed(p, 8);
    if (!first.ptr || !again.ptr || !other.ptr)
        add(p, "seed", PROBE_NO, trouble(p));
    else if (!str_equal(first, again))
        add(p, "seed", PROBE_IGNORED,
            STR("two answers with the same seed differ"));
    else if (str_equal(first, other))
        add(p, "seed", PROBE_UNKNOWN,
            STR("answers do not differ even with other seeds"));
    else
        add(p, "seed", PROBE_YES, STR("the same seed gives the same text"));
}

static void check_logprobs(struct probe *p)
{
    struct llm_sampling sampling = plain();
    if (!chat(p, HELLO, &sampling, "{\"logprobs\":true}")) {
        add(p, "logprobs", PROBE_NO, trouble(p));
        return;
    }
    json *doc = json_parse(buf_str(&p->reply.body), NULL);
    const json *choice = json_at(json_get(doc, "choices"), 0);
    const json *content = json_get(json_get(choice, "logprobs"), "content");
    bool there = json_count(content) > 0;
    json_free(doc);
    add(p, "logprobs", there ? PROBE_YES : PROBE_IGNORED,
        there ? STR("") : STR("accepted, none given"));
}

static void check_schema(struct probe *p)
{
    struct llm_sampling sampling = plain();
    sampling.tokens_max = 0;
    sampling.json_schema =
        STR("{\"type\":\"object\",\"properties\":{\"zebras\":{\"type\":"
            "\"integer\"}},\"required\":[\"zebras\"],"
            "\"additionalProperties\":false}");
    if (!chat(p, HELLO, &sampling, NULL)) {
        add(p, "json schema", PROBE_NO, trouble(p));
        return;
    }
    json *doc = json_parse(buf_str(&p->chat.text), NULL);
    bool kept = json_is_number(json_get(doc, "zebras"));
    json_free(doc);
    add(p, "json schema", kept ? PROBE_YES : PROBE_IGNORED,
        kept ? STR("the answer has the shape of the schema")
             : STR("accepted, but the answer is free text"));
}

struct stream_seen {
    struct chat_reply *chat;
    size_t events;
};

static bool on_event(str data, void *ctx)
{
    struct stream_seen *seen = ctx;
    seen->events++;
    return chat_read_event(seen->chat, data, NULL);
}

static void check_stream(struct probe *p)
{
    struct llm_sampling sampling = plain();
    struct buf body;
    buf_init(&body, TEXT_BYTES_MAX);
    put_chat(p, &body, HELLO, &sampling,
             "{\"stream\":true,\"stream_options\":{\"include_usage\":true}}");
    bool answered = call(p, "/chat/completions", buf_str(&body), NULL);
    buf_release(&body);
    if (!answered || p->reply.status != 200) {
        add(p, "streaming", PROBE_NO, trouble(p));
        return;
    }
    str type = fetch_header(&p->reply, "content-type");
    struct sse sse;
    struct stream_seen seen = {.chat = &p->chat};
    chat_reply_reset(&p->chat);
    sse_init(&sse, TEXT_BYTES_MAX);
    bool read = str_starts_with(type, STR("text/event-stream")) &&
                sse_feed(&sse, buf_str(&p->reply.body), on_event, &seen);
    sse_release(&sse);
    if (!read || !chat_stream_is_whole(&p->chat))
        add(p, "streaming", PROBE_IGNORED, STR("the answer is no stream"));
    else
        add(p, "streaming", PROBE_YES,
            arena_printf(p->arena, "%zu events, usage %s, [DONE] %s",
                         seen.events, p->chat.has_usage ? "told" : "not told",
                         p->chat.done ? "sent" : "not sent"));
}

static void check_embeddings(struct probe *p)
{
    struct buf body;
    buf_init(&body, TEXT_BYTES_MAX);
    struct json_out j = json_out(&body);
    json_begin(&j, '{');
    json_add_str(&j, "model", p->report->model);
    json_key(&j, "input");
    json_put_raw(&j, STR("[\"fever\"]"));
    json_end(&j, '}');
    bool answered = call(p, "/embeddings", buf_str(&body), NULL);
    buf_release(&body);
    json *doc = answered && p->reply.status == 200
                    ? json_parse(buf_str(&p->reply.body), NULL)
                    : NULL;
    const json *first = json_at(json_get(doc, "data"), 0);
    size_t dimensions = json_count(json_get(first, "embedding"));
    json_free(doc);
    if (dimensions)
        add(p, "embeddings", PROBE_YES,
            arena_printf(p->arena, "%zu dimensions", dimensions));
    else
        add(p, "embeddings", PROBE_NO,
            answered ? trouble(p) : STR("no answer"));
}

static bool ignore_bytes(const struct net_head *head, str bytes, void *owner)
{
    (void)head;
    (void)bytes;
    (void)owner;
    return true;
}

struct burst {
    size_t good, refused, other;
    str told; /* Retry-After */
};

static void count_end(struct probe *p, struct burst *b,
                      const struct net_end *end)
{
    enum retry_class class = retry_class_of_status(end->head.status);
    bool whole = end->kind == NET_WHOLE;
    if (whole && class == RETRY_CAPACITY)
        b->refused++;
    else if (whole && class == RETRY_NONE)
        b->good++;
    else
        b->other++;
    if (class == RETRY_CAPACITY && end->head.retry_after[0])
        b->told = arena_copy(p->arena, str_of(end->head.retry_after));
}

static void check_burst(struct probe *p)
{
    int64_t timeout_ms = p->options->timeout_ms;
    struct net *net = net_open(&(struct net_options){.on_bytes = ignore_bytes,
                                                     .connect_ms = timeout_ms,
                                                     .stall_ms = timeout_ms,
                                                     .request_ms = timeout_ms},
                               NULL);
    if (!net)
        return;
    struct llm_sampling sampling = plain();
    struct burst b = {0};
    struct buf body;
    sampling.tokens_max = 1;
    buf_init(&body, TEXT_BYTES_MAX);
    put_chat(p, &body, HELLO, &sampling, NULL);
    str url =
        arena_printf(p->arena, "%s/chat/completions", p->endpoint->url_base);
    for (size_t i = 0; i < p->options->burst; i++)
        net_start(net, &(struct net_order){.url = url.ptr,
                                           .headers = p->endpoint->headers,
                                           .ca_file = p->endpoint->ca_file,
                                           .body = buf_str(&body)});
    struct net_end end;
    while (net_active(net)) {
        net_wait(net, WAIT_MS);
        while (net_next(net, &end))
            count_end(p, &b, &end);
    }
    net_close(net);
    buf_release(&body);
    add(p, "429",
        b.refused ? PROBE_YES
        : b.good  ? PROBE_NO
                  : PROBE_UNKNOWN,
        arena_printf(
            p->arena,
            "of %zu at once %zu answered, %zu refused, %zu failed%s" STR_FMT,
            p->options->burst, b.good, b.refused, b.other,
            b.told.len  ? "; Retry-After "
            : b.refused ? "; no Retry-After"
                        : "",
            STR_ARG(b.told)));
}

/* ---- all together ---- */

static bool run_checks(struct probe *p, struct err *err)
{
    if (!check_reachable(p, err))
        return false;
    if (!p->report->model.len)
        return err_set(err, ERR_USAGE,
                       "%s lists no models (HTTP %d); name one with --model",
                       p->endpoint->url_base, p->reply.status);
    if (!check_chat(p, err))
        return false;
    check_seed(p);
    check_logprobs(p);
    check_schema(p);
    check_stream(p);
    check_embeddings(p);
    if (p->options->burst)
        check_burst(p);
    return true;
}

bool probe_run(const struct probe_options *options, struct arena *arena,
               struct probe_report *report, struct err *err)
{
    assert(options->burst <= PROBE_BURST_MAX);
    *report = (struct probe_report){0};
    vec_init(&report->models, sizeof(str));
    vec_init(&report->checks, sizeof(struct probe_check));
    struct probe p = {.options = options,
                      .arena = arena,
                      .report = report,
                      .redact = redact_new()};
    struct price_table no_prices = {0};
    p.endpoints = endpoints_open(options->config, &no_prices, p.redact, err);
    bool ok = p.endpoints != NULL;
    if (ok) {
        p.endpoint = endpoints_at(p.endpoints, 0);
        report->model = p.endpoint->config->model;
        fetch_reply_init(&p.reply);
        chat_reply_init(&p.chat, TEXT_BYTES_MAX);
        ok = run_checks(&p, err);
        fetch_reply_release(&p.reply);
        chat_reply_release(&p.chat);
    }
    endpoints_close(p.endpoints);
    redact_free(p.redact);
    if (!ok)
        probe_report_release(report);
    return ok;
}

void probe_report_release(struct probe_report *report)
{
    vec_release(&report->models);
    vec_release(&report->checks);
}

const char *probe_answer_name(enum probe_answer answer)
{
    static const char *const names[] = {"yes", "no", "ignored", "unknown"};
    return names[answer];
}
