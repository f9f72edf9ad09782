/* fetch.h - one HTTP exchange, waited for: what `probe` and the like need.
 *
 *     struct fetch_reply reply;
 *     fetch_reply_init(&reply);
 *     if (!fetch(&(struct fetch_order){.url = url, .headers = headers}, &reply,
 *                &err)) …                       // no answer at all
 *     if (reply.status == 200) use(buf_str(&reply.body));
 *     str limit = fetch_header(&reply, "x-ratelimit-limit-requests");
 *     fetch_reply_release(&reply);
 *
 * Same rules as net.h: certificates are verified, redirects not followed,
 * proxies by the environment. Any status is an answer. Failures: ERR_NETWORK
 * with what curl says (unreachable, certificate, timeout, broken off),
 * ERR_LIMIT for a body above bytes_max. Not for the inner loop: a connection
 * per call.
 */
#ifndef LLM_FETCH_H
#define LLM_FETCH_H

#include <curl/curl.h>

#include "base/buf.h"

struct fetch_order {
    const char *url;
    struct curl_slist *headers; /* borrowed, may be NULL */
    const char *ca_file;        /* or NULL */
    str body;                   /* empty: GET, else POST */
    int64_t timeout_ms;
};

struct fetch_reply {
    int status;
    struct buf body;
    struct buf headers; /* "name: value" lines */
    double seconds;
    bool tls;
    bool http2;
};

#define FETCH_BYTES_MAX ((size_t)16 << 20)

void fetch_reply_init(struct fetch_reply *reply);
void fetch_reply_release(struct fetch_reply *reply);
MUST_USE bool fetch(const struct fetch_order *order, struct fetch_reply *reply,
                    struct err *err);
/* The value of the last header of that name, or empty; a view into reply. */
str fetch_header(const struct fetch_reply *reply, const char *name);

#endif
