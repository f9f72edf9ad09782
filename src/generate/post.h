/* post.h - one HTTP POST at a time, with limits on everything.
 *
 *     struct post *post = post_open("http://127.0.0.1:8081/v2/check",
 *                                   10000, 4 << 20, &err);
 *     if (!post_send(post, "application/x-www-form-urlencoded", body,
 *                    &reply, &err)) …       // "host: HTTP 500", "timed out", …
 *     post_close(post);
 *
 * For the small services beside the model (llm.h has its own client). Only http
 * and https; redirects are not followed; certificates are checked; the
 * connection is kept for the next request. Messages never show a user name or
 * password of the address. An object belongs to one thread.
 */
#ifndef GENERATE_POST_H
#define GENERATE_POST_H

#include "base/buf.h"

struct post;

/* timeout_ms is for one whole request. Fails with ERR_CONFIG for an address
 * that is none. */
MUST_USE struct post *post_open(str url, int64_t timeout_ms,
                                size_t reply_bytes_max, struct err *err);
void post_close(struct post *post); /* NULL is fine */

/* Fills reply (emptied first) with the body of a 200 answer. ERR_NETWORK: not
 * reached, timed out, broken off, another status; ERR_LIMIT: the body passes
 * the maximum. */
MUST_USE bool post_send(struct post *post, const char *content_type, str body,
                        struct buf *reply, struct err *err);

#endif
