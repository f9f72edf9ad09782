/* clean.c - `anamnesis clean`: damaged and unusable records out. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/parallel.h"
#include "base/sink.h"
#include "base/table.h"
#include "base/vec.h"
#include "cmd/cmd.h"
#include "curate/clean.h"
#include "curate/stream.h"

static const struct opt options[] = {
    {"output", 'o', "FILE", "records that are kept, in input order"},
    {"rules", 0, "FILE", "rules of one language instead of the shipped ones"},
    {"rejects", 0, "FILE", "dropped records and unreadable lines with reasons"},
    {"samples", 0, "N", "show up to N samples of every rule (3)"},
    {"case-style", 0, NULL,
     "keep only questions that open like a case (patient, man, woman …)"},
    {0}};

enum { SAMPLES_MAX = 20, KEPT = 0, DROPPED = 1, UNREADABLE = 2, NO_CASE = 3 };

struct tally {
    uint64_t dropped, stripped;
    struct vec samples; /* char *, owned */
};

struct work {
    const struct cleaner *cleaner;
    struct cleaner_worker **workers; /* owned */
    struct arena *arenas;            /* owned; per core */
    struct sink *out, *rejects;
    struct tally *tallies; /* owned; per reason */
    size_t samples_max;
    bool only_cases;
    uint64_t states[4], changed, case_style;
};

static void put_reject(const struct stream_row *row, str id, const char *why,
                       str evidence, struct buf *out)
{
    struct json_out j = json_out(out);
    json_begin(&j, '{');
    json_key(&j, "id");
    json_put_str_or_null(&j, id);
    json_key(&j, "file");
    json_put_str(&j, str_of(row->file));
    json_key(&j, "line");
    json_put_int(&j, (int64_t)row->number);
    json_key(&j, "reason");
    json_put_str(&j, str_of(why));
    json_key(&j, "detail");
    json_put_str_or_null(&j, evidence);
    json_key(&j, "record");
    if (id.len)
        json_put_raw(&j, str_trim(row->line));
    else
        json_put_str(&j, row->line);
    json_end(&j, '}');
    buf_add_char(out, '\n');
}

/* Hands on: the record or nothing in `out`; in `more` the sample, then, behind
 * a NUL byte, the reject. `detail` is reason + 1, or -(strip filter + 1). */
static void clean_row(struct stream_row *row, size_t worker, void *ctx)
{
    struct work *w = ctx;
    struct arena *arena = &w->arenas[worker];
    arena_reset(arena);
    struct record record;
    struct err err = {0};
    if (!record_parse(row->line, arena, &record, &err)) {
        row->tag = UNREADABLE;
        buf_add_char(&row->more, '\0');
        put_reject(row, (str){0}, "unreadable", str_of(err.message),
                   &row->more);
        return;
    }
    struct clean_result result;
    clean(w->workers[worker], &record, arena, &result);
    if (result.changed)
        buf_printf(&row->more, STR_FMT "\n      → " STR_FMT,
                   STR_ARG(result.before), STR_ARG(result.after));
    else
        buf_add(&row->more, result.evidence);
    buf_add_char(&row->more, '\0');
    row->detail = result.reason + 1;
    if (result.reason >= 0) {
        row->tag = DROPPED;
        put_reject(row, record.id,
                   cleaner_reason(w->cleaner, (size_t)result.reason),
                   result.evidence, &row->more);
        return;
    }
    if (w->only_cases && !result.case_style) {
        row->tag = NO_CASE;
        put_reject(row, record.id, "not-case-style", (str){0}, &row->more);
        return;
    }
    if (result.changed)
        for (size_t i = 0; i < cleaner_reason_count(w->cleaner); i++)
            if (result.stripped[i])
                row->detail = -(int64_t)(i + 1);
    row->tag = KEPT;
    if (result.case_style)
        row->index |= (uint64_t)1 << 63;
    record_write(&record, &row->out);
}

