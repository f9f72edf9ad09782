/* net.c - see net.h.
 *
 * Sockets of all shards sit in one epoll; an event carries shard and socket.
 * Easy handles are kept and used again with what they were last set to, so that
 * a further request to the same address sets two options instead of twenty.
 */
#include "llm/net.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"

enum {
    EVENTS_MAX = 512,
    SHARDS_MAX = 1024,
    RECEIVE_BYTES = 4096, /* per exchange in flight: thousands of them */
    SEND_BYTES = 16384,   /* libcurl's smallest; only used under TLS */
    NO_TIMER = -1
};
#define WAKE_DATA UINT64_MAX
static const long NAMES_SECONDS = 300; /* an address stays known */

struct exchange {
    CURL *easy; /* owned */
    struct net *net;
    struct shard *shard;
    void *owner;
    struct net_head head;
    bool stopped;
    const struct curl_slist *headers; /* what easy was last set to */
    const char *url;
    /* Among those that have begun to receive: longest silent first. */
    struct exchange *older, *newer;
    int64_t heard_ms; /* 0: nothing yet, and in no list */
    struct exchange *next_free;
    char message[CURL_ERROR_SIZE];
};

struct shard {
    struct net *net;
    CURLM *multi; /* owned */
    uint32_t index;
    size_t active;
    int64_t timer_ms; /* when libcurl wants to be called, or NO_TIMER */
};

struct net {
    struct net_options options;
    CURLSH *share;   /* owned; names and TLS sessions of all shards */
    int epoll, wake; /* owned */
    bool proxies;    /* the environment names some */
    struct shard *shards[SHARDS_MAX]; /* owned */
    size_t shard_count;
    size_t active;
    size_t drained_shard;  /* where net_next reads on */
    int64_t now_ms;        /* of the last step */
    struct exchange *idle; /* owned; linked by next_free */
    struct exchange *longest_silent, *last_heard;
    struct exchange *ended; /* by stall; linked by next_free */
    struct exchange **all;  /* owned; every exchange ever made */
    size_t all_count, all_capacity;
    struct exchange *returned; /* the one behind the last net_end */
};

static void start_library(void)
{
    CURLcode code = curl_global_init(CURL_GLOBAL_DEFAULT);
    assert(code == CURLE_OK);
    (void)code;
}

void net_start_library(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, start_library);
}

void net_raise_file_limit(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0 &&
        limit.rlim_cur < limit.rlim_max) {
        limit.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
}

void net_set_defaults(CURL *easy)
{
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L);
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_2TLS);
    curl_easy_setopt(easy, CURLOPT_PIPEWAIT, 1L);
    curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
    curl_easy_setopt(easy, CURLOPT_USERAGENT, "anamnesis");
    /* No compression: each inflating exchange would hold 40 KB. */
}

enum net_kind net_kind_of(CURLcode code)
{
    switch (code) {
    case CURLE_OK:
        return NET_WHOLE;
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_COULDNT_CONNECT:
    case CURLE_PROXY:
    case CURLE_INTERFACE_FAILED:
        return NET_UNREACHABLE;
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
        return NET_UNTRUSTED;
    case CURLE_OPERATION_TIMEDOUT:
        return NET_TIMEOUT;
    default:
        return NET_BROKEN;
    }
}

