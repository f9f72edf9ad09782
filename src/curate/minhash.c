/* minhash.c - see minhash.h.
 *
 * The hash functions are h_i(x) = upper 32 bits of (a_i x + b_i) mod 2^64 with
 * odd a_i (Dietzfelbinger's multiply-shift), applied to hashes that are uniform
 * already. The minima of one band are folded into its 32-bit key with a
 * multiplicative mix; two different bands may share a key by chance, which
 * costs one vain verification in 2^32.
 */
#include "curate/minhash.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/parallel.h"
#include "base/rng.h"

enum { HASHES_MAX = MINHASH_BANDS_MAX * MINHASH_ROWS_MAX };

struct minhash {
    struct banding banding;
    uint64_t multipliers[HASHES_MAX];
    uint64_t addends[HASHES_MAX];
    uint32_t *keys;   /* owned; set_count x bands */
    uint8_t *present; /* owned; 0 for an empty set */
    size_t set_count, capacity;
};

static double probability(double similarity, size_t bands, size_t rows)
{
    return 1 - pow(1 - pow(similarity, (double)rows), (double)bands);
}

struct banding minhash_banding(struct fraction threshold, double recall)
{
    double s = (double)threshold.numerator / (double)threshold.denominator;
    struct banding best = {0};
    /* More rows in a band mean fewer vain candidates: the most rows for which
     * few enough bands reach the recall. */
    for (size_t rows = 1; rows <= MINHASH_ROWS_MAX; rows++)
        for (size_t bands = 1; bands <= MINHASH_BANDS_MAX; bands++) {
            double found = probability(s, bands, rows);
            if (found < recall)
                continue;
            if (bands * rows <= 160 || rows == 1)
                best = (struct banding){bands, rows, found};
            break;
        }
    if (best.bands == 0)
        best = (struct banding){MINHASH_BANDS_MAX, 1,
                                probability(s, MINHASH_BANDS_MAX, 1)};
    return best;
}

struct minhash *minhash_new(struct fraction threshold, double recall,
                            uint64_t seed)
{
    struct minhash *m = mem_zero(1, sizeof *m);
    m->banding = minhash_banding(threshold, recall);
    struct rng rng = rng_at(seed, RNG_STREAM("minhash"), 0);
    for (size_t i = 0; i < HASHES_MAX; i++) {
        m->multipliers[i] = rng_next(&rng) | 1;
        m->addends[i] = rng_next(&rng);
    }
    return m;
}

void minhash_free(struct minhash *m)
{
    if (!m)
        return;
    free(m->keys);
    free(m->present);
    free(m);
}

void minhash_reset(struct minhash *m)
{
    m->set_count = 0;
}

struct banding minhash_used(const struct minhash *m)
{
    return m->banding;
}

size_t minhash_bytes_per_set(const struct minhash *m)
{
    return m->banding.bands * sizeof(uint32_t) + 1;
}

void minhash_keys(const struct minhash *m, const uint64_t *hashes, size_t count,
                  uint32_t *keys)
{
    assert(count > 0);
    size_t total = m->banding.bands * m->banding.rows;
    uint32_t minima[HASHES_MAX];
    for (size_t k = 0; k < total; k++)
        minima[k] = UINT32_MAX;
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < total; k++) {
            uint32_t value =
                (uint32_t)((hashes[i] * m->multipliers[k] + m->addends[k]) >>
                           32);
            minima[k] = value < minima[k] ? value : minima[k];
        }
    for (size_t band = 0; band < m->banding.bands; band++) {
        uint64_t mixed = band;
        for (size_t row = 0; row < m->banding.rows; row++)
            mixed = (mixed ^ minima[band * m->banding.rows + row]) *
                        UINT64_C(0x9E3779B97F4A7C15) +
                    (mixed >> 29);
        keys[band] = (uint32_t)(mixed >> 32);
    }
}

