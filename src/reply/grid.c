/* grid.c - see grid.h.
 *
 * The column of speakers is the one whose head says so, else one whose cells
 * are mostly roles; the speech is the column with the longest cells beside it.
 * A table whose heads are roles has one exchange a row. */
#include <string.h>

#include "reply/csv_grid.h"
#include "reply/grid.h"
#include "reply/speaker.h"

static bool is_dashes(str line)
{
    size_t dashes = 0;
    for (size_t i = 0; i < line.len; i++) {
        if (!strchr("|-: +=", line.ptr[i]))
            return false;
        dashes += line.ptr[i] == '-' || line.ptr[i] == '=';
    }
    return dashes >= 2;
}

static const struct unit *unit_at(const struct vec *units, size_t index)
{
    return index < units->count ? vec_at(units, index) : NULL;
}

static bool has_bar(const struct unit *unit)
{
    return unit && unit->kind == UNIT_LINE &&
           str_find_char(unit->text, '|', 0) != STR_NONE;
}

static bool starts_with_bar(const struct unit *unit)
{
    return has_bar(unit) && unit->text.ptr[0] == '|' &&
           str_find_char(unit->text, '|', 1) != STR_NONE;
}

static str row_body(str line)
{
    if (line.len && line.ptr[0] == '|')
        line = str_slice(line, 1, line.len);
    bool escaped = line.len > 1 && line.ptr[line.len - 2] == '\\';
    if (line.len && line.ptr[line.len - 1] == '|' && !escaped)
        line.len--;
    return line;
}

/* The next cell; "\|" is a bar in it. */
static bool next_cell(struct reading *r, str *rest, str *cell)
{
    if (!rest->ptr)
        return false;
    size_t end = 0;
    bool escapes = false;
    while (end < rest->len && rest->ptr[end] != '|') {
        bool escape = rest->ptr[end] == '\\' && end + 1 < rest->len &&
                      rest->ptr[end + 1] == '|';
        escapes |= escape;
        end += escape ? 2 : 1;
    }
    *cell = trim_space(str_slice(*rest, 0, end < rest->len ? end : rest->len));
    *rest = end < rest->len ? str_slice(*rest, end + 1, rest->len) : (str){0};
    if (escapes) {
        char *out = arena_alloc(r->arena, cell->len + 1);
        size_t len = 0;
        for (size_t i = 0; i < cell->len; i++)
            if (cell->ptr[i] != '\\' || i + 1 == cell->len ||
                cell->ptr[i + 1] != '|')
                out[len++] = cell->ptr[i];
        *cell = str_make(out, len);
    }
    return true;
}

static size_t count_cells(str line)
{
    size_t count = 1;
    str body = row_body(line);
    for (size_t i = 0; i < body.len; i++)
        count += body.ptr[i] == '|';
    return count;
}

/* How many units from index on are rows: with bars at their start, or any bars
 * where a line of dashes told that it is a table. Sets the size. */
static size_t measure(const struct vec *units, size_t index, bool dashed,
                      struct grid *grid)
{
    size_t used = 0;
    for (const struct unit *unit = unit_at(units, index);
         has_bar(unit) && (dashed || starts_with_bar(unit));
         unit = unit_at(units, index + used)) {
        size_t cells = count_cells(unit->text);
        grid->columns = cells > grid->columns ? cells : grid->columns;
        grid->rows += !is_dashes(unit->text);
        used++;
    }
    if (grid->columns > GRID_COLUMNS_MAX)
        grid->columns = GRID_COLUMNS_MAX;
    return grid->columns >= 2 && grid->rows ? used : 0;
}

static void fill_cells(struct reading *r, const struct vec *units, size_t index,
                       size_t used, struct grid *grid)
{
    size_t row = 0;
    grid->cells =
        arena_array(r->arena, grid->rows * grid->columns, sizeof *grid->cells);
    for (size_t i = 0; i < used; i++) {
        str line = unit_at(units, index + i)->text;
        if (is_dashes(line))
            continue;
        str rest = row_body(line), cell;
        for (size_t c = 0; c < grid->columns && next_cell(r, &rest, &cell); c++)
            grid->cells[row * grid->columns + c] = cell;
        row++;
    }
}

size_t grid_read(struct reading *r, const struct vec *units, size_t index,
                 struct grid *grid)
{
    const struct unit *first = unit_at(units, index);
    const struct unit *second = unit_at(units, index + 1);
    bool bars = starts_with_bar(first) && starts_with_bar(second);
    bool header = has_bar(second) && is_dashes(second->text);
    bool dashed = has_bar(first) && header;
    if (!bars && !dashed)
        return csv_read(r, units, index, grid);
    *grid = (struct grid){.header = header};
    size_t used = measure(units, index, dashed, grid);
    if (used)
        fill_cells(r, units, index, used, grid);
    return used;
}

