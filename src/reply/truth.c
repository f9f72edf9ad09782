/* truth.c - see truth.h. */
#include "reply/truth.h"

static bool same_str(const json *value, str text)
{
    if (json_is_null(value))
        return text.len == 0;
    return json_is_str(value) && str_equal(json_str(value, STR("")), text);
}

static bool same_turns(struct list turns, const json *expect)
{
    if (json_count(expect) != turns.count)
        return false;
    size_t i = 0;
    JSON_EACH(pair, expect)
    {
        const struct turn *turn = LIST_AT(turns, struct turn, i++);
        if (!same_str(json_at(pair, 0), role_name(turn->role)) ||
            !same_str(json_at(pair, 1), turn->text))
            return false;
    }
    return true;
}

static bool same_dialogues(struct list dialogues, const json *expect)
{
    if (json_count(expect) != dialogues.count)
        return false;
    size_t i = 0;
    JSON_EACH(item, expect)
    {
        const struct reply_dialogue *d =
            LIST_AT(dialogues, struct reply_dialogue, i++);
        if (!same_str(json_get(item, "relation"), relation_name(d->relation)) ||
            !same_turns(d->turns, json_get(item, "turns")))
            return false;
    }
    return true;
}

static bool same_rejects(struct list rejects, const json *expect)
{
    if (json_count(expect) != rejects.count)
        return false;
    size_t i = 0;
    JSON_EACH(item, expect)
    {
        const struct reply_reject *r =
            LIST_AT(rejects, struct reply_reject, i++);
        if (!same_str(json_get(item, "reason"), reply_reason_name(r->reason)))
            return false;
    }
    return true;
}

static bool same_amount(const json *value, struct reply_amount amount)
{
    if (!amount.is_number)
        return same_str(value, amount.text);
    double difference = json_number(value, 0) - amount.number;
    return json_is_number(value) && difference > -1e-9 && difference < 1e-9;
}

static bool same_instructions(struct list instructions, const json *expect)
{
    if (json_count(expect) != instructions.count)
        return false;
    size_t i = 0;
    JSON_EACH(item, expect)
    {
        const struct reply_instruction *in =
            LIST_AT(instructions, struct reply_instruction, i++);
        bool same =
            same_str(json_get(item, "relation"), relation_name(in->relation)) &&
            same_str(json_get(item, "scenario"), in->scenario) &&
            same_str(json_get(item, "topic"), in->topic) &&
            same_str(json_get(item, "task"), in->task) &&
            same_amount(json_get(item, "turns"), in->turns) &&
            same_amount(json_get(item, "length"), in->length);
        if (!same)
            return false;
    }
    return true;
}

struct reply_hit reply_compare(const struct reply *reply, const json *expect)
{
    return (struct reply_hit){
        .dialogues =
            same_dialogues(reply->dialogues, json_get(expect, "dialogues")),
        .rejects = same_rejects(reply->rejects, json_get(expect, "rejects")),
        .instructions = same_instructions(reply->instructions,
                                          json_get(expect, "instructions"))};
}

void reply_score_add(struct reply_score *score, enum reply_ask ask,
                     struct reply_hit hit)
{
    score->items++;
    score->rejects += hit.rejects;
    score->whole += hit.dialogues && hit.rejects && hit.instructions;
    if (ask != REPLY_ASK_PROPOSE) {
        score->dialogue_items++;
        score->dialogues += hit.dialogues;
    }
    if (ask != REPLY_ASK_DIALOGUE) {
        score->propose_items++;
        score->instructions += hit.instructions;
    }
}
