/* vectors.h - word vectors of the user: a text file of words and numbers, as
 * word2vec, GloVe and fastText write them.
 *
 *     struct word_vectors *v = word_vectors_open("cc.nl.300.vec.gz", &err);
 *     const float *hoest = word_vectors_get(v, STR("hoest"));   // or NULL
 *     size_t dimensions = word_vectors_dimensions(v);
 *     word_vectors_close(v);
 *
 * One word a line, then its numbers, parted by spaces; a first line of two
 * whole numbers (words, dimensions) is a head. Words are folded (normalise.h);
 * of those that become equal the first stays. Compressed files are read as
 * they are. At most VECTORS_BYTES_MAX of numbers: of more words, the first
 * ones, which are the frequent ones, are kept. Constant after opening; any
 * thread.
 */
#ifndef MEASURE_VECTORS_H
#define MEASURE_VECTORS_H

#include "base/err.h"
#include "base/str.h"

enum { VECTORS_DIMENSIONS_MAX = 4096 };
#define VECTORS_BYTES_MAX ((size_t)2 << 30)

struct word_vectors;

/* NULL with ERR_FORMAT for a line that has not as many numbers as the first,
 * or a number that is not finite. */
MUST_USE struct word_vectors *word_vectors_open(const char *path,
                                                struct err *err);
void word_vectors_close(struct word_vectors *vectors); /* NULL is fine */

/* Of a folded word; NULL when there is none. */
const float *word_vectors_get(const struct word_vectors *vectors, str word);
size_t word_vectors_dimensions(const struct word_vectors *vectors);
size_t word_vectors_count(const struct word_vectors *vectors);
/* Names the content: equal for files with the same words and numbers. */
uint64_t word_vectors_name(const struct word_vectors *vectors);

#endif
