/* grid.h - Markdown tables: rows of cells between bars.
 *
 *     struct grid grid;
 *     size_t used = grid_read(&reading, &units, index, &grid);
 *     if (used) …                       // units [index, index + used)
 *     grid_cell(&grid, row, column)
 *
 * A table is two or more lines that begin with a bar, or lines with bars around
 * a line of dashes. The dashes are no row. At most GRID_COLUMNS_MAX columns.
 */
#ifndef REPLY_GRID_H
#define REPLY_GRID_H

#include "reply/units.h"

enum { GRID_COLUMNS_MAX = 16 };

struct grid {
    str *cells; /* rows x columns, row by row, in arena; trimmed */
    size_t rows, columns;
    bool header; /* a line of dashes follows the first row */
};

/* How many units the table takes; 0 when there is none. */
size_t grid_read(struct reading *r, const struct vec *units, size_t index,
                 struct grid *grid);
str grid_cell(const struct grid *grid, size_t row, size_t column);

/* Adds the turns of a table as pairs, or its rows as notes. */
void grid_expand(struct reading *r, const struct grid *grid, struct vec *out);

#endif
