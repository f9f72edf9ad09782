/* format_bioasq.c - BioASQ task B: biomedical questions with snippets, an ideal
 * answer in words and, for three of the four types, an exact one. */
#include "corpus/mapping.h"

static str snippet_texts(struct mapper *m, const json *snippets)
{
    struct vec texts;
    vec_init(&texts, sizeof(str));
    JSON_EACH(snippet, snippets)
    *(str *)vec_add(&texts) = field_str(m, snippet, "text");
    struct list list = list_from_vec(&m->arena, &texts);
    vec_release(&texts);
    return list.count ? join_texts(m, list, STR("\n")) : STR("");
}

static void map(struct mapper *m, const json *row)
{
    map_question(m, field_str(m, row, "body"));
    map_id(m, field_str(m, row, "id"));
    struct question *q = &m->record.question;
    str type = field_str(m, row, "type");
    map_label_str(m, "type", type);
    const json *snippets = field(m, row, "snippets");
    q->context = snippet_texts(m, snippets);
    map_label(m, "snippets", snippets);
    const json *exact = field(m, row, "exact_answer");
    map_label(m, "exact_answer", exact);
    if (str_equal(type, STR("yesno"))) {
        map_option(m, STR("yes"), STR("yes"));
        map_option(m, STR("no"), STR("no"));
        if (!map_answer(m, field_str(m, row, "exact_answer")))
            map_note(m, "exact_answer_not_an_option");
    }
    struct list ideal = field_texts(m, row, "ideal_answer");
    if (ideal.count)
        q->answer = *LIST_AT(ideal, str, 0);
    if (ideal.count > 1)
        map_label(m, "ideal_answers", field(m, row, "ideal_answer"));
    map_label(m, "concepts", field(m, row, "concepts"));
    map_label(m, "triples", field(m, row, "triples"));
    map_label(m, "documents", field(m, row, "documents"));
    map_emit(m);
}

const struct format format_bioasq = {
    .name = "bioasq",
    .title = "BioASQ-QA",
    .lang = "en",
    .layout = "JSON: questions[body, type, id, documents[], snippets[], "
              "ideal_answer, exact_answer, concepts[], triples[]]",
    .labels = "meta or --labels: type, snippets (texts also in context), "
              "exact_answer, ideal_answers, concepts, triples, documents",
    .shapes = SHAPE_JSON,
    .json_path = "questions[]",
    .keys = "body type id snippets|body type id documents|body type id",
    .map = map,
};
