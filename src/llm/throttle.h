/* throttle.h - how many requests one endpoint may have in flight right now.
 *
 *     struct throttle t;
 *     throttle_init(&t, &options);
 *     if (throttle_may_send(&t, now_ms)) {
 *         job->ticket = throttle_sent(&t);
 *         …
 *     }
 *     throttle_answered(&t);                          // a good answer
 *     throttle_refused(&t, job->ticket, now_ms, retry_after_ms);    // 429
 *     throttle_failed(&t);                            // anything else
 *
 * Additive increase, multiplicative decrease as in congestion control (Chiu and
 * Jain 1989; RFC 5681): the window doubles per round trip until the first
 * refusal, later it grows by `increase` per window of good answers, and only
 * while it is used. A refusal multiplies it by `decrease`, once per burst: a
 * refusal of something sent before the last decrease changes nothing more. A
 * refusal also pauses sending: for as long as the endpoint asks, or else for
 * `pause_ms`, doubled with every further burst without a good answer between.
 *
 * Pure: time is an argument, nothing is random. One thread at a time.
 */
#ifndef LLM_THROTTLE_H
#define LLM_THROTTLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct throttle_options {
    double window_start;  /* requests, >= 1 */
    double window_max;    /* requests, >= window_start */
    double increase;      /* requests per window of answers, > 0 */
    double decrease;      /* factor in (0, 1) */
    int64_t pause_ms;     /* > 0 */
    int64_t pause_max_ms; /* of our own pauses; a told one is obeyed */
};

struct throttle {
    struct throttle_options options;
    double window;
    double slow_start_below; /* doubling up to here */
    size_t in_flight;
    size_t peak, last_peak;  /* of in_flight, in this round and the last */
    size_t answers_in_round; /* a round is one window of answers */
    uint64_t next_ticket;
    uint64_t recover_from; /* tickets below it belong to an old burst */
    int64_t paused_until_ms;
    unsigned bursts_in_row; /* without a good answer between */
};

#define THROTTLE_NOT_TOLD ((int64_t)-1)

void throttle_init(struct throttle *t, const struct throttle_options *options);
bool throttle_may_send(const struct throttle *t, int64_t now_ms);
bool throttle_is_paused(const struct throttle *t, int64_t now_ms);
/* Counts one more in flight; the ticket comes back with throttle_refused. */
uint64_t throttle_sent(struct throttle *t);

/* Each of these takes one out of flight. */
void throttle_answered(struct throttle *t);
void throttle_failed(struct throttle *t);
/* retry_after_ms: what the endpoint asked for, or THROTTLE_NOT_TOLD. True when
 * the window shrank. */
bool throttle_refused(struct throttle *t, uint64_t ticket, int64_t now_ms,
                      int64_t retry_after_ms);

/* Sends nothing before the given time. */
void throttle_pause_until(struct throttle *t, int64_t until_ms);

#endif
