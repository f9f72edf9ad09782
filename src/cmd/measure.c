/* measure.c - `anamnesis measure`: what corpora look like, side by side. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/csv.h"
#include "base/fs.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/sink.h"
#include "base/table.h"
#include "cmd/cmd.h"
#include "cmd/scores.h"
#include "measure/corpus.h"
#include "measure/profile.h"
#include "measure/report.h"

enum { SHOWN = 10 }; /* items of a profile on a terminal */

static const struct opt options[] = {
    {"reference", 'r', "FILE", "compare every corpus with this one"},
    {"metrics", 'm', "LIST",
     "structure, vocabulary, domain, conversation, reference, or names of "
     "metrics, separated by commas (all)"},
    {"per-record", 0, "FILE", "write the values of every record (JSONL)"},
    {"html", 0, "FILE", "write a report with charts"},
    {"csv", 0, "FILE", "write the table as CSV"},
    {"markdown", 0, "FILE", "write the table as Markdown"},
    {"tokens", 0, "UNIT", "word or char (word)"},
    {"window", 0, "N", "tokens in a window of MSTTR and MATTR (50)"},
    {"draws", 0, "N", "tokens drawn by HD-D (42)"},
    {"mtld-threshold", 0, "X", "TTR at which an MTLD factor ends (0.72)"},
    {"terms", 0, "FILE",
     "more medical terms: one a line, SNOMED CT RF2 descriptions, or Open "
     "Dutch WordNet (LMF XML)"},
    {"vectors", 0, "FILE",
     "word vectors as text, for nclid (word2vec, GloVe, fastText)"},
    {0}};

struct job {
    const struct args *args;
    struct measure_options options;
    struct measure_setup *setup;
    struct corpus **corpora, *reference; /* owned */
    struct metrics *lists;               /* owned, of each corpus; then */
    const char **files;                  /* of the reference, likewise */
    size_t count;                        /* without the reference */
    size_t columns;                      /* with it */
    struct sink *records;
    struct buf line;
    const char *file; /* being read */
};

static bool wanted(const struct args *args, const char *family,
                   const char *name)
{
    str rest = str_of(opt_value(args, "metrics", "")), word;
    if (rest.len == 0)
        return true;
    while (str_next(&rest, ',', &word)) {
        word = str_trim(word);
        if (str_equal(word, str_of(family)) || str_equal(word, str_of(name)))
            return true;
    }
    return false;
}

/* Which families must be computed for the list; all when a word is none. */
static void choose_families(const struct args *args, bool *families)
{
    str rest = str_of(opt_value(args, "metrics", "")), word;
    bool all = rest.len == 0;
    while (!all && str_next(&rest, ',', &word)) {
        size_t found = FAMILY_COUNT;
        word = str_trim(word);
        for (size_t i = 0; i < FAMILY_COUNT; i++)
            if (str_equal(word, str_of(feature_family_names[i])))
                found = i;
        for (size_t i = 0; i < FEATURE_COUNT; i++)
            if (str_equal(word, str_of(feature_infos[i].name)))
                found = feature_infos[i].family;
        all = found == FAMILY_COUNT;
        if (!all)
            families[found] = true;
    }
    for (size_t i = 0; all && i < FAMILY_COUNT; i++)
        families[i] = true;
}

/* The word is a family or a metric of the list; `err` names the nearest. */
static bool check_name(const struct job *job, str word,
                       const struct metrics *known, struct err *err)
{
    struct vec names;
    vec_init(&names, sizeof(const char *));
    for (size_t i = 0; i < FAMILY_COUNT; i++)
        vec_push(&names, &feature_family_names[i]);
    bool found = false, distance = false;
    for (size_t i = 0; i < known->items.count; i++) {
        const struct metric *m = metrics_at(known, i);
        bool is = str_equal(word, str_of(m->name)) ||
                  str_equal(word, str_of(m->family));
        found = found || is;
        distance = distance || (is && strcmp(m->family, "reference") == 0);
        vec_push(&names, &m->name);
    }
    for (size_t i = 0; i < FAMILY_COUNT; i++)
        found = found || str_equal(word, str_of(feature_family_names[i]));
    const char *nearest = opt_nearest(word, names.items, names.count);
    vec_release(&names);
    if (distance && !opt_has(job->args, "reference"))
        return err_set(err, ERR_USAGE,
                       "--metrics: '" STR_FMT "' needs --reference",
                       STR_ARG(word));
    if (found)
        return true;
    return err_set(err, ERR_USAGE,
                   "--metrics: '" STR_FMT
                   "' is no family and no metric%s%s%s (families: structure, "
                   "vocabulary, domain, conversation, reference)",
                   STR_ARG(word), nearest ? "; did you mean " : "",
                   nearest ? nearest : "", nearest ? "?" : "");
}

