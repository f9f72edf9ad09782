/* leak.c - `anamnesis leak`: does a corpus give away its reference? The
 * reference is read once, records are checked on all cores; for a page the
 * reference is read again to show what was copied. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/parallel.h"
#include "base/sink.h"
#include "cmd/cmd.h"
#include "curate/stream.h"
#include "measure/leak_page.h"

enum { CANARIES_MAX = 64 };

static const struct opt options[] = {
    {"reference", 'r', "FILE", "what must not be copied (repeatable)"},
    {"ngram", 'n', "N",
     "shortest copied run that counts: characters (zh) or words (13, 10)"},
    {"canary", 0, "TEXT", "a text that must not occur (repeatable)"},
    {"per-record", 0, "FILE", "write the findings of every record (JSONL)"},
    {"html", 0, "FILE", "write a report with both texts side by side"},
    {0}};

struct worker {
    struct leak_checker *checker;
    struct arena arena;
};

struct job {
    const struct args *args;
    struct leak *leak;
    struct worker *workers; /* owned; parallel_workers() */
    struct sink *out;
    struct leak_page *page;
    struct arena arena;
    uint64_t records, bad, leaks, spans, shared, near, identified, canaries;
    uint64_t kinds[PERSONAL_KIND_COUNT];
    size_t longest;
};

/* --- one record --- */

static void put_personal(struct json_out *j, const size_t *counts)
{
    json_key(j, "identifiers");
    json_begin(j, '{');
    for (unsigned i = 0; i < PERSONAL_KIND_COUNT; i++)
        if (counts[i]) {
            json_key(j, personal_kind_name(i));
            json_put_int(j, (int64_t)counts[i]);
        }
    json_end(j, '}');
}

static void put_source(const struct job *job, struct json_out *j,
                       const char *key, const struct leak_match *m)
{
    json_key(j, key);
    json_put_str_or_null(j,
                         m->any ? leak_source(job->leak, m->source) : STR(""));
}

static void put_record(const struct job *job, const struct record *record,
                       uint64_t line, const struct leak_finding *f,
                       struct buf *out)
{
    struct json_out j = json_out(out);
    json_begin(&j, '{');
    json_add_str(&j, "id", record->id);
    json_add_int(&j, "line", (int64_t)line);
    json_add_bool(&j, "leak", leak_is_leak(job->leak, record, f));
    json_add_int(&j, "longest_span", (int64_t)f->span);
    json_add_int(&j, "longest_span_with_stock", (int64_t)f->span_all);
    put_source(job, &j, "reference", &f->copy);
    json_add_int(&j, "shared_runs", (int64_t)f->shared);
    json_add_int(&j, "near_copied_turns", (int64_t)f->near_turns);
    put_source(job, &j, "near_reference", &f->near);
    put_personal(&j, f->personal);
    json_add_int(&j, "canaries", (int64_t)f->canaries);
    json_end(&j, '}');
    buf_add_char(out, '\n');
}

enum { ROW_BAD = 1, ROW_LEAK = 2, ROW_SPAN = 4 };

/* On any core: the finding goes to row->more, its line of JSON to row->out. */
static void check_row(struct stream_row *row, size_t number, void *ctx)
{
    const struct job *job = ctx;
    struct worker *w = &job->workers[number];
    struct record record;
    struct leak_finding found;
    struct err why = {0};
    arena_reset(&w->arena);
    if (row->too_long || !record_parse(row->line, &w->arena, &record, &why)) {
        row->tag = ROW_BAD;
        return;
    }
    leak_check(w->checker, &record, &found);
    if (leak_is_leak(job->leak, &record, &found))
        row->tag |= ROW_LEAK;
    if (found.span >= leak_span_min(job->leak, &record))
        row->tag |= ROW_SPAN;
    buf_add(&row->more, str_make((const char *)&found, sizeof found));
    if (job->out)
        put_record(job, &record, row->number, &found, &row->out);
}

static void show_row(struct job *job, const struct stream_row *row,
                     const struct leak_finding *found)
{
    struct record record;
    struct err why = {0};
    if (!job->page || !((row->tag & ROW_SPAN) || found->near_turns) ||
        !leak_page_wants(job->page, found))
        return;
    arena_reset(&job->arena);
    if (record_parse(row->line, &job->arena, &record, &why))
        leak_page_add(job->page, &record, found);
}

static bool count_row(struct stream_row *row, void *ctx, struct err *err)
{
    (void)err;
    struct job *job = ctx;
    struct leak_finding found;
    if (row->tag & ROW_BAD) {
        job->bad++;
        return true;
    }
    memcpy(&found, buf_str(&row->more).ptr, sizeof found);
    job->records++;
    job->leaks += (row->tag & ROW_LEAK) != 0;
    job->spans += (row->tag & ROW_SPAN) != 0;
    job->shared += found.shared > 0;
    job->near += found.near_turns > 0;
    job->identified += found.identifier_count > 0;
    job->canaries += found.canaries > 0;
    for (size_t i = 0; i < PERSONAL_KIND_COUNT; i++)
        job->kinds[i] += found.personal[i];
    if (found.span > job->longest)
        job->longest = found.span;
    if (job->out)
        sink_write(job->out, buf_str(&row->out));
    show_row(job, row, &found);
    return true;
}

