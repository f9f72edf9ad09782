/* csv_grid.h - dialogues as comma-separated values, read into a grid.
 *
 *     size_t used = csv_read(&reading, &units, index, &grid);   // 0: none
 *
 * There must be a head with a column of speakers and one of speech
 * ("speaker,text", "Spreker;Tekst") at the top of its lines; the rows last up
 * to the next empty line. The separator is a comma, a semicolon or a tab.
 * Unlike base/csv.h this reads lines of a reply, one row each, and forgives
 * unquoted commas in the last column.
 */
#ifndef REPLY_CSV_GRID_H
#define REPLY_CSV_GRID_H

#include "reply/grid.h"

size_t csv_read(struct reading *r, const struct vec *units, size_t index,
                struct grid *grid);

#endif
