/* xlsx.h - the rows of the first sheet of an Excel workbook.
 *
 *     struct xlsx *sheet = xlsx_open(zip, &err);
 *     const str *cells; size_t count;
 *     while (xlsx_next(sheet, &cells, &count)) …
 *     xlsx_close(sheet);
 *
 * Shared and inline strings, numbers and booleans come as text; formulas as
 * their stored value; empty cells keep their column. Dates are the numbers
 * they are stored as. A sheet is at most XLSX_BYTES_MAX of XML.
 */
#ifndef CORPUS_XLSX_H
#define CORPUS_XLSX_H

#include "corpus/zip.h"

#define XLSX_BYTES_MAX ((size_t)32 << 20)
#define XLSX_COLUMNS_MAX ((size_t)1024)

struct xlsx;

MUST_USE struct xlsx *xlsx_open(struct zip *zip, struct err *err);
bool xlsx_next(struct xlsx *xlsx, const str **cells, size_t *count);
void xlsx_close(struct xlsx *xlsx);

#endif
