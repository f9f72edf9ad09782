/* sse.c - see sse.h. */
#include "llm/sse.h"

#include <string.h>

void sse_init(struct sse *sse, size_t event_bytes_max)
{
    *sse = (struct sse){0};
    buf_init(&sse->line, event_bytes_max);
    buf_init(&sse->data, event_bytes_max);
}

void sse_release(struct sse *sse)
{
    buf_release(&sse->line);
    buf_release(&sse->data);
}

static bool dispatch(struct sse *sse, sse_on_data *on_data, void *ctx)
{
    bool go_on = !sse->has_data || on_data(buf_str(&sse->data), ctx);
    buf_reset(&sse->data);
    sse->has_data = false;
    return go_on;
}

static bool take_line(struct sse *sse, sse_on_data *on_data, void *ctx)
{
    str line = buf_str(&sse->line), name, value;
    if (!sse->past_start) {
        sse->past_start = true;
        if (str_starts_with(line, STR("\xEF\xBB\xBF")))
            line = str_slice(line, 3, line.len);
    }
    bool go_on = true;
    if (line.len == 0) {
        go_on = dispatch(sse, on_data, ctx);
    } else {
        str_cut(line, ':', &name, &value);
        if (str_equal(name, STR("data"))) {
            if (value.len && value.ptr[0] == ' ')
                value = str_slice(value, 1, value.len);
            if (sse->has_data)
                buf_add_char(&sse->data, '\n');
            buf_add(&sse->data, value);
            sse->has_data = true;
        }
    }
    buf_reset(&sse->line);
    return go_on && !sse->data.full;
}

/* Bytes up to the first CR or LF. */
static size_t line_length(str chunk)
{
    size_t lf = str_find_char(chunk, '\n', 0);
    if (lf == STR_NONE)
        lf = chunk.len;
    size_t cr = str_find_char(str_slice(chunk, 0, lf), '\r', 0);
    return cr == STR_NONE ? lf : cr;
}

bool sse_feed(struct sse *sse, str chunk, sse_on_data *on_data, void *ctx)
{
    while (chunk.len) {
        if (sse->skip_lf && chunk.ptr[0] == '\n')
            chunk = str_slice(chunk, 1, chunk.len);
        sse->skip_lf = false;
        size_t end = line_length(chunk);
        if (!buf_add(&sse->line, str_slice(chunk, 0, end)) && sse->line.full)
            return false;
        if (end == chunk.len)
            return true;
        sse->skip_lf = chunk.ptr[end] == '\r';
        chunk = str_slice(chunk, end + 1, chunk.len);
        if (!take_line(sse, on_data, ctx))
            return false;
    }
    return true;
}
