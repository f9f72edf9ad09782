/* progress.c - see progress.h. A ring of one sample a second gives the rate. */
#include "base/progress.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/table.h"
#include "base/utf8.h"

enum {
    DRAW_MS = 100,
    PLAIN_MS = 10000,
    SAMPLE_MS = 1000,
    SAMPLES = 30,
    BAR_COLUMNS = 20,
    COLUMNS_DEFAULT = 80,
    LINE_BYTES_MAX = 4096
};

struct sample {
    int64_t at_ms;
    uint64_t done;
};

struct progress {
    struct progress_options options;
    struct progress_state state;
    int64_t start_ms, shown_ms;
    struct sample samples[SAMPLES]; /* ring; the oldest is overwritten */
    size_t sample_count;
    bool visible; /* a live line stands on the terminal */
};

static int64_t now_ms(const struct progress *p)
{
    return p->options.now_ms ? p->options.now_ms(p->options.ctx)
                             : clock_now_ms();
}

static enum progress_mode find_mode(FILE *out)
{
    if (log_level() == LOG_QUIET)
        return PROGRESS_SILENT;
    const char *term = getenv("TERM");
    bool dumb = !term || strcmp(term, "dumb") == 0;
    return isatty(fileno(out)) && !dumb ? PROGRESS_TERMINAL : PROGRESS_PLAIN;
}

struct progress *progress_new(struct progress_options options)
{
    struct progress *p = mem_zero(1, sizeof *p);
    if (!options.out)
        options.out = stderr;
    if (options.mode == PROGRESS_AUTO)
        options.mode = find_mode(options.out);
    p->options = options;
    p->state.done = options.already;
    p->start_ms = now_ms(p);
    p->shown_ms = p->start_ms;
    p->samples[0] = (struct sample){p->start_ms, options.already};
    p->sample_count = 1;
    return p;
}

static void take_sample(struct progress *p, int64_t now)
{
    const struct sample *newest = &p->samples[(p->sample_count - 1) % SAMPLES];
    if (now - newest->at_ms < SAMPLE_MS)
        return;
    p->samples[p->sample_count++ % SAMPLES] =
        (struct sample){now, p->state.done};
}

/* Per second, over the samples in the ring; 0 when nothing can be said. */
static double rate(const struct progress *p, int64_t now)
{
    size_t oldest = p->sample_count > SAMPLES ? p->sample_count % SAMPLES : 0;
    const struct sample *from = &p->samples[oldest];
    if (now <= from->at_ms || p->state.done < from->done)
        return 0;
    return (double)(p->state.done - from->done) * 1000.0 /
           (double)(now - from->at_ms);
}

void progress_put_bar(struct buf *out, double share, size_t width)
{
    static const char *const eighths[] = {"",  "▏", "▎", "▍",
                                          "▌", "▋", "▊", "▉"};
    if (!(share > 0))
        share = 0;
    if (share > 1)
        share = 1;
    size_t units = (size_t)(share * (double)width * 8.0);
    size_t filled = units / 8;
    for (size_t i = 0; i < filled; i++)
        buf_add(out, STR("█"));
    if (units % 8) {
        buf_add_cstr(out, eighths[units % 8]);
        filled++;
    }
    for (size_t i = filled; i < width; i++)
        buf_add(out, STR("░"));
}

static void put_rate(struct buf *out, double per_second)
{
    if (per_second >= 100)
        table_put_count(out, (uint64_t)(per_second + 0.5));
    else
        buf_printf(out, "%.1f", per_second);
    buf_add(out, STR("/s"));
}

static void put_amounts(const struct progress *p, const char *of,
                        struct buf *out)
{
    table_put_count(out, p->state.done);
    if (p->options.total) {
        buf_add_cstr(out, of);
        table_put_count(out, p->options.total);
    }
    if (p->options.unit)
        buf_printf(out, " %s", p->options.unit);
}

static void put_seconds(struct buf *out, double seconds)
{
    struct arena arena;
    arena_init(&arena);
    if (seconds < 59.5)
        buf_printf(out, "%.0f s", seconds);
    else
        buf_add(out, clock_duration(seconds, &arena));
    arena_release(&arena);
}

