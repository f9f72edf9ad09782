/* clock.h - time, as values that tests can make up. */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdint.h>

#include "base/arena.h"

/* Milliseconds / nanoseconds of a clock that never jumps. */
int64_t clock_now_ms(void);
int64_t clock_now_ns(void);
/* CPU nanoseconds used by this process so far. */
int64_t clock_cpu_ns(void);
/* Seconds since 1970 (UTC). */
int64_t clock_wall_seconds(void);
/* "2026-01-31T08:15:00Z"; seconds in [0, 253402300799]. */
str clock_iso8601(int64_t seconds, struct arena *arena);
/* "5 d 03 h", "1 h 02 min", "3 min 05 s", "8.2 s"; "for ever" when no finite
 * time is given. */
str clock_duration(double seconds, struct arena *arena);

#endif
