/* format_lm_eval.c - samples of the LM Evaluation Harness: the document, what
 * was wanted and what the model said. Documents name their fields as they
 * like; where none of the usual names is there, the prompt and the
 * continuations of the requests are the question and its options. Documents
 * that `export lm-eval` wrote come back as the records they were. */
#include <stdlib.h>

#include "corpus/chats.h"

/* The first request: [prompt, continuation] or gen_args_0{arg_0, arg_1}. */
static const json *request_part(const json *requests, size_t request,
                                size_t part)
{
    static const char *const names[] = {"arg_0", "arg_1"};
    const json *one = requests ? requests->child : NULL;
    for (size_t i = 0; one && i < request; i++)
        one = one->next;
    return json_is_object(one) ? json_get(one, names[part])
                               : json_at(one, part);
}

static void add_continuations(struct mapper *m, const json *requests)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    size_t count = json_count(requests);
    for (size_t i = 0; count > 1 && i < count && i < 26; i++)
        map_option(m, str_make(letters + i, 1),
                   json_str(request_part(requests, i, 1), STR("")));
}

static void add_options(struct mapper *m, const json *doc, const json *requests)
{
    static const char *const letters[] = {"A", "B", "C", "D", "E"};
    static const char *const columns[] = {"opa", "opb", "opc", "opd", "ope"};
    const json *options = field(m, doc, "options|choices.text|choices");
    if (options)
        map_options(m, options);
    for (size_t i = 0; !options && i < 5; i++) {
        str text = field_str(m, doc, letters[i]);
        if (!text.len)
            text = field_str(m, doc, columns[i]);
        if (text.len)
            map_option(m, str_of(letters[i]), text);
    }
    if (m->options_.count == 0)
        add_continuations(m, requests);
}

/* The option with the highest log-likelihood: [["-1.2", "False"], …]. */
static void add_choice(struct mapper *m, const json *filtered)
{
    double best = 0;
    size_t chosen = SIZE_MAX, index = 0;
    JSON_EACH(response, filtered)
    {
        str value = json_str(json_at(response, 0), STR(""));
        double score = value.len ? strtod(value.ptr, NULL)
                                 : json_number(json_at(response, 0), 0);
        if (json_is_array(response) && (chosen == SIZE_MAX || score > best)) {
            best = score;
            chosen = index;
        }
        index++;
    }
    if (index == m->options_.count && chosen < index)
        map_meta(m, "model_answer",
                 ((const struct option *)vec_at(&m->options_, chosen))->key);
}

static void add_responses(struct mapper *m, const json *row)
{
    map_label(m, "responses", field(m, row, "resps"));
    map_label(m, "filtered_responses", field(m, row, "filtered_resps"));
}

static bool has_answers(const struct record *record)
{
    if (record->kind != RECORD_CONSULTATION)
        return record_meta(record, STR("responses")).len > 0;
    for (size_t i = 0; i < record->consultation.turns.count; i++)
        if (LIST_AT(record->consultation.turns, struct consultation_turn, i)
                ->answer.len)
            return true;
    return false;
}

/* A document that we wrote: the record it was, with what a model said. */
static bool restore(struct mapper *m, const json *row, const json *doc)
{
    if (chat_shell(doc).len == 0)
        return false;
    struct vec messages;
    struct record record;
    vec_init(&messages, sizeof(struct message));
    bool exact = chat_collect(m, field(m, doc, "messages"), "role", "content",
                              &messages) &&
                 chat_begin(m, doc, &messages, &record);
    vec_release(&messages);
    if (!exact) {
        map_note(m, "record_changed");
        return false;
    }
    record.meta = list_from_vec(&m->arena, &m->meta);
    if (!has_answers(&record))
        add_responses(m, row);
    map_emit_exact(m, &record);
    return true;
}

static void map(struct mapper *m, const json *row)
{
    const json *doc = field(m, row, "doc.doc|doc");
    if (!doc && json_get(row, "results")) {
        map_reject(m, "no_samples",
                   "results of whole tasks; the items are in samples_*.jsonl");
        return;
    }
    if (restore(m, row, doc))
        return;
    const json *requests = field(m, row, "arguments");
    str question = field_str(
        m, doc, "question|query|input|QUESTION|Question|prompt|sent1|text");
    if (!question.len)
        question = scalar_text(m, request_part(requests, 0, 0));
    map_question(m, question);
    str id = field_str(m, doc, "id");
    map_id(m, id.len ? id : field_str(m, row, "doc_id"));
    add_options(m, doc, requests);
    str target = field_str(m, row, "target");
    int64_t index;
    bool known = m->options_.count && str_to_int(target, &index)
                     ? map_answer_index(m, index)
                     : map_answer(m, target);
    if (!known) /* words that are no option: a task of free answers */
        m->record.question.answer = target;
    add_responses(m, row);
    add_choice(m, field(m, row, "filtered_resps"));
    if (!known && m->options_.count && str_to_int(target, &index))
        map_reject(m, "answer_not_an_option", STR_FMT, STR_ARG(target));
    else
        map_emit(m);
}

const struct format format_lm_eval = {
    .name = "lm-eval",
    .title = "LM Evaluation Harness",
    .layout = "JSON lines of samples: doc_id, doc, target, arguments, resps, "
              "filtered_resps",
    .labels = "meta or --labels: responses, filtered_responses; meta: "
              "model_answer (the likeliest option); records that `export "
              "lm-eval` wrote come back equal",
    .shapes = SHAPE_JSON,
    .keys = "doc_id doc target resps",
    .map = map,
};
