/* Terms are found as words, the longest first, the same by both engines. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/lines.h"
#include "base/rng.h"
#include "text/lexicon.h"

static struct lexicon *open_it(const str *terms, size_t count,
                               enum lexicon_engine engine)
{
    struct lexicon *lexicon;
    struct err err = {0};
    if (!lexicon_open_with(&lexicon, terms, count, engine, &err))
        fail_msg("%s", err.message);
    return lexicon;
}

/* Both engines find exactly "term:text term:text ...". */
static void finds(const str *terms, size_t count, const char *text,
                  const char *wanted)
{
    for (int engine = LEXICON_AUTOMATIC; engine <= LEXICON_PLAIN; engine++) {
        struct lexicon *lexicon =
            open_it(terms, count, (enum lexicon_engine)engine);
        struct lexicon_matcher *matcher = lexicon_matcher_new(lexicon);
        struct vec found;
        struct buf out;
        vec_init(&found, sizeof(struct lexicon_match));
        buf_init(&out, BUF_MAX);
        lexicon_match(matcher, str_of(text), &found);
        for (size_t i = 0; i < found.count; i++) {
            const struct lexicon_match *match = vec_at(&found, i);
            buf_printf(&out, i ? " %u:" : "%u:", match->term);
            buf_add(&out, str_slice(str_of(text), match->start, match->end));
        }
        assert_string_equal(buf_cstr(&out), wanted);
        assert_int_equal(lexicon_any(matcher, str_of(text)), found.count > 0);
        vec_release(&found);
        buf_release(&out);
        lexicon_matcher_free(matcher);
        lexicon_close(lexicon);
    }
}

static void the_longest_term_wins_from_left_to_right(void **state)
{
    (void)state;
    const str terms[] = {STR("糖尿病"), STR("2型糖尿病"), STR("病肾"),
                         STR("糖尿病肾病"), STR("肾病")};
    finds(terms, 5, "2型糖尿病，糖尿病肾病；糖尿病肾",
          "1:2型糖尿病 3:糖尿病肾病 0:糖尿病");
    finds(terms, 5, "肾病肾病", "4:肾病 4:肾病");
}

static void latin_terms_match_whole_words_only(void **state)
{
    (void)state;
    const str terms[] = {STR("CT"), STR("pijn"), STR("B12"), STR("mg"),
                         STR("pijn op de borst")};
    finds(terms, 5, "做CT检查 ECT CTA ct", "0:CT 0:ct");
    finds(terms, 5, "Hoofdpijn, pijnlijk; PIJN! pijn-stiller pijn's",
          "1:PIJN 1:pijn 1:pijn");
    finds(terms, 5, "维生素B12片 B123 5mg 5 mg", "2:B12 3:mg");
    finds(terms, 5, "pijn op de borstkas, Pijn op de borst",
          "1:pijn 4:Pijn op de borst");
}

static void case_does_not_matter_beyond_ascii(void **state)
{
    (void)state;
    const str terms[] = {STR("CAFÉÏNE"), STR("α-blokker"), STR("ＣＴ"),
                         STR("боль")};
    finds(terms, 4, "caféïne Α-BLOKKER ｃｔ БОЛЬ cafeïne",
          "0:caféïne 1:Α-BLOKKER 2:ｃｔ 3:БОЛЬ");
}

static void accents_and_marks_are_part_of_a_word(void **state)
{
    (void)state;
    const str terms[] = {STR("cafe"), STR("ent")};
    finds(terms, 2, "cafe\xCC\x81 café patiënt cafe", "0:cafe");
}

static void the_first_of_equal_terms_is_reported(void **state)
{
    (void)state;
    const str terms[] = {STR(""), STR("Ct"), STR("CT"), STR("ct")};
    finds(terms, 4, "CT", "1:CT");
}

