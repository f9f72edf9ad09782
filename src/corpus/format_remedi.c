/* format_remedi.c - ReMeDi annotated turns: one line a turn in tags, with the
 * context before it, the intent of the user and the action of the system. */
#include "corpus/mapping.h"

static str between(str text, str open, str close)
{
    size_t from = str_find(text, open, 0);
    if (from == STR_NONE)
        return STR("");
    from += open.len;
    return str_trim(str_slice(text, from, str_find(text, close, from)));
}

/* "<|user|> … <|system|> …" */
static void add_context(struct mapper *m, str text)
{
    static const str user = {"<|user|>", 8}, system = {"<|system|>", 10};
    while (text.len) {
        bool is_user = str_starts_with(text, user);
        text = str_slice(text, is_user ? user.len : system.len, text.len);
        size_t next_user = str_find(text, user, 0);
        size_t next_system = str_find(text, system, 0);
        size_t end = next_user < next_system ? next_user : next_system;
        map_turn(m, is_user ? ROLE_PATIENT : ROLE_DOCTOR, STR(""),
                 str_slice(text, 0, end));
        text = end == STR_NONE ? STR("") : str_slice(text, end, text.len);
    }
}

static void map(struct mapper *m, const json *row)
{
    str text = json_str(json_get(row, "text"), STR(""));
    map_dialogue(m);
    m->record.dialogue.relation = RELATION_DOCTOR_PATIENT;
    add_context(m, between(text, STR("<|context|>"), STR("<|endofcontext|>")));
    map_turn(
        m, ROLE_PATIENT, STR(""),
        between(text, STR("<|currentuser|>"), STR("<|endofcurrentuser|>")));
    map_turn(m, ROLE_DOCTOR, STR(""),
             between(text, STR("<|response|>"), STR("<|endofresponse|>")));
    map_label_str(m, "intent",
                  between(text, STR("<|intent|>"), STR("<|endofintent|>")));
    map_label_str(m, "action",
                  between(text, STR("<|action|>"), STR("<|endofaction|>")));
    map_label_str(
        m, "knowledge",
        between(text, STR("<|knowledge|>"), STR("<|endofknowledge|>")));
    map_emit(m);
}

static bool is_text(str head)
{
    return str_contains(str_slice(head, 0, 200), STR("<|context|>"));
}

const struct format format_remedi = {
    .name = "remedi",
    .title = "ReMeDi",
    .lang = "zh",
    .layout = "one line a turn: <|context|> <|currentuser|> <|intent|> "
              "<|knowledge|> <|action|> <|response|>",
    .labels = "meta or --labels: intent, action, knowledge",
    .shapes = SHAPE_LINES,
    .is_text = is_text,
    .map = map,
};
