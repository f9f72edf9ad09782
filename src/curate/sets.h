/* sets.h - many sets of 64-bit hashes, made ready for a similarity join.
 *
 *     struct sets *sets = sets_new();
 *     for (each text) sets_add(sets, hashes, count);     // sorted, unique
 *     sets_freeze(sets);
 *     for (size_t g = 0; g < sets_group_count(sets); g++)
 *         use(sets_group(sets, g));
 *     sets_free(sets);
 *
 * Freezing does three things. Equal sets become one group, so that a text that
 * stands a thousand times is compared once. Hashes that occur in one group only
 * can never be shared: they are counted and dropped. The rest get 32-bit ids in
 * the order of rarity (id 0 is among the rarest), and each group's ids are
 * sorted, rare ones first. Groups are numbered by size, then by their first
 * member.
 *
 * The result does not depend on the number of threads. Equality of two sets is
 * equality of their hashes. At most SETS_MAX sets.
 */
#ifndef CURATE_SETS_H
#define CURATE_SETS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SETS_MAX ((size_t)UINT32_MAX - 1)

struct sets;

struct sets *sets_new(void);
void sets_free(struct sets *sets); /* NULL is fine */

/* Appends a copy of the set as the next member (numbered from 0). An empty set
 * is a member that belongs to no group. */
void sets_add(struct sets *sets, const uint64_t *hashes, size_t count);
size_t sets_count(const struct sets *sets);
/* Sum of the sizes of all sets added. */
uint64_t sets_hash_count(const struct sets *sets);

/* Ends adding; the hashes themselves are released. */
void sets_freeze(struct sets *sets);

struct group {
    const uint32_t *ids; /* shared hashes, ascending; borrowed from sets */
    uint32_t id_count;
    uint32_t size;    /* of the set, dropped hashes included */
    uint32_t first;   /* member that stands first */
    uint32_t members; /* how many */
};

size_t sets_group_count(const struct sets *sets);
struct group sets_group(const struct sets *sets, size_t group);
/* Members of a group in input order; group.members of them. */
const uint32_t *sets_members(const struct sets *sets, size_t group);
/* Distinct shared ids are 0 … sets_id_count - 1. */
size_t sets_id_count(const struct sets *sets);

/* Bytes needed at the worst moment for `count` sets with `hashes` in all: what
 * the join prints before it starts. */
uint64_t sets_estimate_bytes(uint64_t count, uint64_t hashes);

#endif
