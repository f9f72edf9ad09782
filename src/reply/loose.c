/* loose.c - see loose.h.
 *
 * A recursive reader with one rule that makes it forgiving: a quotation mark
 * closes a string only when what follows could follow a string at that place.
 * So marks inside the speech do no harm, escaped or not. Failed attempts draw
 * on a budget of the reading, so that hostile brackets cost linear time. */
#include <string.h>

#include "base/utf8.h"
#include "base/vec.h"
#include "reply/loose.h"

/* What a failed attempt costs for each byte it read: it leaves values behind
 * that take some hundred bytes of memory each. */
enum { ATTEMPT_WEIGHT = 8, CALL_BYTES_MAX = 32 };

struct scan {
    struct reading *reading;
    str text;
    size_t at;
    int depth;
    bool broken; /* nothing fitted: containers close where they are */
};

enum place { PLACE_KEY, PLACE_VALUE, PLACE_ITEM };

static char peek(const struct scan *s, size_t at)
{
    return at < s->text.len ? s->text.ptr[at] : 0;
}

static bool starts_at(const struct scan *s, size_t at, const char *what)
{
    return str_starts_with(str_slice(s->text, at, s->text.len), str_of(what));
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\n' || c == '\t' || c == '\f';
}

static size_t skip_blank(const struct scan *s, size_t at)
{
    while (at < s->text.len &&
           (is_blank(s->text.ptr[at]) || starts_at(s, at, "\u00A0") ||
            starts_at(s, at, "\u3000")))
        at += is_blank(s->text.ptr[at])    ? 1
              : starts_at(s, at, "\u00A0") ? 2
                                           : 3;
    return at;
}

/* White space, comments, and dots that stand for more of the same. */
static size_t skip_between(const struct scan *s, size_t at)
{
    for (;;) {
        at = skip_blank(s, at);
        size_t end = at;
        if (starts_at(s, at, "//") || peek(s, at) == '#')
            end = str_find_char(s->text, '\n', at);
        else if (starts_at(s, at, "/*"))
            end = str_find(s->text, STR("*/"), at + 2);
        else if (starts_at(s, at, "..."))
            end = at + 3;
        else if (starts_at(s, at, "…"))
            end = at + strlen("…");
        if (end == at)
            return at;
        at = end == STR_NONE ? s->text.len : end;
        if (starts_at(s, at, "*/"))
            at += 2;
    }
}

/* --- strings --- */

/* Bytes of an opening quotation mark and what may close it. */
static size_t quote_at(const struct scan *s, size_t at, const char *close[2])
{
    static const struct {
        const char *open, *close[2];
    } quotes[] = {
        {"\"", {"\"", NULL}}, {"'", {"'", NULL}},   {"“", {"”", "\""}},
        {"‘", {"’", "'"}},    {"`", {"`", NULL}},   {"„", {"“", "”"}},
        {"”", {"”", "“"}},    {"「", {"」", NULL}}, {"＂", {"＂", NULL}}};
    for (size_t i = 0; i < sizeof quotes / sizeof *quotes; i++)
        if (starts_at(s, at, quotes[i].open)) {
            close[0] = quotes[i].close[0];
            close[1] = quotes[i].close[1];
            return strlen(quotes[i].open);
        }
    return 0;
}

static bool is_key_start(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
           (unsigned char)c >= 0xC3;
}

/* A bare key and its colon. */
static bool bare_key_at(const struct scan *s, size_t at)
{
    size_t end = at;
    if (!is_key_start(peek(s, at)))
        return false;
    while (end < s->text.len && end - at < 48 &&
           !strchr(" \n\t,:=[]{}()\"'", s->text.ptr[end]) &&
           !starts_at(s, end, "："))
        end++;
    size_t colon = skip_blank(s, end);
    return peek(s, colon) == ':' || peek(s, colon) == '=' ||
           starts_at(s, colon, "：");
}

/* Behind a comma: could the next key, item or end stand here? */
static bool may_go_on(const struct scan *s, size_t at, enum place place)
{
    const char *close[2];
    char c = peek(s, at);
    if (at >= s->text.len || memchr("{[(]})", c, 6) || quote_at(s, at, close))
        return true;
    return place == PLACE_ITEM ? is_digit(c) : bare_key_at(s, at);
}

