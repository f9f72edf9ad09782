/* sse.h - server-sent events out of chunks that may be cut anywhere.
 *
 *     struct sse sse;
 *     sse_init(&sse, 1 << 20);
 *     if (!sse_feed(&sse, chunk, on_data, ctx)) …     // above the maximum
 *     sse_release(&sse);
 *
 * Follows the event stream format of the HTML standard (9.2.6): lines end in
 * LF, CR or CRLF, a byte order mark at the start is dropped, `data` lines of
 * one event are joined with LF, comments and other fields are skipped, an
 * unfinished event at the end of the stream is dropped. Memory is bounded by
 * the maximum for one event. Pure.
 */
#ifndef LLM_SSE_H
#define LLM_SSE_H

#include "base/buf.h"

struct sse {
    struct buf line; /* the line so far */
    struct buf data; /* the event so far */
    bool has_data;
    bool skip_lf;    /* the last byte was CR */
    bool past_start; /* the byte order mark, if any, is behind us */
};

/* The view is valid during the call; false stops the feeding. */
typedef bool sse_on_data(str data, void *ctx);

void sse_init(struct sse *sse, size_t event_bytes_max);
void sse_release(struct sse *sse);
/* False when an event is larger than the maximum or the callback said so; the
 * stream is then of no more use. */
bool sse_feed(struct sse *sse, str chunk, sse_on_data *on_data, void *ctx);

#endif
