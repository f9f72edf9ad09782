/* csv.c - see csv.h.
 *
 * A row is first scanned without changing a byte: the scanner notes where its
 * cells lie in the sliding buffer and where the last quote was opened. Only a
 * row that proves good is unquoted in place. So a faulty row costs nothing but
 * its first line: the rest is still there and is scanned again.
 */
#include "base/csv.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/lines.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "base/window.h"

enum { RAW_MAX = 64 << 10 };

/* Where one cell lies, as offsets from the start of its row. */
struct cell {
    size_t from, to;
    bool doubled; /* holds doubled quotes */
};

enum place { CELL_START, PLAIN, QUOTED, QUOTE_SEEN };

enum verdict { ROW_GOOD, ROW_BAD, ROW_NONE, ROW_ERROR };

struct csv {
    struct window window;
    char *path; /* owned */
    char separator;
    size_t row_bytes_max, columns_max;
    uint64_t line; /* of the byte at `from` */
    uint64_t row_count, fault_count;
    struct vec cells; /* struct cell, of the row being scanned */
    struct vec views; /* str, of the row returned last */
    struct map columns;
    struct buf raw;
    char fault[120];
};

/* The scan of one row. Offsets count from csv->window.from. */
struct scan {
    enum place place;
    size_t at;         /* next byte to look at */
    size_t cell_from;  /* first byte of the present cell */
    size_t quote_at;   /* where the present quoted cell was opened */
    uint64_t newlines; /* before `at` */
    uint64_t quote_newlines;
    bool doubled;
    size_t cell_to; /* end of a quoted cell */
    size_t columns;
};

static bool drop_mark(struct csv *in, struct err *err)
{
    while (in->window.to < WINDOW_MARK_BYTES && !in->window.at_end)
        if (!window_more(&in->window, err))
            return false;
    if (window_at_mark(&in->window))
        in->window.from = WINDOW_MARK_BYTES;
    return true;
}

static void end_cell(struct csv *in, struct scan *s, size_t to)
{
    if (++s->columns > in->columns_max)
        return;
    *(struct cell *)vec_add(&in->cells) =
        (struct cell){s->cell_from, to, s->doubled};
}

/* Looks at one byte. True when it ends the row. `bad` is set when it cannot
 * stand there. */
static bool step(struct csv *in, struct scan *s, char c, bool *bad)
{
    bool ends = c == in->separator || c == '\n';
    switch (s->place) {
    case CELL_START:
        s->doubled = false;
        if (c == '"') {
            s->place = QUOTED;
            s->quote_at = s->at;
            s->quote_newlines = s->newlines;
            s->cell_from = s->at + 1;
            return false;
        }
        s->cell_from = s->at;
        s->place = PLAIN;
        break;
    case QUOTED:
        if (c == '"') {
            s->place = QUOTE_SEEN;
            s->cell_to = s->at;
        }
        return false;
    case QUOTE_SEEN:
        if (c == '"' && s->at == s->cell_to + 1) {
            s->place = QUOTED;
            s->doubled = true;
            return false;
        }
        *bad = !ends && c != '\r';
        break;
    case PLAIN:
        break;
    }
    if (!ends)
        return false;
    bool quoted = s->place == QUOTE_SEEN;
    size_t to = quoted ? s->cell_to : s->at;
    if (!quoted && c == '\n' && to > s->cell_from &&
        in->window.bytes[in->window.from + to - 1] == '\r')
        to--;
    end_cell(in, s, to);
    s->place = CELL_START;
    return c == '\n';
}

/* Jumps over bytes that cannot change the state. */
static void skip_ordinary(const struct csv *in, struct scan *s)
{
    const char *base = in->window.bytes + in->window.from;
    size_t have = in->window.to - in->window.from, i = s->at;
    if (s->place == QUOTED) {
        for (; i < have && base[i] != '"'; i++)
            s->newlines += base[i] == '\n';
    } else if (s->place == PLAIN) {
        while (i < have && base[i] != in->separator && base[i] != '\n')
            i++;
    }
    s->at = i;
}