/* An empty corpus knows all names. */
static bool check_names(const struct job *job, struct err *err)
{
    str rest = str_of(opt_value(job->args, "metrics", "")), word;
    if (rest.len == 0)
        return true;
    struct corpus *empty = corpus_new(job->setup, err);
    if (!empty)
        return false;
    struct metrics known;
    metrics_init(&known);
    for (size_t i = 0; i < LANG_COUNT; i++)
        empty->listed[i] = true;
    corpus_metrics(empty, empty, &known);
    bool ok = true;
    while (ok && str_next(&rest, ',', &word))
        ok = check_name(job, str_trim(word), &known, err);
    metrics_release(&known);
    corpus_free(empty);
    return ok;
}

static bool read_options(struct job *job, struct err *err)
{
    static const char *const units[] = {"word", "char", NULL};
    const struct args *args = job->args;
    struct measure_options *o = &job->options;
    size_t unit;
    int64_t window, draws;
    if (!opt_choice(args, "tokens", "word", units, &unit, err) ||
        !opt_int(args, "window", 50, 1, 1000000, &window, err) ||
        !opt_int(args, "draws", 42, 1, 1000000, &draws, err) ||
        !opt_number(args, "mtld-threshold", 0.72, 0.01, 0.99,
                    &o->feature.threshold, err) ||
        !cmd_seed(args, &o->seed, err))
        return false;
    o->unit = unit ? TOKEN_CHAR : TOKEN_WORD;
    o->feature.window = (size_t)window;
    o->feature.draws = (size_t)draws;
    o->terms = opt_value(args, "terms", NULL);
    o->vectors = opt_value(args, "vectors", NULL);
    choose_families(args, o->families);
    return true;
}

/* {"id":…,"file":…,"line":…,"mtld":…}; null where undefined. */
static bool put_record(str id, uint64_t number, const double *values, void *ctx,
                       struct err *err)
{
    struct job *job = ctx;
    buf_reset(&job->line);
    struct json_out j = json_out(&job->line);
    json_begin(&j, '{');
    json_add_str(&j, "id", id);
    json_add_str(&j, "file", str_of(job->file));
    json_add_int(&j, "line", (int64_t)number);
    for (size_t i = 0; i < FEATURE_COUNT; i++) {
        const struct feature_info *info = &feature_infos[i];
        const char *family = feature_family_names[info->family];
        if (!wanted(job->args, family, info->name))
            continue;
        json_key(&j, info->name);
        if (isnan(values[i]))
            json_put_null(&j);
        else
            json_put_number(&j, values[i]);
    }
    json_end(&j, '}');
    buf_add_char(&job->line, '\n');
    (void)err;
    return sink_write(job->records, buf_str(&job->line)) || true;
}

static bool read_one(struct job *job, const char *path, bool records,
                     struct corpus **corpus, struct err *err)
{
    *corpus = corpus_new(job->setup, err);
    job->file = path;
    return *corpus &&
           corpus_read(*corpus, path,
                       records && job->records ? put_record : NULL, job, err);
}

static bool read_all(struct job *job, struct err *err)
{
    job->setup = measure_setup_open(&job->options, err);
    if (!job->setup || !check_names(job, err))
        return false;
    const char *path = opt_value(job->args, "per-record", NULL);
    if (path && !(job->records = sink_open(path, err)))
        return false;
    bool ok = true;
    for (size_t i = 0; ok && i < job->count; i++)
        ok = read_one(job, job->files[i], true, &job->corpora[i], err);
    if (job->records && ok)
        ok = sink_close(job->records, err);
    else if (job->records)
        sink_abandon(job->records);
    job->records = NULL;
    path = opt_value(job->args, "reference", NULL);
    if (path && ok) {
        job->files[job->columns++] = path;
        ok = read_one(job, path, false, &job->reference, err);
    }
    return ok;
}

