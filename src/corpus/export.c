/* export.c - the table of target formats and the loop over records; see
 * export.h. */
#include <stdio.h>
#include <string.h>

#include "base/fs.h"
#include "base/utf8.h"
#include "corpus/export_private.h"

const struct export_format export_table[] = {
    {.name = "chat",
     .layout = "JSON lines: messages[role, content], meta",
     .keeps = true,
     .row = export_chat_row},
    {.name = "sharegpt",
     .layout = "JSON array: conversations[from human or gpt, value], system, "
               "meta; strict alternation",
     .alternates = true,
     .keeps = true,
     .array = true,
     .row = export_sharegpt_row},
    {.name = "alpaca",
     .layout = "JSON array: instruction, input, output, system, "
               "history[[user, assistant]], meta; strict alternation",
     .alternates = true,
     .keeps = true,
     .array = true,
     .row = export_alpaca_row},
    {.name = "prompt-completion",
     .layout =
         "JSON lines: prompt[messages], completion[message], meta; strict "
         "alternation",
     .alternates = true,
     .keeps = true,
     .row = export_prompt_row},
    {.name = "llamafactory",
     .layout = "folder: anamnesis.json (ShareGPT), dataset_info.json, "
               "train_sft.yaml",
     .data_file = "anamnesis.json",
     .alternates = true,
     .keeps = true,
     .array = true,
     .row = export_sharegpt_row,
     .finish = export_llamafactory_finish},
    {.name = "axolotl",
     .layout = "folder: train.jsonl (messages), axolotl.yaml",
     .data_file = "train.jsonl",
     .alternates = true,
     .keeps = true,
     .row = export_chat_row,
     .finish = export_axolotl_finish},
    {.name = "trl",
     .layout = "folder: train.jsonl (prompt, completion), sft.yaml",
     .data_file = "train.jsonl",
     .alternates = true,
     .keeps = true,
     .row = export_prompt_row,
     .finish = export_trl_finish},
    {.name = "openai-batch",
     .asks = true,
     .carries = "id case question options context turns.text turns.question",
     .layout = "JSON lines of requests: custom_id, method, url, body[model, "
               "messages]; results come back with `import openai-batch`",
     .row = export_batch_row},
    {.name = "mt-bench",
     .asks = true,
     .keeps = true,
     .layout = "folder: question.jsonl, reference_answer/reference.jsonl, "
               "model_answer/MODEL.jsonl",
     .data_file = "question.jsonl",
     .row = export_mt_row,
     .start = export_mt_start},
    {.name = "lm-eval",
     .keeps = true,
     .layout = "folder: samples_anamnesis.jsonl, results.json, "
               "anamnesis.yaml (task)",
     .data_file = "samples_anamnesis.jsonl",
     .row = export_lm_row,
     .finish = export_lm_finish},
    {.name = "label-studio",
     .layout = "folder: tasks.json (data.dialogue[author, text]), config.xml "
               "(<Paragraphs layout=\"dialogue\">)",
     .data_file = "tasks.json",
     .keeps = true,
     .array = true,
     .row = export_label_row,
     .finish = export_label_finish},
    {.name = "hf",
     .layout = "folder: records.jsonl, README.md (data card), croissant.json",
     .data_file = "records.jsonl",
     .keeps = true,
     .row = export_record_row,
     .finish = export_hf_finish},
    {.name = "csv",
     .keeps = true,
     .layout =
         "CSV, one turn a row: id, kind, lang, turn, role, speaker, text, "
         "options, answer_keys, source, split, record",
     .row = export_csv_row,
     .start = export_csv_start},
    {.name = "markdown",
     .carries = "id case question options answer answer_keys context "
                "turns.role turns.speaker turns.text turns.question "
                "turns.answer turns.reference reference",
     .layout = "Markdown for reading",
     .row = export_markdown_row},
    {.name = "text",
     .carries = "case question options answer answer_keys context "
                "turns.role turns.speaker turns.text turns.question "
                "turns.answer turns.reference reference",
     .layout = "plain text, turns open with the speaker",
     .row = export_text_row},
};
const size_t export_count = sizeof export_table / sizeof *export_table;

const struct export_format *export_find(const char *name)
{
    for (size_t i = 0; i < export_count; i++)
        if (strcmp(export_table[i].name, name) == 0)
            return &export_table[i];
    return NULL;
}