/* --- the reference --- */

typedef bool source_work(struct job *job, const struct record *record,
                         struct err *err);

static bool add_source(struct job *job, const struct record *record,
                       struct err *err)
{
    return leak_add(job->leak, record, err);
}

static bool show_source(struct job *job, const struct record *record,
                        struct err *err)
{
    (void)err;
    leak_page_source(job->page, record);
    return true;
}

static bool each_source(struct job *job, const char *path, source_work *work,
                        uint64_t *bad, struct err *err)
{
    struct records *in = records_open(path, err);
    if (!in)
        return false;
    struct arena arena;
    arena_init(&arena);
    bool ok = true;
    for (struct record record; ok;) {
        struct err why = {0};
        arena_reset(&arena);
        enum records_step step = records_next(in, &arena, &record, &why);
        if (step == RECORDS_END)
            break;
        if (step == RECORDS_BROKEN) {
            *err = why;
            ok = false;
        } else if (step == RECORDS_BAD) {
            ++*bad;
        } else {
            ok = work(job, &record, err);
        }
    }
    arena_release(&arena);
    records_close(in);
    return ok || err_wrap(err, "%s", path);
}

static bool each_reference(struct job *job, source_work *work, uint64_t *bad,
                           struct err *err)
{
    bool ok = true;
    for (size_t i = 0; ok && i < opt_value_count(job->args, "reference"); i++)
        ok = each_source(job, opt_value_at(job->args, "reference", i), work,
                         bad, err);
    return ok;
}

/* --- the report --- */

static void put_json(const struct job *job)
{
    const struct {
        const char *name;
        uint64_t value;
    } figures[] = {{"records", job->records},
                   {"bad_lines", job->bad},
                   {"reference_turns", leak_turns(job->leak)},
                   {"reference_units", leak_units(job->leak)},
                   {"records_with_leaks", job->leaks},
                   {"records_with_copied_spans", job->spans},
                   {"records_with_shared_runs", job->shared},
                   {"records_with_near_copied_turns", job->near},
                   {"records_with_identifiers", job->identified},
                   {"records_with_canaries", job->canaries},
                   {"longest_span", job->longest}};
    struct buf out;
    buf_init(&out, BUF_MAX);
    struct json_out j = json_out(&out);
    json_begin(&j, '{');
    json_add_str(&j, "verdict", job->leaks ? STR("fail") : STR("pass"));
    for (size_t i = 0; i < sizeof figures / sizeof *figures; i++) {
        json_key(&j, figures[i].name);
        json_put_int(&j, (int64_t)figures[i].value);
    }
    put_personal(&j, job->kinds);
    json_end(&j, '}');
    puts(buf_cstr(&out));
    buf_release(&out);
}

static struct table *summary(const struct job *job)
{
    struct table *t = table_new("leak", "records", NULL);
    table_addf(t, "checked|%llu", (unsigned long long)job->records);
    table_addf(t, "with a copied span|%llu", (unsigned long long)job->spans);
    table_addf(t, "with a near-copied turn|%llu",
               (unsigned long long)job->near);
    table_addf(t, "with an identifier|%llu",
               (unsigned long long)job->identified);
    table_addf(t, "with a canary|%llu", (unsigned long long)job->canaries);
    for (unsigned i = 0; i < PERSONAL_KIND_COUNT; i++)
        if (job->kinds[i])
            table_addf(t, "found: %s%s|%llu", personal_kind_name(i),
                       personal_is_weak(i) ? " (allowed)" : "",
                       (unsigned long long)job->kinds[i]);
    return t;
}

static str verdict(const struct job *job, char *text, size_t bytes)
{
    const char *n = opt_value(job->args, "ngram", NULL);
    snprintf(text, bytes,
             "%s: %llu of %llu records break the rule: no copied run of %s "
             "beyond stock phrases, no turn with Jaccard 0.8 to one of the "
             "reference, no identifier, no canary (longest run: %zu)",
             job->leaks ? "FAIL" : "PASS", (unsigned long long)job->leaks,
             (unsigned long long)job->records,
             n ? n : "13 characters (zh) or 10 words", job->longest);
    return str_of(text);
}

static bool write_page(struct job *job, str words, const struct table *table,
                       struct err *err)
{
    uint64_t again = 0;
    return each_reference(job, show_source, &again, err) &&
           leak_page_write(job->page, words, job->leaks == 0, table,
                           opt_value(job->args, "html", NULL), err);
}

