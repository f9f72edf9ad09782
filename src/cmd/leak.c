/* leak.c - `anamnesis leak`: does a corpus give away its reference? */
#include <stdio.h>
#include <stdlib.h>

#include "base/log.h"
#include "base/sink.h"
#include "base/table.h"
#include "cmd/cmd.h"
#include "generate/identifiers.h"
#include "measure/leak.h"
#include "page/page.h"

enum { SHOWN_MAX = 200, CANARIES_MAX = 64 };

static const struct opt options[] = {
    {"reference", 'r', "FILE", "what must not be copied (repeatable)"},
    {"ngram", 'n', "N",
     "shortest copied run that counts: characters (zh) or words (13, 10)"},
    {"canary", 0, "TEXT", "a text that must not occur (repeatable)"},
    {"per-record", 0, "FILE", "write the findings of every record (JSONL)"},
    {"html", 0, "FILE", "write a report"},
    {0}};

struct job {
    const struct args *args;
    struct leak *leak;
    struct sink *out;
    struct page *page;
    struct table *shown;
    uint64_t records, bad, leaks, spans, shared, near, identified, canaries;
    uint64_t kinds[IDENTIFIER_KIND_COUNT];
    size_t longest;
};

static bool find(str text, enum lang lang, size_t *from, size_t *start,
                 size_t *end, size_t *kind)
{
    struct identifier found;
    if (!identifier_next(text, lang, from, &found))
        return false;
    *start = found.start;
    *end = found.end;
    *kind = (size_t)found.kind;
    return true;
}

static void write_record(struct job *job, const struct record *record,
                         uint64_t line, const struct leak_finding *f, bool leak)
{
    struct buf out;
    buf_init(&out, BUF_MAX);
    struct json_out j = json_out(&out);
    json_begin(&j, '{');
    json_key(&j, "id");
    json_put_str(&j, record->id);
    json_key(&j, "line");
    json_put_int(&j, (int64_t)line);
    json_key(&j, "leak");
    json_put_bool(&j, leak);
    json_key(&j, "longest_span");
    json_put_int(&j, (int64_t)f->span);
    json_key(&j, "longest_span_with_stock");
    json_put_int(&j, (int64_t)f->span_all);
    json_key(&j, "reference");
    json_put_str_or_null(&j, f->reference);
    json_key(&j, "shared_runs");
    json_put_int(&j, (int64_t)f->shared);
    json_key(&j, "near_copied_turns");
    json_put_int(&j, (int64_t)f->near_turns);
    json_key(&j, "near_reference");
    json_put_str_or_null(&j, f->near_reference);
    json_key(&j, "identifiers");
    json_begin(&j, '{');
    for (size_t i = 0; i < IDENTIFIER_KIND_COUNT; i++)
        if (f->identifiers[i]) {
            json_key(&j, identifier_kind_name((enum identifier_kind)i));
            json_put_int(&j, (int64_t)f->identifiers[i]);
        }
    json_end(&j, '}');
    json_key(&j, "canaries");
    json_put_int(&j, (int64_t)f->canaries);
    json_end(&j, '}');
    buf_add_char(&out, '\n');
    sink_write(job->out, buf_str(&out));
    buf_release(&out);
}

static void add(struct job *job, const struct record *record, uint64_t line,
                const struct leak_finding *f)
{
    bool leak = leak_is_leak(job->leak, record, f);
    bool span = f->span >= leak_span_min(job->leak, record);
    job->records++;
    job->leaks += leak;
    job->spans += span;
    job->shared += f->shared > 0;
    job->near += f->near_turns > 0;
    job->identified += f->identifier_count > 0;
    job->canaries += f->canaries > 0;
    for (size_t i = 0; i < IDENTIFIER_KIND_COUNT; i++)
        job->kinds[i] += f->identifiers[i];
    if (f->span > job->longest)
        job->longest = f->span;
    if (job->out)
        write_record(job, record, line, f, leak);
    if (!job->page || !(span || f->near_turns) ||
        table_row_count(job->shown) >= SHOWN_MAX)
        return;
    char units[32];
    snprintf(units, sizeof units, "%zu", f->span);
    str cells[] = {record->id,
                   f->reference.len ? f->reference : f->near_reference,
                   str_of(units), f->span_text};
    table_add_cells(job->shown, cells, 4);
}

static bool each_record(struct job *job, const char *path, bool reference,
                        struct err *err)
{
    struct records *in = records_open(path, err);
    if (!in)
        return false;
    struct arena arena;
    arena_init(&arena);
    bool ok = true;
    for (struct record record; ok;) {
        struct leak_finding found;
        struct err why = {0};
        arena_reset(&arena);
        enum records_step step = records_next(in, &arena, &record, &why);
        if (step == RECORDS_END)
            break;
        if (step == RECORDS_BROKEN) {
            *err = why;
            ok = false;
        } else if (step == RECORDS_BAD) {
            job->bad++;
        } else if (reference) {
            ok = leak_add(job->leak, &record, err);
        } else {
            leak_check(job->leak, &record, &found);
            add(job, &record, records_line(in), &found);
        }
    }
    arena_release(&arena);
    records_close(in);
    return ok || err_wrap(err, "%s", path);
}

