/* format_chat.c - OpenAI chat rows {"messages": […]}. */
#include "corpus/chats.h"

static void map(struct mapper *m, const json *row)
{
    struct vec messages;
    vec_init(&messages, sizeof(struct message));
    if (chat_collect(m, field(m, row, "messages"), "role", "content",
                     &messages))
        chat_emit(m, row, &messages);
    else
        map_reject(m, "unknown_role", "a message without a known role");
    vec_release(&messages);
}

const struct format format_chat = {
    .name = "chat",
    .title = "chat",
    .layout = "JSON lines or array: messages[role, content], meta",
    .labels = "meta; records that `export chat` wrote come back equal",
    .shapes = SHAPE_JSON,
    .keys = "messages",
    .map = map,
};
