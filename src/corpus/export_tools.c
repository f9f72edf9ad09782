/* export_tools.c - files of review and evaluation tools: Label Studio,
 * MT-bench, LM Evaluation Harness, and the Hugging Face data card. */
#include <stdio.h>
#include <string.h>

#include "corpus/export_private.h"

/* --- Label Studio --- */

static str author_of(const struct record *r, size_t i, enum message_by by)
{
    if (r->kind != RECORD_DIALOGUE)
        return by == MESSAGE_ASSISTANT ? STR("assistant") : STR("user");
    const struct turn *t = LIST_AT(r->dialogue.turns, struct turn, i);
    return t->speaker.len ? t->speaker : role_name(t->role);
}

void export_label_row(struct export *x, const struct record *r)
{
    struct json_out j = json_out(&x->line);
    json_begin(&j, '{');
    json_add_int(&j, "id", (int64_t)x->number + 1);
    json_key(&j, "data");
    json_begin(&j, '{');
    json_key(&j, "dialogue");
    json_begin(&j, '[');
    for (size_t i = 0; i < x->messages.count; i++) {
        const struct message *m = vec_at(&x->messages, i);
        json_begin(&j, '{');
        json_add_str(&j, "author", author_of(r, i, m->by));
        json_add_str(&j, "text", m->text);
        json_end(&j, '}');
    }
    json_end(&j, ']');
    struct buf shell;
    buf_init(&shell, BUF_MAX);
    messages_shell(r, &shell);
    json_add_str(&j, "record", buf_str(&shell));
    buf_release(&shell);
    json_key(&j, "meta");
    json_begin(&j, '[');
    for (size_t i = 0; i < r->meta.count; i++) {
        const struct pair *pair = LIST_AT(r->meta, struct pair, i);
        json_begin(&j, '[');
        json_put_str(&j, pair->key);
        json_put_str(&j, pair->value);
        json_end(&j, ']');
    }
    json_end(&j, ']');
    json_end(&j, '}');
    json_end(&j, '}');
}

bool export_label_finish(struct export *x, struct err *err)
{
    return export_write_file(
        x, "config.xml",
        STR("<View>\n"
            "  <Paragraphs name=\"dialogue\" value=\"$dialogue\" "
            "layout=\"dialogue\"\n"
            "      nameKey=\"author\" textKey=\"text\"/>\n"
            "  <ParagraphLabels name=\"mark\" toName=\"dialogue\">\n"
            "    <Label value=\"wrong\"/>\n"
            "    <Label value=\"unsafe\"/>\n"
            "    <Label value=\"unnatural\"/>\n"
            "  </ParagraphLabels>\n"
            "  <Choices name=\"verdict\" toName=\"dialogue\" "
            "choice=\"single\">\n"
            "    <Choice value=\"accept\"/>\n"
            "    <Choice value=\"reject\"/>\n"
            "  </Choices>\n"
            "  <TextArea name=\"remark\" toName=\"dialogue\"/>\n"
            "</View>\n"),
        err);
}

/* --- MT-bench --- */

enum { REFERENCE, ANSWER };

bool export_mt_start(struct export *x, struct err *err)
{
    char name[300];
    snprintf(name, sizeof name, "model_answer/%s.jsonl", x->options->model);
    if (strchr(x->options->model, '/'))
        return err_set(err, ERR_USAGE, "--model names a file here: no '/'");
    x->extra[REFERENCE] =
        export_open(x, "reference_answer/reference.jsonl", err);
    if (!x->extra[REFERENCE])
        return false;
    x->extra[ANSWER] = export_open(x, name, err);
    return x->extra[ANSWER] != NULL;
}

static void put_texts(struct export *x, struct json_out *j, const char *key,
                      enum message_by by)
{
    json_key(j, key);
    json_begin(j, '[');
    for (size_t i = 0; i < x->messages.count; i++) {
        const struct message *m = vec_at(&x->messages, i);
        if (m->by == by)
            json_put_str(j, m->text);
    }
    json_end(j, ']');
}

/* An answer line; `texts` is a JSON list. */
static void write_answer(struct export *x, size_t file, const char *model,
                         str texts)
{
    struct buf line;
    buf_init(&line, BUF_MAX);
    struct json_out j = json_out(&line);
    json_begin(&j, '{');
    json_add_int(&j, "question_id", (int64_t)x->number + 1);
    json_add_str(&j, "answer_id",
                 arena_printf(&x->arena, "%s-%llu", model,
                              (unsigned long long)x->number + 1));
    json_add_str(&j, "model_id", str_of(model));
    json_key(&j, "choices");
    json_begin(&j, '[');
    json_begin(&j, '{');
    json_add_int(&j, "index", 0);
    json_key(&j, "turns");
    json_put_raw(&j, texts);
    json_end(&j, '}');
    json_end(&j, ']');
    json_add_int(&j, "tstamp", 0);
    json_end(&j, '}');
    buf_add_char(&line, '\n');
    sink_write(x->extra[file], buf_str(&line));
    buf_release(&line);
}

/* The answers of a consultation's turns as a JSON list; false: there are none.
 */
static bool answers_of(const struct record *r, bool reference, struct buf *out)
{
    bool any = false;
    struct json_out j = json_out(out);
    json_begin(&j, '[');
    for (size_t i = 0; i < r->consultation.turns.count; i++) {
        const struct consultation_turn *t =
            LIST_AT(r->consultation.turns, struct consultation_turn, i);
        str text = reference ? t->reference : t->answer;
        any |= text.len > 0;
        json_put_str(&j, text);
    }
    json_end(&j, ']');
    return any;
}

