/* Piecewise normalising gives what ICU gives for the whole text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>

#include "base/lines.h"
#include "base/rng.h"
#include "text/normalise.h"

typedef bool change(str, struct buf *);

static void becomes(change *apply, const char *text, const char *wanted)
{
    struct buf out;
    buf_init(&out, BUF_MAX);
    assert_true(apply(str_of(text), &out));
    assert_string_equal(buf_cstr(&out), wanted);
    buf_release(&out);
}

static void folding_unites_spellings(void **state)
{
    (void)state;
    becomes(text_fold, "ＣＴ检查：Ｂ超", "ct检查:b超");
    becomes(text_fold, "CAFE\xCC\x81 Straße ﬁbrose", "café strasse fibrose");
    becomes(text_fold, "\xEF\xBB\xBF头\xE2\x80\x8B痛\xC2\xAD", "头痛");
    becomes(text_fold, "ｶﾞ①½㎎", "ガ11⁄2mg");
    becomes(text_fold, "", "");
}

static void composing_joins_accents_and_keeps_the_rest(void **state)
{
    (void)state;
    becomes(text_compose, "pate\xCC\x88nt ＣＴ", "patënt ＣＴ");
}

static void invalid_bytes_become_the_replacement_character(void **state)
{
    (void)state;
    becomes(text_fold,
            "a\xFF"
            "B\xE5\xA4",
            "a\uFFFDb\uFFFD\uFFFD");
}

static bool alphanumeric(str text, struct buf *out)
{
    return text_half_width(text, TEXT_WIDTH_ALPHANUMERIC, out);
}

static bool all_width(str text, struct buf *out)
{
    return text_half_width(text, TEXT_WIDTH_ALL, out);
}

static void full_width_forms_become_ascii(void **state)
{
    (void)state;
    becomes(alphanumeric, "体温３８．５，ＷＢＣ　高", "体温38．5，WBC 高");
    becomes(all_width, "体温３８．５，ＷＢＣ　高", "体温38.5,WBC 高");
}

static void invisible_characters_go_but_emoji_hold_together(void **state)
{
    (void)state;
    becomes(text_visible, "\xEF\xBB\xBFpijn\xE2\x80\x8B\x01\r\nrug\rnek\t.",
            "pijn\nrug\nnek\t.");
    /* family emoji: pictographs with joiners */
    becomes(text_visible, "\U0001F468\u200D\U0001F469 x\u200Dy",
            "\U0001F468\u200D\U0001F469 xy");
}

static void invalid_bytes_become_replacement_characters(void **state)
{
    (void)state;
    becomes(text_visible, "pijn\xE9 \xE5\x8C.", "pijn\uFFFD \uFFFD\uFFFD.");
    becomes(all_width, "\xFFＡ", "\uFFFDA");
    becomes(text_one_line, " a\xC3  b ", "a\uFFFD b");
}

static void white_space_collapses(void **state)
{
    (void)state;
    becomes(text_one_line, "  头 痛\r\n\t三天　了 ", "头 痛 三天 了");
    becomes(text_one_line, " \n ", "");
}

static void a_full_buffer_gets_nothing(void **state)
{
    (void)state;
    struct buf out;
    buf_init(&out, 5);
    assert_true(buf_add(&out, STR("ab")));
    assert_false(text_fold(STR("Ａbcd"), &out));
    assert_string_equal(buf_cstr(&out), "ab");
    buf_release(&out);
}

/* The reference: the whole text through UTF-16. */
static void by_icu(const UNormalizer2 *normalizer, str text, struct buf *out)
{
    UErrorCode status = U_ZERO_ERROR;
    int32_t count = 0, room = (int32_t)text.len * 18 + 64, len = 0;
    UChar *in = malloc(2 * (size_t)room), *done = malloc(2 * (size_t)room);
    char *bytes = malloc(3 * (size_t)room);
    u_strFromUTF8WithSub(in, room, &count, text.ptr, (int32_t)text.len, 0xFFFD,
                         NULL, &status);
    count = unorm2_normalize(normalizer, in, count, done, room, &status);
    u_strToUTF8(bytes, 3 * room, &len, done, count, &status);
    assert_true(U_SUCCESS(status));
    buf_reset(out);
    buf_add(out, str_make(bytes, (size_t)len));
    free(in);
    free(done);
    free(bytes);
}

