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

static void map(struct mapper *m, const json *row)
{
    map_dialogue(m);
    m->record.dialogue.relation = RELATION_DOCTOR_PATIENT;
    map_id(m, field_str(m, row, "id"));
    str input = field_str(m, row, "input|text|dialogue|conversation");
    str target = field_str(m, row, "target|output");
    str whole = target.len ? arena_printf(&m->arena, STR_FMT STR_FMT,
                                          STR_ARG(input), STR_ARG(target))
                           : input;
    if (!tagged_turns(m, with_line_ends(m, whole))) {
        map_reject(m, "no_dialogue", "no 病人： or 医生： in the text");
        return;
    }
    map_emit(m);
}

const struct format format_bianque = {
    .name = "bianque",
    .title = "BianQueCorpus",
    .lang = "zh",
    .layout =
        "CSV or JSON lines: input \"病人：…\\n医生：\", target; or one text "
        "\"病人：…\\n医生：…\"",
    .labels = "meta: type, answer_choice",
    .shapes = SHAPE_CELLS | SHAPE_JSON,
    .keys = "input target answer_choice type",
    .map = map,
};
