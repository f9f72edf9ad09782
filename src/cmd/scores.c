/* scores.c - see scores.h. */
#include "cmd/scores.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/csv.h"
#include "base/fs.h"
#include "base/mem.h"

enum { FAMILIES_MAX = 16 };

/* The last part of a path. */
static str short_name(const char *name)
{
    return fs_base_name(str_of(name));
}

struct table *scores_table(const struct scores *s, const char *family)
{
    str *cells = mem_zero(s->count + 2, sizeof *cells);
    char(*texts)[METRIC_INTERVAL_BYTES] = mem_zero(s->count + 1, sizeof *texts);
    cells[0] = str_of(family);
    for (size_t c = 0; c < s->count; c++)
        cells[c + 1] = short_name(s->names[c]);
    struct table *table = table_new_of(cells, s->count + 1);
    for (size_t i = 0; i < s->lists[0].items.count; i++) {
        const struct metric *m = metrics_at(&s->lists[0], i);
        if (strcmp(m->family, family) != 0)
            continue;
        cells[0] = str_of(m->name);
        for (size_t c = 0; c < s->count; c++) {
            metric_show_interval(metrics_at(&s->lists[c], i), texts[c]);
            cells[c + 1] = str_of(texts[c]);
        }
        table_add_cells(table, cells, s->count + 1);
    }
    free(cells);
    free(texts);
    return table;
}

static void put_tables(const struct scores *s, enum table_style style,
                       struct buf *out)
{
    const char *before = "";
    for (size_t i = 0; i < s->lists[0].items.count; i++) {
        const struct metric *m = metrics_at(&s->lists[0], i);
        if (strcmp(m->family, before) == 0)
            continue;
        before = m->family;
        struct table *table = scores_table(s, before);
        table_write(table, style, out);
        buf_add_char(out, '\n');
        table_free(table);
    }
}

void scores_print(const struct scores *s)
{
    struct buf out;
    buf_init(&out, BUF_MAX);
    put_tables(s, table_style_for(stdout), &out);
    fputs(buf_cstr(&out), stdout);
    buf_release(&out);
}

bool scores_write_markdown(const struct scores *s, str more, const char *path,
                           struct err *err)
{
    struct buf out;
    buf_init(&out, BUF_MAX);
    put_tables(s, TABLE_MARKDOWN, &out);
    buf_add(&out, more);
    bool ok = fs_write_atomic(path, buf_str(&out), err);
    buf_release(&out);
    return ok;
}

static str number(char *text, bool shown, double value)
{
    snprintf(text, 40, "%.17g", value);
    return shown ? str_of(text) : (str){0};
}

bool scores_write_csv(const struct scores *s, const char *path, struct err *err)
{
    static const str titles[] = {{"column", 6},    {"family", 6}, {"metric", 6},
                                 {"value", 5},     {"low", 3},    {"high", 4},
                                 {"signature", 9}, {"why", 3}};
    struct buf out;
    buf_init(&out, BUF_MAX);
    csv_put_row(&out, ',', titles, 8);
    for (size_t c = 0; c < s->count; c++)
        for (size_t i = 0; i < s->lists[c].items.count; i++) {
            const struct metric *m = metrics_at(&s->lists[c], i);
            char value[40], low[40], high[40];
            str cells[] = {str_of(s->names[c]),
                           str_of(m->family),
                           str_of(m->name),
                           number(value, !m->why, m->value),
                           number(low, m->has_interval, m->low),
                           number(high, m->has_interval, m->high),
                           str_of(m->signature),
                           str_of(m->why)};
            csv_put_row(&out, ',', cells, 8);
        }
    bool ok = fs_write_atomic(path, buf_str(&out), err);
    buf_release(&out);
    return ok;
}
