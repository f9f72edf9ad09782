/* format_medqa.c - MedQA (USMLE, MCMLE, TWMLE): licensing exams, 61,097 items
 * in three languages; also the plain {question, options, answer} items that
 * many benchmarks copied from it. */
#include "corpus/mapping.h"

static void map(struct mapper *m, const json *row)
{
    map_question(m, field_str(m, row, "question"));
    map_id(m, field_str(m, row, "id"));
    map_options(m, field(m, row, "options|choices"));
    struct question *q = &m->record.question;
    q->explanation = field_str(m, row, "explanation|exp");
    q->subject = field_str(m, row, "meta_info|subject");
    str key = field_str(m, row, "answer_idx"),
        text = field_str(m, row, "answer");
    bool known = (key.len && map_answer(m, key)) || map_answer(m, text);
    if (!known) {
        map_reject(m, "answer_not_an_option", STR_FMT, STR_ARG(text));
        return;
    }
    map_emit(m);
}

const struct format format_medqa = {
    .name = "medqa",
    .title = "MedQA",
    .layout =
        "JSON lines: question, options {A…}, answer, answer_idx, meta_info, "
        "metamap_phrases",
    .labels = "meta: metamap_phrases",
    .shapes = SHAPE_JSON,
    .keys =
        "question options answer answer_idx|question options answer meta_info",
    .map = map,
};
