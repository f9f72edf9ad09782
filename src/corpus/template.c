/* template.c - see template.h. */
#include "corpus/template.h"

#include <string.h>

const struct chat_template template_table[] = {
    {.name = "chatml",
     .families = "ChatML",
     .begin = "",
     .system = {"<|im_start|>system\n", "<|im_end|>\n"},
     .user = {"<|im_start|>user\n", "<|im_end|>\n"},
     .assistant = {"<|im_start|>assistant\n", "<|im_end|>"}},
    {.name = "qwen",
     .families = "Qwen, Qwen1.5, Qwen2",
     .begin = "",
     .system_default = "You are a helpful assistant.",
     .system = {"<|im_start|>system\n", "<|im_end|>\n"},
     .user = {"<|im_start|>user\n", "<|im_end|>\n"},
     .assistant = {"<|im_start|>assistant\n", "<|im_end|>"}},
    {.name = "yi",
     .families = "Yi-Chat",
     .begin = "",
     .system = {"<|im_start|>system\n", "<|im_end|>\n"},
     .user = {"<|im_start|>user\n", "<|im_end|>\n"},
     .assistant = {"<|im_start|>assistant\n", "<|im_end|>"}},
    {.name = "llama2",
     .families = "Llama-2-Chat",
     .begin = "",
     .system = {"<<SYS>>\n", "\n<</SYS>>\n\n"},
     .user = {"<s>[INST] ", " [/INST]"},
     .assistant = {" ", " </s>"},
     .system_in_user = true},
    {.name = "llama3",
     .families = "Llama-3-Instruct",
     .begin = "<|begin_of_text|>",
     .system = {"<|start_header_id|>system<|end_header_id|>\n\n", "<|eot_id|>"},
     .user = {"<|start_header_id|>user<|end_header_id|>\n\n", "<|eot_id|>"},
     .assistant = {"<|start_header_id|>assistant<|end_header_id|>\n\n",
                   "<|eot_id|>"}},
    {.name = "mistral",
     .families = "Mistral-Instruct",
     .begin = "<s>",
     .system = {"", "\n\n"},
     .user = {"[INST] ", " [/INST]"},
     .assistant = {" ", "</s>"},
     .system_in_user = true},
    {.name = "baichuan2",
     .families = "Baichuan2-Chat",
     .begin = "",
     .system = {"", ""},
     .user = {"<reserved_106>", ""},
     .assistant = {"<reserved_107>", "</s>"}},
    {.name = "gemma",
     .families = "Gemma-it",
     .begin = "<bos>",
     .system = {"", "\n\n"},
     .user = {"<start_of_turn>user\n", "<end_of_turn>\n"},
     .assistant = {"<start_of_turn>model\n", "<end_of_turn>\n"},
     .system_in_user = true},
    {.name = "plain",
     .families = "问：/答： without special tokens",
     .begin = "",
     .system = {"", "\n"},
     .user = {"问：", "\n"},
     .assistant = {"答：", "\n"}},
};
const size_t template_count = sizeof template_table / sizeof *template_table;

const struct chat_template *template_find(const char *name)
{
    for (size_t i = 0; i < template_count; i++)
        if (strcmp(template_table[i].name, name) == 0)
            return &template_table[i];
    return NULL;
}

void masked_init(struct masked *m)
{
    buf_init(&m->text, BUF_MAX);
    vec_init(&m->spans, sizeof(struct span));
}

void masked_release(struct masked *m)
{
    buf_release(&m->text);
    vec_release(&m->spans);
}

static void put(struct masked *out, const char *const around[2], str text)
{
    buf_add_cstr(&out->text, around[0]);
    buf_add(&out->text, text);
    buf_add_cstr(&out->text, around[1]);
}

static void put_system(const struct chat_template *t, str text,
                       struct masked *out)
{
    if (text.len == 0)
        text = str_of(t->system_default);
    if (text.len)
        put(out, t->system, text);
}

static void put_assistant(const struct chat_template *t, str text,
                          struct masked *out)
{
    buf_add_cstr(&out->text, t->assistant[0]);
    struct span span = {.from = out->text.len};
    buf_add(&out->text, text);
    if (text.len) {
        buf_add_cstr(&out->text, t->assistant[1]);
        span.to = out->text.len;
        /* A closing line feed is layout, not an answer. */
        while (span.to > span.from && out->text.ptr[span.to - 1] == '\n')
            span.to--;
        vec_push(&out->spans, &span);
    } else {
        buf_add_cstr(&out->text, t->assistant[1]);
    }
    if (strncmp(t->user[0], "<|im_start|>", 12) == 0)
        buf_add_char(&out->text, '\n');
}

static const char *fault_of(const struct vec *messages)
{
    struct alternation faults = messages_faults(messages);
    if (messages->count == 0)
        return "no_turns";
    if (faults.empty)
        return "empty_turn";
    if (faults.leading_assistant)
        return "assistant_first";
    if (faults.merged)
        return "not_alternating";
    return faults.trailing_user ? "user_last" : NULL;
}

static const char *mask_fault(const struct masked *out)
{
    size_t trained = 0;
    for (size_t i = 0; i < out->spans.count; i++) {
        const struct span *s = vec_at(&out->spans, i);
        trained += s->to - s->from;
    }
    if (trained == 0)
        return "nothing_trained";
    return trained >= out->text.len ? "all_trained" : NULL;
}

bool template_render(const struct chat_template *t, const struct vec *messages,
                     struct masked *out, const char **reason)
{
    buf_reset(&out->text);
    vec_reset(&out->spans);
    buf_add_cstr(&out->text, t->begin);
    const struct message *first = messages->count ? vec_at(messages, 0) : NULL;
    bool system = first && first->by == MESSAGE_SYSTEM;
    str instruction = system ? first->text : STR("");
    if (!t->system_in_user)
        put_system(t, instruction, out);
    for (size_t i = system; i < messages->count; i++) {
        const struct message *m = vec_at(messages, i);
        if (m->by == MESSAGE_ASSISTANT) {
            put_assistant(t, m->text, out);
            continue;
        }
        buf_add_cstr(&out->text, t->user[0]);
        if (i == system && t->system_in_user)
            put_system(t, instruction, out);
        buf_add(&out->text, m->text);
        buf_add_cstr(&out->text, t->user[1]);
    }
    *reason = fault_of(messages);
    if (!*reason || strcmp(*reason, "user_last") == 0) {
        const char *why = mask_fault(out);
        *reason = why ? why : *reason;
    }
    return *reason == NULL;
}