static enum verdict bad_row(struct csv *in, const char *what, uint64_t line)
{
    snprintf(in->fault, sizeof in->fault, "line %llu: %s",
             (unsigned long long)line, what);
    return ROW_BAD;
}

static enum verdict finish_at_end(struct csv *in, struct scan *s)
{
    if (s->place == QUOTED)
        return bad_row(in, "a quote is opened and never closed",
                       in->line + s->quote_newlines);
    bool quoted = s->place == QUOTE_SEEN;
    size_t to = quoted ? s->cell_to : s->at;
    if (s->place == CELL_START)
        s->cell_from = to;
    if (!quoted && to > s->cell_from &&
        in->window.bytes[in->window.from + to - 1] == '\r')
        to--;
    end_cell(in, s, to);
    return ROW_GOOD;
}

static enum verdict over_limit(struct csv *in, struct scan *s)
{
    if (s->place == QUOTED)
        return bad_row(in,
                       "a quote is opened and not closed within the "
                       "largest row",
                       in->line + s->quote_newlines);
    s->quote_at = s->at;
    return bad_row(in, "the row is larger than the limit", in->line);
}

static enum verdict scan_row(struct csv *in, struct scan *s, struct err *err)
{
    *s = (struct scan){.place = CELL_START};
    vec_reset(&in->cells);
    bool bad = false;
    for (;;) {
        skip_ordinary(in, s);
        if (s->at > in->row_bytes_max)
            return over_limit(in, s);
        if (s->at == in->window.to - in->window.from) {
            if (in->window.at_end)
                return s->at ? finish_at_end(in, s) : ROW_NONE;
            if (!window_more(&in->window, err))
                return ROW_ERROR;
            continue;
        }
        char c = in->window.bytes[in->window.from + s->at];
        bool ended = step(in, s, c, &bad);
        if (bad)
            return bad_row(in, "text stands behind a closing quote",
                           in->line + s->newlines);
        s->newlines += c == '\n';
        s->at++;
        if (ended)
            break;
    }
    return ROW_GOOD;
}

/* Writes the cell without doubled quotes over itself. */
static str unquote(char *base, struct cell cell)
{
    if (!cell.doubled)
        return str_make(base + cell.from, cell.to - cell.from);
    size_t to = cell.from;
    for (size_t i = cell.from; i < cell.to; i++) {
        base[to++] = base[i];
        if (base[i] == '"')
            i++;
    }
    return str_make(base + cell.from, to - cell.from);
}

static void give_cells(struct csv *in, const struct scan *s,
                       struct csv_row *row)
{
    vec_reset(&in->views);
    for (size_t i = 0; i < in->cells.count; i++) {
        str view = unquote(in->window.bytes + in->window.from,
                           *(struct cell *)vec_at(&in->cells, i));
        vec_push(&in->views, &view);
    }
    row->cells = in->views.items;
    row->count = in->views.count;
    in->window.from += s->at;
    in->line += s->newlines;
}

static void keep_raw(struct csv *in, str bytes)
{
    buf_add(&in->raw, str_slice(bytes, 0, RAW_MAX - in->raw.len));
}

/* Steps over bytes up to and including the next line end. */
static bool skip_line(struct csv *in, struct err *err)
{
    for (;;) {
        char *start = in->window.bytes + in->window.from;
        char *end = memchr(start, '\n', in->window.to - in->window.from);
        size_t len =
            end ? (size_t)(end - start) + 1 : in->window.to - in->window.from;
        keep_raw(in, str_make(start, len));
        in->window.from += len;
        if (end) {
            in->line++;
            return true;
        }
        if (in->window.at_end)
            return true;
        if (!window_more(&in->window, err))
            return false;
    }
}

/* Gives up the faulty row: its lines up to the one where the faulty quote was
 * opened. What was scanned behind that is scanned again, and only once more:
 * inside an open quote stand only even runs of quotes, and seen from outside
 * those leave nothing open. */
