/* parser.c - how fast replies are read: megabytes of raw reply per second on
 * one core, beside the plain JSON reading of the same replies.
 *
 * The replies are those of ../shared/data/llm_outputs where present, else our
 * own in test/data/replies; all are read again and again for RUN_MS.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/arena.h"
#include "base/fs.h"
#include "base/json.h"
#include "base/lines.h"
#include "base/vec.h"
#include "reply/reply.h"

enum { RUN_MS = 3000, ROUNDS = 5 };
static const double TARGET_MB = 30;

struct sample {
    str line;
    struct reply_input in;
};

static void must(bool ok, const struct err *err)
{
    if (!ok) {
        fprintf(stderr, "parser: %s\n", err->message);
        exit(1);
    }
}

static void load(const char *path, struct arena *arena, struct vec *samples)
{
    struct err err = {0};
    struct lines *in = lines_open(path, 0, &err);
    must(in != NULL, &err);
    str line;
    while (lines_next(in, &line, &err)) {
        json *doc = json_parse(line, &err);
        must(doc != NULL, &err);
        struct sample *s = vec_add(samples);
        s->line = arena_copy(arena, line);
        s->in.lang =
            arena_copy(arena, json_str(json_get(doc, "lang"), STR("")));
        s->in.raw = arena_copy(arena, json_str(json_get(doc, "raw"), STR("")));
        s->in.finish_reason = arena_copy(
            arena, json_str(json_get(doc, "finish_reason"), STR("stop")));
        must(reply_ask_from_name(json_str(json_get(doc, "ask"), STR("")),
                                 &s->in.ask),
             &err);
        json_free(doc);
    }
    lines_close(in);
}

/* CPU time, so that other programs on the machine do not matter. */
static int64_t cpu_ms(void)
{
    struct timespec time;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

/* Bytes per second of one way to read all samples, best of some rounds. */
static double rate(const struct vec *samples, const struct reply_rules *rules,
                   struct arena *arena, bool as_json)
{
    double best = 0;
    for (int round = 0; round < ROUNDS; round++) {
        int64_t begin = cpu_ms(), now = begin;
        size_t bytes = 0;
        while (now - begin < RUN_MS / ROUNDS) {
            for (size_t i = 0; i < samples->count; i++) {
                const struct sample *s = vec_at(samples, i);
                struct reply reply;
                struct err err = {0};
                arena_reset(arena);
                if (as_json)
                    json_free(json_parse(s->line, &err));
                else
                    reply_parse(rules, &s->in, arena, &reply);
                bytes += as_json ? s->line.len : s->in.raw.len;
            }
            now = cpu_ms();
        }
        double seconds = (double)(now - begin) / 1000;
        best = (double)bytes / seconds > best ? (double)bytes / seconds : best;
    }
    return best;
}

int main(void)
{
    struct err err = {0};
    struct arena kept, scratch;
    struct vec samples;
    arena_init(&kept);
    arena_init(&scratch);
    vec_init(&samples, sizeof(struct sample));
    struct reply_rules *rules = reply_rules_open(&err);
    must(rules != NULL, &err);
    const char *given = "../shared/data/llm_outputs/outputs.jsonl";
    bool present = fs_exists(given);
    if (present)
        load(given, &kept, &samples);
    else
        load("test/data/replies/shapes.jsonl", &kept, &samples);
    size_t bytes = 0;
    for (size_t i = 0; i < samples.count; i++)
        bytes += ((struct sample *)vec_at(&samples, i))->in.raw.len;
    double parse = rate(&samples, rules, &scratch, false) / 1e6;
    double plain = rate(&samples, rules, &scratch, true) / 1e6;
    printf("replies: %zu of %s, %zu bytes in the mean\n", samples.count,
           present ? "../shared/data/llm_outputs" : "test/data/replies",
           bytes / samples.count);
    printf("reply parser: %.1f MB/s on one core (aim: %.0f)\n", parse,
           TARGET_MB);
    printf("plain JSON reading of the same lines (cJSON): %.1f MB/s\n", plain);
    printf("ratio: %.2f\n", parse / plain);
    reply_rules_close(rules);
    vec_release(&samples);
    arena_release(&scratch);
    arena_release(&kept);
    return 0;
}