/* Could a key have ended here? */
static bool may_follow_key(const struct scan *s, size_t at)
{
    char c = peek(s, at);
    return c == ':' || c == '=' || starts_at(s, at, "：");
}

/* Without a comma: what else ends a value? On a new line, whatever begins the
 * next one. */
static bool may_end_bare(const struct scan *s, size_t at, bool new_line)
{
    const char *close[2];
    char c = peek(s, at);
    if (memchr("]})", c, 3) || starts_at(s, at, "//") || starts_at(s, at, "/*"))
        return true;
    return new_line && (quote_at(s, at, close) || c == '{' || c == '[');
}

/* Could a string have ended before `at`? */
static bool may_follow(const struct scan *s, size_t at, enum place place)
{
    size_t next = skip_blank(s, at);
    if (next >= s->text.len)
        return true;
    if (place == PLACE_KEY)
        return may_follow_key(s, next);
    char c = peek(s, next);
    size_t comma = c == ',' || c == ';' ? 1 : starts_at(s, next, "，") ? 3 : 0;
    if (comma)
        return may_go_on(s, skip_between(s, next + comma), place);
    return may_end_bare(s, next,
                        memchr(s->text.ptr + at, '\n', next - at) != NULL);
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Four hexadecimal digits, or -1. */
static int32_t unit_at(str text, size_t at)
{
    int32_t value = 0;
    for (size_t i = 0; i < 4; i++) {
        int digit = at + i < text.len ? hex_value(text.ptr[at + i]) : -1;
        if (digit < 0)
            return -1;
        value = value * 16 + digit;
    }
    return value;
}

/* \uXXXX, a surrogate pair where there is one; returns the bytes taken. */
static size_t unescape_unit(str text, size_t at, struct buf *out)
{
    int32_t unit = unit_at(text, at + 2);
    if (unit < 0) {
        buf_add_char(out, 'u');
        return 2;
    }
    size_t taken = 6;
    uint32_t point = (uint32_t)unit;
    if (unit >= 0xD800 && unit < 0xDC00 &&
        str_starts_with(str_slice(text, at + 6, text.len), STR("\\u"))) {
        int32_t low = unit_at(text, at + 8);
        if (low >= 0xDC00 && low < 0xE000) {
            point = 0x10000 + (((uint32_t)unit - 0xD800) << 10) +
                    ((uint32_t)low - 0xDC00);
            taken = 12;
        }
    }
    bool vanishes =
        point == 0xFEFF || (point >= 0x200B && point <= 0x200F) || point == 0;
    if (!vanishes)
        buf_add_utf8(out, point);
    return taken;
}

static str decode(struct reading *r, str text)
{
    if (str_find_char(text, '\\', 0) == STR_NONE)
        return text;
    struct buf out;
    buf_init(&out, text.len * 2 + 8);
    for (size_t i = 0; i < text.len;) {
        char c = text.ptr[i];
        if (c != '\\' || i + 1 == text.len) {
            size_t end = str_find_char(text, '\\', i + 1);
            end = end == STR_NONE ? text.len : end;
            buf_add(&out, str_slice(text, i, end));
            i = end;
            continue;
        }
        char e = text.ptr[i + 1];
        if (e == 'u') {
            i += unescape_unit(text, i, &out);
            continue;
        }
        if (e == 'n' || e == 'r')
            buf_add_char(&out, '\n');
        else if (e == 't' || e == 'b' || e == 'f')
            buf_add_char(&out, ' ');
        else
            buf_add_char(&out, e);
        i += 2;
    }
    str decoded = arena_copy(r->arena, buf_str(&out));
    buf_release(&out);
    return decoded;
}

/* A string at s->at, which is a quotation mark. */
static str read_string(struct scan *s, enum place place, bool *cut)
{
    const char *close[2];
    size_t begin = s->at + quote_at(s, s->at, close);
    size_t at = begin;
    while (at < s->text.len) {
        char c = s->text.ptr[at];
        if (c == '\\') {
            at += 2;
            continue;
        }
        for (size_t i = 0; i < 2 && close[i]; i++) {
            size_t len = strlen(close[i]);
            if (c != close[i][0] || !starts_at(s, at, close[i]) ||
                !may_follow(s, at + len, place))
                continue;
            s->at = at + len;
            return decode(s->reading, str_slice(s->text, begin, at));
        }
        at++;
    }
    *cut = true;
    s->at = s->text.len;
    str rest = str_slice(s->text, begin, s->text.len);
    while (rest.len && rest.ptr[rest.len - 1] == '\\')
        rest.len--;
    return decode(s->reading, rest);
}

/* --- values --- */

static struct loose *read_value(struct scan *s, enum place place);

static struct loose *new_value(struct scan *s, enum loose_kind kind)
{
    struct loose *value = arena_alloc(s->reading->arena, sizeof *value);
    value->kind = kind;
    return value;
}

/* A number, a constant, or a string without quotes up to the next separator. */
static struct loose *read_bare(struct scan *s, enum place place)
{
    size_t at = s->at;
    while (at < s->text.len && !strchr("}])\n{[\"", s->text.ptr[at]) &&
           !((s->text.ptr[at] == ',' || starts_at(s, at, "//")) &&
             may_follow(s, at, place)))
        at++;
    str word = str_trim(str_slice(s->text, s->at, at));
    struct loose *value = new_value(s, LOOSE_STRING);
    value->text = word;
    s->at = at;
    if (str_to_double(word, &value->number))
        value->kind = LOOSE_NUMBER;
    else if (str_equal_ignore_case(word, STR("null")) ||
             str_equal(word, STR("None")) || str_equal(word, STR("undefined")))
        value->kind = LOOSE_NULL;
    else if (str_equal_ignore_case(word, STR("true")) ||
             str_equal_ignore_case(word, STR("false")))
        value->kind = LOOSE_BOOL;
    else if (!word.len || place == PLACE_ITEM)
        s->broken = true;
    value->cut = at >= s->text.len;
    return value;
}

static void adopt(struct loose *parent, struct loose *child)
{
    if (parent->last)
        parent->last->next = child;
    else
        parent->first = child;
    parent->last = child;
    parent->count++;
    parent->cut |= child->cut;
}

/* dict(…), Turn(…): bytes of the name, when a parenthesis follows. */
static size_t call_at(const struct scan *s, size_t at)
{
    size_t end = at;
    while (end < s->text.len && end - at < CALL_BYTES_MAX &&
           (is_key_start(s->text.ptr[end]) || s->text.ptr[end] == '.'))
        end++;
    return end > at && peek(s, end) == '(' ? end - at : 0;
}

/* The key of a member with its colon; false when there is none. */
static bool read_key(struct scan *s, str *key)
{
    const char *close[2];
    bool cut = false;
    if (quote_at(s, s->at, close)) {
        *key = read_string(s, PLACE_KEY, &cut);
    } else if (bare_key_at(s, s->at) ||
               (peek(s, s->at) >= '0' && peek(s, s->at) <= '9')) {
        size_t end = s->at;
        while (end < s->text.len && !strchr(" \n\t:=,}", s->text.ptr[end]) &&
               !starts_at(s, end, "："))
            end++;
        *key = str_slice(s->text, s->at, end);
        s->at = end;
    } else {
        return false;
    }
    s->at = skip_between(s, s->at);
    if (starts_at(s, s->at, "：") || starts_at(s, s->at, "=>"))
        s->at += starts_at(s, s->at, "=>") ? 2 : 3;
    else if (peek(s, s->at) == ':' || peek(s, s->at) == '=')
        s->at++;
    else
        return false;
    return true;
}

static char closing_of(char open)
{
    return open == '{' ? '}' : open == '[' ? ']' : ')';
}

/* Separators before the next item; true when the container ends here. */
static bool at_end(struct scan *s, char close)
{
    for (;;) {
        s->at = skip_between(s, s->at);
        if (peek(s, s->at) == ',' || peek(s, s->at) == ';')
            s->at++;
        else if (starts_at(s, s->at, "，"))
            s->at += 3;
        else
            break;
    }
    char c = peek(s, s->at);
    if (c == close)
        s->at++;
    /* A bracket that was forgotten: its container ends before the next. */
    return c == close || c == '}' || c == ']' || (close == '}' && c == '{');
}

/* `call`: keys and values stand in parentheses, key=value. */
static struct loose *read_container(struct scan *s, bool call)
{
    char open = peek(s, s->at), close = closing_of(open);
    bool object = open == '{' || call;
    struct loose *value = new_value(s, object ? LOOSE_OBJECT : LOOSE_ARRAY);
    s->at++;
    if (++s->depth > LOOSE_DEPTH_MAX)
        s->broken = true;
    while (!s->broken && !at_end(s, close)) {
        if (s->at >= s->text.len) {
            value->cut = true;
            break;
        }
        str key = {0};
        if (object && !read_key(s, &key)) {
            s->broken = true;
            value->cut = s->at >= s->text.len;
            break;
        }
        s->at = skip_between(s, s->at);
        struct loose *child = read_value(s, object ? PLACE_VALUE : PLACE_ITEM);
        child->key = key;
        adopt(value, child);
    }
    s->depth--;
    return value;
}

static struct loose *read_value(struct scan *s, enum place place)
{
    const char *close[2];
    char c = peek(s, s->at);
    if (c == '{' || c == '[' || (c == '(' && place == PLACE_ITEM))
        return read_container(s, false);
    size_t name = place == PLACE_ITEM ? call_at(s, s->at) : 0;
    if (name) {
        s->at += name;
        return read_container(s, true);
    }
    if (!quote_at(s, s->at, close))
        return read_bare(s, place);
    struct loose *value = new_value(s, LOOSE_STRING);
    value->text = read_string(s, place, &value->cut);
    return value;
}

/* --- finding values in prose --- */

/* Cheap test of what follows the bracket. */
static bool may_open(const struct scan *s)
{
    const char *close[2];
    size_t next = skip_between(s, s->at + 1);
    char c = peek(s, next);
    if (c == '{' || c == '[' || (c == '(' && peek(s, s->at) == '['))
        return true;
    if (peek(s, s->at) == '{')
        return quote_at(s, next, close) || bare_key_at(s, next);
    return quote_at(s, next, close) > 0 || call_at(s, next) > 0;
}

static bool holds_something(const struct loose *value)
{
    if (value->kind == LOOSE_OBJECT)
        return value->count > 0;
    if (value->kind != LOOSE_ARRAY)
        return false;
    size_t strings = 0;
    for (const struct loose *v = value->first; v; v = v->next) {
        strings += v->kind == LOOSE_STRING;
        if (strings > 1 || holds_something(v))
            return true;
    }
    return false;
}

static size_t next_open(str text, size_t from, size_t next[2])
{
    const char marks[2] = {'{', '['};
    for (size_t i = 0; i < 2; i++)
        if (next[i] != STR_NONE && next[i] < from + 1) {
            size_t at = str_find_char(text, marks[i], from);
            next[i] = at == STR_NONE ? STR_NONE : at + 1;
        }
    size_t first = next[0] < next[1] ? next[0] : next[1];
    return first == STR_NONE ? STR_NONE : first - 1;
}

bool loose_find(struct reading *r, str text, struct loose_found *found)
{
    size_t from = found->end;
    for (;;) {
        size_t open = next_open(text, from, found->next);
        if (open == STR_NONE)
            return false;
        struct scan s = {.reading = r, .text = text, .at = open};
        from = open + 1;
        if (!may_open(&s) || !r->attempt_bytes)
            continue;
        found->value = read_container(&s, false);
        found->start = open;
        found->end = s.at;
        if (holds_something(found->value))
            return true;
        size_t spent = (s.at - open) * ATTEMPT_WEIGHT;
        r->attempt_bytes -= spent < r->attempt_bytes ? spent : r->attempt_bytes;
    }
}

struct loose *loose_whole(struct reading *r, str text)
{
    str body = trim_space(text);
    if (body.len < 2 || (body.ptr[0] != '{' && body.ptr[0] != '['))
        return NULL;
    struct loose_found found = {0};
    if (!loose_find(r, body, &found) || found.start != 0)
        return NULL;
    return found.value;
}

const struct loose *loose_get(const struct loose *object, str key)
{
    if (object->kind != LOOSE_OBJECT)
        return NULL;
    for (const struct loose *v = object->first; v; v = v->next)
        if (str_equal(v->key, key))
            return v;
    return NULL;
}
