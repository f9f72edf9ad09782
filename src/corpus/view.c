/* view.c - see view.h. */
#include "corpus/view.h"

struct view {
    struct buf *out;
    bool colours;
};

static void colour(const struct view *v, const char *code)
{
    if (v->colours)
        buf_printf(v->out, "\x1b[%sm", code);
}

static void label(const struct view *v, const char *code, str name, str text)
{
    if (text.len == 0)
        return;
    colour(v, code);
    buf_add(v->out, name);
    colour(v, "0");
    buf_printf(v->out, ": " STR_FMT "\n", STR_ARG(text));
}

static const char *colour_of(enum role role)
{
    switch (role_side(role)) {
    case ROLE_DOCTOR:
        return "1;36";
    case ROLE_PATIENT:
        return "1;33";
    case ROLE_NURSE:
        return "1;35";
    default:
        return "2";
    }
}

static void view_dialogue(const struct view *v, const struct dialogue *d)
{
    for (size_t i = 0; i < d->turns.count; i++) {
        const struct turn *t = LIST_AT(d->turns, struct turn, i);
        str name = t->speaker.len ? t->speaker : role_name(t->role);
        label(v, colour_of(t->role), name, t->text.len ? t->text : STR("–"));
    }
}

static bool is_answer(const struct question *q, str key)
{
    for (size_t i = 0; i < q->answer_keys.count; i++)
        if (str_equal(*LIST_AT(q->answer_keys, str, i), key))
            return true;
    return false;
}

static void view_question(const struct view *v, const struct question *q)
{
    label(v, "2", STR("case"), q->case_text);
    label(v, "2", STR("context"), q->context);
    label(v, "1;33", STR("question"), q->question);
    for (size_t i = 0; i < q->options.count; i++) {
        const struct option *o = LIST_AT(q->options, struct option, i);
        bool right = is_answer(q, o->key);
        if (right)
            colour(v, "32");
        buf_printf(v->out, "  %s " STR_FMT ". " STR_FMT "\n", right ? "✓" : " ",
                   STR_ARG(o->key), STR_ARG(o->text));
        if (right)
            colour(v, "0");
    }
    if (q->options.count == 0)
        label(v, "1;36", STR("answer"), q->answer);
    label(v, "2", STR("explanation"), q->explanation);
}

static void view_consultation(const struct view *v,
                              const struct consultation *c)
{
    label(v, "1", STR("title"), c->title);
    label(v, "2", STR("case"), c->case_text);
    for (size_t i = 0; i < c->turns.count; i++) {
        const struct consultation_turn *t =
            LIST_AT(c->turns, struct consultation_turn, i);
        label(v, "1;33", STR("question"), t->question);
        label(v, "1;36", STR("answer"), t->answer);
        label(v, "32", STR("reference"), t->reference);
    }
    label(v, "32", STR("reference"), c->reference);
}

void record_view(const struct record *record, bool colours, struct buf *out)
{
    struct view v = {out, colours};
    colour(&v, "1");
    buf_printf(out, "── " STR_FMT, STR_ARG(record->id));
    colour(&v, "0");
    str kind = record_kind_name(record->kind);
    buf_printf(out, "  " STR_FMT, STR_ARG(kind));
    const str more[] = {record->lang, record->source, record->split};
    for (size_t i = 0; i < sizeof more / sizeof *more; i++)
        if (more[i].len)
            buf_printf(out, " · " STR_FMT, STR_ARG(more[i]));
    buf_add_char(out, '\n');
    if (record->kind == RECORD_DIALOGUE)
        view_dialogue(&v, &record->dialogue);
    else if (record->kind == RECORD_QUESTION)
        view_question(&v, &record->question);
    else if (record->kind == RECORD_CONSULTATION)
        view_consultation(&v, &record->consultation);
    else
        buf_printf(out, STR_FMT "\n", STR_ARG(record->patient));
    buf_add_char(out, '\n');
}
