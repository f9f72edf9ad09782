/* format_self_instruct.c - Self-Instruct tasks: an instruction with instances,
 * each one a record. */
#include "corpus/mapping.h"

static void map(struct mapper *m, const json *row)
{
    const json *instances = field(m, row, "instances");
    str id = field_str(m, row, "id"), name = field_str(m, row, "name");
    size_t number = 0;
    JSON_EACH(instance, instances)
    {
        map_question(m, field_str(m, row, "instruction"));
        map_id(m, number ? arena_printf(&m->arena, STR_FMT "-%zu", STR_ARG(id),
                                        number + 1)
                         : id);
        m->record.question.context = field_str(m, instance, "input");
        m->record.question.answer = field_str(m, instance, "output");
        m->record.question.task = name;
        map_emit(m);
        number++;
    }
}

const struct format format_self_instruct = {
    .name = "self-instruct",
    .title = "Self-Instruct",
    .layout = "JSON lines: id, name, instruction, instances[input, output], "
              "is_classification",
    .labels = "task = name",
    .shapes = SHAPE_JSON,
    .keys = "instruction instances is_classification",
    .map = map,
};
