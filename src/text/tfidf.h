/* tfidf.h - texts as vectors of a fixed length, by what is written in them.
 *
 *     struct tfidf *tfidf = tfidf_new(1024);
 *     for (size_t i = 0; i < count; i++)
 *         tfidf_add(tfidf, texts[i]);
 *     float *vectors = mem_zero(count * 1024, sizeof *vectors); // count x 1024
 *     for (size_t i = 0; i < count; i++)
 *         tfidf_vector(tfidf, texts[i], vectors + i * 1024);
 *     tfidf_free(tfidf);
 *
 * Character n-grams (2 to 4 letters, marks or numbers of the folded text) are
 * hashed into the dimensions, weighted and scaled to length 1:
 *     weight = (1 + ln tf) * (1 + ln((1 + N) / (1 + df)))
 * tf is the count of the n-gram in the text, N the number of texts, df the
 * number of texts with an n-gram of the same hash cell. A sign from the hash
 * makes collisions cancel in the mean (Weinberger et al. 2009).
 *
 * Adding belongs to one thread; afterwards any number may ask for vectors.
 */
#ifndef TEXT_TFIDF_H
#define TEXT_TFIDF_H

#include "base/str.h"

enum { TFIDF_DIMENSIONS_MAX = 1 << 16 };

struct tfidf;

struct tfidf *tfidf_new(size_t dimensions); /* 1 to TFIDF_DIMENSIONS_MAX */
void tfidf_free(struct tfidf *tfidf);       /* NULL is fine */
size_t tfidf_dimensions(const struct tfidf *tfidf);
void tfidf_add(struct tfidf *tfidf, str text);
/* vector: `dimensions` floats, all written; all 0 for a text without letters.
 */
void tfidf_vector(const struct tfidf *tfidf, str text, float *vector);

#endif
