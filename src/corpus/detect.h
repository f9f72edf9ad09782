/* detect.h - which format is this file in, and why.
 *
 *     struct detection found;
 *     if (!detect(unit, encoding, &found)) … "no known format"
 *     puts(found.why);   // "8 of 8 rows have question, options, answer_idx"
 *
 * Every format of the table reads the first rows of the file in its own way and
 * looks for its keys; the one with the most keys that most rows have wins, the
 * earlier one in the table among equals. Text formats look at the text.
 */
#ifndef CORPUS_DETECT_H
#define CORPUS_DETECT_H

#include "corpus/walk.h"
#include "corpus/format.h"

struct detection {
    const struct format *format;
    char why[400];
};

/* `first` (may be NULL) is tried before the others and kept when it fits:
 * files of one folder mostly have one format. */
bool detect(const struct unit *unit, const char *encoding,
            const struct format *first, struct detection *found);

#endif
