/* format_dotabench.c - DotaBench: three linked questions on a case with
 * references, in the turns of a list or as ShareGPT turns. */
#include "corpus/tagged.h"

/* Turns {from, value}: each question with the answer behind it. */
static void add_conversation(struct mapper *m, const json *turns)
{
    str question = STR("");
    JSON_EACH(turn, turns)
    {
        enum role role = tagged_role(field_str(m, turn, "from|role"));
        str text = field_str(m, turn, "value|content");
        bool asks = role_side(role) == ROLE_PATIENT;
        if (asks && question.len)
            map_exchange(m, question, STR(""), STR(""));
        if (!asks && question.len)
            map_exchange(m, question, STR(""), text);
        question = asks ? text : STR("");
    }
    if (question.len)
        map_exchange(m, question, STR(""), STR(""));
}

static void add_lists(struct mapper *m, const json *row)
{
    const json *turns = field(m, row, "turns|questions");
    struct list references =
        field_texts(m, row, "references|reference|answers");
    size_t i = 0;
    JSON_EACH(turn, turns)
    {
        bool object = json_is_object(turn);
        str question = object ? field_str(m, turn, "question|input")
                              : scalar_text(m, turn);
        str reference = object ? field_str(m, turn, "reference|answer|output")
                        : i < references.count ? *LIST_AT(references, str, i)
                                               : STR("");
        map_exchange(m, question, STR(""), reference);
        i++;
    }
    if (references.count == 1 && i > 1)
        m->record.consultation.reference = *LIST_AT(references, str, 0);
}

static void map(struct mapper *m, const json *row)
{
    map_consultation(m, field_str(m, row, "case|description"));
    map_id(m, field_str(m, row, "id|question_id"));
    m->record.consultation.title = field_str(m, row, "title");
    m->record.consultation.specialty =
        field_str(m, row, "department|specialty");
    const json *conversation = field(m, row, "conversations|conversation");
    if (conversation)
        add_conversation(m, conversation);
    else
        add_lists(m, row);
    map_emit(m);
}

const struct format format_dotabench = {
    .name = "dotabench",
    .title = "DotaBench",
    .lang = "zh",
    .layout = "JSON lines or array: id, case, turns[question, reference] or "
              "turns[] with references[], or conversations[from, value]",
    .shapes = SHAPE_JSON,
    .keys = "turns references case|case turns|case conversations",
    .map = map,
};
