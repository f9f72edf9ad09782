/* key.c - see key.h. */
#include "curate/key.h"

static str question_key(const struct question *q, str name)
{
    if (str_equal(name, STR("task")))
        return q->task;
    if (str_equal(name, STR("phase")))
        return q->phase;
    if (str_equal(name, STR("specialty")))
        return q->specialty;
    return str_equal(name, STR("subject")) ? q->subject : (str){0};
}

static str dialogue_key(const struct dialogue *d, str name, struct arena *arena)
{
    if (str_equal(name, STR("relation")))
        return relation_name(d->relation);
    if (str_equal(name, STR("task")))
        return d->brief.task;
    if (str_equal(name, STR("level")) && d->brief.level > 0)
        return arena_printf(arena, "%lld", (long long)d->brief.level);
    return (str){0};
}

static str consultation_key(const struct consultation *c, str name)
{
    if (str_equal(name, STR("task")))
        return c->task;
    return str_equal(name, STR("specialty")) ? c->specialty : (str){0};
}

static str common_key(const struct record *record, str name)
{
    const struct {
        str name, value;
    } known[] = {{STR("id"), record->id},
                 {STR("kind"), record_kind_name(record->kind)},
                 {STR("lang"), record->lang},
                 {STR("source"), record->source},
                 {STR("license"), record->license},
                 {STR("split"), record->split},
                 {STR("case_id"), record->case_id}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (str_equal(name, known[i].name))
            return known[i].value;
    return (str){0};
}

str key_value(const struct record *record, str name, struct arena *arena)
{
    str value = common_key(record, name);
    if (value.len == 0 && record->kind == RECORD_QUESTION)
        value = question_key(&record->question, name);
    if (value.len == 0 && record->kind == RECORD_DIALOGUE)
        value = dialogue_key(&record->dialogue, name, arena);
    if (value.len == 0 && record->kind == RECORD_CONSULTATION)
        value = consultation_key(&record->consultation, name);
    return value.len ? value : record_meta(record, name);
}

bool keys_parse(str names, struct arena *arena, struct list *keys,
                struct err *err)
{
    *keys = list_make(arena, KEYS_MAX, sizeof(str));
    keys->count = 0;
    for (str name, rest = names; str_next(&rest, ',', &name);) {
        name = str_trim(name);
        if (name.len == 0 || keys->count == KEYS_MAX)
            return err_set(err, ERR_USAGE,
                           "'" STR_FMT "': found %s, allowed: 1 to %d names "
                           "with commas between them",
                           STR_ARG(names), name.len ? "more" : "an empty name",
                           KEYS_MAX);
        *LIST_AT(*keys, str, keys->count++) = arena_copy(arena, name);
    }
    return true;
}

str keys_value(const struct record *record, const struct list *keys,
               struct arena *arena)
{
    struct buf out;
    buf_init(&out, BUF_MAX);
    for (size_t i = 0; i < keys->count; i++) {
        str value = key_value(record, *LIST_AT(*keys, str, i), arena);
        buf_add(&out, i ? STR(" / ") : STR(""));
        buf_add(&out, value.len ? value : STR("(none)"));
    }
    str text = arena_copy(arena, buf_str(&out));
    buf_release(&out);
    return text;
}
