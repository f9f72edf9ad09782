/* feature_vocabulary.c - richness of one record's words; see feature.h. */
#include "measure/diversity.h"
#include "measure/feature.h"
#include "measure/ngram.h"

static void distinct(const struct reading *r, const struct vec *lists,
                     double *values)
{
    struct vec scratch;
    vec_init(&scratch, sizeof(uint64_t));
    values[FEATURE_DISTINCT_1_SENT] =
        (double)r->counts.count / (double)r->tokens.count;
    for (size_t n = 0; n < 2; n++)
        if (lists[n].count)
            values[FEATURE_DISTINCT_2_SENT + n] =
                (double)ngrams_distinct(&lists[n], &scratch) /
                (double)lists[n].count;
    vec_release(&scratch);
}

/* The value by its address: it is written while the arguments are made. */
static void put(bool defined, const double *value, double *cell)
{
    if (defined)
        *cell = *value;
}

void feature_vocabulary(const struct reading *r,
                        const struct feature_options *options,
                        const struct vec *lists, double *values)
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
    distinct(r, lists, values);
    uint64_t small = 0;
    for (size_t i = 0; i < types; i++)
        if (*(uint8_t *)vec_at(&r->categories, i) != WORD_CONTENT)
            small += counts[i];
    values[FEATURE_FUNCTION_WORDS] = (double)small / (double)n;
}
