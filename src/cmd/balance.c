/* balance.c - `anamnesis balance`: strata, tempered targets, weights. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/csv.h"
#include "base/json.h"
#include "base/log.h"
#include "cmd/results.h"
#include "curate/balance.h"
#include "curate/key.h"

static const struct opt options[] = {
    {"output", 'o', "FILE",
     "the balanced set, in input order (standard output)"},
    {"by", 0, "KEYS", "what makes a stratum, with commas (task,specialty)"},
    {"tau", 0, "X", "1 = shares as they are, 0 = all strata alike (0.5)"},
    {"shares", 0, "FILE", "CSV stratum,share instead of --tau"},
    {"rows", 0, "N", "size of the balanced set (as many as came in)"},
    {"cap", 0, "X", "a row stands at most this often (3)"},
    {"weights", 0, "FILE", "a weight for every input row, for training"},
    {"beta", 0, "X", "of the effective-number weights (0.999)"},
    {0}};

static bool read_shares(const char *path, struct balance *b, struct err *err)
{
    struct csv *in = csv_open(path, (struct csv_options){.header = true}, err);
    if (!in)
        return false;
    size_t stratum, share;
    struct csv_row row;
    struct err broken = {0};
    bool ok = csv_need_column(in, "stratum", &stratum, err) &&
              csv_need_column(in, "share", &share, err);
    while (ok && csv_next(in, &row, &broken)) {
        double value;
        ok = row.fault == NULL && str_to_double(csv_cell(&row, share), &value);
        if (!ok)
            err_set(err, ERR_FORMAT, "%s:%llu: %s", path,
                    (unsigned long long)row.line,
                    row.fault ? row.fault : "the share is no number");
        else if (!balance_share(b, csv_cell(&row, stratum), value, err))
            ok = err_wrap(err, "%s:%llu", path, (unsigned long long)row.line);
    }
    csv_close(in);
    if (ok && broken.code != ERR_NONE) {
        *err = broken;
        ok = err_wrap(err, "%s", path);
    }
    return ok;
}

/* Rows that lack a value for at least one key. */
static uint64_t add_rows(const struct record_set *set, const struct list *keys,
                         struct balance *b)
{
    uint64_t missing = 0;
    struct arena arena;
    arena_init(&arena);
    for (size_t i = 0; i < set->records.count; i++) {
        arena_reset(&arena);
        const struct record *record = LIST_AT(set->records, struct record, i);
        bool known = true;
        for (size_t k = 0; k < keys->count; k++)
            known =
                known && key_value(record, *LIST_AT(*keys, str, k), &arena).len;
        missing += !known;
        balance_add(b, record->id, keys_value(record, keys, &arena));
    }
    arena_release(&arena);
    return missing;
}

/* Copies after the first have an id of their own and say what they copy. */
static void put_copy(const struct record *record, size_t copy,
                     struct arena *arena, struct buf *line)
{
    struct record out = *record;
    if (copy > 0) {
        out.id =
            arena_printf(arena, STR_FMT "~%zu", STR_ARG(record->id), copy + 1);
        out.meta =
            list_make(arena, record->meta.count + 1, sizeof(struct pair));
        if (record->meta.count)
            memcpy(out.meta.items, record->meta.items,
                   record->meta.count * sizeof(struct pair));
        *LIST_AT(out.meta, struct pair, record->meta.count) =
            (struct pair){STR("copy_of"), record->id};
        out.meta.count = record->meta.count + 1;
    }
    record_write(&out, line);
}

static void write_set(const struct record_set *set, const struct balance *b,
                      struct sink *sink)
{
    struct buf line;
    buf_init(&line, BUF_MAX);
    struct arena arena;
    arena_init(&arena);
    for (size_t i = 0; i < set->records.count; i++) {
        arena_reset(&arena);
        buf_reset(&line);
        for (size_t k = 0; k < balance_copies(b, i); k++)
            put_copy(LIST_AT(set->records, struct record, i), k, &arena, &line);
        sink_write(sink, buf_str(&line));
    }
    arena_release(&arena);
    buf_release(&line);
}

static bool write_weights(const struct record_set *set, const struct balance *b,
                          const char *path, struct err *err)
{
    struct sink *sink = sink_open(path, err);
    if (!sink)
        return false;
    struct buf line;
    buf_init(&line, BUF_MAX);
    for (size_t i = 0; i < set->records.count; i++) {
        struct balance_stratum s = balance_stratum(b, balance_stratum_of(b, i));
        buf_reset(&line);
        struct json_out j = json_out(&line);
        json_begin(&j, '{');
        json_add_str(&j, "id", LIST_AT(set->records, struct record, i)->id);
        json_add_str(&j, "stratum", s.name);
        results_put_count(&j, "copies", balance_copies(b, i));
        json_add_number(&j, "weight", s.weight);
        json_add_number(&j, "weight_effective", s.weight_effective);
        json_end(&j, '}');
        buf_add_char(&line, '\n');
        sink_write(sink, buf_str(&line));
    }
    buf_release(&line);
    return sink_close(sink, err);
}

struct totals {
    uint64_t rows, missing, drawn, repeated, unreadable;
};