void export_note(struct export *x, const char *remark, uint64_t times)
{
    if (times)
        map_count(&x->report->notes, str_of(remark), times);
}

void export_meta(struct json_out *j, const struct record *record)
{
    struct buf shell;
    buf_init(&shell, BUF_MAX);
    messages_shell(record, &shell);
    json_key(j, "meta");
    json_begin(j, '[');
    json_begin(j, '[');
    json_put_str(j, STR("record"));
    json_put_str(j, buf_str(&shell));
    json_end(j, ']');
    for (size_t i = 0; i < record->meta.count; i++) {
        const struct pair *pair = LIST_AT(record->meta, struct pair, i);
        json_begin(j, '[');
        json_put_str(j, pair->key);
        json_put_str(j, pair->value);
        json_end(j, ']');
    }
    json_end(j, ']');
    buf_release(&shell);
}

bool export_write_file(struct export *x, const char *name, str content,
                       struct err *err)
{
    struct arena arena;
    arena_init(&arena);
    bool ok = fs_write_atomic(fs_join(&arena, x->options->output, name),
                              content, err);
    arena_release(&arena);
    return ok;
}

struct sink *export_open(struct export *x, const char *name, struct err *err)
{
    struct arena arena;
    arena_init(&arena);
    const char *path = fs_join(&arena, x->options->output, name);
    size_t cut = strlen(path) - fs_base_name(str_of(path)).len - 1;
    struct sink *sink = NULL;
    if (fs_make_folder(arena_cstr(&arena, str_make(path, cut)), err))
        sink = sink_open(path, err);
    arena_release(&arena);
    return sink;
}

static void reject(struct export *x, const struct record *record,
                   const char *reason)
{
    map_count(&x->report->rejected, str_of(reason), 1);
    if (!x->rejects)
        return;
    struct buf line;
    buf_init(&line, BUF_MAX);
    struct json_out j = json_out(&line);
    json_begin(&j, '{');
    json_add_str(&j, "id", record->id);
    json_add_str(&j, "reason", str_of(reason));
    json_end(&j, '}');
    buf_add_char(&line, '\n');
    sink_write(x->rejects, buf_str(&line));
    buf_release(&line);
}

/* Makes the messages alternate. The reason to refuse the row, or NULL. */
static const char *mend(struct export *x)
{
    struct alternation done;
    if (x->options->turns == EXPORT_REFUSE) {
        done = messages_faults(&x->messages);
        if (done.merged)
            return "not_alternating";
        if (done.leading_assistant)
            return "assistant_first";
        if (done.trailing_user)
            return "user_last";
        if (done.empty)
            return "empty_turn";
        return NULL;
    }
    done = messages_alternate(&x->messages, &x->arena);
    export_note(x, "merged_turns", done.merged);
    export_note(x, "dropped_leading_assistant", done.leading_assistant);
    export_note(x, "dropped_trailing_user", done.trailing_user);
    export_note(x, "dropped_empty_turns", done.empty);
    return x->messages.count ? NULL : "no_exchange";
}

static const char *too_long(const struct export *x)
{
    size_t length = 0;
    for (size_t i = 0; i < x->messages.count; i++)
        length +=
            utf8_count(((const struct message *)vec_at(&x->messages, i))->text);
    return x->options->length_max && length > x->options->length_max
               ? "too_long"
               : NULL;
}

/* Rows without a turn are of no use; empty turns in formats that do not
 * alternate are counted and kept as they are. */
static const char *check_turns(struct export *x)
{
    size_t empty = 0;
    for (size_t i = 0; i < x->messages.count; i++)
        empty +=
            ((const struct message *)vec_at(&x->messages, i))->text.len == 0;
    export_note(x, "empty_turns", empty);
    return x->messages.count ? NULL : "no_turns";
}

static bool is_asked(const struct export *x)
{
    for (size_t i = 0; i < x->messages.count; i++) {
        const struct message *m = vec_at(&x->messages, i);
        if (m->by == MESSAGE_USER && str_trim(m->text).len)
            return true;
    }
    return false;
}

static void count_record(struct export_report *report, const struct record *r)
{
    report->records++;
    map_count(&report->kinds, record_kind_name(r->kind), 1);
    map_count(&report->langs, r->lang.len ? r->lang : STR("?"), 1);
    map_count(&report->splits, r->split.len ? r->split : STR("train"), 1);
}