static void put_json(const struct job *job)
{
    const struct {
        const char *name;
        uint64_t value;
    } figures[] = {{"records", job->records},
                   {"bad_lines", job->bad},
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
    json_key(&j, "verdict");
    json_put_str(&j, job->leaks ? STR("fail") : STR("pass"));
    for (size_t i = 0; i < sizeof figures / sizeof *figures; i++) {
        json_key(&j, figures[i].name);
        json_put_int(&j, (int64_t)figures[i].value);
    }
    json_key(&j, "identifiers");
    json_begin(&j, '{');
    for (size_t i = 0; i < IDENTIFIER_KIND_COUNT; i++) {
        json_key(&j, identifier_kind_name((enum identifier_kind)i));
        json_put_int(&j, (int64_t)job->kinds[i]);
    }
    json_end(&j, '}');
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
    for (size_t i = 0; i < IDENTIFIER_KIND_COUNT; i++)
        if (job->kinds[i])
            table_addf(t, "found: %s|%llu",
                       identifier_kind_name((enum identifier_kind)i),
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

static bool report(struct job *job, struct err *err)
{
    char line[400];
    str words = verdict(job, line, sizeof line);
    struct table *table = summary(job);
    if (opt_has(job->args, "json")) {
        put_json(job);
    } else {
        struct buf out;
        buf_init(&out, BUF_MAX);
        table_write(table, table_style_for(stdout), &out);
        printf("%s" STR_FMT "\n", buf_cstr(&out), STR_ARG(words));
        buf_release(&out);
    }
    bool ok = true;
    if (job->page) {
        page_notice(job->page, job->leaks ? PAGE_BAD : PAGE_GOOD, words);
        page_table(job->page, STR("Findings"), table);
        page_section(job->page, STR("Copied text"));
        page_paragraph(job->page,
                       STR("The longest run each record shares with the "
                           "reference, letters folded; identifiers are "
                           "hidden. At most 200 records are shown."));
        page_table(job->page, STR(""), job->shown);
        ok = page_write(job->page, opt_value(job->args, "html", NULL), err);
    }
    table_free(table);
    return ok;
}

static bool open_all(struct job *job, const char **canaries, struct err *err)
{
    int64_t ngram;
    struct leak_options o = {.find = find,
                             .kinds = IDENTIFIER_KIND_COUNT,
                             .canaries = canaries,
                             .canary_count =
                                 opt_value_count(job->args, "canary")};
    if (!opt_int(job->args, "ngram", 0, 3, 64, &ngram, err))
        return false;
    if (!opt_has(job->args, "reference"))
        return err_set(err, ERR_USAGE, "--reference is needed");
    if (o.canary_count > CANARIES_MAX)
        return err_set(err, ERR_USAGE, "--canary: at most %d", CANARIES_MAX);
    o.ngram = (size_t)ngram;
    for (size_t i = 0; i < o.canary_count; i++)
        canaries[i] = opt_value_at(job->args, "canary", i);
    job->leak = leak_open(&o, err);
    const char *path = opt_value(job->args, "per-record", NULL);
    if (!job->leak || (path && !(job->out = sink_open(path, err))))
        return false;
    if (opt_has(job->args, "html")) {
        job->page = page_open(STR("Leaks"), str_of(opt_operand(job->args, 0)));
        job->shown =
            table_new("record", "reference", "units", "shared text", NULL);
    }
    return true;
}

static bool work(struct job *job, struct err *err)
{
    const char *canaries[CANARIES_MAX];
    bool ok = open_all(job, canaries, err);
    for (size_t i = 0; ok && i < opt_value_count(job->args, "reference"); i++)
        ok = each_record(job, opt_value_at(job->args, "reference", i), true,
                         err);
    if (ok)
        leak_seal(job->leak);
    if (ok && leak_units(job->leak) == 0)
        ok = err_set(err, ERR_FORMAT,
                     "--reference: no record with text to compare with");
    ok = ok && each_record(job, opt_operand(job->args, 0), false, err);
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
    int status = work(&job, &err) ? EXIT_STATUS_DONE : cmd_fail(&err);
    if (status == EXIT_STATUS_DONE && (job.leaks || job.bad))
        status = EXIT_STATUS_PARTIAL;
    if (job.bad)
        log_warn("%llu lines are no records and were left out",
                 (unsigned long long)job.bad);
    if (job.page)
        page_close(job.page);
    if (job.shown)
        table_free(job.shown);
    leak_close(job.leak);
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
