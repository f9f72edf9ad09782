/* A verifier's reply is read in the shapes models give; what cannot be read is
 * ungraded and never passed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "generate/verifier.h"

static struct arena arena;
static struct verifier_config config;

static void configure(const char *yaml_text)
{
    struct err err = {0};
    arena_reset(&arena);
    struct yaml *root = yaml_parse(str_of(yaml_text), "test", &arena, &err);
    assert_non_null(root);
    assert_true(
        schema_bind(&verifier_config_schema, root, &config, &arena, &err));
}

static int set_up(void **state)
{
    (void)state;
    arena_init(&arena);
    configure("criteria: [soundness, fluency]");
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_release(&arena);
    return 0;
}

/* p, f or u for each criterion. */
static void expect(const char *reply, const char *grades)
{
    struct grades answer;
    grades_read(str_of(reply), &config.criteria, &arena, &answer);
    char found[GRADES_MAX + 1] = "";
    for (size_t i = 0; i < answer.count; i++)
        found[i] = "upf"[answer.grades[i].grade];
    if (strcmp(found, grades) != 0)
        print_error("in: %s\n", reply);
    assert_string_equal(found, grades);
}

static void the_asked_shape_is_read(void **state)
{
    (void)state;
    expect("{\"soundness\": {\"pass\": true, \"why\": \"x\"},"
           " \"fluency\": {\"pass\": false, \"why\": \"y\"}}",
           "pf");
    expect("{\"soundness\": true, \"fluency\": false}", "pf");
}

static void fences_prose_and_slips_of_models_are_forgiven(void **state)
{
    (void)state;
    expect("Here you are {as asked}:\n```json\n{\"soundness\": {\"pass\": "
           "true},\n\"fluency\": {\"pass\": true,},}\n```\nHope it helps.",
           "pp");
    expect("{'soundness': {'pass': True, 'why': 'it\\'s fine'}, "
           "'fluency': {'pass': False}}",
           "pf");
    expect(
        "{\"soundness\": {\"pass\": true, \"why\": \"医生说\"没事\"，不妥\"},"
        "\"fluency\": \"通过\"}",
        "pp");
    expect("{\"Soundness\": \"PASS\", \"Fluency\": \"不通过\"}", "pf");
    expect("{\"soundness\": \"voldoet\", \"fluency\": \"voldoet niet\"}", "pf");
    expect("{\"results\": [{\"criterion\": \"soundness\", \"pass\": true},"
           "{\"criterion\": \"fluency\", \"verdict\": \"fail\"}]}",
           "pf");
    expect("{\"a\": {\"soundness\": {\"grade\": \"yes\"}}, \"fluency\": true}",
           "pp");
}

static void what_cannot_be_read_is_ungraded(void **state)
{
    (void)state;
    expect("", "uu");
    expect("The dialogue passes on all points.", "uu");
    expect("soundness: pass, fluency: pass", "uu");
    expect("{\"soundness\": null, \"fluency\": 1}", "uu");
    expect("{\"soundness\": \"passable\", \"fluency\": {\"pass\": \"maybe\"}}",
           "uu");
    expect("{\"soundness\": {\"why\": \"pass\"}}", "uu");
    expect("{\"unsoundness\": true, \"fluency2\": true}", "uu");
    expect("{\"soundness\": {\"pass\": true}, \"fluency\": {\"pa", "uu");
    expect("\xFF{\"soundness\": \"\xFF\"}\xFF", "uu");
}

static void the_last_object_counts_and_a_broken_one_takes_back(void **state)
{
    (void)state;
    expect("{\"soundness\": true, \"fluency\": true} wait: "
           "{\"soundness\": false, \"fluency\": true}",
           "fp");
    expect("<think>{\"soundness\": true, \"fluency\": true}</think>"
           "{\"soundness\": {\"pass\": false, \"why\": \"",
           "up");
    expect("{\"soundness\": true, \"soundness\": false, \"fluency\": true}",
           "up");
}

