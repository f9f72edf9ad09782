/* The parts of a run that need no engine: quotas, plans, pool, prompts,
 * proposals. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "generate/plan.h"
#include "generate/prompt.h"
#include "generate/propose.h"

struct fixture {
    struct knowledge *knowledge;
    struct outline *outline;
    struct planner *planner;
    struct pool pool;
    struct quota quota;
    struct arena arena;
};

static void open_fixture(struct fixture *f, const char *outline)
{
    struct err err = {0};
    *f = (struct fixture){0};
    arena_init(&f->arena);
    pool_init(&f->pool);
    f->knowledge = knowledge_load(&err);
    if (!f->knowledge)
        fail_msg("%s", err.message);
    f->outline = outline_load(outline, f->knowledge, &err);
    if (!f->outline)
        fail_msg("%s", err.message);
    struct list seeds;
    if (!seeds_load(f->outline->lang_id.ptr, f->outline, &f->arena, &seeds,
                    &err))
        fail_msg("%s", err.message);
    for (size_t i = 0; i < seeds.count; i++)
        pool_add_seed(&f->pool, LIST_AT(seeds, struct seed, i));
    assert_true(quota_init(&f->quota, f->outline, &f->arena, &err));
    f->planner = planner_open(f->outline, f->knowledge, 7, &err);
    assert_non_null(f->planner);
    assert_true(planner_index(f->planner, &f->pool, &f->quota, NULL));
}

static void close_fixture(struct fixture *f)
{
    planner_close(f->planner);
    outline_free(f->outline);
    knowledge_free(f->knowledge);
    pool_release(&f->pool);
    arena_release(&f->arena);
}

static void goals_sum_to_the_target_and_follow_the_shares(void **state)
{
    (void)state;
    struct fixture f;
    open_fixture(&f, "mct");
    size_t count = f.quota.cells.count;
    uint64_t *goals = calloc(count, sizeof *goals);
    for (uint64_t target = 1; target < 3000; target = target * 3 + 1) {
        quota_goals(&f.quota, target, goals);
        uint64_t sum = 0;
        for (size_t i = 0; i < count; i++)
            sum += goals[i];
        assert_int_equal(sum, target);
    }
    uint64_t *part = calloc(count, sizeof *part);
    uint64_t *less = calloc(count, sizeof *less);
    for (uint64_t n = 1; n <= 200; n++) { /* parts grow in every cell */
        quota_goals_part(&f.quota, 200, n, part);
        for (size_t i = 0; i < count; i++)
            assert_true(part[i] >= less[i]);
        memcpy(less, part, count * sizeof *part);
    }
    free(part);
    free(less);
    quota_goals(&f.quota, 100000, goals);
    for (size_t i = 0; i < count; i++) {
        double exact = LIST_AT(f.quota.cells, struct cell, i)->share * 100000;
        assert_true((double)goals[i] >= exact - 1 &&
                    (double)goals[i] <= exact + 1);
    }
    free(goals);
    close_fixture(&f);
}

static void a_wave_asks_for_what_is_lacking_only(void **state)
{
    (void)state;
    struct fixture f;
    open_fixture(&f, "consult-nl");
    uint64_t *goals = calloc(f.quota.cells.count, sizeof *goals);
    quota_goals(&f.quota, 500, goals);
    for (size_t i = 0; i < f.quota.cells.count; i++)
        f.quota.accepted[i] = f.quota.tried[i] = goals[i];
    struct vec cells;
    vec_init(&cells, sizeof(size_t));
    struct rng rng = rng_at(1, 1, 1);
    quota_wave(&f.quota, 500, 500, 1000, &rng, &cells);
    assert_int_equal(cells.count, 0);
    f.quota.accepted[3] -= 1;
    quota_wave(&f.quota, 500, 500, 1000, &rng, &cells);
    assert_true(cells.count >= 1);
    for (size_t i = 0; i < cells.count; i++)
        assert_int_equal(*(size_t *)vec_at(&cells, i), 3);
    vec_release(&cells);
    free(goals);
    close_fixture(&f);
}

static void every_cell_gets_a_plan_that_the_journal_gives_back(void **state)
{
    (void)state;
    const char *outlines[] = {"mct", "consult-nl", "consult-en"};
    for (size_t o = 0; o < 3; o++) {
        struct fixture f;
        open_fixture(&f, outlines[o]);
        for (size_t cell = 0; cell < f.quota.cells.count; cell++) {
            struct row_plan plan, back;
            struct err err = {0};
            planner_next(f.planner, cell, cell, 0, 1, 4, &f.arena, &plan);
            assert_non_null(plan.disease);
            assert_true(plan.turns_min >= 2 &&
                        plan.turns_min <= plan.turns_max);
            assert_true(plan.length_min <= plan.length_max);
            struct buf first, second;
            buf_init(&first, 1 << 20);
            buf_init(&second, 1 << 20);
            plan_write(&plan, &f.quota, &first);
            if (!plan_read(f.knowledge, &f.pool, &f.quota, buf_str(&first),
                           &f.arena, &back, &err))
                fail_msg("%s", err.message);
            plan_write(&back, &f.quota, &second);
            assert_string_equal(buf_cstr(&first), buf_cstr(&second));
            assert_true(plan.seed == back.seed);
            buf_release(&first);
            buf_release(&second);
        }
        close_fixture(&f);
    }
}

