/* terms.h - reads a list of medical words from a file of the user.
 *
 *     struct list terms;                                   // of str, in arena
 *     if (!terms_read("odwn_orbn_gwg-LMF_1.3.xml.gz", &arena, &terms, &err)) …
 *
 * The form is told by the first bytes:
 * - XML: Open Dutch WordNet and others in the LMF of ODWN (LexicalEntry with a
 *   Lemma's writtenForm, Sense / Pragmatics / Domains domain). Entries with a
 *   sense in the domains medicine, anatomy or pharmacy; a file where no sense
 *   has a domain gives all its nouns.
 * - SNOMED CT RF2 descriptions, told by their header: active terms.
 * - Otherwise one term a line; what follows a tab is left out.
 * Compressed files are read as they are. Terms that are too long for a lexicon
 * are left out; at most LEXICON_TERMS_MAX are read, more are ERR_LIMIT.
 */
#ifndef MEASURE_TERMS_H
#define MEASURE_TERMS_H

#include "base/arena.h"
#include "base/err.h"
#include <stdint.h>

struct list;

MUST_USE bool terms_read(const char *path, struct arena *arena,
                         struct list *terms, struct err *err);
/* Names the list, for signatures; 0 for an empty one. */
uint64_t terms_name(const struct list *terms);

#endif
