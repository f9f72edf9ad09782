/* csv_grid.c - see csv_grid.h. */
#include "reply/csv_grid.h"

enum { HEAD_BYTES_MAX = 100 };

/* Where the value at the start of the line ends: at its closing quote, or at
 * the separator. */
static size_t value_end(str line, char comma, bool quoted)
{
    size_t end = quoted ? 1 : 0;
    while (end < line.len) {
        bool twice = end + 1 < line.len && line.ptr[end + 1] == '"';
        if (quoted && line.ptr[end] == '"' && !twice)
            break;
        if (!quoted && line.ptr[end] == comma)
            break;
        end += quoted && line.ptr[end] == '"' ? 2 : 1;
    }
    return end < line.len ? end : line.len;
}

static str halve_quotes(struct reading *r, str value)
{
    if (!str_contains(value, STR("\"\"")))
        return value;
    char *out = arena_alloc(r->arena, value.len + 1);
    size_t len = 0;
    for (size_t i = 0; i < value.len; i++) {
        out[len++] = value.ptr[i];
        i += value.ptr[i] == '"';
    }
    return str_make(out, len);
}

/* The next value of a line; false behind the last one. */
static bool next_value(struct reading *r, str *rest, char comma, str *value)
{
    if (!rest->ptr)
        return false;
    bool quoted = starts(*rest, "\"");
    size_t end = value_end(*rest, comma, quoted);
    *value = trim_space(str_slice(*rest, quoted ? 1 : 0, end));
    if (quoted)
        *value = halve_quotes(r, *value);
    size_t at = str_find_char(*rest, comma, end);
    *rest = at == STR_NONE ? (str){0} : drop(*rest, at + 1);
    return true;
}

/* Columns of a head in any order and language; 0 when it is none. */
static size_t head_columns(struct reading *r, str line, char comma)
{
    size_t columns = 0;
    bool speaker = false, text = false;
    str rest = line, value;
    if (line.len > HEAD_BYTES_MAX || str_find_char(line, comma, 0) == STR_NONE)
        return 0;
    while (next_value(r, &rest, comma, &value)) {
        unsigned word = rules_word(r->rules, value);
        speaker |= (word & WORD_SPEAKER_KEY) != 0;
        text |= (word & WORD_TEXT_KEY) != 0;
        columns++;
    }
    return speaker && text && columns <= GRID_COLUMNS_MAX ? columns : 0;
}

static void fill_row(struct reading *r, str line, char comma, size_t columns,
                     str *cells)
{
    str rest = line;
    for (size_t c = 0; c < columns && rest.ptr; c++) {
        bool last = c + 1 == columns && !starts(rest, "\"");
        if (last)
            cells[c] = trim_space(rest);
        else
            next_value(r, &rest, comma, &cells[c]);
    }
}

static const struct unit *line_at(const struct vec *units, size_t index)
{
    const struct unit *unit =
        index < units->count ? vec_at(units, index) : NULL;
    return unit && unit->kind == UNIT_LINE ? unit : NULL;
}

size_t csv_read(struct reading *r, const struct vec *units, size_t index,
                struct grid *grid)
{
    if (!line_at(units, index) || (index && line_at(units, index - 1)))
        return 0;
    str head = line_at(units, index)->text;
    size_t used = 0, columns = 0;
    char comma = 0;
    for (const char *c = ",;\t"; *c && !columns; c++) {
        comma = *c;
        columns = head_columns(r, head, comma);
    }
    if (!columns)
        return 0;
    while (line_at(units, index + used))
        used++;
    *grid = (struct grid){.columns = columns, .rows = used, .header = true};
    grid->cells = arena_array(r->arena, used * columns, sizeof(str));
    for (size_t row = 0; row < used; row++)
        fill_row(r, line_at(units, index + row)->text, comma, columns,
                 grid->cells + row * columns);
    return used >= 2 ? used : 0;
}
