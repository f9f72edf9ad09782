/* mmr.c - see mmr.h. The largest similarity to the picked ones is kept per
 * item and updated with each pick. */
#include "stat/mmr.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/mem.h"

static double dot(const float *a, const float *b, size_t d)
{
    double sum = 0;
    for (size_t i = 0; i < d; i++)
        sum += (double)a[i] * (double)b[i];
    return sum;
}

size_t mmr(const float *vectors, size_t n, size_t d, const double *relevance,
           double lambda, size_t count_max, size_t *picked)
{
    size_t count = count_max < n ? count_max : n;
    double *nearest = mem_zero(n, sizeof *nearest);
    bool *taken = mem_zero(n, sizeof *taken);
    for (size_t p = 0; p < count; p++) {
        size_t best = n;
        double best_score = -INFINITY;
        for (size_t i = 0; i < n; i++) {
            double novelty = p == 0 ? 0 : nearest[i];
            double score = lambda * relevance[i] - (1 - lambda) * novelty;
            if (!taken[i] && (best == n || score > best_score)) {
                best_score = score;
                best = i;
            }
        }
        picked[p] = best;
        taken[best] = true;
        for (size_t i = 0; i < n; i++) {
            double near = dot(vectors + i * d, vectors + best * d, d);
            if (p == 0 || near > nearest[i])
                nearest[i] = near;
        }
    }
    free(nearest);
    free(taken);
    return count;
}
