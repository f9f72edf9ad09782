/* cluster.h - which rows hang together, by union-find.
 *
 *     struct clusters *c = clusters_new(row_count);
 *     for (each pair) clusters_join(c, a, b);
 *     clusters_number(c);
 *     if (clusters_first(c, row) != row) drop(row);
 *     clusters_free(c);
 *
 * A cluster is a connected component of the pairs (single linkage), so its
 * members need not all be similar to one another. Its first row in input order
 * stands for it. Nothing depends on the order of the joins. One thread.
 */
#ifndef CURATE_CLUSTER_H
#define CURATE_CLUSTER_H

#include <stddef.h>
#include <stdint.h>

struct clusters;

struct clusters *clusters_new(size_t count);   /* at most UINT32_MAX rows */
void clusters_free(struct clusters *clusters); /* NULL is fine */

void clusters_join(struct clusters *clusters, size_t a, size_t b);
/* The first row of the cluster; the row itself when it stands alone. */
size_t clusters_first(struct clusters *clusters, size_t row);

/* Numbers the clusters of two rows or more from 1, in the order of their first
 * rows; ends joining. */
void clusters_number(struct clusters *clusters);
size_t clusters_count(const struct clusters *clusters);
/* 0 for a row that stands alone. */
size_t clusters_of(struct clusters *clusters, size_t row);
size_t clusters_largest(const struct clusters *clusters); /* rows; 0 = none */

#endif
