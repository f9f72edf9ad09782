/* vector.h - dot products of float vectors that give the same bits everywhere.
 *
 *     float similarity = vector_dot(a, b, dimensions);
 *     vector_dots(a, rows, count, dimensions, out);   // rows: count x
 * dimensions
 *
 * Sixteen running sums are kept, element i going to sum i mod 16, and are added
 * up in a fixed order at the end. That is what wide registers do, and what the
 * plain form does too: the two differ in speed only, so results depend neither
 * on the processor nor on threads. (A BLAS gives other bits on other machines.)
 * Pure; any thread. The wide form is chosen at the first call, unless
 * ANAMNESIS_CPU=scalar is in the environment.
 */
#ifndef STAT_VECTOR_H
#define STAT_VECTOR_H

#include <stddef.h>

float vector_dot(const float *a, const float *b, size_t dimensions);
/* out[i] = a . row i; rows: [count x dimensions], out: [count] */
void vector_dots(const float *a, const float *rows, size_t count,
                 size_t dimensions, float *out);
/* Scales to length 1; a zero vector stays and gives false. */
_Bool vector_normalise(float *vector, size_t dimensions);

/* The reference form, for tests. */
float vector_dot_plain(const float *a, const float *b, size_t dimensions);

#endif
