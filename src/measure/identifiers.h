/* identifiers.h - what in a text could tell who somebody is (rule 9).
 *
 *     struct identifier found;
 *     for (size_t from = 0; identifier_next(text, LANG_NL, &from, &found);)
 *         report(found.kind, found.start, found.end);
 *
 * Finds phone numbers, e-mail and messenger names, addresses, national numbers,
 * full dates of birth and numbers of records. A name alone is no identifier:
 * people in generated dialogues have invented names. Made for precision: doses,
 * readings, laboratory values, ages, ordinary dates, rooms, beds and emergency
 * numbers are left alone. Numbers may be written with full-width digits,
 * spaces, dots or hyphens.
 *
 * Check digits: Chinese resident identity number, ISO 7064 MOD 11-2 (GB
 * 11643-1999); Dutch burgerservicenummer, weights 9…2 and -1, modulo 11;
 * British NHS number, weights 10…2, modulo 11. American social security numbers
 * have none: area, group and serial must be ones that are issued. Pure
 * functions; any thread may call. Linear in the text.
 */
#ifndef MEASURE_IDENTIFIERS_H
#define MEASURE_IDENTIFIERS_H

#include "base/str.h"
#include "knowledge/knowledge.h"

enum identifier_kind {
    IDENTIFIER_PHONE,
    IDENTIFIER_EMAIL,
    IDENTIFIER_ADDRESS,
    IDENTIFIER_NATIONAL_NUMBER,
    IDENTIFIER_BIRTH_DATE,
    IDENTIFIER_RECORD_NUMBER, /* of a record, a card or a policy */
    IDENTIFIER_ACCOUNT,       /* of a messenger */
    IDENTIFIER_KIND_COUNT
};

struct identifier {
    enum identifier_kind kind;
    size_t start, end; /* bytes [start, end) */
};

/* "phone number", "national number", … */
const char *identifier_kind_name(enum identifier_kind kind);

/* The first identifier that starts at or after *from; moves *from behind it. */
bool identifier_next(str text, enum lang lang, size_t *from,
                     struct identifier *found);

/* Digits only, as many as the number has; the identity number may end in X. */
bool identifier_is_resident_id(str digits); /* 18, with a possible date */
bool identifier_is_bsn(str digits);         /* 9 */
bool identifier_is_nhs(str digits);         /* 10 */
bool identifier_is_ssn(str digits);         /* 9 */

#endif
