/* heading.h - is a line a heading, and what does it open?
 *
 *     struct heading h;
 *     if (heading_read(&reading, raw, &dress, &h) && h.words & WORD_CAST) …
 *
 * A heading is marked (#, bold, brackets, equal signs), or ends with a colon
 * and says a word that opens something, or numbers a dialogue ("Casus 2",
 * "对话一： 门诊") even without any mark.
 */
#ifndef REPLY_HEADING_H
#define REPLY_HEADING_H

#include "reply/dress.h"

enum { HEADING_BYTES_MAX = 120 };

struct heading {
    str text;       /* without marks */
    unsigned words; /* WORD_* of all its words */
    bool ordinal;   /* one that opens a dialogue has a number */
};

bool heading_read(const struct reading *r, str raw, const struct dress *d,
                  struct heading *h);
/* Only headings that number a dialogue. */
bool heading_numbered(const struct reading *r, str raw, const struct dress *d,
                      struct heading *h);

#endif
