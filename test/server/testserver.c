/* testserver.c - a scripted OpenAI-compatible endpoint: a real HTTP server that
 * answers well or in every bad way that a client must survive.
 *
 *     testserver [--port N] [--seconds N] [--replies FILE.jsonl]
 *                [--script FILE.json] [--key KEY] [--tls CERT KEY]
 *     testserver --raw [--port N] [--seconds N] [--delay-ms N] [--bytes N]
 *
 * Prints "port N" on standard output, then serves 127.0.0.1 until `seconds`
 * (60) are over or its parent is gone. Paths: POST /v1/chat/completions, POST
 * /v1/embeddings, GET /v1/models, GET /stats. parts/script.h tells the script,
 * parts/answer.h the replies. With --key other keys meet 401, in a body that
 * repeats the key they sent. --raw is the bare responder of benchmarks.
 */
#include <arpa/inet.h>
#include <microhttpd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <signal.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fs.h"
#include "base/mem.h"
#include "parts/answer.h"
#include "parts/raw.h"
#include "parts/script.h"
#include "parts/timers.h"

enum {
    CONNECTIONS_MAX = 20000,
    CONNECTION_BYTES = 16384,
    BACKLOG = 4096,
    SECONDS_DEFAULT = 60,
    REQUEST_BYTES_MAX = 64 << 20,
    BIG_DEFAULT = 8 << 20,
    RAW_BYTES_DEFAULT = 1200
};

struct options {
    int64_t port, seconds, delay_ms, bytes;
    const char *replies, *script, *key, *tls_certificate, *tls_key;
    bool raw;
};

struct server {
    struct script *script;
    struct answers *answers;
    struct timers *timers;
    const char *key;
};

/* One request and its answer. */
struct talk {
    struct server *server;
    struct MHD_Connection *connection;
    struct buf body, answer;
    struct ask ask;
    struct act act;
    bool chosen, good;
    size_t sent; /* of answer, when it is poured */
    bool stream, slept;
};

static void wake_connection(void *sleeper)
{
    MHD_resume_connection(sleeper);
}

static void sleep_until(struct talk *t, int64_t at_ms)
{
    MHD_suspend_connection(t->connection);
    timers_add(t->server->timers, t->connection, at_ms);
}

/* ---- answers ---- */

static enum MHD_Result send_response(struct talk *t, int status,
                                     struct MHD_Response *response,
                                     const char *type)
{
    MHD_add_response_header(response, "Content-Type", type);
    if (t->act.retry_after[0])
        MHD_add_response_header(response, "Retry-After", t->act.retry_after);
    enum MHD_Result queued =
        MHD_queue_response(t->connection, (unsigned)status, response);
    MHD_destroy_response(response);
    return queued;
}

static enum MHD_Result send_buffer(struct talk *t, int status, const char *type)
{
    return send_response(t, status,
                         MHD_create_response_from_buffer(t->answer.len,
                                                         t->answer.ptr,
                                                         MHD_RESPMEM_MUST_COPY),
                         type);
}

static enum MHD_Result send_error(struct talk *t, int status,
                                  const char *message)
{
    struct json_out j = json_out(&t->answer);
    buf_reset(&t->answer);
    json_begin(&j, '{');
    json_key(&j, "error");
    json_begin(&j, '{');
    json_key(&j, "message");
    json_put_str(&j, str_of(message));
    json_key(&j, "code");
    json_put_int(&j, status);
    json_end(&j, '}');
    json_end(&j, '}');
    return send_buffer(t, status, "application/json");
}

/* How much of the answer goes out in the next piece, and what comes when the
 * act's limit is reached. */
static size_t piece_bytes(const struct talk *t)
{
    size_t left = t->answer.len - t->sent;
    size_t limit = (size_t)t->act.bytes;
    if (t->act.deed == DO_CUT || t->act.deed == DO_STALL)
        return limit < t->sent          ? 0
               : limit - t->sent < left ? limit - t->sent
                                        : left;
    if (t->act.deed == DO_DRIP)
        return limit && limit < left ? limit : left;
    if (t->stream) {
        str rest = str_make(t->answer.ptr + t->sent, left);
        size_t end = str_find(rest, STR("\n\n"), 0);
        return end == STR_NONE ? left : end + 2;
    }
    return left;
}

