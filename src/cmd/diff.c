/* diff.c - `anamnesis diff`: two record files compared by id. */
#include <inttypes.h>
#include <stdio.h>

#include "base/json.h"
#include "base/lines.h"
#include "base/map.h"
#include "base/vec.h"
#include "cmd/cmd.h"

struct side {
    struct map index; /* id → line */
    struct vec lines; /* str */
    struct arena arena;
    uint64_t bad, repeated;
};

struct job {
    struct side a;
    uint64_t only_a, only_b, changed, equal;
    struct map fields; /* key → records in which it differs */
    struct vec seen;   /* bool, one a line of a */
    struct buf out;
    bool json;
};

static bool load(struct side *side, const char *path, struct err *err)
{
    struct lines *in = lines_open(path, 0, err);
    if (!in)
        return false;
    struct err why = {0};
    str line;
    while (lines_next(in, &line, &why)) {
        if (str_trim(line).len == 0 && !lines_too_long(in))
            continue;
        json *doc = json_parse(line, NULL);
        str id = json_str(json_get(doc, "id"), STR(""));
        if (id.len == 0) {
            side->bad++;
        } else if (!map_get(&side->index, id, NULL)) {
            map_put(&side->index, id, side->lines.count);
            *(str *)vec_add(&side->lines) = arena_copy(&side->arena, line);
        } else {
            side->repeated++;
        }
        json_free(doc);
    }
    lines_close(in);
    if (why.code != ERR_NONE && err)
        *err = why;
    return why.code == ERR_NONE;
}

static void put_line(struct job *job, const char *state, str id,
                     const struct vec *keys)
{
    buf_reset(&job->out);
    if (job->json) {
        struct json_out j = json_out(&job->out);
        json_begin(&j, '{');
        json_add_str(&j, "id", id);
        json_add_str(&j, "state", str_of(state));
        json_key(&j, "fields");
        json_begin(&j, '[');
        for (size_t i = 0; keys && i < keys->count; i++)
            json_put_str(&j, *(str *)vec_at(keys, i));
        json_end(&j, ']');
        json_end(&j, '}');
    } else {
        buf_printf(&job->out, "%-8s " STR_FMT, state, STR_ARG(id));
        for (size_t i = 0; keys && i < keys->count; i++)
            buf_printf(&job->out, "%s" STR_FMT, i ? " " : ": ",
                       STR_ARG(*(str *)vec_at(keys, i)));
    }
    buf_add_char(&job->out, '\n');
    fwrite(job->out.ptr, 1, job->out.len, stdout);
}

/* The keys of either document whose values differ. */
static void differing(const json *a, const json *b, struct vec *keys)
{
    JSON_EACH(member, a)
    if (!cJSON_Compare(member, json_get(b, member->string), 1))
        *(str *)vec_add(keys) = json_key_of(member);
    JSON_EACH(member, b)
    if (!json_get(a, member->string))
        *(str *)vec_add(keys) = json_key_of(member);
}

static void compare(struct job *job, str id, str line_a, str line_b)
{
    if (str_equal(line_a, line_b)) {
        job->equal++;
        return;
    }
    json *a = json_parse(line_a, NULL), *b = json_parse(line_b, NULL);
    struct vec keys;
    vec_init(&keys, sizeof(str));
    differing(a, b, &keys);
    if (keys.count) {
        job->changed++;
        for (size_t i = 0; i < keys.count; i++)
            map_count(&job->fields, *(str *)vec_at(&keys, i), 1);
        put_line(job, "changed", id, &keys);
    } else {
        job->equal++;
    }
    vec_release(&keys);
    json_free(a);
    json_free(b);
}

static bool walk_b(struct job *job, const char *path, struct err *err)
{
    struct side b = {0};
    map_init(&b.index);
    vec_init(&b.lines, sizeof(str));
    arena_init(&b.arena);
    bool ok = load(&b, path, err);
    for (size_t i = 0; ok && i < b.lines.count; i++) {
        str id = map_entry(&b.index, i)->key;
        uint64_t at;
        if (map_get(&job->a.index, id, &at)) {
            *(bool *)vec_at(&job->seen, (size_t)at) = true;
            compare(job, id, *(str *)vec_at(&job->a.lines, (size_t)at),
                    *(str *)vec_at(&b.lines, i));
        } else {
            job->only_b++;
            put_line(job, "added", id, NULL);
        }
    }
    job->a.bad += b.bad;
    job->a.repeated += b.repeated;
    map_release(&b.index);
    vec_release(&b.lines);
    arena_release(&b.arena);
    return ok;
}

static void tell(struct job *job)
{
    for (size_t i = 0; i < job->a.lines.count; i++)
        if (!*(bool *)vec_at(&job->seen, i)) {
            job->only_a++;
            put_line(job, "removed", map_entry(&job->a.index, i)->key, NULL);
        }
    fprintf(stderr,
            "%" PRIu64 " equal, %" PRIu64 " changed, %" PRIu64
            " removed, %" PRIu64 " added; %" PRIu64 " lines without an id, "
            "%" PRIu64 " ids repeated\n",
            job->equal, job->changed, job->only_a, job->only_b, job->a.bad,
            job->a.repeated);
    for (size_t i = 0; i < map_size(&job->fields); i++)
        fprintf(stderr, "  %.*s: %" PRIu64 "\n",
                (int)map_entry(&job->fields, i)->key.len,
                map_entry(&job->fields, i)->key.ptr,
                map_entry(&job->fields, i)->value);
}

static int run(const struct args *args)
{
    struct err err = {0};
    struct job job = {.json = opt_has(args, "json")};
    map_init(&job.a.index);
    vec_init(&job.a.lines, sizeof(str));
    arena_init(&job.a.arena);
    map_init(&job.fields);
    vec_init(&job.seen, sizeof(bool));
    buf_init(&job.out, BUF_MAX);
    bool ok = load(&job.a, opt_operand(args, 0), &err);
    for (size_t i = 0; i < job.a.lines.count; i++)
        vec_add(&job.seen);
    ok = ok && walk_b(&job, opt_operand(args, 1), &err);
    int status = ok ? EXIT_STATUS_DONE : cmd_fail(&err);
    if (ok) {
        tell(&job);
        if (job.changed || job.only_a || job.only_b || job.a.bad)
            status = EXIT_STATUS_FAILED;
    }
    map_release(&job.a.index);
    vec_release(&job.a.lines);
    arena_release(&job.a.arena);
    map_release(&job.fields);
    vec_release(&job.seen);
    buf_release(&job.out);
    return status;
}

const struct command cmd_diff = {
    .name = "diff",
    .operands = "A B",
    .summary = "compare two record files by id",
    .details = "One line a record that was removed, added or changed, with the "
               "keys that differ.\nExit status 1 when the files differ, as "
               "diff(1) has it. Both files are held in memory.",
    .examples = "anamnesis diff before.jsonl after.jsonl",
    .operands_min = 2,
    .operands_max = 2,
    .run = run,
};
