/* losses.c - see losses.h. The record's own JSON is walked, so nothing that
 * record_write writes can be forgotten here. */
#include "corpus/losses.h"

#include <stdio.h>

enum { NAME_BYTES_MAX = 200 };

static bool is_carried(const char *carries, str name)
{
    str rest = str_of(carries), word;
    while (str_next(&rest, ' ', &word))
        if (str_equal(word, name))
            return true;
    return false;
}

static bool is_empty(const json *value)
{
    if (json_is_str(value))
        return json_str(value, STR("")).len == 0;
    return json_is_null(value) ||
           ((json_is_array(value) || json_is_object(value)) && !value->child);
}

static void count(struct map *notes, const char *prefix, str name)
{
    char text[NAME_BYTES_MAX];
    snprintf(text, sizeof text, "lost_%s" STR_FMT, prefix, STR_ARG(name));
    map_count(notes, str_of(text), 1);
}

static void count_meta(const json *meta, struct map *notes)
{
    JSON_EACH(pair, meta)
    {
        str key = json_str(json_at(pair, 0), STR(""));
        if (map_size(notes) < LOSSES_NAMES_MAX)
            count(notes, "meta:", key);
        else
            count(notes, "", STR("meta"));
    }
}

static void count_turns(const json *turns, const char *carries,
                        struct map *notes)
{
    JSON_EACH(turn, turns)
    JSON_EACH(member, turn)
    {
        char name[NAME_BYTES_MAX];
        snprintf(name, sizeof name, "turns." STR_FMT,
                 STR_ARG(json_key_of(member)));
        if (!is_empty(member) && !is_carried(carries, str_of(name)))
            count(notes, "", str_of(name));
    }
}

void export_losses(const struct record *record, const char *carries,
                   struct map *notes)
{
    struct buf line;
    buf_init(&line, BUF_MAX);
    record_write(record, &line);
    json *doc = json_parse(str_trim(buf_str(&line)), NULL);
    JSON_EACH(member, doc)
    {
        str name = json_key_of(member);
        if (is_empty(member) || is_carried(carries, name))
            continue;
        if (str_equal(name, STR("meta")))
            count_meta(member, notes);
        else if (str_equal(name, STR("turns")))
            count_turns(member, carries, notes);
        else
            count(notes, "", name);
    }
    json_free(doc);
    buf_release(&line);
}
