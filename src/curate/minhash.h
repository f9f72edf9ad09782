/* minhash.h - near-duplicate candidates from signatures, for collections whose
 * sets do not fit in memory.
 *
 *     struct minhash *m = minhash_new((struct fraction){4, 5}, 0.99, seed);
 *     for (each text) {
 *         minhash_keys(m, hashes, count, keys);
 *         minhash_add_keys(m, keys);
 *     }
 *     struct vec pairs; vec_init(&pairs, sizeof(struct minhash_pair));
 *     minhash_candidates(m, wanted, 256, &pairs, &cut);
 *     // read the texts of those rows again and verify each pair
 *     minhash_free(m);
 *
 * Each set gets bands of rows minimum hashes (Broder 1997; banding after Indyk
 * and Motwani 1998); two sets that agree in one band are a candidate pair. A
 * pair of similarity s becomes one with probability 1 - (1 - s^rows)^bands. The
 * banding is the one with the fewest hashes whose probability at the threshold
 * reaches `recall`; more similar pairs are found with a higher one. Memory is
 * 4 bytes a band and row, whatever the length of the text.
 */
#ifndef CURATE_MINHASH_H
#define CURATE_MINHASH_H

#include "base/vec.h"
#include "text/shingle.h"

enum { MINHASH_BANDS_MAX = 64, MINHASH_ROWS_MAX = 16 };

struct banding {
    size_t bands, rows;
    double at_threshold; /* probability of finding a pair of that similarity */
};

/* recall in (0, 1); the best reachable one when 64 bands are too few. */
struct banding minhash_banding(struct fraction threshold, double recall);

struct minhash;

struct minhash *minhash_new(struct fraction threshold, double recall,
                            uint64_t seed);
void minhash_free(struct minhash *minhash);  /* NULL is fine */
void minhash_reset(struct minhash *minhash); /* without sets again */
struct banding minhash_used(const struct minhash *minhash);
/* Bytes kept for one set. */
size_t minhash_bytes_per_set(const struct minhash *minhash);

/* The band keys of one set into `keys` (bands of them). Any thread. */
void minhash_keys(const struct minhash *minhash, const uint64_t *hashes,
                  size_t count, uint32_t *keys);
/* Appends the next set by its keys; NULL for an empty set, which meets none. */
void minhash_add_keys(struct minhash *minhash, const uint32_t *keys);

struct minhash_pair {
    uint32_t a, b; /* sets, a < b */
};

/* Every pair of sets with only[set] != 0 that agrees in a band, once, in order
 * of (a, b). In a bucket of more than `bucket_max` sets each is paired with the
 * first and with the one before it only: all pairs would be far too many. *cut
 * counts such buckets. */
void minhash_candidates(const struct minhash *minhash, const uint8_t *only,
                        size_t bucket_max,
                        struct vec *pairs /* struct minhash_pair */,
                        size_t *cut);

#endif
