/* kmeans.h - K-means over dense vectors, the same result for any threads.
 *
 *     size_t *cluster = mem_zero(n, sizeof *cluster);
 *     struct kmeans_result r = kmeans(vectors, n, d, k, seed, cluster, NULL);
 *
 * k-means++ seeding (Arthur, Vassilvitskii 2007) with a counter-based
 * generator, then Lloyd's iterations until nothing moves or KMEANS_ROUNDS_MAX.
 * Sums run in order of the vectors, ties go to the lower cluster, an emptied
 * cluster takes the vector that is farthest from its centre. The same input
 * gives the same bits on every machine (see vector.h) and for any number of
 * threads. Values are finite and at most KMEANS_VALUE_MAX (asserted).
 */
#ifndef STAT_KMEANS_H
#define STAT_KMEANS_H

#include <stddef.h>
#include <stdint.h>

enum { KMEANS_ROUNDS_MAX = 100 };

#define KMEANS_VALUE_MAX 1e15f /* squares and sums stay finite */

struct kmeans_result {
    size_t clusters; /* min(k, n) */
    size_t rounds;
    double inertia; /* sum of squared distances to the centres */
};

/* vectors: n × d, row after row. cluster: n indices, written. centres: k × d,
 * written; may be NULL. */
struct kmeans_result kmeans(const float *vectors, size_t n, size_t d, size_t k,
                            uint64_t seed, size_t *cluster, float *centres);

/* For each cluster the index of the member nearest to its centre (n for a
 * cluster without members, which only coinciding vectors leave); `members` has
 * room for `clusters`. */
void kmeans_representatives(const float *vectors, size_t n, size_t d,
                            const size_t *cluster, const float *centres,
                            size_t clusters, size_t *members);

#endif
