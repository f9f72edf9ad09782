/* Fast distances equal the plain ones; vectors behave. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/rng.h"
#include "text/similarity.h"
#include "text/sparse.h"
#include "text/tfidf.h"

static size_t minimum(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* The definitions as matrices, for comparison. */
static size_t plain_edits(const uint32_t *a, size_t n, const uint32_t *b,
                          size_t m)
{
    size_t *cells = calloc((n + 1) * (m + 1), sizeof *cells);
    for (size_t i = 0; i <= n; i++)
        for (size_t j = 0; j <= m; j++) {
            size_t *cell = cells + i * (m + 1) + j;
            if (i == 0 || j == 0)
                *cell = i + j;
            else
                *cell = minimum(*(cell - m - 2) + (a[i - 1] != b[j - 1]),
                                minimum(*(cell - 1), *(cell - m - 1)) + 1);
        }
    size_t edits = cells[(n + 1) * (m + 1) - 1];
    free(cells);
    return edits;
}

static size_t plain_lcs(const uint32_t *a, size_t n, const uint32_t *b,
                        size_t m)
{
    size_t *cells = calloc((n + 1) * (m + 1), sizeof *cells);
    for (size_t i = 1; i <= n; i++)
        for (size_t j = 1; j <= m; j++) {
            size_t *cell = cells + i * (m + 1) + j;
            size_t above = *(cell - m - 1), left = *(cell - 1);
            *cell = a[i - 1] == b[j - 1] ? *(cell - m - 2) + 1
                    : above > left       ? above
                                         : left;
        }
    size_t length = cells[(n + 1) * (m + 1) - 1];
    free(cells);
    return length;
}

/* Leftmost in a, then leftmost in b. */
static struct common_span plain_common(const uint32_t *a, size_t n,
                                       const uint32_t *b, size_t m)
{
    struct common_span best = {0};
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < m; j++) {
            size_t k = 0;
            while (i + k < n && j + k < m && a[i + k] == b[j + k])
                k++;
            if (k > best.characters)
                best = (struct common_span){i, j, k, k};
        }
    return best;
}

static void known_distances(void **state)
{
    (void)state;
    assert_int_equal(levenshtein(STR("kitten"), STR("sitting")), 3);
    assert_int_equal(levenshtein(STR("头痛三天"), STR("头疼三天了")), 2);
    assert_int_equal(levenshtein(STR(""), STR("痛")), 1);
    assert_int_equal(levenshtein(STR(""), STR("")), 0);
    assert_int_equal(levenshtein_at_most(STR("kitten"), STR("sitting"), 2), 3);
    assert_int_equal(
        levenshtein_at_most(STR("kitten"), STR("sitting"), SIZE_MAX), 3);
    assert_true(fabs(levenshtein_ratio(STR("头痛"), STR("头疼")) - 0.5) <
                1e-12);
    assert_true(levenshtein_ratio(STR(""), STR("")) == 1);
}

static void the_published_rouge_l_examples_have_their_lcs(void **state)
{
    (void)state;
    assert_int_equal(
        lcs_length_text(STR("胃痛胃胀多久了？"), STR("胃痛多久了胃？")), 6);
    assert_int_equal(lcs_length_text(STR("医生在儿科门诊询问患儿发热病史"),
                                     STR("医生在急诊科询问患者胸痛病史")),
                     9);
    assert_int_equal(lcs_length_text(STR(""), STR("a")), 0);
}

static void a_common_span_is_given_in_bytes(void **state)
{
    (void)state;
    struct common_span span =
        common_substring(STR("我头痛三天"), STR("他也头痛三天了"));
    assert_int_equal(span.characters, 4);
    assert_int_equal(span.bytes, 12);
    assert_int_equal(span.a_start, 3);
    assert_int_equal(span.b_start, 6);
    assert_int_equal(common_substring(STR("ab"), STR("cd")).characters, 0);
    assert_int_equal(common_substring(STR(""), STR("")).bytes, 0);
}

/* Random ASCII text; small alphabets make long matches. */
static void fill(struct rng *rng, size_t len, uint64_t kinds, char *text,
                 uint32_t *ids)
{
    for (size_t i = 0; i < len; i++) {
        text[i] = (char)('!' + rng_below(rng, kinds));
        ids[i] = (uint32_t)text[i];
    }
}

