/* raw.h - a bare HTTP responder for benchmarks: one thread, one epoll, the same
 * prepared answer to every request after a fixed delay.
 *
 *     raw_serve(listening_socket, answer, delay_ms, seconds);
 *
 * It reads requests with Content-Length and keep-alive, nothing else of HTTP,
 * and is meant to cost less than any client. Ends after `seconds`.
 */
#ifndef SERVER_RAW_H
#define SERVER_RAW_H

#include <stdint.h>

#include "base/str.h"

void raw_serve(int listener, str answer, int64_t delay_ms, int64_t seconds);

#endif
