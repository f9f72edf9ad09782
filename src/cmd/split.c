/* split.c - `anamnesis split`: train, dev and test by case, stratified. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "base/json.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/sink.h"
#include "base/table.h"
#include "cmd/cmd.h"
#include "curate/dedup.h"
#include "curate/key.h"
#include "curate/split.h"

static const struct opt options[] = {
    {"output", 'o', "DIR", "folder for train.jsonl, dev.jsonl, test.jsonl"},
    {"test-per", 0, "KEY=N", "N rows of each value of KEY to test (task=25)"},
    {"dev-per", 0, "KEY=N", "the same for dev (KEY as in --test-per)"},
    {"test-share", 0, "X", "share of each stratum to test instead (0 to 0.5)"},
    {"dev-share", 0, "X", "share of each stratum to dev (0 to 0.5)"},
    {"stratify", 0, "KEYS", "strata of the shares, with commas (task)"},
    {"by", 0, "KEY", "rows that share this value stay together (case_id)"},
    {"together", 0, NULL, "near-duplicates stay together too"},
    {"leak-threshold", 0, "X", "similarity that counts as a leak (0.8)"},
    {0}};

struct wish {
    struct list keys; /* of strata */
    str by;
    struct split_options split;
    struct fraction leak;
    bool together;
    uint64_t seed;
};

/* "task=25" */
static bool parse_per(const struct args *args, const char *name, str *key,
                      uint64_t *count, struct err *err)
{
    str number;
    int64_t value;
    if (!opt_has(args, name))
        return true;
    str text = str_of(opt_value(args, name, ""));
    str found = *key;
    if (!str_cut(text, '=', key, &number) || !str_to_int(number, &value) ||
        value < 1 || key->len == 0)
        return err_set(err, ERR_USAGE,
                       "--%s: found '" STR_FMT "', allowed: KEY=N, for "
                       "example task=25",
                       name, STR_ARG(text));
    if (found.len && !str_equal(found, *key))
        return err_set(err, ERR_USAGE,
                       "--test-per and --dev-per name different keys");
    *count = (uint64_t)value;
    return true;
}

static bool read_wish(const struct args *args, struct wish *wish,
                      struct arena *arena, struct err *err)
{
    str key = {0};
    if (!parse_per(args, "test-per", &key, &wish->split.test_per, err) ||
        !parse_per(args, "dev-per", &key, &wish->split.dev_per, err) ||
        !opt_number(args, "test-share", 0, 0, 0.5, &wish->split.test_share,
                    err) ||
        !opt_number(args, "dev-share", 0, 0, 0.5, &wish->split.dev_share,
                    err) ||
        !fraction_parse(str_of(opt_value(args, "leak-threshold", "0.8")),
                        &wish->leak, err) ||
        !cmd_seed(args, &wish->seed, err))
        return false;
    const struct split_options *s = &wish->split;
    if (!s->test_per && !s->dev_per && s->test_share + s->dev_share <= 0)
        wish->split.test_per = 25;
    if (wish->leak.numerator == 0)
        return err_set(err, ERR_USAGE, "--leak-threshold: must be above 0");
    wish->split.skip_none = s->test_per || s->dev_per;
    wish->by = str_of(opt_value(args, "by", "case_id"));
    wish->together = opt_has(args, "together");
    str names = key.len ? key : str_of(opt_value(args, "stratify", "task"));
    return keys_parse(names, arena, &wish->keys, err);
}

static void tell_bad(const char *path, uint64_t line, const struct err *why,
                     void *ctx)
{
    (void)ctx;
    log_warn("%s:%llu: %s", path, (unsigned long long)line, why->message);
}

static struct dedup *new_dedup(const struct wish *wish)
{
    const struct dedup_options dedup = {.threshold = wish->leak,
                                        .unit_by_language = true};
    return dedup_new(&dedup);
}

/* The clusters of near-duplicates of the input, per row; 0 = none. Rows that
 * are no records are not among `set`, so both counts run side by side. */
static bool find_clusters(const struct args *args, const struct wish *wish,
                          size_t count, size_t *clusters, struct err *err)
{
    struct dedup *dedup = new_dedup(wish);
    bool ok = true;
    for (size_t i = 0; ok && i < opt_operand_count(args); i++)
        ok = dedup_read(dedup, opt_operand(args, i), err);
    ok = ok && dedup_find(dedup, err);
    for (size_t i = 0, row = 0; ok && i < dedup_row_count(dedup); i++) {
        struct dedup_row r = dedup_row(dedup, i);
        if (r.state != DEDUP_UNREADABLE && row < count)
            clusters[row++] = r.cluster;
    }
    dedup_free(dedup);
    return ok;
}

