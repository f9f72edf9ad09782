/* companion.c - see companion.h. */
#include "corpus/companion.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/map.h"
#include "base/mem.h"
#include "corpus/peek.h"
#include "corpus/reader.h"
#include "corpus/walk.h"

struct companion {
    struct arena arena;
    struct map index; /* key → index into texts */
    struct vec texts; /* str: JSON */
};

static void add(struct companion *c, str key, str text)
{
    if (key.len == 0 || map_get(&c->index, key, NULL))
        return;
    map_put(&c->index, key, c->texts.count);
    *(str *)vec_add(&c->texts) = arena_copy(&c->arena, text);
}

static void add_json(struct companion *c, str text, const char *join)
{
    json *doc = json_parse(text, NULL);
    const json *key = json_get(doc, join);
    struct buf number;
    buf_init(&number, 64);
    if (json_is_number(key))
        buf_printf(&number, "%lld", (long long)json_int(key, 0));
    add(c, json_is_number(key) ? buf_str(&number) : json_str(key, STR("")),
        text);
    buf_release(&number);
    json_free(doc);
}

static void add_cells(struct companion *c, const struct reader *rows,
                      const struct row *row, const char *join)
{
    const str *names;
    size_t count = reader_header(rows, &names);
    struct buf text;
    buf_init(&text, ROW_BYTES_MAX);
    struct json_out j = json_out(&text);
    str key = STR("");
    json_begin(&j, '{');
    for (size_t i = 0; i < count && i < row->cell_count; i++) {
        if (str_equal(names[i], str_of(join)))
            key = row->cells[i];
        json_key_str(&j, names[i]);
        json_put_str(&j, row->cells[i]);
    }
    json_end(&j, '}');
    add(c, key, buf_str(&text));
    buf_release(&text);
}

static bool load(struct companion *c, struct reader *rows, const char *join,
                 struct err *err)
{
    struct row row;
    struct err local = {0};
    size_t bytes = 0;
    while (reader_next(rows, &row, &local)) {
        if (row.fault)
            continue;
        if (row.kind == ROW_CELLS)
            add_cells(c, rows, &row, join);
        else
            add_json(c, row.text, join);
        bytes = c->arena.total_bytes;
        if (bytes > COMPANION_BYTES_MAX)
            return err_set(err, ERR_LIMIT, "more than %zu bytes",
                           COMPANION_BYTES_MAX);
    }
    if (local.code != ERR_NONE && err)
        *err = local;
    return local.code == ERR_NONE;
}

struct companion *companion_load(const char *path, const char *join,
                                 struct err *err)
{
    static const struct format any = {.name = "companion",
                                      .shapes = SHAPE_JSON | SHAPE_CELLS};
    struct source *source = source_open(path, err);
    if (!source)
        return NULL;
    struct companion *c = mem_zero(1, sizeof *c);
    arena_init(&c->arena);
    map_init(&c->index);
    vec_init(&c->texts, sizeof(str));
    char *head = mem_alloc(WALK_HEAD_BYTES);
    struct reader_options options = {.name = path, .format = &any};
    options.source = peek_source(source, head, WALK_HEAD_BYTES, &options.head);
    struct reader *rows = reader_open(&options, err);
    bool ok = rows && load(c, rows, join, err);
    reader_close(rows);
    free(head);
    if (ok)
        return c;
    companion_free(c);
    return NULL;
}

void companion_free(struct companion *c)
{
    if (!c)
        return;
    arena_release(&c->arena);
    map_release(&c->index);
    vec_release(&c->texts);
    free(c);
}

str companion_row(const struct companion *c, str key)
{
    uint64_t index;
    if (!c || !map_get(&c->index, key, &index))
        return STR("");
    return *(str *)vec_at(&c->texts, (size_t)index);
}
