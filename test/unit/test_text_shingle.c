/* Shingles are cut, hashed and compared as the curation page defines them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "text/shingle.h"

static struct shingler *open_it(enum shingle_unit unit, size_t length,
                                const char *lang)
{
    struct shingler *shingler;
    struct err err = {0};
    if (!shingler_open(&shingler, unit, length, lang, &err))
        fail_msg("%s", err.message);
    return shingler;
}

/* The shingles of text are exactly these pieces, in this order. */
static void pieces_are(struct shingler *shingler, const char *text,
                       const char *wanted)
{
    struct vec list;
    vec_init(&list, sizeof(uint64_t));
    shingle_list(shingler, str_of(text), &list);
    size_t i = 0;
    if (*wanted)
        for (str piece, rest = str_of(wanted); str_next(&rest, '|', &piece);)
            assert_true(i < list.count &&
                        *(uint64_t *)vec_at(&list, i++) == str_hash(piece));
    assert_int_equal(i, list.count);
    vec_release(&list);
}

static void characters_are_folded_and_only_text_is_kept(void **state)
{
    (void)state;
    struct shingler *shingler = open_it(SHINGLE_CHARS, 3, "zh");
    pieces_are(shingler, "Ｂ超，头痛！", "b超头|超头痛");
    pieces_are(shingler, "头 痛", "头痛");
    pieces_are(shingler, "，。 ", "");
    pieces_are(shingler, "", "");
    shingler_close(shingler);
}

static void words_are_joined_by_one_space(void **state)
{
    (void)state;
    struct shingler *shingler = open_it(SHINGLE_WORDS, 3, "nl");
    pieces_are(shingler, "De pijn, in de RUG.",
               "de pijn in|pijn in de|in de rug");
    pieces_are(shingler, "De pijn!", "de pijn");
    pieces_are(shingler, "...", "");
    struct buf out;
    buf_init(&out, BUF_MAX);
    shingle_text(shingler, STR("De pijn, in de RUG."), &out);
    assert_string_equal(buf_cstr(&out), "de pijn in de rug");
    buf_release(&out);
    shingler_close(shingler);
}

static int by_value(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

static void a_set_is_its_list_sorted_without_repeats(void **state)
{
    (void)state;
    struct shingler *shingler = open_it(SHINGLE_CHARS, 2, NULL);
    struct vec list, set;
    struct buf text;
    vec_init(&list, sizeof(uint64_t));
    vec_init(&set, sizeof(uint64_t));
    buf_init(&text, BUF_MAX);
    print_message("seed 11\n");
    for (uint64_t round = 0; round < 300; round++) {
        struct rng rng = rng_at(11, RNG_STREAM("shingle"), round);
        uint64_t kinds = 1 + rng_below(&rng, 300);
        buf_reset(&text);
        for (size_t n = (size_t)rng_below(&rng, 6000); n > 0; n--)
            buf_add_utf8(&text, 0x4E00 + (uint32_t)rng_below(&rng, kinds));
        shingle_list(shingler, buf_str(&text), &list);
        shingle_set(shingler, buf_str(&text), &set);
        uint64_t *all = list.items;
        if (list.count)
            qsort(all, list.count, sizeof *all, by_value);
        size_t unique = 0;
        for (size_t i = 0; i < list.count; i++)
            if (i == 0 || all[i] != all[i - 1]) {
                assert_true(unique < set.count);
                assert_true(((uint64_t *)set.items)[unique++] == all[i]);
            }
        assert_int_equal(unique, set.count);
    }
    vec_release(&list);
    vec_release(&set);
    buf_release(&text);
    shingler_close(shingler);
}

static void jaccard_counts_what_both_have(void **state)
{
    (void)state;
    const uint64_t a[] = {1, 3, 5, 7}, b[] = {2, 3, 7};
    struct overlap overlap = jaccard(a, 4, b, 3);
    assert_int_equal(overlap.intersection, 2);
    assert_int_equal(overlap.united, 5);
    assert_true(jaccard_value(overlap) == 0.4);
    overlap = jaccard(a, 0, b, 0);
    assert_int_equal(overlap.united, 0);
    assert_true(jaccard_value(overlap) == 0);
}

static void thresholds_are_exact_fractions(void **state)
{
    (void)state;
    struct fraction fraction = fraction_of(0.8);
    assert_int_equal(fraction.numerator, 4);
    assert_int_equal(fraction.denominator, 5);
    assert_true(jaccard_at_least((struct overlap){4, 5}, fraction));
    assert_true(jaccard_at_least((struct overlap){80000, 100000}, fraction));
    assert_false(jaccard_at_least((struct overlap){79999, 100000}, fraction));
    assert_false(jaccard_at_least((struct overlap){0, 0}, fraction));
    assert_false(jaccard_at_least((struct overlap){0, 0}, fraction_of(0)));
    assert_true(jaccard_at_least((struct overlap){0, 9}, fraction_of(0)));
    assert_true(jaccard_at_least((struct overlap){9, 9}, fraction_of(1)));
    /* Far beyond 64 bits. */
    struct overlap huge = {SIZE_MAX - 1, SIZE_MAX};
    assert_false(jaccard_at_least(huge, fraction_of(1)));
    assert_true(jaccard_at_least(huge, fraction_of(0.999999)));
    fraction = fraction_of(1.0 / 3);
    assert_true(fraction.numerator == 3333333333333333u);
    assert_true(fraction.denominator == 10000000000000000u);
    assert_int_equal(fraction_of(-1).numerator, 0);
    assert_int_equal(fraction_of(2).numerator, 1);
}

static void thresholds_are_read_from_text(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        uint64_t numerator, denominator; /* 0: an error */
    } cases[] = {
        {"0.8", 4, 5},
        {".75", 3, 4},
        {"1", 1, 1},
        {"1.0", 1, 1},
        {"0", 0, 1},
        {"0.000", 0, 1},
        {"00.50", 1, 2},
        {"1.01", 0, 0},
        {"2", 0, 0},
        {"-0.5", 0, 0},
        {"", 0, 0},
        {".", 0, 0},
        {"0.8.1", 0, 0},
        {"0,8", 0, 0},
        {"8e-1", 0, 0},
        {"0.1234567890123456789", 0, 0},
        {"1.", 1, 1},
        {"0.999999999999999999", 999999999999999999u, 1000000000000000000u}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct fraction fraction = {0, 0};
        struct err err = {0};
        bool ok = fraction_parse(str_of(cases[i].text), &fraction, &err);
        if (ok != (cases[i].denominator != 0))
            fail_msg("'%s'", cases[i].text);
        assert_true(fraction.numerator == cases[i].numerator);
        assert_true(fraction.denominator == cases[i].denominator);
        assert_int_equal(err.code, ok ? ERR_NONE : ERR_CONFIG);
    }
}

