/* metric.c - see metric.h. */
#include "measure/metric.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

void metrics_init(struct metrics *list)
{
    vec_init(&list->items, sizeof(struct metric));
    arena_init(&list->arena);
}

void metrics_release(struct metrics *list)
{
    vec_release(&list->items);
    arena_release(&list->arena);
}

static struct metric *add(struct metrics *list, const char *family,
                          const char *name, const char *signature)
{
    struct metric *m = vec_add(&list->items);
    m->family = arena_cstr(&list->arena, str_of(family));
    m->name = arena_cstr(&list->arena, str_of(name));
    m->signature = arena_cstr(&list->arena, str_of(signature));
    return m;
}

struct metric *metrics_add(struct metrics *list, const char *family,
                           const char *name, double value,
                           const char *signature)
{
    struct metric *m = add(list, family, name, signature);
    if (isfinite(value))
        m->value = value;
    else
        m->why = "the value is not finite";
    return m;
}

struct metric *metrics_undefined(struct metrics *list, const char *family,
                                 const char *name, const char *why,
                                 const char *signature)
{
    struct metric *m = add(list, family, name, signature);
    m->why = arena_cstr(&list->arena, str_of(why));
    return m;
}

const struct metric *metrics_at(const struct metrics *list, size_t index)
{
    return vec_at(&list->items, index);
}

const struct metric *metrics_get(const struct metrics *list, const char *name)
{
    for (size_t i = 0; i < list->items.count; i++)
        if (strcmp(metrics_at(list, i)->name, name) == 0)
            return metrics_at(list, i);
    return NULL;
}

static void write_one(const struct metric *m, struct json_out *out)
{
    json_begin(out, '{');
    json_add_str(out, "name", str_of(m->name));
    json_add_str(out, "family", str_of(m->family));
    json_key(out, "value");
    if (m->why)
        json_put_null(out);
    else
        json_put_number(out, m->value);
    json_add_str(out, "signature", str_of(m->signature));
    if (m->has_interval) {
        json_add_number(out, "low", m->low);
        json_add_number(out, "high", m->high);
    }
    if (m->why) {
        json_add_str(out, "why", str_of(m->why));
    }
    json_end(out, '}');
}

void metrics_write_json(const struct metrics *list, struct json_out *out)
{
    json_begin(out, '[');
    for (size_t i = 0; i < list->items.count; i++)
        write_one(metrics_at(list, i), out);
    json_end(out, ']');
}

void metric_show(const struct metric *metric, char *text, size_t bytes)
{
    double size = fabs(metric->value);
    if (metric->why)
        snprintf(text, bytes, "undefined");
    else if (size >= 1e15)
        snprintf(text, bytes, "%.4g", metric->value);
    else if (metric->value == floor(metric->value))
        snprintf(text, bytes, "%.0f", metric->value);
    else if (size >= 100)
        snprintf(text, bytes, "%.1f", metric->value);
    else if (size >= 1)
        snprintf(text, bytes, "%.3f", metric->value);
    else
        snprintf(text, bytes, "%.4f", metric->value);
}

void metric_show_interval(const struct metric *m, char *text)
{
    char value[32], low[32], high[32];
    metric_show(m, value, sizeof value);
    if (!m->has_interval || m->why) {
        snprintf(text, METRIC_INTERVAL_BYTES, "%s", value);
        return;
    }
    struct metric end = {.value = m->low};
    metric_show(&end, low, sizeof low);
    end.value = m->high;
    metric_show(&end, high, sizeof high);
    snprintf(text, METRIC_INTERVAL_BYTES, "%s [%s, %s]", value, low, high);
}