/* A case and a cluster of near-duplicates may chain rows: the group's name is
 * that of the first row it was met in. */
static void add_rows(const struct record_set *set, const struct wish *wish,
                     const size_t *clusters, struct split *split)
{
    size_t count = set->records.count;
    struct arena arena;
    arena_init(&arena);
    struct split_groups *groups = split_groups_new(count);
    for (size_t i = 0; i < count; i++) {
        const struct record *record = LIST_AT(set->records, struct record, i);
        str value = key_value(record, wish->by, &arena);
        if (value.len)
            split_groups_tie(groups, i,
                             arena_printf(&arena, "k" STR_FMT, STR_ARG(value)));
        if (clusters[i])
            split_groups_tie(groups, i,
                             arena_printf(&arena, "c%zu", clusters[i]));
    }
    for (size_t i = 0; i < count; i++) {
        const struct record *record = LIST_AT(set->records, struct record, i);
        const struct record *first =
            LIST_AT(set->records, struct record, split_groups_first(groups, i));
        split_add(split, first->id, keys_value(record, &wish->keys, &arena));
    }
    split_groups_free(groups);
    arena_release(&arena);
}

static bool write_sides(const struct record_set *set, const struct split *split,
                        const char *folder, uint64_t counts[SPLIT_SIDE_COUNT],
                        struct err *err)
{
    struct sink *sinks[SPLIT_SIDE_COUNT] = {0};
    struct arena arena;
    arena_init(&arena);
    struct buf line;
    buf_init(&line, BUF_MAX);
    bool ok = fs_make_folder(folder, err);
    for (size_t s = 0; ok && s < SPLIT_SIDE_COUNT; s++) {
        str name = arena_printf(&arena, "%s.jsonl", split_names[s]);
        sinks[s] =
            sink_open(fs_join(&arena, folder, arena_cstr(&arena, name)), err);
        ok = sinks[s] != NULL;
    }
    for (size_t i = 0; ok && i < set->records.count; i++) {
        struct record record = *LIST_AT(set->records, struct record, i);
        enum split_side side = split_of(split, i);
        record.split = str_of(split_names[side]);
        buf_reset(&line);
        record_write(&record, &line);
        sink_write(sinks[side], buf_str(&line));
        counts[side]++;
    }
    for (size_t s = 0; s < SPLIT_SIDE_COUNT; s++) {
        if (sinks[s] && ok)
            ok = sink_close(sinks[s], err);
        else if (sinks[s])
            sink_abandon(sinks[s]);
    }
    buf_release(&line);
    arena_release(&arena);
    return ok;
}

/* Test rows that have a near-duplicate in train. */
static bool count_leaks(const char *folder, const struct wish *wish,
                        struct dedup_counts *leaks, struct err *err)
{
    struct arena arena;
    arena_init(&arena);
    struct dedup *dedup = new_dedup(wish);
    bool ok = dedup_read(dedup, fs_join(&arena, folder, "test.jsonl"), err) &&
              dedup_read_reference(
                  dedup, fs_join(&arena, folder, "train.jsonl"), err) &&
              dedup_find(dedup, err);
    if (ok)
        *leaks = dedup_count(dedup);
    dedup_free(dedup);
    arena_release(&arena);
    return ok;
}

static void print_json(const struct split *split,
                       const uint64_t counts[SPLIT_SIDE_COUNT],
                       const struct dedup_counts *leaks, size_t bad)
{
    struct buf out;
    buf_init(&out, BUF_MAX);
    struct json_out j = json_out(&out);
    json_begin(&j, '{');
    for (size_t s = 0; s < SPLIT_SIDE_COUNT; s++) {
        json_key(&j, split_names[s]);
        json_put_int(&j, (int64_t)counts[s]);
    }
    json_key(&j, "unreadable");
    json_put_int(&j, (int64_t)bad);
    json_key(&j, "groups");
    json_put_int(&j, (int64_t)split_group_count(split));
    json_key(&j, "leaking_test_rows");
    json_put_int(&j, (int64_t)leaks->removed);
    json_key(&j, "leaking_pairs");
    json_put_int(&j, (int64_t)leaks->pairs);
    json_key(&j, "strata");
    json_begin(&j, '[');
    for (size_t i = 0; i < split_stratum_count(split); i++) {
        struct split_stratum item = split_stratum(split, i);
        json_begin(&j, '{');
        json_key(&j, "stratum");
        json_put_str(&j, item.name);
        json_key(&j, "rows");
        json_put_int(&j, (int64_t)item.rows);
        json_key(&j, "wanted_test");
        json_put_int(&j, (int64_t)item.wanted_test);
        for (size_t s = 0; s < SPLIT_SIDE_COUNT; s++) {
            json_key(&j, split_names[s]);
            json_put_int(&j, (int64_t)item.sides[s]);
        }
        json_end(&j, '}');
    }
    json_end(&j, ']');
    json_end(&j, '}');
    puts(buf_cstr(&out));
    buf_release(&out);
}

