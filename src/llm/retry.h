/* retry.h - which trouble an answer is, and how long to wait before asking
 * again.
 *
 *     switch (retry_class_of_status(503)) { case RETRY_TRANSPORT: … }
 *     int64_t wait = retry_delay_ms(&options, seed, request_id, tries);
 *     int64_t told;
 *     if (retry_after_ms(STR("120"), wall_seconds, &told)) …
 *
 * Delays have full jitter: uniform in [0, min(max, base · 2^(tries-1)]
 * ("Exponential Backoff And Jitter", AWS Architecture Blog 2015), drawn from
 * the request's id and its try, so that they do not depend on the order of
 * events. Pure.
 */
#ifndef LLM_RETRY_H
#define LLM_RETRY_H

#include "base/str.h"

enum retry_class {
    RETRY_NONE,      /* a good answer */
    RETRY_TRANSPORT, /* ask again, it counts as a try */
    RETRY_CAPACITY,  /* slow down and ask again, it does not count */
    RETRY_AUTH,      /* asking again is useless */
    RETRY_REJECTED   /* the request itself is wrong */
};

struct retry_options {
    int64_t base_ms; /* > 0 */
    int64_t max_ms;  /* >= base_ms */
};

/* 2xx none; 429 and 529 capacity; 401 and 403 auth; 408 and 5xx transport; all
 * else (also redirects, which are not followed: they would carry the key away)
 * rejected. 501 and 505 do not change by asking again: rejected. */
enum retry_class retry_class_of_status(int status);

/* `tries` counts the sends so far, >= 1. */
int64_t retry_delay_ms(const struct retry_options *options, uint64_t seed,
                       uint64_t request_id, int tries);

/* A Retry-After value (RFC 9110, 10.2.3): seconds, or an HTTP date compared
 * with now. False when it is neither. At most a day; a date in the past is 0.
 */
bool retry_after_ms(str value, int64_t now_seconds, int64_t *wait_ms);

#endif
