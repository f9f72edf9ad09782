/* fetch.c - see fetch.h. */
#include "llm/fetch.h"

#include <assert.h>

#include "llm/net.h"

enum { HEADER_BYTES_MAX = 65536 };

void fetch_reply_init(struct fetch_reply *reply)
{
    *reply = (struct fetch_reply){0};
    buf_init(&reply->body, FETCH_BYTES_MAX);
    buf_init(&reply->headers, HEADER_BYTES_MAX);
}

void fetch_reply_release(struct fetch_reply *reply)
{
    buf_release(&reply->body);
    buf_release(&reply->headers);
}

static size_t add_bytes(char *ptr, size_t size, size_t count, void *ctx)
{
    return buf_add(ctx, str_make(ptr, size * count)) ? size * count
                                                     : CURL_WRITEFUNC_ERROR;
}

static CURL *prepare(const struct fetch_order *order, struct fetch_reply *reply,
                     char *message)
{
    CURL *easy = curl_easy_init();
    assert(easy);
    net_set_defaults(easy);
    curl_easy_setopt(easy, CURLOPT_URL, order->url);
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, order->headers);
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, message);
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)order->timeout_ms);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, add_bytes);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, &reply->body);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, add_bytes);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, &reply->headers);
    if (order->ca_file)
        curl_easy_setopt(easy, CURLOPT_CAINFO, order->ca_file);
    if (order->body.len) {
        curl_easy_setopt(easy, CURLOPT_POST, 1L);
        curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE,
                         (curl_off_t)order->body.len);
        curl_easy_setopt(easy, CURLOPT_POSTFIELDS, order->body.ptr);
    }
    return easy;
}

bool fetch(const struct fetch_order *order, struct fetch_reply *reply,
           struct err *err)
{
    char message[CURL_ERROR_SIZE] = "";
    net_start_library();
    buf_reset(&reply->body);
    buf_reset(&reply->headers);
    CURL *easy = prepare(order, reply, message);
    CURLcode code = curl_easy_perform(easy);
    long status = 0, version = 0;
    char *scheme = NULL;
    curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(easy, CURLINFO_HTTP_VERSION, &version);
    curl_easy_getinfo(easy, CURLINFO_TOTAL_TIME, &reply->seconds);
    curl_easy_getinfo(easy, CURLINFO_SCHEME, &scheme);
    reply->status = (int)status;
    reply->http2 = version == CURL_HTTP_VERSION_2_0;
    reply->tls = str_equal_ignore_case(str_of(scheme), STR("https"));
    curl_easy_cleanup(easy);
    if (reply->body.full || reply->headers.full)
        return err_set(err, ERR_LIMIT, "answer above %zu bytes",
                       reply->body.bytes_max);
    if (code == CURLE_OK)
        return true;
    return err_set(err, ERR_NETWORK, "%s",
                   *message ? message : curl_easy_strerror(code));
}

str fetch_header(const struct fetch_reply *reply, const char *name)
{
    str rest = buf_str(&reply->headers), line, key, value, found = {0};
    while (str_next(&rest, '\n', &line))
        if (str_cut(line, ':', &key, &value) &&
            str_equal_ignore_case(key, str_of(name)))
            found = str_trim(value);
    return found;
}
