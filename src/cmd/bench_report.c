/* bench_report.c - `anamnesis bench report`: tables over verdicts. */
#include <stdio.h>

#include "base/fs.h"
#include "base/log.h"
#include "base/sink.h"
#include "bench/board_show.h"
#include "bench/report.h"
#include "cmd/cmd.h"
#include "page/page.h"

static const struct opt options[] = {
    {"items", 'i', "FILE", "records of the test set; several times"},
    {"resamples", 0, "N", "of the bootstrap intervals (2000)"},
    {"csv", 0, "FILE", "every board, model and group as CSV"},
    {"markdown", 0, "FILE", "the tables as Markdown"},
    {"html", 0, "FILE", "the tables as one page"},
    {0}};

enum { TABLES = BOARD_ALL + 2 };

/* All tables of one board with their titles; NULL where there is none. */
static void make_tables(const struct board_show *show,
                        struct table *tables[TABLES], str titles[TABLES],
                        struct arena *arena)
{
    tables[0] = board_show_models(show);
    titles[0] = STR("Models");
    for (enum board_dimension d = 0; d < BOARD_ALL; d++) {
        tables[1 + d] = board_show_groups(show, d);
        titles[1 + d] = arena_printf(arena, "By %s", board_dimension_name(d));
    }
    tables[TABLES - 1] = board_show_differences(show);
    titles[TABLES - 1] = STR("Differences, paired");
}

struct job {
    const struct args *args;
    const struct report *report;
    struct bootstrap_plan plan;
    struct arena arena;
};

static struct board_show show_of(const struct job *job, size_t board)
{
    return (struct board_show){report_board(job->report, board), job->plan,
                               "rating", 3};
}

static void put_tables(struct job *job, enum table_style style, struct buf *out)
{
    const bool markdown = style == TABLE_MARKDOWN;
    for (size_t b = 0; b < report_count(job->report); b++) {
        struct board_show show = show_of(job, b);
        struct table *tables[TABLES];
        str titles[TABLES];
        make_tables(&show, tables, titles, &job->arena);
        buf_printf(out, markdown ? "# " STR_FMT "\n\n" : STR_FMT "\n\n",
                   STR_ARG(report_name(job->report, b)));
        for (size_t t = 0; t < TABLES; t++) {
            if (tables[t]) {
                buf_printf(out, markdown ? "## " STR_FMT "\n\n" : STR_FMT "\n",
                           STR_ARG(titles[t]));
                table_write(tables[t], style, out);
                buf_add_char(out, '\n');
            }
            table_free(tables[t]);
        }
    }
}

static bool write_page(struct job *job, const char *path, struct err *err)
{
    struct page *page =
        page_open(STR("Models on a test set"),
                  STR("mean ratings with 95 % bootstrap intervals"));
    for (size_t b = 0; b < report_count(job->report); b++) {
        struct board_show show = show_of(job, b);
        struct table *tables[TABLES];
        str titles[TABLES];
        make_tables(&show, tables, titles, &job->arena);
        page_section(page, report_name(job->report, b));
        for (size_t t = 0; t < TABLES; t++) {
            if (tables[t])
                page_table(page, titles[t], tables[t]);
            table_free(tables[t]);
        }
    }
    bool ok = page_write(page, path, err);
    page_close(page);
    return ok;
}

static void put_json(const struct job *job, struct buf *out)
{
    struct report_input in = report_input(job->report);
    const struct {
        const char *name;
        uint64_t value;
    } counts[] = {{"verdicts", in.lines},
                  {"bad_lines", in.bad},
                  {"unknown_items", in.unknown},
                  {"twice", in.twice}};
    struct json_out j = json_out(out);
    json_begin(&j, '{');
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        json_key(&j, counts[i].name);
        json_put_int(&j, (int64_t)counts[i].value);
    }
    json_key(&j, "boards");
    json_begin(&j, '[');
    for (size_t b = 0; b < report_count(job->report); b++) {
        struct board_show show = show_of(job, b);
        json_begin(&j, '{');
        json_key(&j, "name");
        json_put_str(&j, report_name(job->report, b));
        json_key(&j, "models");
        json_begin(&j, '[');
        for (size_t m = 0; m < board_model_count(show.board); m++) {
            json_begin(&j, '{');
            board_show_model_json(&show, m, &j);
            json_end(&j, '}');
        }
        json_end(&j, ']');
        json_key(&j, "differences");
        board_show_differences_json(&show, &j);
        json_end(&j, '}');
    }
    json_end(&j, ']');
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