static ssize_t pour(void *ctx, uint64_t position, char *out, size_t capacity)
{
    struct talk *t = ctx;
    (void)position;
    if (t->sent == t->answer.len)
        return MHD_CONTENT_READER_END_OF_STREAM;
    if (t->act.deed == DO_DRIP && !t->slept) {
        t->slept = true;
        sleep_until(t, clock_now_ms() + t->act.delay_ms);
        return 0;
    }
    t->slept = false;
    size_t n = piece_bytes(t);
    if (n == 0) {
        if (t->act.deed == DO_CUT)
            return MHD_CONTENT_READER_END_WITH_ERROR;
        sleep_until(t, INT64_MAX);
        t->act.deed = DO_CUT; /* when the server ends */
        return 0;
    }
    n = n < capacity ? n : capacity;
    memcpy(out, t->answer.ptr + t->sent, n);
    t->sent += n;
    return (ssize_t)n;
}

static enum MHD_Result send_poured(struct talk *t, const char *type)
{
    uint64_t total = t->stream ? MHD_SIZE_UNKNOWN : t->answer.len;
    return send_response(
        t, 200, MHD_create_response_from_callback(total, 4096, pour, t, NULL),
        type);
}

/* Below HTTP: what MHD would not do goes to its socket. */
static enum MHD_Result break_connection(struct talk *t)
{
    int fd = MHD_get_connection_info(t->connection,
                                     MHD_CONNECTION_INFO_CONNECTION_FD)
                 ->connect_fd;
    if (t->act.deed == DO_NONSENSE) {
        static const char nonsense[] = "\x16\x03 SSH-2.0 \r\n\r\n\xff\xfe";
        ssize_t n = send(fd, nonsense, sizeof nonsense, MSG_NOSIGNAL);
        (void)n;
    } else if (t->act.deed == DO_RESET) {
        struct linger linger = {.l_onoff = 1, .l_linger = 0};
        struct sockaddr nowhere = {.sa_family = AF_UNSPEC};
        setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
        connect(fd, &nowhere, sizeof nowhere); /* dissolves with a reset */
    }
    return MHD_NO;
}

static enum MHD_Result send_chat(struct talk *t)
{
    int64_t bytes = 0;
    if (t->act.deed == DO_BIG)
        bytes = t->act.bytes ? t->act.bytes : BIG_DEFAULT;
    t->ask.reply = t->act.reply;
    answers_put_chat(t->server->answers, t->server->script, &t->ask, bytes,
                     &t->answer, &t->stream);
    const char *type = t->stream ? "text/event-stream" : "application/json";
    t->good = t->act.deed == DO_REPLY || t->act.deed == DO_DRIP;
    if (t->act.deed == DO_REPLY && !t->stream)
        return send_buffer(t, 200, type);
    return send_poured(t, type);
}

static enum MHD_Result act_out(struct talk *t)
{
    switch (t->act.deed) {
    case DO_STATUS:
        return send_error(t, t->act.status, "scripted trouble");
    case DO_EMPTY:
        return send_buffer(t, 200, "application/json");
    case DO_GARBAGE:
        buf_add(&t->answer, STR("{\"choices\":[{\"message\":\xff\xfe"));
        return send_buffer(t, 200, "application/json");
    case DO_TYPE:
        buf_add(&t->answer, STR("<html><body>Sign in</body></html>"));
        return send_buffer(t, 200, "text/html");
    case DO_RESET:
    case DO_CLOSE:
    case DO_NONSENSE:
        return break_connection(t);
    default:
        return send_chat(t);
    }
}

/* ---- requests ---- */

static enum MHD_Result serve_chat(struct talk *t)
{
    if (!t->chosen) {
        if (!script_read_ask(buf_str(&t->body), &t->ask))
            return send_error(t, 400, "the body is not JSON");
        t->act = script_choose(t->server->script, &t->ask);
        t->chosen = true;
        if (t->act.deed == DO_SILENT) {
            sleep_until(t, INT64_MAX);
            return MHD_YES;
        }
        if (t->act.delay_ms > 0 && t->act.deed != DO_DRIP) {
            sleep_until(t, clock_now_ms() + t->act.delay_ms);
            return MHD_YES;
        }
    } else if (t->act.deed == DO_SILENT) {
        return MHD_NO;
    }
    return act_out(t);
}

