/* textgrid.c - see textgrid.h. */
#include "corpus/textgrid.h"

#include <stdlib.h>

/* The text between the first quote of the line and the last one before a line
 * end; it may hold line ends and doubled quotes. *end is behind it. */
static str quoted(str text, size_t at, struct arena *arena, size_t *end)
{
    struct buf out;
    buf_init(&out, 1 << 20);
    size_t i = str_find_char(text, '"', at);
    i = i == STR_NONE ? text.len : i + 1;
    while (i < text.len) {
        if (text.ptr[i] == '"') {
            if (i + 1 >= text.len || text.ptr[i + 1] != '"')
                break;
            i++;
        }
        buf_add_char(&out, text.ptr[i] == '\n' ? ' ' : text.ptr[i]);
        i++;
    }
    *end = i;
    str copy = arena_copy(arena, str_trim(buf_str(&out)));
    buf_release(&out);
    return copy;
}

static double number_behind(str text, size_t at)
{
    size_t equals = str_find_char(text, '=', at);
    size_t line = str_find_char(text, '\n', at);
    double value = 0;
    if (equals == STR_NONE ||
        !str_to_double(str_trim(str_slice(text, equals + 1, line)), &value))
        return 0;
    return value;
}

void textgrid_read(str text, enum role role, struct arena *arena,
                   struct vec *intervals)
{
    size_t at = str_find(text, STR("intervals ["), 0);
    while (at != STR_NONE) {
        size_t begin = str_find(text, STR("xmin"), at);
        size_t said = str_find(text, STR("text ="), at);
        size_t end;
        if (begin == STR_NONE || said == STR_NONE)
            return;
        str words = quoted(text, said, arena, &end);
        if (words.len)
            *(struct interval *)vec_add(intervals) = (struct interval){
                number_behind(text, begin), intervals->count, role, words};
        at = str_find(text, STR("intervals ["), end);
    }
}

static int by_start(const void *a, const void *b)
{
    const struct interval *x = a, *y = b;
    if (x->from != y->from)
        return x->from < y->from ? -1 : 1;
    return x->order < y->order ? -1 : x->order > y->order;
}

void textgrid_turns(struct mapper *m, struct vec *intervals)
{
    if (intervals->count)
        qsort(intervals->items, intervals->count, sizeof(struct interval),
              by_start);
    for (size_t i = 0; i < intervals->count;) {
        const struct interval *first = vec_at(intervals, i);
        struct buf text;
        buf_init(&text, BUF_MAX);
        buf_add(&text, first->text);
        for (i++; i < intervals->count; i++) {
            const struct interval *next = vec_at(intervals, i);
            if (next->role != first->role)
                break;
            buf_add_char(&text, ' ');
            buf_add(&text, next->text);
        }
        map_turn(m, first->role, STR(""),
                 arena_copy(&m->arena, buf_str(&text)));
        buf_release(&text);
    }
}
