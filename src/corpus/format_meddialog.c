/* format_meddialog.c - MedDialog (zh, en) and COVID-Dialogue: raw text blocks
 * "id=…, URL, Description, Dialogue", and the processed JSON lists. */
#include <string.h>

#include "corpus/tagged.h"

static bool starts_block(str line, size_t blank)
{
    (void)blank;
    return str_starts_with(line, STR("id="));
}

static bool is_text(str head)
{
    head = str_trim(head);
    return str_starts_with(head, STR("id=")) &&
           (str_contains(head, STR("\nDialogue")) ||
            str_contains(head, STR("\nDescription")));
}

/* The lines of a section up to the next heading. */
static str section(str text, const char *heading, const char *next)
{
    str name = str_of(heading);
    for (size_t at = 0; at < text.len;) {
        size_t end = str_find_char(text, '\n', at);
        str line = str_trim(str_slice(text, at, end));
        if (str_equal(line, name)) {
            size_t to = next ? str_find(text, str_of(next), end) : STR_NONE;
            return str_trim(str_slice(text, end, to));
        }
        if (end == STR_NONE)
            break;
        at = end + 1;
    }
    return STR("");
}

/* What the doctor could conclude: a section behind the dialogue. */
static str cut_conclusion(str *dialogue)
{
    static const char *const headings[] = {"\nDiagnosis and suggestions",
                                           "\nDiagnosis and Suggestions",
                                           "\n诊断和建议", NULL};
    for (size_t i = 0; headings[i]; i++) {
        size_t at = str_find(*dialogue, str_of(headings[i]), 0);
        if (at == STR_NONE)
            continue;
        str found =
            str_slice(*dialogue, at + strlen(headings[i]), dialogue->len);
        *dialogue = str_slice(*dialogue, 0, at);
        return str_trim(found);
    }
    return STR("");
}

static void map_block(struct mapper *m, str text)
{
    map_dialogue(m);
    str first = str_slice(text, 0, str_find_char(text, '\n', 0));
    map_id(m, str_trim(str_slice(str_trim(first), 3, first.len)));
    size_t http = str_find(text, STR("http"), 0);
    if (http != STR_NONE)
        map_meta(
            m, "url",
            str_trim(str_slice(text, http, str_find_char(text, '\n', http))));
    map_meta(m, "faculty", section(text, "Doctor faculty", "\nDescription"));
    map_meta(m, "description", section(text, "Description", "\nDialogue"));
    str dialogue = section(text, "Dialogue", NULL);
    map_meta(m, "conclusion", cut_conclusion(&dialogue));
    if (!tagged_turns(m, dialogue)) {
        map_reject(m, "no_dialogue", "no Dialogue section with speakers");
        return;
    }
    map_emit(m);
}

/* {"speaker": [0, 1], "utterance": ["…", "…"]}: lists side by side; 0 is the
 * patient. */
static bool add_columns(struct mapper *m, const json *turns)
{
    const json *speakers = json_get(turns, "speaker");
    size_t i = 0;
    JSON_EACH(text, json_get(turns, "utterance"))
    {
        str name = scalar_text(m, json_at(speakers, i++));
        enum role role = str_equal(name, STR("0"))   ? ROLE_PATIENT
                         : str_equal(name, STR("1")) ? ROLE_DOCTOR
                                                     : tagged_role(name);
        m->stranger = name;
        if (role == ROLE_NONE)
            return false;
        map_turn(m, role, STR(""), scalar_text(m, text));
    }
    return true;
}

static bool add_turns(struct mapper *m, const json *turns)
{
    if (json_is_object(turns))
        return add_columns(m, turns);
    return json_is_object(json_at(turns, 0))
               ? tagged_objects(m, turns, "speaker|role", "utterance|text")
               : tagged_list(m, turns);
}

static void map(struct mapper *m, const json *row)
{
    if (m->row.kind == ROW_TEXT) {
        map_block(m, scalar_text(m, json_get(row, "text")));
        return;
    }
    map_dialogue(m);
    const json *list = json_is_array(row)
                           ? row
                           : field(m, row,
                                   "utterances|dialogue_turns|dialogue|"
                                   "Dialogue");
    if (!json_is_array(row)) {
        map_id(m, field_str(m, row, "id|dialogue_id|Id"));
        map_meta(m, "url", field_str(m, row, "dialogue_url"));
        field_ignore(m, row, "Turn");
        map_meta(m, "description",
                 field_str(m, row, "description|Description"));
    }
    if (!add_turns(m, list)) {
        tagged_reject(m);
        return;
    }
    map_emit(m);
}

/* A JSON array of arrays of tagged texts. */
static bool is_list_of_lists(str head)
{
    if (is_text(head))
        return true;
    size_t i = 0, brackets = 0;
    while (i < head.len && strchr(" \t\r\n[", head.ptr[i]))
        brackets += head.ptr[i++] == '[';
    str text = str_slice(head, i + 1, head.len), speaker;
    return brackets == 2 && head.ptr[i] == '"' &&
           tagged_split(&text, &speaker) != ROLE_NONE;
}

const struct format format_meddialog = {
    .name = "meddialog",
    .title = "MedDialog",
    .layout =
        "text blocks: id=…, URL, Description, Dialogue (Patient: / 病人：); "
        "JSON: lists of \"病人：…\" texts; description, utterances[]; Id, "
        "Dialogue[]; dialogue_id, dialogue_turns[speaker, utterance]",
    .labels = "meta: url, faculty, description, conclusion (Diagnosis and "
              "suggestions)",
    .shapes = SHAPE_JSON | SHAPE_BLOCKS,
    .keys = "description utterances|Dialogue Id Turn|"
            "dialogue_id dialogue_turns",
    .is_text = is_list_of_lists,
    .starts_block = starts_block,
    .map = map,
};
