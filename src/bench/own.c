/* own.c - see own.h. */
#include "bench/own.h"

#include "base/json.h"
#include "bench/rating.h"

enum { CONTEXT_BYTES = 24, VERDICT_REST_BYTES = 40 };

static bool occurs(const struct own_material *m, str piece)
{
    for (size_t i = 0; i < m->count; i++)
        if (str_contains(m->texts[i], piece))
            return true;
    return false;
}

/* Without the lines between two fences, and behind an open one. */
static void cut_fenced(str text, str fence, struct buf *out)
{
    bool inside = false;
    for (str line, rest = text; str_next(&rest, '\n', &line);) {
        if (fence.len && str_equal(str_trim(line), fence)) {
            inside = !inside;
            continue;
        }
        if (!inside) {
            buf_add(out, line);
            buf_add_char(out, '\n');
        }
    }
}

static bool bracket_is_copied(const struct own_material *m, str text, size_t at)
{
    size_t end = str_find_char(text, ']', at);
    if (end == STR_NONE)
        return false;
    while (end < text.len && text.ptr[end] == ']')
        end++;
    bool before = at >= CONTEXT_BYTES &&
                  occurs(m, str_slice(text, at - CONTEXT_BYTES, end));
    return before || (end + CONTEXT_BYTES <= text.len &&
                      occurs(m, str_slice(text, at, end + CONTEXT_BYTES)));
}

static bool object_is_copied(const struct own_material *m, str text, size_t at)
{
    size_t used = 0;
    json *doc = json_parse_prefix(str_slice(text, at, text.len), &used, NULL);
    bool copied = doc && occurs(m, str_slice(text, at, at + used));
    json_free(doc);
    return copied;
}

static bool is_too_much(str text)
{
    size_t spots = 0;
    for (size_t i = 0; i < text.len && text.len <= OWN_BYTES_MAX; i++)
        spots += text.ptr[i] == '[' || text.ptr[i] == '{';
    return text.len > OWN_BYTES_MAX || spots > OWN_SPOTS_MAX;
}

str own_words(str text, const struct own_material *material,
              struct arena *arena)
{
    if (is_too_much(text))
        return STR("");
    struct buf out;
    buf_init(&out, BUF_MAX);
    cut_fenced(text, material->fence, &out);
    str before = arena_copy(arena, buf_str(&out));
    for (size_t i = 0; i < before.len; i++) {
        bool first = i == 0 || before.ptr[i - 1] != '[';
        if (before.ptr[i] == '[' && first &&
            bracket_is_copied(material, before, i))
            for (size_t k = i; k < out.len && out.ptr[k] == '['; k++)
                out.ptr[k] = ' ';
        else if (before.ptr[i] == '{' && object_is_copied(material, before, i))
            out.ptr[i] = ' ';
    }
    str own = arena_copy(arena, buf_str(&out));
    buf_release(&out);
    return own;
}

bool own_holds_verdict(str text)
{
    return rating_read(text, RATING_LENIENT, RATING_LAST, 0, 1e6).graded ||
           rating_read_choice(text, RATING_LENIENT, RATING_LAST).graded;
}

static bool has_quotation_mark(str line)
{
    static const char *const marks[] = {"\"", "'",  "`",  "“", "”", "‘", "’",
                                        "「", "」", "『", "«", "»", "„"};
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (str_contains(line, str_of(marks[i])))
            return true;
    return false;
}

str own_last_line(str text)
{
    str last = {0};
    for (str line, rest = text; str_next(&rest, '\n', &line);)
        if (str_trim(line).len)
            last = str_trim(line);
    size_t open = str_find_char(last, '[', 0);
    if (open == STR_NONE || has_quotation_mark(last))
        return STR("");
    size_t close = str_find_char(last, ']', open);
    size_t inner = close == STR_NONE ? 0 : close - open;
    return last.len - inner <= VERDICT_REST_BYTES ? last : STR("");
}
