/* format_liveqa.c - the LiveQA medical task (TREC 2017): consumer questions in
 * XML with reference answers. */
#include "corpus/mapping.h"

static str text_of(struct mapper *m, const json *element)
{
    return scalar_text(m, json_get(element, "#text"));
}

/* The summary of the test part, else message with subject. */
static str question_text(struct mapper *m, const json *item)
{
    const json *original = json_get(item, "Original-Question");
    const json *from = original ? original : item;
    str subject = text_of(m, json_get(from, "SUBJECT"));
    str message = text_of(m, json_get(from, "MESSAGE"));
    if (subject.len && message.len)
        return arena_printf(&m->arena, STR_FMT "\n" STR_FMT, STR_ARG(subject),
                            STR_ARG(message));
    str summary = text_of(m, json_get(item, "NLM-Summary"));
    return message.len ? message : subject.len ? subject : summary;
}

static str first_answer(struct mapper *m, const json *item)
{
    const json *holder = json_get(item, "SUB-QUESTIONS");
    const json *sub = holder ? json_get(holder, "SUB-QUESTION") : item;
    const json *answers = json_get(sub, "ANSWERS");
    if (!answers)
        answers = json_get(item, "ReferenceAnswers");
    const json *answer = json_get(answers, "ANSWER");
    if (!answer)
        answer = json_get(answers, "RefAnswer");
    if (!answer)
        answer = json_get(answers, "ReferenceAnswer");
    str plain = text_of(m, answer);
    return plain.len ? plain : text_of(m, json_get(answer, "ANSWER"));
}

static void map(struct mapper *m, const json *row)
{
    const json *root = row->child;
    JSON_EACH(item, root)
    {
        str name = json_key_of(item);
        if (!str_equal(name, STR("NLM-QUESTION")))
            continue;
        map_question(m, question_text(m, item));
        str id = scalar_text(m, json_get(item, "@qid"));
        if (!id.len)
            id = scalar_text(m, json_get(item, "@questionid"));
        map_id(m, id);
        m->record.question.answer = first_answer(m, item);
        map_label(m, "annotations", json_get(item, "ANNOTATIONS"));
        map_label(m, "sub_questions", json_get(item, "SUB-QUESTIONS"));
        map_label(m, "reference_answers", json_get(item, "ReferenceAnswers"));
        map_emit(m);
    }
}

/* Documents above the head of a file cannot be parsed when it is looked at. */
static bool is_text(str head)
{
    return str_contains(head, STR("<NLM-QUESTION"));
}

const struct format format_liveqa = {
    .name = "liveqa",
    .title = "LiveQA medical (TREC 2017)",
    .lang = "en",
    .layout = "XML: NLM-QUESTION@qid [SUBJECT, MESSAGE, SUB-QUESTIONS or "
              "ReferenceAnswers]",
    .labels = "meta or --labels: annotations, sub_questions, reference_answers",
    .shapes = SHAPE_XML,
    .keys = "*.NLM-QUESTION",
    .is_text = is_text,
    .map = map,
};