static enum refine_reason judge(const char *reply, char *detail)
{
    struct grades answer;
    struct refine_verdict verdict;
    grades_read(str_of(reply), &config.criteria, &arena, &answer);
    verifier_judge(&answer, &config, &verdict);
    memcpy(detail, verdict.detail, sizeof verdict.detail);
    return verdict.reason;
}

static void the_policy_decides_about_required_and_ungraded(void **state)
{
    (void)state;
    char detail[400];
    const char *half = "{\"soundness\": true}";
    const char *bad = "{\"fluency\": {\"pass\": false, \"why\": \"stiff\"}}";
    assert_int_equal(judge("{\"soundness\": true, \"fluency\": true}", detail),
                     REFINE_OK);
    assert_int_equal(judge(half, detail), REFINE_UNGRADED);
    assert_int_equal(judge(bad, detail), REFINE_VERIFIER);
    assert_string_equal(detail, "fluency failed: stiff");
    configure("criteria: [soundness, fluency]\nungraded: keep");
    assert_int_equal(judge(half, detail), REFINE_OK);
    assert_int_equal(judge("nothing", detail), REFINE_OK);
    assert_int_equal(judge(bad, detail), REFINE_VERIFIER);
    configure("criteria: [soundness, fluency]\nrequired: [soundness]");
    assert_int_equal(judge(half, detail), REFINE_OK);
    assert_int_equal(judge("{\"soundness\": true, \"fluency\": false}", detail),
                     REFINE_OK);
    assert_int_equal(judge(bad, detail), REFINE_UNGRADED);
    configure("criteria: []");
    assert_int_equal(judge(half, detail), REFINE_UNGRADED);
}

static void a_wrong_configuration_is_named(void **state)
{
    (void)state;
    struct err err = {0};
    struct yaml *root =
        yaml_parse(STR("ungraded: maybe"), "test", &arena, &err);
    assert_false(
        schema_bind(&verifier_config_schema, root, &config, &arena, &err));
    assert_non_null(strstr(err.message, "reject, keep"));
}

static void grades_are_written_as_json(void **state)
{
    (void)state;
    struct grades answer;
    grades_read(STR("{\"soundness\": true}"), &config.criteria, &arena,
                &answer);
    struct buf out;
    buf_init(&out, 1000);
    grades_write(&answer, &out);
    assert_string_equal(buf_cstr(&out),
                        "{\"soundness\":\"passed\",\"fluency\":\"ungraded\"}");
    buf_release(&out);
}

/* Pieces in any order: no crash, no unbounded time. */
static void hostile_replies_do_no_harm(void **state)
{
    (void)state;
    static const char *const pieces[] = {
        "{", "}",  "[",  "]",       "\"soundness\"", ":",        "true",  ",",
        "'", "\"", "\\", "fluency", "{{{{",          "\xE4\xB8", "1e999", "\n"};
    char text[20000];
    for (uint64_t round = 0; round < 300; round++) {
        struct rng rng = rng_at(7, 1, round);
        size_t length = 0, target = rng_below(&rng, sizeof text - 100);
        while (length < target) {
            const char *piece = pieces[rng_below(&rng, 16)];
            memcpy(text + length, piece, strlen(piece));
            length += strlen(piece);
        }
        struct grades answer;
        grades_read(str_make(text, length), &config.criteria, &arena, &answer);
        assert_int_equal(answer.count, 2);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_asked_shape_is_read, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(
            fences_prose_and_slips_of_models_are_forgiven, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_cannot_be_read_is_ungraded, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(
            the_last_object_counts_and_a_broken_one_takes_back, set_up,
            tear_down),
        cmocka_unit_test_setup_teardown(
            the_policy_decides_about_required_and_ungraded, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_wrong_configuration_is_named, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(grades_are_written_as_json, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(hostile_replies_do_no_harm, set_up,
                                        tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
