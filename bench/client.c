/* client.c - what the HTTP engine costs: memory with 5,000 requests in flight,
 * requests per second beside wrk on the same endpoint at the same concurrency,
 * and CPU per request.
 *
 * The endpoint is test/server/testserver --raw, which answers every request
 * after a fixed delay and costs less than any client. wrk sends the same body.
 * Requests are a chat of 3 kB, answers 1.2 kB. With two arguments, IN_FLIGHT
 * and DELAY_MS, only that case is measured.
 */
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../test/server/start.h"
#include "base/clock.h"
#include "base/fs.h"
#include "llm/chat.h"
#include "llm/http.h"

enum { PROMPT_BYTES = 3000, RUN_S = 4, ROUNDS_MIN = 12 };
enum { MEMORY_TARGET_MB = 250 };
static const double RATE_TARGET = 0.8;

struct bench_case {
    int in_flight, delay_ms;
};

/* Long enough that the first connections and the last round, cut in two, weigh
 * little. */
static int seconds_of(const struct bench_case *c)
{
    int rounds = c->delay_ms * ROUNDS_MIN / 1000;
    return rounds > RUN_S ? rounds : RUN_S;
}

struct bench {
    struct server_process server;
    struct arena arena;
    struct llm_config config;
    struct llm *llm;
    char prompt[PROMPT_BYTES + 1];
    uint64_t next_id, answered, failed;
};

struct result {
    double rate, cpu_us;
};

static void must(bool ok, const struct err *err)
{
    if (!ok) {
        fprintf(stderr, "client: %s\n", err->message);
        exit(1);
    }
}

static void begin(struct bench *b, const struct bench_case *c)
{
    struct err err = {0};
    char delay[20];
    snprintf(delay, sizeof delay, "%d", c->delay_ms);
    memset(b, 0, sizeof *b);
    memset(b->prompt, 'x', PROMPT_BYTES);
    b->server = server_start("--raw", "--delay-ms", delay, NULL);
    arena_init(&b->arena);
    str yaml = arena_printf(
        &b->arena,
        "{kind: http, caps: {queue: %d}, endpoints: [{base_url: "
        "\"http://127.0.0.1:%d/v1\", model: test, in_flight_start: %d, "
        "in_flight_max: %d}]}",
        c->in_flight, b->server.port, c->in_flight, c->in_flight);
    struct yaml *root = yaml_parse(yaml, "bench", &b->arena, &err);
    must(root &&
             schema_bind(&llm_config_schema, root, &b->config, &b->arena, &err),
         &err);
    b->llm = llm_http_open(&b->config, 1, &err);
    must(b->llm != NULL, &err);
}

static void end(struct bench *b)
{
    llm_close(b->llm);
    server_stop(&b->server);
    arena_release(&b->arena);
}

static void on_reply(const struct llm_reply *reply, void *ctx)
{
    struct bench *b = ctx;
    if (reply->error == LLM_OK && reply->text.len > 0)
        b->answered++;
    else
        b->failed++;
}

static void submit(struct bench *b)
{
    struct llm_message message = {LLM_USER, str_make(b->prompt, PROMPT_BYTES)};
    llm_submit(b->llm, &(struct llm_request){.id = b->next_id++,
                                             .messages = &message,
                                             .message_count = 1,
                                             .sampling = llm_config_sampling(
                                                 &b->config, LLM_WRITER, 1)});
}

/* Keeps the engine full for a while. */
static void run_for(struct bench *b, int64_t ms)
{
    int64_t end_ms = clock_now_ms() + ms;
    while (clock_now_ms() < end_ms) {
        while (llm_wants_more(b->llm))
            submit(b);
        llm_drain(b->llm, 50, on_reply, b);
    }
}

/* From the first connection on, as wrk counts. */
static struct result measure_engine(struct bench *b, const struct bench_case *c)
{
    int64_t start_ns = clock_now_ns(), start_cpu = clock_cpu_ns();
    run_for(b, seconds_of(c) * 1000);
    double seconds = (double)(clock_now_ns() - start_ns) / 1e9;
    double cpu_us = (double)(clock_cpu_ns() - start_cpu) / 1e3;
    double count = (double)b->answered;
    return (struct result){count / seconds, cpu_us / count};
}

/* ---- wrk ---- */

static void write_wrk_script(const struct bench *b, const char *path)
{
    struct err err = {0};
    struct buf body, script;
    buf_init(&body, 1 << 20);
    buf_init(&script, 1 << 20);
    struct llm_message message = {LLM_USER, str_make(b->prompt, PROMPT_BYTES)};
    struct llm_sampling sampling =
        llm_config_sampling(&b->config, LLM_WRITER, 1);
    chat_put_messages(&body, &message, 1);
    chat_put_rest(&body, &(struct chat_target){.model = STR("test")},
                  &sampling);
    buf_printf(&script,
               "wrk.method = 'POST'\nwrk.body = '%s'\n"
               "wrk.headers['Content-Type'] = 'application/json'\n",
               buf_cstr(&body));
    must(fs_write_atomic(path, buf_str(&script), &err), &err);
    buf_release(&body);
    buf_release(&script);
}