void minhash_add_keys(struct minhash *m, const uint32_t *keys)
{
    assert(m->set_count < UINT32_MAX);
    size_t bands = m->banding.bands;
    if (m->set_count == m->capacity) {
        m->capacity = m->capacity ? m->capacity + m->capacity / 2 : 4096;
        m->keys = mem_resize(m->keys, m->capacity * bands * sizeof *m->keys);
        m->present = mem_resize(m->present, m->capacity);
    }
    for (size_t band = 0; band < bands; band++)
        m->keys[m->set_count * bands + band] = keys ? keys[band] : 0;
    m->present[m->set_count++] = keys != NULL;
}

struct entry {
    uint32_t key, set;
};

static int compare_entries(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;
    if (x->key != y->key)
        return x->key < y->key ? -1 : 1;
    return x->set < y->set ? -1 : x->set > y->set;
}

static void add_pair(struct vec *pairs, uint32_t a, uint32_t b)
{
    *(struct minhash_pair *)vec_add(pairs) = (struct minhash_pair){a, b};
}

static void pair_bucket(const struct entry *bucket, size_t count,
                        size_t bucket_max, struct vec *pairs, size_t *cut)
{
    if (count > bucket_max) {
        ++*cut;
        for (size_t i = 1; i < count; i++) {
            add_pair(pairs, bucket[0].set, bucket[i].set);
            if (i > 1)
                add_pair(pairs, bucket[i - 1].set, bucket[i].set);
        }
        return;
    }
    for (size_t i = 0; i < count; i++)
        for (size_t k = i + 1; k < count; k++)
            add_pair(pairs, bucket[i].set, bucket[k].set);
}

struct band_job {
    const struct minhash *minhash;
    const uint8_t *only;
    size_t bucket_max;
    struct vec pairs[MINHASH_BANDS_MAX];
    size_t cut[MINHASH_BANDS_MAX];
};

static int compare_minhash_pairs(const void *a, const void *b)
{
    const struct minhash_pair *x = a, *y = b;
    if (x->a != y->a)
        return x->a < y->a ? -1 : 1;
    return x->b < y->b ? -1 : x->b > y->b;
}

static void sort_unique(struct vec *pairs)
{
    if (pairs->count < 2)
        return;
    if (pairs->count)
        qsort(pairs->items, pairs->count, sizeof(struct minhash_pair),
              compare_minhash_pairs);
    struct minhash_pair *p = pairs->items;
    size_t unique = 1;
    for (size_t i = 1; i < pairs->count; i++)
        if (compare_minhash_pairs(&p[i], &p[unique - 1]) != 0)
            p[unique++] = p[i];
    pairs->count = unique;
}

static void one_band(size_t band, size_t worker, void *ctx)
{
    (void)worker;
    struct band_job *job = ctx;
    const struct minhash *m = job->minhash;
    struct entry *entries = mem_alloc(m->set_count * sizeof *entries);
    size_t count = 0;
    for (size_t s = 0; s < m->set_count; s++)
        if (m->present[s] && job->only[s])
            entries[count++] = (struct entry){
                m->keys[s * m->banding.bands + band], (uint32_t)s};
    qsort(entries, count, sizeof *entries, compare_entries);
    for (size_t i = 0; i < count;) {
        size_t end = i + 1;
        while (end < count && entries[end].key == entries[i].key)
            end++;
        pair_bucket(entries + i, end - i, job->bucket_max, &job->pairs[band],
                    &job->cut[band]);
        i = end;
    }
    free(entries);
    sort_unique(&job->pairs[band]);
}

void minhash_candidates(const struct minhash *m, const uint8_t *only,
                        size_t bucket_max, struct vec *pairs, size_t *cut)
{
    struct band_job *job = mem_zero(1, sizeof *job);
    job->minhash = m;
    job->only = only;
    job->bucket_max = bucket_max;
    for (size_t band = 0; band < m->banding.bands; band++)
        vec_init(&job->pairs[band], sizeof(struct minhash_pair));
    parallel_for(m->banding.bands, one_band, job);
    *cut = 0;
    for (size_t band = 0; band < m->banding.bands; band++) {
        for (size_t i = 0; i < job->pairs[band].count; i++)
            vec_push(pairs, vec_at(&job->pairs[band], i));
        *cut += job->cut[band];
        vec_release(&job->pairs[band]);
    }
    sort_unique(pairs);
    free(job);
}
