/* The simulator as an engine: same bytes on any number of threads, troubles at
 * their configured rates, every kind of wish answered. */
#include "simulate_fixture.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/json.h"
#include "base/parallel.h"
#include "simulate/simulator.h"

enum { WISHES = 400 };

struct talk {
    struct wish wishes[WISHES];
    str terms[WISHES][4];
    struct buf all;      /* every reply with its id, in order of the ids */
    char *texts[WISHES]; /* owned */
    size_t replies, refusals, cut, empty, errors;
};

static struct simulator_config defaults(void)
{
    struct simulator_config config;
    struct arena arena;
    arena_init(&arena);
    struct err err = {0};
    struct yaml *root = yaml_parse(STR("{}"), "test", &arena, &err);
    assert_non_null(root);
    assert_true(schema_bind(&simulator_schema, root, &config, &arena, &err));
    arena_release(&arena);
    return config;
}

static struct simulator_config honest(void)
{
    struct simulator_config config = {.batch = 64};
    return config;
}

static void make_wishes(const struct fixture *f, struct talk *talk)
{
    const struct outline *o = f->outlines[LANG_ZH];
    for (size_t i = 0; i < WISHES; i++) {
        const struct outline_task *task =
            LIST_AT(o->tasks, struct outline_task, i % o->tasks.count);
        enum relation relation = RELATION_DOCTOR_PATIENT;
        while (!task->fits_relation[relation])
            relation++;
        talk->wishes[i] =
            fixture_wish(f, LANG_ZH, relation, task->id,
                         LIST_AT(o->levels, struct level, i % o->levels.count),
                         1000 + i, talk->terms[i]);
    }
}

static void on_reply(const struct llm_reply *reply, void *ctx)
{
    struct talk *talk = ctx;
    talk->replies++;
    if (reply->error != LLM_OK) {
        talk->errors++;
        return;
    }
    assert_int_equal(reply->tries, 1);
    assert_true(reply->usage.estimated);
    assert_true(reply->usage.cost == 0);
    talk->cut += str_equal(reply->finish_reason, STR("length"));
    talk->empty += reply->text.len == 0;
    buf_printf(&talk->all, "%llu ", (unsigned long long)reply->request_id);
    buf_add(&talk->all, reply->text);
    char *copy = calloc(reply->text.len + 1, 1);
    if (reply->text.len)
        memcpy(copy, reply->text.ptr, reply->text.len);
    free(talk->texts[reply->request_id]);
    talk->texts[reply->request_id] = copy;
}

static void talk_all(struct talk *talk, const struct simulator_config *config)
{
    struct err err = {0};
    struct llm *llm = simulator_open(config, &err);
    assert_non_null(llm);
    buf_init(&talk->all, BUF_MAX);
    size_t next = 0;
    while (next < WISHES || llm_in_flight(llm)) {
        for (; next < WISHES && llm_wants_more(llm); next++) {
            struct llm_request request = {.id = next,
                                          .brief = &talk->wishes[next]};
            llm_submit(llm, &request);
        }
        llm_drain(llm, 0, on_reply, talk);
    }
    llm_close(llm);
}

static void release(struct talk *talk)
{
    buf_release(&talk->all);
    for (size_t i = 0; i < WISHES; i++) {
        free(talk->texts[i]);
        talk->texts[i] = NULL;
    }
}

static void threads_and_batches_change_no_byte(void **state)
{
    static struct talk one, many;
    make_wishes(*state, &one);
    make_wishes(*state, &many);
    struct simulator_config config = defaults();
    config.misformat = 0.5;
    parallel_set_workers(1);
    config.batch = 7;
    talk_all(&one, &config);
    parallel_set_workers(5);
    config.batch = 111;
    talk_all(&many, &config);
    parallel_set_workers(0);
    assert_int_equal(one.replies, WISHES);
    assert_int_equal(one.all.len, many.all.len);
    assert_memory_equal(one.all.ptr, many.all.ptr, one.all.len);
    release(&one);
    release(&many);
}

static void troubles_come_at_their_rates(void **state)
{
    static struct talk talk;
    make_wishes(*state, &talk);
    struct simulator_config config = honest();
    config.truncate = 0.25;
    config.transport_errors = 0.25;
    talk_all(&talk, &config);
    assert_int_equal(talk.replies, WISHES);
    assert_in_range(talk.errors, WISHES * 15 / 100, WISHES * 35 / 100);
    assert_in_range(talk.cut, WISHES * 10 / 100, WISHES * 30 / 100);
    release(&talk);
}

static void honest_replies_are_labelled_lines(void **state)
{
    static struct talk talk;
    make_wishes(*state, &talk);
    struct simulator_config config = honest();
    talk_all(&talk, &config);
    for (size_t i = 0; i < WISHES; i++) {
        str rest = str_of(talk.texts[i]), line;
        int64_t lines = 0;
        while (str_next(&rest, '\n', &line)) {
            assert_true(str_contains(line, STR("：")));
            lines++;
        }
        assert_in_range(lines, talk.wishes[i].turns_min,
                        talk.wishes[i].turns_max);
    }
    release(&talk);
}

/* The fenced JSON list at the end of a reply. */
static json *proposals_of(const char *text)
{
    str whole = str_of(text);
    size_t start = str_find(whole, STR("```json\n"), 0);
    assert_true(start != STR_NONE);
    str inside = str_slice(whole, start + 8, whole.len);
    struct err err = {0};
    size_t used;
    json *list = json_parse_prefix(inside, &used, &err);
    assert_non_null(list);
    return list;
}

