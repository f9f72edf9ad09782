/* clean.c - `anamnesis clean`: damaged and unusable records out. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/parallel.h"
#include "base/vec.h"
#include "cmd/results.h"
#include "curate/clean.h"
#include "curate/stream.h"

static const struct opt options[] = {
    {"output", 'o', "FILE",
     "records that are kept, in input order (standard output)"},
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
    struct bad_lines bad;
};

/* Hands on: the record or nothing in `out`; in `more` the sample, then, behind
 * a NUL byte, the reject (of a line that is no record: as stream_parse does).
 * `detail` is reason + 1, or -(strip filter + 1). */
static void clean_row(struct stream_row *row, size_t worker, void *ctx)
{
    struct work *w = ctx;
    struct arena *arena = &w->arenas[worker];
    arena_reset(arena);
    struct record record;
    if (!stream_parse(row, arena, &record)) {
        row->tag = UNREADABLE;
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
        stream_put_reject(row, record.id,
                          cleaner_reason(w->cleaner, (size_t)result.reason),
                          result.evidence, &row->more);
        return;
    }
    if (w->only_cases && !result.case_style) {
        row->tag = NO_CASE;
        stream_put_reject(row, record.id, "not-case-style", (str){0},
                          &row->more);
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
    if (row->tag == UNREADABLE) {
        bad_lines_tell(&w->bad, row->file, row->number, buf_cstr(&row->out));
        if (w->rejects)
            sink_write(w->rejects, buf_str(&row->more));
        return true;
    }
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
    results_put_count(&j, "rows", total(w));
    for (size_t i = 0; i < 4; i++) {
        results_put_count(&j, names[i], w->states[i]);
    }
    results_put_count(&j, "changed", w->changed);
    results_put_count(&j, "case_style", w->case_style);
    json_key(&j, "rules");
    json_begin(&j, '{');
    for (size_t i = 0; i < cleaner_reason_count(w->cleaner); i++) {
        results_put_count(&j, cleaner_reason(w->cleaner, i),
                          w->tallies[i].dropped + w->tallies[i].stripped);
    }
    json_end(&j, '}');
    json_end(&j, '}');
    results_json(&out);
}

static void print_samples(const struct work *w)
{
    if (log_level() == LOG_QUIET)
        return;
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
    results_table(t);
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

static bool run_files(const struct args *args, struct work *w, struct err *err)
{
    const char *rejects = opt_value(args, "rejects", NULL);
    const char **paths = results_paths(args);
    bool ok =
        results_open(args, NULL, &w->out, err) &&
        (!rejects || (w->rejects = sink_open(rejects, err))) &&
        stream_run(paths, opt_operand_count(args), clean_row, done_row, w, err);
    ok = sink_finish(w->out, ok, err);
    ok = sink_finish(w->rejects, ok, err);
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
    int status;
    if (!run_files(args, &w, &err)) {
        status = cmd_fail(&err);
    } else {
        if (opt_has(args, "json"))
            print_json(&w);
        else
            print_table(&w);
        status = results_status(total(&w) - w.states[UNREADABLE], &w.bad);
    }
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
