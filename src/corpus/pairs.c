/* pairs.c - see pairs.h. */
#include "corpus/pairs.h"

static bool is_relevant(str label)
{
    return label.len == 0 || str_equal(label, STR("1")) ||
           str_equal_ignore_case(label, STR("true")) ||
           str_equal_ignore_case(label, STR("positive"));
}

static void put_list(struct mapper *m, const char *key, struct buf *list)
{
    buf_add_char(list, ']');
    json *value = json_parse(buf_str(list), NULL);
    map_label(m, key, value);
    json_free(value);
    buf_release(list);
}

static void add_to(struct buf *list, str text)
{
    if (list->len > 1)
        buf_add_char(list, ',');
    json_escape(list, text);
}

void map_pairs(struct mapper *m, const json *row)
{
    const json *first = json_is_array(row) ? row->child : row;
    map_question(m, field_str(m, first, "question|query|q"));
    map_id(m, field_str(m, first, "question_id|qid|id"));
    m->record.question.specialty = field_str(m, first, "department|category");
    struct buf positive, negative;
    buf_init(&positive, BUF_MAX);
    buf_init(&negative, BUF_MAX);
    buf_add_char(&positive, '[');
    buf_add_char(&negative, '[');
    for (const json *pair = first; pair;
         pair = json_is_array(row) ? pair->next : NULL) {
        str answer = field_str(m, pair, "answer|candidate|a");
        bool good = is_relevant(field_str(m, pair, "label|relevance"));
        if (good && m->record.question.answer.len == 0)
            m->record.question.answer = answer;
        else
            add_to(good ? &positive : &negative, answer);
    }
    put_list(m, "further_answers", &positive);
    put_list(m, "negative_answers", &negative);
    map_emit(m);
}