static bool environment_names_proxies(void)
{
    static const char *const names[] = {
        "http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (getenv(names[i]))
            return true;
    return false;
}

/* ---- who has been silent for how long ---- */

static void unlink_heard(struct exchange *x)
{
    struct net *net = x->net;
    if (!x->heard_ms)
        return;
    if (x->older)
        x->older->newer = x->newer;
    else
        net->longest_silent = x->newer;
    if (x->newer)
        x->newer->older = x->older;
    else
        net->last_heard = x->older;
    x->older = x->newer = NULL;
    x->heard_ms = 0;
}

static void mark_heard(struct exchange *x)
{
    struct net *net = x->net;
    unlink_heard(x);
    x->heard_ms = net->now_ms;
    x->older = net->last_heard;
    if (net->last_heard)
        net->last_heard->newer = x;
    else
        net->longest_silent = x;
    net->last_heard = x;
}

/* ---- libcurl's callbacks ---- */

static void keep_value(char *out, size_t bytes, str value, const char *unit)
{
    value = str_trim(value);
    size_t unit_bytes = strlen(unit);
    if (value.len + unit_bytes >= bytes)
        value.len = bytes - 1 - unit_bytes;
    memcpy(out, value.ptr, value.len);
    memcpy(out + value.len, unit, unit_bytes + 1);
}

static size_t on_header(char *ptr, size_t size, size_t count, void *ctx)
{
    struct exchange *x = ctx;
    str line = str_make(ptr, size * count), name, value;
    struct net_head *head = &x->head;
    mark_heard(x);
    if (str_starts_with(line, STR("HTTP/"))) {
        long status = 0;
        curl_easy_getinfo(x->easy, CURLINFO_RESPONSE_CODE, &status);
        *head = (struct net_head){.status = (int)status};
    } else if (str_cut(line, ':', &name, &value)) {
        if (str_equal_ignore_case(name, STR("content-type")))
            keep_value(head->content_type, sizeof head->content_type, value,
                       "");
        else if (str_equal_ignore_case(name, STR("retry-after-ms")))
            keep_value(head->retry_after, sizeof head->retry_after, value,
                       "ms");
        else if (str_equal_ignore_case(name, STR("retry-after")) &&
                 !head->retry_after[0])
            keep_value(head->retry_after, sizeof head->retry_after, value, "");
    }
    return line.len;
}

static size_t on_body(char *ptr, size_t size, size_t count, void *ctx)
{
    struct exchange *x = ctx;
    mark_heard(x);
    str bytes = str_make(ptr, size * count);
    if (x->net->options.on_bytes(&x->head, bytes, x->owner))
        return bytes.len;
    x->stopped = true;
    return CURL_WRITEFUNC_ERROR;
}

static int on_connected(void *ctx, char *peer_address, char *own_address,
                        int peer_port, int own_port)
{
    struct exchange *x = ctx;
    (void)peer_address;
    (void)own_address;
    (void)peer_port;
    (void)own_port;
    if (x->net->options.on_connected)
        x->net->options.on_connected(x->owner);
    return CURL_PREREQFUNC_OK;
}

static int on_timer(CURLM *multi, long timeout_ms, void *ctx)
{
    struct shard *shard = ctx;
    (void)multi;
    shard->timer_ms =
        timeout_ms < 0 ? NO_TIMER : shard->net->now_ms + timeout_ms;
    return 0;
}

static int on_socket(CURL *easy, curl_socket_t fd, int what, void *ctx,
                     void *known)
{
    struct shard *shard = ctx;
    struct net *net = shard->net;
    (void)easy;
    if (what == CURL_POLL_REMOVE) {
        epoll_ctl(net->epoll, EPOLL_CTL_DEL, fd, NULL);
        return 0;
    }
    struct epoll_event event = {
        .events = (what & CURL_POLL_IN ? EPOLLIN : 0u) |
                  (what & CURL_POLL_OUT ? EPOLLOUT : 0u),
        .data.u64 = (uint64_t)shard->index << 32 | (uint32_t)fd};
    if (known) {
        epoll_ctl(net->epoll, EPOLL_CTL_MOD, fd, &event);
    } else {
        epoll_ctl(net->epoll, EPOLL_CTL_ADD, fd, &event);
        curl_multi_assign(shard->multi, fd, shard);
    }
    return 0;
}

/* ---- life cycle ---- */

struct net *net_open(const struct net_options *options, struct err *err)
{
    net_start_library();
    net_raise_file_limit();
    struct net *net = mem_zero(1, sizeof *net);
    net->options = *options;
    net->proxies = environment_names_proxies();
    net->now_ms = clock_now_ms();
    net->share = curl_share_init();
    assert(net->share);
    curl_share_setopt(net->share, CURLSHOPT_SHARE, CURL_LOCK_DATA_DNS);
    curl_share_setopt(net->share, CURLSHOPT_SHARE, CURL_LOCK_DATA_SSL_SESSION);
    net->epoll = epoll_create1(EPOLL_CLOEXEC);
    net->wake = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    struct epoll_event event = {.events = EPOLLIN, .data.u64 = WAKE_DATA};
    if (net->epoll < 0 || net->wake < 0 ||
        epoll_ctl(net->epoll, EPOLL_CTL_ADD, net->wake, &event) != 0) {
        err_sys(err, "network loop");
        net_close(net);
        return NULL;
    }
    return net;
}

void net_close(struct net *net)
{
    if (!net)
        return;
    for (size_t i = 0; i < net->all_count; i++) {
        struct exchange *x = net->all[i];
        if (x->shard)
            curl_multi_remove_handle(x->shard->multi, x->easy);
        curl_easy_cleanup(x->easy);
        free(x);
    }
    for (size_t i = 0; i < net->shard_count; i++) {
        curl_multi_cleanup(net->shards[i]->multi);
        free(net->shards[i]);
    }
    curl_share_cleanup(net->share);
    if (net->epoll >= 0)
        close(net->epoll);
    if (net->wake >= 0)
        close(net->wake);
    free(net->all);
    free(net);
}

size_t net_active(const struct net *net)
{
    return net->active;
}

void net_wake(struct net *net)
{
    uint64_t one = 1;
    ssize_t written = write(net->wake, &one, sizeof one);
    (void)written; /* full means: already awake */
}

static struct shard *new_shard(struct net *net)
{
    assert(net->shard_count < SHARDS_MAX);
    struct shard *shard = mem_zero(1, sizeof *shard);
    *shard = (struct shard){.net = net,
                            .multi = curl_multi_init(),
                            .index = (uint32_t)net->shard_count,
                            .timer_ms = NO_TIMER};
    assert(shard->multi);
    curl_multi_setopt(shard->multi, CURLMOPT_SOCKETFUNCTION, on_socket);
    curl_multi_setopt(shard->multi, CURLMOPT_SOCKETDATA, shard);
    curl_multi_setopt(shard->multi, CURLMOPT_TIMERFUNCTION, on_timer);
    curl_multi_setopt(shard->multi, CURLMOPT_TIMERDATA, shard);
    curl_multi_setopt(shard->multi, CURLMOPT_PIPELINING,
                      (long)CURLPIPE_MULTIPLEX);
    curl_multi_setopt(shard->multi, CURLMOPT_MAXCONNECTS, (long)NET_SHARD_MAX);
    net->shards[net->shard_count++] = shard;
    return shard;
}

static struct shard *shard_with_room(struct net *net)
{
    for (size_t i = 0; i < net->shard_count; i++)
        if (net->shards[i]->active < NET_SHARD_MAX)
            return net->shards[i];
    return new_shard(net);
}

static struct exchange *new_exchange(struct net *net)
{
    struct exchange *x = mem_zero(1, sizeof *x);
    x->net = net;
    x->easy = curl_easy_init();
    assert(x->easy);
    if (net->all_count == net->all_capacity) {
        net->all_capacity = net->all_capacity ? net->all_capacity * 2 : 64;
        net->all =
            mem_resize(net->all, net->all_capacity * sizeof(struct exchange *));
    }
    net->all[net->all_count++] = x;
    return x;
}

/* Everything anew, so that nothing of another endpoint stays behind. */
static void set_target(struct exchange *x, const struct net_order *order)
{
    CURL *easy = x->easy;
    const struct net *net = x->net;
    const struct net_options *options = &net->options;
    curl_easy_reset(easy);
    net_set_defaults(easy);
    if (!net->proxies) /* saves the search for each request */
        curl_easy_setopt(easy, CURLOPT_PROXY, "");
    curl_easy_setopt(easy, CURLOPT_URL, order->url);
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, order->headers);
    if (order->ca_file)
        curl_easy_setopt(easy, CURLOPT_CAINFO, order->ca_file);
    curl_easy_setopt(easy, CURLOPT_SHARE, net->share);
    curl_easy_setopt(easy, CURLOPT_DNS_CACHE_TIMEOUT, NAMES_SECONDS);
    curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, on_connected);
    curl_easy_setopt(easy, CURLOPT_PREREQDATA, x);
    curl_easy_setopt(easy, CURLOPT_PRIVATE, x);
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, x->message);
    curl_easy_setopt(easy, CURLOPT_POST, 1L);
    curl_easy_setopt(easy, CURLOPT_BUFFERSIZE, (long)RECEIVE_BYTES);
    curl_easy_setopt(easy, CURLOPT_UPLOAD_BUFFERSIZE, (long)SEND_BYTES);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, x);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, x);
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS,
                     (long)options->connect_ms);
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)options->request_ms);
    x->url = order->url;
    x->headers = order->headers;
}