static void a_length_out_of_range_is_refused(void **state)
{
    (void)state;
    struct shingler *shingler;
    struct err err = {0};
    assert_false(shingler_open(&shingler, SHINGLE_CHARS, 0, NULL, &err));
    assert_int_equal(err.code, ERR_USAGE);
    assert_false(shingler_open(&shingler, SHINGLE_CHARS, 65, NULL, &err));
}

/* Walking a kept text meets the shingles that listing it hashed. */
static void a_walk_meets_the_same_shingles(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "", "，。", "痛", "Ｂ超，头痛！头痛", "De pijn, in de RUG.", "one two"};
    struct vec list;
    vec_init(&list, sizeof(uint64_t));
    for (int unit = 0; unit < 2; unit++)
        for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
            struct shingler *shingler =
                open_it(unit ? SHINGLE_WORDS : SHINGLE_CHARS, 3, "zh");
            shingler_use_seed(shingler, 9);
            shingle_list(shingler, str_of(texts[i]), &list);
            struct shingle_walk walk =
                shingle_walk(unit ? SHINGLE_WORDS : SHINGLE_CHARS, 3,
                             shingle_last_text(shingler));
            size_t met = 0;
            for (str shingle; shingle_walk_next(&walk, &shingle); met++)
                assert_true(*(uint64_t *)vec_at(&list, met) ==
                            shingle_name(shingle, 9));
            assert_int_equal(met, list.count);
            shingler_close(shingler);
        }
    vec_release(&list);
}

/* Both five-character texts have one XXH3 hash when the seed is 0. */
static void two_shingles_of_one_name_are_told(void **state)
{
    (void)state;
    struct shingler *shingler = open_it(SHINGLE_CHARS, 5, "zh");
    struct vec set;
    vec_init(&set, sizeof(uint64_t));
    shingle_set(shingler, STR("尡嵻備傫偶婪姬嘾奵囄"), &set);
    assert_int_equal(set.count, 5);
    assert_true(shingle_set_collides(shingler));
    shingle_set(shingler, STR("尡嵻備傫偶尡嵻備傫偶"), &set);
    assert_int_equal(set.count, 5);
    assert_false(shingle_set_collides(shingler));
    shingler_use_seed(shingler, 1);
    shingle_set(shingler, STR("尡嵻備傫偶婪姬嘾奵囄"), &set);
    assert_int_equal(set.count, 6);
    assert_false(shingle_set_collides(shingler));
    vec_release(&set);
    shingler_close(shingler);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(characters_are_folded_and_only_text_is_kept),
        cmocka_unit_test(words_are_joined_by_one_space),
        cmocka_unit_test(a_set_is_its_list_sorted_without_repeats),
        cmocka_unit_test(jaccard_counts_what_both_have),
        cmocka_unit_test(thresholds_are_exact_fractions),
        cmocka_unit_test(thresholds_are_read_from_text),
        cmocka_unit_test(a_length_out_of_range_is_refused),
        cmocka_unit_test(a_walk_meets_the_same_shingles),
        cmocka_unit_test(two_shingles_of_one_name_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
