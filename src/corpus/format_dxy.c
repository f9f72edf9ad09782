/* format_dxy.c - DXY symptom inquiry dialogues: a Python list behind the name
 * of the split; speakers alternate and are not named. */
#include "corpus/tagged.h"

static void map_one(struct mapper *m, const json *row)
{
    map_dialogue(m);
    m->record.dialogue.relation = RELATION_DOCTOR_PATIENT;
    map_id(m, field_str(m, row, "consult_id|id"));
    map_meta(m, "self_report", field_str(m, row, "self_repo"));
    map_label(m, "goal", field(m, row, "goal"));
    map_label_str(m, "disease", field_str(m, row, "disease_tag"));
    const json *turns = field(m, row, "dialog|dialogue");
    if (json_is_object(json_at(turns, 0))) {
        if (!tagged_objects(m, turns, "speaker|role|id", "sentence|text")) {
            tagged_reject(m);
            return;
        }
    } else if (!tagged_list(m, turns)) {
        vec_reset(&m->turns);
        tagged_alternate(m, turns);
    }
    if (m->turns.count == 0)
        map_turn(m, ROLE_PATIENT, STR(""), field_str(m, row, "self_repo"));
    map_emit(m);
}

/* A file of several lists gives each list as a row. */
static void map(struct mapper *m, const json *row)
{
    if (!json_is_array(row)) {
        map_one(m, row);
        return;
    }
    JSON_EACH(item, row)
    map_one(m, item);
}

static bool is_text(str head)
{
    str start = str_slice(head, 0, 100);
    return str_contains(start, STR("[{")) &&
           (str_contains(head, STR("'self_repo'")) ||
            str_contains(head, STR("\"self_repo\"")));
}

const struct format format_dxy = {
    .name = "dxy",
    .title = "DXY",
    .lang = "zh",
    .layout =
        "lines \"test [{'self_repo', 'goal', 'disease_tag', 'consult_id', "
        "'dialog'[]}]\" as a Python literal",
    .labels =
        "meta or --labels: goal (explicit and implicit symptoms), disease; "
        "meta: self_report",
    .shapes = SHAPE_LITERAL,
    .is_text = is_text,
    .map = map,
};
