/* reply.c - the steps of reading a reply in their order; see reply.h. */
#include <string.h>

#include "base/json.h"
#include "base/utf8.h"
#include "reply/clean.h"
#include "reply/expand.h"
#include "reply/propose.h"
#include "reply/verdict.h"

/* --- what the steps share --- */

void reading_init(struct reading *r, const struct reply_rules *rules,
                  const struct reply_input *in, struct arena *arena)
{
    *r = (struct reading){.rules = rules,
                          .in = in,
                          .arena = arena,
                          .han = str_equal(in->lang, STR("zh")),
                          .cut = str_equal(in->finish_reason, STR("length")),
                          .attempt_bytes = 4 * in->raw.len + 1024};
    map_init(&r->speakers);
    vec_init(&r->named, sizeof(struct named *));
}

void reading_release(struct reading *r)
{
    map_release(&r->speakers);
    vec_release(&r->named);
}

struct list take_list(struct arena *arena, struct vec *items)
{
    struct list list = {.count = items->count};
    list.items = arena_array(arena, items->count + 1, items->item_bytes);
    if (items->count)
        memcpy(list.items, items->items, items->count * items->item_bytes);
    vec_release(items);
    return list;
}

/* --- results --- */

struct results {
    struct vec dialogues, rejects, instructions;
};

static void reject(struct results *out, enum reply_reason reason,
                   struct list turns)
{
    struct reply_reject *r = vec_add(&out->rejects);
    r->reason = reason;
    r->turns = turns;
}

static void judge(struct reading *r, const struct vec *candidates,
                  struct results *out)
{
    for (size_t i = 0; i < candidates->count; i++) {
        const struct candidate *c = vec_at(candidates, i);
        enum relation relation;
        enum reply_reason reason = verdict_of(r, c, &relation);
        if (reason != REPLY_ACCEPTED) {
            reject(out, reason, c->turns);
            continue;
        }
        struct reply_dialogue *d = vec_add(&out->dialogues);
        d->relation = relation;
        d->turns = c->turns;
    }
}

static void read_dialogues(struct reading *r, const struct vec *units,
                           struct results *out)
{
    struct vec flat, candidates;
    struct items items;
    vec_init(&flat, sizeof(struct unit));
    vec_init(&candidates, sizeof(struct candidate));
    units_expand(r, units, &flat);
    items_read(r, &flat, &items);
    align(r, &items, &candidates);
    judge(r, &candidates, out);
    vec_release(&candidates);
    vec_release(&flat);
}

static void read_all(struct reading *r, struct results *out)
{
    str text = clean_reply(r, r->in->raw);
    struct vec units;
    vec_init(&units, sizeof(struct unit));
    units_split(r, text, &units);
    bool cut = false;
    if (r->in->ask != REPLY_ASK_DIALOGUE)
        cut = propose_read(r, &units, &out->instructions);
    if (r->in->ask != REPLY_ASK_PROPOSE)
        read_dialogues(r, &units, out);
    vec_release(&units);
    bool refused = out->rejects.count > 0;
    if (cut && !refused)
        reject(out, REPLY_TRUNCATED, (struct list){0});
    bool expected = r->in->ask == REPLY_ASK_PROPOSE ? out->instructions.count
                                                    : out->dialogues.count;
    if (!expected && !out->rejects.count)
        reject(out, verdict_of_nothing(r, text), (struct list){0});
}

void reply_parse(const struct reply_rules *rules, const struct reply_input *in,
                 struct arena *arena, struct reply *out)
{
    struct results results;
    vec_init(&results.dialogues, sizeof(struct reply_dialogue));
    vec_init(&results.rejects, sizeof(struct reply_reject));
    vec_init(&results.instructions, sizeof(struct reply_instruction));
    if (in->raw.len > REPLY_BYTES_MAX) {
        reject(&results, REPLY_TOO_LARGE, (struct list){0});
    } else {
        struct reading r;
        reading_init(&r, rules, in, arena);
        read_all(&r, &results);
        reading_release(&r);
    }
    out->dialogues = take_list(arena, &results.dialogues);
    out->rejects = take_list(arena, &results.rejects);
    out->instructions = take_list(arena, &results.instructions);
}