static enum MHD_Result serve_embeddings(struct talk *t)
{
    if (!script_read_ask(buf_str(&t->body), &t->ask))
        return send_error(t, 400, "the body is not JSON");
    t->act = script_choose(t->server->script, &t->ask);
    if (t->act.deed != DO_REPLY)
        return act_out(t);
    if (!answers_put_embeddings(t->server->script, &t->ask, &t->answer))
        return send_error(t, 404, "no embeddings here");
    t->good = true;
    return send_buffer(t, 200, "application/json");
}

static bool has_key(const struct talk *t, char *message, size_t bytes)
{
    const char *given = MHD_lookup_connection_value(
        t->connection, MHD_HEADER_KIND, "Authorization");
    str key = str_of(given);
    if (str_starts_with(key, STR("Bearer ")))
        key = str_slice(key, 7, key.len);
    snprintf(message, bytes, "Incorrect API key provided: " STR_FMT,
             STR_ARG(key));
    return !t->server->key || str_equal(key, str_of(t->server->key));
}

static enum MHD_Result serve(struct talk *t, const char *url)
{
    char message[300];
    if (strcmp(url, "/stats") == 0) {
        script_put_stats(t->server->script, &t->answer);
        return send_buffer(t, 200, "application/json");
    }
    if (!has_key(t, message, sizeof message))
        return send_error(t, 401, message);
    if (strcmp(url, "/v1/chat/completions") == 0)
        return serve_chat(t);
    if (strcmp(url, "/v1/embeddings") == 0)
        return serve_embeddings(t);
    if (strcmp(url, "/v1/models") == 0) {
        answers_put_models(t->server->script, &t->answer);
        return send_buffer(t, 200, "application/json");
    }
    return send_error(t, 404, "no such path");
}

static enum MHD_Result on_request(void *ctx, struct MHD_Connection *connection,
                                  const char *url, const char *method,
                                  const char *version, const char *data,
                                  size_t *bytes, void **state)
{
    struct talk *t = *state;
    (void)method;
    (void)version;
    if (!t) {
        t = mem_zero(1, sizeof *t);
        t->server = ctx;
        t->connection = connection;
        buf_init(&t->body, REQUEST_BYTES_MAX);
        buf_init(&t->answer, BUF_MAX);
        *state = t;
        return MHD_YES;
    }
    if (*bytes) {
        bool fits = buf_add(&t->body, str_make(data, *bytes));
        *bytes = 0;
        return fits ? MHD_YES : MHD_NO;
    }
    return serve(t, url);
}

static void on_completed(void *ctx, struct MHD_Connection *connection,
                         void **state, enum MHD_RequestTerminationCode code)
{
    struct server *server = ctx;
    struct talk *t = *state;
    (void)connection;
    if (!t)
        return;
    if (t->good && code == MHD_REQUEST_TERMINATED_COMPLETED_OK)
        script_answered(server->script, &t->ask);
    script_drop_ask(&t->ask);
    buf_release(&t->body);
    buf_release(&t->answer);
    free(t);
    *state = NULL;
}

/* ---- start ---- */

static struct sockaddr_in loopback(int64_t port)
{
    return (struct sockaddr_in){.sin_family = AF_INET,
                                .sin_port = htons((uint16_t)port),
                                .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
}

static int fail(const char *message)
{
    fprintf(stderr, "testserver: %s\n", message);
    return 1;
}

static struct MHD_Daemon *start_daemon(struct server *server,
                                       const struct options *o,
                                       const char *certificate, const char *key)
{
    struct sockaddr_in address = loopback(o->port);
    unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME;
    struct MHD_OptionItem tls[] = {
        {MHD_OPTION_HTTPS_MEM_CERT, 0, (void *)(uintptr_t)certificate},
        {MHD_OPTION_HTTPS_MEM_KEY, 0, (void *)(uintptr_t)key},
        {MHD_OPTION_END, 0, NULL}};
    struct MHD_OptionItem none[] = {{MHD_OPTION_END, 0, NULL}};
    if (certificate)
        flags |= MHD_USE_TLS;
    return MHD_start_daemon(
        flags, 0, NULL, NULL, on_request, server, MHD_OPTION_SOCK_ADDR,
        &address, MHD_OPTION_NOTIFY_COMPLETED, on_completed, server,
        MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTIONS_MAX,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_BYTES,
        MHD_OPTION_LISTEN_BACKLOG_SIZE, (unsigned)BACKLOG, MHD_OPTION_ARRAY,
        certificate ? tls : none, MHD_OPTION_END);
}

static int run_scripted(const struct options *o)
{
    struct err err = {0};
    struct server server = {.key = o->key};
    struct buf certificate, key;
    buf_init(&certificate, 1 << 20);
    buf_init(&key, 1 << 20);
    if (!(server.script = script_load(o->script, &err)) ||
        !(server.answers = answers_load(o->replies, &err)) ||
        (o->tls_key && (!fs_read(o->tls_certificate, &certificate, &err) ||
                        !fs_read(o->tls_key, &key, &err))))
        return fail(err.message);
    server.timers = timers_new(wake_connection);
    struct MHD_Daemon *daemon = start_daemon(
        &server, o, o->tls_key ? buf_cstr(&certificate) : NULL, buf_cstr(&key));
    if (!daemon)
        return fail("could not listen");
    printf("port %u\n",
           MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_BIND_PORT)->port);
    fflush(stdout);
    timers_run(server.timers, clock_now_ms() + o->seconds * 1000);
    timers_end(server.timers);
    MHD_stop_daemon(daemon);
    timers_free(server.timers);
    answers_free(server.answers);
    script_free(server.script);
    buf_release(&certificate);
    buf_release(&key);
    return 0;
}

