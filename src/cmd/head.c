/* head.c - `anamnesis head` and `anamnesis cat`: records as people read them.
 */
#include <stdint.h>
#include <stddef.h>

#include "cmd/cmd.h"
#include "cmd/look.h"

static const struct opt head_options[] = {
    {"count", 'n', "N", "how many records (3)"}, {0}};

struct job {
    struct look look;
    int64_t left; /* -1 = all */
};

static bool one(const struct record *record, void *ctx)
{
    struct job *job = ctx;
    look_print(&job->look, record);
    return job->left < 0 || --job->left > 0;
}

static int show(const struct args *args, int64_t count)
{
    struct err err = {0};
    struct job job = {.left = count};
    look_start(&job.look, args);
    bool ok = count == 0 || look_each(&job.look, one, &job, &err);
    int status = ok ? look_status(&job.look) : cmd_fail(&err);
    look_end(&job.look);
    return status;
}

static int run_head(const struct args *args)
{
    struct err err = {0};
    int64_t count;
    if (!opt_int(args, "count", 3, 0, INT64_MAX, &count, &err))
        return cmd_fail(&err);
    return show(args, count);
}

static int run_cat(const struct args *args)
{
    return show(args, -1);
}

const struct command cmd_head = {
    .name = "head",
    .operands = "[FILE…]",
    .summary = "show the first records in a readable view",
    .options = head_options,
    .details = "With --json the records themselves.",
    .examples = "anamnesis head records.jsonl.zst\n"
                "anamnesis head -n 100 --json records.jsonl > first.jsonl",
    .operands_min = 0,
    .operands_max = SIZE_MAX,
    .run = run_head,
};

const struct command cmd_cat = {
    .name = "cat",
    .operands = "[FILE…]",
    .summary = "show all records in a readable view",
    .details =
        "With --json the records themselves: files of several names and\n"
        "compressions become one stream.",
    .examples = "anamnesis cat records.jsonl | less -R\n"
                "anamnesis cat --json a.jsonl.gz b.jsonl.zst > all.jsonl",
    .operands_min = 0,
    .operands_max = SIZE_MAX,
    .run = run_cat,
};
