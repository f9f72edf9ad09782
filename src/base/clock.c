/* clock.c - see clock.h. */
#include "base/clock.h"

#include <time.h>

static int64_t read_ns(clockid_t id)
{
    struct timespec t;
    clock_gettime(id, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

int64_t clock_now_ms(void)
{
    return read_ns(CLOCK_MONOTONIC) / 1000000;
}

int64_t clock_now_ns(void)
{
    return read_ns(CLOCK_MONOTONIC);
}

int64_t clock_cpu_ns(void)
{
    return read_ns(CLOCK_PROCESS_CPUTIME_ID);
}

int64_t clock_wall_seconds(void)
{
    return (int64_t)time(NULL);
}

str clock_iso8601(int64_t seconds, struct arena *arena)
{
    time_t t = (time_t)seconds;
    struct tm tm;
    gmtime_r(&t, &tm);
    char text[32];
    size_t len = strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &tm);
    return arena_copy(arena, str_make(text, len));
}

str clock_duration(double seconds, struct arena *arena)
{
    if (seconds < 60)
        return arena_printf(arena, "%.1f s", seconds);
    long whole = (long)seconds;
    if (whole < 3600)
        return arena_printf(arena, "%ld min %02ld s", whole / 60, whole % 60);
    return arena_printf(arena, "%ld h %02ld min", whole / 3600,
                        whole % 3600 / 60);
}
