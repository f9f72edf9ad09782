/* Everything that could tell who somebody is is found with its span, in three
 * languages; what only looks like it is not. */
#include "check.h"

#include "base/fs.h"
#include "base/json.h"
#include "base/rng.h"
#include "measure/personal.h"

struct example {
    enum lang lang;
    const char *text;
    const char *spans; /* "kind: text" each, parted by " | "; "" for none */
};

static const struct example examples[] = {
    {LANG_NL, "Mevrouw Jansen belde.", "name: Mevrouw Jansen"},
    {LANG_NL, "Mw. Prof. Dr. A.B. de Vries komt",
     "name: Mw. Prof. Dr. A.B. de Vries"},
    {LANG_NL, "Ik ben Piet Achternaam.", "name: Piet Achternaam"},
    {LANG_NL, "Kees had pijn.", "single name: Kees"},
    {LANG_NL, "J. Th. Bakker", "name: J. Th. Bakker"},
    {LANG_NL, "Ja, dokter. Ik heb pijn. Dank u, zuster. Daar ben ik.", ""},
    {LANG_NL, "De ziekte van Parkinson, E. Coli en Bechterew", ""},
    {LANG_NL, "op 17 mei 2011 en 24-07-1966",
     "date: 17 mei 2011 | date: 24-07-1966"},
    {LANG_NL, "geboren op 3-5-1980", "date of birth: 3-5-1980"},
    {LANG_NL, "209 × 10⁹/L. Alanine-aminotransferase 40", ""},
    {LANG_NL, "RR 120/80, 5 mg, 3.1 en 1, 2, 30", ""},
    {LANG_NL, "een 45-jarige vrouw, hij is 12 jaar oud", "age: 45 | age: 12"},
    {LANG_NL, "een man van 67 jaar, 33 jaar, een vrouw", "age: 67 | age: 33"},
    {LANG_NL, "al 10 jaar, elke 2 jaar, over 1 jaar controle", ""},
    {LANG_NL, "BSN 123456782", "national number: 123456782"},
    {LANG_NL, "zie https://voorbeeld.nl/pagina?x=1.",
     "web address: https://voorbeeld.nl/pagina?x=1"},
    {LANG_NL, "Kerkstraat 12 in Ede", "address: Kerkstraat 12"},
    {LANG_EN, "Hello Mrs Smith, I'm Dr. Jacob.",
     "name: Mrs Smith | name: Dr. Jacob"},
    {LANG_EN, "My name is Amanda Jackson", "name: Amanda Jackson"},
    {LANG_EN, "Thanks, doctor. You were kind. Will it hurt?", ""},
    {LANG_EN, "Parkinson's and Crohn's disease", ""},
    {LANG_EN, "a 38-year-old man, aged 40", "age: 38 | age: 40"},
    {LANG_EN, "seen on May 3rd, 2019", "date: May 3rd, 2019"},
    {LANG_EN, "Call 020 7946 0958 or a@b.org",
     "phone number: 020 7946 0958 | e-mail address: a@b.org"},
    {LANG_EN, "It is 943 476 5919.", "national number: 943 476 5919"},
    {LANG_ZH, "我找王医生，我叫李小明。", "name: 王医生 | name: 李小明"},
    {LANG_ZH, "谢谢医生，对于老师，任何医生都行", ""},
    {LANG_ZH, "我今年三十五岁，他48岁", "age: 三十五 | age: 48"},
    {LANG_ZH, "2020年9月5日入院", "date: 2020年9月5日"},
    {LANG_ZH, "身份证11010519491231002X",
     "national number: 11010519491231002X"},
    {LANG_ZH, "手机13812345678", "phone number: 13812345678"},
};

static struct personal *open_personal(void)
{
    struct err err = {0};
    struct personal *personal = personal_open(&err);
    assert_non_null(personal);
    return personal;
}

static void each_kind_is_found_with_its_span(void **state)
{
    (void)state;
    struct personal *personal = open_personal();
    struct personal_scan scan;
    struct buf got;
    personal_scan_init(&scan);
    buf_init(&got, 10000);
    for (size_t i = 0; i < sizeof examples / sizeof *examples; i++) {
        str text = str_of(examples[i].text);
        buf_reset(&got);
        personal_find(personal, text, examples[i].lang, &scan);
        for (size_t k = 0; k < scan.spans.count; k++) {
            const struct personal_span *s = vec_at(&scan.spans, k);
            buf_printf(&got, "%s%s: " STR_FMT, k ? " | " : "",
                       personal_kind_name(s->kind),
                       STR_ARG(str_slice(text, s->start, s->end)));
        }
        if (!str_equal(buf_str(&got), str_of(examples[i].spans)))
            print_error("in: %s\n", examples[i].text);
        assert_str(buf_str(&got), examples[i].spans);
    }
    buf_release(&got);
    personal_scan_release(&scan);
    personal_close(personal);
}

