/* units.h - a text as units to compare: characters of Chinese, words otherwise.
 *
 *     struct units u;
 *     units_init(&u);
 *     units_cut(&u, STR("Pijn in de rug。腰痛"), 1u << 24);   // 6 units
 *     units_list_grams(&u, 8);                        // u.grams: names
 *     units_winnow(&u, 3, &chosen);                   // fingerprints
 *     units_release(&u);
 *
 * A unit is a Han character (or kana, Hangul …) or a run of other letters,
 * marks and numbers of the folded text (text/normalise.h), known by the 32 bits
 * of its name. Winnowing (Schleimer, Wilkerson, Aiken 2003) picks the smallest
 * of every w neighbouring n-grams, so of every run of n + w - 1 units that two
 * texts share at least one n-gram is picked in both. One thread a struct.
 */
#ifndef MEASURE_UNITS_H
#define MEASURE_UNITS_H

#include "base/buf.h"
#include "base/vec.h"
#include "text/classes.h"

enum { UNITS_SKETCH = 4 };

struct unit {
    uint32_t name;       /* never 0 */
    uint32_t start, end; /* bytes of the folded text */
    uint32_t plain;      /* where it begins in the plain text */
    bool word;           /* not a single character of Chinese */
    bool stock;          /* for the caller; false after units_cut */
};

struct units {
    const struct classes *classes;
    struct vec units; /* struct unit */
    struct vec grams; /* uint64_t, of the last units_list_grams */
    struct buf folded;
};

void units_init(struct units *units);
void units_release(struct units *units);

/* Cuts at most `max` units; the rest of the text is left out. */
void units_cut(struct units *units, str text, size_t max);
/* Appends the units alone, one space between two words: the same text however
 * it was punctuated. Sets their `plain`. */
void units_put_plain(struct units *units, struct buf *out);
/* Rolling names of all runs of n units; none when there are fewer. */
void units_list_grams(struct units *units, size_t n);
/* Empties chosen, then lists which n-grams are fingerprints (uint32_t). A text
 * with fewer than w n-grams has one. */
void units_winnow(const struct units *units, size_t w, struct vec *chosen);
/* The smallest different names of pairs of units; returns how many. */
size_t units_sketch(const struct units *units, uint64_t smallest[UNITS_SKETCH]);

static inline uint64_t units_pair(uint32_t a, uint32_t b)
{
    uint64_t pair = ((uint64_t)a << 32 | b) * 0xD6E8FEB86659FD93u;
    return pair ^ pair >> 32;
}

#endif
