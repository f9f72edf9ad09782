/* Exams: shown order and own letters, F1 and position bias by hand. */
#include "check.h"

#include "bench/exam.h"

#define ITEM(id, keys)                                                         \
    "{\"id\":\"" id "\",\"kind\":\"question\",\"lang\":\"en\",\"case\":null,"  \
    "\"question\":\"?\",\"options\":[{\"key\":\"A\",\"text\":\"iron\"},"       \
    "{\"key\":\"B\",\"text\":\"zinc\"},{\"key\":\"C\",\"text\":\"lead\"}],"    \
    "\"answer\":null,\"answer_keys\":[" keys "],\"explanation\":null,"         \
    "\"context\":null,\"subject\":null,\"task\":null,\"phase\":null,"          \
    "\"specialty\":null,\"case_id\":null,\"source\":\"test\","                 \
    "\"license\":null,\"split\":null,\"provenance\":null,\"meta\":[]}\n"
#define SAID(id, model, repeat, order, text)                                   \
    "{\"id\":\"" id "\",\"model\":\"" model "\",\"repeat\":" repeat            \
    ",\"order\":" order ",\"answer\":\"" text "\"}\n"

static const char items[] =
    ITEM("q1", "\"A\"") ITEM("q2", "\"B\"") ITEM("q3", "\"A\",\"C\"");

static struct exam *exam_of(const char *answers)
{
    struct err err = {0};
    const char *paths[] = {temp_file("items.jsonl", str_of(items))};
    struct exam *exam = exam_open(paths, 1, &err);
    assert_non_null(exam);
    assert_true(exam_read_answers(
        exam, temp_file("answers.jsonl", str_of(answers)), &err));
    return exam;
}

static void letters_are_those_shown_and_scored_as_the_items_own(void **state)
{
    (void)state;
    struct exam *exam =
        exam_of(SAID("q1", "m", "0", "\"CAB\"", "B")
                    SAID("q1", "m", "1", "\"BCA\"", "A")
                        SAID("q2", "m", "0", "\"CAB\"", "the answer is zinc")
                            SAID("q3", "m", "0", "\"CAB\"", "AB")
                                SAID("q2", "m", "1", "\"CAC\"", "A"));
    struct exam_count c = exam_count_of(exam, 0);
    assert_int_equal(c.answers, 4);
    assert_int_equal(c.right, 3);
    assert_int_equal(exam_input(exam).disorder, 1);
    /* own letters: A right, B for A, B right, AC right */
    assert_int_equal(c.letters[0].hits, 2);
    assert_int_equal(c.letters[0].misses, 1);
    assert_int_equal(c.letters[1].hits, 1);
    assert_int_equal(c.letters[1].false_alarms, 1);
    assert_int_equal(c.letters[2].hits, 1);
    exam_close(exam);
}

static void places_are_counted_for_answers_with_one_letter(void **state)
{
    (void)state;
    /* always the first place, whatever stands there */
    struct exam *exam = exam_of(SAID("q1", "m", "0", "\"ABC\"", "A") SAID(
        "q1", "m", "1", "\"BCA\"", "A") SAID("q1", "m", "2", "\"CAB\"", "A")
                                    SAID("q2", "m", "0", "\"ABC\"", "A")
                                        SAID("q3", "m", "0", "null", "AC"));
    struct exam_places p = exam_places_of(exam, 0);
    double sd;
    assert_int_equal(p.answers, 4);
    assert_int_equal(p.reordered, 4);
    assert_int_equal(p.used, 3);
    assert_int_equal(p.named[0], 4);
    assert_int_equal(p.right[0], 1);
    assert_int_equal(p.right[1], 2);
    assert_int_equal(p.right[2], 1);
    assert_int_equal(p.found[0], 1);
    /* A, B, C of three orders: no two answers name one option */
    assert_int_equal(p.pairs, 3);
    assert_int_equal(p.same, 0);
    /* recalls 100, 0, 0 points: sqrt(2)/3 of 100 */
    assert_true(exam_recall_sd(&p, &sd, NULL));
    assert_close(sd, 47.140452079103168, 1e-9);
    exam_close(exam);
}

static void what_cannot_be_read_is_undefined_and_named(void **state)
{
    (void)state;
    struct exam *exam = exam_of(SAID("q1", "m", "0", "null", "I cannot say."));
    struct exam_count c = exam_count_of(exam, 0);
    struct exam_places p = exam_places_of(exam, 0);
    struct board_summary s;
    const struct bootstrap_plan plan = {100, 0.95, 1};
    struct err err = {0};
    double value;
    assert_int_equal(c.steps[CHOICE_NONE], 1);
    assert_false(f1_average(F1_MACRO, c.letters, EXAM_PLACES, &value, &err));
    assert_false(exam_recall_sd(&p, &value, &err));
    assert_err(&err, ERR_UNDEFINED, "fewer than two places");
    board_summarise(exam_board(exam), 0, BOARD_ALL, 0, &plan, &s);
    assert_false(s.has_mean);
    assert_false(s.has_interval);
    exam_close(exam);
}

static void other_tools_answers_are_read(void **state)
{
    (void)state;
    struct exam *exam = exam_of(
        "{\"question_id\":1,\"item\":\"q1\",\"model_id\":\"mt\",\"choices\":[{"
        "\"index\":0,"
        "\"turns\":[\"A\"]},{\"index\":1,\"turns\":[\"B\"]}]}\n"
        "{\"doc_id\":3,\"item\":\"q2\",\"doc\":{\"id\":7},\"target\":\"B\","
        "\"resps\":[[\"Answer: B\"]]}\n"
        "{\"doc_id\":4,\"item\":\"q1\",\"doc\":{},\"target\":\"0\","
        "\"resps\":[[[\"-2.5\",\"False\"]],[[\"-0.5\",\"False\"]],"
        "[[\"-9\",\"False\"]]]}\n"
        "{\"doc_id\":5}\n"
        "{\"question_id\":1,\"model_id\":\"mt\",\"choices\":[{\"turns\":"
        "[\"A\"]}]}\n");
    assert_int_equal(board_model_count(exam_board(exam)), 2);
    struct exam_count mt = exam_count_of(exam, 0), lm = exam_count_of(exam, 1);
    assert_int_equal(mt.answers, 2);
    assert_int_equal(mt.right, 1);
    assert_int_equal(lm.answers, 2);
    assert_int_equal(lm.right, 1);
    assert_int_equal(exam_input(exam).bad, 1);
    assert_int_equal(exam_input(exam).unknown, 1); /* "mt-bench-1" */
    exam_close(exam);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(letters_are_those_shown_and_scored_as_the_items_own),
        cmocka_unit_test(places_are_counted_for_answers_with_one_letter),
        cmocka_unit_test(what_cannot_be_read_is_undefined_and_named),
        cmocka_unit_test(other_tools_answers_are_read)};
    return cmocka_run_group_tests(tests, temp_make, temp_remove);
}
