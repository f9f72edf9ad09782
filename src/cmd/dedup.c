/* dedup.c - `anamnesis dedup`: near-duplicates by Jaccard similarity. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/log.h"
#include "base/mem.h"
#include "cmd/results.h"
#include "curate/dedup_write.h"

static const struct opt options[] = {
    {"output", 'o', "FILE",
     "kept rows, as they were read, in order (standard output)"},
    {"threshold", 't', "X", "smallest Jaccard similarity of a pair (0.8)"},
    {"field", 0, "PART",
     "auto, question, answer, text, patient, doctor or nurse (auto)"},
    {"unit", 0, "UNIT",
     "auto, char or word (auto: char for zh, ja, ko, word otherwise)"},
    {"ngram", 'n', "N", "units in a shingle (5 characters, 3 words)"},
    {"method", 0, "M", "exact (every pair) or minhash (exact)"},
    {"recall", 0, "X",
     "minhash: chance of finding a pair at the threshold (0.99)"},
    {"pairs", 0, "FILE", "write every pair with its similarity and cluster"},
    {"pairs-from", 0, "FILE",
     "take the pairs of an earlier --pairs instead of comparing texts"},
    {"against", 0, "FILE",
     "remove rows that match this file instead of one another (repeatable)"},
    {"rejects", 0, "FILE", "removed and unreadable rows with their reasons"},
    {"sidecar", 0, "FILE", "one line for every row: state, cluster, nearest"},
    {"explain", 0, "ID", "tell why this row was kept or removed"},
    {0}};

static bool read_options(const struct args *args, struct dedup_options *out,
                         struct err *err)
{
    static const char *const units[] = {"auto", "char", "word", NULL};
    static const char *const methods[] = {"exact", "minhash", NULL};
    size_t part, unit, method;
    int64_t length;
    if (!fraction_parse(str_of(opt_value(args, "threshold", "0.8")),
                        &out->threshold, err)) {
        err->code = ERR_USAGE;
        return err_wrap(err, "--threshold");
    }
    if (out->threshold.numerator == 0)
        return err_set(err, ERR_USAGE,
                       "--threshold: found 0, allowed: above 0, at most 1");
    if (!opt_choice(args, "field", "auto", part_names, &part, err) ||
        !opt_choice(args, "unit", "auto", units, &unit, err) ||
        !opt_choice(args, "method", "exact", methods, &method, err) ||
        !opt_int(args, "ngram", 0, 1, SHINGLE_LENGTH_MAX, &length, err) ||
        !opt_number(args, "recall", 0.99, 0.5, 0.9999, &out->recall, err) ||
        !cmd_seed(args, &out->seed, err))
        return false;
    out->part = (enum part)part;
    out->unit_by_language = unit == 0;
    out->unit = unit == 2 ? SHINGLE_WORDS : SHINGLE_CHARS;
    out->length = (size_t)length;
    out->method = (enum dedup_method)method;
    out->pairs_are_given = opt_has(args, "pairs-from");
    return true;
}

/* Says before the work what it will take. */
static bool tell_estimate(const struct args *args, const struct dedup *dedup,
                          struct err *err)
{
    size_t count = opt_operand_count(args),
           extra = opt_value_count(args, "against");
    const char **paths = mem_zero(count + extra, sizeof *paths);
    for (size_t i = 0; i < count; i++)
        paths[i] = opt_operand(args, i);
    for (size_t i = 0; i < extra; i++)
        paths[count + i] = opt_value_at(args, "against", i);
    uint64_t bytes, rows;
    bool ok = dedup_estimate(dedup, paths, count + extra, &bytes, &rows, err);
    if (ok)
        log_info("dedup: about %llu rows, at most about %.0f MB of memory",
                 (unsigned long long)rows, (double)bytes / 1e6 + 30);
    free(paths);
    return ok;
}

