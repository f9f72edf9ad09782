/* format_dotabench.c - DotaBench: three linked questions on a case with
 * references, in the turns of a list or as ShareGPT turns. */
#include <stdio.h>

#include "corpus/tagged.h"

enum { NUMBERED_MAX = 100 };

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

/* turn_1_question, turn_1_answer (of a model), turn_2_question, …: the layout
 * of the evaluation; the reference is of all turns. */
static void add_numbered(struct mapper *m, const json *row)
{
    for (int i = 1; i <= NUMBERED_MAX; i++) {
        char names[2][32];
        snprintf(names[0], sizeof names[0], "turn_%d_question", i);
        snprintf(names[1], sizeof names[1], "turn_%d_answer", i);
        str question = field_str(m, row, names[0]);
        if (question.len == 0)
            break;
        map_exchange(m, question, field_str(m, row, names[1]), STR(""));
    }
    m->record.consultation.reference = field_str(m, row, "reference");
}

static void map(struct mapper *m, const json *row)
{
    map_consultation(m, field_str(m, row, "case|description"));
    map_id(m, field_str(m, row, "id|question_id"));
    m->record.consultation.title = field_str(m, row, "title");
    m->record.consultation.specialty =
        field_str(m, row, "department|specialty");
    const json *conversation = field(m, row, "conversations|conversation");
    if (json_get(row, "turn_1_question"))
        add_numbered(m, row);
    else if (conversation)
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
              "turns[] with references[], or conversations[from, value]; "
              "evaluation: turn_1_question, turn_1_answer, …, reference",
    .shapes = SHAPE_JSON,
    .keys = "turn_1_question reference|turns references case|case turns|case "
            "conversations",
    .map = map,
};
