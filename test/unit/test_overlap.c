/* The vectors of docs/metrics.md for overlap, and NLTK's values. */
#include <math.h>

#include "check.h"

#include "base/mem.h"
#include "measure/embed_score.h"
#include "measure/overlap.h"
#include "text/words.h"

#define NEAR 1e-6

static struct vec names_of(const char *text, enum overlap_tokens kind)
{
    struct vec names;
    struct words *words;
    vec_init(&names, sizeof(uint64_t));
    assert_true(words_open(&words, NULL));
    overlap_tokens(kind, str_of(text), "zh", words, &names);
    words_close(words);
    return names;
}

static struct token_list list_of(const struct vec *names)
{
    return (struct token_list){names->items, names->count};
}

static void add(struct overlap_sums *sums, const char *hypothesis,
                const char *reference, enum overlap_tokens kind)
{
    struct vec h = names_of(hypothesis, kind), r = names_of(reference, kind);
    overlap_add(sums, list_of(&h), list_of(&r), list_of(&h), list_of(&r));
    vec_release(&h);
    vec_release(&r);
}

static double bleu_of(const struct overlap_sums *sums, size_t order,
                      enum bleu_smoothing smoothing, double value)
{
    double bleu;
    assert_true(overlap_bleu(sums, order, smoothing, value, &bleu, NULL));
    return bleu;
}

static void corpus_bleu_has_the_published_counts_and_values(void **state)
{
    (void)state;
    const double hits[] = {12, 6, 2, 0}, totals[] = {14, 12, 10, 8};
    struct overlap_sums *sums = overlap_new();
    add(sums, "建议做胃镜。", "建议您做胃镜检查。", OVERLAP_CHAR);
    add(sums, "胃痛有多久了呢？", "胃痛多久了？", OVERLAP_CHAR);
    for (size_t n = 0; n < 4; n++) {
        assert_float_equal(sums->matches[n], hits[n], 0);
        assert_float_equal(sums->totals[n], totals[n], 0);
    }
    assert_float_equal(overlap_brevity(sums), 0.931063, NEAR);
    assert_float_equal(bleu_of(sums, 1, BLEU_SMOOTH_NONE, 0), 0.798054, NEAR);
    assert_float_equal(bleu_of(sums, 2, BLEU_SMOOTH_NONE, 0), 0.609524, NEAR);
    assert_float_equal(bleu_of(sums, 4, BLEU_SMOOTH_NONE, 0), 0, NEAR);
    assert_true(bleu_of(sums, 4, BLEU_SMOOTH_EXP, 0) > 0);
    overlap_free(sums);
}

static void rouge_has_the_published_values(void **state)
{
    (void)state;
    struct vec h = names_of("胃痛多久了胃？", OVERLAP_CHAR),
               r = names_of("胃痛胃胀多久了？", OVERLAP_CHAR);
    struct prf p = rouge_set(list_of(&h), list_of(&r), 1);
    assert_float_equal(p.precision, 1, NEAR);
    assert_float_equal(p.recall, 0.857143, NEAR);
    assert_float_equal(p.f1, 0.923077, NEAR);
    p = rouge_clipped(list_of(&h), list_of(&r), 1);
    assert_float_equal(p.recall, 0.875, NEAR);
    assert_float_equal(p.f1, 0.933333, NEAR);
    p = rouge_clipped(list_of(&h), list_of(&r), 2);
    assert_float_equal(p.f1, 0.461538, NEAR);
    p = rouge_lcs(list_of(&h), list_of(&r));
    assert_float_equal(p.precision, 0.857143, NEAR);
    assert_float_equal(p.recall, 0.75, NEAR);
    assert_float_equal(p.f1, 0.8, NEAR);
    vec_release(&h);
    vec_release(&r);
    h = names_of("医生在儿科门诊询问患儿发热病史", OVERLAP_CHAR);
    r = names_of("医生在急诊科询问患者胸痛病史", OVERLAP_CHAR);
    p = rouge_lcs(list_of(&h), list_of(&r));
    assert_float_equal(p.f1, 0.620690, NEAR);
    vec_release(&h);
    vec_release(&r);
}

static void tokens_13a_part_punctuation_but_not_numbers(void **state)
{
    (void)state;
    struct vec parted = names_of("Take 2.5 mg, twice; \"now\" - 3-4 x.",
                                 OVERLAP_13A),
               plain = names_of("Take 2.5 mg , twice ; \" now \" - 3 - 4 x .",
                                OVERLAP_SPACE);
    assert_int_equal(parted.count, plain.count);
    assert_memory_equal(parted.items, plain.items, parted.count * 8);
    vec_release(&parted);
    vec_release(&plain);
}

static void what_is_empty_is_undefined_or_nought(void **state)
{
    (void)state;
    struct overlap_sums *sums = overlap_new();
    double value;
    struct err err = {0};
    add(sums, "", "胃痛", OVERLAP_CHAR);
    assert_false(overlap_bleu(sums, 4, BLEU_SMOOTH_NONE, 0, &value, &err));
    assert_err(&err, ERR_UNDEFINED, "token");
    assert_false(overlap_chrf(sums, &value, &err));
    assert_err(&err, ERR_UNDEFINED, "characters");
    overlap_free(sums);
    struct prf p = rouge_lcs((struct token_list){0}, (struct token_list){0});
    assert_float_equal(p.f1, 0, 0);
}

static void embedded_tokens_are_matched_greedily(void **state)
{
    (void)state;
    const float ours[] = {1, 0, 0, 1}, theirs[] = {1, 0};
    struct prf score = embed_score_match(ours, 2, theirs, 1, 2);
    assert_float_equal(score.precision, 0.5, 1e-12);
    assert_float_equal(score.recall, 1, 1e-12);
    assert_float_equal(score.f1, 2.0 / 3, 1e-12);
    const float opposite[] = {-1, 0};
    score = embed_score_match(theirs, 1, opposite, 1, 2);
    assert_float_equal(score.precision, -1, 1e-12);
    assert_float_equal(score.f1, 0, 1e-12);
}

static void equal_texts_score_one(void **state)
{
    (void)state;
    struct overlap_sums *sums = overlap_new();
    double value;
    add(sums, "the patient has had a headache",
        "the patient has had a headache", OVERLAP_SPACE);
    assert_float_equal(bleu_of(sums, 4, BLEU_SMOOTH_NONE, 0), 1, NEAR);
    assert_true(overlap_chrf(sums, &value, NULL));
    assert_float_equal(value, 1, NEAR);
    overlap_free(sums);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(corpus_bleu_has_the_published_counts_and_values),
        cmocka_unit_test(rouge_has_the_published_values),
        cmocka_unit_test(tokens_13a_part_punctuation_but_not_numbers),
        cmocka_unit_test(what_is_empty_is_undefined_or_nought),
        cmocka_unit_test(embedded_tokens_are_matched_greedily),
        cmocka_unit_test(equal_texts_score_one)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
