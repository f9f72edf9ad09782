/* format_medication_qa.c - Medication QA (MedInfo 2019): 674 questions about
 * medicines, published as an Excel sheet. */
#include "corpus/mapping.h"

static void map(struct mapper *m, const json *row)
{
    map_question(m, field_str(m, row, "Question|question"));
    struct question *q = &m->record.question;
    q->answer = field_str(m, row, "Answer|answer");
    q->subject = field_str(m, row, "Focus (Drug)|Focus|focus|Drug");
    map_label_str(m, "focus", q->subject);
    map_label_str(m, "type", field_str(m, row, "Question Type|Type|type"));
    map_label_str(m, "section", field_str(m, row, "Section Title|Section"));
    map_label_str(m, "url", field_str(m, row, "URL|url"));
    map_emit(m);
}

const struct format format_medication_qa = {
    .name = "medication-qa",
    .title = "Medication QA",
    .lang = "en",
    .layout = "XLSX or CSV: Question, Focus (Drug), Question Type, Answer, "
              "Section Title, URL",
    .labels = "meta or --labels: focus (also subject), type, section, url",
    .shapes = SHAPE_CELLS | SHAPE_JSON,
    .keys = "Question Answer Section#Title URL",
    .map = map,
};
