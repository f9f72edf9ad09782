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
    if (!(seconds < 1e15))
        return STR("for ever");
    if (seconds < 59.95)
        return arena_printf(arena, "%.1f s", seconds);
    long long whole = (long long)(seconds + 0.5);
    if (whole < 3600)
        return arena_printf(arena, "%lld min %02lld s", whole / 60, whole % 60);
    if (whole < 48 * 3600)
        return arena_printf(arena, "%lld h %02lld min", whole / 3600,
                            whole % 3600 / 60);
    return arena_printf(arena, "%lld d %02lld h", whole / 86400,
                        whole % 86400 / 3600);
}
