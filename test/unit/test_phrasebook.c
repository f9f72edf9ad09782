/* Phrase grammars: what they compile, what they refuse, what they say. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/asset.h"
#include "simulate/phrasebook.h"

static const char *const values[] = {"drug", "dose"};
static const char *const flags[] = {"child", "mild"};
static const struct phrasebook_names names = {values, 2, flags, 2};

static char folder[] = "/tmp/phrasebook-XXXXXX";

static int make_folder(void **state)
{
    (void)state;
    char path[64];
    if (!mkdtemp(folder))
        return -1;
    snprintf(path, sizeof path, "%s/book", folder);
    mkdir(path, 0700);
    asset_set_folder(folder);
    return 0;
}

static int remove_folder(void **state)
{
    (void)state;
    char path[64];
    asset_set_folder(NULL);
    snprintf(path, sizeof path, "%s/book/rules.yaml", folder);
    unlink(path);
    snprintf(path, sizeof path, "%s/book", folder);
    rmdir(path);
    return rmdir(folder);
}

static struct phrasebook *book_of(const char *yaml, struct err *err)
{
    char path[64];
    snprintf(path, sizeof path, "%s/book/rules.yaml", folder);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(yaml, file);
    fclose(file);
    return phrasebook_open("book/", &names, err);
}

static void check_refused(const char *yaml, const char *because)
{
    struct err err = {0};
    assert_null(book_of(yaml, &err));
    if (!strstr(err.message, because))
        fail_msg("'%s' does not say '%s'", err.message, because);
}

static void mistakes_are_named(void **state)
{
    (void)state;
    check_refused("rules:\n  a: [\"{none}\"]\n", "no value or rule 'none'");
    check_refused("rules:\n  a: [\"[open\"]\n", "not closed");
    check_refused("rules:\n  a: [\"x) y\"]\n", "unbalanced");
    check_refused("rules:\n  a: [\"{b}\"]\n  b: [\"{a}\"]\n",
                  "a rule within itself");
    check_refused("rules:\n  drug: [\"x\"]\n", "a second rule or value");
    check_refused("rules:\n  a: [{if: \"tall\", say: [\"x\"]}]\n",
                  "no flag 'tall'");
    check_refused("rules:\n  a: [{when: \"child\"}]\n", "allowed: {if");
    check_refused("rules:\n  a: []\n", "not a list of alternatives");
    check_refused("other: 1\n", "no map of rules");
    check_refused("rules:\n  a: [\"x\"]\n\n  b: [\"y\", \"{c}\"]\n",
                  "rules.yaml:4");
}

struct speech {
    struct phrasebook *book;
    struct arena arena;
    struct rng rng;
    struct voice voice;
    struct buf out;
};

static struct speech *begin(const char *yaml)
{
    static struct speech s;
    struct err err = {0};
    s.book = book_of(yaml, &err);
    if (!s.book)
        fail_msg("%s", err.message);
    arena_init(&s.arena);
    s.rng = rng_at(7, RNG_STREAM("test"), 0);
    voice_init(&s.voice, s.book, &s.rng, &s.arena);
    buf_init(&s.out, 1 << 16);
    return &s;
}

static void end(struct speech *s)
{
    buf_release(&s->out);
    arena_release(&s->arena);
    phrasebook_close(s->book);
}

static const char *say(struct speech *s, const char *rule)
{
    buf_reset(&s->out);
    bool said = phrasebook_expand(
        s->book, phrasebook_rule(s->book, str_of(rule)), &s->voice, &s->out);
    return said ? buf_cstr(&s->out) : "(nothing)";
}

static void flags_decide_what_may_be_said(void **state)
{
    (void)state;
    struct speech *s = begin("rules:\n  a:\n"
                             "    - {if: \"child\", say: [\"boy\"]}\n"
                             "    - {if: \"!child mild\", say: [\"man\"]}\n");
    assert_string_equal(say(s, "a"), "(nothing)");
    s->voice.flags = 1;
    assert_string_equal(say(s, "a"), "boy");
    s->voice.flags = 2;
    assert_string_equal(say(s, "a"), "man");
    end(s);
}

static void what_needs_an_empty_value_is_not_said(void **state)
{
    (void)state;
    struct speech *s = begin("rules:\n"
                             "  a: [\"take {drug}\", \"rest\"]\n"
                             "  b: [\"rest[ and {drug}]\"]\n"
                             "  c: [\"(some {drug}|tea)\"]\n"
                             "  d: [\"{a} or {e}\"]\n"
                             "  e: [\"{dose}\"]\n");
    for (int i = 0; i < 20; i++) {
        assert_string_equal(say(s, "a"), "rest");
        assert_string_equal(say(s, "b"), "rest");
        assert_string_equal(say(s, "c"), "tea");
        assert_string_equal(say(s, "d"), "(nothing)");
    }
    s->voice.values[1] = STR("5 mg");
    assert_string_equal(say(s, "d"), "rest or 5 mg");
    end(s);
}

static void alternatives_come_once_before_one_comes_again(void **state)
{
    (void)state;
    struct speech *s = begin("rules:\n  a: [\"1\", \"2\", \"3\", \"4\"]\n");
    for (int round = 0; round < 5; round++) {
        int seen = 0;
        for (int i = 0; i < 4; i++)
            seen |= 1 << (say(s, "a")[0] - '1');
        assert_int_equal(seen, 15);
    }
    buf_reset(&s->out);
    assert_false(phrasebook_expand_new(
        s->book, phrasebook_rule(s->book, STR("a")), &s->voice, &s->out));
    assert_int_equal(s->out.len, 0);
    end(s);
}

static void a_small_name_loses_capital_and_full_stop(void **state)
{
    (void)state;
    struct speech *s = begin("rules:\n  a: [\"Also, {~drug}.\"]\n"
                             "  b: [\"and {~c}?\"]\n"
                             "  c: [\"Do you cough?\"]\n");
    s->voice.values[0] = STR("Rest well.");
    assert_string_equal(say(s, "a"), "Also, rest well.");
    s->voice.values[0] = STR("ECG today.");
    assert_string_equal(say(s, "a"), "Also, ECG today.");
    s->voice.values[0] = STR("好好休息。");
    assert_string_equal(say(s, "a"), "Also, 好好休息.");
    assert_string_equal(say(s, "b"), "and do you cough?");
    end(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mistakes_are_named),
        cmocka_unit_test(flags_decide_what_may_be_said),
        cmocka_unit_test(what_needs_an_empty_value_is_not_said),
        cmocka_unit_test(alternatives_come_once_before_one_comes_again),
        cmocka_unit_test(a_small_name_loses_capital_and_full_stop)};
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
