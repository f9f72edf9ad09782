/* format_openai_batch.c - results of a batch of chat requests, joined with the
 * request file on custom_id (--companion requests.jsonl). */
#include "corpus/chats.h"

static const char *companion(str name, struct arena *arena)
{
    size_t at = str_find(name, STR("results"), 0);
    if (at == STR_NONE)
        return NULL;
    return arena_printf(arena, STR_FMT "requests" STR_FMT,
                        STR_ARG(str_slice(name, 0, at)),
                        STR_ARG(str_slice(name, at + 7, name.len)))
        .ptr;
}

static bool is_companion(str name)
{
    return str_contains(name, STR("requests"));
}

static void map(struct mapper *m, const json *row)
{
    str id = field_str(m, row, "custom_id");
    const json *body = field(m, row, "response.body");
    const json *answer =
        json_get(json_at(json_get(body, "choices"), 0), "message");
    str text = json_str(json_get(answer, "content"), STR(""));
    if (text.len == 0) {
        str why = value_text(m, field(m, row, "error"));
        map_reject(m, "request_failed", STR_FMT, STR_ARG(why));
        return;
    }
    json *request = map_companion(m, id);
    struct vec messages;
    vec_init(&messages, sizeof(struct message));
    bool known =
        chat_collect(m, json_get(json_get(request, "body"), "messages"), "role",
                     "content", &messages);
    if (!request)
        map_note(m, "request_unknown");
    *(struct message *)vec_add(&messages) =
        (struct message){MESSAGE_ASSISTANT, text};
    map_dialogue(m);
    map_id(m, id);
    map_meta(m, "model", scalar_text(m, json_get(body, "model")));
    static const enum role roles[] = {ROLE_SYSTEM, ROLE_USER, ROLE_ASSISTANT};
    for (size_t i = 0; i < messages.count && known; i++) {
        const struct message *message = vec_at(&messages, i);
        map_turn(m, roles[message->by], STR(""),
                 arena_copy(&m->arena, message->text));
    }
    map_emit(m);
    vec_release(&messages);
    json_free(request);
}

const struct format format_openai_batch = {
    .name = "openai-batch",
    .title = "OpenAI batch",
    .layout = "JSON lines of results: custom_id, response.body.choices[]; with "
              "the requests beside them (--companion FILE)",
    .labels = "meta: model",
    .shapes = SHAPE_JSON,
    .keys = "custom_id response|custom_id body",
    .companion = companion,
    .join = "custom_id",
    .is_companion = is_companion,
    .map = map,
};
