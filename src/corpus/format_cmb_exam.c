/* format_cmb_exam.c - CMB-Exam: 280,839 Chinese exam items in six kinds. */
#include "corpus/mapping.h"

static void map(struct mapper *m, const json *row)
{
    map_question(m, field_str(m, row, "question"));
    map_id(m, field_str(m, row, "id"));
    map_options(m, field(m, row, "option|options"));
    struct question *q = &m->record.question;
    q->subject = field_str(m, row, "exam_subject");
    q->explanation = field_str(m, row, "explanation");
    str answer = field_str(m, row, "answer");
    if (!map_answer(m, answer))
        map_reject(m, "answer_not_an_option", STR_FMT, STR_ARG(answer));
    else
        map_emit(m);
}

const struct format format_cmb_exam = {
    .name = "cmb-exam",
    .title = "CMB-Exam",
    .lang = "zh",
    .layout = "JSON array or lines: exam_type, exam_class, exam_subject, "
              "question, answer (letters), question_type, option {A…}",
    .labels = "meta: exam_type, exam_class, question_type",
    .shapes = SHAPE_JSON,
    .keys = "exam_type exam_class question option|exam_type question option",
    .map = map,
};
