/* timers.h - wakes up suspended connections at their time.
 *
 *     struct timers *t = timers_new(wake);
 *     timers_add(t, connection, now_ms + 50);   // any thread
 *     timers_run(t, end_ms);                    // this thread, until then
 *     timers_free(t);                           // wakes all that still sleep
 */
#ifndef SERVER_TIMERS_H
#define SERVER_TIMERS_H

#include <stdbool.h>
#include <stdint.h>

struct timers;

struct timers *timers_new(void (*wake)(void *sleeper));
void timers_add(struct timers *timers, void *sleeper, int64_t at_ms);
void timers_run(struct timers *timers, int64_t end_ms);
/* Wakes all; those added later are woken at once. */
void timers_end(struct timers *timers);
void timers_free(struct timers *timers);

#endif
