/* feature_vocabulary.c - richness of one record's words; see feature.h. */
#include <stdlib.h>

#include "base/mem.h"
#include "measure/diversity.h"
#include "measure/feature.h"
#include "measure/ngram.h"

static int by_hash(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

static void distinct(const struct reading *r, double *values)
{
    struct vec hashes;
    vec_init(&hashes, sizeof(uint64_t));
    for (unsigned n = 1; n <= 3; n++) {
        vec_reset(&hashes);
        ngram_list(r, n, &hashes);
        if (hashes.count == 0)
            break;
        qsort(hashes.items, hashes.count, sizeof(uint64_t), by_hash);
        const uint64_t *h = hashes.items;
        size_t different = 1;
        for (size_t i = 1; i < hashes.count; i++)
            different += h[i] != h[i - 1];
        values[FEATURE_DISTINCT_1_SENT + n - 1] =
            (double)different / (double)hashes.count;
    }
    vec_release(&hashes);
}

/* The value by its address: it is written while the arguments are made. */
static void put(bool defined, const double *value, double *cell)
{
    if (defined)
        *cell = *value;
}

void feature_vocabulary(const struct reading *r,
                        const struct feature_options *options, double *values)
{
    const uint32_t *tokens = r->tokens.items, *counts = r->counts.items;
    size_t n = r->tokens.count, types = r->counts.count;
    double value = 0;
    values[FEATURE_TOKENS] = (double)n;
    values[FEATURE_TYPES] = (double)types;
    if (n == 0)
        return;
    put(diversity_ttr(types, n, &value, NULL), &value, &values[FEATURE_TTR]);
    put(diversity_root_ttr(types, n, &value, NULL), &value,
        &values[FEATURE_ROOT_TTR]);
    put(diversity_cttr(types, n, &value, NULL), &value, &values[FEATURE_CTTR]);
    put(diversity_msttr(tokens, n, options->window, &value, NULL), &value,
        &values[FEATURE_MSTTR]);
    put(diversity_mattr(tokens, n, options->window, &value, NULL), &value,
        &values[FEATURE_MATTR]);
    put(diversity_mtld(tokens, n, options->threshold, &value, NULL), &value,
        &values[FEATURE_MTLD]);
    put(diversity_hdd(counts, types, options->draws, &value, NULL), &value,
        &values[FEATURE_HDD]);
    put(diversity_yule_k(counts, types, &value, NULL), &value,
        &values[FEATURE_YULE_K]);
    put(diversity_maas(types, n, &value, NULL), &value, &values[FEATURE_MAAS]);
    put(diversity_hapax(counts, types, &value, NULL), &value,
        &values[FEATURE_HAPAX]);
    distinct(r, values);
    uint64_t small = 0;
    for (size_t i = 0; i < types; i++)
        if (*(uint8_t *)vec_at(&r->categories, i) != WORD_CONTENT)
            small += counts[i];
    values[FEATURE_FUNCTION_WORDS] = (double)small / (double)n;
}
