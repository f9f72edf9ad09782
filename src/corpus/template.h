/* template.h - chat templates of model families, and which characters of the
 * text are trained on.
 *
 *     const struct chat_template *t = template_find("chatml");
 *     struct masked text;
 *     masked_init(&text);
 *     if (template_render(t, &messages, &text, &why)) …   // text.spans
 *     masked_release(&text);
 *
 * The trained part is what the assistant says and the mark that ends it; all
 * else (system, user, role marks) is masked. Texts are those of the tokenizers'
 * chat templates as their makers publish them; begin-of-text marks included.
 *
 * Sources: ChatML (OpenAI), Llama-2 and Llama-3 (Meta), Mistral-Instruct v0.1,
 * Qwen and Yi (ChatML, Qwen with its default system text), Baichuan2
 * (<reserved_106>, <reserved_107>), Gemma (start_of_turn), and the plain
 * 问：/答： of Chinese corpora.
 */
#ifndef CORPUS_TEMPLATE_H
#define CORPUS_TEMPLATE_H

#include "base/buf.h"
#include "corpus/messages.h"

struct span {
    size_t from, to; /* bytes */
};

struct masked {
    struct buf text;
    struct vec spans; /* struct span: trained on, in order, not touching */
};

struct chat_template {
    const char *name;
    const char *families;       /* models it is for */
    const char *begin;          /* before everything */
    const char *system_default; /* system text when there is none, or NULL */
    const char *system[2], *user[2], *assistant[2]; /* before and after */
    bool system_in_user; /* no system role: it opens the first user turn */
};

extern const struct chat_template template_table[];
extern const size_t template_count;
const struct chat_template *template_find(const char *name);

void masked_init(struct masked *masked);
void masked_release(struct masked *masked);

/* False with a reason: "no_turns", "assistant_first", "not_alternating",
 * "user_last", "empty_turn", "nothing_trained", "all_trained". The text is
 * rendered in any case. */
bool template_render(const struct chat_template *t, const struct vec *messages,
                     struct masked *out, const char **reason);

#endif
