/* The files that users give to measure and overlap: term files (lines, RF2,
 * LMF), word vectors, label lists. Each is read or refused with a reason; what
 * is read keeps what its header promises. */
#include <math.h>

#include "fuzz.h"
#include "measure/label_set.h"
#include "measure/terms.h"
#include "measure/vectors.h"
#include "record/record.h"
#include "text/lexicon.h"

static void try_terms(const char *path)
{
    struct err err = {0};
    struct arena arena;
    struct list terms = {0};
    arena_init(&arena);
    if (terms_read(path, &arena, &terms, &err)) {
        for (size_t i = 0; i < terms.count; i++) {
            size_t len = LIST_AT(terms, str, i)->len;
            assert(len > 0 && len <= LEXICON_TERM_BYTES_MAX);
        }
        assert((terms_name(&terms) == 0) == (terms.count == 0));
    } else {
        assert(err.code != ERR_NONE);
    }
    arena_release(&arena);
}

static void try_vectors(const char *path)
{
    struct err err = {0};
    struct word_vectors *vectors = word_vectors_open(path, &err);
    assert(vectors || err.code != ERR_NONE);
    if (!vectors)
        return;
    assert(word_vectors_count(vectors) > 0);
    size_t dimensions = word_vectors_dimensions(vectors);
    assert(dimensions > 0 && dimensions <= VECTORS_DIMENSIONS_MAX);
    const float *found = word_vectors_get(vectors, STR("hoest"));
    for (size_t i = 0; found && i < dimensions; i++)
        assert(isfinite(found[i]));
    word_vectors_close(vectors);
}

static void try_labels(const char *path, str text)
{
    struct err err = {0};
    struct label_set *set = label_set_open(path, &err);
    assert(set || err.code != ERR_NONE);
    if (!set)
        return;
    double counts[LABEL_TYPES_MAX + 1][3] = {{0}};
    size_t all = label_set_type_count(set);
    assert(all > 0 && all <= LABEL_TYPES_MAX);
    label_set_compare(set, text, text, counts);
    for (size_t i = 0; i < 3; i++) {
        double sum = 0;
        for (size_t type = 0; type < all; type++)
            sum += counts[type][i];
        assert(!(sum < counts[all][i]) && !(sum > counts[all][i]));
        assert(sum <= (double)label_set_size(set));
    }
    label_set_close(set);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    const char *path = fuzz_file(bytes, len);
    try_terms(path);
    try_vectors(path);
    try_labels(path, str_make((const char *)bytes, len));
    return 0;
}