void export_mt_row(struct export *x, const struct record *r)
{
    struct json_out j = json_out(&x->line);
    str category = r->kind == RECORD_CONSULTATION ? r->consultation.task
                   : r->kind == RECORD_QUESTION   ? r->question.task
                                                  : STR("");
    json_begin(&j, '{');
    json_add_int(&j, "question_id", (int64_t)x->number + 1);
    json_add_str(&j, "category",
                 category.len ? category : record_kind_name(r->kind));
    put_texts(x, &j, "turns", MESSAGE_USER);
    put_texts(x, &j, "system", MESSAGE_SYSTEM);
    export_meta(&j, r);
    json_end(&j, '}');
    buf_add_char(&x->line, '\n');
    struct buf texts;
    buf_init(&texts, BUF_MAX);
    if (r->kind == RECORD_CONSULTATION) {
        if (answers_of(r, true, &texts))
            write_answer(x, REFERENCE, "reference", buf_str(&texts));
        buf_reset(&texts);
        if (answers_of(r, false, &texts))
            write_answer(x, ANSWER, x->options->model, buf_str(&texts));
    } else {
        struct json_out list = json_out(&texts);
        json_begin(&list, '{');
        put_texts(x, &list, "t", MESSAGE_ASSISTANT);
        write_answer(x, REFERENCE, "reference",
                     str_slice(buf_str(&texts), 5, texts.len));
    }
    buf_release(&texts);
}

/* --- LM Evaluation Harness --- */

/* The options as a list of texts; the index of the (first) right one. */
static size_t put_options(struct json_out *j, const struct question *q)
{
    size_t target = 0;
    json_begin(j, '[');
    for (size_t i = 0; q && i < q->options.count; i++) {
        const struct option *o = LIST_AT(q->options, struct option, i);
        json_put_str(j, o->text);
        if (q->answer_keys.count &&
            str_equal(o->key, *LIST_AT(q->answer_keys, str, 0)))
            target = i;
    }
    json_end(j, ']');
    return target;
}

/* What the harness knows a document by. */
static size_t put_doc(struct export *x, struct json_out *j,
                      const struct record *r, const struct question *q)
{
    const struct message *asked = vec_at(&x->messages, 0);
    json_begin(j, '{');
    json_add_str(j, "id", r->id);
    json_add_str(j, "question", q ? q->question : asked->text);
    json_key(j, "options");
    size_t target = put_options(j, q);
    json_key(j, "messages");
    export_messages(x, j, 0, x->messages.count);
    export_meta(j, r);
    json_end(j, '}');
    return target;
}

/* What a model said, where the record tells it: the answers of a consultation
 * or the responses that an import of samples left in meta. */
static void put_responses(struct json_out *j, const struct record *r,
                          const char *key)
{
    json *said = json_parse(record_meta(r, str_of(key)), NULL);
    bool consultation = r->kind == RECORD_CONSULTATION;
    if (json_is_array(said))
        json_put_value(j, said);
    else
        json_begin(j, '[');
    for (size_t i = 0; consultation && i < r->consultation.turns.count; i++) {
        str answer =
            LIST_AT(r->consultation.turns, struct consultation_turn, i)->answer;
        if (answer.len == 0 || json_is_array(said))
            continue;
        json_begin(j, '[');
        json_put_str(j, answer);
        json_end(j, ']');
    }
    if (!json_is_array(said))
        json_end(j, ']');
    json_free(said);
}

void export_lm_row(struct export *x, const struct record *r)
{
    struct json_out j = json_out(&x->line);
    const struct question *q = r->kind == RECORD_QUESTION ? &r->question : NULL;
    const struct message *last = vec_at(&x->messages, x->messages.count - 1);
    json_begin(&j, '{');
    json_add_int(&j, "doc_id", (int64_t)x->number);
    json_key(&j, "doc");
    size_t target = put_doc(x, &j, r, q);
    json_key(&j, "target");
    bool choice = q && q->options.count;
    if (choice)
        json_put_str(&j, arena_printf(&x->arena, "%zu", target));
    else
        json_put_str(&j, last->by == MESSAGE_ASSISTANT ? last->text : STR(""));
    json_key(&j, "arguments");
    json_put_raw(&j, STR("[]"));
    json_key(&j, "resps");
    put_responses(&j, r, "responses");
    json_key(&j, "filtered_resps");
    put_responses(&j, r, "filtered_responses");
    json_end(&j, '}');
    buf_add_char(&x->line, '\n');
    export_note(x, "further_answer_keys", choice && q->answer_keys.count > 1);
}

bool export_lm_finish(struct export *x, struct err *err)
{
    char results[400];
    snprintf(results, sizeof results,
             "{\"results\":{\"anamnesis\":{\"alias\":\"anamnesis\"}},"
             "\"n-samples\":{\"anamnesis\":{\"original\":%llu,"
             "\"effective\":%llu}},\"versions\":{\"anamnesis\":1},"
             "\"config\":{\"model\":null}}\n",
             (unsigned long long)x->number, (unsigned long long)x->number);
    return export_write_file(x, "results.json", str_of(results), err) &&
           export_write_file(x, "anamnesis.yaml",
                             STR("task: anamnesis\n"
                                 "dataset_path: json\n"
                                 "dataset_kwargs:\n"
                                 "  data_files:\n"
                                 "    test: samples_anamnesis.jsonl\n"
                                 "test_split: test\n"
                                 "output_type: multiple_choice\n"
                                 "doc_to_text: \"{{doc.question}}\\nAnswer:\"\n"
                                 "doc_to_choice: \"{{doc.options}}\"\n"
                                 "doc_to_target: \"{{target}}\"\n"
                                 "metric_list:\n"
                                 "  - metric: acc\n"
                                 "    aggregation: mean\n"
                                 "    higher_is_better: true\n"
                                 "metadata:\n"
                                 "  version: 1\n"),
                             err);
}