static bool read_all(const struct args *args, struct dedup *dedup,
                     struct err *err)
{
    for (size_t i = 0; i < opt_operand_count(args); i++)
        if (!dedup_read(dedup, opt_operand(args, i), err))
            return false;
    for (size_t i = 0; i < opt_value_count(args, "against"); i++)
        if (!dedup_read_reference(dedup, opt_value_at(args, "against", i), err))
            return false;
    return true;
}

/* "kept.jsonl.gz" → "kept.rejects.jsonl" */
static char *rejects_beside(const char *output)
{
    str name = str_of(output);
    static const char *const ends[] = {".gz", ".zst", ".jsonl", ".json"};
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        if (str_ends_with(name, str_of(ends[i])))
            name.len -= strlen(ends[i]);
    struct buf path;
    buf_init(&path, 1 << 16);
    buf_printf(&path, STR_FMT ".rejects.jsonl", STR_ARG(name));
    return buf_take(&path);
}

static bool write_all(const struct args *args, struct dedup *dedup,
                      struct err *err)
{
    static const char *const instead[] = {"pairs", "sidecar", "explain", NULL};
    const char *output = results_target(args, instead);
    bool is_file =
        output && strcmp(output, "-") != 0 && strncmp(output, "/dev/", 5) != 0;
    char *beside = is_file ? rejects_beside(output) : NULL;
    struct dedup_files files = {.kept = output,
                                .rejects = opt_value(args, "rejects", beside),
                                .sidecar = opt_value(args, "sidecar", NULL)};
    bool ok = true;
    if (opt_has(args, "pairs"))
        ok = dedup_write_pairs(dedup, opt_value(args, "pairs", NULL), err);
    if (ok && (files.kept || files.rejects || files.sidecar))
        ok = dedup_write_rows(dedup, &files, err);
    free(beside);
    return ok;
}

struct figure {
    const char *name;
    uint64_t value;
};

static void print_json(const struct dedup_counts *counts,
                       const struct figure *figures, size_t count,
                       const struct args *args, double seconds)
{
    struct buf out;
    buf_init(&out, 1 << 16);
    struct json_out j = json_out(&out);
    json_begin(&j, '{');
    for (size_t i = 0; i < count; i++) {
        results_put_count(&j, figures[i].name, figures[i].value);
    }
    json_add_number(&j, "threshold",
                    strtod(opt_value(args, "threshold", "0.8"), NULL));
    json_add_str(&j, "method", str_of(opt_value(args, "method", "exact")));
    json_add_number(&j, "expected_recall", counts->expected_recall);
    json_add_number(&j, "seconds", seconds);
    json_end(&j, '}');
    results_json(&out);
}

static void print_table(const struct figure *figures, size_t count,
                        double seconds)
{
    struct table *t = table_new("dedup", "", NULL);
    struct buf cell;
    buf_init(&cell, 64);
    for (size_t i = 0; i < count; i++) {
        buf_reset(&cell);
        table_put_count(&cell, figures[i].value);
        table_add(t, figures[i].name, buf_cstr(&cell), NULL);
    }
    table_addf(t, "seconds|%.2f", seconds);
    buf_release(&cell);
    results_table(t);
}

static void print_summary(const struct args *args, struct dedup *dedup,
                          double seconds)
{
    struct dedup_counts c = dedup_count(dedup);
    const struct figure figures[] = {
        {"rows", c.rows},
        {"kept", c.kept},
        {"removed", c.removed},
        {"unreadable", c.unreadable},
        {"empty", c.empty},
        {"identical", c.identical},
        {"reference_rows", c.reference_rows},
        {"reference_unreadable", c.reference_unreadable},
        {"pairs", c.pairs},
        {"clusters", c.clusters},
        {"largest_cluster", c.largest_cluster},
        {"candidates", c.candidates},
        {"cut_buckets", c.cut_buckets},
        {"hashed_anew", c.hashed_anew}};
    size_t count = sizeof figures / sizeof *figures;
    if (opt_has(args, "json"))
        print_json(&c, figures, count, args, seconds);
    else
        print_table(figures, count, seconds);
}

