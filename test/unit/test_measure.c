/* The vectors of docs/metrics.md, and degenerate input. */
#include <math.h>

#include "check.h"

#include "base/mem.h"
#include "measure/corpus.h"
#include "measure/diversity.h"
#include "measure/selfbleu.h"
#include "stat/describe.h"

#define NEAR 1e-6

static size_t number_words(const char *text, uint32_t *ids, uint32_t *counts,
                           size_t *types)
{
    struct map map;
    map_init(&map);
    size_t n = 0;
    str rest = str_of(text), word;
    while (str_next(&rest, ' ', &word)) {
        uint64_t *number = map_slot(&map, word);
        if (*number == 0)
            *number = map_size(&map);
        ids[n++] = (uint32_t)(*number - 1);
        counts[*number - 1]++;
    }
    *types = map_size(&map);
    map_release(&map);
    return n;
}

static const char dutch[] =
    "de arts vraagt hoe het gaat en de patiënt zegt dat het gaat maar dat de "
    "pijn in de rug niet minder is en dat de pijn in de nacht erger wordt dan "
    "in de dag";

static void mtld_of_the_letters_is_ten(void **state)
{
    (void)state;
    uint32_t ids[64], counts[64] = {0};
    size_t types;
    size_t n = number_words("a b c a b d a e f a b c g a b h a c d e", ids,
                            counts, &types);
    double value;
    assert_true(diversity_mtld(ids, n, 0.72, &value, NULL));
    assert_float_equal(value, 10, NEAR);
}

static void the_dutch_text_has_the_published_values(void **state)
{
    (void)state;
    uint32_t ids[64], counts[64] = {0};
    size_t types;
    size_t n = number_words(dutch, ids, counts, &types);
    double value;
    assert_int_equal(n, 36);
    assert_int_equal(types, 22);
    assert_true(diversity_ttr(types, n, &value, NULL));
    assert_float_equal(value, 0.611111, NEAR);
    assert_true(diversity_mtld(ids, n, 0.72, &value, NULL));
    assert_float_equal(value, 18, NEAR);
    assert_true(diversity_hdd(counts, types, 20, &value, NULL));
    assert_float_equal(value, 0.720660, NEAR);
    assert_true(diversity_mattr(ids, n, 10, &value, NULL));
    assert_float_equal(value, 0.862963, NEAR);
}

static void what_is_too_short_is_undefined_with_a_reason(void **state)
{
    (void)state;
    uint32_t ids[] = {0, 1, 2}, counts[] = {1, 1, 1};
    double value;
    struct err err = {0};
    assert_false(diversity_mtld(ids, 3, 0.72, &value, &err));
    assert_err(&err, ERR_UNDEFINED, "differ");
    assert_false(diversity_mtld(ids, 0, 0.72, &value, &err));
    assert_false(diversity_hdd(counts, 3, 42, &value, &err));
    assert_err(&err, ERR_UNDEFINED, "3 tokens");
    assert_false(diversity_mattr(ids, 3, 50, &value, &err));
    assert_false(diversity_msttr(ids, 3, 50, &value, &err));
    assert_false(diversity_maas(1, 1, &value, &err));
    assert_false(diversity_zipf(counts, 1, &value, &err));
    assert_false(diversity_yule_k(counts, 0, &value, &err));
}

static void style_matching_has_the_published_values(void **state)
{
    (void)state;
    assert_float_equal(feature_style_match(8, 10), 0.888890, NEAR);
    assert_float_equal(feature_style_match(5, 5), 1, NEAR);
    assert_float_equal(feature_style_match(0, 2), 0.00005, NEAR);
}

static void thinned_tables_estimate_what_they_cannot_hold(void **state)
{
    (void)state;
    struct ngrams table;
    ngrams_init(&table, 1 << 10);
    for (uint64_t i = 0; i < 200000; i++)
        ngrams_add(&table, str_hash(str_make((const char *)&i, sizeof i)));
    assert_true(table.level > 0);
    assert_true(table.used <= 1 << 10);
    assert_true(fabs(ngrams_different(&table) - 200000) < 20000);
    ngrams_release(&table);
}

static void self_bleu_of_equal_texts_is_one(void **state)
{
    (void)state;
    struct vec texts;
    vec_init(&texts, sizeof(struct vec));
    double scores[3];
    assert_false(self_bleu(&texts, scores, NULL));
    for (int i = 0; i < 3; i++) {
        struct vec *text = vec_add(&texts);
        vec_init(text, sizeof(uint64_t));
        for (uint64_t k = 1; k <= 9; k++)
            vec_push(text, &k);
    }
    assert_true(self_bleu(&texts, scores, NULL));
    for (size_t i = 0; i < 3; i++)
        assert_float_equal(scores[i], 1, NEAR);
    for (size_t i = 0; i < 3; i++)
        vec_release(vec_at(&texts, i));
    vec_release(&texts);
}

