/* net.h - thousands of HTTP exchanges at once on one thread.
 *
 *     struct net *net = net_open(&options, &err);
 *     net_start(net, &(struct net_order){.url = url, .headers = headers,
 *                                        .body = body, .owner = job});
 *     while (net_active(net)) {
 *         net_wait(net, 100);                 // calls on_bytes
 *         struct net_end end;
 *         while (net_next(net, &end))
 *             finish(end.owner, &end);
 *     }
 *     net_close(net);
 *
 * libcurl's multi interface over epoll: keep-alive, HTTP/2 where TLS offers it
 * (many exchanges then share one connection), certificates verified, proxies by
 * the environment's variables, redirects not followed. It knows nothing of what
 * is asked. Each exchange ends with exactly one net_end. One thread owns a net;
 * only net_wake may be called from others.
 *
 * libcurl walks the list of connections to a host whenever it looks for a free
 * one. With thousands open that walk is the cost, so the exchanges are spread
 * over several multi handles of NET_SHARD_MAX, filled in order. That is also as
 * many streams as libcurl puts on one HTTP/2 connection, and beyond it would
 * open one for each.
 */
#ifndef LLM_NET_H
#define LLM_NET_H

#include <curl/curl.h>

#include "base/str.h"

#define NET_SHARD_MAX 100

/* What is known of an answer once its headers are there. */
struct net_head {
    int status;            /* 0: none yet */
    char content_type[64]; /* cut to fit */
    char retry_after[64];  /* "" when absent; "<n>ms" for retry-after-ms */
};

/* Bytes of the answer's body; false ends the exchange with NET_STOPPED. */
typedef bool net_on_bytes(const struct net_head *head, str bytes, void *owner);

struct net_options {
    net_on_bytes *on_bytes;
    void (*on_connected)(void *owner); /* may be NULL; its request goes out */
    int64_t connect_ms, stall_ms, request_ms;
};

/* What is borrowed must stay until the exchange ended. */
struct net_order {
    const char *url;                  /* borrowed */
    const struct curl_slist *headers; /* borrowed */
    const char *ca_file;              /* borrowed, or NULL */
    str body;                         /* borrowed; posted */
    void *owner;
};

enum net_kind {
    NET_WHOLE,       /* an answer, whatever its status */
    NET_UNREACHABLE, /* no address, refused, no route, proxy trouble */
    NET_UNTRUSTED,   /* its certificate is not valid */
    NET_BROKEN,      /* reset, cut short, not HTTP */
    NET_TIMEOUT,     /* request_ms or connect_ms */
    NET_STALLED,     /* stall_ms without a byte */
    NET_STOPPED      /* by on_bytes */
};

struct net_end {
    void *owner;
    enum net_kind kind;
    struct net_head head;
    const char *message; /* of what went wrong; static or until the next call */
};

struct net;

MUST_USE struct net *net_open(const struct net_options *options,
                              struct err *err);
/* Breaks off what is active, without net_end. */
void net_close(struct net *net);
void net_start(struct net *net, const struct net_order *order);
size_t net_active(const struct net *net);
/* Waits for something to happen, at most timeout_ms, and moves data. */
void net_wait(struct net *net, int64_t timeout_ms);
bool net_next(struct net *net, struct net_end *end);
/* From any thread: net_wait returns soon. */
void net_wake(struct net *net);

/* Options that every request of the program has; also for fetch.h. */
void net_set_defaults(CURL *easy);
/* libcurl's own start, once for the process. */
void net_start_library(void);
/* Allows the process as many open files as the system lets it. */
void net_raise_file_limit(void);
enum net_kind net_kind_of(CURLcode code);

#endif
