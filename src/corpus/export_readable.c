/* export_readable.c - records for people: CSV, Markdown, text; and as they are.
 */
#include "base/csv.h"
#include "corpus/export_private.h"

void export_record_row(struct export *x, const struct record *record)
{
    record_write(record, &x->line);
}

bool export_csv_start(struct export *x, struct err *err)
{
    (void)err;
    return sink_write(x->data,
                      STR("id,kind,lang,turn,role,speaker,text,options,"
                          "answer_keys,source,split,record\n"));
}

static str options_text(struct export *x, const struct record *r)
{
    str all = STR("");
    for (size_t i = 0;
         r->kind == RECORD_QUESTION && i < r->question.options.count; i++) {
        const struct option *o = LIST_AT(r->question.options, struct option, i);
        all = arena_printf(&x->arena, STR_FMT "%s" STR_FMT ". " STR_FMT,
                           STR_ARG(all), i ? "\n" : "", STR_ARG(o->key),
                           STR_ARG(o->text));
    }
    return all;
}

static str keys_text(struct export *x, const struct record *r)
{
    str all = STR("");
    for (size_t i = 0;
         r->kind == RECORD_QUESTION && i < r->question.answer_keys.count; i++)
        all = arena_printf(&x->arena, STR_FMT "%s" STR_FMT, STR_ARG(all),
                           i ? " " : "",
                           STR_ARG(*LIST_AT(r->question.answer_keys, str, i)));
    return all;
}

/* The text of one row as its field has it, without what a chat puts around it.
 */
static str own_text(const struct record *r, size_t i)
{
    if (r->kind == RECORD_DIALOGUE)
        return LIST_AT(r->dialogue.turns, struct turn, i)->text;
    if (r->kind == RECORD_QUESTION)
        return i ? r->question.answer : r->question.question;
    const struct consultation_turn *t =
        LIST_AT(r->consultation.turns, struct consultation_turn, i / 2);
    return i % 2 == 0         ? t->question
           : t->reference.len ? t->reference
                              : t->answer;
}

static str whole_record(struct export *x, const struct record *r)
{
    struct buf line;
    buf_init(&line, BUF_MAX);
    record_write(r, &line);
    str copy = arena_copy(&x->arena, str_trim(buf_str(&line)));
    buf_release(&line);
    return copy;
}

void export_csv_row(struct export *x, const struct record *r)
{
    static const char *const roles[] = {"system", "user", "assistant"};
    for (size_t i = 0; i < x->messages.count; i++) {
        const struct message *m = vec_at(&x->messages, i);
        const struct turn *t = r->kind == RECORD_DIALOGUE
                                   ? LIST_AT(r->dialogue.turns, struct turn, i)
                                   : NULL;
        bool first = i == 0;
        const str cells[] = {r->id,
                             record_kind_name(r->kind),
                             r->lang,
                             arena_printf(&x->arena, "%zu", i + 1),
                             t ? role_name(t->role) : str_of(roles[m->by]),
                             t ? t->speaker : STR(""),
                             own_text(r, i),
                             first ? options_text(x, r) : STR(""),
                             first ? keys_text(x, r) : STR(""),
                             r->source,
                             r->split,
                             first ? whole_record(x, r) : STR("")};
        csv_put_row(&x->line, ',', cells, sizeof cells / sizeof *cells);
    }
}

/* How a speaker is called in the language of the record. */
static str speaker_name(const struct record *r, size_t i)
{
    static const char *const names[ROLE_COUNT][3] = {
        [ROLE_DOCTOR] = {"医生", "Arts", "Doctor"},
        [ROLE_NURSE] = {"护士", "Verpleegkundige", "Nurse"},
        [ROLE_PATIENT] = {"患者", "Patiënt", "Patient"},
        [ROLE_RELATIVE] = {"家属", "Partner", "Relative"},
        [ROLE_ASSISTANT] = {"助手", "Assistant", "Assistant"},
        [ROLE_USER] = {"用户", "User", "User"},
        [ROLE_SYSTEM] = {"系统", "System", "System"}};
    const struct turn *t = LIST_AT(r->dialogue.turns, struct turn, i);
    if (t->speaker.len)
        return t->speaker;
    size_t lang = str_equal(r->lang, STR("zh"))   ? 0
                  : str_equal(r->lang, STR("nl")) ? 1
                                                  : 2;
    return str_of(names[t->role][lang]);
}

static const char *colon(const struct record *r)
{
    return str_equal(r->lang, STR("zh")) ? "：" : ": ";
}

void export_markdown_row(struct export *x, const struct record *r)
{
    buf_printf(&x->line, "## " STR_FMT "\n\n", STR_ARG(r->id));
    for (size_t i = 0; i < x->messages.count; i++) {
        const struct message *m = vec_at(&x->messages, i);
        str who = r->kind == RECORD_DIALOGUE   ? speaker_name(r, i)
                  : m->by == MESSAGE_ASSISTANT ? STR("A")
                                               : STR("Q");
        buf_printf(&x->line, "**" STR_FMT "**%s" STR_FMT "\n\n", STR_ARG(who),
                   colon(r), STR_ARG(m->text));
    }
}

void export_text_row(struct export *x, const struct record *r)
{
    for (size_t i = 0; i < x->messages.count; i++) {
        const struct message *m = vec_at(&x->messages, i);
        bool zh = str_equal(r->lang, STR("zh"));
        str who = r->kind == RECORD_DIALOGUE   ? speaker_name(r, i)
                  : m->by == MESSAGE_ASSISTANT ? (zh ? STR("答") : STR("A"))
                                               : (zh ? STR("问") : STR("Q"));
        buf_printf(&x->line, STR_FMT "%s" STR_FMT "\n", STR_ARG(who), colon(r),
                   STR_ARG(m->text));
    }
    buf_add_char(&x->line, '\n');
}