static void print_json(const struct balance *b, const struct totals *totals)
{
    struct buf out;
    buf_init(&out, BUF_MAX);
    struct json_out j = json_out(&out);
    json_begin(&j, '{');
    const struct {
        const char *name;
        uint64_t value;
    } figures[] = {{"rows", totals->rows},
                   {"unreadable", totals->unreadable},
                   {"missing", totals->missing},
                   {"drawn", totals->drawn},
                   {"repeated", totals->repeated}};
    for (size_t i = 0; i < sizeof figures / sizeof *figures; i++) {
        results_put_count(&j, figures[i].name, figures[i].value);
    }
    json_add_number(&j, "coverage_entropy", balance_entropy(b));
    json_key(&j, "strata");
    json_begin(&j, '[');
    for (size_t i = 0; i < balance_stratum_count(b); i++) {
        struct balance_stratum s = balance_stratum(b, i);
        json_begin(&j, '{');
        json_add_str(&j, "stratum", s.name);
        results_put_count(&j, "rows", s.rows);
        json_add_number(&j, "share", s.share);
        results_put_count(&j, "target", s.target);
        results_put_count(&j, "drawn", s.drawn);
        results_put_count(&j, "repeated", s.repeated);
        json_add_number(&j, "weight", s.weight);
        json_add_number(&j, "weight_effective", s.weight_effective);
        json_end(&j, '}');
    }
    json_end(&j, ']');
    json_end(&j, '}');
    results_json(&out);
}

static void print_table(const struct balance *b, const struct totals *totals)
{
    struct table *t = table_new("stratum", "rows", "target", "drawn",
                                "repeated", "weight", NULL);
    for (size_t i = 0; i < balance_stratum_count(b); i++) {
        struct balance_stratum s = balance_stratum(b, i);
        table_addf(t, STR_FMT "|%llu|%llu|%llu|%llu|%.3f", STR_ARG(s.name),
                   (unsigned long long)s.rows, (unsigned long long)s.target,
                   (unsigned long long)s.drawn, (unsigned long long)s.repeated,
                   s.weight);
    }
    results_table(t);
    log_info("%llu rows in, %llu drawn, %llu repeated; %llu lack a key; "
             "coverage entropy %.3f",
             (unsigned long long)totals->rows,
             (unsigned long long)totals->drawn,
             (unsigned long long)totals->repeated,
             (unsigned long long)totals->missing, balance_entropy(b));
}

static bool plan(const struct args *args, struct balance *b, struct err *err)
{
    struct balance_options o = {0};
    int64_t rows;
    if (!opt_number(args, "tau", 0.5, 0, 1, &o.tau, err) ||
        !opt_number(args, "cap", 3, 1, 1000, &o.cap, err) ||
        !opt_number(args, "beta", 0.999, 0.001, 0.9999999, &o.beta, err) ||
        !opt_int(args, "rows", 0, 1, 1000000000, &rows, err))
        return false;
    o.rows = (uint64_t)rows;
    const char *shares = opt_value(args, "shares", NULL);
    if (shares && !read_shares(shares, b, err))
        return false;
    balance_plan(b, &o);
    return true;
}

static bool work(const struct args *args, const struct record_set *set,
                 uint64_t seed, const struct list *keys, struct err *err)
{
    struct balance *b = balance_new(seed);
    struct totals totals = {.rows = set->records.count,
                            .unreadable = set->bad_count};
    totals.missing = add_rows(set, keys, b);
    static const char *const instead[] = {"weights", NULL};
    struct sink *out = NULL;
    const char *weights = opt_value(args, "weights", NULL);
    bool ok = plan(args, b, err) && results_open(args, instead, &out, err);
    if (ok && out)
        write_set(set, b, out);
    ok = sink_finish(out, ok, err) &&
         (!weights || write_weights(set, b, weights, err));
    for (size_t i = 0; ok && i < balance_stratum_count(b); i++) {
        totals.drawn += balance_stratum(b, i).drawn;
        totals.repeated += balance_stratum(b, i).repeated;
    }
    if (ok && opt_has(args, "json"))
        print_json(b, &totals);
    else if (ok)
        print_table(b, &totals);
    balance_free(b);
    return ok;
}

static int run(const struct args *args)
{
    struct err err = {0};
    struct arena arena;
    arena_init(&arena);
    struct list keys;
    uint64_t seed;
    const char **paths = results_paths(args);
    struct bad_lines bad = {0};
    struct record_set set;
    int status;
    if (!keys_parse(str_of(opt_value(args, "by", "task,specialty")), &arena,
                    &keys, &err) ||
        !cmd_seed(args, &seed, &err) ||
        !record_set_load(&set, opt_operand_count(args), paths,
                         bad_lines_callback, &bad, &err)) {
        status = cmd_fail(&err);
    } else {
        status = work(args, &set, seed, &keys, &err)
                     ? results_status(set.records.count, &bad)
                     : cmd_fail(&err);
        record_set_release(&set);
    }
    free(paths);
    arena_release(&arena);
    return status;
}

const struct command cmd_balance = {
    .name = "balance",
    .operands = "IN…",
    .summary = "even out strata by drawing, repeating and weights",
    .options = options,
    .details = "Strata larger than their target are drawn from, smaller ones "
               "repeated\n"
               "up to --cap times. Copies have ids of their own (ID~2) and "
               "copy_of in\n"
               "their meta. With --weights or --json and no -o the set is not "
               "written.",
    .examples =
        "anamnesis balance train.jsonl --by task --tau 0.5 -o balanced.jsonl\n"
        "anamnesis balance train.jsonl --by specialty --weights weights.jsonl",
    .operands_min = 1,
    .operands_max = SIZE_MAX,
    .run = run,
};