static bool report(struct job *job, struct err *err)
{
    char line[400];
    str words = verdict(job, line, sizeof line);
    struct table *table = summary(job);
    bool ok = !job->page || write_page(job, words, table, err);
    if (ok && opt_has(job->args, "json")) {
        put_json(job);
    } else if (ok) {
        struct buf out;
        buf_init(&out, BUF_MAX);
        table_write(table, table_style_for(stdout), &out);
        printf("%s" STR_FMT "\n", buf_cstr(&out), STR_ARG(words));
        buf_release(&out);
    }
    table_free(table);
    return ok;
}

/* --- the command --- */

static bool check_options(const struct args *args, struct err *err)
{
    size_t references = opt_value_count(args, "reference");
    if (references == 0)
        return err_set(err, ERR_USAGE, "--reference is needed");
    if (opt_value_count(args, "canary") > CANARIES_MAX)
        return err_set(err, ERR_USAGE, "--canary: at most %d", CANARIES_MAX);
    for (size_t i = 0; i < opt_value_count(args, "canary"); i++)
        if (opt_value_at(args, "canary", i)[0] == '\0')
            return err_set(err, ERR_USAGE, "--canary: found an empty text");
    for (size_t i = 0; opt_has(args, "html") && i < references; i++)
        if (strcmp(opt_value_at(args, "reference", i), "-") == 0)
            return err_set(err, ERR_USAGE,
                           "--html reads the reference twice: found '-', "
                           "allowed: a file");
    return true;
}

static bool open_all(struct job *job, const char **canaries, struct err *err)
{
    int64_t ngram;
    struct leak_options o = {.canaries = canaries,
                             .canary_count =
                                 opt_value_count(job->args, "canary")};
    if (!opt_int(job->args, "ngram", 0, 3, 64, &ngram, err) ||
        !check_options(job->args, err))
        return false;
    o.ngram = (size_t)ngram;
    for (size_t i = 0; i < o.canary_count; i++)
        canaries[i] = opt_value_at(job->args, "canary", i);
    job->leak = leak_open(&o, err);
    const char *path = opt_value(job->args, "per-record", NULL);
    if (!job->leak || (path && !(job->out = sink_open(path, err))))
        return false;
    if (opt_has(job->args, "html"))
        job->page =
            leak_page_open(job->leak, str_of(opt_operand(job->args, 0)));
    return true;
}

static bool check_all(struct job *job, struct err *err)
{
    const char *path = opt_operand(job->args, 0);
    size_t count = parallel_workers();
    job->workers = mem_zero(count, sizeof *job->workers);
    for (size_t i = 0; i < count; i++) {
        job->workers[i].checker = leak_checker_new(job->leak);
        arena_init(&job->workers[i].arena);
    }
    bool ok = stream_run(&path, 1, check_row, count_row, job, err);
    for (size_t i = 0; i < count; i++) {
        leak_checker_free(job->workers[i].checker);
        arena_release(&job->workers[i].arena);
    }
    free(job->workers);
    return ok;
}

static bool work(struct job *job, const char **canaries, struct err *err)
{
    bool ok = open_all(job, canaries, err) &&
              each_reference(job, add_source, &job->bad, err);
    if (ok)
        leak_seal(job->leak);
    if (ok && leak_units(job->leak) == 0)
        ok = err_set(err, ERR_FORMAT,
                     "--reference: no record with text to compare with");
    ok = ok && check_all(job, err);
    if (job->out && ok)
        ok = sink_close(job->out, err);
    else if (job->out)
        sink_abandon(job->out);
    return ok && report(job, err);
}

static int run(const struct args *args)
{
    struct err err = {0};
    struct job job = {.args = args};
    const char *canaries[CANARIES_MAX];
    arena_init(&job.arena);
    int status = work(&job, canaries, &err) ? EXIT_STATUS_DONE : cmd_fail(&err);
    if (status == EXIT_STATUS_DONE && (job.leaks || job.bad))
        status = EXIT_STATUS_PARTIAL;
    if (job.bad)
        log_warn("%llu lines are no records and were left out",
                 (unsigned long long)job.bad);
    leak_page_close(job.page);
    leak_close(job.leak);
    arena_release(&job.arena);
    return status;
}

const struct command cmd_leak = {
    .name = "leak",
    .operands = "IN",
    .summary = "does a corpus give away the reference it was made from?",
    .options = options,
    .details =
        "Looks in every record for runs copied from the reference (stock\n"
        "phrases do not count), near-copied turns, identifiers and canaries.\n"
        "Reports name the kinds of identifiers, never the identifiers. Exit\n"
        "status 3: the rule is broken, or some lines were no records.",
    .examples = "anamnesis leak made.jsonl --reference real.jsonl\n"
                "anamnesis leak made.jsonl -r real.jsonl --html leak.html "
                "--per-record leak.jsonl",
    .operands_min = 1,
    .operands_max = 1,
    .run = run,
};
