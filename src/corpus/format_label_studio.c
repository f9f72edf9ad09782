/* format_label_studio.c - Label Studio tasks with <Paragraphs
 * layout="dialogue">, and the annotations people made. */
#include "corpus/chats.h"
#include "corpus/tagged.h"

static void add_annotations(struct mapper *m, const json *row)
{
    const json *annotations = field(m, row, "annotations|completions");
    struct buf text;
    buf_init(&text, BUF_MAX);
    struct json_out j = json_out(&text);
    json_begin(&j, '[');
    JSON_EACH(annotation, annotations)
    {
        json_begin(&j, '{');
        json_add_str(&j, "by",
                     value_text(m, json_get(annotation, "completed_by")));
        json_key(&j, "result");
        const json *result = json_get(annotation, "result");
        if (json_is_array(result))
            json_put_value(&j, result);
        else
            json_put_null(&j);
        json_end(&j, '}');
    }
    json_end(&j, ']');
    json *list = json_parse(buf_str(&text), NULL);
    map_label(m, "annotations", list);
    json_free(list);
    buf_release(&text);
}

/* The record that `export label-studio` put beside the dialogue. */
static bool restored(struct mapper *m, const json *data, struct record *record)
{
    str shell = json_str(json_get(data, "record"), STR(""));
    struct vec messages;
    vec_init(&messages, sizeof(struct message));
    JSON_EACH(turn, json_get(data, "dialogue"))
    {
        str author = json_str(json_get(turn, "author"), STR(""));
        bool assistant = str_equal(author, STR("assistant"));
        *(struct message *)vec_add(&messages) =
            (struct message){assistant ? MESSAGE_ASSISTANT : MESSAGE_USER,
                             json_str(json_get(turn, "text"), STR(""))};
    }
    bool exact =
        shell.len && messages_restore(shell, &messages, &m->arena, record);
    vec_release(&messages);
    return exact;
}

static void add_own_meta(struct mapper *m, const json *data)
{
    JSON_EACH(pair, json_get(data, "meta"))
    map_meta(m, arena_cstr(&m->arena, json_str(json_at(pair, 0), STR(""))),
             json_str(json_at(pair, 1), STR("")));
}

static void map(struct mapper *m, const json *row)
{
    const json *data = field(m, row, "data");
    struct record record;
    if (!data) /* JSON_MIN: the members of data beside the labels */
        data = row;
    map_dialogue(m);
    map_id(m, field_str(m, row, "id"));
    field_ignore(m, row, "dialogue|record");
    field_ignore(m, row, "predictions|created_at|updated_at|drafts|meta");
    bool exact = restored(m, data, &record);
    add_own_meta(m, data);
    add_annotations(m, row);
    if (exact) {
        map_emit_exact(m, &record);
        return;
    }
    JSON_EACH(turn, field(m, data, "dialogue|dialog|conversation"))
    {
        str author = field_str(m, turn, "author|speaker|role");
        enum role role = tagged_role(author);
        map_turn(m, role ? role : ROLE_USER, role ? STR("") : author,
                 field_str(m, turn, "text|content"));
    }
    map_emit(m);
}

const struct format format_label_studio = {
    .name = "label-studio",
    .title = "Label Studio",
    .layout =
        "JSON array of tasks: data.dialogue[author, text], annotations[]; "
        "JSON_MIN: dialogue[author, text] beside the labels",
    .labels = "meta or --labels: annotations [{by, result}]",
    .shapes = SHAPE_JSON,
    .keys = "data.dialogue annotations|data.dialogue|"
            "dialogue annotation_id|dialogue annotator",
    .map = map,
};
