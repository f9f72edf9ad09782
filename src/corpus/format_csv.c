/* format_csv.c - the table that `export csv` writes, one turn a row, also after
 * people worked on it in a spreadsheet: the texts of the table win over those
 * of the record that stands in its last column. */
#include "corpus/chats.h"
#include "corpus/tagged.h"

static str cell(const json *row, const char *name)
{
    return json_str(json_get(row, name), STR(""));
}

/* Puts the texts of the rows into the record. False when the rows are others
 * than those that were written. */
static bool take_texts(struct record *r, const json *rows)
{
    size_t count = json_count(rows), wanted = 2;
    if (r->kind == RECORD_DIALOGUE)
        wanted = r->dialogue.turns.count;
    else if (r->kind == RECORD_CONSULTATION)
        wanted = 2 * r->consultation.turns.count;
    if (count != wanted)
        return false;
    size_t i = 0;
    JSON_EACH(row, rows)
    {
        str text = cell(row, "text");
        if (r->kind == RECORD_DIALOGUE) {
            LIST_AT(r->dialogue.turns, struct turn, i)->text = text;
        } else if (r->kind == RECORD_QUESTION) {
            *(i ? &r->question.answer : &r->question.question) = text;
        } else {
            struct consultation_turn *t =
                LIST_AT(r->consultation.turns, struct consultation_turn, i / 2);
            *(i % 2 == 0         ? &t->question
              : t->reference.len ? &t->reference
                                 : &t->answer) = text;
        }
        i++;
    }
    return true;
}

static bool restore(struct mapper *m, const json *rows)
{
    const json *first = rows->child;
    struct record record;
    str text = cell(first, "record");
    if (text.len == 0)
        return false;
    if (!record_parse(text, &m->arena, &record, NULL) ||
        record.kind == RECORD_PATIENT || !take_texts(&record, rows)) {
        map_note(m, "record_changed");
        return false;
    }
    map_dialogue(m);
    for (size_t i = 0; i < record.meta.count; i++) {
        const struct pair *pair = LIST_AT(record.meta, struct pair, i);
        map_meta(m, pair->key.ptr, pair->value);
    }
    map_emit_exact(m, &record);
    return true;
}

static void map(struct mapper *m, const json *rows)
{
    if (restore(m, rows))
        return;
    const json *first = rows->child;
    bool question = str_equal(cell(first, "kind"), STR("question"));
    if (question) {
        map_question(m, field_str(m, first, "text"));
        map_options(m, field(m, first, "options"));
        str keys = field_str(m, first, "answer_keys");
        if (!map_answer(m, keys.len ? keys : cell(first->next, "text"))) {
            map_reject(m, "answer_not_an_option", STR_FMT, STR_ARG(keys));
            return;
        }
    } else {
        map_dialogue(m);
    }
    JSON_EACH(row, question ? NULL : rows)
    {
        str role = field_str(m, row, "role");
        m->stranger = role;
        if (tagged_role(role) == ROLE_NONE) {
            tagged_reject(m);
            return;
        }
        map_turn(m, tagged_role(role), field_str(m, row, "speaker"),
                 field_str(m, row, "text"));
    }
    map_id(m, field_str(m, first, "id"));
    m->record.lang = field_str(m, first, "lang");
    m->record.source = field_str(m, first, "source");
    m->record.split = field_str(m, first, "split");
    map_emit(m);
}

const struct format format_csv = {
    .name = "csv",
    .title = "table of turns",
    .layout = "CSV or TSV, one turn a row, the rows of a record together: "
              "id, role, text; kind, lang, speaker, options, answer_keys, "
              "source, split, record",
    .labels = "records that `export csv` wrote come back equal, with the texts "
              "of the table",
    .shapes = SHAPE_CELLS,
    .keys = "id turn role text",
    .merge_first = true,
    .map = map,
};