static bool give_up(struct csv *in, const struct scan *s, struct err *err)
{
    const char *start = in->window.bytes + in->window.from;
    keep_raw(in, str_make(start, s->quote_at));
    for (size_t i = 0; i < s->quote_at; i++)
        in->line += start[i] == '\n';
    in->window.from += s->quote_at;
    return skip_line(in, err);
}

static bool skip_blank_lines(struct csv *in, struct err *err)
{
    for (;;) {
        size_t have = in->window.to - in->window.from;
        const char *p = in->window.bytes + in->window.from;
        if (have < 2 && !in->window.at_end) {
            if (!window_more(&in->window, err))
                return false;
            continue;
        }
        size_t len = have >= 1 && p[0] == '\n'                   ? 1
                     : have >= 2 && p[0] == '\r' && p[1] == '\n' ? 2
                                                                 : 0;
        if (len == 0)
            return true;
        in->window.from += len;
        in->line++;
    }
}

static bool next_row(struct csv *in, struct csv_row *row, struct err *err)
{
    *row = (struct csv_row){0};
    if (!skip_blank_lines(in, err))
        return false;
    struct scan s;
    enum verdict verdict = scan_row(in, &s, err);
    if (verdict == ROW_ERROR)
        return err_wrap(err, "row on line %llu", (unsigned long long)in->line);
    if (verdict == ROW_NONE)
        return false;
    row->line = in->line;
    if (verdict == ROW_GOOD && s.columns > in->columns_max) {
        snprintf(in->fault, sizeof in->fault,
                 "line %llu: %zu columns (at most %zu)",
                 (unsigned long long)in->line, s.columns, in->columns_max);
        buf_reset(&in->raw);
        keep_raw(in, str_make(in->window.bytes + in->window.from, s.at));
        in->window.from += s.at;
        in->line += s.newlines;
    } else if (verdict == ROW_GOOD) {
        give_cells(in, &s, row);
        return true;
    } else {
        buf_reset(&in->raw);
        if (!give_up(in, &s, err))
            return false;
    }
    row->fault = in->fault;
    row->raw = buf_str(&in->raw);
    return true;
}

static bool read_header(struct csv *in, struct err *err)
{
    struct csv_row row;
    struct err inner = {0};
    if (!next_row(in, &row, &inner)) {
        if (inner.code == ERR_NONE)
            return err_set(err, ERR_FORMAT, "%s: no header row", in->path);
        return err_set(err, inner.code, "%s", inner.message);
    }
    if (row.fault)
        return err_set(err, ERR_FORMAT, "%s: header: %s", in->path, row.fault);
    for (size_t i = 0; i < row.count; i++)
        if (!map_put(&in->columns, str_trim(row.cells[i]), i))
            return err_set(err, ERR_FORMAT,
                           "%s: column '%.*s' stands twice in the header",
                           in->path, (int)str_slice(row.cells[i], 0, 80).len,
                           row.cells[i].ptr);
    return true;
}

struct csv *csv_open(const char *path, struct csv_options options,
                     struct err *err)
{
    struct source *source = source_open(path, err);
    return source ? csv_over(source, path, options, err) : NULL;
}

struct csv *csv_over(struct source *source, const char *name,
                     struct csv_options options, struct err *err)
{
    assert(options.separator != '"' && options.separator != '\n' &&
           options.separator != '\r');
    struct csv *in = mem_zero(1, sizeof *in);
    in->path = mem_copy_string(name, strlen(name));
    in->separator = options.separator ? options.separator : ',';
    in->row_bytes_max =
        options.row_bytes_max ? options.row_bytes_max : CSV_ROW_BYTES_MAX;
    in->columns_max =
        options.columns_max ? options.columns_max : CSV_COLUMNS_MAX;
    window_init(&in->window, source);
    in->line = 1;
    vec_init(&in->cells, sizeof(struct cell));
    vec_init(&in->views, sizeof(str));
    map_init(&in->columns);
    buf_init(&in->raw, RAW_MAX);
    if (drop_mark(in, err) && (!options.header || read_header(in, err)))
        return in;
    csv_close(in);
    return NULL;
}

