/* companion.c - see companion.h. */
#include "corpus/companion.h"

#include <stdlib.h>

#include "base/mem.h"
#include "corpus/peek.h"
#include "corpus/reader.h"
#include "corpus/shelf.h"
#include "corpus/walk.h"

struct companion {
    struct shelf *shelf; /* JSON texts by key */
};

static bool add(struct companion *c, str key, str text, struct err *err)
{
    return key.len == 0 || shelf_put(c->shelf, 0, key, text, err);
}

static bool add_json(struct companion *c, str text, const char *join,
                     struct err *err)
{
    json *doc = json_parse(text, NULL);
    const json *key = json_get(doc, join);
    struct buf number;
    buf_init(&number, 64);
    if (json_is_number(key))
        buf_printf(&number, "%lld", (long long)json_int(key, 0));
    bool ok =
        add(c, json_is_number(key) ? buf_str(&number) : json_str(key, STR("")),
            text, err);
    buf_release(&number);
    json_free(doc);
    return ok;
}

static bool add_cells(struct companion *c, const struct reader *rows,
                      const struct row *row, const char *join, struct err *err)
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
    bool ok = add(c, key, buf_str(&text), err);
    buf_release(&text);
    return ok;
}

static bool load(struct companion *c, struct reader *rows, const char *join,
                 struct err *err)
{
    struct row row;
    struct err local = {0};
    while (reader_next(rows, &row, &local)) {
        if (row.fault)
            continue;
        bool ok = row.kind == ROW_CELLS ? add_cells(c, rows, &row, join, err)
                                        : add_json(c, row.text, join, err);
        if (!ok)
            return false;
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
    char *head = mem_alloc(WALK_HEAD_BYTES);
    struct reader_options options = {.name = path, .format = &any};
    options.source = peek_source(source, head, WALK_HEAD_BYTES, &options.head);
    struct reader *rows = reader_open(&options, err);
    c->shelf = rows ? shelf_open(err) : NULL;
    bool ok = c->shelf && load(c, rows, join, err);
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
    shelf_close(c->shelf);
    free(c);
}

str companion_row(const struct companion *c, str key, struct arena *arena)
{
    return c ? shelf_get(c->shelf, 0, key, arena) : STR("");
}