static int run_raw(const struct options *o)
{
    struct sockaddr_in address = loopback(o->port);
    socklen_t bytes = sizeof address;
    int one = 1;
    int listener =
        socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (listener < 0 ||
        setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one) ||
        bind(listener, (struct sockaddr *)&address, bytes) ||
        listen(listener, BACKLOG) ||
        getsockname(listener, (struct sockaddr *)&address, &bytes))
        return fail("could not listen");
    struct buf body, answer;
    buf_init(&body, BUF_MAX);
    buf_init(&answer, BUF_MAX);
    buf_add(&body, STR("{\"model\":\"test\",\"choices\":[{\"index\":0,"
                       "\"message\":{\"role\":\"assistant\",\"content\":\""));
    buf_add_many(&body, 'x', (size_t)o->bytes);
    buf_add(&body, STR("\"},\"finish_reason\":\"stop\"}],\"usage\":"
                       "{\"prompt_tokens\":100,\"completion_tokens\":300}}"));
    buf_printf(&answer,
               "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
               "Content-Length: %zu\r\n\r\n",
               body.len);
    buf_add(&answer, buf_str(&body));
    printf("port %u\n", ntohs(address.sin_port));
    fflush(stdout);
    raw_serve(listener, buf_str(&answer), o->delay_ms, o->seconds);
    close(listener);
    buf_release(&body);
    buf_release(&answer);
    return 0;
}

static bool read_number(const char *text, int64_t *value)
{
    return str_to_int(str_of(text), value) && *value >= 0;
}

/* The option at words[0]; the number of words it takes, 0 when unknown. */
static int read_option(struct options *o, int left, char **words)
{
    const struct {
        const char *name;
        int64_t *number;
        const char **text;
    } known[] = {{"--port", &o->port, NULL},
                 {"--seconds", &o->seconds, NULL},
                 {"--delay-ms", &o->delay_ms, NULL},
                 {"--bytes", &o->bytes, NULL},
                 {"--replies", NULL, &o->replies},
                 {"--script", NULL, &o->script},
                 {"--key", NULL, &o->key},
                 {"--tls", NULL, &o->tls_certificate}};
    if (strcmp(words[0], "--raw") == 0) {
        o->raw = true;
        return 1;
    }
    for (size_t i = 0; left >= 2 && i < sizeof known / sizeof *known; i++) {
        if (strcmp(words[0], known[i].name) != 0)
            continue;
        if (known[i].number)
            return read_number(words[1], known[i].number) ? 2 : 0;
        *known[i].text = words[1];
        if (known[i].text != &o->tls_certificate)
            return 2;
        o->tls_key = left >= 3 ? words[2] : NULL;
        return left >= 3 ? 3 : 0;
    }
    return 0;
}

int main(int argc, char **argv)
{
    struct options o = {.seconds = SECONDS_DEFAULT, .bytes = RAW_BYTES_DEFAULT};
    for (int i = 1; i < argc;) {
        int used = read_option(&o, argc - i, argv + i);
        if (!used)
            return fail("usage: see the head of test/server/testserver.c");
        i += used;
    }
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    signal(SIGPIPE, SIG_IGN);
    struct rlimit limit;
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    return o.raw ? run_raw(&o) : run_scripted(&o);
}
