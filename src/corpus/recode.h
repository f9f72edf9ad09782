/* recode.h - any encoding to UTF-8, as a stream.
 *
 *     const char *encoding = recode_guess(head);      // NULL: UTF-8 already
 *     source = recode_source(source, encoding, &err);
 *
 * The guess looks at the first bytes of a file: a byte order mark, then UTF-8
 * (also with a few broken bytes in it), then what text/encoding.h says. A byte
 * that does not follow the encoding comes out as 0xFF, which is never UTF-8, so
 * the row that holds it is rejected by name and no text is made up.
 */
#ifndef CORPUS_RECODE_H
#define CORPUS_RECODE_H

#include "base/err.h"
#include "base/lines.h"

/* The name of the encoding, or NULL for UTF-8 (mark or not). Static. */
const char *recode_guess(str head);

/* Takes the source over. NULL for a name that ICU does not know. */
MUST_USE struct source *recode_source(struct source *source,
                                      const char *encoding, struct err *err);

#endif
