/* near.h - is this dialogue nearly one that we have? (refinement rule 10)
 *
 *     struct near *near = near_open();
 *     struct near_sketch sketch;
 *     near_sketch_make(shingles, count, &sketch);
 *     near_candidates(near, &sketch, {4, 5}, &found);   // few, best first
 *     for each candidate: load its shingles, jaccard_at_least(…)   // shingle.h
 *     if (none was near) near_add(near, id, &sketch);
 *     near_close(near);
 *
 * A sketch holds 32 bands of 4 minima each, cut from one-permutation minhash
 * with optimal densification (Shrivastava 2017; Li, Owen, Zhang 2012). Two sets
 * of Jaccard similarity J share a given band with probability J^4, so a pair is
 * missed with probability (1 - J^4)^32: 4.8e-8 at J = 0.8, 1e-5 at 0.74. What
 * is found is a candidate; near_is verifies it exactly.
 *
 * Memory: 128 bytes of bands, 128 of links, 16 of id and size, and 11 to 21 of
 * bucket heads a dialogue: below 300 bytes from ten thousand on. Results
 * depend only on the order of near_add. One thread adds; lookups may be shared
 * by threads while nobody adds, each with its own `found`.
 */
#ifndef GENERATE_NEAR_H
#define GENERATE_NEAR_H

#include "base/vec.h"
#include "text/shingle.h"

enum { NEAR_BANDS = 32, NEAR_ROWS = 4, NEAR_BINS = NEAR_BANDS * NEAR_ROWS };
#define NEAR_COUNT_MAX ((size_t)UINT32_MAX)

/* Plain numbers: may be stored as its bytes and read back on the same kind of
 * machine. */
struct near_sketch {
    uint32_t bands[NEAR_BANDS];
    uint32_t shingle_count; /* 0: an empty text, near nothing */
};

struct near;

struct near *near_open(void);
void near_close(struct near *near); /* NULL is fine */
size_t near_count(const struct near *near);
size_t near_bytes(const struct near *near); /* memory held */

/* Of a sorted set without repeats, at most UINT32_MAX shingles. */
void near_sketch_make(const uint64_t *shingles, size_t count,
                      struct near_sketch *sketch);

/* `id` is the caller's; it comes back in candidates. */
void near_add(struct near *near, uint64_t id, const struct near_sketch *sketch);

struct near_candidate {
    uint64_t id;
    uint32_t index;  /* number of the near_add, from 0 */
    uint32_t shared; /* bands in common */
};

/* Empties found, then lists those that share a band and whose number of
 * shingles lets the threshold be reached: most bands first, then in the order
 * of adding. */
void near_candidates(const struct near *near, const struct near_sketch *sketch,
                     struct fraction threshold,
                     struct vec *found /* struct near_candidate */);

/* Are these two sets at or above the threshold? Exact, no rounding; false as
 * soon as it cannot be reached. Empty sets are near nothing. */
bool near_is(const uint64_t *a, size_t a_count, const uint64_t *b,
             size_t b_count, struct fraction threshold);

#endif