/* The list of one column, what was not asked for left out. */
static void list_metrics(struct job *job, struct corpus *corpus,
                         struct metrics *list)
{
    struct metrics all;
    metrics_init(&all);
    corpus_metrics(corpus, job->reference, &all);
    for (size_t k = 0; k < all.items.count; k++) {
        const struct metric *m = metrics_at(&all, k);
        if (!wanted(job->args, m->family, m->name))
            continue;
        bool itself =
            corpus == job->reference && strcmp(m->family, "reference") == 0;
        const char *why = itself ? "this is the reference" : m->why;
        struct metric *kept =
            why ? metrics_undefined(list, m->family, m->name, why, m->signature)
                : metrics_add(list, m->family, m->name, m->value, m->signature);
        kept->has_interval = m->has_interval;
        kept->low = m->low;
        kept->high = m->high;
    }
    metrics_release(&all);
}

static void finish(struct job *job)
{
    struct corpus **all = mem_zero(job->columns, sizeof(struct corpus *));
    for (size_t i = 0; i < job->columns; i++)
        all[i] = i < job->count ? job->corpora[i] : job->reference;
    corpus_list_together(all, job->columns);
    for (size_t i = 0; i < job->columns; i++)
        list_metrics(job, all[i], &job->lists[i]);
    free(all);
}

/* One rank a row, one corpus a column: "cough 642". */
static void add_profile(const struct job *job, enum profile_kind kind,
                        enum table_style style, struct buf *out)
{
    struct vec *items = mem_zero(job->count, sizeof *items);
    str *cells = mem_zero(job->count + 1, sizeof *cells);
    struct arena arena;
    arena_init(&arena);
    size_t rows = 0;
    cells[0] = str_of(profile_names[kind]);
    for (size_t i = 0; i < job->count; i++) {
        vec_init(&items[i], sizeof(struct profile_item));
        profile_rank(job->corpora[i], kind, SHOWN, &items[i]);
        rows = items[i].count > rows ? items[i].count : rows;
        cells[i + 1] = fs_base_name(str_of(job->files[i]));
    }
    struct table *table = table_new_of(cells, job->count + 1);
    for (size_t row = 0; row < rows; row++) {
        cells[0] = arena_printf(&arena, "%zu", row + 1);
        for (size_t i = 0; i < job->count; i++) {
            cells[i + 1] = STR("");
            if (row >= items[i].count)
                continue;
            const struct profile_item *item = vec_at(&items[i], row);
            cells[i + 1] =
                arena_printf(&arena, STR_FMT " %llu", STR_ARG(item->label),
                             (unsigned long long)item->count);
        }
        table_add_cells(table, cells, job->count + 1);
    }
    if (rows) {
        table_write(table, style, out);
        buf_add_char(out, '\n');
    }
    table_free(table);
    for (size_t i = 0; i < job->count; i++)
        vec_release(&items[i]);
    arena_release(&arena);
    free(items);
    free(cells);
}

/* What the corpora speak about, below the metrics; nothing when metrics were
 * chosen. */
static void put_profiles(const struct job *job, enum table_style style,
                         struct buf *out)
{
    if (opt_has(job->args, "metrics"))
        return;
    for (size_t kind = 0; kind < PROFILE_COUNT; kind++)
        add_profile(job, (enum profile_kind)kind, style, out);
}

static bool write_markdown(const struct job *job, const struct scores *scores,
                           const char *path, struct err *err)
{
    struct buf profiles;
    buf_init(&profiles, BUF_MAX);
    put_profiles(job, TABLE_MARKDOWN, &profiles);
    bool ok = scores_write_markdown(scores, buf_str(&profiles), path, err);
    buf_release(&profiles);
    return ok;
}

static void print_tables(const struct job *job, const struct scores *scores)
{
    struct buf profiles;
    buf_init(&profiles, BUF_MAX);
    put_profiles(job, table_style_for(stdout), &profiles);
    scores_print(scores);
    fputs(buf_cstr(&profiles), stdout);
    buf_release(&profiles);
}

static void put_corpus(const struct job *job, size_t column,
                       const struct corpus *corpus, struct json_out *j)
{
    json_begin(j, '{');
    json_add_str(j, "file", str_of(job->files[column]));
    json_add_int(j, "records", (int64_t)corpus->records);
    json_add_int(j, "bad_lines", (int64_t)corpus->bad);
    json_key(j, "metrics");
    metrics_write_json(&job->lists[column], j);
    profile_write_json(corpus, j);
    json_end(j, '}');
}

