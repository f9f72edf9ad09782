/* post.c - see post.h. */
#include "generate/post.h"

#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { CONNECT_TIMEOUT_MS = 5000 };

struct post {
    CURL *curl; /* owned */
    char *url;  /* owned */
    char *host; /* owned; what messages show */
    size_t reply_bytes_max;
};

/* Scheme, host and port: nothing that could be secret. */
static char *host_of(const char *url, struct err *err)
{
    CURLU *parts = curl_url();
    char *scheme = NULL, *host = NULL, *port = NULL, *shown = NULL;
    if (parts && curl_url_set(parts, CURLUPART_URL, url, 0) == CURLUE_OK &&
        curl_url_get(parts, CURLUPART_SCHEME, &scheme, 0) == CURLUE_OK &&
        curl_url_get(parts, CURLUPART_HOST, &host, 0) == CURLUE_OK &&
        curl_url_get(parts, CURLUPART_PORT, &port, CURLU_DEFAULT_PORT) ==
            CURLUE_OK &&
        (strcmp(scheme, "http") == 0 || strcmp(scheme, "https") == 0)) {
        struct buf text;
        buf_init(&text, 4096);
        buf_printf(&text, "%s://%s:%s", scheme, host, port);
        shown = buf_take(&text);
    } else {
        err_set(err, ERR_CONFIG,
                "an address must begin with http:// or https:// and name a "
                "host");
    }
    curl_free(scheme);
    curl_free(host);
    curl_free(port);
    curl_url_cleanup(parts);
    return shown;
}

struct post *post_open(str url, int64_t timeout_ms, size_t reply_bytes_max,
                       struct err *err)
{
    char *address = mem_copy_string(url.ptr, url.len);
    char *host = host_of(address, err);
    CURL *curl = host ? curl_easy_init() : NULL;
    if (!curl) {
        if (host)
            err_set(err, ERR_NETWORK, "libcurl does not start");
        free(address);
        free(host);
        return NULL;
    }
    struct post *post = mem_zero(1, sizeof *post);
    *post = (struct post){curl, address, host, reply_bytes_max};
    curl_easy_setopt(curl, CURLOPT_URL, address);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)timeout_ms);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, (long)CONNECT_TIMEOUT_MS);
    curl_easy_setopt(curl, CURLOPT_USERAGENT, "anamnesis");
    return post;
}

void post_close(struct post *post)
{
    if (!post)
        return;
    curl_easy_cleanup(post->curl);
    free(post->url);
    free(post->host);
    free(post);
}

static size_t take_bytes(char *bytes, size_t size, size_t count, void *ctx)
{
    struct buf *reply = ctx;
    return buf_add(reply, str_make(bytes, size * count)) ? size * count : 0;
}

bool post_send(struct post *post, const char *content_type, str body,
               struct buf *reply, struct err *err)
{
    struct buf header, received;
    buf_init(&header, 1024);
    buf_init(&received, post->reply_bytes_max);
    buf_printf(&header, "Content-Type: %s", content_type);
    struct curl_slist *headers = curl_slist_append(NULL, buf_cstr(&header));
    headers = curl_slist_append(headers, "Expect:");
    CURL *curl = post->curl;
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)body.len);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body.len ? body.ptr : "");
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_bytes);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, &received);
    CURLcode code = curl_easy_perform(curl);
    long status = 0;
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    bool ok = true;
    if (received.full)
        ok = err_set(err, ERR_LIMIT, "%s: the answer is longer than %zu bytes",
                     post->host, post->reply_bytes_max);
    else if (code != CURLE_OK)
        ok = err_set(err, ERR_NETWORK, "%s: %s", post->host,
                     curl_easy_strerror(code));
    else if (status != 200)
        ok = err_set(err, ERR_NETWORK, "%s: HTTP %ld", post->host, status);
    buf_reset(reply);
    if (ok && !buf_add(reply, buf_str(&received)) && received.len)
        ok = err_set(err, ERR_LIMIT, "%s: the answer does not fit", post->host);
    curl_slist_free_all(headers);
    buf_release(&header);
    buf_release(&received);
    return ok;
}
