/* export_chats.c - rows for training tools: chat, ShareGPT, Alpaca,
 * prompt-completion, and requests of a batch. */
#include "corpus/export_private.h"

static const char *const by_role[] = {"system", "user", "assistant"};

static const struct message *message_at(const struct export *x, size_t i)
{
    return vec_at(&x->messages, i);
}

void export_messages(struct export *x, struct json_out *j, size_t from,
                     size_t to)
{
    json_begin(j, '[');
    for (size_t i = from; i < to; i++) {
        const struct message *m = message_at(x, i);
        json_begin(j, '{');
        json_add_str(j, "role", str_of(by_role[m->by]));
        json_add_str(j, "content", m->text);
        json_end(j, '}');
    }
    json_end(j, ']');
}

static void end_row(struct export *x, struct json_out *j,
                    const struct record *record)
{
    if (record)
        export_meta(j, record);
    json_end(j, '}');
    if (!x->options->format->array)
        buf_add_char(&x->line, '\n');
}

void export_chat_row(struct export *x, const struct record *record)
{
    struct json_out j = json_out(&x->line);
    json_begin(&j, '{');
    json_key(&j, "messages");
    export_messages(x, &j, 0, x->messages.count);
    end_row(x, &j, record);
}

/* The system message at the start, or "". */
static str system_of(const struct export *x, size_t *first)
{
    const struct message *m = x->messages.count ? message_at(x, 0) : NULL;
    *first = m && m->by == MESSAGE_SYSTEM;
    return *first ? m->text : STR("");
}

void export_sharegpt_row(struct export *x, const struct record *record)
{
    size_t first;
    str system = system_of(x, &first);
    struct json_out j = json_out(&x->line);
    json_begin(&j, '{');
    json_key(&j, "conversations");
    json_begin(&j, '[');
    for (size_t i = first; i < x->messages.count; i++) {
        const struct message *m = message_at(x, i);
        json_begin(&j, '{');
        json_key(&j, "from");
        json_put_str(&j,
                     m->by == MESSAGE_ASSISTANT ? STR("gpt") : STR("human"));
        json_add_str(&j, "value", m->text);
        json_end(&j, '}');
    }
    json_end(&j, ']');
    json_add_str(&j, "system", system);
    end_row(x, &j, record);
}

void export_alpaca_row(struct export *x, const struct record *record)
{
    size_t first, count = x->messages.count;
    str system = system_of(x, &first);
    struct json_out j = json_out(&x->line);
    json_begin(&j, '{');
    json_add_str(&j, "instruction", message_at(x, count - 2)->text);
    json_add_str(&j, "input", STR(""));
    json_add_str(&j, "output", message_at(x, count - 1)->text);
    json_add_str(&j, "system", system);
    json_key(&j, "history");
    json_begin(&j, '[');
    for (size_t i = first; i + 2 < count; i += 2) {
        json_begin(&j, '[');
        json_put_str(&j, message_at(x, i)->text);
        json_put_str(&j, message_at(x, i + 1)->text);
        json_end(&j, ']');
    }
    json_end(&j, ']');
    end_row(x, &j, record);
}

void export_prompt_row(struct export *x, const struct record *record)
{
    size_t count = x->messages.count;
    struct json_out j = json_out(&x->line);
    json_begin(&j, '{');
    json_key(&j, "prompt");
    export_messages(x, &j, 0, count - 1);
    json_key(&j, "completion");
    export_messages(x, &j, count - 1, count);
    end_row(x, &j, record);
}

/* Everything up to the last message of the user: the model is to say the rest.
 */
void export_batch_row(struct export *x, const struct record *record)
{
    size_t count = x->messages.count;
    while (count && message_at(x, count - 1)->by != MESSAGE_USER)
        count--;
    /* Texts behind it, such as the answer, are not asked for again. */
    export_note(x, "messages_not_sent", x->messages.count - count);
    struct json_out j = json_out(&x->line);
    json_begin(&j, '{');
    json_add_str(&j, "custom_id", record->id);
    json_add_str(&j, "method", STR("POST"));
    json_add_str(&j, "url", STR("/v1/chat/completions"));
    json_key(&j, "body");
    json_begin(&j, '{');
    json_add_str(&j, "model", str_of(x->options->model));
    json_key(&j, "messages");
    export_messages(x, &j, 0, count);
    json_end(&j, '}');
    end_row(x, &j, NULL);
}
