/* format_smilechat.c - SMILECHAT: counselling dialogues, one a file as a list
 * of turns, or all in JSON lines {id, dialog[]}. */
#include "corpus/tagged.h"

static void add_annotations(struct mapper *m, const json *turns)
{
    JSON_EACH(turn, turns)
    JSON_EACH(sentence, json_get(turn, "annotation"))
    if (field_str(m, sentence, "label").len) {
        map_label(m, "turns", turns);
        return;
    }
}

static void map(struct mapper *m, const json *row)
{
    map_dialogue(m);
    const json *turns = json_is_array(row) ? row : field(m, row, "dialog");
    if (!json_is_array(row))
        map_id(m, field_str(m, row, "id"));
    if (!tagged_objects(m, turns, "role", "content")) {
        tagged_reject(m);
        return;
    }
    m->record.dialogue.relation = RELATION_DOCTOR_PATIENT;
    add_annotations(m, turns);
    map_emit(m);
}

/* One file is one dialogue: its turns must not be taken for rows. */
static void map_file(struct mapper *m, const json *row)
{
    if (m->row.kind != ROW_TEXT) {
        map(m, row);
        return;
    }
    struct err why = {0};
    json *turns = json_parse(scalar_text(m, json_get(row, "text")), &why);
    if (json_is_array(turns))
        map(m, turns);
    else
        map_reject(m, "not_json", "%s", why.message);
    json_free(turns);
}

static bool is_text(str head)
{
    head = str_trim(head);
    return str_starts_with(head, STR("[")) &&
           str_contains(str_slice(head, 0, 200), STR("\"role\"")) &&
           (str_contains(head, STR("\"client\"")) ||
            str_contains(head, STR("\"counselor\""))) &&
           !str_contains(head, STR("\"dialog\""));
}

const struct format format_smilechat_native = {
    .name = "smilechat-native",
    .title = "SMILECHAT",
    .lang = "zh",
    .layout = "one JSON file a dialogue: [role client or counselor, content, "
              "annotation[sentence, label]]",
    .labels = "meta or --labels: turns with annotations, when any is filled",
    .shapes = SHAPE_TEXT,
    .is_text = is_text,
    .map = map_file,
};

const struct format format_smilechat = {
    .name = "smilechat",
    .title = "SMILECHAT",
    .lang = "zh",
    .layout = "JSON lines: id, dialog[role client or counselor, content]",
    .shapes = SHAPE_JSON,
    .keys = "id dialog",
    .map = map,
};
