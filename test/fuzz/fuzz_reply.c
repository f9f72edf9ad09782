/* Replies: any bytes give a result whose parts keep their promises. The first
 * byte chooses language, what was asked, and why the reply ended. */
#include "base/json.h"
#include "base/utf8.h"
#include "fuzz.h"
#include "reply/edge.h"
#include "reply/reply.h"

static void check_turns(struct list turns, bool accepted)
{
    for (size_t i = 0; i < turns.count; i++) {
        const struct turn *turn = LIST_AT(turns, struct turn, i);
        assert(turn->text.len > 0 && utf8_is_valid(turn->text));
        assert(trim_space(turn->text).len == turn->text.len);
        bool role = turn->role >= ROLE_DOCTOR && turn->role <= ROLE_RELATIVE;
        assert(role || (!accepted && turn->role == ROLE_NONE));
    }
}

static void check_reply(const struct reply *reply)
{
    for (size_t i = 0; i < reply->dialogues.count; i++) {
        const struct reply_dialogue *d =
            LIST_AT(reply->dialogues, struct reply_dialogue, i);
        assert(d->turns.count >= 2);
        assert(d->relation >= RELATION_DOCTOR_PATIENT &&
               d->relation <= RELATION_PATIENT_NURSE);
        check_turns(d->turns, true);
    }
    for (size_t i = 0; i < reply->rejects.count; i++) {
        const struct reply_reject *r =
            LIST_AT(reply->rejects, struct reply_reject, i);
        assert(r->reason > REPLY_ACCEPTED && r->reason < REPLY_REASON_COUNT);
        check_turns(r->turns, false);
    }
    assert(reply->dialogues.count + reply->instructions.count +
               reply->rejects.count >
           0);
}

/* The result is JSON that reads back. */
static void check_json(const struct reply *reply)
{
    struct buf text;
    struct err err = {0};
    buf_init(&text, BUF_MAX);
    struct json_out out = json_out(&text);
    json_begin(&out, '{');
    reply_write_json(reply, &out);
    json_end(&out, '}');
    json *doc = json_parse(buf_str(&text), &err);
    assert(doc);
    json_free(doc);
    buf_release(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    static const char *const langs[] = {"zh", "nl", "en", "xx"};
    static const char *const ends[] = {"stop", "length", "content_filter", ""};
    static struct reply_rules *rules;
    struct err err = {0};
    if (!rules)
        rules = reply_rules_open(&err);
    assert(rules);
    unsigned choice = len ? bytes[0] : 0;
    size_t head = len ? 1 : 0;
    struct reply_input in = {
        .lang = str_of(langs[choice & 3]),
        .finish_reason = str_of(ends[choice >> 2 & 3]),
        .ask = (enum reply_ask)((choice >> 4 & 3) % 3),
        .raw = str_make((const char *)bytes + head, len - head)};
    struct arena arena;
    struct reply reply;
    arena_init(&arena);
    reply_parse(rules, &in, &arena, &reply);
    check_reply(&reply);
    check_json(&reply);
    arena_release(&arena);
    return 0;
}
