/* records.c - streams and sets of records; see record.h. */
#include <stdlib.h>

#include "base/lines.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "record/record.h"

struct records {
    struct lines *lines; /* owned */
};

struct records *records_open(const char *path, struct err *err)
{
    struct lines *lines = lines_open(path, 0, err);
    if (!lines)
        return NULL;
    struct records *records = mem_zero(1, sizeof *records);
    records->lines = lines;
    return records;
}

enum records_step records_next(struct records *records, struct arena *arena,
                               struct record *record, struct err *err)
{
    err_clear(err);
    str line;
    while (lines_next(records->lines, &line, err)) {
        if (lines_too_long(records->lines)) {
            err_set(err, ERR_LIMIT, "line longer than %zu bytes",
                    LINES_BYTES_MAX);
            return RECORDS_BAD;
        }
        if (str_trim(line).len == 0)
            continue;
        return record_parse(line, arena, record, err) ? RECORDS_ONE
                                                      : RECORDS_BAD;
    }
    return err->code == ERR_NONE ? RECORDS_END : RECORDS_BROKEN;
}

uint64_t records_line(const struct records *records)
{
    return lines_number(records->lines);
}

uint64_t records_bytes(const struct records *records)
{
    return lines_bytes(records->lines);
}

void records_close(struct records *records)
{
    if (!records)
        return;
    lines_close(records->lines);
    free(records);
}

static bool load_one(struct record_set *set, struct vec *all, const char *path,
                     void (*bad)(const char *, uint64_t, const struct err *,
                                 void *),
                     void *ctx, struct err *err)
{
    struct records *in = records_open(path, err);
    if (!in)
        return false;
    enum records_step step;
    struct record record;
    while ((step = records_next(in, &set->arena, &record, err)) !=
           RECORDS_END) {
        if (step == RECORDS_ONE) {
            vec_push(all, &record);
        } else if (step == RECORDS_BAD) {
            set->bad_count++;
            if (bad)
                bad(path, records_line(in), err, ctx);
        } else {
            break;
        }
    }
    records_close(in);
    return step == RECORDS_END;
}

bool record_set_load(struct record_set *set, size_t path_count,
                     const char *const paths[],
                     void (*bad)(const char *, uint64_t, const struct err *,
                                 void *),
                     void *ctx, struct err *err)
{
    *set = (struct record_set){0};
    arena_init(&set->arena);
    struct vec all;
    vec_init(&all, sizeof(struct record));
    bool ok = true;
    for (size_t i = 0; ok && i < path_count; i++)
        ok = load_one(set, &all, paths[i], bad, ctx, err);
    if (ok)
        set->records = list_from_vec(&set->arena, &all);
    else
        record_set_release(set);
    vec_release(&all);
    return ok;
}

void record_set_release(struct record_set *set)
{
    arena_release(&set->arena);
    *set = (struct record_set){0};
}

str record_meta(const struct record *record, str key)
{
    for (size_t i = 0; i < record->meta.count; i++) {
        const struct pair *pair = LIST_AT(record->meta, struct pair, i);
        if (str_equal(pair->key, key))
            return pair->value;
    }
    return STR("");
}

static void add_line(struct buf *out, str text)
{
    if (text.len == 0)
        return;
    if (out->len)
        buf_add_char(out, '\n');
    buf_add(out, text);
}

static void add_question(struct buf *out, const struct question *q)
{
    add_line(out, q->case_text);
    add_line(out, q->question);
    for (size_t i = 0; i < q->options.count; i++)
        add_line(out, LIST_AT(q->options, struct option, i)->text);
    add_line(out, q->answer);
}

static void add_consultation(struct buf *out, const struct consultation *c)
{
    add_line(out, c->case_text);
    for (size_t i = 0; i < c->turns.count; i++) {
        const struct consultation_turn *t =
            LIST_AT(c->turns, struct consultation_turn, i);
        add_line(out, t->question);
        add_line(out, t->answer);
    }
    add_line(out, c->reference);
}

str record_text(const struct record *record, struct arena *arena)
{
    struct buf out;
    buf_init(&out, JSON_BYTES_MAX);
    if (record->kind == RECORD_DIALOGUE) {
        const struct list *turns = &record->dialogue.turns;
        for (size_t i = 0; i < turns->count; i++)
            add_line(&out, LIST_AT(*turns, struct turn, i)->text);
    } else if (record->kind == RECORD_QUESTION) {
        add_question(&out, &record->question);
    } else if (record->kind == RECORD_CONSULTATION) {
        add_consultation(&out, &record->consultation);
    } else {
        add_line(&out, record->patient);
    }
    str text = arena_copy(arena, buf_str(&out));
    buf_release(&out);
    return text;
}

int64_t record_text_length(str text, str lang)
{
    bool chinese = str_equal(lang, STR("zh"));
    bool in_word = false;
    int64_t length = 0;
    while (text.len) {
        bool space = utf8_is_space(utf8_next(&text));
        if (!space && (chinese || !in_word))
            length++;
        in_word = !space;
    }
    return length;
}