static void hostile_bytes_give_spans_in_order_inside_the_text(void **state)
{
    (void)state;
    static const char *const pieces[] = {
        "Dr",      ".",    " ",  "-",        "'",    "Jan",  "de",
        "\xC3",    "\x80", "12", "/",        "王",   "医生", "岁",
        "http://", "@",    "A",  "\xE7\x8E", "我叫", "\n",   "jaar",
        "2020",    "v/d",  "'t", "s"};
    struct personal *personal = open_personal();
    struct personal_scan scan;
    struct buf text;
    uint64_t seed = 20260101;
    print_message("seed %llu\n", (unsigned long long)seed);
    personal_scan_init(&scan);
    buf_init(&text, 10000);
    for (uint64_t round = 0; round < 6000; round++) {
        struct rng rng = rng_at(seed, RNG_STREAM("hostile"), round);
        buf_reset(&text);
        for (uint64_t k = 0; k < 24; k++) {
            size_t pick =
                (size_t)rng_below(&rng, sizeof pieces / sizeof *pieces);
            buf_add(&text, str_of(pieces[pick]));
        }
        personal_find(personal, buf_str(&text), (enum lang)(round % LANG_COUNT),
                      &scan);
        size_t before = 0;
        for (size_t k = 0; k < scan.spans.count; k++) {
            const struct personal_span *s = vec_at(&scan.spans, k);
            assert_true(s->start >= before && s->start < s->end &&
                        s->end <= text.len);
            before = s->end;
        }
    }
    buf_release(&text);
    personal_scan_release(&scan);
    personal_close(personal);
}

/* Spans of the gold set that are found to the byte; texts are ASCII there or
 * counted only when they are. */
static size_t exact(const struct personal *personal, const char *file,
                    bool (*counts)(unsigned), size_t *found)
{
    char path[200];
    struct err err = {0};
    struct buf bytes;
    struct personal_scan scan;
    size_t hits = 0;
    snprintf(path, sizeof path,
             "../shared/data/deduce_nl/regression_cases/%s.json", file);
    buf_init(&bytes, 1 << 20);
    personal_scan_init(&scan);
    assert_true(fs_read(path, &bytes, &err));
    json *doc = json_parse(buf_str(&bytes), &err);
    assert_non_null(doc);
    *found = 0;
    JSON_EACH(example, json_get(doc, "examples"))
    {
        str text = json_str(json_get(example, "text"), STR(""));
        personal_find(personal, text, LANG_NL, &scan);
        for (size_t i = 0; i < scan.spans.count; i++) {
            const struct personal_span *s = vec_at(&scan.spans, i);
            *found += counts(s->kind);
            JSON_EACH(gold, json_get(example, "annotations"))
            hits += counts(s->kind) &&
                    (size_t)json_int(json_get(gold, "start_char"), -1) ==
                        s->start &&
                    (size_t)json_int(json_get(gold, "end_char"), -1) == s->end;
        }
    }
    json_free(doc);
    buf_release(&bytes);
    personal_scan_release(&scan);
    return hits;
}

static bool is_name(unsigned kind)
{
    return kind == PERSONAL_NAME || kind == PERSONAL_SINGLE_NAME;
}

static bool is_date(unsigned kind)
{
    return kind == PERSONAL_DATE || kind == IDENTIFIER_BIRTH_DATE;
}

static bool is_age(unsigned kind)
{
    return kind == PERSONAL_AGE;
}

static void dutch_gold_spans_are_found_as_often_as_documented(void **state)
{
    (void)state;
    if (!fs_exists("../shared/data/deduce_nl/regression_cases/names.json")) {
        print_message("skipped: ../shared/data/deduce_nl is not here\n");
        return;
    }
    struct personal *personal = open_personal();
    size_t found;
    size_t hits = exact(personal, "names", is_name, &found);
    print_message("names: %zu of 73, %zu found\n", hits, found);
    assert_true(hits >= 57 && hits * 10 >= found * 9);
    hits = exact(personal, "dates", is_date, &found);
    assert_true(hits >= 41 && found <= 42);
    hits = exact(personal, "ages", is_age, &found);
    assert_true(hits >= 8 && found <= 8);
    personal_close(personal);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_kind_is_found_with_its_span),
        cmocka_unit_test(hostile_bytes_give_spans_in_order_inside_the_text),
        cmocka_unit_test(dutch_gold_spans_are_found_as_often_as_documented)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
