/* Copies are found wherever they stand, with their exact length and place;
 * stock phrases, chance and other languages' texts are not. */
#include "check.h"

#include "base/rng.h"
#include "measure/leak_page.h"
#include "measure/places.h"

static struct turn turns_of[64];

static struct record dialogue(const char *id, const char *lang,
                              const str *texts, size_t count)
{
    for (size_t i = 0; i < count; i++)
        turns_of[i] = (struct turn){.role = i % 2 ? ROLE_PATIENT : ROLE_DOCTOR,
                                    .text = texts[i]};
    struct record r = {.kind = RECORD_DIALOGUE};
    r.id = str_of(id);
    r.lang = str_of(lang);
    r.dialogue.turns = (struct list){.items = turns_of, .count = count};
    return r;
}

static struct leak *open_leak(const struct leak_options *options)
{
    struct err err = {0};
    struct leak *leak = leak_open(options, &err);
    assert_non_null(leak);
    return leak;
}

static void add(struct leak *leak, const char *id, const char *lang, str text)
{
    struct err err = {0};
    struct record r = dialogue(id, lang, &text, 1);
    assert_true(leak_add(leak, &r, &err));
}

static struct leak_finding check(struct leak *leak, const char *lang, str text)
{
    struct leak_finding found;
    struct record r = dialogue("checked", lang, &text, 1);
    struct leak_checker *checker = leak_checker_new(leak);
    leak_check(checker, &r, &found);
    leak_checker_free(checker);
    return found;
}

static void a_copy_has_its_length_and_its_place(void **state)
{
    (void)state;
    struct leak_options options = {0};
    struct leak *leak = open_leak(&options);
    add(leak, "r1", "en", STR("nothing of interest stands here at all today"));
    add(leak, "r2", "en",
        STR("My aunt planted seven yellow tulips behind the old harbour wall "
            "last spring and slipped."));
    leak_seal(leak);
    struct leak_finding f =
        check(leak, "en",
              STR("Well, SEVEN yellow tulips, behind the old harbour wall last "
                  "spring - yes."));
    assert_int_equal(f.span, 10);
    assert_int_equal(f.shared, 1);
    assert_str(leak_source(leak, f.copy.source), "r2");
    assert_int_equal(f.copy.from, 1);
    assert_int_equal(f.copy.source_from, 3);
    assert_int_equal(f.copy.count, 10);
    leak_close(leak);
}

static void a_reference_of_one_word_is_no_trouble(void **state)
{
    (void)state;
    struct leak_options options = {0};
    struct leak *leak = open_leak(&options);
    add(leak, "r", "nl", STR("Ja."));
    add(leak, "empty", "nl", STR(""));
    leak_seal(leak);
    struct leak_finding f = check(leak, "nl", STR("Ja."));
    assert_int_equal(f.span, 0);
    assert_int_equal(f.near_turns, 0);
    f = check(leak, "nl", STR(""));
    assert_int_equal(f.span + f.shared + f.identifier_count, 0);
    assert_int_equal(leak_units(leak), 1);
    assert_int_equal(leak_turns(leak), 1);
    leak_close(leak);
}

static void stock_phrases_are_not_copies(void **state)
{
    (void)state;
    struct leak_options options = {0};
    struct leak *leak = open_leak(&options);
    str said = STR("Goedemorgen mevrouw, komt u verder. Waar kan ik u mee "
                   "helpen? Sinds wanneer heeft u deze klachten?");
    add(leak, "r", "nl", said);
    leak_seal(leak);
    struct leak_finding f = check(leak, "nl", said);
    assert_int_equal(f.span, 0);
    assert_int_equal(f.near_turns, 0);
    f = check(leak, "nl",
              STR("Goedemorgen, mevrouw; komt u verder? Waar kan ik u mee "
                  "helpen - sinds wanneer heeft u deze klachten"));
    assert_int_equal(f.span, 0);
    leak_close(leak);
}

static void a_turn_with_one_word_changed_is_near(void **state)
{
    (void)state;
    struct leak_options options = {0};
    struct leak *leak = open_leak(&options);
    add(leak, "r", "zh",
        STR("最近三个月以来右侧膝盖上楼梯的时候总是疼得厉害晚上也睡不好觉"));
    leak_seal(leak);
    struct leak_finding f = check(
        leak, "zh",
        STR("最近三个月以来左侧膝盖上楼梯的时候总是疼得厉害晚上也睡不好觉"));
    assert_int_equal(f.near_turns, 1);
    assert_int_equal(f.near.source_turn, 0);
    f = check(leak, "zh", STR("最近三个月以来右侧膝盖没有不舒服晚上睡得很好"));
    assert_int_equal(f.near_turns, 0);
    leak_close(leak);
}