static void an_instruction_comes_back_from_its_text(void **state)
{
    (void)state;
    struct fixture f;
    open_fixture(&f, "consult-en");
    struct pool copy;
    pool_init(&copy);
    for (size_t i = 0; i < pool_size(&f.pool); i++) {
        struct buf first, second;
        struct err err = {0};
        buf_init(&first, 1 << 20);
        buf_init(&second, 1 << 20);
        pool_write(pool_at(&f.pool, i), &first);
        assert_true(pool_read(&copy, buf_str(&first), &err));
        pool_write(pool_at(&copy, i), &second);
        assert_string_equal(buf_cstr(&first), buf_cstr(&second));
        buf_release(&first);
        buf_release(&second);
    }
    pool_release(&copy);
    close_fixture(&f);
}

static void a_proven_proposal_is_a_candidate_a_failing_one_retires(void **state)
{
    (void)state;
    struct instruction one = {.status = INSTRUCTION_TRIAL,
                              .sample_row = NO_ROW};
    pool_note_result(&one, false, 1, 4, 0.25);
    assert_int_equal(one.status, INSTRUCTION_TRIAL);
    pool_note_result(&one, true, 2, 4, 0.25);
    assert_int_equal(one.status, INSTRUCTION_CANDIDATE);
    assert_int_equal(one.sample_row, 2);
    struct instruction bad = {.status = INSTRUCTION_ACTIVE,
                              .sample_row = NO_ROW};
    for (uint64_t i = 0; i < 4; i++)
        pool_note_result(&bad, false, i, 4, 0.25);
    assert_int_equal(bad.status, INSTRUCTION_RETIRED);
}

static void only_known_names_are_filled(void **state)
{
    (void)state;
    struct prompt_value values[] = {{"a", STR("1")}, {"b", STR("{a}")}};
    struct buf out;
    buf_init(&out, 1000);
    prompt_fill(STR("{a} {b} {c} {\"pass\": true} {a"), values, 2, &out);
    assert_string_equal(buf_cstr(&out), "1 {a} {c} {\"pass\": true} {a");
    buf_release(&out);
}

static void numbers_are_read_out_of_free_text(void **state)
{
    (void)state;
    struct range r;
    assert_true(propose_numbers(STR("8-12轮"), &r));
    assert_true(r.low == 8 && r.high == 12);
    assert_true(propose_numbers(STR("ongeveer 200 woorden"), &r));
    assert_true(r.low == 200 && r.high == 200);
    assert_true(propose_numbers(STR("12 tot 8"), &r));
    assert_true(r.low == 8 && r.high == 12);
    assert_false(propose_numbers(STR("some turns"), &r));
    assert_false(propose_numbers(STR("99999999999 turns"), &r));
}

static void prompts_hold_the_case_but_a_doctor_never_the_diagnosis(void **state)
{
    (void)state;
    struct fixture f;
    open_fixture(&f, "consult-en");
    struct prompts prompts;
    struct err err = {0};
    assert_true(prompts_load(&prompts, "en", &f.arena, &err));
    struct prompt_context context = {.prompts = &prompts, .outline = f.outline};
    for (size_t cell = 0; cell < f.quota.cells.count; cell++) {
        struct row_plan plan;
        struct wish wish;
        planner_next(f.planner, cell, cell, 0, 1, 4, &f.arena, &plan);
        planner_wish(f.planner, &plan, &wish);
        if (wish.relation != RELATION_DOCTOR_PATIENT)
            continue;
        struct buf text;
        buf_init(&text, 1 << 20);
        str name = t3_in(&plan.disease->name, LANG_EN);
        prompt_dialogue(&context, &wish, &text);
        assert_true(str_contains(buf_str(&text), name));
        assert_false(str_contains(buf_str(&text), STR("{brief}")));
        buf_reset(&text);
        facts_write(prompts.words, &wish, FACTS_CLINICIAN, -1, &text);
        assert_false(str_contains(buf_str(&text), name));
        buf_release(&text);
    }
    close_fixture(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(goals_sum_to_the_target_and_follow_the_shares),
        cmocka_unit_test(a_wave_asks_for_what_is_lacking_only),
        cmocka_unit_test(every_cell_gets_a_plan_that_the_journal_gives_back),
        cmocka_unit_test(an_instruction_comes_back_from_its_text),
        cmocka_unit_test(
            a_proven_proposal_is_a_candidate_a_failing_one_retires),
        cmocka_unit_test(only_known_names_are_filled),
        cmocka_unit_test(numbers_are_read_out_of_free_text),
        cmocka_unit_test(
            prompts_hold_the_case_but_a_doctor_never_the_diagnosis)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