static void agree(str text)
{
    UErrorCode status = U_ZERO_ERROR;
    struct buf ours, theirs;
    buf_init(&ours, BUF_MAX);
    buf_init(&theirs, BUF_MAX);
    text_fold(text, &ours);
    by_icu(unorm2_getNFKCCasefoldInstance(&status), text, &theirs);
    assert_int_equal(ours.len, theirs.len);
    assert_string_equal(buf_cstr(&ours), buf_cstr(&theirs));
    buf_reset(&ours);
    text_compose(text, &ours);
    by_icu(unorm2_getNFCInstance(&status), text, &theirs);
    assert_string_equal(buf_cstr(&ours), buf_cstr(&theirs));
    buf_release(&ours);
    buf_release(&theirs);
}

/* Mostly what joins: marks, jamo, letters, ignorables. */
static uint32_t random_character(struct rng *rng)
{
    static const uint32_t ranges[][2] = {
        {'A', 'z'},       {0xC0, 0x24F},      {0x300, 0x345},
        {0x1100, 0x11C2}, {0xAC00, 0xAC40},   {0x200B, 0x200F},
        {0x4E00, 0x4E40}, {0xFF01, 0xFFA0},   {0x3040, 0x309A},
        {0x1, 0xD7FF},    {0x10000, 0x1FFFF}, {0x9C7, 0x9D7}};
    const uint32_t *range =
        ranges[rng_below(rng, sizeof ranges / sizeof *ranges)];
    return (uint32_t)rng_between(rng, range[0], range[1]);
}

static void random_texts_agree_with_icu(void **state)
{
    (void)state;
    const uint64_t seed = 7;
    print_message("seed %d\n", (int)seed);
    struct buf text;
    buf_init(&text, BUF_MAX);
    for (uint64_t i = 0; i < 20000; i++) {
        struct rng rng = rng_at(seed, RNG_STREAM("normalise"), i);
        buf_reset(&text);
        for (size_t n = rng_below(&rng, 24); n > 0; n--)
            buf_add_utf8(&text, random_character(&rng));
        agree(buf_str(&text));
    }
    buf_release(&text);
}

static void long_runs_of_marks_agree_with_icu(void **state)
{
    (void)state;
    struct buf text;
    buf_init(&text, BUF_MAX);
    for (int i = 0; i < 5000; i++)
        buf_add(&text, STR("\xCC\x81\xCC\xA3"));
    agree(buf_str(&text));
    buf_release(&text);
}

static void real_texts_agree_with_icu(void **state)
{
    (void)state;
    static const char *const paths[] = {
        "../shared/data/toyhom_zh_qa/内科_first500.csv",
        "../shared/data/clinlp_nl/tokenizer_cases.json"};
    struct err err = {0};
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        struct lines *in = lines_open(paths[i], 0, &err);
        if (!in) {
            print_message("skipped: %s\n", err.message);
            skip();
        }
        for (str line; lines_next(in, &line, &err);)
            agree(line);
        lines_close(in);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(folding_unites_spellings),
        cmocka_unit_test(composing_joins_accents_and_keeps_the_rest),
        cmocka_unit_test(invalid_bytes_become_the_replacement_character),
        cmocka_unit_test(full_width_forms_become_ascii),
        cmocka_unit_test(invisible_characters_go_but_emoji_hold_together),
        cmocka_unit_test(invalid_bytes_become_replacement_characters),
        cmocka_unit_test(white_space_collapses),
        cmocka_unit_test(a_full_buffer_gets_nothing),
        cmocka_unit_test(random_texts_agree_with_icu),
        cmocka_unit_test(long_runs_of_marks_agree_with_icu),
        cmocka_unit_test(real_texts_agree_with_icu),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
