/* format_imcs21.c - IMCS-21: paediatric consultations with dialogue acts,
 * entity tags, symptoms and reports, keyed by the id of the dialogue. */
#include "corpus/tagged.h"

/* The annotation of each turn without what the record holds already. */
static void add_turn_labels(struct mapper *m, const json *turns)
{
    static const char *const keys[] = {
        "sentence_id",  "dialogue_act",        "BIO_label", "symptom_norm",
        "symptom_type", "local_implicit_info", NULL};
    struct buf text;
    buf_init(&text, BUF_MAX);
    struct json_out j = json_out(&text);
    json_begin(&j, '[');
    JSON_EACH(turn, turns)
    {
        json_begin(&j, '{');
        for (size_t i = 0; keys[i]; i++) {
            const json *value = json_get(turn, keys[i]);
            if (json_is_null(value))
                continue;
            json_key(&j, keys[i]);
            json_put_value(&j, value);
        }
        json_end(&j, '}');
    }
    json_end(&j, ']');
    json *labels = json_parse(buf_str(&text), NULL);
    map_label(m, "turns", labels);
    json_free(labels);
    buf_release(&text);
}

static void map(struct mapper *m, const json *row)
{
    map_dialogue(m);
    map_id(m, field_str(m, row, "dialog_id|id"));
    m->record.dialogue.relation = RELATION_DOCTOR_PATIENT;
    str report = field_str(m, row, "self_report");
    map_meta(m, "self_report", report);
    const json *turns = field(m, row, "dialogue|dialog");
    bool objects = json_is_object(json_at(turns, 0));
    bool known = objects ? tagged_objects(m, turns, "speaker", "sentence|text")
                         : tagged_list(m, turns);
    if (!known) {
        tagged_reject(m);
        return;
    }
    map_label_str(m, "diagnosis", field_str(m, row, "diagnosis"));
    map_label(m, "symptoms_explicit", field(m, row, "explicit_info"));
    map_label(m, "symptoms_implicit", field(m, row, "implicit_info"));
    map_label(m, "report", field(m, row, "report"));
    if (objects)
        add_turn_labels(m, turns);
    map_emit(m);
}

const struct format format_imcs21 = {
    .name = "imcs21",
    .title = "IMCS-21",
    .lang = "zh",
    .layout = "JSON object by id: self_report, dialogue[sentence_id, speaker, "
              "sentence, dialogue_act, BIO_label, symptom_norm[], "
              "symptom_type[]], explicit_info, implicit_info, report[], "
              "diagnosis",
    .labels = "meta or --labels: turns (dialogue_act, BIO_label, symptom_norm, "
              "symptom_type, local_implicit_info), symptoms_explicit, "
              "symptoms_implicit, diagnosis, report",
    .shapes = SHAPE_JSON,
    .json_path = "{}",
    .keys = "self_report dialogue|diagnosis dialogue",
    .map = map,
};