void net_start(struct net *net, const struct net_order *order)
{
    struct exchange *x = net->idle;
    if (x)
        net->idle = x->next_free;
    else
        x = new_exchange(net);
    x->next_free = NULL;
    if (x->url != order->url || x->headers != order->headers)
        set_target(x, order);
    curl_easy_setopt(x->easy, CURLOPT_POSTFIELDSIZE_LARGE,
                     (curl_off_t)order->body.len);
    curl_easy_setopt(x->easy, CURLOPT_POSTFIELDS, order->body.ptr);
    x->owner = order->owner;
    x->head = (struct net_head){0};
    x->stopped = false;
    x->message[0] = '\0';
    x->shard = shard_with_room(net);
    x->shard->active++;
    net->active++;
    CURLMcode code = curl_multi_add_handle(x->shard->multi, x->easy);
    assert(code == CURLM_OK);
    (void)code;
}

/* ---- the loop ---- */

static int64_t next_event_ms(const struct net *net)
{
    int64_t at = INT64_MAX;
    for (size_t i = 0; i < net->shard_count; i++) {
        int64_t timer = net->shards[i]->timer_ms;
        if (timer != NO_TIMER && timer < at)
            at = timer;
    }
    if (net->longest_silent) {
        int64_t stall = net->longest_silent->heard_ms + net->options.stall_ms;
        at = stall < at ? stall : at;
    }
    return at;
}