str grid_cell(const struct grid *grid, size_t row, size_t column)
{
    return grid->cells[row * grid->columns + column];
}

/* --- turns --- */

static bool names_person(struct reading *r, str cell)
{
    return cell.len <= 60 && named_is_plain(speaker_of(r, cell));
}

/* Rows (from `from` on) whose cell names a person, of those that are filled. */
static bool mostly_people(struct reading *r, const struct grid *g,
                          size_t column)
{
    size_t people = 0, filled = 0;
    for (size_t row = g->header ? 1 : 0; row < g->rows; row++) {
        str cell = grid_cell(g, row, column);
        filled += cell.len > 0;
        people += cell.len > 0 && names_person(r, cell);
    }
    return people > 0 && people * 5 >= filled * 3;
}

static size_t speaker_column(struct reading *r, const struct grid *g)
{
    for (size_t c = 0; c < g->columns; c++)
        if (mostly_people(r, g, c))
            return c;
    for (size_t c = 0; c < g->columns && g->header; c++)
        if (rules_word(r->rules, trim_label(grid_cell(g, 0, c))) &
            WORD_SPEAKER_KEY)
            return c;
    return STR_NONE;
}

static size_t speech_column(struct reading *r, const struct grid *g,
                            size_t speaker)
{
    size_t best = STR_NONE, most = 0;
    for (size_t c = 0; c < g->columns; c++) {
        if (c == speaker)
            continue;
        unsigned word = rules_word(r->rules, trim_label(grid_cell(g, 0, c)));
        bool ours = rules_is_language(r->rules, trim_label(grid_cell(g, 0, c)),
                                      r->in->lang);
        if (g->header && (word & WORD_TEXT_KEY || ours))
            return c;
        if (g->header && word & (WORD_ASIDE | WORD_NAME_KEY))
            continue;
        size_t bytes = 0;
        for (size_t row = g->header ? 1 : 0; row < g->rows; row++)
            bytes += grid_cell(g, row, c).len;
        if (bytes > most) {
            most = bytes;
            best = c;
        }
    }
    return best;
}

static void add_pair(struct vec *out, str label, str text)
{
    struct unit *unit = vec_add(out);
    *unit = (struct unit){.kind = UNIT_PAIR, .label = label, .text = text};
}

/* Two or more heads are roles: each row is an exchange. */
static bool expand_exchanges(struct reading *r, const struct grid *g,
                             struct vec *out)
{
    size_t roles = 0;
    for (size_t c = 0; c < g->columns; c++)
        roles += names_person(r, grid_cell(g, 0, c));
    if (roles < 2 || g->rows < 2)
        return false;
    for (size_t row = 1; row < g->rows; row++)
        for (size_t c = 0; c < g->columns; c++)
            if (names_person(r, grid_cell(g, 0, c)) && grid_cell(g, row, c).len)
                add_pair(out, grid_cell(g, 0, c), grid_cell(g, row, c));
    return true;
}

static void add_notes(struct reading *r, const struct grid *g, struct vec *out)
{
    struct buf line;
    buf_init(&line, BUF_MAX);
    for (size_t row = 0; row < g->rows; row++) {
        buf_reset(&line);
        for (size_t c = 0; c < g->columns; c++) {
            buf_add(&line, grid_cell(g, row, c));
            buf_add(&line, STR(" "));
        }
        struct unit *unit = vec_add(out);
        *unit = (struct unit){.kind = UNIT_NOTE,
                              .text = arena_copy(r->arena, buf_str(&line))};
    }
    buf_release(&line);
}

void grid_expand(struct reading *r, const struct grid *grid, struct vec *out)
{
    if (expand_exchanges(r, grid, out))
        return;
    size_t speaker = speaker_column(r, grid);
    size_t speech =
        speaker == STR_NONE ? STR_NONE : speech_column(r, grid, speaker);
    if (speech == STR_NONE) {
        add_notes(r, grid, out);
        return;
    }
    str head = grid_cell(grid, 0, speaker);
    bool titled = rules_word(r->rules, trim_label(head)) & WORD_SPEAKER_KEY ||
                  !names_person(r, head);
    for (size_t row = titled ? 1 : 0; row < grid->rows; row++) {
        str label = grid_cell(grid, row, speaker);
        str text = grid_cell(grid, row, speech);
        if (label.len && text.len)
            add_pair(out, label, text);
    }
}
