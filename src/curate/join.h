/* join.h - every pair of groups whose Jaccard similarity reaches a threshold.
 *
 *     struct vec pairs;
 *     vec_init(&pairs, sizeof(struct join_pair));
 *     join_exact(sets, (struct fraction){4, 5}, NULL, &pairs, &stats);
 *     for (size_t i = 0; i < pairs.count; i++) use(vec_at(&pairs, i));
 *
 * An exact set-similarity join: no pair is missed, none is guessed, and the
 * comparison shared / united >= numerator / denominator is done in whole
 * numbers. The threshold must be above 0. Pairs of members of one group (equal
 * sets) are not listed: they are all similar with 1.
 *
 * Filters, all of which only leave out what cannot reach the threshold:
 * prefix filter (Chaudhuri, Ganti, Kaushik 2006; Bayardo, Ma, Srikant 2007)
 * with the shorter index prefix, length and positional filters (Xiao et al.,
 * PPJoin, 2008), verification that stops early (Mann, Augsten, Bouros 2016).
 *
 * Work is spread over all cores; the result does not depend on their number.
 */
#ifndef CURATE_JOIN_H
#define CURATE_JOIN_H

#include "base/vec.h"
#include "curate/sets.h"
#include "text/shingle.h"

struct join_pair {
    uint32_t a, b;   /* groups, a < b */
    uint32_t shared; /* size of the intersection */
    uint32_t united; /* size of the union */
};

struct join_stats {
    uint64_t postings;   /* entries of the prefix index */
    uint64_t candidates; /* pairs that passed the filters */
    uint64_t pairs;
};

/* The sides a group has members on, for joins between two collections. */
enum { JOIN_LEFT = 1, JOIN_RIGHT = 2 };

/* Appends the pairs in order of (b, a). `sides` (may be NULL) has JOIN_* flags
 * per group: then only pairs that could hold one member of either side are
 * listed. */
void join_exact(const struct sets *sets, struct fraction threshold,
                const uint8_t *sides, struct vec *pairs /* struct join_pair */,
                struct join_stats *stats);

/* Shared ids of two groups; exact, whole merge. */
uint32_t join_shared(struct group a, struct group b);
/* The pair of two groups whose similarity is computed without filters. */
struct join_pair join_compare(const struct sets *sets, size_t a, size_t b);

#endif
