/* YAML trees: lines, refusals, overrides, scalars. */
#include "check.h"

#include "base/buf.h"
#include "base/rng.h"
#include "base/yaml.h"

static struct arena arena;

static int set_up(void **state)
{
    (void)state;
    arena_init(&arena);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_release(&arena);
    return 0;
}

static struct yaml *parse(const char *text)
{
    struct err err = {0};
    struct yaml *root = yaml_parse(str_of(text), "x.yaml", &arena, &err);
    if (!root)
        print_error("%s\n", err.message);
    assert_non_null(root);
    return root;
}

static void refused(str text, const char *part)
{
    struct err err = {0};
    struct yaml *root = yaml_parse(text, "x.yaml", &arena, &err);
    if (root)
        print_error("accepted: [" STR_FMT "]\n", STR_ARG(text));
    assert_null(root);
    assert_err(&err, ERR_CONFIG, part);
    assert_err(&err, ERR_CONFIG, "x.yaml:");
}

static void a_tree_remembers_kinds_and_lines(void **state)
{
    (void)state;
    struct yaml *root = parse("a: 1\nlist:\n  - x\n  - {k: v}\n'q': \"2\"\n");
    assert_int_equal(root->kind, YAML_MAP);
    assert_int_equal(root->count, 3);
    const struct yaml *list = yaml_get(root, "list");
    assert_int_equal(list->kind, YAML_LIST);
    assert_int_equal(list->count, 2);
    assert_int_equal(list->first->line, 3);
    assert_str(yaml_get(list->last, "k")->text, "v");
    assert_int_equal(yaml_get(list->last, "k")->line, 4);
    assert_false(yaml_get(root, "a")->quoted);
    assert_true(yaml_get(root, "q")->quoted);
    assert_str(yaml_where(yaml_get(root, "q"), &arena), "x.yaml:5");
    assert_null(yaml_get(root, "absent"));
    assert_null(yaml_get(list, "k"));
    assert_null(yaml_get(NULL, "k"));
}

static void an_empty_document_is_an_empty_map(void **state)
{
    (void)state;
    assert_int_equal(parse("")->count, 0);
    assert_int_equal(parse("# only a comment\n")->kind, YAML_MAP);
}

static void null_is_only_what_is_not_quoted(void **state)
{
    (void)state;
    struct yaml *root = parse("a: ~\nb: null\nc:\nd: ''\ne: 'null'\nf: 0\n");
    assert_true(yaml_is_null(yaml_get(root, "a")));
    assert_true(yaml_is_null(yaml_get(root, "b")));
    assert_true(yaml_is_null(yaml_get(root, "c")));
    assert_false(yaml_is_null(yaml_get(root, "d")));
    assert_false(yaml_is_null(yaml_get(root, "e")));
    assert_false(yaml_is_null(yaml_get(root, "f")));
    assert_true(yaml_is_null(NULL));
}

static void expansion_and_double_keys_are_refused(void **state)
{
    (void)state;
    refused(STR("a: 1\nb: *x\n"), "x.yaml:2");
    refused(STR("b:\n  <<: {a: 1}\n"), "merge");
    refused(STR("a: 1\nb: 2\na: 3\n"), "x.yaml:3: key 'a' stands twice (first "
                                       "on line 1)");
    refused(STR("a: 1\n---\nb: 2\n"), "more than one document");
    refused(STR("? [a]\n: b\n"), "plain text");
}

static void anchors_without_aliases_are_refused_too(void **state)
{
    (void)state;
    refused(STR("a: &x 1\n"), "anchors");
    refused(STR("a: &x [1]\n"), "anchors");
    refused(STR("a: &x {b: 1}\n"), "anchors");
}

static void broken_yaml_names_the_line(void **state)
{
    (void)state;
    refused(STR("a: 1\nb: [1, 2\nc: 3\n"), "not YAML");
    refused(STR("a: 'x\n"), "not YAML");
    refused(STR("a:\n\t- tab\n"), "x.yaml:2");
    refused(STR("a: \xFF\n"), "x.yaml:1");
    refused(STR("a: \"\\0\"\n"), "NUL");
    refused(str_make("a: \0\n", 5), "x.yaml:1");
}

static void depth_is_bounded(void **state)
{
    (void)state;
    char text[400];
    memset(text, '[', 65);
    memset(text + 65, ']', 65);
    refused(str_make(text, 130), "deeper than 64");
    memset(text + 64, ']', 64);
    struct err err = {0};
    assert_non_null(yaml_parse(str_make(text, 128), "x.yaml", &arena, &err));
}

static void many_keys_are_checked_for_doubles_in_linear_time(void **state)
{
    (void)state;
    enum { KEYS = 200000 };
    struct buf text;
    buf_init(&text, 16 << 20);
    for (int i = 0; i < KEYS; i++)
        buf_printf(&text, "k%d: 1\n", i);
    struct err err = {0};
    struct yaml *root = yaml_parse(buf_str(&text), "x.yaml", &arena, &err);
    assert_non_null(root);
    assert_int_equal(root->count, KEYS);
    buf_printf(&text, "k%d: 1\n", KEYS / 2);
    refused(buf_str(&text), "stands twice (first on line 100001)");
    buf_release(&text);
}