/* Everything behind the amounts, each part after `between`. */
static void put_details(const struct progress *p, const char *between,
                        int64_t now, struct buf *out)
{
    const struct progress_state *s = &p->state;
    uint64_t total = p->options.total;
    if (s->failed) {
        buf_add_cstr(out, between);
        table_put_count(out, s->failed);
        buf_add(out, STR(" failed"));
    }
    double per_second = rate(p, now);
    buf_add_cstr(out, between);
    put_rate(out, per_second);
    if (per_second > 0 && total > s->done) {
        buf_add_cstr(out, between);
        put_seconds(out, (double)(total - s->done) / per_second);
        buf_add(out, STR(" left"));
    }
    if (p->options.currency)
        buf_printf(out, "%s%s %.2f", between, p->options.currency, s->cost);
    if (s->note)
        buf_printf(out, "%s%s", between, s->note);
}

static double share_done(const struct progress *p)
{
    if (!p->options.total)
        return 0;
    double share = (double)p->state.done / (double)p->options.total;
    return share > 1 ? 1 : share;
}

static size_t terminal_columns(FILE *out)
{
    struct winsize size;
    if (ioctl(fileno(out), TIOCGWINSZ, &size) == 0 && size.ws_col > 20)
        return size.ws_col;
    return COLUMNS_DEFAULT;
}

/* The longest start of the line that fits into `columns`. */
static str fit(str line, size_t columns)
{
    str rest = line;
    size_t used = 0;
    while (rest.len) {
        str before = rest;
        utf8_next(&rest);
        used += utf8_columns(str_slice(before, 0, before.len - rest.len));
        if (used > columns)
            return str_slice(line, 0, line.len - before.len);
    }
    return line;
}

static void draw(struct progress *p, int64_t now)
{
    struct buf line;
    buf_init(&line, LINE_BYTES_MAX);
    buf_printf(&line, "%s  ", p->options.label);
    if (p->options.total) {
        progress_put_bar(&line, share_done(p), BAR_COLUMNS);
        buf_add(&line, STR("  "));
    }
    put_amounts(p, "/", &line);
    if (p->options.total)
        buf_printf(&line, "  %d %%", (int)(share_done(p) * 100));
    put_details(p, "  ", now, &line);
    str shown = fit(buf_str(&line), terminal_columns(p->options.out) - 1);
    fprintf(p->options.out, "\r" STR_FMT "\033[K", STR_ARG(shown));
    fflush(p->options.out);
    p->visible = true;
    buf_release(&line);
}

static void write_plain(struct progress *p, int64_t now)
{
    struct buf line;
    buf_init(&line, LINE_BYTES_MAX);
    buf_printf(&line, "%s: ", p->options.label);
    put_amounts(p, " of ", &line);
    if (p->options.total)
        buf_printf(&line, " (%d %%)", (int)(share_done(p) * 100));
    put_details(p, ", ", now, &line);
    fprintf(p->options.out, STR_FMT "\n", STR_ARG(buf_str(&line)));
    buf_release(&line);
}

void progress_update(struct progress *p, struct progress_state state)
{
    p->state = state;
    if (p->options.mode == PROGRESS_SILENT)
        return;
    int64_t now = now_ms(p);
    take_sample(p, now);
    bool live = p->options.mode == PROGRESS_TERMINAL;
    if (now - p->shown_ms >= (live ? DRAW_MS : PLAIN_MS)) {
        p->shown_ms = now;
        if (live)
            draw(p, now);
        else
            write_plain(p, now);
    }
    p->state.note = NULL;
}

void progress_set_total(struct progress *p, uint64_t total)
{
    p->options.total = total;
}

void progress_hide(struct progress *p)
{
    if (!p->visible)
        return;
    fputs("\r\033[K", p->options.out);
    fflush(p->options.out);
    p->visible = false;
}

void progress_finish(struct progress *p)
{
    if (!p)
        return;
    if (p->options.mode != PROGRESS_SILENT) {
        progress_hide(p);
        double seconds = (double)(now_ms(p) - p->start_ms) / 1000.0;
        struct buf line;
        buf_init(&line, LINE_BYTES_MAX);
        buf_printf(&line, "%s: ", p->options.label);
        put_amounts(p, " of ", &line);
        if (p->state.failed) {
            buf_add(&line, STR(", "));
            table_put_count(&line, p->state.failed);
            buf_add(&line, STR(" failed"));
        }
        buf_add(&line, STR(", in "));
        put_seconds(&line, seconds);
        uint64_t here = p->state.done - p->options.already;
        if (seconds > 0 && p->state.done > p->options.already) {
            buf_add(&line, STR(" ("));
            put_rate(&line, (double)here / seconds);
            buf_add_char(&line, ')');
        }
        if (p->options.currency)
            buf_printf(&line, ", %s %.2f", p->options.currency, p->state.cost);
        fprintf(p->options.out, STR_FMT "\n", STR_ARG(buf_str(&line)));
        buf_release(&line);
    }
    free(p);
}