static bool work(const struct args *args, struct dedup *dedup, struct err *err)
{
    int64_t start = clock_now_ms();
    if (!tell_estimate(args, dedup, err) || !read_all(args, dedup, err))
        return false;
    if (opt_has(args, "pairs-from")
            ? !dedup_find_in(dedup, opt_value(args, "pairs-from", NULL), err)
            : !dedup_find(dedup, err))
        return false;
    if (!write_all(args, dedup, err))
        return false;
    if (opt_has(args, "explain")) {
        struct buf out;
        buf_init(&out, 64 << 20);
        bool ok = dedup_explain(dedup, str_of(opt_value(args, "explain", NULL)),
                                &out, err);
        if (ok)
            fputs(buf_cstr(&out), stdout);
        buf_release(&out);
        if (!ok)
            return false;
    }
    print_summary(args, dedup, (double)(clock_now_ms() - start) / 1000);
    return true;
}

static int status_of(struct dedup *dedup)
{
    struct bad_lines bad = {0};
    for (size_t i = 0; i < dedup_row_count(dedup); i++) {
        struct row row = dedup_row(dedup, i).row;
        if (row.unreadable.len)
            bad_lines_tell(&bad, row.file, row.line, row.unreadable.ptr);
    }
    struct dedup_counts c = dedup_count(dedup);
    if (c.reference_unreadable)
        log_warn("%llu lines of --against are no records and match nothing",
                 (unsigned long long)c.reference_unreadable);
    return results_status(c.rows - c.unreadable, &bad);
}

static int run(const struct args *args)
{
    struct err err = {0};
    struct dedup_options parsed = {0};
    if (!read_options(args, &parsed, &err))
        return cmd_fail(&err);
    if (parsed.pairs_are_given && opt_has(args, "against")) {
        err_set(&err, ERR_USAGE,
                "--pairs-from and --against do not go together");
        return cmd_fail(&err);
    }
    struct dedup *dedup = dedup_new(&parsed);
    int status;
    if (!work(args, dedup, &err))
        status = cmd_fail(&err);
    else
        status = status_of(dedup);
    dedup_free(dedup);
    return status;
}

const struct command cmd_dedup = {
    .name = "dedup",
    .operands = "IN…",
    .summary = "find and remove near-duplicates by Jaccard similarity",
    .options = options,
    .details =
        "Finds every pair of rows whose shingle sets have a Jaccard "
        "similarity\n"
        "of the threshold or more. Rows that hang together through pairs are "
        "a\n"
        "cluster; its first row is kept, in input order. With -o FILE the "
        "rows\n"
        "that are not kept go to FILE's neighbour NAME.rejects.jsonl, unless\n"
        "--rejects names another file. Without -o the kept rows go to "
        "standard\n"
        "output, unless --pairs, --sidecar, --explain or --json asks for "
        "something else.\n"
        "Exit status 3: some rows were no records.\n\n"
        "A text is folded (Unicode's toNFKC_Casefold, which drops variation\n"
        "selectors and other ignorable code points) and cut into units: its\n"
        "letters, marks and numbers (char), or its words by UAX #29 (word).\n"
        "A shingle is n units in a row, as a string; a text of fewer units is\n"
        "one shingle, a text of none has no pairs. Similarity is shared / all\n"
        "different shingles of both, compared with the threshold in whole\n"
        "numbers: 0.8 is 4/5.",
    .examples =
        "anamnesis dedup questions.jsonl -o clean.jsonl\n"
        "anamnesis dedup a.jsonl b.jsonl --pairs pairs.jsonl --threshold 0.7\n"
        "anamnesis dedup train.jsonl --against test.jsonl -o train-clean.jsonl",
    .operands_min = 1,
    .operands_max = SIZE_MAX,
    .run = run,
};
