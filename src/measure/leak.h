/* leak.h - does a corpus give away the texts it was made from?
 *
 *     struct leak *leak = leak_open(&options, &err);
 *     leak_add(leak, &reference_record);               // any number
 *     leak_seal(leak);
 *     struct leak_finding found;
 *     leak_check(leak, &record, &found);
 *     if (found.span >= leak_span_min(leak, &record) || …
 *     leak_close(leak);
 *
 * A unit is a Han character or a run of other letters, marks and numbers of the
 * folded text. The reference is kept as 32-bit names of its units. Winnowing
 * (Schleimer, Wilkerson, Aiken 2003) picks n-grams as fingerprints, so that of
 * every shared run of n + w - 1 units at least one is found: n 13, w 18 for
 * Chinese (30 characters), n 8, w 3 otherwise (10 words). Each hit is extended
 * to both sides unit by unit, so lengths are exact. At most LEAK_PLACES_MAX
 * places of one fingerprint are tried. Stock phrases (rules/phrases `common`)
 * do not count. A near-copied turn shares a Jaccard similarity of 0.8 or more
 * of its pairs of units with a turn of the reference that has one of its four
 * smallest fingerprints. Memory: about 6 bytes a unit of the reference. Adding
 * and checking belong to one thread.
 */
#ifndef MEASURE_LEAK_H
#define MEASURE_LEAK_H

#include "knowledge/knowledge.h"
#include "record/record.h"

enum {
    LEAK_KINDS_MAX = 16,
    LEAK_PLACES_MAX = 8,
    LEAK_NEAR_UNITS_MIN = 10,
    LEAK_SHOWN_BYTES = 600
};

/* The first identifier at or after *from, which moves behind it. */
typedef bool leak_finder(str text, enum lang lang, size_t *from, size_t *start,
                         size_t *end, size_t *kind);

struct leak_options {
    size_t ngram; /* 0: runs count from 13 characters (zh), 10 words */
    leak_finder *find;
    size_t kinds; /* of identifiers */
    const char *const *canaries;
    size_t canary_count;
};

struct leak_finding {
    size_t span;     /* longest copied run, units without stock phrases */
    size_t span_all; /* the same with them */
    str span_text;   /* folded; identifiers as "[…]"; in the arena */
    str reference;   /* id of the record it stands in */
    size_t shared;   /* distinct copied runs */
    size_t near_turns;
    str near_reference; /* of the first */
    size_t identifiers[LEAK_KINDS_MAX];
    size_t identifier_count;
    size_t canaries;
};

struct leak;

MUST_USE struct leak *leak_open(const struct leak_options *options,
                                struct err *err);
void leak_close(struct leak *leak); /* NULL is fine */

/* ERR_LIMIT above UINT32_MAX units. */
MUST_USE bool leak_add(struct leak *leak, const struct record *record,
                       struct err *err);
void leak_seal(struct leak *leak);
void leak_check(struct leak *leak, const struct record *record,
                struct leak_finding *found);
/* Units that a copied run must have to count. */
size_t leak_span_min(const struct leak *leak, const struct record *record);
bool leak_is_leak(const struct leak *leak, const struct record *record,
                  const struct leak_finding *found);
uint64_t leak_units(const struct leak *leak); /* of the reference */

#endif
