/* second_look.h - rows read a second time, to be sure about pairs of them.
 *
 *     struct overlap *overlaps = mem_zero(pairs.count, sizeof *overlaps);
 *     if (!look_at_pairs(rows, &pairs, overlaps, &err)) …
 *     …
 *     bool collide;
 *     if (!look_for_collisions(rows, clusters, group_of, false, seed, &collide,
 *                              &err)) …
 *     if (collide) … read anew with another seed, find again …
 *
 * The join compares hashes of shingles. Where no two different shingles have
 * one hash, its pairs are those of the shingles themselves. This is proven and
 * not assumed, at little cost, in two steps:
 *
 * - Within a row: shingle_set_collides, while it is read. So the size of every
 *   set is true, and what two rows share can only be counted too high, never
 *   too low: no pair is missed, but one might be too many or too similar.
 * - Among the rows that were found alike: here. All shingles of a cluster are
 *   put into a table by hash and compared byte by byte with the first of that
 *   hash. When all are equal, every pair of the cluster is as similar as found.
 */
#ifndef CURATE_SECOND_LOOK_H
#define CURATE_SECOND_LOOK_H

#include "curate/cluster.h"
#include "curate/rows.h"

/* The overlaps of the whole sets of these pairs of rows; overlaps[i] is that of
 * pair i. */
MUST_USE bool look_at_pairs(struct rows *rows,
                            const struct vec *pairs /* struct minhash_pair */,
                            struct overlap *overlaps, struct err *err);

/* *collide: whether, in any cluster of rows, two different shingles have one
 * name or, with `digests` (groups are rows whose sets have one digest), two
 * rows of one group have different sets. group_of: the group of each row in a
 * cluster. `seed` is the one that the shingles were named with. The clusters
 * are numbered. */
MUST_USE bool look_for_collisions(struct rows *rows, struct clusters *clusters,
                                  const uint32_t *group_of, bool digests,
                                  uint64_t seed, bool *collide,
                                  struct err *err);

#endif
