/* bench_exam.c - `anamnesis bench exam`: accuracy of answers to exams. */
#include <stdio.h>

#include "base/log.h"
#include "base/sink.h"
#include "bench/board_show.h"
#include "bench/exam.h"
#include "cmd/cmd.h"

static const struct opt options[] = {
    {"answers", 'a', "FILE", "answers as JSONL; may be given several times"},
    {"resamples", 0, "N", "of the bootstrap intervals (2000)"},
    {"csv", 0, "FILE", "every model and group as CSV"},
    {"markdown", 0, "FILE", "the tables as Markdown"},
    {0}};

static struct table *steps_table(const struct exam *exam)
{
    struct table *t =
        table_new("model", "answers", "marker", "alone", "boxed", "text",
                  "failed", "right", "strict", "majority", NULL);
    struct arena arena;
    arena_init(&arena);
    const struct board *board = exam_board(exam);
    for (size_t m = 0; m < board_model_count(board); m++) {
        struct exam_count c = exam_count_of(exam, m);
        str cells[10] = {board_model(board, m)};
        const uint64_t counts[] = {c.answers,
                                   c.steps[CHOICE_MARKER],
                                   c.steps[CHOICE_ALONE],
                                   c.steps[CHOICE_BOXED],
                                   c.steps[CHOICE_TEXT],
                                   c.steps[CHOICE_NONE],
                                   c.right};
        for (size_t i = 0; i < 7; i++)
            cells[1 + i] =
                arena_printf(&arena, "%llu", (unsigned long long)counts[i]);
        cells[8] =
            arena_printf(&arena, "%.3f", (double)c.right / (double)c.answers);
        cells[9] = c.majority_items ? arena_printf(&arena, "%.3f",
                                                   (double)c.majority_right /
                                                       (double)c.majority_items)
                                    : STR("");
        table_add_cells(t, cells, 10);
    }
    arena_release(&arena);
    return t;
}

static struct table *pairs_table(const struct exam *exam)
{
    const struct board *board = exam_board(exam);
    size_t models = board_model_count(board);
    if (models < 2)
        return NULL;
    struct table *t = table_new("first", "second", "both", "only first",
                                "only second", "neither", "McNemar p", NULL);
    struct arena arena;
    arena_init(&arena);
    for (size_t a = 0; a < models; a++)
        for (size_t b = a + 1; b < models; b++) {
            struct exam_pair p = exam_compare(exam, a, b);
            str cells[7] = {board_model(board, a), board_model(board, b)};
            const uint64_t counts[] = {p.both, p.only_first, p.only_second,
                                       p.neither};
            for (size_t i = 0; i < 4; i++)
                cells[2 + i] =
                    arena_printf(&arena, "%llu", (unsigned long long)counts[i]);
            cells[6] = arena_printf(&arena, "%.4f", p.p);
            table_add_cells(t, cells, 7);
        }
    arena_release(&arena);
    return t;
}

static void put_table(struct table *table, const char *title,
                      enum table_style style, struct buf *out)
{
    if (table) {
        buf_printf(out, style == TABLE_MARKDOWN ? "## %s\n\n" : "%s\n", title);
        table_write(table, style, out);
        buf_add_char(out, '\n');
    }
    table_free(table);
}

static void put_tables(const struct exam *exam, const struct board_show *show,
                       enum table_style style, struct buf *out)
{
    put_table(board_show_models(show), "Accuracy", style, out);
    for (enum board_dimension d = 0; d < BOARD_ALL; d++) {
        char title[40];
        snprintf(title, sizeof title, "Accuracy by %s",
                 board_dimension_name(d));
        put_table(board_show_groups(show, d), title, style, out);
    }
    put_table(steps_table(exam), "How answers were read", style, out);
    put_table(pairs_table(exam), "Pairs of models", style, out);
}

/* --- JSON --- */

static void put_int(struct json_out *j, const char *key, uint64_t value)
{
    json_key(j, key);
    json_put_int(j, (int64_t)value);
}

static void put_input(const struct exam *exam, struct json_out *j)
{
    struct exam_input in = exam_input(exam);
    put_int(j, "items", in.items);
    put_int(j, "unusable_items", in.unusable);
    put_int(j, "bad_lines", in.bad);
    put_int(j, "unknown_items", in.unknown);
    put_int(j, "answered_twice", in.twice);
}

static void put_model(const struct exam *exam, const struct board_show *show,
                      size_t model, struct json_out *j)
{
    struct exam_count c = exam_count_of(exam, model);
    json_begin(j, '{');
    board_show_model_json(show, model, j);
    put_int(j, "answers", c.answers);
    put_int(j, "right", c.right);
    json_key(j, "steps");
    json_begin(j, '{');
    for (size_t s = 0; s < EXAM_STEPS; s++)
        put_int(j, choice_step_name((enum choice_step)s), c.steps[s]);
    json_end(j, '}');
    json_key(j, "strict_accuracy");
    json_put_number(j, (double)c.right / (double)c.answers);
    json_key(j, "majority_accuracy");
    if (c.majority_items)
        json_put_number(j, (double)c.majority_right / (double)c.majority_items);
    else
        json_put_null(j);
    json_end(j, '}');
}

