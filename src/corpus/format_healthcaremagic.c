/* format_healthcaremagic.c - HealthCareMagic-100k: patients' questions and
 * doctors' answers under one fixed instruction. */
#include "corpus/mapping.h"

static void map(struct mapper *m, const json *row)
{
    str instruction = field_str(m, row, "instruction");
    str input = field_str(m, row, "input|question");
    map_question(m, input.len ? input : instruction);
    map_id(m, field_str(m, row, "id"));
    if (input.len)
        map_meta(m, "instruction", instruction);
    m->record.question.answer = field_str(m, row, "output|answer|response");
    map_emit(m);
}

const struct format format_healthcaremagic = {
    .name = "healthcaremagic",
    .title = "HealthCareMagic-100k",
    .lang = "en",
    .layout = "JSON array: instruction, input, output",
    .labels = "meta: instruction",
    .shapes = SHAPE_JSON,
    .map = map,
};