/* Why the record makes no row of the format, or NULL; mends its messages. */
static const char *refusal(struct export *x, const struct record *record)
{
    const struct export_format *format = x->options->format;
    const char *reason = NULL;
    if (format->row != export_record_row) {
        if (record->kind == RECORD_PATIENT)
            return "kind_not_held";
        reason = format->alternates ? mend(x) : check_turns(x);
    }
    if (!reason && format->asks && !is_asked(x))
        reason = "no_user_message";
    return reason ? reason : too_long(x);
}

static void one_record(struct export *x, const struct record *record)
{
    const struct export_format *format = x->options->format;
    count_record(x->report, record);
    messages_of(record, x->options->assistant, &x->arena, &x->messages);
    const char *reason = refusal(x, record);
    if (reason) {
        reject(x, record, reason);
        return;
    }
    buf_reset(&x->line);
    if (format->array)
        buf_add(&x->line, x->number ? STR(",\n") : STR("[\n"));
    if (!format->keeps)
        export_losses(record, format->carries, &x->report->notes);
    format->row(x, record);
    if (x->line.len)
        sink_write(x->data, buf_str(&x->line));
    x->number++;
    x->report->rows++;
}

static bool read_file(struct export *x, const char *path, struct err *err)
{
    struct records *in = records_open(path, err);
    if (!in)
        return false;
    struct record record;
    enum records_step step;
    struct err why = {0};
    for (;;) {
        arena_reset(&x->arena);
        step = records_next(in, &x->arena, &record, &why);
        if (step == RECORDS_ONE)
            one_record(x, &record);
        else if (step == RECORDS_BAD)
            x->report->bad_lines++;
        else
            break;
        err_clear(&why);
    }
    records_close(in);
    if (step == RECORDS_BROKEN && err)
        *err = why;
    return step == RECORDS_END;
}

static bool open_output(struct export *x, struct err *err)
{
    const struct export_options *o = x->options;
    if (o->format->data_file) {
        if (strcmp(o->output, "-") == 0)
            return err_set(err, ERR_USAGE,
                           "format '%s' writes a folder: give "
                           "one with -o",
                           o->format->name);
        x->data = export_open(x, o->format->data_file, err);
    } else {
        x->data = sink_open(o->output, err);
    }
    if (x->data && o->rejects)
        x->rejects = sink_open(o->rejects, err);
    return x->data && (x->rejects || !o->rejects) &&
           (!o->format->start || o->format->start(x, err));
}

static bool close_all(struct export *x, bool ok, struct err *err)
{
    struct sink **sinks[] = {&x->data, &x->rejects, &x->extra[0], &x->extra[1],
                             &x->extra[2]};
    for (size_t i = 0; i < sizeof sinks / sizeof *sinks; i++) {
        if (!*sinks[i])
            continue;
        if (ok)
            ok = sink_close(*sinks[i], err);
        else
            sink_abandon(*sinks[i]);
    }
    return ok;
}

bool export_run(const struct export_options *options,
                struct export_report *report, struct err *err)
{
    struct export x = {.options = options, .report = report};
    *report = (struct export_report){0};
    map_init(&report->rejected);
    map_init(&report->notes);
    map_init(&report->kinds);
    map_init(&report->langs);
    map_init(&report->splits);
    arena_init(&x.arena);
    vec_init(&x.messages, sizeof(struct message));
    buf_init(&x.line, BUF_MAX);
    bool ok = open_output(&x, err);
    for (size_t i = 0; ok && i < options->path_count; i++)
        ok = read_file(&x, options->paths[i], err);
    if (ok && options->format->array)
        sink_write(x.data, x.number ? STR("\n]\n") : STR("[]\n"));
    if (ok && options->format->finish)
        ok = options->format->finish(&x, err);
    ok = close_all(&x, ok, err);
    arena_release(&x.arena);
    vec_release(&x.messages);
    buf_release(&x.line);
    return ok;
}

void export_report_release(struct export_report *report)
{
    map_release(&report->rejected);
    map_release(&report->notes);
    map_release(&report->kinds);
    map_release(&report->langs);
    map_release(&report->splits);
}
