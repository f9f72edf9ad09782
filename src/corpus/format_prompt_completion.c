/* format_prompt_completion.c - rows {"prompt": […], "completion": […]} of TRL,
 * as messages or as plain texts. */
#include "corpus/chats.h"
#include "corpus/tagged.h"

static void add_part(struct mapper *m, const json *part, enum message_by by,
                     struct vec *messages, bool *known)
{
    if (json_is_str(part))
        *(struct message *)vec_add(messages) =
            (struct message){by, json_str(part, STR(""))};
    else
        *known = chat_collect(m, part, "role", "content", messages) && *known;
}

static void map(struct mapper *m, const json *row)
{
    struct vec messages;
    bool known = true;
    vec_init(&messages, sizeof(struct message));
    add_part(m, field(m, row, "prompt"), MESSAGE_USER, &messages, &known);
    add_part(m, field(m, row, "completion|chosen"), MESSAGE_ASSISTANT,
             &messages, &known);
    if (known)
        chat_emit(m, row, &messages);
    else
        tagged_reject(m);
    vec_release(&messages);
}

/* Preference rows of ShareGPT have conversations. */
static bool check(const json *row)
{
    return !json_get(row, "conversations");
}

const struct format format_prompt_completion = {
    .name = "prompt-completion",
    .title = "prompt-completion",
    .layout = "JSON lines: prompt and completion, each a text or a list of "
              "messages; preference rows: prompt (may be missing), chosen, "
              "rejected",
    .labels = "meta: rejected and unknown keys",
    .shapes = SHAPE_JSON,
    .keys = "prompt completion|prompt chosen rejected|chosen rejected",
    .check = check,
    .map = map,
};
