/* personal.h - everything in a text that could tell who somebody is.
 *
 *     struct personal *personal = personal_open(&err);
 *     struct personal_scan scan;                       // one a thread
 *     personal_scan_init(&scan);
 *     personal_find(personal, text, LANG_NL, &scan);
 *     for (size_t i = 0; i < scan.spans.count; i++)
 *         report(vec_at(&scan.spans, i));              // struct personal_span
 *     personal_scan_release(&scan), personal_close(personal);
 *
 * The identifiers of identifiers.h, people's names (names.h), full dates, web
 * addresses, and ages. Names that stand alone and ages are common to many
 * people: personal_is_weak says so. Spans are in order and never overlap; of
 * two that would, the one that begins first is kept. Constant after opening;
 * shared by threads. Linear in the text.
 */
#ifndef MEASURE_PERSONAL_H
#define MEASURE_PERSONAL_H

#include "base/vec.h"
#include "measure/identifiers.h"

enum personal_kind { /* behind those of enum identifier_kind */
                     PERSONAL_URL = IDENTIFIER_KIND_COUNT,
                     PERSONAL_DATE,
                     PERSONAL_NAME,
                     PERSONAL_SINGLE_NAME,
                     PERSONAL_AGE,
                     PERSONAL_KIND_COUNT
};

struct personal_span {
    size_t start, end; /* bytes [start, end) */
    unsigned kind;
};

struct personal;

struct personal_scan {
    struct vec tokens, names; /* scratch */
    struct vec spans;         /* struct personal_span */
};

/* "phone number", "name", …; kind < PERSONAL_KIND_COUNT. */
const char *personal_kind_name(unsigned kind);
bool personal_is_weak(unsigned kind);

/* NULL on failure. */
MUST_USE struct personal *personal_open(struct err *err);
void personal_close(struct personal *personal); /* NULL is fine */

void personal_scan_init(struct personal_scan *scan);
void personal_scan_release(struct personal_scan *scan);
void personal_find(const struct personal *personal, str text, enum lang lang,
                   struct personal_scan *scan);
/* One more span that must not be shown, of the weakest kind. */
void personal_add_span(struct personal_scan *scan, size_t start, size_t end);

#endif
