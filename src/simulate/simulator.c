/* simulator.c - see simulator.h. */
#include "simulate/simulator.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/parallel.h"
#include "base/rng.h"
#include "base/vec.h"
#include "simulate/reply.h"

#define SHARE(member, otherwise, what)                                         \
    {                                                                          \
#member, FIELD_NUMBER, offsetof(struct simulator_config, member),      \
            .min = 0, .max = 1, .fallback = otherwise, .doc = what             \
    }

/* Defaults: enough trouble that a demonstration shows every path. */
static const struct field fields[] = {
    SHARE(refuse, "0.01", "share of replies that decline"),
    SHARE(truncate, "0.01", "share that is cut off"),
    SHARE(misformat, "0.15", "share in another shape, still readable"),
    SHARE(wrong_language, "0.002", "share in another language"),
    SHARE(ai_disclosure, "0.002", "share in which a speaker is a program"),
    SHARE(repetition, "0.003", "share in which an exchange loops"),
    SHARE(one_speaker, "0.002", "share with one side only"),
    SHARE(extra_side, "0.003", "share with a third side"),
    SHARE(careless, "0.02", "share that disregards bounds and terms"),
    SHARE(leak, "0.005", "share in which the patient names the diagnosis"),
    SHARE(propose_bad, "0.15", "share of proposals that are useless"),
    SHARE(transport_errors, "0", "share of requests without an answer"),
    {"latency_ms", FIELD_NUMBER, offsetof(struct simulator_config, latency_ms),
     .min = 0, .max = 600000, .fallback = "0",
     .doc = "mean latency that is reported; nothing waits"},
    {"batch", FIELD_INT, offsetof(struct simulator_config, batch), .min = 1,
     .max = 100000, .fallback = "512",
     .doc = "requests taken before replies are made"},
    {0}};

const struct schema simulator_schema = {"simulator", fields,
                                        sizeof(struct simulator_config), 0};

/* One request and, once drained, its reply. */
struct item {
    uint64_t id;
    const struct wish *wish; /* borrowed; NULL: cannot be answered */
    int64_t prompt_tokens;
    struct buf text;
    str finish_reason; /* static */
};

struct simulator {
    struct llm llm; /* first */
    struct simulator_config config;
    struct simulate *simulate; /* owned */
    struct vec items;          /* struct item, in order of submission */
    struct arena *arenas;      /* owned; one per worker */
    size_t worker_count;
};

static void submit(struct llm *llm, const struct llm_request *request)
{
    struct simulator *s = (struct simulator *)llm;
    struct item *item = vec_add(&s->items);
    item->id = request->id;
    item->wish = request->brief;
    item->prompt_tokens =
        llm_estimate_prompt(request->messages, request->message_count);
    buf_init(&item->text, (size_t)64 << 20);
}

static bool can_answer(const struct simulator *s, const struct item *item)
{
    return item->wish && simulate_speaks(s->simulate, item->wish->lang);
}

static void answer(size_t index, size_t worker, void *ctx)
{
    struct simulator *s = ctx;
    struct item *item = vec_at(&s->items, index);
    if (!can_answer(s, item))
        return;
    struct arena *arena = &s->arenas[worker];
    struct reply_job job = {.simulate = s->simulate,
                            .config = &s->config,
                            .wish = item->wish,
                            .arena = arena,
                            .out = &item->text};
    reply_write(&job);
    item->finish_reason = job.finish_reason;
    arena_reset(arena);
}

static struct llm_reply reply_of(const struct simulator *s,
                                 const struct item *item)
{
    struct llm_reply reply = {.request_id = item->id,
                              .model = STR("built-in simulator"),
                              .endpoint = STR("simulator"),
                              .tries = 1};
    if (!can_answer(s, item)) {
        reply.error = LLM_REJECTED;
        reply.message =
            item->wish ? STR("the simulator has no grammar for this language")
                       : STR("the simulator needs a wish behind the request");
        return reply;
    }
    struct rng rng = rng_at(item->wish->seed, RNG_STREAM("transport"),
                            item->wish->history.count);
    reply.latency_ms = -s->config.latency_ms * log(1 - rng_unit(&rng));
    if (rng_chance(&rng, s->config.transport_errors)) {
        reply.error = LLM_TRANSPORT;
        reply.message = STR("simulated: connection reset");
        return reply;
    }
    reply.text = buf_str(&item->text);
    reply.finish_reason = item->finish_reason;
    reply.usage =
        (struct llm_usage){.prompt_tokens = item->prompt_tokens,
                           .completion_tokens = llm_estimate_tokens(reply.text),
                           .estimated = true};
    return reply;
}

static void drain(struct llm *llm, int timeout_ms, llm_on_reply *on_reply,
                  void *ctx)
{
    (void)timeout_ms; /* replies are always ready */
    struct simulator *s = (struct simulator *)llm;
    parallel_for(s->items.count, answer, s);
    /* A callback may submit: what came before stands aside. */
    struct vec done = s->items;
    vec_init(&s->items, sizeof(struct item));
    for (size_t i = 0; i < done.count; i++) {
        struct item *item = vec_at(&done, i);
        struct llm_reply reply = reply_of(s, item);
        on_reply(&reply, ctx);
        buf_release(&item->text);
    }
    vec_release(&done);
}

static bool wants_more(const struct llm *llm)
{
    const struct simulator *s = (const struct simulator *)llm;
    return s->items.count < (size_t)s->config.batch;
}

static size_t in_flight(const struct llm *llm)
{
    return ((const struct simulator *)llm)->items.count;
}

static void close_simulator(struct llm *llm)
{
    struct simulator *s = (struct simulator *)llm;
    for (size_t i = 0; i < s->items.count; i++)
        buf_release(&((struct item *)vec_at(&s->items, i))->text);
    vec_release(&s->items);
    for (size_t i = 0; i < s->worker_count; i++)
        arena_release(&s->arenas[i]);
    free(s->arenas);
    simulate_close(s->simulate);
    free(s);
}

static const struct llm_engine engine = {.name = "simulator",
                                         .submit = submit,
                                         .drain = drain,
                                         .wants_more = wants_more,
                                         .in_flight = in_flight,
                                         .close = close_simulator};

struct llm *simulator_open(const struct simulator_config *config,
                           struct err *err)
{
    struct simulate *simulate = simulate_open(err);
    if (!simulate)
        return NULL;
    struct simulator *s = mem_zero(1, sizeof *s);
    s->llm.engine = &engine;
    s->config = *config;
    s->simulate = simulate;
    vec_init(&s->items, sizeof(struct item));
    s->worker_count = parallel_workers();
    s->arenas = mem_zero(s->worker_count, sizeof *s->arenas);
    for (size_t i = 0; i < s->worker_count; i++)
        arena_init(&s->arenas[i]);
    return &s->llm;
}