/* Words drawn from 4,000, so that nothing is shared by chance. */
static void put_words(struct buf *out, struct rng *rng, size_t count, bool han)
{
    for (size_t i = 0; i < count; i++) {
        uint32_t word = (uint32_t)rng_below(rng, 4000);
        if (han)
            buf_add_utf8(out, 0x4E00 + word);
        else
            buf_printf(out, "w%u ", word);
    }
}

/* The first unit of a copy is one of these many. */
static str piece(str text, size_t from, size_t count, bool han)
{
    size_t at = 0, end;
    for (size_t i = 0; i < from; i++)
        at = han ? at + 3 : str_find_char(text, ' ', at) + 1;
    end = at;
    for (size_t i = 0; i < count; i++)
        end = han ? end + 3 : str_find_char(text, ' ', end) + 1;
    return str_slice(text, at, end);
}

static void every_planted_copy_is_found(void **state)
{
    (void)state;
    enum { TURNS = 3000, UNITS = 60 };
    uint64_t seed = 7;
    print_message("seed %llu\n", (unsigned long long)seed);
    for (int han = 0; han < 2; han++) {
        const char *lang = han ? "zh" : "en";
        struct leak_options options = {0};
        struct leak *leak = open_leak(&options);
        struct leak_checker *checker;
        struct leak_finding found;
        struct buf text, made;
        buf_init(&text, 1 << 20);
        buf_init(&made, 1 << 20);
        for (int pass = 0; pass < 2; pass++) {
            checker = pass ? leak_checker_new(leak) : NULL;
            for (uint64_t i = 0; i < TURNS; i++) {
                struct rng rng = rng_at(seed, RNG_STREAM("turn"), i);
                buf_reset(&text);
                put_words(&text, &rng, UNITS, han);
                if (pass == 0) {
                    add(leak, "r", lang, buf_str(&text));
                    continue;
                }
                size_t count = han ? 30 : 10;
                buf_reset(&made);
                put_words(&made, &rng, (size_t)rng_below(&rng, 20), han);
                buf_add(&made, piece(buf_str(&text),
                                     (size_t)rng_below(&rng, UNITS - count + 1),
                                     count, han));
                put_words(&made, &rng, 5, han);
                str whole = buf_str(&made);
                struct record r = dialogue("c", lang, &whole, 1);
                leak_check(checker, &r, &found);
                assert_true(found.span >= count);
                assert_int_equal(found.copy.source, i);
            }
            if (pass == 0)
                leak_seal(leak);
        }
        leak_checker_free(checker);
        buf_release(&text);
        buf_release(&made);
        leak_close(leak);
    }
}

static void places_come_back_in_order_and_no_others(void **state)
{
    (void)state;
    struct places places;
    uint32_t at, count = 0;
    places_init(&places);
    struct places_walk walk = places_look(&places, 5);
    assert_false(places_next(&walk, &at));
    for (uint32_t i = 0; i < 50000; i++)
        places_add(&places, (uint64_t)(i % 1000) * 0x9E3779B97F4A7C15u, i);
    places_seal(&places);
    for (uint64_t name = 0; name < 2000; name++) {
        uint32_t before = 0, here = 0;
        walk = places_look(&places, name * 0x9E3779B97F4A7C15u);
        for (; places_next(&walk, &at); here++) {
            assert_true(here == 0 || at > before);
            assert_int_equal(at % 1000, name);
            before = at;
        }
        assert_int_equal(here, name < 1000 ? 50 : 0);
        count += here;
    }
    assert_int_equal(count, 50000);
    places_release(&places);
}

static void a_page_marks_the_run_and_hides_who_it_is(void **state)
{
    (void)state;
    const char *canaries[] = {"BLUE-HERON"};
    struct leak_options options = {.canaries = canaries, .canary_count = 1};
    struct leak *leak = open_leak(&options);
    struct buf out;
    buf_init(&out, 10000);
    leak_put_marked(leak, STR("So Mrs Smith <b> took ONE tablet, BLUE-HERON."),
                    LANG_EN, 4, 2, &out);
    assert_str(buf_str(&out),
               "So […] &lt;b&gt; <mark>took ONE</mark> tablet, […].");
    buf_reset(&out);
    leak_put_marked(leak, STR("ＣＴ检查：腰痛，找王医生"), LANG_ZH, 1, 3, &out);
    assert_str(buf_str(&out), "ＣＴ<mark>检查：腰</mark>痛，找[…]");
    buf_release(&out);
    leak_close(leak);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_copy_has_its_length_and_its_place),
        cmocka_unit_test(a_reference_of_one_word_is_no_trouble),
        cmocka_unit_test(stock_phrases_are_not_copies),
        cmocka_unit_test(a_turn_with_one_word_changed_is_near),
        cmocka_unit_test(every_planted_copy_is_found),
        cmocka_unit_test(places_come_back_in_order_and_no_others),
        cmocka_unit_test(a_page_marks_the_run_and_hides_who_it_is)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