static void an_override_replaces_and_makes_maps_on_the_way(void **state)
{
    (void)state;
    struct yaml *root = parse("engine:\n  kind: http\nrounds: 3\n");
    struct err err = {0};
    assert_true(yaml_set(root, STR("engine.kind"), STR("simulator"),
                         "command line", &arena, &err));
    assert_true(yaml_set(root, STR("a.b.c"), STR("[1, 2]"), "command line",
                         &arena, &err));
    const struct yaml *kind = yaml_get(yaml_get(root, "engine"), "kind");
    assert_str(kind->text, "simulator");
    assert_str(yaml_where(kind, &arena), "command line");
    const struct yaml *c = yaml_get(yaml_get(yaml_get(root, "a"), "b"), "c");
    assert_int_equal(c->count, 2);
    assert_str(yaml_get(root, "rounds")->text, "3");
    assert_false(yaml_set(root, STR("rounds.x"), STR("1"), "command line",
                          &arena, &err));
    assert_err(&err, ERR_USAGE, "rounds.x");
    err_clear(&err);
    assert_false(
        yaml_set(root, STR("rounds"), STR("[1"), "command line", &arena, &err));
    assert_err(&err, ERR_CONFIG, "command line");
}

static void scalars_written_are_read_back_as_the_same_text(void **state)
{
    (void)state;
    static const char *const texts[] = {"plain",
                                        "",
                                        " a",
                                        "a ",
                                        "true",
                                        "No",
                                        "null",
                                        "~",
                                        "1.5",
                                        "a: b",
                                        "a #b",
                                        "- x",
                                        "'q'",
                                        "\"q\"",
                                        "a\\b",
                                        "é中",
                                        "line\nbreak",
                                        "\t",
                                        "x,y",
                                        "[x]",
                                        "{x}",
                                        "&a",
                                        "*a",
                                        "!t",
                                        "%x",
                                        "@x",
                                        "`x`",
                                        "?x",
                                        "|",
                                        ">",
                                        "=",
                                        "a:b",
                                        "\x7F",
                                        "\xC2\x85",
                                        "\xE2\x80\xA8",
                                        "\xEF\xBB\xBF",
                                        ".inf",
                                        "0x1F",
                                        "1_000",
                                        "---",
                                        "...",
                                        "y",
                                        "2026-01-01"};
    struct buf out;
    buf_init(&out, 1000);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        buf_reset(&out);
        buf_add(&out, STR("k: "));
        yaml_put_scalar(&out, str_of(texts[i]));
        buf_add(&out, STR("\nlist: ["));
        yaml_put_scalar(&out, str_of(texts[i]));
        buf_add(&out, STR(", x]\n"));
        struct yaml *root = parse(buf_cstr(&out));
        assert_str(yaml_get(root, "k")->text, texts[i]);
        assert_str(yaml_get(root, "list")->first->text, texts[i]);
        assert_int_equal(yaml_get(root, "list")->count, 2);
        assert_false(yaml_is_null(yaml_get(root, "k")));
    }
    buf_release(&out);
}

static void random_scalars_are_read_back_too(void **state)
{
    (void)state;
    struct buf text, out;
    buf_init(&text, 1000);
    buf_init(&out, 10000);
    static const uint32_t odd[] = {':',    '#',     '"',  '\\',   '\n',
                                   ' ',    '-',     0x85, 0x2028, 0xFEFF,
                                   0x4E2D, 0x1F600, '\'', 0xA0};
    for (uint64_t i = 0; i < 3000; i++) {
        struct rng rng = rng_at(99, RNG_STREAM("scalars"), i);
        buf_reset(&text);
        for (uint64_t n = rng_below(&rng, 12); n > 0; n--)
            buf_add_utf8(&text, rng_chance(&rng, 0.5)
                                    ? odd[rng_below(&rng, 14)]
                                    : (uint32_t)rng_between(&rng, 1, 127));
        buf_reset(&out);
        buf_add(&out, STR("k: "));
        yaml_put_scalar(&out, buf_str(&text));
        struct yaml *root = parse(buf_cstr(&out));
        assert_str(yaml_get(root, "k")->text, buf_cstr(&text));
        arena_reset(&arena);
    }
    buf_release(&text);
    buf_release(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_tree_remembers_kinds_and_lines),
        cmocka_unit_test(an_empty_document_is_an_empty_map),
        cmocka_unit_test(null_is_only_what_is_not_quoted),
        cmocka_unit_test(expansion_and_double_keys_are_refused),
        cmocka_unit_test(anchors_without_aliases_are_refused_too),
        cmocka_unit_test(broken_yaml_names_the_line),
        cmocka_unit_test(depth_is_bounded),
        cmocka_unit_test(many_keys_are_checked_for_doubles_in_linear_time),
        cmocka_unit_test(an_override_replaces_and_makes_maps_on_the_way),
        cmocka_unit_test(scalars_written_are_read_back_as_the_same_text),
        cmocka_unit_test(random_scalars_are_read_back_too),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
