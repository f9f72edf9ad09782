/* stream.c - see stream.h. */
#include "curate/stream.h"

#include <stdlib.h>

#include "base/json.h"
#include "base/lines.h"
#include "base/mem.h"
#include "base/parallel.h"

enum { BATCH_ROWS = 1024, BATCH_BYTES = 64 << 20 };

struct stream {
    struct stream_row *rows; /* owned; BATCH_ROWS */
    size_t count;
    uint64_t next_index;
    struct arena text;
    stream_one *one;
    void *ctx;
};

static bool fill(struct stream *s, struct lines *in, const char *file,
                 struct err *err)
{
    s->count = 0;
    arena_reset(&s->text);
    size_t bytes = 0;
    str line;
    while (s->count < BATCH_ROWS && bytes < BATCH_BYTES &&
           lines_next(in, &line, err)) {
        bool too_long = lines_too_long(in);
        if (str_trim(line).len == 0 && !too_long)
            continue;
        struct stream_row *row = &s->rows[s->count++];
        row->line = arena_copy(&s->text, line);
        row->file = file;
        row->number = lines_number(in);
        row->index = s->next_index++;
        row->too_long = too_long;
        row->tag = row->detail = 0;
        buf_reset(&row->out);
        buf_reset(&row->more);
        bytes += line.len;
    }
    return s->count > 0;
}

static void work(size_t index, size_t worker, void *ctx)
{
    struct stream *s = ctx;
    s->one(&s->rows[index], worker, s->ctx);
}

static bool run_file(struct stream *s, const char *path, stream_done *done,
                     struct err *err)
{
    struct lines *in = lines_open(path, 0, err);
    if (!in)
        return false;
    struct err broken = {0};
    bool ok = true;
    while (ok && fill(s, in, path, &broken)) {
        parallel_for(s->count, work, s);
        for (size_t i = 0; ok && i < s->count; i++)
            ok = done(&s->rows[i], s->ctx, err);
    }
    lines_close(in);
    if (ok && broken.code != ERR_NONE) {
        *err = broken;
        return err_wrap(err, "%s", path);
    }
    return ok;
}

bool stream_run(const char *const paths[], size_t path_count, stream_one *one,
                stream_done *done, void *ctx, struct err *err)
{
    struct stream s = {.one = one, .ctx = ctx};
    s.rows = mem_zero(BATCH_ROWS, sizeof *s.rows);
    for (size_t i = 0; i < BATCH_ROWS; i++) {
        buf_init(&s.rows[i].out, BUF_MAX);
        buf_init(&s.rows[i].more, BUF_MAX);
    }
    arena_init(&s.text);
    bool ok = true;
    for (size_t i = 0; ok && i < path_count; i++)
        ok = run_file(&s, paths[i], done, err);
    for (size_t i = 0; i < BATCH_ROWS; i++) {
        buf_release(&s.rows[i].out);
        buf_release(&s.rows[i].more);
    }
    free(s.rows);
    arena_release(&s.text);
    return ok;
}

void stream_put_reject(const struct stream_row *row, str id, const char *reason,
                       str detail, struct buf *out)
{
    struct json_out j = json_out(out);
    json_begin(&j, '{');
    json_add_str_or_null(&j, "id", id);
    json_add_str(&j, "file", str_of(row->file));
    json_add_int(&j, "line", (int64_t)row->number);
    json_add_str(&j, "reason", str_of(reason));
    json_add_str_or_null(&j, "detail", detail);
    json_key(&j, "record");
    if (id.len)
        json_put_raw(&j, str_trim(row->line));
    else
        json_put_str(&j, row->line);
    json_end(&j, '}');
    buf_add_char(out, '\n');
}

bool stream_parse(struct stream_row *row, struct arena *arena,
                  struct record *record)
{
    struct err err = {0};
    bool ok = row->too_long ? err_set(&err, ERR_LIMIT, "the line is too long")
                            : record_parse(row->line, arena, record, &err);
    if (ok)
        return true;
    buf_add(&row->out, str_of(err.message));
    stream_put_reject(row, (str){0}, "unreadable", buf_str(&row->out),
                      &row->more);
    return false;
}
