/* rating.c - see rating.h. One pass over the brackets of the text. */
#include "bench/rating.h"

#include "base/utf8.h"

enum { INNER_BYTES_MAX = 64 };

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* "8", "7.5" at the start of s; the rest is what follows. */
static bool take_number(str s, double *value, str *rest)
{
    size_t i = 0;
    while (i < s.len && is_digit(s.ptr[i]))
        i++;
    if (i == 0 || i > 6)
        return false;
    size_t end = i;
    if (i + 1 < s.len && s.ptr[i] == '.' && is_digit(s.ptr[i + 1])) {
        end = i + 1;
        while (end < s.len && is_digit(s.ptr[end]))
            end++;
    }
    *rest = str_slice(s, end, s.len);
    return str_to_double(str_slice(s, 0, end), value);
}

static bool strict_inner(str inner, double *value)
{
    str rest;
    bool whole = str_find_char(inner, '.', 0) == STR_NONE;
    return whole && take_number(inner, value, &rest) && rest.len == 0;
}

/* A word with a colon before the number, "/10" behind it, blanks around. */
static bool lenient_inner(str inner, double *value)
{
    str s = str_trim(inner);
    if (s.len == 0 || s.len > INNER_BYTES_MAX)
        return false;
    size_t colon = str_find_char(s, ':', 0);
    size_t wide = str_find(s, STR("："), 0);
    if (colon != STR_NONE)
        s = str_slice(s, colon + 1, s.len);
    else if (wide != STR_NONE)
        s = str_slice(s, wide + STR("：").len, s.len);
    str rest;
    if (!take_number(str_trim(s), value, &rest))
        return false;
    rest = str_trim(rest);
    if (str_starts_with(rest, STR("/"))) {
        double scale;
        return take_number(str_trim(str_slice(rest, 1, rest.len)), &scale,
                           &rest) &&
               str_trim(rest).len == 0;
    }
    return rest.len == 0 || str_equal(rest, STR("分"));
}

/* The bracketed piece that begins at `at`; depth 1 or 2. */
static bool bracketed(str text, size_t at, int *depth, str *inner, size_t *end)
{
    bool two = at + 1 < text.len && text.ptr[at + 1] == '[';
    size_t from = at + (two ? 2 : 1);
    size_t close = str_find_char(text, ']', from);
    if (close == STR_NONE || close - from > INNER_BYTES_MAX)
        return false;
    bool closed_twice = close + 1 < text.len && text.ptr[close + 1] == ']';
    if (two && !closed_twice)
        return false;
    *depth = two ? 2 : 1;
    *inner = str_slice(text, from, close);
    *end = close + (two ? 2 : 1);
    return true;
}

static bool in_scale(double value, enum rating_mode mode, double low,
                     double high)
{
    return (value >= low && value <= high) ||
           (mode == RATING_LENIENT && value == 0);
}

struct rating rating_read(str text, enum rating_mode mode,
                          enum rating_pick pick, double low, double high)
{
    struct rating best = {0};
    int best_depth = 0;
    for (size_t at = 0; (at = str_find_char(text, '[', at)) != STR_NONE;) {
        int depth;
        str inner;
        size_t end;
        double value;
        if (!bracketed(text, at, &depth, &inner, &end)) {
            at++;
            continue;
        }
        bool read = mode == RATING_STRICT
                        ? depth == 2 && strict_inner(inner, &value)
                        : lenient_inner(inner, &value);
        if (!read || !in_scale(value, mode, low, high)) {
            at++;
            continue;
        }
        bool better =
            depth > best_depth || (depth == best_depth && pick == RATING_LAST);
        if (better) {
            best = (struct rating){true, value, at, end};
            best_depth = depth;
        }
        at = end;
    }
    return best;
}
