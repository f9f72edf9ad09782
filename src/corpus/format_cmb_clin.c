/* format_cmb_clin.c - CMB-Clin: clinical cases with linked questions. */
#include "corpus/mapping.h"

static void map(struct mapper *m, const json *row)
{
    map_consultation(m, field_str(m, row, "description"));
    map_id(m, field_str(m, row, "id"));
    m->record.consultation.title = field_str(m, row, "title");
    const json *pairs = field(m, row, "QA_pairs|qa_pairs");
    JSON_EACH(pair, pairs)
    map_exchange(m, field_str(m, pair, "question"), STR(""),
                 field_str(m, pair, "answer|solution"));
    map_emit(m);
}

const struct format format_cmb_clin = {
    .name = "cmb-clin",
    .title = "CMB-Clin",
    .lang = "zh",
    .layout = "JSON array: id, title, description, QA_pairs[question, "
              "answer or solution]",
    .shapes = SHAPE_JSON,
    .keys = "title description QA_pairs",
    .map = map,
};