void csv_close(struct csv *in)
{
    if (!in)
        return;
    window_release(&in->window);
    vec_release(&in->cells);
    vec_release(&in->views);
    map_release(&in->columns);
    buf_release(&in->raw);
    free(in->path);
    free(in);
}

bool csv_next(struct csv *in, struct csv_row *row, struct err *err)
{
    if (!next_row(in, row, err))
        return false;
    row->number = ++in->row_count;
    in->fault_count += row->fault != NULL;
    return true;
}

size_t csv_column(const struct csv *in, const char *name)
{
    uint64_t index;
    return map_get(&in->columns, str_of(name), &index) ? (size_t)index
                                                       : CSV_NONE;
}

/* A name as people may see it: at most 40 bytes; control bytes are shown as
 * '?', and so is all that is not ASCII where the name is no UTF-8. */
static void add_shown(struct buf *out, str name)
{
    enum { SHOWN = 40 };
    bool valid = utf8_is_valid(name);
    size_t size = name.len < SHOWN ? name.len : SHOWN;
    while (size < name.len && size && ((uint8_t)name.ptr[size] & 0xC0) == 0x80)
        size--;
    for (size_t i = 0; i < size; i++) {
        uint8_t byte = (uint8_t)name.ptr[i];
        buf_add_char(out, byte < 0x20 || byte == 0x7F || (byte > 0x7F && !valid)
                              ? '?'
                              : name.ptr[i]);
    }
    buf_add(out, size < name.len ? STR("…") : STR(""));
}

bool csv_need_column(const struct csv *in, const char *name, size_t *index,
                     struct err *err)
{
    *index = csv_column(in, name);
    if (*index != CSV_NONE)
        return true;
    struct buf known;
    buf_init(&known, 600);
    for (size_t i = 0; i < csv_column_count(in) && !known.full; i++) {
        buf_add(&known, i ? STR(", ") : STR(""));
        add_shown(&known, csv_column_name(in, i));
    }
    err_set(err, ERR_FORMAT, "%s: no column '%s' (there are: %s%s)", in->path,
            name, buf_cstr(&known), known.full ? ", …" : "");
    buf_release(&known);
    return false;
}

size_t csv_column_count(const struct csv *in)
{
    return map_size(&in->columns);
}

str csv_column_name(const struct csv *in, size_t index)
{
    return map_entry(&in->columns, index)->key;
}

str csv_cell(const struct csv_row *row, size_t index)
{
    return index < row->count ? row->cells[index] : STR("");
}

uint64_t csv_row_count(const struct csv *in)
{
    return in->row_count;
}

uint64_t csv_fault_count(const struct csv *in)
{
    return in->fault_count;
}

static bool needs_quotes(str cell, char separator)
{
    for (size_t i = 0; i < cell.len; i++) {
        char c = cell.ptr[i];
        if (c == separator || c == '"' || c == '\n' || c == '\r')
            return true;
    }
    return cell.len >= 3 && memcmp(cell.ptr, "\xEF\xBB\xBF", 3) == 0;
}

static void put_cell(struct buf *out, char separator, str cell, bool quote)
{
    if (!quote && !needs_quotes(cell, separator)) {
        buf_add(out, cell);
        return;
    }
    buf_add_char(out, '"');
    for (size_t at; (at = str_find_char(cell, '"', 0)) != STR_NONE;) {
        buf_add(out, str_slice(cell, 0, at + 1));
        buf_add_char(out, '"');
        cell = str_slice(cell, at + 1, cell.len);
    }
    buf_add(out, cell);
    buf_add_char(out, '"');
}

void csv_put_row(struct buf *out, char separator, const str *cells,
                 size_t count)
{
    /* A lone empty cell would look like a blank line. */
    bool lone = count == 1 && cells[0].len == 0;
    for (size_t i = 0; i < count; i++) {
        if (i)
            buf_add_char(out, separator);
        put_cell(out, separator, cells[i], lone);
    }
    buf_add_char(out, '\n');
}
