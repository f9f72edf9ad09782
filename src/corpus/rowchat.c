/* rowchat.c - see rowchat.h. */
#include "corpus/rowchat.h"

#include <stdlib.h>

#include "base/mem.h"
#include "corpus/json_rows.h"
#include "corpus/peek.h"
#include "corpus/reader.h"
#include "corpus/walk.h"

static void add(struct vec *to, enum message_by by, str text)
{
    *(struct message *)vec_add(to) = (struct message){by, text};
}

static bool by_name(str name, enum message_by *by)
{
    static const struct {
        const char *name;
        enum message_by by;
    } names[] = {{"system", MESSAGE_SYSTEM},
                 {"user", MESSAGE_USER},
                 {"human", MESSAGE_USER},
                 {"assistant", MESSAGE_ASSISTANT},
                 {"gpt", MESSAGE_ASSISTANT}};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (str_equal(name, str_of(names[i].name))) {
            *by = names[i].by;
            return true;
        }
    return false;
}

static bool add_list(const json *list, const char *role, const char *text,
                     struct vec *to)
{
    JSON_EACH(item, list)
    {
        enum message_by by;
        if (!by_name(json_str(json_get(item, role), STR("")), &by) ||
            !json_is_str(json_get(item, text)))
            return false;
        add(to, by, json_str(json_get(item, text), STR("")));
    }
    return true;
}

static bool add_alpaca(const json *row, struct arena *arena, struct vec *to)
{
    str input = json_str(json_get(row, "input"), STR(""));
    str asked = json_str(json_get(row, "instruction"), STR(""));
    if (input.len)
        asked = arena_printf(arena, STR_FMT "\n" STR_FMT, STR_ARG(asked),
                             STR_ARG(input));
    JSON_EACH(pair, json_get(row, "history"))
    {
        add(to, MESSAGE_USER, json_str(json_at(pair, 0), STR("")));
        add(to, MESSAGE_ASSISTANT, json_str(json_at(pair, 1), STR("")));
    }
    add(to, MESSAGE_USER, asked);
    add(to, MESSAGE_ASSISTANT, json_str(json_get(row, "output"), STR("")));
    return true;
}

/* Why the row is no chat, or NULL. */
static const char *read_row(const json *row, struct arena *arena,
                            struct vec *to)
{
    str system = json_str(json_get(row, "system"), STR(""));
    if (system.len)
        add(to, MESSAGE_SYSTEM, system);
    bool known = false;
    if (json_is_array(json_get(row, "messages")))
        known = add_list(json_get(row, "messages"), "role", "content", to);
    else if (json_is_array(json_get(row, "conversations")))
        known = add_list(json_get(row, "conversations"), "from", "value", to);
    else if (json_is_array(json_get(row, "prompt")))
        known = add_list(json_get(row, "prompt"), "role", "content", to) &&
                add_list(json_get(row, "completion"), "role", "content", to);
    else if (json_is_str(json_get(row, "output")))
        known = add_alpaca(row, arena, to);
    else
        return "not_a_chat";
    return known ? NULL : "unknown_role";
}

struct job {
    struct arena arena;
    struct vec messages;
    enum role assistant;
};

static void read_one(struct job *job, const struct json_row *from,
                     struct rowchat *row, json **doc)
{
    struct record record;
    *row = (struct rowchat){
        .line = from->line, .messages = &job->messages, .fault = from->fault};
    vec_reset(&job->messages);
    arena_reset(&job->arena);
    *doc = from->fault ? NULL : json_parse(from->text, NULL);
    if (!*doc) {
        row->fault = from->fault ? from->fault : "not_json";
        return;
    }
    if (json_is_str(json_get(*doc, "kind"))) {
        if (record_parse(from->text, &job->arena, &record, NULL)) {
            row->id = record.id;
            messages_of(&record, job->assistant, &job->arena, &job->messages);
        } else {
            row->fault = "not_a_record";
        }
        return;
    }
    row->id = json_str(json_get(*doc, "id"), STR(""));
    row->fault = read_row(*doc, &job->arena, &job->messages);
}

bool rowchat_each(const char *path, enum role assistant,
                  void (*one)(const struct rowchat *row, void *ctx), void *ctx,
                  struct err *err)
{
    struct source *source = source_open(path, err);
    if (!source)
        return false;
    char *bytes = mem_alloc(WALK_HEAD_BYTES);
    str head;
    source = peek_source(source, bytes, WALK_HEAD_BYTES, &head);
    struct json_rows *rows = json_rows_open(source, head, "", ROW_BYTES_MAX);
    struct job job = {.assistant = assistant};
    arena_init(&job.arena);
    vec_init(&job.messages, sizeof(struct message));
    struct json_row from;
    struct err why = {0};
    while (json_rows_next(rows, &from, &why)) {
        struct rowchat row;
        json *doc;
        read_one(&job, &from, &row, &doc);
        one(&row, ctx);
        json_free(doc);
    }
    if (why.code != ERR_NONE && err)
        *err = why;
    json_rows_close(rows);
    free(bytes);
    arena_release(&job.arena);
    vec_release(&job.messages);
    return why.code == ERR_NONE;
}
