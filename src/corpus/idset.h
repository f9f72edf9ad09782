/* idset.h - have we seen this id? For any number of ids, in bounded memory.
 *
 *     struct idset *set = idset_new(IDSET_HELD);
 *     if (!idset_add(set, str_hash(id))) … it was there
 *     idset_free(set);
 *
 * Holds 64-bit hashes. The last IDSET_HELD of them stand in a table (16 MiB);
 * older ones lie sorted in a temporary file, behind a Bloom filter of 11 bits
 * an id, so that a new id is told from memory 99 times in 100. Where no
 * temporary file can be made, all stay in memory. One thread at a time.
 */
#ifndef CORPUS_IDSET_H
#define CORPUS_IDSET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define IDSET_HELD ((size_t)1 << 20)

struct idset;

/* held: a power of two. */
struct idset *idset_new(size_t held);
void idset_free(struct idset *set);
bool idset_has(struct idset *set, uint64_t hash);
/* False when it was there. */
bool idset_add(struct idset *set, uint64_t hash);

#endif
