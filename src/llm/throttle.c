/* throttle.c - see throttle.h. */
#include "llm/throttle.h"

#include <assert.h>

/* The window counts as used when at least this share of it was in flight during
 * this round of answers or the last; growing a window that nobody fills would
 * make the next burst blind. */
static const double USED_SHARE = 0.75;
enum { DOUBLINGS_MAX = 20 };

void throttle_init(struct throttle *t, const struct throttle_options *options)
{
    assert(options->window_start >= 1);
    assert(options->window_max >= options->window_start);
    assert(options->decrease > 0 && options->decrease < 1);
    assert(options->increase > 0 && options->pause_ms > 0);
    *t = (struct throttle){.options = *options,
                           .window = options->window_start,
                           .slow_start_below = options->window_max};
}

bool throttle_is_paused(const struct throttle *t, int64_t now_ms)
{
    return now_ms < t->paused_until_ms;
}

bool throttle_may_send(const struct throttle *t, int64_t now_ms)
{
    return !throttle_is_paused(t, now_ms) &&
           (double)(t->in_flight + 1) <= t->window;
}

uint64_t throttle_sent(struct throttle *t)
{
    t->in_flight++;
    if (t->in_flight > t->peak)
        t->peak = t->in_flight;
    return t->next_ticket++;
}

static void land(struct throttle *t)
{
    assert(t->in_flight > 0);
    t->in_flight--;
}

void throttle_answered(struct throttle *t)
{
    land(t);
    t->bursts_in_row = 0;
    size_t peak = t->peak > t->last_peak ? t->peak : t->last_peak;
    bool used = (double)peak >= USED_SHARE * t->window;
    if ((double)++t->answers_in_round >= t->window) {
        t->answers_in_round = 0;
        t->last_peak = t->peak;
        t->peak = t->in_flight;
    }
    if (!used)
        return;
    t->window +=
        t->window < t->slow_start_below ? 1 : t->options.increase / t->window;
    if (t->window > t->options.window_max)
        t->window = t->options.window_max;
}

void throttle_failed(struct throttle *t)
{
    land(t);
}

void throttle_pause_until(struct throttle *t, int64_t until_ms)
{
    if (until_ms > t->paused_until_ms)
        t->paused_until_ms = until_ms;
}

/* Doubles with every burst in a row. */
static int64_t own_pause_ms(const struct throttle *t)
{
    unsigned doublings = t->bursts_in_row ? t->bursts_in_row - 1 : 0;
    if (doublings > DOUBLINGS_MAX)
        doublings = DOUBLINGS_MAX;
    int64_t pause = t->options.pause_ms << doublings;
    return pause < t->options.pause_max_ms ? pause : t->options.pause_max_ms;
}

bool throttle_refused(struct throttle *t, uint64_t ticket, int64_t now_ms,
                      int64_t retry_after_ms)
{
    assert(ticket < t->next_ticket);
    land(t);
    bool new_burst = ticket >= t->recover_from;
    if (new_burst) {
        t->recover_from = t->next_ticket;
        t->bursts_in_row++;
        t->window *= t->options.decrease;
        if (t->window < 1)
            t->window = 1;
        t->slow_start_below = t->window;
    }
    if (retry_after_ms != THROTTLE_NOT_TOLD)
        throttle_pause_until(t, now_ms + retry_after_ms);
    else if (new_burst)
        throttle_pause_until(t, now_ms + own_pause_ms(t));
    return new_burst;
}
