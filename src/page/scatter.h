/* scatter.h - many small scatter plots in a grid, drawn into the page as SVG.
 *
 *     struct page_scatter_cell cells[4] = {
 *         {.label = STR("fluency")}, {.label = STR("0.75")},
 *         {.x = a, .y = b, .count = n, .label = STR("0.75")}, …};
 *     page_scatter_matrix(p, &(struct page_scatter_matrix){
 *         .title = STR("Criteria"), .columns = names, .column_count = 2,
 *         .rows = names, .row_count = 2, .cells = cells});
 *
 * Needs no script and prints as it is shown. A cell without points shows its
 * label in the middle, one with points above them. Each cell spans its own
 * values. Of more than SCATTER_POINTS_MAX points every n-th is drawn, of more
 * than SCATTER_SIDE_MAX rows or columns the first ones; captions say so.
 */
#ifndef PAGE_SCATTER_H
#define PAGE_SCATTER_H

#include "page/page.h"

enum { SCATTER_POINTS_MAX = 400, SCATTER_SIDE_MAX = 12 };

struct page_scatter_cell {
    const double *x, *y;
    size_t count;
    str label;
};

struct page_scatter_matrix {
    str title;
    const str *columns, *rows;
    size_t column_count, row_count;
    const struct page_scatter_cell *cells; /* row after row */
};

void page_scatter_matrix(struct page *page,
                         const struct page_scatter_matrix *matrix);

#endif
