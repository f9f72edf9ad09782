/* rating.c - see rating.h. One pass over the brackets of the text. */
#include "bench/rating.h"

#include "base/utf8.h"

enum { INNER_BYTES_MAX = 64, LABEL_BYTES_MAX = 200 };

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

/* What stands behind "Rating:" or "评分：". */
static str behind_colon(str s)
{
    size_t colon = str_find_char(s, ':', 0);
    size_t wide = str_find(s, STR("："), 0);
    if (colon != STR_NONE)
        s = str_slice(s, colon + 1, s.len);
    else if (wide != STR_NONE)
        s = str_slice(s, wide + STR("：").len, s.len);
    return str_trim(s);
}

/* A word with a colon before the number, "/10" behind it, blanks around. */
static bool lenient_inner(str inner, double high, double *value)
{
    str rest;
    if (!take_number(behind_colon(str_trim(inner)), value, &rest))
        return false;
    rest = str_trim(rest);
    if (str_starts_with(rest, STR("/"))) {
        double scale;
        return take_number(str_trim(str_slice(rest, 1, rest.len)), &scale,
                           &rest) &&
               scale == high && str_trim(rest).len == 0;
    }
    return rest.len == 0 || str_equal(rest, STR("分"));
}

/* The bracketed piece that begins at `at`; depth 1 or 2. */
static bool bracketed(str text, size_t at, int *depth, str *inner, size_t *end)
{
    bool two = at + 1 < text.len && text.ptr[at + 1] == '[';
    size_t from = at + (two ? 2 : 1);
    size_t close = str_find_char(str_slice(text, 0, from + INNER_BYTES_MAX + 1),
                                 ']', from);
    if (close == STR_NONE)
        return false;
    bool closed_twice = close + 1 < text.len && text.ptr[close + 1] == ']';
    if (two && !closed_twice)
        return false;
    *depth = two ? 2 : 1;
    *inner = str_slice(text, from, close);
    *end = close + (two ? 2 : 1);
    return true;
}

/* How what stands in brackets is read. */
struct reader {
    enum rating_mode mode;
    bool is_choice;
    double low, high;
};

static bool read_number(const struct reader *r, str inner, double *value)
{
    bool read = r->mode == RATING_STRICT ? strict_inner(inner, value)
                                         : lenient_inner(inner, r->high, value);
    return read && ((*value >= r->low && *value <= r->high) ||
                    (r->mode == RATING_LENIENT && *value == 0));
}

static bool read_letter(const struct reader *r, str inner, double *value)
{
    static const char letters[] = "ABC", small[] = "abc";
    static const double values[] = {1, 0, 0.5};
    bool lenient = r->mode == RATING_LENIENT;
    str word = lenient ? behind_colon(inner) : inner;
    *value = 0.5;
    if (lenient && (str_equal_ignore_case(word, STR("tie")) ||
                    str_equal(word, STR("平局"))))
        return true;
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        *value = values[i];
        if (word.len == 1 &&
            (word.ptr[0] == letters[i] || (lenient && word.ptr[0] == small[i])))
            return true;
    }
    return false;
}

/* Single brackets are a rating only at the start of a line or behind a colon.
 */
static bool may_be_single(str text, size_t at)
{
    size_t start = at;
    while (start > 0 && at - start <= LABEL_BYTES_MAX &&
           text.ptr[start - 1] != '\n')
        start--;
    if (at - start > LABEL_BYTES_MAX)
        return false;
    str before = str_trim(str_slice(text, start, at));
    while (str_ends_with(before, STR("*")))
        before = str_trim(str_slice(before, 0, before.len - 1));
    return before.len == 0 || str_ends_with(before, STR(":")) ||
           str_ends_with(before, STR("："));
}

static struct rating read_brackets(str text, const struct reader *r,
                                   enum rating_pick pick)
{
    struct rating best = {0};
    int best_depth = 0;
    for (size_t at = 0; (at = str_find_char(text, '[', at)) != STR_NONE;) {
        int depth;
        str inner;
        size_t end;
        double value;
        if (!bracketed(text, at, &depth, &inner, &end) ||
            (depth == 1 &&
             (r->mode == RATING_STRICT || !may_be_single(text, at))) ||
            !(r->is_choice ? read_letter(r, inner, &value)
                           : read_number(r, inner, &value))) {
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

struct rating rating_read(str text, enum rating_mode mode,
                          enum rating_pick pick, double low, double high)
{
    return read_brackets(
        text, &(struct reader){.mode = mode, .low = low, .high = high}, pick);
}

struct rating rating_read_choice(str text, enum rating_mode mode,
                                 enum rating_pick pick)
{
    return read_brackets(
        text, &(struct reader){.mode = mode, .is_choice = true}, pick);
}
