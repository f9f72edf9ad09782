/* retry.c - see retry.h. */
#include "llm/retry.h"

#include <assert.h>
#include <curl/curl.h>
#include <string.h>

#include "base/rng.h"

enum { DAY_SECONDS = 86400, DOUBLINGS_MAX = 30 };

enum retry_class retry_class_of_status(int status)
{
    if (status >= 200 && status < 300)
        return RETRY_NONE;
    switch (status) {
    case 429:
    case 529:
        return RETRY_CAPACITY;
    case 401:
    case 403:
        return RETRY_AUTH;
    case 408:
        return RETRY_TRANSPORT;
    case 501:
    case 505:
        return RETRY_REJECTED;
    default:
        return status >= 500 && status < 600 ? RETRY_TRANSPORT : RETRY_REJECTED;
    }
}

int64_t retry_delay_ms(const struct retry_options *options, uint64_t seed,
                       uint64_t request_id, int tries)
{
    assert(tries >= 1 && options->base_ms > 0);
    assert(options->max_ms >= options->base_ms);
    int64_t ceiling = options->base_ms;
    for (int i = 1; i < tries && i < DOUBLINGS_MAX; i++)
        if (ceiling < options->max_ms)
            ceiling *= 2;
    if (ceiling > options->max_ms)
        ceiling = options->max_ms;
    struct rng rng =
        rng_at(seed, RNG_STREAM("retry"), request_id * 64 + (uint64_t)tries);
    return (int64_t)rng_below(&rng, (uint64_t)ceiling + 1);
}

bool retry_after_ms(str value, int64_t now_seconds, int64_t *wait_ms)
{
    value = str_trim(value);
    double seconds;
    if (value.len == 0 || value.len > 40)
        return false;
    if (value.ptr[0] >= '0' && value.ptr[0] <= '9' &&
        str_to_double(value, &seconds)) {
        *wait_ms = seconds > DAY_SECONDS ? DAY_SECONDS * INT64_C(1000)
                                         : (int64_t)(seconds * 1000 + 0.5);
        return true;
    }
    char text[41];
    memcpy(text, value.ptr, value.len);
    text[value.len] = '\0';
    /* curl_getdate also takes loose forms; an HTTP date names a month. */
    time_t when = strchr(text, ' ') ? curl_getdate(text, NULL) : -1;
    if (when < 0)
        return false;
    int64_t wait = (int64_t)when - now_seconds;
    wait = wait < 0 ? 0 : wait > DAY_SECONDS ? DAY_SECONDS : wait;
    *wait_ms = wait * 1000;
    return true;
}
