/* Conversations in one text, and the many spellings of options and answers. */
#include "check.h"

#include "corpus/tagged.h"
#include "corpus/textgrid.h"

static void tagged(struct mapper *m, const json *row)
{
    map_dialogue(m);
    if (tagged_turns(m, json_str(json_get(row, "text"), STR(""))))
        map_emit(m);
    else
        map_reject(m, "no_dialogue", "x");
}

/* "letters|options|answer" -> the item */
static void item(struct mapper *m, const json *row)
{
    map_question(m, STR("q?"));
    map_options(m, field(m, row, "o"));
    if (map_answer(m, field_str(m, row, "a")))
        map_emit(m);
    else
        map_reject(m, "answer_not_an_option", "x");
}

static void grid(struct mapper *m, const json *row)
{
    struct vec intervals;
    vec_init(&intervals, sizeof(struct interval));
    map_dialogue(m);
    textgrid_read(json_str(json_get(row, "d"), STR("")), ROLE_DOCTOR, &m->arena,
                  &intervals);
    textgrid_read(json_str(json_get(row, "p"), STR("")), ROLE_PATIENT,
                  &m->arena, &intervals);
    textgrid_turns(m, &intervals);
    vec_release(&intervals);
    map_emit(m);
}

/* What one row gives: the record line, or the reason of its rejection. */
static void run(void (*map)(struct mapper *, const json *), enum row_kind kind,
                const char *text, struct buf *got)
{
    const struct format format = {.name = "f",
                                  .title = "t",
                                  .lang = "en",
                                  .shapes = SHAPE_JSON,
                                  .map = map};
    const struct mapping_options options = {0};
    const struct origin origin = {.name = "file", .stem = STR("file")};
    struct mapper mapper;
    struct outcome out;
    mapper_init(&mapper);
    outcome_init(&out);
    mapper.options = &options;
    mapper_run(&mapper, &format, &origin,
               &(struct row){.kind = kind, .text = str_of(text), .line = 1},
               &out);
    buf_reset(got);
    if (out.marks.count)
        buf_add(got, buf_str(&out.records));
    else if (map_size(&out.rejected))
        buf_add(got, map_entry(&out.rejected, 0)->key);
    outcome_release(&out);
    mapper_release(&mapper);
}

/* Turns as "role: text|". */
static void turns_are(void (*map)(struct mapper *, const json *),
                      enum row_kind kind, const char *text, const char *want)
{
    struct buf line, got;
    struct arena arena;
    struct record record;
    buf_init(&line, BUF_MAX);
    buf_init(&got, BUF_MAX);
    arena_init(&arena);
    run(map, kind, text, &line);
    if (record_parse(str_trim(buf_str(&line)), &arena, &record, NULL))
        for (size_t i = 0; i < record.dialogue.turns.count; i++) {
            const struct turn *t =
                LIST_AT(record.dialogue.turns, struct turn, i);
            buf_printf(&got, STR_FMT ": " STR_FMT "|",
                       STR_ARG(role_name(t->role)), STR_ARG(t->text));
        }
    else
        buf_add(&got, buf_str(&line));
    assert_str(buf_str(&got), want);
    buf_release(&line);
    buf_release(&got);
    arena_release(&arena);
}

static void speakers_are_found_in_every_usual_layout(void **state)
{
    (void)state;
    turns_are(tagged, ROW_TEXT, "Arts: Dag.\nPatiënt: Ik hoest.\nAl lang.\n",
              "doctor: Dag.|patient: Ik hoest.\nAl lang.|");
    turns_are(tagged, ROW_TEXT, "Doctor: How long? Patient: Two days.",
              "doctor: How long?|patient: Two days.|");
    turns_are(tagged, ROW_TEXT, "[doctor] hi [patient] hello",
              "doctor: hi|patient: hello|");
    turns_are(tagged, ROW_TEXT, "医生：多久了？\n\n患者：两天。\n家属：三天。",
              "doctor: 多久了？|patient: 两天。|relative: 三天。|");
    turns_are(tagged, ROW_TEXT, "D: Hello.\nP: Hi: it hurts at 10:30.",
              "doctor: Hello.|patient: Hi: it hurts at 10:30.|");
    turns_are(tagged, ROW_TEXT, "Guest_family_1: He fell.\nDoctor: When?",
              "relative: He fell.|doctor: When?|");
}