static void print_json(const struct job *job)
{
    struct buf out;
    buf_init(&out, BUF_MAX);
    struct json_out j = json_out(&out);
    json_begin(&j, '{');
    json_key(&j, "corpora");
    json_begin(&j, '[');
    for (size_t i = 0; i < job->count; i++)
        put_corpus(job, i, job->corpora[i], &j);
    json_end(&j, ']');
    json_key(&j, "reference");
    if (job->reference)
        put_corpus(job, job->count, job->reference, &j);
    else
        json_put_null(&j);
    json_end(&j, '}');
    puts(buf_cstr(&out));
    buf_release(&out);
}

static bool write_outputs(struct job *job, struct err *err)
{
    struct scores scores = {job->files, job->lists, job->columns};
    const char *path = opt_value(job->args, "csv", NULL);
    if (path && !scores_write_csv(&scores, path, err))
        return false;
    path = opt_value(job->args, "markdown", NULL);
    if (path && !write_markdown(job, &scores, path, err))
        return false;
    path = opt_value(job->args, "html", NULL);
    if (path) {
        struct measure_report report = {.corpora = job->corpora,
                                        .reference = job->reference,
                                        .lists = job->lists,
                                        .files = job->files,
                                        .count = job->count};
        if (!measure_report_write(&report, path, err))
            return false;
    }
    if (opt_has(job->args, "json"))
        print_json(job);
    else
        print_tables(job, &scores);
    return true;
}

static void release(struct job *job)
{
    for (size_t i = 0; i < job->count; i++)
        corpus_free(job->corpora[i]);
    for (size_t i = 0; i <= job->count; i++)
        metrics_release(&job->lists[i]);
    corpus_free(job->reference);
    measure_setup_close(job->setup);
    free(job->corpora);
    free(job->lists);
    free(job->files);
    buf_release(&job->line);
}

static int status_of(const struct job *job)
{
    uint64_t bad = job->reference ? job->reference->bad : 0, good = 0;
    for (size_t i = 0; i < job->count; i++) {
        if (job->corpora[i]->bad)
            log_warn("%s: %llu lines are no records and were left out",
                     job->files[i], (unsigned long long)job->corpora[i]->bad);
        bad += job->corpora[i]->bad;
        good += job->corpora[i]->records;
    }
    if (good == 0) {
        struct err err = {0};
        err_set(&err, ERR_FORMAT, "there is no record in any file");
        return cmd_fail(&err);
    }
    if (job->reference && job->reference->records == 0)
        log_warn("--reference: there is no record in the file");
    return bad ? EXIT_STATUS_PARTIAL : EXIT_STATUS_DONE;
}

static int run(const struct args *args)
{
    struct err err = {0};
    struct job job = {.args = args, .count = opt_operand_count(args)};
    job.corpora = mem_zero(job.count, sizeof *job.corpora);
    job.lists = mem_zero(job.count + 1, sizeof *job.lists);
    job.files = mem_zero(job.count + 1, sizeof *job.files);
    job.columns = job.count;
    buf_init(&job.line, BUF_MAX);
    for (size_t i = 0; i <= job.count; i++)
        metrics_init(&job.lists[i]);
    for (size_t i = 0; i < job.count; i++)
        job.files[i] = opt_operand(args, i);
    bool ok = read_options(&job, &err) && read_all(&job, &err);
    if (ok) {
        finish(&job);
        ok = write_outputs(&job, &err);
    }
    int status = ok ? status_of(&job) : cmd_fail(&err);
    release(&job);
    return status;
}

const struct command cmd_measure = {
    .name = "measure",
    .operands = "IN…",
    .summary = "measure corpora: structure, vocabulary, domain, conversation",
    .options = options,
    .details =
        "Shows the metrics of every file side by side, each with a signature:\n"
        "two values are comparable exactly when their signatures are equal.\n"
        "Means over records come with 95 % intervals. docs/metrics.md "
        "explains\n"
        "every metric. Exit status 3: some lines were no records; 1: no file\n"
        "holds a record (the values are shown as undefined).",
    .examples = "anamnesis measure dialogues.jsonl\n"
                "anamnesis measure ours.jsonl theirs.jsonl --html report.html\n"
                "anamnesis measure ours.jsonl --reference real.jsonl --metrics "
                "structure,reference --json",
    .operands_min = 1,
    .operands_max = 32,
    .run = run,
};
