/* Command lines: forms of options, errors, help and manual text. */
#include "check.h"

#include "base/opt.h"

static int never(const struct args *args)
{
    (void)args;
    return 0;
}

static const struct opt options[] = {
    {"threshold", 't', "X", "smallest similarity of a pair (0.8)"},
    {"pairs", 0, "FILE", "write every pair"},
    {"exact", 'e', NULL, "a switch"},
    {"a-very-long-option-name", 0, "WITH-A-VALUE", "stands on its own line"},
    {0}};
static const struct command command = {.name = "dedup",
                                       .operands = "IN…",
                                       .summary = "find near-duplicates",
                                       .options = options,
                                       .details = ".starts with a dot",
                                       .examples = "one\ntwo",
                                       .operands_min = 1,
                                       .operands_max = 2,
                                       .run = never};

enum { WORDS_MAX = 16 };

static struct args *parse(struct err *err, const char *line)
{
    static char text[256];
    static char *words[WORDS_MAX];
    int count = 0;
    snprintf(text, sizeof text, "%s", line);
    char *rest = text;
    for (char *word; (word = strsep(&rest, " ")) && count < WORDS_MAX;)
        if (*word)
            words[count++] = word;
    return opt_parse(&command, count, words, err);
}

static void all_forms_of_an_option_are_read(void **state)
{
    (void)state;
    static const char *const lines[] = {"in --threshold 0.5", "in -t0.5",
                                        "--threshold=0.5 in", "-t 0.5 in",
                                        "-et0.5 in"};
    for (int i = 0; i < 5; i++) {
        struct err err = {0};
        struct args *args = parse(&err, lines[i]);
        assert_non_null(args);
        double t;
        assert_true(opt_number(args, "threshold", 0.8, 0, 1, &t, &err));
        assert_true(t == 0.5);
        assert_int_equal(opt_operand_count(args), 1);
        assert_string_equal(opt_operand(args, 0), "in");
        opt_free(args);
    }
}

static void repeated_options_are_all_kept_and_the_last_wins(void **state)
{
    (void)state;
    struct err err = {0};
    struct args *args = parse(&err, "in --pairs a --pairs=b --pairs=");
    assert_int_equal(opt_value_count(args, "pairs"), 3);
    assert_string_equal(opt_value_at(args, "pairs", 1), "b");
    assert_null(opt_value_at(args, "pairs", 3));
    assert_string_equal(opt_value(args, "pairs", "x"), "");
    assert_false(opt_has(args, "exact"));
    assert_null(opt_value(args, "threshold", NULL));
    assert_ptr_equal(opt_command(args), &command);
    opt_free(args);
    opt_free(NULL);
}

static void two_dashes_end_the_options_and_one_is_an_operand(void **state)
{
    (void)state;
    struct err err = {0};
    struct args *args = parse(&err, "- -- --exact");
    assert_non_null(args);
    assert_string_equal(opt_operand(args, 0), "-");
    assert_string_equal(opt_operand(args, 1), "--exact");
    assert_false(opt_has(args, "exact"));
    opt_free(args);
}

static void refused(const char *line, const char *part)
{
    struct err err = {0};
    struct args *args = parse(&err, line);
    assert_null(args);
    assert_err(&err, ERR_USAGE, part);
    assert_err(&err, ERR_USAGE, "dedup: ");
}

static void usage_errors_name_the_mistake(void **state)
{
    (void)state;
    refused("in --treshold 1", "unknown option 'treshold'; did you mean "
                               "--threshold?");
    refused("in -x", "unknown option 'x'");
    refused("in --exact=1", "--exact takes no value");
    refused("in --threshold", "--threshold needs a value (X)");
    refused("in -t", "-t needs a value (X)");
    refused("", "needs IN…");
    refused("a b c", "too many arguments: 'c'");
}

static void help_needs_no_operands(void **state)
{
    (void)state;
    struct err err = {0};
    struct args *args = parse(&err, "--help");
    assert_non_null(args);
    assert_true(opt_has(args, "help"));
    opt_free(args);
}

static void typed_values_are_checked_against_their_bounds(void **state)
{
    (void)state;
    struct err err = {0};
    struct args *args = parse(&err, "in -t 1.5 --pairs htpp --seed 9x");
    double t;
    int64_t n;
    size_t index = 9;
    static const char *const choices[] = {"http", "simulator", NULL};
    assert_false(opt_number(args, "threshold", 0, 0.01, 1, &t, &err));
    assert_string_equal(err.message, "--threshold: found '1.5', allowed: a "
                                     "number from 0.01 to 1");
    assert_false(opt_int(args, "seed", 0, 0, 5, &n, &err));
    assert_string_equal(err.message, "--seed: found '9x', allowed: a whole "
                                     "number from 0 to 5");
    assert_false(opt_choice(args, "pairs", "http", choices, &index, &err));
    assert_string_equal(err.message,
                        "--pairs: found 'htpp', allowed: http, simulator");
    assert_true(opt_choice(args, "data", "simulator", choices, &index, &err));
    assert_int_equal(index, 1);
    assert_true(opt_int(args, "threads", 3, 0, 5, &n, &err));
    assert_int_equal(n, 3);
    opt_free(args);
}

static void help_shows_every_option(void **state)
{
    (void)state;
    struct buf out;
    buf_init(&out, 1 << 16);
    opt_write_help(&command, &out);
    const char *text = buf_cstr(&out);
    assert_non_null(strstr(text, "Usage: anamnesis dedup [options] IN…\n"));
    assert_non_null(strstr(text, "  -t, --threshold X         smallest"));
    assert_non_null(strstr(text, "      --pairs FILE          write"));
    assert_non_null(strstr(text, "  two\n"));
    for (const struct opt *o = opt_common; o->name; o++) {
        char name[64];
        snprintf(name, sizeof name, "--%s", o->name);
        assert_non_null(strstr(text, name));
    }
    buf_release(&out);
}

static void manual_text_is_safe_roff(void **state)
{
    (void)state;
    struct buf out;
    buf_init(&out, 1 << 16);
    opt_write_man_section(&command, &out);
    const char *text = buf_cstr(&out);
    assert_non_null(strstr(text, ".SS dedup IN…\n"));
    assert_non_null(strstr(text, "\\-\\-a\\-very\\-long\\-option\\-name"));
    assert_non_null(strstr(text, "\n\\&.starts with a dot"));
    buf_release(&out);
}

static void the_nearest_name_is_near_or_none(void **state)
{
    (void)state;
    static const char *const names[] = {"generate", "parse", "dedup"};
    assert_string_equal(opt_nearest(STR("generat"), names, 3), "generate");
    assert_string_equal(opt_nearest(STR("dedpu"), names, 3), "dedup");
    assert_null(opt_nearest(STR("xylophone"), names, 3));
    assert_null(opt_nearest(STR("x"), names, 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_forms_of_an_option_are_read),
        cmocka_unit_test(repeated_options_are_all_kept_and_the_last_wins),
        cmocka_unit_test(two_dashes_end_the_options_and_one_is_an_operand),
        cmocka_unit_test(usage_errors_name_the_mistake),
        cmocka_unit_test(help_needs_no_operands),
        cmocka_unit_test(typed_values_are_checked_against_their_bounds),
        cmocka_unit_test(help_shows_every_option),
        cmocka_unit_test(manual_text_is_safe_roff),
        cmocka_unit_test(the_nearest_name_is_near_or_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