static void take_sample(struct work *w, struct tally *tally, const char *text)
{
    if (tally->samples.count >= w->samples_max || !*text)
        return;
    char *copy = mem_copy_string(text, strlen(text));
    for (char *c = copy; *c; c++)
        if (*c == '\n' && strncmp(c, "\n      →", 7) != 0)
            *c = ' ';
    vec_push(&tally->samples, &copy);
}

static bool done_row(struct stream_row *row, void *ctx, struct err *err)
{
    struct work *w = ctx;
    if (cmd_interrupted())
        return err_set(err, ERR_INTERRUPTED, "interrupted");
    w->states[row->tag]++;
    const char *sample = buf_cstr(&row->more);
    if (row->tag == DROPPED) {
        struct tally *tally = &w->tallies[row->detail - 1];
        tally->dropped++;
        take_sample(w, tally, sample);
    } else if (row->tag == KEPT && row->detail < 0) {
        struct tally *tally = &w->tallies[-row->detail - 1];
        tally->stripped++;
        w->changed++;
        take_sample(w, tally, sample);
    }
    w->case_style += row->index >> 63;
    if (w->out && row->tag == KEPT)
        sink_write(w->out, buf_str(&row->out));
    if (w->rejects && row->tag != KEPT) {
        size_t start = strlen(sample) + 1;
        sink_write(w->rejects,
                   str_slice(buf_str(&row->more), start, row->more.len));
    }
    return true;
}

static uint64_t total(const struct work *w)
{
    return w->states[0] + w->states[1] + w->states[2] + w->states[3];
}

static void print_json(const struct work *w)
{
    struct buf out;
    buf_init(&out, 1 << 20);
    struct json_out j = json_out(&out);
    json_begin(&j, '{');
    static const char *const names[] = {"kept", "dropped", "unreadable",
                                        "not_case_style"};
    json_key(&j, "rows");
    json_put_int(&j, (int64_t)total(w));
    for (size_t i = 0; i < 4; i++) {
        json_key(&j, names[i]);
        json_put_int(&j, (int64_t)w->states[i]);
    }
    json_key(&j, "changed");
    json_put_int(&j, (int64_t)w->changed);
    json_key(&j, "case_style");
    json_put_int(&j, (int64_t)w->case_style);
    json_key(&j, "rules");
    json_begin(&j, '{');
    for (size_t i = 0; i < cleaner_reason_count(w->cleaner); i++) {
        json_key(&j, cleaner_reason(w->cleaner, i));
        json_put_int(&j,
                     (int64_t)(w->tallies[i].dropped + w->tallies[i].stripped));
    }
    json_end(&j, '}');
    json_end(&j, '}');
    puts(buf_cstr(&out));
    buf_release(&out);
}

static void print_samples(const struct work *w)
{
    for (size_t i = 0; i < cleaner_reason_count(w->cleaner); i++) {
        const struct tally *tally = &w->tallies[i];
        if (tally->samples.count)
            fprintf(stderr, "%s, for example:\n",
                    cleaner_reason(w->cleaner, i));
        for (size_t k = 0; k < tally->samples.count; k++)
            fprintf(stderr, "    %s\n", *(char **)vec_at(&tally->samples, k));
    }
}

static void print_table(const struct work *w)
{
    if (log_level() == LOG_QUIET)
        return;
    struct table *t = table_new("rule", "dropped", "changed", NULL);
    for (size_t i = 0; i < cleaner_reason_count(w->cleaner); i++)
        table_addf(t, "%s|%llu|%llu", cleaner_reason(w->cleaner, i),
                   (unsigned long long)w->tallies[i].dropped,
                   (unsigned long long)w->tallies[i].stripped);
    if (w->only_cases)
        table_addf(t, "not-case-style|%llu|0",
                   (unsigned long long)w->states[NO_CASE]);
    table_addf(t, "unreadable|%llu|0",
               (unsigned long long)w->states[UNREADABLE]);
    table_addf(t, "kept %llu of %llu rows|%llu|%llu",
               (unsigned long long)w->states[KEPT],
               (unsigned long long)total(w),
               (unsigned long long)(total(w) - w->states[KEPT]),
               (unsigned long long)w->changed);
    table_tint(t, TABLE_SUM);
    struct buf out;
    buf_init(&out, 1 << 20);
    table_write(t, table_style_for(stderr), &out);
    fputs(buf_cstr(&out), stderr);
    buf_release(&out);
    table_free(t);
    print_samples(w);
}