/* --- names --- */

static const char *const reason_names[REPLY_REASON_COUNT] = {
    [REPLY_ACCEPTED] = "",
    [REPLY_NOT_DIALOGUE] = "not_dialogue",
    [REPLY_REFUSAL] = "refusal",
    [REPLY_ONE_SPEAKER] = "one_speaker",
    [REPLY_UNKNOWN_ROLE] = "unknown_role",
    [REPLY_MULTI_PARTY] = "multi_party",
    [REPLY_WRONG_LANGUAGE] = "wrong_language",
    [REPLY_TRUNCATED] = "truncated",
    [REPLY_EMPTY] = "empty",
    [REPLY_REPETITION] = "repetition",
    [REPLY_AI_DISCLOSURE] = "ai_disclosure",
    [REPLY_TOO_LARGE] = "too_large"};

str reply_reason_name(enum reply_reason reason)
{
    return str_of(reason_names[reason]);
}

enum reply_reason reply_reason_from_name(str name)
{
    for (int i = 1; i < REPLY_REASON_COUNT; i++)
        if (str_equal(name, str_of(reason_names[i])))
            return (enum reply_reason)i;
    return REPLY_ACCEPTED;
}

bool reply_ask_from_name(str name, enum reply_ask *ask)
{
    static const char *const names[] = {"dialogue", "propose", "both"};
    for (int i = 0; i < 3; i++)
        if (str_equal(name, str_of(names[i]))) {
            *ask = (enum reply_ask)i;
            return true;
        }
    return false;
}

/* --- JSON --- */

static void write_dialogues(const struct reply *reply, struct json_out *out)
{
    json_key(out, "dialogues");
    json_begin(out, '[');
    for (size_t i = 0; i < reply->dialogues.count; i++) {
        const struct reply_dialogue *d =
            LIST_AT(reply->dialogues, struct reply_dialogue, i);
        json_begin(out, '{');
        json_add_str(out, "relation", relation_name(d->relation));
        json_key(out, "turns");
        json_begin(out, '[');
        for (size_t k = 0; k < d->turns.count; k++) {
            const struct turn *turn = LIST_AT(d->turns, struct turn, k);
            json_begin(out, '[');
            json_put_str(out, role_name(turn->role));
            json_put_str(out, turn->text);
            json_end(out, ']');
        }
        json_end(out, ']');
        json_end(out, '}');
    }
    json_end(out, ']');
}

static void write_amount(const char *key, struct reply_amount amount,
                         struct json_out *out)
{
    json_key(out, key);
    if (amount.is_number)
        json_put_number(out, amount.number);
    else
        json_put_str_or_null(out, amount.text);
}

static void write_instructions(const struct reply *reply, struct json_out *out)
{
    json_key(out, "instructions");
    json_begin(out, '[');
    for (size_t i = 0; i < reply->instructions.count; i++) {
        const struct reply_instruction *in =
            LIST_AT(reply->instructions, struct reply_instruction, i);
        json_begin(out, '{');
        json_add_str_or_null(out, "relation", relation_name(in->relation));
        json_add_str_or_null(out, "scenario", in->scenario);
        json_add_str_or_null(out, "topic", in->topic);
        json_add_str_or_null(out, "task", in->task);
        write_amount("turns", in->turns, out);
        write_amount("length", in->length, out);
        json_end(out, '}');
    }
    json_end(out, ']');
}

void reply_write_json(const struct reply *reply, struct json_out *out)
{
    write_dialogues(reply, out);
    json_key(out, "rejects");
    json_begin(out, '[');
    for (size_t i = 0; i < reply->rejects.count; i++) {
        json_begin(out, '{');
        json_key(out, "reason");
        json_put_str(
            out, reply_reason_name(
                     LIST_AT(reply->rejects, struct reply_reject, i)->reason));
        json_end(out, '}');
    }
    json_end(out, ']');
    write_instructions(reply, out);
}
