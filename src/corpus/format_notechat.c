/* format_notechat.c - NoteChat: dialogues written from clinical case notes. */
#include "corpus/tagged.h"

static void map(struct mapper *m, const json *row)
{
    map_dialogue(m);
    m->record.dialogue.relation = RELATION_DOCTOR_PATIENT;
    map_id(m, field_str(m, row, "id|idx"));
    map_label_str(m, "note", field_str(m, row, "data|note"));
    if (!tagged_turns(m, field_str(m, row, "conversation|dialogue"))) {
        map_reject(m, "no_dialogue", "no speaker in the conversation");
        return;
    }
    map_emit(m);
}

const struct format format_notechat = {
    .name = "notechat",
    .title = "NoteChat",
    .lang = "en",
    .layout = "CSV or JSON lines: data or note, conversation (\"Doctor: … "
              "Patient: …\")",
    .labels = "meta or --labels: note",
    .shapes = SHAPE_CELLS | SHAPE_JSON,
    .keys = "data conversation|note conversation",
    .map = map,
};
