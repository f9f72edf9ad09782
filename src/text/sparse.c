/* sparse.c - see sparse.h. */
#include "text/sparse.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Ties are broken by value: a sum then depends on the multiset alone. */
static int by_key(const void *a, const void *b)
{
    const struct sparse *x = a, *y = b;
    if (x->key != y->key)
        return x->key < y->key ? -1 : 1;
    return (x->value > y->value) - (x->value < y->value);
}

size_t sparse_normalise(struct sparse *items, size_t count)
{
    if (count == 0)
        return 0;
    qsort(items, count, sizeof *items, by_key);
    size_t last = 0;
    for (size_t i = 1; i < count; i++) {
        if (items[i].key == items[last].key)
            items[last].value += items[i].value;
        else
            items[++last] = items[i];
    }
    return last + 1;
}

static double squares(const struct sparse *items, size_t count)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += items[i].value * items[i].value;
    return sum;
}

bool cosine_sparse(const struct sparse *a, size_t a_count,
                   const struct sparse *b, size_t b_count, double *cosine)
{
    double norms = squares(a, a_count) * squares(b, b_count);
    if (!(norms > 0))
        return false;
    double dot = 0;
    for (size_t i = 0, j = 0; i < a_count && j < b_count;) {
        if (a[i].key == b[j].key)
            dot += a[i].value * b[j].value;
        bool a_steps = a[i].key <= b[j].key, b_steps = b[j].key <= a[i].key;
        i += a_steps;
        j += b_steps;
    }
    *cosine = dot / sqrt(norms);
    return true;
}

bool cosine_dense(const float *a, const float *b, size_t dimensions,
                  double *cosine)
{
    double dot = 0, a_squares = 0, b_squares = 0;
    for (size_t i = 0; i < dimensions; i++) {
        dot += (double)a[i] * (double)b[i];
        a_squares += (double)a[i] * (double)a[i];
        b_squares += (double)b[i] * (double)b[i];
    }
    double norms = a_squares * b_squares;
    if (!(norms > 0))
        return false;
    *cosine = dot / sqrt(norms);
    return true;
}
