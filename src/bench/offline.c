/* offline.c - see offline.h. */
#include "bench/offline.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/rng.h"
#include "base/vec.h"

enum { QUEUE_MAX = 64 };

struct pending {
    uint64_t id;
    char *text; /* owned */
    int64_t prompt_tokens;
};

struct offline {
    struct llm base; /* first */
    const char *name;
    offline_make *make;
    void *ctx;
    struct vec queue; /* struct pending */
};

static void offline_submit(struct llm *llm, const struct llm_request *request)
{
    struct offline *o = (struct offline *)llm;
    struct buf out;
    buf_init(&out, 16 << 20);
    o->make(request, &out, o->ctx);
    *(struct pending *)vec_add(&o->queue) = (struct pending){
        request->id, buf_take(&out),
        llm_estimate_prompt(request->messages, request->message_count)};
}

static void offline_drain(struct llm *llm, int timeout_ms,
                          llm_on_reply *on_reply, void *ctx)
{
    (void)timeout_ms;
    struct offline *o = (struct offline *)llm;
    for (size_t i = 0; i < o->queue.count; i++) {
        struct pending p = *(struct pending *)vec_at(&o->queue, i);
        str text = str_of(p.text);
        struct llm_reply reply = {
            .request_id = p.id,
            .text = text,
            .finish_reason = STR("stop"),
            .model = str_of(o->name),
            .endpoint = STR("simulator"),
            .usage = {p.prompt_tokens, llm_estimate_tokens(text), true, 0},
            .tries = 1};
        on_reply(&reply, ctx);
        free(p.text);
    }
    vec_reset(&o->queue);
}

static bool offline_wants_more(const struct llm *llm)
{
    return ((const struct offline *)llm)->queue.count < QUEUE_MAX;
}

static size_t offline_in_flight(const struct llm *llm)
{
    return ((const struct offline *)llm)->queue.count;
}

static void offline_close(struct llm *llm)
{
    struct offline *o = (struct offline *)llm;
    for (size_t i = 0; i < o->queue.count; i++)
        free(((struct pending *)vec_at(&o->queue, i))->text);
    vec_release(&o->queue);
    free(o);
}

static const struct llm_engine offline_engine = {.name = "simulator",
                                                 .submit = offline_submit,
                                                 .drain = offline_drain,
                                                 .wants_more =
                                                     offline_wants_more,
                                                 .in_flight = offline_in_flight,
                                                 .close = offline_close};

struct llm *offline_open(const char *name, offline_make *make, void *ctx)
{
    struct offline *o = mem_zero(1, sizeof *o);
    o->base.engine = &offline_engine;
    o->name = name;
    o->make = make;
    o->ctx = ctx;
    vec_init(&o->queue, sizeof(struct pending));
    return &o->base;
}

/* --- examinee --- */

static void answer_exam(const struct question *q, str lang,
                        const struct examinee_habits *habits, struct rng *rng,
                        struct buf *out)
{
    bool right = rng_chance(rng, habits->quality);
    const char *lead = str_starts_with(lang, STR("zh"))   ? "答案是"
                       : str_starts_with(lang, STR("nl")) ? "Antwoord: "
                                                          : "The answer is ";
    buf_add_cstr(out, lead);
    if (habits->first_place > 0 && rng_chance(rng, habits->first_place)) {
        buf_add(out, LIST_AT(q->options, struct option, 0)->key);
        return;
    }
    if (right) {
        for (size_t i = 0; i < q->answer_keys.count; i++)
            buf_printf(out, "%s" STR_FMT, i ? ", " : "",
                       STR_ARG(*LIST_AT(q->answer_keys, str, i)));
        return;
    }
    size_t start = rng_below(rng, q->options.count);
    for (size_t i = 0; i < q->options.count; i++) {
        str key =
            LIST_AT(q->options, struct option, (start + i) % q->options.count)
                ->key;
        bool in_key = false;
        for (size_t k = 0; k < q->answer_keys.count; k++)
            in_key |= str_equal(key, *LIST_AT(q->answer_keys, str, k));
        if (!in_key) {
            buf_add(out, key);
            return;
        }
    }
}

/* The end of the first sentence of the text, its mark included. */
static size_t sentence_end(str text)
{
    static const char *const marks[] = {"。", "！", "？", "；", "\n", ". "};
    size_t end = text.len;
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
        size_t at = str_find(text, str_of(marks[i]), 0);
        if (at != STR_NONE && at + strlen(marks[i]) < end)
            end = at + strlen(marks[i]);
    }
    return end;
}

static void answer_open(str reference, str lang, double quality,
                        struct rng *rng, struct buf *out)
{
    for (str rest = reference; rest.len;) {
        size_t end = sentence_end(rest);
        if (rng_chance(rng, quality))
            buf_add(out, str_slice(rest, 0, end));
        rest = str_slice(rest, end, rest.len);
    }
    if (!out->len)
        buf_add_cstr(out, str_starts_with(lang, STR("zh")) ? "建议到医院就诊。"
                          : str_starts_with(lang, STR("nl"))
                              ? "Raadpleeg een arts."
                              : "Please see a doctor.");
}

static str reference_of(const struct record *r, size_t turn)
{
    if (r->kind == RECORD_QUESTION)
        return r->question.answer.len ? r->question.answer
                                      : r->question.explanation;
    const struct consultation_turn *t =
        LIST_AT(r->consultation.turns, struct consultation_turn, turn);
    return t->reference.len ? t->reference
           : t->answer.len  ? t->answer
                            : r->consultation.reference;
}

void offline_examinee(const struct llm_request *request, struct buf *out,
                      void *ctx)
{
    const struct examinee_brief *brief = request->brief;
    const struct examinee_habits *habits = ctx;
    const struct record *r = brief->record;
    struct rng rng = rng_at(brief->seed, str_hash(r->id),
                            (uint64_t)brief->repeat * 4096 + brief->turn);
    bool exam = r->kind == RECORD_QUESTION && r->question.options.count &&
                r->question.answer_keys.count;
    if (exam)
        answer_exam(&r->question, r->lang, habits, &rng, out);
    else
        answer_open(reference_of(r, brief->turn), r->lang, habits->quality,
                    &rng, out);
}