static void proposals_are_a_list_with_six_fields(void **state)
{
    static struct talk talk;
    make_wishes(*state, &talk);
    for (size_t i = 0; i < WISHES; i++)
        talk.wishes[i].propose = 3;
    struct simulator_config config = honest();
    talk_all(&talk, &config);
    static const char *const fields[] = {"relation", "scenario", "topic",
                                         "task",     "turns",    "length"};
    for (size_t i = 0; i < WISHES; i += 10) {
        json *list = proposals_of(talk.texts[i]);
        assert_int_equal(json_count(list), 3);
        JSON_EACH(item, list)
        for (size_t k = 0; k < 6; k++)
            assert_true(json_str(json_get(item, fields[k]), STR("")).len);
        json_free(list);
    }
    release(&talk);
}

/* A role-play: every turn asked for by itself. */
static void turns_of_a_role_play_are_of_one_piece(void **state)
{
    const struct fixture *f = *state;
    static struct talk talk;
    make_wishes(f, &talk);
    struct simulator_config config = honest();
    struct err err = {0};
    struct llm *llm = simulator_open(&config, &err);
    struct wish wish = talk.wishes[0];
    struct turn history[64];
    int64_t turns = wish_turn_count(&wish);
    assert_in_range(turns, wish.turns_min, wish.turns_max);
    int64_t length = 0;
    buf_init(&talk.all, BUF_MAX);
    for (int64_t i = 0; i < turns; i++) {
        wish.kind = WISH_TURN;
        wish.speaker = i % 2 ? ROLE_PATIENT : ROLE_DOCTOR;
        wish.history = (struct list){history, (size_t)i};
        struct llm_request request = {.id = (uint64_t)i, .brief = &wish};
        llm_submit(llm, &request);
        llm_drain(llm, 0, on_reply, &talk);
        history[i] =
            (struct turn){.role = wish.speaker, .text = str_of(talk.texts[i])};
        assert_true(history[i].text.len > 0);
        assert_false(str_contains(history[i].text, STR("\n")));
        length += record_text_length(history[i].text, STR("zh"));
    }
    assert_in_range(length, wish.length_min, wish.length_max);
    llm_close(llm);
    release(&talk);
}

static str answer_one(struct talk *talk, struct wish *wish)
{
    struct simulator_config config = honest();
    struct err err = {0};
    struct llm *llm = simulator_open(&config, &err);
    struct llm_request request = {.id = 0, .brief = wish};
    llm_submit(llm, &request);
    llm_drain(llm, 0, on_reply, talk);
    llm_close(llm);
    return str_of(talk->texts[0]);
}

static bool passes(str verdict, const char *criterion)
{
    struct err err = {0};
    json *doc = json_parse(verdict, &err);
    assert_non_null(doc);
    bool pass = json_bool(json_get(json_get(doc, criterion), "pass"), false);
    json_free(doc);
    return pass;
}

static void a_verifier_tells_good_from_bad(void **state)
{
    static struct talk talk;
    make_wishes(*state, &talk);
    buf_init(&talk.all, BUF_MAX);
    struct wish wish = talk.wishes[0];
    str good = answer_one(&talk, &wish);
    char *kept = calloc(good.len + 1, 1);
    memcpy(kept, good.ptr, good.len);
    wish.kind = WISH_VERIFY;
    wish.draft = str_of(kept);
    str verdict = answer_one(&talk, &wish);
    assert_true(passes(verdict, "medical_soundness"));
    assert_true(passes(verdict, "fluency"));
    assert_true(passes(verdict, "role_consistency"));
    assert_true(passes(verdict, "outline_match"));
    wish.draft = str_slice(wish.draft, 0, wish.draft.len / 2 + 1);
    verdict = answer_one(&talk, &wish);
    assert_false(passes(verdict, "outline_match"));
    free(kept);
    release(&talk);
}

static void plans_and_polish_are_lines(void **state)
{
    static struct talk talk;
    make_wishes(*state, &talk);
    buf_init(&talk.all, BUF_MAX);
    struct wish wish = talk.wishes[0];
    wish.kind = WISH_PLAN;
    str plan = answer_one(&talk, &wish);
    assert_true(str_contains(plan, STR(" | ")));
    wish.kind = WISH_POLISH;
    wish.draft =
        STR("医生: 您好。 \n\n患者：头疼。\n患者：头疼。\n医生：多久了？");
    str polished = answer_one(&talk, &wish);
    assert_string_equal(polished.ptr,
                        "医生：您好。\n患者：头疼。\n医生：多久了？");
    release(&talk);
}

static void a_request_without_a_wish_is_rejected(void **state)
{
    (void)state;
    static struct talk talk;
    struct simulator_config config = honest();
    struct err err = {0};
    struct llm *llm = simulator_open(&config, &err);
    struct llm_message message = {LLM_USER, STR("hello")};
    struct llm_request request = {.messages = &message, .message_count = 1};
    llm_submit(llm, &request);
    assert_int_equal(llm_in_flight(llm), 1);
    llm_drain(llm, 0, on_reply, &talk);
    assert_int_equal(talk.errors, 1);
    assert_int_equal(llm_in_flight(llm), 0);
    llm_close(llm);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(threads_and_batches_change_no_byte),
        cmocka_unit_test(troubles_come_at_their_rates),
        cmocka_unit_test(honest_replies_are_labelled_lines),
        cmocka_unit_test(proposals_are_a_list_with_six_fields),
        cmocka_unit_test(turns_of_a_role_play_are_of_one_piece),
        cmocka_unit_test(a_verifier_tells_good_from_bad),
        cmocka_unit_test(plans_and_polish_are_lines),
        cmocka_unit_test(a_request_without_a_wish_is_rejected)};
    return cmocka_run_group_tests(tests, fixture_open, fixture_close);
}
