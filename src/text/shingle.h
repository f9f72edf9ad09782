/* shingle.h - a text as a set of overlapping pieces, and how much two sets
 * share.
 *
 *     struct shingler *shingler;
 *     if (!shingler_open(&shingler, SHINGLE_CHARS, 5, "zh", &err)) return
 * false; struct vec a, b;                         // of uint64_t vec_init(&a,
 * sizeof(uint64_t)), vec_init(&b, sizeof(uint64_t)); shingle_set(shingler,
 * text_a, &a); shingle_set(shingler, text_b, &b); struct overlap overlap =
 * jaccard(a.items, a.count, b.items, b.count); bool near =
 * jaccard_at_least(overlap, (struct fraction){4, 5});
 *
 * The text is folded (text_fold) and only letters, marks and numbers are kept
 * (unit chars), or only its words (unit words, see words.h). A shingle is n
 * consecutive units; its name is the 64-bit XXH3 of their UTF-8 bytes (words
 * joined by one space). A text shorter than n units is one shingle, an empty
 * text none. A shingler belongs to one thread.
 *
 * Two different shingles may have one name: rarely by chance, and on purpose in
 * a hostile text. Where that must not pass, shingle_set_collides tells it for
 * the shingles of one text, and another seed gives all shingles other names.
 */
#ifndef TEXT_SHINGLE_H
#define TEXT_SHINGLE_H

#include "base/buf.h"
#include "base/str.h"
#include "base/vec.h"

enum shingle_unit { SHINGLE_CHARS, SHINGLE_WORDS };

enum { SHINGLE_LENGTH_MAX = 64 };

struct shingler;

/* length: units in one shingle, 1 to SHINGLE_LENGTH_MAX (else ERR_USAGE). lang
 * is used for words and may be NULL. */
MUST_USE bool shingler_open(struct shingler **shingler, enum shingle_unit unit,
                            size_t length, const char *lang, struct err *err);
void shingler_close(struct shingler *shingler); /* NULL is fine */
/* Names are made with this seed from now on; it is 0 at first. */
void shingler_use_seed(struct shingler *shingler, uint64_t seed);

/* The set: sorted, each hash once. Empties out first. */
void shingle_set(struct shingler *shingler, str text,
                 struct vec *out /* uint64_t */);
/* All shingles in the order of the text, repeats included. */
void shingle_list(struct shingler *shingler, str text,
                  struct vec *out /* uint64_t */);
/* The text that shingles are cut from, appended: folded, without everything
 * that is not kept; words are joined by one space. */
void shingle_text(struct shingler *shingler, str text, struct buf *out);
/* That text, of the last call of the three above; valid until the next. */
str shingle_last_text(const struct shingler *shingler);
/* Whether two different shingles of the text that shingle_set was last called
 * with have one name, so that its set is smaller than it should be. */
bool shingle_set_collides(struct shingler *shingler);

/* Goes through the shingles of a text that shingle_text made, in order, without
 * a shingler:
 *
 *     struct shingle_walk walk = shingle_walk(SHINGLE_CHARS, 5, kept);
 *     for (str shingle; shingle_walk_next(&walk, &shingle);)
 *         use(shingle_name(shingle, seed));
 */
struct shingle_walk {
    str kept;
    enum shingle_unit unit;
    size_t from, to; /* the next shingle; to = STR_NONE at the end */
};

struct shingle_walk shingle_walk(enum shingle_unit unit, size_t length,
                                 str kept);
bool shingle_walk_next(struct shingle_walk *walk, str *shingle);
uint64_t shingle_name(str shingle, uint64_t seed);

struct overlap {
    size_t intersection;
    size_t united; /* size of the union */
};

/* Of two sorted sets. */
struct overlap jaccard(const uint64_t *a, size_t a_count, const uint64_t *b,
                       size_t b_count);
/* 0 when both sets are empty. */
double jaccard_value(struct overlap overlap);

/* A threshold without rounding: 0.8 is 4/5. */
struct fraction {
    uint64_t numerator;
    uint64_t denominator; /* > 0 */
};

/* "0.8", "1", ".75": digits with at most one point and 18 digits after it,
 * between 0 and 1. ERR_CONFIG otherwise. The fraction is reduced. */
MUST_USE bool fraction_parse(str text, struct fraction *fraction,
                             struct err *err);
/* The shortest decimal of at most 18 places that reads back as the value (0.8
 * gives 4/5). The value is clamped to [0, 1]; not-a-number is 0. */
struct fraction fraction_of(double value);

/* intersection / union >= threshold, exactly; false when the union is empty. */
bool jaccard_at_least(struct overlap overlap, struct fraction threshold);

#endif
