/* tfidf.c - see tfidf.h. */
#include "text/tfidf.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/vec.h"
#include "text/shingle.h"
#include "text/sparse.h"

enum { GRAM_MIN = 2, GRAM_MAX = 4 };

struct tfidf {
    size_t dimensions;
    size_t documents;
    uint32_t *document_counts; /* owned; [dimensions] */
};

struct tfidf *tfidf_new(size_t dimensions)
{
    assert(dimensions >= 1 && dimensions <= TFIDF_DIMENSIONS_MAX);
    struct tfidf *tfidf = mem_zero(1, sizeof *tfidf);
    tfidf->dimensions = dimensions;
    tfidf->document_counts =
        mem_zero(dimensions, sizeof *tfidf->document_counts);
    return tfidf;
}

void tfidf_free(struct tfidf *tfidf)
{
    if (!tfidf)
        return;
    free(tfidf->document_counts);
    free(tfidf);
}

size_t tfidf_dimensions(const struct tfidf *tfidf)
{
    return tfidf->dimensions;
}

/* The n-grams of a text with their counts. */
static void count_grams(str text, struct vec *grams /* struct sparse */)
{
    struct vec hashes;
    vec_init(&hashes, sizeof(uint64_t));
    vec_init(grams, sizeof(struct sparse));
    for (size_t n = GRAM_MIN; n <= GRAM_MAX; n++) {
        struct shingler *shingler;
        bool open = shingler_open(&shingler, SHINGLE_CHARS, n, NULL, NULL);
        assert(open);
        shingle_list(shingler, text, &hashes);
        for (size_t i = 0; i < hashes.count; i++)
            *(struct sparse *)vec_add(grams) = (struct sparse){
                .key = ((uint64_t *)hashes.items)[i], .value = 1};
        shingler_close(shingler);
    }
    grams->count = sparse_normalise(grams->items, grams->count);
    vec_release(&hashes);
}

void tfidf_add(struct tfidf *tfidf, str text)
{
    struct vec grams;
    count_grams(text, &grams);
    unsigned char *seen = mem_zero(tfidf->dimensions, 1);
    for (size_t i = 0; i < grams.count; i++) {
        const struct sparse *gram = vec_at(&grams, i);
        size_t cell = gram->key % tfidf->dimensions;
        tfidf->document_counts[cell] += !seen[cell];
        seen[cell] = 1;
    }
    tfidf->documents++;
    free(seen);
    vec_release(&grams);
}

void tfidf_vector(const struct tfidf *tfidf, str text, float *vector)
{
    struct vec grams;
    count_grams(text, &grams);
    double *sums = mem_zero(tfidf->dimensions, sizeof *sums);
    for (size_t i = 0; i < grams.count; i++) {
        const struct sparse *gram = vec_at(&grams, i);
        size_t cell = gram->key % tfidf->dimensions;
        double rarity = (1.0 + (double)tfidf->documents) /
                        (1.0 + (double)tfidf->document_counts[cell]);
        double weight = (1 + log(gram->value)) * (1 + log(rarity));
        sums[cell] += gram->key >> 63 ? -weight : weight;
    }
    double squares = 0;
    for (size_t i = 0; i < tfidf->dimensions; i++)
        squares += sums[i] * sums[i];
    double scale = squares > 0 ? 1 / sqrt(squares) : 0;
    for (size_t i = 0; i < tfidf->dimensions; i++)
        vector[i] = (float)(sums[i] * scale);
    free(sums);
    vec_release(&grams);
}
