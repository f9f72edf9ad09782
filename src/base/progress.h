/* progress.h - tells people on standard error how far long work is.
 *
 *     struct progress *p = progress_new((struct progress_options){
 *         .label = "generate", .unit = "rows", .total = planned});
 *     while (…)
 *         progress_update(p, (struct progress_state){
 *             .done = accepted + rejected, .failed = failed, .cost = spent});
 *     progress_finish(p);          // last line, and releases p
 *
 * On a terminal one live line, drawn at most ten times a second:
 *
 *     generate  ██████▍░░░░░░░░░  1,204/5,000 rows  24 %  12 failed  88/s
 *     43 s left  € 1.20                          (all on one line)
 *
 * elsewhere one plain line every ten seconds; with -q nothing. The rate is
 * that of the last half minute. An update costs a clock reading, so call it as
 * often as you like. Before other text goes to the terminal: progress_hide.
 * One thread at a time. In tests the clock and the file are given.
 */
#ifndef BASE_PROGRESS_H
#define BASE_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/buf.h"

struct progress;

enum progress_mode {
    PROGRESS_AUTO, /* terminal, plain or silent, as standard error is */
    PROGRESS_TERMINAL,
    PROGRESS_PLAIN,
    PROGRESS_SILENT
};

struct progress_options {
    const char *label;    /* borrowed; what is going on, one word */
    const char *unit;     /* borrowed; plural noun, NULL = no unit */
    uint64_t total;       /* 0 = unknown: no bar, no time left */
    uint64_t already;     /* done before this process (a resumed run) */
    const char *currency; /* borrowed; NULL = cost is not shown */
    enum progress_mode mode;
    FILE *out;                    /* NULL = standard error */
    int64_t (*now_ms)(void *ctx); /* NULL = clock_now_ms */
    void *ctx;
};

struct progress_state {
    uint64_t done;    /* finished, well or badly, `already` included */
    uint64_t failed;  /* part of done */
    double cost;      /* in the currency */
    const char *note; /* borrowed until the next update; NULL = none */
};

struct progress *progress_new(struct progress_options options);
void progress_update(struct progress *progress, struct progress_state state);
/* A total that became known later. */
void progress_set_total(struct progress *progress, uint64_t total);
/* Takes the live line off the terminal until the next update. */
void progress_hide(struct progress *progress);
/* Writes the closing line and frees. NULL is fine. */
void progress_finish(struct progress *progress);

/* A bar of `width` columns with `share` (0-1) filled, in eighths. */
void progress_put_bar(struct buf *out, double share, size_t width);

#endif
