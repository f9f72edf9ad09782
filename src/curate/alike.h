/* alike.h - near-duplicates within a set of records that is in memory.
 *
 *     struct alike *alike;
 *     if (!alike_find(&alike, &set, (struct fraction){4, 5}, &err)) …
 *     if (alike_cluster(alike, i)) …            // hangs together with others
 *     struct alike_leaks leaks = alike_leaks(alike, is_test, is_train, ctx);
 *     alike_free(alike);
 *
 * The exact join of dedup.h over case and question, or all turns. The records
 * are put into an unnamed file, since the join reads files. One thread.
 */
#ifndef CURATE_ALIKE_H
#define CURATE_ALIKE_H

#include "curate/dedup.h"

struct alike;

MUST_USE bool alike_find(struct alike **alike, const struct record_set *set,
                         struct fraction threshold, struct err *err);
void alike_free(struct alike *alike); /* NULL is fine */

/* The cluster of the i-th record, from 1; 0 when it stands alone. */
size_t alike_cluster(const struct alike *alike, size_t index);

/* Pairs across two sides of the set. */
struct alike_leaks {
    uint64_t records; /* of the first side that are in such a pair */
    uint64_t pairs;
};

/* sides: one byte a record; pairs of a record of side `first` with one of side
 * `second` count. */
struct alike_leaks alike_leaks(const struct alike *alike, const uint8_t *sides,
                               uint8_t first, uint8_t second);

#endif
