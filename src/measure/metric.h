/* metric.h - a list of measured values, each with the signature that says how.
 *
 *     struct metrics list;
 *     metrics_init(&list);
 *     metrics_add(&list, "vocabulary", "ttr", 0.61,
 * "TTR|tok:nl-word|version:1"); metrics_undefined(&list, "vocabulary", "hdd",
 * "36 tokens, 42 drawn", "HDD|…"); metrics_write_json(&list, &json);      // an
 * array of objects metrics_release(&list);
 *
 * Two values are comparable exactly when their signatures are equal. A value
 * that is not finite is never stored: it becomes undefined with a reason.
 * Texts are copied. One thread at a time.
 */
#ifndef MEASURE_METRIC_H
#define MEASURE_METRIC_H

#include "base/arena.h"
#include "base/json.h"
#include "base/vec.h"

struct metric {
    const char *family, *name, *signature; /* in the list's arena */
    const char *why;                       /* NULL: defined */
    double value;
    bool has_interval; /* 95 %, of a mean */
    double low, high;
};

struct metrics {
    struct vec items; /* struct metric */
    struct arena arena;
};

void metrics_init(struct metrics *list);
void metrics_release(struct metrics *list);

/* The metric added, until the next one is. */
struct metric *metrics_add(struct metrics *list, const char *family,
                           const char *name, double value,
                           const char *signature);
struct metric *metrics_undefined(struct metrics *list, const char *family,
                                 const char *name, const char *why,
                                 const char *signature);
/* The one of that name, or NULL. */
const struct metric *metrics_get(const struct metrics *list, const char *name);
const struct metric *metrics_at(const struct metrics *list, size_t index);

/* [{"name","value","signature"[,"low","high"][,"why"]}] */
void metrics_write_json(const struct metrics *list, struct json_out *out);
/* "12.3", "0.0123", "1.2e+06": four significant digits or more; "–" when
 * undefined. Text in `text` (at least 32 bytes). */
void metric_show(const struct metric *metric, char *text, size_t bytes);
/* The same with its interval: "12.3 [11.9, 12.8]". Text in `text`, of
 * METRIC_INTERVAL_BYTES. */
enum { METRIC_INTERVAL_BYTES = 128 };
void metric_show_interval(const struct metric *metric, char *text);

#endif
