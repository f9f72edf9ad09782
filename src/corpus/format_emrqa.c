/* format_emrqa.c - emrQA: questions on clinical notes, generated from templates
 * and answered by annotations; SQuAD-like, and the templates themselves.
 *
 * A question stands in many spellings: the first one is the question, the
 * others are kept as paraphrases. */
#include "corpus/mapping.h"

static str evidence_of(struct mapper *m, const json *answers)
{
    struct vec texts;
    vec_init(&texts, sizeof(str));
    JSON_EACH(answer, answers)
    {
        struct list lines = field_texts(m, answer, "evidence");
        for (size_t i = 0; i < lines.count; i++)
            *(str *)vec_add(&texts) = *LIST_AT(lines, str, i);
    }
    struct list all = list_from_vec(&m->arena, &texts);
    vec_release(&texts);
    return all.count ? join_texts(m, all, STR("\n")) : STR("");
}

static void add_question(struct mapper *m, const json *qa, str context,
                         str note)
{
    struct list spellings = field_texts(m, qa, "question");
    map_question(m, spellings.count ? *LIST_AT(spellings, str, 0) : STR(""));
    const json *id = field(m, qa, "id");
    if (!json_is_array(id))
        map_id(m, scalar_text(m, id));
    struct question *q = &m->record.question;
    q->context = context;
    m->record.case_id = note;
    const json *answers = field(m, qa, "answers|answer");
    struct vec texts;
    vec_init(&texts, sizeof(str));
    JSON_EACH(answer, json_is_array(answers) ? answers : NULL)
    {
        str text = field_str(m, answer, "text|answer");
        if (text.len)
            *(str *)vec_add(&texts) = text;
    }
    struct list all = list_from_vec(&m->arena, &texts);
    vec_release(&texts);
    if (all.count)
        q->answer = join_texts(m, all, STR("; "));
    q->explanation = evidence_of(m, json_is_array(answers) ? answers : NULL);
    if (q->answer.len == 0)
        q->answer = q->explanation;
    map_label(m, "paraphrases",
              spellings.count > 1 ? field(m, qa, "question") : NULL);
    map_label(m, "logical_form", json_is_array(id) ? id : NULL);
    map_label(m, "answers", answers);
    map_emit(m);
}

static void add_template(struct mapper *m, const json *row)
{
    str questions = field_str(m, row, "Question");
    size_t cut = str_find(questions, STR("##"), 0);
    map_question(m, str_trim(str_slice(questions, 0, cut)));
    if (cut != STR_NONE)
        map_label_str(m, "paraphrases",
                      str_slice(questions, cut + 2, questions.len));
    m->record.question.subject = field_str(m, row, "dataset");
    map_label_str(m, "slots", field_str(m, row, "Input"));
    map_label_str(m, "logical_form", field_str(m, row, "Logical Forms"));
    map_label_str(m, "answer_concepts", field_str(m, row, "Answer Concepts"));
    map_emit(m);
}

/* {"text": ["…"], "answer_start": [0]} */
static void add_span(struct mapper *m, const json *row, const json *answers)
{
    map_question(m, field_str(m, row, "question"));
    map_id(m, field_str(m, row, "id"));
    m->record.question.context = field_str(m, row, "context");
    m->record.case_id = field_str(m, row, "title|note_id");
    struct list texts = field_texts(m, answers, "text");
    if (texts.count)
        m->record.question.answer = join_texts(m, texts, STR("; "));
    map_label(m, "answers", answers);
    map_emit(m);
}

static void map(struct mapper *m, const json *row)
{
    if (json_get(row, "Logical Forms")) {
        add_template(m, row);
        return;
    }
    const json *answers = field(m, row, "answers");
    if (json_is_object(answers)) {
        add_span(m, row, answers);
        return;
    }
    str note = field_str(m, row, "note_id|document_id|title");
    str context = join_texts(m, field_texts(m, row, "context"), STR("\n"));
    const json *qas = field(m, row, "qas");
    JSON_EACH(qa, qas)
    add_question(m, qa, context, note);
}

const struct format format_emrqa = {
    .name = "emrqa",
    .title = "emrQA",
    .lang = "en",
    .layout =
        "JSON: data[].paragraphs[note_id, context, qas[id, question, "
        "answers[text, evidence]]]; rows of context, question, "
        "answers{text[], answer_start[]}; CSV of templates: dataset, Input, "
        "Question, Logical Forms, Answer Concepts",
    .labels = "meta or --labels: paraphrases, logical_form, answers (with "
              "evidence and offsets); explanation = evidence; case_id = note",
    .shapes = SHAPE_JSON | SHAPE_CELLS,
    .json_path = "data[].paragraphs[]",
    .keys = "context qas|context question answers.text|Question Logical#Forms "
            "Answer#Concepts",
    .map = map,
};
