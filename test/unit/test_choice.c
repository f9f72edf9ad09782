/* Answers to exam questions in the ways that models give them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "bench/choice.h"

static const struct option options[] = {{{"A", 1}, {"aspirin", 7}},
                                        {{"B", 1}, {"metformin", 9}},
                                        {{"C", 1}, {"insulin", 7}},
                                        {{"D", 1}, {"insulin glargine", 16}}};

static uint32_t set_of(const char *letters)
{
    uint32_t set = 0;
    for (; *letters; letters++)
        set |= 1u << (*letters - 'A');
    return set;
}

static void check(const char *answer, const char *letters,
                  enum choice_step step)
{
    struct choice c = choice_read(str_of(answer), options, 4);
    if (c.letters != set_of(letters) || c.step != step)
        fail_msg("%s: got %x by %s", answer, c.letters,
                 choice_step_name(c.step));
}

static void each_step_of_the_cascade_finds_its_kind(void **state)
{
    (void)state;
    check("答案是B", "B", CHOICE_MARKER);
    check("本题选择：A、C。", "AC", CHOICE_MARKER);
    check("The answer is (B).", "B", CHOICE_MARKER);
    check("First I thought the answer is A, but the answer is **D**", "D",
          CHOICE_MARKER);
    check("Het antwoord is B en D", "BD", CHOICE_MARKER);
    check("B", "B", CHOICE_ALONE);
    check("(C)", "C", CHOICE_ALONE);
    check("ACD", "ACD", CHOICE_ALONE);
    check("B. metformin, because it is first-line", "B", CHOICE_ALONE);
    check("Therefore \\boxed{C}", "C", CHOICE_BOXED);
    check("I would give metformin.", "B", CHOICE_TEXT);
    check("I would give insulin glargine.", "D", CHOICE_TEXT);
}

static void what_names_no_option_is_a_failure(void **state)
{
    (void)state;
    check("", "", CHOICE_NONE);
    check("I cannot answer this.", "", CHOICE_NONE);
    check("A patient came to the clinic", "", CHOICE_NONE);
    check("answer: Z", "", CHOICE_NONE);
    check("aspirin or metformin", "", CHOICE_NONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_step_of_the_cascade_finds_its_kind),
        cmocka_unit_test(what_names_no_option_is_a_failure)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