static void texts_without_speakers_are_told(void **state)
{
    (void)state;
    turns_are(tagged, ROW_TEXT, "Take it twice a day: once at 10:30.",
              "no_dialogue");
    turns_are(tagged, ROW_TEXT, "::::\n:\n", "no_dialogue");
    turns_are(tagged, ROW_TEXT, "Doctor:\nPatient:\n", "no_turns");
}

static void grids_are_merged_by_time(void **state)
{
    (void)state;
    turns_are(grid, ROW_JSON,
              "{\"d\":\"intervals [1]:\\n xmin = 0\\n xmax = 1\\n text = "
              "\\\"Say \\\"\\\"ah\\\"\\\".\\\"\\nintervals [2]:\\n xmin = 4\\n "
              "text = \\\"Good.\\\"\\nintervals [3]:\\n xmin = 5\\n text = "
              "\\\"\\\"\\nintervals [4]:\\n xmin = 6\\n text = \\\"Bye.\\\"\","
              "\"p\":\"intervals [1]:\\n xmin = 2.5\\n text = \\\"Ah.\\\"\"}",
              "doctor: Say \"ah\".|patient: Ah.|doctor: Good. Bye.|");
}

static void answer_is(const char *row, const char *want)
{
    struct buf line;
    buf_init(&line, BUF_MAX);
    run(item, ROW_JSON, row, &line);
    if (!str_contains(buf_str(&line), str_of(want)))
        fail_msg("%s gives " STR_FMT ", not %s", row, STR_ARG(buf_str(&line)),
                 want);
    buf_release(&line);
}

static void options_and_answers_come_in_many_spellings(void **state)
{
    (void)state;
    const char *const both =
        "\"answer\":\"x; z\",\"answer_keys\":[\"A\",\"C\"]";
    answer_is("{\"o\":{\"A\":\"x\",\"B\":\"y\",\"C\":\"z\"},\"a\":\"AC\"}",
              both);
    answer_is("{\"o\":[\"x\",\"y\",\"z\"],\"a\":\"A, C\"}", both);
    answer_is("{\"o\":\"A. x\\nB. y\\nC. z\",\"a\":\"A、C\"}", both);
    answer_is("{\"o\":\"(A) x (B) y (C) z\",\"a\":\"(A)(C)\"}", both);
    answer_is("{\"o\":\"{'A': 'x', 'B': 'y', 'C': 'z'}\",\"a\":\"['A', 'C']\"}",
              both);
    answer_is("{\"o\":\"[\\\"x\\\",\\\"y\\\",\\\"z\\\"]\",\"a\":\"ac\"}", both);
    answer_is(
        "{\"o\":[{\"key\":\"A\",\"value\":\"x\"},{\"key\":\"B\",\"value\":"
        "\"y\"}],\"a\":\"y\"}",
        "\"answer_keys\":[\"B\"]");
    answer_is("{\"o\":[\"x\",\"y\"],\"a\":\"B. y\"}",
              "\"answer_keys\":[\"B\"]");
    answer_is("{\"o\":[\"x\",\"y\"],\"a\":\"D\"}", "answer_not_an_option");
    answer_is("{\"o\":[\"x\",\"y\"],\"a\":\"\"}", "\"answer\":null");
    answer_is("{\"o\":[],\"a\":\"free\"}", "\"answer\":\"free\"");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(speakers_are_found_in_every_usual_layout),
        cmocka_unit_test(texts_without_speakers_are_told),
        cmocka_unit_test(grids_are_merged_by_time),
        cmocka_unit_test(options_and_answers_come_in_many_spellings)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
