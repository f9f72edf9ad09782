/* format_bianque.c - BianQueCorpus and cMedialog: the dialogue so far as one
 * tagged text that ends in "医生：", and the doctor's next answer; "\n" stands
 * as two characters in some files. */
#include "corpus/tagged.h"

static str with_line_ends(struct mapper *m, str text)
{
    struct buf out;
    buf_init(&out, BUF_MAX);
    for (size_t i = 0; i < text.len; i++) {
        bool escaped =
            text.ptr[i] == '\\' && i + 1 < text.len && text.ptr[i + 1] == 'n';
        buf_add_char(&out, escaped ? '\n' : text.ptr[i]);
        i += escaped;
    }
    str copy = arena_copy(&m->arena, buf_str(&out));
    buf_release(&out);
    return copy;
}

/* One whole dialogue in a text: a string of a JSON array, a line of a text file
 * (in quotes or not), or a member of a row. */
static str whole_text(struct mapper *m, const json *row)
{
    if (json_is_str(row))
        return json_str(row, STR(""));
    str text = field_str(m, row, "input|text|dialogue|conversation");
    str target = field_str(m, row, "target|output");
    if (target.len)
        return arena_printf(&m->arena, STR_FMT STR_FMT, STR_ARG(text),
                            STR_ARG(target));
    json *quoted = m->row.kind == ROW_TEXT && str_starts_with(text, STR("\""))
                       ? json_parse(text, NULL)
                       : NULL;
    if (json_is_str(quoted))
        text = arena_copy(&m->arena, json_str(quoted, STR("")));
    json_free(quoted);
    return text;
}

static void map(struct mapper *m, const json *row)
{
    map_dialogue(m);
    m->record.dialogue.relation = RELATION_DOCTOR_PATIENT;
    if (json_is_object(row))
        map_id(m, field_str(m, row, "id"));
    if (!tagged_turns(m, with_line_ends(m, whole_text(m, row)))) {
        map_reject(m, "no_dialogue", "no 病人： or 医生： in the text");
        return;
    }
    map_emit(m);
}

/* Whether a line holds a patient and a doctor. */
static bool is_dialogue(str line)
{
    line = str_trim(line);
    if (str_starts_with(line, STR("\"")))
        line = str_slice(line, 1, line.len);
    str text = line, speaker;
    return tagged_split(&text, &speaker) != ROLE_NONE &&
           (str_contains(text, STR("医生：")) ||
            str_contains(text, STR("病人：")) ||
            str_contains(text, STR("医生:")) ||
            str_contains(text, STR("病人:")));
}

static bool starts_block(str line, size_t blank)
{
    return blank > 0 || is_dialogue(line);
}

static bool is_text(str head)
{
    head = str_trim(head);
    if (str_starts_with(head, STR("[")))
        head = str_trim(str_slice(head, 1, head.len));
    return is_dialogue(str_slice(head, 0, str_find_char(head, '\n', 0)));
}

/* {input, target} and {text} are common: it must be a consultation. */
static bool check(const json *row)
{
    str input = json_str(json_get(row, "input"), STR(""));
    if (input.len == 0)
        input = json_str(json_get(row, "text"), STR(""));
    return json_get(row, "answer_choice") ||
           str_contains(input, STR("病人：")) ||
           str_contains(input, STR("医生："));
}

const struct format format_bianque = {
    .name = "bianque",
    .title = "BianQueCorpus",
    .lang = "zh",
    .layout =
        "CSV or JSON lines: input \"病人：…\\n医生：\", target; strings "
        "\"病人：…\\n医生：…\" as lines, as a JSON array or as text of a row",
    .labels = "meta: type, answer_choice",
    .shapes = SHAPE_CELLS | SHAPE_JSON | SHAPE_BLOCKS,
    .keys = "input target answer_choice type|input target|text",
    .check = check,
    .is_text = is_text,
    .starts_block = starts_block,
    .map = map,
};