static void an_empty_lexicon_finds_nothing(void **state)
{
    (void)state;
    const str terms[] = {STR("")};
    finds(terms, 0, "pijn", "");
    finds(terms, 1, "pijn", "");
    finds(terms, 1, "", "");
}

static void terms_with_special_characters_are_literal(void **state)
{
    (void)state;
    const str terms[] = {STR("a.b*"), STR("(+)"), STR("[a]\\d$")};
    finds(terms, 3, "a.b* axb (+) [a]\\d$ 5", "0:a.b* 1:(+) 2:[a]\\d$");
}

static void bad_terms_are_refused(void **state)
{
    (void)state;
    struct lexicon *lexicon;
    struct err err = {0};
    static char text[LEXICON_TERM_BYTES_MAX + 1];
    memset(text, 'a', sizeof text);
    str term = str_make(text, sizeof text);
    assert_false(lexicon_open(&lexicon, &term, 1, &err));
    assert_int_equal(err.code, ERR_LIMIT);
    term = STR("\xFF");
    assert_false(lexicon_open(&lexicon, &term, 1, &err));
    assert_int_equal(err.code, ERR_FORMAT);
    term = STR("a\0b");
    assert_false(lexicon_open(&lexicon, &term, 1, &err));
    assert_int_equal(err.code, ERR_FORMAT);
    term = str_make(text, LEXICON_TERM_BYTES_MAX);
    assert_true(lexicon_open(&lexicon, &term, 1, &err));
    assert_int_equal(lexicon_size(lexicon), 1);
    assert_true(str_equal(lexicon_term(lexicon, 0), term));
    lexicon_close(lexicon);
}

static void engines_agree(struct lexicon_matcher *a, struct lexicon_matcher *b,
                          str text)
{
    struct vec x, y;
    vec_init(&x, sizeof(struct lexicon_match));
    vec_init(&y, sizeof(struct lexicon_match));
    lexicon_match(a, text, &x);
    lexicon_match(b, text, &y);
    assert_int_equal(x.count, y.count);
    for (size_t i = 0; i < x.count; i++) {
        const struct lexicon_match *p = vec_at(&x, i), *q = vec_at(&y, i);
        assert_int_equal(p->term, q->term);
        assert_int_equal(p->start, q->start);
        assert_int_equal(p->end, q->end);
    }
    vec_release(&x);
    vec_release(&y);
}

/* A few letters of each kind, so that terms overlap and nest. */
static str random_text(struct rng *rng, size_t len_max, struct arena *arena)
{
    static const char *const letters[] = {
        "a", "B", "b", "1", " ", "é", "É", "痛", "头", "，", "\xCC\x81", "Ｂ"};
    struct buf text;
    buf_init(&text, BUF_MAX);
    for (size_t n = 1 + (size_t)rng_below(rng, len_max); n > 0; n--)
        buf_add_cstr(&text, letters[rng_below(rng, 12)]);
    str copy = arena_copy(arena, buf_str(&text));
    buf_release(&text);
    return copy;
}

static void engines_agree_on_random_terms_and_texts(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena);
    print_message("seed 5\n");
    for (uint64_t round = 0; round < 60; round++) {
        struct rng rng = rng_at(5, RNG_STREAM("lexicon"), round);
        str terms[40];
        for (size_t i = 0; i < 40; i++)
            terms[i] = random_text(&rng, 5, &arena);
        struct lexicon *lexicons[2] = {open_it(terms, 40, LEXICON_AUTOMATIC),
                                       open_it(terms, 40, LEXICON_PLAIN)};
        struct lexicon_matcher *a = lexicon_matcher_new(lexicons[0]);
        struct lexicon_matcher *b = lexicon_matcher_new(lexicons[1]);
        for (int i = 0; i < 100; i++)
            engines_agree(a, b, random_text(&rng, 60, &arena));
        lexicon_matcher_free(a);
        lexicon_matcher_free(b);
        lexicon_close(lexicons[0]);
        lexicon_close(lexicons[1]);
        arena_reset(&arena);
    }
    arena_release(&arena);
}

