/* format_meddg.c - MedDG: consultations on gastrointestinal diseases, every
 * sentence annotated with entities of five types. The pickle files of the
 * authors must be exported to JSON first: unpickling runs code. */
#include "corpus/tagged.h"

static const char *const types[] = {"Symptom", "Medicine", "Test", "Attribute",
                                    "Disease"};

/* [{"turn":0,"Symptom":["腹痛"]}, …] for the turns that have entities. */
static void add_entities(struct mapper *m, const json *turns)
{
    struct buf text;
    buf_init(&text, BUF_MAX);
    struct json_out j = json_out(&text);
    int64_t number = 0;
    json_begin(&j, '[');
    JSON_EACH(turn, turns)
    {
        bool any = false;
        for (size_t i = 0; i < 5; i++) {
            const json *list = json_get(turn, types[i]);
            if (!json_is_array(list) || !list->child)
                continue;
            if (!any) {
                json_begin(&j, '{');
                json_key(&j, "turn");
                json_put_int(&j, number);
                any = true;
            }
            json_key(&j, types[i]);
            json_put_value(&j, list);
        }
        if (any)
            json_end(&j, '}');
        number++;
    }
    json_end(&j, ']');
    json *entities = json_parse(buf_str(&text), NULL);
    map_label(m, "entities", entities);
    json_free(entities);
    buf_release(&text);
}

static void map(struct mapper *m, const json *row)
{
    const json *turns =
        json_is_array(row) ? row : field(m, row, "dialogue|dialog|history");
    map_dialogue(m);
    if (!tagged_objects(m, turns, "id|speaker|role", "Sentence|sentence")) {
        map_reject(m, "unknown_role", "a turn without a known speaker");
        return;
    }
    add_entities(m, turns);
    map_emit(m);
}

static void map_checked(struct mapper *m, const json *row)
{
    const json *first = json_is_array(row) ? row->child : NULL;
    if (first && !json_is_object(first))
        map_reject(m, "no_dialogue", "a list of turns was expected");
    else
        map(m, row);
}

const struct format format_meddg = {
    .name = "meddg",
    .title = "MedDG",
    .lang = "zh",
    .layout =
        "JSON array (or lines) of dialogues, each a list of {id: Patients "
        "or Doctor, Sentence, Symptom[], Medicine[], Test[], "
        "Attribute[], Disease[]}",
    .labels = "meta or --labels: entities [{turn, Symptom[], …}]",
    .shapes = SHAPE_JSON,
    .keys = "id Sentence Symptom",
    .map = map_checked,
};