static void put_pairs(const struct exam *exam, struct json_out *j)
{
    const struct board *board = exam_board(exam);
    json_begin(j, '[');
    for (size_t a = 0; a < board_model_count(board); a++)
        for (size_t b = a + 1; b < board_model_count(board); b++) {
            struct exam_pair p = exam_compare(exam, a, b);
            json_begin(j, '{');
            json_key(j, "first");
            json_put_str(j, board_model(board, a));
            json_key(j, "second");
            json_put_str(j, board_model(board, b));
            put_int(j, "both", p.both);
            put_int(j, "only_first", p.only_first);
            put_int(j, "only_second", p.only_second);
            put_int(j, "neither", p.neither);
            json_key(j, "mcnemar_p");
            json_put_number(j, p.p);
            json_end(j, '}');
        }
    json_end(j, ']');
}

static void put_json(const struct exam *exam, const struct board_show *show,
                     struct buf *out)
{
    struct json_out j = json_out(out);
    json_begin(&j, '{');
    put_input(exam, &j);
    json_key(&j, "models");
    json_begin(&j, '[');
    for (size_t m = 0; m < board_model_count(show->board); m++)
        put_model(exam, show, m, &j);
    json_end(&j, ']');
    json_key(&j, "differences");
    board_show_differences_json(show, &j);
    json_key(&j, "pairs");
    put_pairs(exam, &j);
    json_end(&j, '}');
    buf_add_char(out, '\n');
}

/* --- the command --- */

static bool write_file(const char *path, struct buf *text, struct err *err)
{
    struct sink *sink = sink_open(path, err);
    if (!sink)
        return false;
    sink_write(sink, buf_str(text));
    buf_reset(text);
    return sink_close(sink, err);
}

static bool print(const struct args *args, const struct exam *exam,
                  const struct board_show *show, struct err *err)
{
    struct buf out;
    buf_init(&out, BUF_MAX);
    bool ok = true;
    const char *csv = opt_value(args, "csv", NULL);
    const char *markdown = opt_value(args, "markdown", NULL);
    if (csv) {
        board_show_csv(show, STR("exam"), true, &out);
        ok = write_file(csv, &out, err);
    }
    if (ok && markdown) {
        put_tables(exam, show, TABLE_MARKDOWN, &out);
        ok = write_file(markdown, &out, err);
    }
    if (opt_has(args, "json"))
        put_json(exam, show, &out);
    else
        put_tables(exam, show, table_style_for(stdout), &out);
    if (ok)
        fputs(buf_cstr(&out), stdout);
    buf_release(&out);
    return ok;
}

static struct exam *load(const struct args *args, struct err *err)
{
    struct arena arena;
    arena_init(&arena);
    size_t count = opt_operand_count(args);
    const char **paths = arena_array(&arena, count, sizeof *paths);
    for (size_t i = 0; i < count; i++)
        paths[i] = opt_operand(args, i);
    struct exam *exam = exam_open(paths, count, err);
    arena_release(&arena);
    bool ok = exam != NULL;
    for (size_t i = 0; ok && i < opt_value_count(args, "answers"); i++)
        ok = exam_read_answers(exam, opt_value_at(args, "answers", i), err);
    if (ok && !board_model_count(exam_board(exam)))
        ok = err_set(err, ERR_FORMAT, "no answer to any of the items");
    if (ok)
        return exam;
    exam_close(exam);
    return NULL;
}

static int finish(const struct exam *exam)
{
    struct exam_input in = exam_input(exam);
    log_info("%llu items; left out: %llu records without options or key, %llu "
             "unreadable lines, %llu answers to unknown items, %llu answered "
             "twice",
             (unsigned long long)in.items, (unsigned long long)in.unusable,
             (unsigned long long)in.bad, (unsigned long long)in.unknown,
             (unsigned long long)in.twice);
    return in.bad || in.unknown || in.twice ? EXIT_STATUS_PARTIAL
                                            : EXIT_STATUS_DONE;
}

static int run(const struct args *args)
{
    struct err err = {0};
    struct board_show show = {
        .plan = {.level = 0.95}, .value = "accuracy", .decimals = 3};
    int64_t resamples;
    if (!opt_value_count(args, "answers"))
        err_set(&err, ERR_USAGE, "--answers FILE is needed");
    struct exam *exam = NULL;
    if (err.code == ERR_NONE && cmd_seed(args, &show.plan.seed, &err) &&
        opt_int(args, "resamples", 2000, 1, BOOTSTRAP_RESAMPLES_MAX, &resamples,
                &err))
        exam = load(args, &err);
    if (!exam)
        return cmd_fail(&err);
    show.plan.resamples = (size_t)resamples;
    show.board = exam_board(exam);
    int status = print(args, exam, &show, &err) ? finish(exam) : cmd_fail(&err);
    exam_close(exam);
    return status;
}

const struct command cmd_bench_exam = {
    .name = "bench exam",
    .operands = "ITEMS…",
    .summary = "accuracy of answers to multiple-choice questions",
    .options = options,
    .details =
        "ITEMS are question records with options and answer keys. An answer\n"
        "line is {\"id\",\"model\",\"repeat\",\"answer\"}. Letters are read by "
        "a cascade:\n"
        "behind a marker, alone, boxed, by the option's text. An answer that "
        "no\n"
        "step reads is counted as failed and lowers the coverage; `strict` "
        "takes\n"
        "it as wrong.",
    .examples =
        "anamnesis bench exam items.jsonl --answers answers.jsonl\n"
        "anamnesis bench exam items.jsonl -a one.jsonl -a two.jsonl --json",
    .operands_min = 1,
    .operands_max = SIZE_MAX,
    .run = run,
};