static void put_csv(const struct job *job, struct buf *out)
{
    for (size_t b = 0; b < report_count(job->report); b++) {
        struct board_show show = show_of(job, b);
        board_show_csv(&show, report_name(job->report, b), b == 0, out);
    }
}

static bool print(struct job *job, struct err *err)
{
    struct buf out;
    buf_init(&out, BUF_MAX);
    bool ok = true;
    const char *csv = opt_value(job->args, "csv", NULL),
               *markdown = opt_value(job->args, "markdown", NULL),
               *html = opt_value(job->args, "html", NULL);
    if (csv) {
        put_csv(job, &out);
        ok = write_file(csv, &out, err);
    }
    if (ok && markdown) {
        put_tables(job, TABLE_MARKDOWN, &out);
        ok = write_file(markdown, &out, err);
    }
    ok = ok && (!html || write_page(job, html, err));
    if (ok && opt_has(job->args, "json"))
        put_json(job, &out);
    else if (ok)
        put_tables(job, table_style_for(stdout), &out);
    if (ok)
        fputs(buf_cstr(&out), stdout);
    buf_release(&out);
    return ok;
}

static struct report *load(const struct args *args, struct arena *arena,
                           struct err *err)
{
    size_t count = opt_value_count(args, "items");
    const char **items = arena_array(arena, count + 1, sizeof *items);
    for (size_t i = 0; i < count; i++)
        items[i] = opt_value_at(args, "items", i);
    struct report *report = report_open(items, count, err);
    bool ok = report != NULL;
    for (size_t i = 0; ok && i < opt_operand_count(args); i++) {
        const char *path = opt_operand(args, i);
        if (fs_is_folder(path))
            path = fs_join(arena, path, "verdicts.jsonl");
        ok = report_read(report, path, err);
    }
    if (ok && !report_count(report))
        ok = err_set(err, ERR_FORMAT, "no verdict in these files");
    if (ok)
        return report;
    report_close(report);
    return NULL;
}

static int run(const struct args *args)
{
    struct err err = {0};
    struct job job = {.args = args, .plan = {.level = 0.95}};
    arena_init(&job.arena);
    int64_t resamples;
    struct report *report = NULL;
    if (cmd_seed(args, &job.plan.seed, &err) &&
        opt_int(args, "resamples", 2000, 1, BOOTSTRAP_RESAMPLES_MAX, &resamples,
                &err) &&
        (report = load(args, &job.arena, &err)))
        job.plan.resamples = (size_t)resamples;
    job.report = report;
    int status = EXIT_STATUS_DONE;
    if (!report || !print(&job, &err)) {
        status = cmd_fail(&err);
    } else {
        struct report_input in = report_input(report);
        log_info("%llu verdicts; left out: %llu unreadable lines, %llu scores "
                 "of unknown items, %llu given twice",
                 (unsigned long long)in.lines, (unsigned long long)in.bad,
                 (unsigned long long)in.unknown, (unsigned long long)in.twice);
        if (in.bad || in.unknown || in.twice)
            status = EXIT_STATUS_PARTIAL;
    }
    report_close(report);
    arena_release(&job.arena);
    return status;
}

const struct command cmd_bench_report = {
    .name = "bench report",
    .operands = "RUN…",
    .summary = "tables of mean ratings, with intervals and coverage",
    .options = options,
    .details = "RUN is a folder of `bench judge` or a file of verdicts. Lines "
               "with \"scores\" of\n"
               "several criteria are read too. With --items, groups and "
               "missing items are\n"
               "known; without, every id met is an item.",
    .examples = "anamnesis bench report runs/judge --items clin.jsonl\n"
                "anamnesis bench report scores.jsonl.zst --html report.html",
    .operands_min = 1,
    .operands_max = SIZE_MAX,
    .run = run,
};