/* wrk with its output in a pipe; NULL when it could not start. */
static FILE *start_wrk(const char *const words[], pid_t *pid)
{
    int out[2];
    posix_spawn_file_actions_t actions;
    if (pipe(out) != 0)
        return NULL;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, out[1], STDOUT_FILENO);
    posix_spawn_file_actions_addclose(&actions, out[0]);
    int failed = posix_spawnp(pid, "wrk", &actions, NULL,
                              (char *const *)(uintptr_t)words, environ);
    posix_spawn_file_actions_destroy(&actions);
    close(out[1]);
    if (!failed)
        return fdopen(out[0], "r");
    close(out[0]);
    return NULL;
}

/* Requests per second, or 0 when wrk is not there. */
static double measure_wrk(const struct bench *b, const struct bench_case *c)
{
    char script[] = "/tmp/anamnesis-wrk-XXXXXX";
    char connections[20], seconds[20], url[100], line[200];
    close(mkstemp(script));
    write_wrk_script(b, script);
    snprintf(connections, sizeof connections, "-c%d", c->in_flight);
    snprintf(seconds, sizeof seconds, "-d%ds", seconds_of(c));
    snprintf(url, sizeof url, "http://127.0.0.1:%d/v1/chat/completions",
             b->server.port);
    const char *const words[] = {"wrk", "-t1",  connections, seconds,
                                 "-s",  script, "--timeout", "30s",
                                 url,   NULL};
    pid_t pid;
    FILE *from = start_wrk(words, &pid);
    double rate = 0;
    static const char start[] = "Requests/sec:";
    while (from && fgets(line, sizeof line, from))
        if (strncmp(line, start, sizeof start - 1) == 0)
            rate = strtod(line + sizeof start - 1, NULL);
    if (from) {
        fclose(from);
        waitpid(pid, NULL, 0);
    }
    unlink(script);
    return rate;
}

/* ---- memory ---- */

static double peak_mb(void)
{
    struct buf text;
    struct err err = {0};
    buf_init(&text, 1 << 16);
    must(fs_read("/proc/self/status", &text, &err), &err);
    const char *at = strstr(buf_cstr(&text), "VmHWM:");
    double mb = at ? strtod(at + 6, NULL) / 1024 : 0;
    buf_release(&text);
    return mb;
}

static bool measure_memory(void)
{
    const struct bench_case c = {5000, 1500};
    struct bench b;
    struct llm_stats stats;
    size_t most = 0;
    begin(&b, &c);
    for (int i = 0; i < 100 && b.answered < 10000; i++) {
        run_for(&b, 100);
        llm_stats(b.llm, &stats);
        most = stats.in_flight > most ? stats.in_flight : most;
    }
    double mb = peak_mb();
    bool good = mb <= MEMORY_TARGET_MB && b.failed == 0 && b.answered >= 10000;
    printf("memory: %zu requests in flight at once (bodies of %d bytes, %d "
           "more waiting), %llu answered, %llu failed\n"
           "        peak resident memory %.1f MB, target %d MB: %s\n\n",
           most, PROMPT_BYTES, c.in_flight, (unsigned long long)b.answered,
           (unsigned long long)b.failed, mb, MEMORY_TARGET_MB,
           good ? "met" : "MISSED");
    end(&b);
    return good;
}

static bool compare(const struct bench_case *c)
{
    struct bench b;
    begin(&b, c);
    double wrk = measure_wrk(&b, c);
    struct result engine = measure_engine(&b, c);
    end(&b);
    printf("%9d %8d ms %12.0f %12.0f ", c->in_flight, c->delay_ms, engine.rate,
           wrk);
    if (wrk > 0)
        printf("%7.2f %s", engine.rate / wrk,
               engine.rate / wrk >= RATE_TARGET ? "met   " : "MISSED");
    else
        printf("      - no wrk");
    printf(" %10.1f %10llu\n", engine.cpu_us, (unsigned long long)b.failed);
    fflush(stdout);
    return b.failed == 0;
}

static void print_head(void)
{
    printf("in flight   answers     engine/s        wrk/s   ratio (0.8)  "
           "CPU us/req     failed\n");
}

int main(int argc, char **argv)
{
    static const struct bench_case cases[] = {
        {64, 0},     {1000, 0},   {5000, 0},   {256, 20},
        {1000, 100}, {5000, 500}, {5000, 1000}};
    int64_t in_flight, delay_ms;
    if (argc == 3 && str_to_int(str_of(argv[1]), &in_flight) &&
        str_to_int(str_of(argv[2]), &delay_ms)) {
        print_head();
        return !compare(&(struct bench_case){(int)in_flight, (int)delay_ms});
    }
    bool good = measure_memory();
    print_head();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        good &= compare(&cases[i]);
    return good ? 0 : 1;
}