/* Few short terms and much that matches nothing: the engine skips ahead in
 * vectors, and what it must not skip lies at the end. */
static void terms_at_the_end_of_short_texts_are_found(void **state)
{
    (void)state;
    char text[200];
    print_message("seed 6\n");
    for (uint64_t round = 0; round < 200; round++) {
        struct rng rng = rng_at(6, RNG_STREAM("tail"), round);
        const str all[] = {STR("a"),  STR("ab"),  STR("痛"),
                           STR("aa"), STR("bba"), STR("头痛")};
        size_t first = (size_t)rng_below(&rng, 5);
        size_t count = 1 + (size_t)rng_below(&rng, 6 - first);
        struct lexicon *vector = open_it(all + first, count, LEXICON_AUTOMATIC);
        struct lexicon *plain = open_it(all + first, count, LEXICON_PLAIN);
        struct lexicon_matcher *a = lexicon_matcher_new(vector);
        struct lexicon_matcher *b = lexicon_matcher_new(plain);
        for (size_t len = 1; len < sizeof text; len++) {
            memset(text, '.', sizeof text);
            for (int i = 0; i < 6; i++) {
                str term = all[rng_below(&rng, 6)];
                if (term.len < len)
                    memcpy(text + rng_below(&rng, len - term.len + 1), term.ptr,
                           term.len);
            }
            engines_agree(a, b, str_make(text, len));
        }
        lexicon_matcher_free(a);
        lexicon_matcher_free(b);
        lexicon_close(vector);
        lexicon_close(plain);
    }
}

static void engines_agree_on_real_terms_and_texts(void **state)
{
    (void)state;
    struct err err = {0};
    struct arena arena;
    struct vec terms;
    struct lines *in =
        lines_open("../shared/data/thuocl/THUOCL_medical.txt", 0, &err);
    struct lines *texts =
        lines_open("../shared/data/toyhom_zh_qa/内科_first500.csv", 0, &err);
    if (!in || !texts) {
        print_message("skipped: %s\n", err.message);
        skip();
    }
    arena_init(&arena);
    vec_init(&terms, sizeof(str));
    for (str line, term, rest;
         terms.count < 6000 && lines_next(in, &line, &err);)
        if (str_cut(line, '\t', &term, &rest))
            *(str *)vec_add(&terms) = arena_copy(&arena, str_trim(term));
    struct lexicon *vector =
        open_it(terms.items, terms.count, LEXICON_AUTOMATIC);
    struct lexicon *plain = open_it(terms.items, terms.count, LEXICON_PLAIN);
    struct lexicon_matcher *a = lexicon_matcher_new(vector);
    struct lexicon_matcher *b = lexicon_matcher_new(plain);
    for (str line; lines_next(texts, &line, &err);)
        engines_agree(a, b, line);
    lexicon_matcher_free(a);
    lexicon_matcher_free(b);
    lexicon_close(vector);
    lexicon_close(plain);
    lines_close(in);
    lines_close(texts);
    vec_release(&terms);
    arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_longest_term_wins_from_left_to_right),
        cmocka_unit_test(latin_terms_match_whole_words_only),
        cmocka_unit_test(case_does_not_matter_beyond_ascii),
        cmocka_unit_test(accents_and_marks_are_part_of_a_word),
        cmocka_unit_test(the_first_of_equal_terms_is_reported),
        cmocka_unit_test(an_empty_lexicon_finds_nothing),
        cmocka_unit_test(terms_with_special_characters_are_literal),
        cmocka_unit_test(bad_terms_are_refused),
        cmocka_unit_test(engines_agree_on_random_terms_and_texts),
        cmocka_unit_test(terms_at_the_end_of_short_texts_are_found),
        cmocka_unit_test(engines_agree_on_real_terms_and_texts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
