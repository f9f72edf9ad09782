/* format_mddial.c - MDDial: template-made diagnostic dialogues under "Dialog
 * n": a list of exchanges, or an object with labels around it. */
#include "corpus/mapping.h"

static void map(struct mapper *m, const json *row)
{
    map_dialogue(m);
    m->record.dialogue.relation = RELATION_DOCTOR_PATIENT;
    const json *exchanges =
        json_is_array(row) ? row : field(m, row, "dialogs|dialog|dialogue");
    if (!json_is_array(row)) {
        map_label_str(m, "disease_tag", field_str(m, row, "disease_tag"));
        map_label(m, "symptoms_by_doctor",
                  field(m, row, "symptoms_by_doctor_dialog"));
    }
    JSON_EACH(exchange, exchanges)
    {
        map_turn(m, ROLE_PATIENT, STR(""), field_str(m, exchange, "patient"));
        map_turn(m, ROLE_DOCTOR, STR(""), field_str(m, exchange, "doctor"));
    }
    map_emit(m);
}

const struct format format_mddial = {
    .name = "mddial",
    .title = "MDDial",
    .lang = "en",
    .layout = "JSON object \"Dialog n\": [patient, doctor], or {disease_tag, "
              "symptoms_by_doctor_dialog, dialogs[patient, doctor]}",
    .labels = "meta or --labels: disease_tag, symptoms_by_doctor",
    .shapes = SHAPE_JSON,
    .json_path = "{}",
    .keys = "patient doctor|disease_tag dialogs",
    .map = map,
};