static void fast_forms_equal_the_matrices(void **state)
{
    (void)state;
    enum { LENGTH = 300 };
    char a[LENGTH], b[LENGTH];
    uint32_t x[LENGTH], y[LENGTH];
    print_message("seed 13\n");
    for (uint64_t round = 0; round < 1500; round++) {
        struct rng rng = rng_at(13, RNG_STREAM("similarity"), round);
        size_t n = (size_t)rng_below(&rng, round % 3 ? 70 : LENGTH);
        size_t m = (size_t)rng_below(&rng, round % 3 ? 70 : LENGTH);
        uint64_t kinds = 1 + rng_below(&rng, 20);
        fill(&rng, n, kinds, a, x);
        fill(&rng, m, kinds, b, y);
        if (rng_chance(&rng, 0.3)) { /* near-copies */
            memcpy(b, a, minimum(n, m));
            memcpy(y, x, minimum(n, m) * sizeof *x);
        }
        str s = str_make(a, n), t = str_make(b, m);
        size_t edits = plain_edits(x, n, y, m);
        assert_int_equal(levenshtein(s, t), edits);
        size_t max = (size_t)rng_below(&rng, 12);
        assert_int_equal(levenshtein_at_most(s, t, max),
                         edits > max ? max + 1 : edits);
        assert_int_equal(lcs_length(x, n, y, m), plain_lcs(x, n, y, m));
        struct common_span got = common_substring(s, t);
        struct common_span want = plain_common(x, n, y, m);
        assert_int_equal(got.characters, want.characters);
        assert_int_equal(got.a_start, want.a_start);
        assert_int_equal(got.b_start, want.b_start);
    }
}

static void a_narrow_band_is_right_on_long_near_copies(void **state)
{
    (void)state;
    enum { LENGTH = 3000 };
    static char a[LENGTH], b[LENGTH];
    static uint32_t x[LENGTH], y[LENGTH];
    for (uint64_t round = 0; round < 12; round++) {
        struct rng rng = rng_at(17, RNG_STREAM("band"), round);
        fill(&rng, LENGTH, 20, a, x);
        memcpy(b, a, LENGTH);
        for (uint64_t i = 0; i <= round; i++) /* a few shifts and changes */
            memmove(b + rng_below(&rng, 2000), b + rng_below(&rng, 2000), 3);
        for (size_t i = 0; i < LENGTH; i++)
            y[i] = (uint32_t)b[i];
        size_t n = LENGTH - 2 * (size_t)round;
        size_t edits = plain_edits(x, n, y, LENGTH);
        for (size_t max = 0; max < 23; max += 2)
            assert_int_equal(
                levenshtein_at_most(str_make(a, n), str_make(b, LENGTH), max),
                edits > max ? max + 1 : edits);
    }
}

static void sparse_vectors_are_summed_and_compared(void **state)
{
    (void)state;
    struct sparse a[] = {{7, 1}, {3, 2}, {7, 1}}, b[] = {{3, 1}, {7, 1}};
    size_t count = sparse_normalise(a, 3);
    double cosine = 9;
    assert_int_equal(count, 2);
    assert_true(a[0].key == 3 && a[1].value == 2);
    assert_true(cosine_sparse(a, 2, b, 2, &cosine));
    assert_true(fabs(cosine - 1) < 1e-12);
    assert_false(cosine_sparse(a, 0, b, 2, &cosine));
    const float x[] = {1, 0, 2}, y[] = {0, 3, 2}, zero[] = {0, 0, 0};
    assert_true(cosine_dense(x, y, 3, &cosine));
    assert_true(fabs(cosine - 4 / sqrt(5.0 * 13)) < 1e-12);
    assert_false(cosine_dense(x, zero, 3, &cosine));
}

static double alike(const struct tfidf *tfidf, const char *a, const char *b)
{
    float x[256], y[256];
    double cosine = 0;
    tfidf_vector(tfidf, str_of(a), x);
    tfidf_vector(tfidf, str_of(b), y);
    return cosine_dense(x, y, 256, &cosine) ? cosine : 0;
}

static void texts_about_the_same_lie_closer(void **state)
{
    (void)state;
    struct tfidf *tfidf = tfidf_new(256);
    const char *texts[] = {"患者头痛三天", "患者咳嗽一周", "患者头痛伴恶心",
                           "De patiënt heeft hoofdpijn"};
    for (size_t i = 0; i < 4; i++)
        tfidf_add(tfidf, str_of(texts[i]));
    assert_true(alike(tfidf, texts[0], texts[2]) >
                alike(tfidf, texts[0], texts[1]));
    assert_true(fabs(alike(tfidf, texts[0], "患者，头痛 三天") - 1) < 1e-6);
    float vector[256];
    double squares = 0;
    tfidf_vector(tfidf, str_of(texts[0]), vector);
    for (size_t i = 0; i < 256; i++)
        squares += (double)vector[i] * (double)vector[i];
    assert_true(fabs(squares - 1) < 1e-6);
    tfidf_vector(tfidf, STR("，。"), vector);
    for (size_t i = 0; i < 256; i++)
        assert_true(vector[i] == 0);
    assert_int_equal(tfidf_dimensions(tfidf), 256);
    tfidf_free(tfidf);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_distances),
        cmocka_unit_test(the_published_rouge_l_examples_have_their_lcs),
        cmocka_unit_test(a_common_span_is_given_in_bytes),
        cmocka_unit_test(fast_forms_equal_the_matrices),
        cmocka_unit_test(a_narrow_band_is_right_on_long_near_copies),
        cmocka_unit_test(sparse_vectors_are_summed_and_compared),
        cmocka_unit_test(texts_about_the_same_lie_closer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
