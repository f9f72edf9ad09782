/* timers.c - see timers.h. An unsorted list is enough for a test server: it is
 * only walked when the earliest time has come. */
#include "timers.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/vec.h"

struct sleeper {
    void *who;
    int64_t at_ms;
};

struct timers {
    void (*wake)(void *sleeper);
    pthread_mutex_t lock;
    pthread_cond_t changed;
    struct vec sleepers; /* struct sleeper, under the lock */
    int64_t earliest_ms;
    bool ended;
};

struct timers *timers_new(void (*wake)(void *sleeper))
{
    struct timers *t = mem_zero(1, sizeof *t);
    t->wake = wake;
    t->earliest_ms = INT64_MAX;
    vec_init(&t->sleepers, sizeof(struct sleeper));
    pthread_mutex_init(&t->lock, NULL);
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&t->changed, &monotonic);
    pthread_condattr_destroy(&monotonic);
    return t;
}

void timers_free(struct timers *t)
{
    pthread_cond_destroy(&t->changed);
    pthread_mutex_destroy(&t->lock);
    vec_release(&t->sleepers);
    free(t);
}

void timers_add(struct timers *t, void *who, int64_t at_ms)
{
    pthread_mutex_lock(&t->lock);
    bool ended = t->ended;
    if (!ended) {
        struct sleeper sleeper = {who, at_ms};
        vec_push(&t->sleepers, &sleeper);
        if (at_ms < t->earliest_ms) {
            t->earliest_ms = at_ms;
            pthread_cond_signal(&t->changed);
        }
    }
    pthread_mutex_unlock(&t->lock);
    if (ended)
        t->wake(who);
}

/* Under the lock. */
static void wake_until(struct timers *t, int64_t now_ms)
{
    size_t kept = 0;
    t->earliest_ms = INT64_MAX;
    for (size_t i = 0; i < t->sleepers.count; i++) {
        struct sleeper s = *(struct sleeper *)vec_at(&t->sleepers, i);
        if (s.at_ms <= now_ms) {
            t->wake(s.who);
            continue;
        }
        if (s.at_ms < t->earliest_ms)
            t->earliest_ms = s.at_ms;
        *(struct sleeper *)vec_at(&t->sleepers, kept++) = s;
    }
    t->sleepers.count = kept;
}

void timers_run(struct timers *t, int64_t end_ms)
{
    pthread_mutex_lock(&t->lock);
    for (int64_t now_ms; (now_ms = clock_now_ms()) < end_ms;) {
        if (t->earliest_ms <= now_ms)
            wake_until(t, now_ms);
        int64_t at = t->earliest_ms < end_ms ? t->earliest_ms : end_ms;
        struct timespec until = {.tv_sec = at / 1000,
                                 .tv_nsec = at % 1000 * 1000000};
        pthread_cond_timedwait(&t->changed, &t->lock, &until);
    }
    pthread_mutex_unlock(&t->lock);
}

void timers_end(struct timers *t)
{
    pthread_mutex_lock(&t->lock);
    t->ended = true;
    wake_until(t, INT64_MAX);
    pthread_mutex_unlock(&t->lock);
}
