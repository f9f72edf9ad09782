/* live.c - see live.h. */
#include "patient/live.h"

#include <stdlib.h>

#include "base/mem.h"
#include "llm/ledger.h"
#include "record/record.h"

enum { DRAIN_MS = 200, PROMPT_BYTES_MAX = 1 << 20 };

struct live {
    struct llm *llm;
    const struct llm_sampling *sampling;
    struct live_case *cases;
    size_t count;
    struct store *store;
    struct err *err;
    struct ledger ledger;
    bool failed; /* the journal, or a hopeless endpoint */
};

/* What the patient knows: the stable track, in short lines. */
static void put_facts(const struct talk *t, struct buf *out)
{
    static const char *const openings[LANG_COUNT] = {
        "你是一名患者，正在回答医生的问题。只说自己知道的，用日常的话，不要说出"
        "诊断。",
        "You are a patient who answers a doctor. Say only what you know, in "
        "everyday words, and never name a diagnosis.",
        "U bent een patiënt die een arts antwoord geeft. Zeg alleen wat u "
        "weet, "
        "in gewone woorden, en noem nooit een diagnose."};
    buf_printf(out, "%s\n", openings[t->lang]);
    for (size_t i = 0; i < t->stable.count; i++) {
        const struct talk_fact *f = vec_at(&t->stable, i);
        buf_printf(out, "%s " STR_FMT " " STR_FMT " " STR_FMT "\n",
                   f->present ? "+" : "-", STR_ARG(f->slot), STR_ARG(f->value),
                   STR_ARG(f->unit));
    }
}

static void ask(struct live *l, size_t index)
{
    struct live_case *c = &l->cases[index];
    size_t turns = c->turns->count, count = 0;
    struct llm_message *messages = mem_zero(turns + 3, sizeof *messages);
    struct buf system;
    buf_init(&system, PROMPT_BYTES_MAX);
    put_facts(c->talk, &system);
    if (c->detail.len)
        buf_printf(&system,
                   "\nThe draft before this one cannot be said: " STR_FMT "\n",
                   STR_ARG(c->detail));
    messages[count++] = (struct llm_message){LLM_SYSTEM, buf_str(&system)};
    for (size_t i = 0; i < turns; i++) {
        const struct turn *turn = vec_at(c->turns, i);
        messages[count++] = (struct llm_message){
            turn->role == ROLE_DOCTOR ? LLM_USER : LLM_ASSISTANT, turn->text};
    }
    messages[count++] = (struct llm_message){LLM_USER, c->question};
    struct llm_request request = {.id = index,
                                  .part = LLM_PATIENT,
                                  .messages = messages,
                                  .message_count = count,
                                  .sampling = *l->sampling};
    llm_submit(l->llm, &request);
    buf_release(&system);
    free(messages);
}

static void next_question(struct live_case *c, str said)
{
    c->question = doctor_ask(c->doctor, said);
    c->detail = (str){0};
    c->drafts = 0;
    c->over = !c->question.len;
}

static void say(struct live_case *c, str said)
{
    enum role side = talk_has_relative(c->talk) ? ROLE_RELATIVE : ROLE_PATIENT;
    struct turn pair[2] = {{.role = ROLE_DOCTOR, .text = c->question},
                           {.role = side, .text = said}};
    vec_push(c->turns, &pair[0]);
    vec_push(c->turns, &pair[1]);
    next_question(c, said);
}

static bool keep(struct live *l, const struct live_case *c,
                 const struct llm_reply *reply)
{
    struct store_reply kept = ledger_row(reply, c->row, c->step);
    return store_answer(l->store, &kept, false, l->err) &&
           store_commit(l->store, l->err);
}

static void on_reply(const struct llm_reply *reply, void *ctx)
{
    struct live *l = ctx;
    struct live_case *c = &l->cases[reply->request_id];
    if (l->failed || ledger_is_hopeless(&l->ledger, reply, l->err) ||
        !keep(l, c, reply)) {
        l->failed = true;
        c->over = true;
        return;
    }
    c->step++;
    c->drafts++;
    str draft = arena_copy(&c->talk->arena, str_trim(reply->text)),
        detail = {0};
    enum talk_fault fault = TALK_FAULT_LENGTH;
    if (reply->error == LLM_OK)
        fault = talk_judge(c->talk, c->question, draft, true, &detail);
    if (fault == TALK_FAULT_NONE) {
        say(c, draft);
    } else if (reply->error == LLM_OK && c->drafts < TALK_DRAFTS) {
        c->talk->counts.redrafts++;
        c->detail = detail.len ? detail : str_of(talk_fault_name(fault));
    } else {
        c->talk->counts.fallbacks++;
        say(c, talk_say(c->talk, c->question));
    }
    if (!c->over)
        ask(l, reply->request_id);
}

bool live_converse(struct llm *llm, const struct llm_sampling *sampling,
                   struct live_case *cases, size_t count, struct store *store,
                   struct err *err)
{
    struct live l = {.llm = llm,
                     .sampling = sampling,
                     .cases = cases,
                     .count = count,
                     .store = store,
                     .err = err};
    size_t next = 0;
    while (next < count || llm_in_flight(llm)) {
        for (; next < count && llm_wants_more(llm); next++) {
            next_question(&cases[next], (str){0});
            ask(&l, next);
        }
        llm_drain(llm, DRAIN_MS, on_reply, &l);
    }
    return !l.failed;
}
