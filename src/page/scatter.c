/* scatter.c - see scatter.h. */
#include "page/scatter.h"

#include <math.h>

#include "base/utf8.h"
#include "page/html.h"

enum { CELL = 120, PAD = 10, HEAD = 22, NAME = 130, LABEL = 14 };

static void range_of(const double *values, size_t count, double *low,
                     double *high)
{
    *low = INFINITY;
    *high = -INFINITY;
    for (size_t i = 0; i < count; i++) {
        if (!isfinite(values[i]))
            continue;
        *low = values[i] < *low ? values[i] : *low;
        *high = values[i] > *high ? values[i] : *high;
    }
}

/* From 0 to 1; the middle when all values are the same. */
static double place(double value, double low, double high)
{
    return high > low ? (value - low) / (high - low) : 0.5;
}

static void put_text(struct buf *out, const char *anchor, double x, double y,
                     str text)
{
    buf_printf(out,
               "<text x=\"%.0f\" y=\"%.0f\" text-anchor=\"%s\" "
               "fill=\"currentColor\" font-size=\"12\">",
               x, y, anchor);
    html_escape(out, text);
    buf_add(out, STR("</text>"));
}

static void put_points(struct buf *out, double left, double top,
                       const struct page_scatter_cell *cell)
{
    double x_low, x_high, y_low, y_high, room = CELL - 2 * PAD;
    double above = cell->label.len ? LABEL : 0;
    size_t step = (cell->count + SCATTER_POINTS_MAX - 1) / SCATTER_POINTS_MAX;
    range_of(cell->x, cell->count, &x_low, &x_high);
    range_of(cell->y, cell->count, &y_low, &y_high);
    for (size_t i = 0; i < cell->count; i += step) {
        if (!isfinite(cell->x[i]) || !isfinite(cell->y[i]))
            continue;
        double x = place(cell->x[i], x_low, x_high),
               y = 1 - place(cell->y[i], y_low, y_high);
        buf_printf(out, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"2\"/>",
                   left + PAD + x * room,
                   top + PAD + above + y * (room - above));
    }
}

static void put_cell(struct buf *out, double left, double top,
                     const struct page_scatter_cell *cell)
{
    buf_printf(out,
               "<rect x=\"%.0f\" y=\"%.0f\" width=\"%d\" height=\"%d\" "
               "fill=\"none\" stroke=\"var(--line)\"/>",
               left, top, CELL - 4, CELL - 4);
    if (cell->count == 0) {
        put_text(out, "middle", left + CELL / 2.0 - 2, top + CELL / 2.0,
                 cell->label);
        return;
    }
    buf_add(out, STR("<g fill=\"var(--c1)\" fill-opacity=\"0.55\">"));
    put_points(out, left, top, cell);
    buf_add(out, STR("</g>"));
    put_text(out, "end", left + CELL - 8, top + 12, cell->label);
}

/* Names are cut to what fits beside or above a cell. */
static str cut_name(str name)
{
    return str_slice(name, 0, utf8_cut(name, 20));
}

static void put_grid(struct buf *out, const struct page_scatter_matrix *m,
                     size_t rows, size_t columns)
{
    for (size_t c = 0; c < columns; c++)
        put_text(out, "middle", NAME + (double)c * CELL + CELL / 2.0, 14,
                 cut_name(m->columns[c]));
    for (size_t r = 0; r < rows; r++) {
        double top = HEAD + (double)r * CELL;
        put_text(out, "end", NAME - 8, top + CELL / 2.0, cut_name(m->rows[r]));
        for (size_t c = 0; c < columns; c++)
            put_cell(out, NAME + (double)c * CELL, top,
                     &m->cells[r * m->column_count + c]);
    }
}

void page_scatter_matrix(struct page *page, const struct page_scatter_matrix *m)
{
    struct buf *out = page_body(page);
    size_t rows =
        m->row_count < SCATTER_SIDE_MAX ? m->row_count : SCATTER_SIDE_MAX;
    size_t columns =
        m->column_count < SCATTER_SIDE_MAX ? m->column_count : SCATTER_SIDE_MAX;
    size_t width = NAME + columns * CELL, height = HEAD + rows * CELL;
    buf_add(out, STR("<figure><figcaption>"));
    html_escape(out, m->title);
    buf_printf(out,
               "</figcaption><div class=\"scroll\"><svg role=\"img\" "
               "width=\"%zu\" height=\"%zu\" viewBox=\"0 0 %zu %zu\" "
               "xmlns=\"http://www.w3.org/2000/svg\">",
               width, height, width, height);
    put_grid(out, m, rows, columns);
    buf_add(out, STR("</svg></div>"));
    if (rows < m->row_count || columns < m->column_count)
        buf_printf(out,
                   "<p class=\"small\">The first %zu of %zu rows and %zu "
                   "of %zu columns.</p>",
                   rows, m->row_count, columns, m->column_count);
    buf_add(out, STR("</figure>\n"));
}