static void work_open(struct work *w, const struct cleaner *cleaner)
{
    size_t count = parallel_workers();
    w->cleaner = cleaner;
    w->workers = mem_zero(count, sizeof(struct cleaner_worker *));
    w->arenas = mem_zero(count, sizeof *w->arenas);
    for (size_t i = 0; i < count; i++) {
        w->workers[i] = cleaner_worker_new(cleaner);
        arena_init(&w->arenas[i]);
    }
    w->tallies = mem_zero(cleaner_reason_count(cleaner), sizeof *w->tallies);
    for (size_t i = 0; i < cleaner_reason_count(cleaner); i++)
        vec_init(&w->tallies[i].samples, sizeof(char *));
}

static void work_close(struct work *w)
{
    for (size_t i = 0; i < parallel_workers(); i++) {
        cleaner_worker_free(w->workers[i]);
        arena_release(&w->arenas[i]);
    }
    for (size_t i = 0; i < cleaner_reason_count(w->cleaner); i++) {
        struct vec *samples = &w->tallies[i].samples;
        for (size_t k = 0; k < samples->count; k++)
            free(*(char **)vec_at(samples, k));
        vec_release(samples);
    }
    free(w->workers);
    free(w->arenas);
    free(w->tallies);
}

static bool close_sink(struct sink *sink, bool ok, struct err *err)
{
    if (sink && ok)
        return sink_close(sink, err);
    if (sink)
        sink_abandon(sink);
    return ok;
}

static bool run_files(const struct args *args, struct work *w, struct err *err)
{
    size_t count = opt_operand_count(args);
    const char **paths = mem_zero(count, sizeof *paths);
    for (size_t i = 0; i < count; i++)
        paths[i] = opt_operand(args, i);
    const char *out = opt_value(args, "output", NULL);
    const char *rejects = opt_value(args, "rejects", NULL);
    bool ok = (!out || (w->out = sink_open(out, err))) &&
              (!rejects || (w->rejects = sink_open(rejects, err))) &&
              stream_run(paths, count, clean_row, done_row, w, err);
    ok = close_sink(w->out, ok, err);
    ok = close_sink(w->rejects, ok, err);
    free(paths);
    return ok;
}

static int run(const struct args *args)
{
    struct err err = {0};
    int64_t samples;
    if (!opt_int(args, "samples", 3, 0, SAMPLES_MAX, &samples, &err))
        return cmd_fail(&err);
    struct cleaner *cleaner =
        cleaner_open(opt_value(args, "rules", NULL), &err);
    if (!cleaner)
        return cmd_fail(&err);
    struct work w = {.samples_max = (size_t)samples,
                     .only_cases = opt_has(args, "case-style")};
    work_open(&w, cleaner);
    int status = EXIT_STATUS_DONE;
    if (!run_files(args, &w, &err))
        status = cmd_fail(&err);
    else if (opt_has(args, "json"))
        print_json(&w);
    else
        print_table(&w);
    if (status == EXIT_STATUS_DONE && w.states[UNREADABLE])
        status = EXIT_STATUS_PARTIAL;
    work_close(&w);
    cleaner_close(cleaner);
    return status;
}

const struct command cmd_clean = {
    .name = "clean",
    .operands = "IN…",
    .summary = "drop damaged and unusable records, strip leftovers of markup",
    .options = options,
    .details = "Counts what every rule dropped or changed and shows samples. "
               "Rows are\n"
               "kept, dropped with the first reason that holds, or unreadable.",
    .examples =
        "anamnesis clean raw.jsonl -o clean.jsonl --rejects dropped.jsonl",
    .operands_min = 1,
    .operands_max = SIZE_MAX,
    .run = run,
};