static void run_timers(struct net *net)
{
    int running;
    for (size_t i = 0; i < net->shard_count; i++) {
        struct shard *shard = net->shards[i];
        if (shard->timer_ms == NO_TIMER || shard->timer_ms > net->now_ms)
            continue;
        shard->timer_ms = NO_TIMER;
        curl_multi_socket_action(shard->multi, CURL_SOCKET_TIMEOUT, 0,
                                 &running);
    }
}

static void run_sockets(struct net *net, const struct epoll_event *events,
                        int count)
{
    int running;
    for (int i = 0; i < count; i++) {
        uint64_t data = events[i].data.u64;
        if (data == WAKE_DATA) {
            uint64_t drained;
            ssize_t n = read(net->wake, &drained, sizeof drained);
            (void)n;
            continue;
        }
        uint32_t what = events[i].events;
        int bits = (what & EPOLLIN ? CURL_CSELECT_IN : 0) |
                   (what & EPOLLOUT ? CURL_CSELECT_OUT : 0) |
                   (what & (EPOLLERR | EPOLLHUP) ? CURL_CSELECT_ERR : 0);
        curl_multi_socket_action(net->shards[data >> 32]->multi,
                                 (curl_socket_t)(data & UINT32_MAX), bits,
                                 &running);
    }
}

static void leave_shard(struct exchange *x)
{
    unlink_heard(x);
    curl_multi_remove_handle(x->shard->multi, x->easy);
    x->shard->active--;
    x->shard = NULL;
    x->net->active--;
}

static void end_stalled(struct net *net)
{
    while (net->longest_silent &&
           net->longest_silent->heard_ms + net->options.stall_ms <=
               net->now_ms) {
        struct exchange *x = net->longest_silent;
        leave_shard(x);
        x->next_free = net->ended;
        net->ended = x;
    }
}

void net_wait(struct net *net, int64_t timeout_ms)
{
    struct epoll_event events[EVENTS_MAX];
    net->now_ms = clock_now_ms();
    int64_t wait = next_event_ms(net);
    wait = wait == INT64_MAX ? timeout_ms : wait - net->now_ms;
    wait = wait < 0 ? 0 : wait < timeout_ms ? wait : timeout_ms;
    int count = epoll_wait(net->epoll, events, EVENTS_MAX,
                           wait > INT32_MAX ? INT32_MAX : (int)wait);
    net->now_ms = clock_now_ms();
    run_sockets(net, events, count);
    run_timers(net);
    end_stalled(net);
}

static bool take_message(struct net *net, struct exchange **x, CURLcode *code)
{
    for (; net->drained_shard < net->shard_count; net->drained_shard++) {
        CURLM *multi = net->shards[net->drained_shard]->multi;
        int left;
        for (CURLMsg *m; (m = curl_multi_info_read(multi, &left));) {
            if (m->msg != CURLMSG_DONE)
                continue;
            *code = m->data.result;
            char *private = NULL;
            curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, &private);
            *x = (struct exchange *)(void *)private;
            leave_shard(*x);
            return true;
        }
    }
    net->drained_shard = 0;
    return false;
}

static void give_back(struct net *net)
{
    if (!net->returned)
        return;
    net->returned->owner = NULL;
    net->returned->next_free = net->idle;
    net->idle = net->returned;
    net->returned = NULL;
}

bool net_next(struct net *net, struct net_end *end)
{
    give_back(net);
    struct exchange *x = net->ended;
    CURLcode code = CURLE_OK;
    bool stalled = x != NULL;
    if (stalled)
        net->ended = x->next_free;
    else if (!take_message(net, &x, &code))
        return false;
    *end = (struct net_end){.owner = x->owner, .head = x->head};
    if (stalled)
        end->kind = NET_STALLED;
    else
        end->kind = x->stopped ? NET_STOPPED : net_kind_of(code);
    end->message = stalled         ? "silent in the middle of an answer"
                   : x->message[0] ? x->message
                                   : curl_easy_strerror(code);
    net->returned = x;
    return true;
}
