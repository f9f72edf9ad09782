/* chats.c - see chats.h. */
#include "corpus/chats.h"

#include "corpus/tagged.h"

bool chat_collect(struct mapper *m, const json *list, const char *roles,
                  const char *texts, struct vec *messages)
{
    JSON_EACH(item, list)
    {
        enum role role = tagged_role(field_str(m, item, roles));
        const json *content = field(m, item, texts);
        str text = json_str(content, STR(""));
        if (json_is_array(content)) /* parts of a message */
            text = join_texts(m, field_texts(m, content->child, "text"),
                              STR("\n"));
        if (role == ROLE_NONE)
            return false;
        *(struct message *)vec_add(messages) = (struct message){
            role == ROLE_SYSTEM ? MESSAGE_SYSTEM
            : role_side(role) == ROLE_DOCTOR || role == ROLE_NURSE
                ? MESSAGE_ASSISTANT
                : MESSAGE_USER,
            text};
    }
    return true;
}

/* Copies [key, value] pairs to meta; the shell of a record is returned. */
static str take_meta(struct mapper *m, const json *row, bool keep)
{
    str shell = STR("");
    const json *meta = field(m, row, "meta");
    if (!json_is_array(meta))
        return shell;
    JSON_EACH(pair, meta)
    {
        str key = json_str(json_at(pair, 0), STR(""));
        str value = json_str(json_at(pair, 1), STR(""));
        if (str_equal(key, STR("record")))
            shell = value;
        else if (keep)
            map_meta(m, arena_cstr(&m->arena, key), value);
    }
    return shell;
}

void chat_emit(struct mapper *m, const json *row, const struct vec *messages)
{
    struct record record;
    str shell = take_meta(m, row, false);
    bool exact =
        shell.len && messages_restore(shell, messages, &m->arena, &record);
    map_dialogue(m);
    map_id(m, field_str(m, row, "id|conversation_id|uuid"));
    take_meta(m, row, true);
    if (exact) {
        map_emit_exact(m, &record);
        return;
    }
    if (shell.len)
        map_note(m, "record_changed");
    static const enum role roles[] = {ROLE_SYSTEM, ROLE_USER, ROLE_ASSISTANT};
    for (size_t i = 0; i < messages->count; i++) {
        const struct message *message = vec_at(messages, i);
        map_turn(m, roles[message->by], STR(""), message->text);
    }
    map_emit(m);
}