static void print_table(const struct split *split,
                        const uint64_t counts[SPLIT_SIDE_COUNT],
                        const struct dedup_counts *leaks,
                        const struct wish *wish)
{
    struct table *t = table_new("stratum", "rows", "train", "dev", "test",
                                "wanted test", NULL);
    for (size_t i = 0; i < split_stratum_count(split); i++) {
        struct split_stratum item = split_stratum(split, i);
        table_addf(t, STR_FMT "|%llu|%llu|%llu|%llu|%llu", STR_ARG(item.name),
                   (unsigned long long)item.rows,
                   (unsigned long long)item.sides[SPLIT_TRAIN],
                   (unsigned long long)item.sides[SPLIT_DEV],
                   (unsigned long long)item.sides[SPLIT_TEST],
                   (unsigned long long)item.wanted_test);
        if (wish->split.test_per &&
            item.sides[SPLIT_TEST] < wish->split.test_per)
            table_tint(t, TABLE_WARN);
    }
    table_addf(t, "all||%llu|%llu|%llu|",
               (unsigned long long)counts[SPLIT_TRAIN],
               (unsigned long long)counts[SPLIT_DEV],
               (unsigned long long)counts[SPLIT_TEST]);
    table_tint(t, TABLE_SUM);
    struct buf out;
    buf_init(&out, BUF_MAX);
    table_write(t, table_style_for(stderr), &out);
    if (log_level() != LOG_QUIET)
        fputs(buf_cstr(&out), stderr);
    log_info("%llu of %llu test rows have a near-duplicate in train",
             (unsigned long long)leaks->removed,
             (unsigned long long)leaks->rows);
    buf_release(&out);
    table_free(t);
}

static bool work(const struct args *args, const struct wish *wish,
                 struct record_set *set, struct err *err)
{
    const char *folder = opt_value(args, "output", NULL);
    if (!folder)
        return err_set(err, ERR_USAGE, "-o DIR is missing");
    size_t *clusters = mem_zero(set->records.count, sizeof *clusters);
    struct split *split = split_new(wish->seed);
    uint64_t counts[SPLIT_SIDE_COUNT] = {0};
    struct dedup_counts leaks = {0};
    bool ok = !wish->together ||
              find_clusters(args, wish, set->records.count, clusters, err);
    if (ok) {
        add_rows(set, wish, clusters, split);
        split_run(split, &wish->split);
        ok = write_sides(set, split, folder, counts, err) &&
             count_leaks(folder, wish, &leaks, err);
    }
    if (ok && opt_has(args, "json"))
        print_json(split, counts, &leaks, set->bad_count);
    else if (ok)
        print_table(split, counts, &leaks, wish);
    split_free(split);
    free(clusters);
    return ok;
}

static int run(const struct args *args)
{
    struct err err = {0};
    struct arena arena;
    arena_init(&arena);
    struct wish wish = {0};
    if (!read_wish(args, &wish, &arena, &err)) {
        arena_release(&arena);
        return cmd_fail(&err);
    }
    size_t count = opt_operand_count(args);
    const char **paths = arena_array(&arena, count, sizeof *paths);
    for (size_t i = 0; i < count; i++)
        paths[i] = opt_operand(args, i);
    struct record_set set;
    int status = EXIT_STATUS_DONE;
    if (!record_set_load(&set, count, paths, tell_bad, NULL, &err)) {
        status = cmd_fail(&err);
    } else {
        if (!work(args, &wish, &set, &err))
            status = cmd_fail(&err);
        else if (set.bad_count)
            status = EXIT_STATUS_PARTIAL;
        record_set_release(&set);
    }
    arena_release(&arena);
    return status;
}

const struct command cmd_split = {
    .name = "split",
    .operands = "IN…",
    .summary = "cut into train, dev and test by case, exactly N a task",
    .options = options,
    .details =
        "Rows of one case stay on one side. No stratum gives more than half "
        "of\n"
        "its rows away. Says how many test rows have a near-duplicate in "
        "train;\n"
        "--together keeps near-duplicates on one side, so that none has.",
    .examples = "anamnesis split classified.jsonl -o sets --test-per task=25\n"
                "anamnesis split dialogues.jsonl -o sets --test-share 0.1 "
                "--stratify lang",
    .operands_min = 1,
    .operands_max = SIZE_MAX,
    .run = run,
};
