/* sparse.h - vectors of counts over many keys, of which few are not zero.
 *
 *     struct sparse a[] = {{7, 1}, {3, 2}, {7, 1}};
 *     size_t a_count = sparse_normalise(a, 3);         // {3, 2}, {7, 2}
 *     double cosine;
 *     if (!cosine_sparse(a, a_count, b, b_count, &cosine)) ... // a zero vector
 *
 * Pure functions; any thread may call.
 */
#ifndef TEXT_SPARSE_H
#define TEXT_SPARSE_H

#include "base/str.h"

/* Vectors are arrays of these, keys ascending and unique. */
struct sparse {
    uint64_t key;
    double value;
};

/* Sorts by key and adds up equal keys (smaller values first, so that a sum does
 * not depend on the order they came in); returns the new count. */
size_t sparse_normalise(struct sparse *items, size_t count);

/* Cosine of the angle; false when one vector is zero (then it is undefined). */
MUST_USE bool cosine_sparse(const struct sparse *a, size_t a_count,
                            const struct sparse *b, size_t b_count,
                            double *cosine);
/* The same for `dimensions` floats each; false when one is zero. Sums are in
 * double precision. */
MUST_USE bool cosine_dense(const float *a, const float *b, size_t dimensions,
                           double *cosine);

#endif
