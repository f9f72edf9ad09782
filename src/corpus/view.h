/* view.h - a record as people read it.
 *
 *     record_view(&record, isatty(1), &out);
 *
 * A dialogue is a script with a coloured speaker a side, a question shows its
 * options with the right ones marked, a consultation its questions with
 * references. Without colours the same words stand alone.
 */
#ifndef CORPUS_VIEW_H
#define CORPUS_VIEW_H

#include "record/record.h"

void record_view(const struct record *record, bool colours, struct buf *out);

#endif