#define QUESTION(id, lang, text)                                               \
    "{\"id\":\"" id "\",\"kind\":\"question\",\"lang\":\"" lang                \
    "\",\"case\":null,\"question\":\"" text                                    \
    "\",\"options\":[],\"answer\":null,\"answer_keys\":[],"                    \
    "\"explanation\":null,\"context\":null,\"subject\":null,\"task\":null,"    \
    "\"phase\":null,\"specialty\":null,\"case_id\":null,\"source\":null,"      \
    "\"license\":null,\"split\":null,\"provenance\":null,\"meta\":[]}\n"

static void measure_file(const char *text, enum token_unit unit,
                         struct metrics *list)
{
    struct err err = {0};
    const char *path = temp_file("measured.jsonl", str_of(text));
    struct measure_options options = {
        .unit = unit,
        .families = {true, true, false, true},
        .feature = {.window = 10, .draws = 20, .threshold = 0.72},
        .seed = 42};
    struct measure_setup *setup = measure_setup_open(&options, &err);
    assert_non_null(setup);
    struct corpus *corpus = corpus_new(setup, &err);
    assert_non_null(corpus);
    assert_true(corpus_read(corpus, path, NULL, NULL, &err));
    metrics_init(list);
    corpus_metrics(corpus, corpus, list);
    corpus_free(corpus);
    measure_setup_close(setup);
}

static void distinct_counts_n_grams_within_texts(void **state)
{
    (void)state;
    struct metrics list;
    measure_file(QUESTION("1", "zh", "你好你好") QUESTION("2", "zh", "谢谢你"),
                 TOKEN_CHAR, &list);
    assert_float_equal(metrics_get(&list, "distinct_1")->value, 0.428571, NEAR);
    assert_float_equal(metrics_get(&list, "distinct_2")->value, 0.8, NEAR);
    assert_float_equal(metrics_get(&list, "js_turn_count")->value, 0, NEAR);
    assert_float_equal(metrics_get(&list, "tfidf_cosine")->value, 1, NEAR);
    metrics_release(&list);
}

static void a_corpus_of_one_text_has_its_values(void **state)
{
    (void)state;
    struct metrics list;
    measure_file(QUESTION("1", "nl",
                          "De arts vraagt hoe het gaat en de patiënt zegt dat "
                          "het gaat, maar dat de pijn in de rug niet minder is "
                          "en dat de pijn in de nacht erger wordt dan in de "
                          "dag."),
                 TOKEN_WORD, &list);
    assert_float_equal(metrics_get(&list, "mtld")->value, 18, NEAR);
    assert_float_equal(metrics_get(&list, "hdd")->value, 0.720660, NEAR);
    assert_float_equal(metrics_get(&list, "mattr")->value, 0.862963, NEAR);
    assert_string_equal(metrics_get(&list, "mtld")->signature,
                        "MTLD|tok:nl-word|thr:0.72|dir:both|version:1"
                        "|over:record-mean");
    assert_non_null(metrics_get(&list, "turns_sd")->why);
    metrics_release(&list);
}

static void an_empty_corpus_is_undefined_throughout(void **state)
{
    (void)state;
    struct metrics list;
    measure_file("", TOKEN_WORD, &list);
    for (size_t i = 0; i < list.items.count; i++) {
        const struct metric *m = metrics_at(&list, i);
        assert_true(m->why || isfinite(m->value));
    }
    assert_non_null(metrics_get(&list, "turns")->why);
    assert_non_null(metrics_get(&list, "js_turn_length")->why);
    metrics_release(&list);
}

static void turns_of_the_dutch_corpus_are_described(void **state)
{
    (void)state;
    const double turns[] = {34, 25, 61, 33, 48, 50, 36, 38, 26};
    double value;
    assert_true(describe_sd(turns, 9, DESCRIBE_SAMPLE, &value, NULL));
    assert_float_equal(value, 11.842719, 1e-5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mtld_of_the_letters_is_ten),
        cmocka_unit_test(the_dutch_text_has_the_published_values),
        cmocka_unit_test(what_is_too_short_is_undefined_with_a_reason),
        cmocka_unit_test(style_matching_has_the_published_values),
        cmocka_unit_test(thinned_tables_estimate_what_they_cannot_hold),
        cmocka_unit_test(self_bleu_of_equal_texts_is_one),
        cmocka_unit_test(distinct_counts_n_grams_within_texts),
        cmocka_unit_test(a_corpus_of_one_text_has_its_values),
        cmocka_unit_test(an_empty_corpus_is_undefined_throughout),
        cmocka_unit_test(turns_of_the_dutch_corpus_are_described)};
    return cmocka_run_group_tests(tests, temp_make, temp_remove);
}
