/* html.c - see html.h. */
#include "page/html.h"

#include "base/utf8.h"

static void put_char(struct buf *out, uint32_t c, str bytes)
{
    switch (c) {
    case '&':
        buf_add(out, STR("&amp;"));
        return;
    case '<':
        buf_add(out, STR("&lt;"));
        return;
    case '>':
        buf_add(out, STR("&gt;"));
        return;
    case '"':
        buf_add(out, STR("&quot;"));
        return;
    case '\'':
        buf_add(out, STR("&#39;"));
        return;
    default:
        break;
    }
    bool control =
        (c < 0x20 && c != '\n' && c != '\t') || (c >= 0x7F && c < 0xA0);
    if (control || c == UTF8_REPLACEMENT)
        buf_add_utf8(out, UTF8_REPLACEMENT);
    else
        buf_add(out, bytes);
}

/* Escapes one character and steps over it. */
static void put_next(struct buf *out, str *rest)
{
    str before = *rest;
    uint32_t c = utf8_next(rest);
    put_char(out, c, str_slice(before, 0, before.len - rest->len));
}

void html_escape(struct buf *out, str text)
{
    while (text.len)
        put_next(out, &text);
}

static bool is_word(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
           (c >= 'a' && c <= 'z');
}

static bool matches_at(str text, size_t at, str term)
{
    if (term.len == 0 || term.len > text.len - at)
        return false;
    size_t end = at + term.len;
    if (!str_equal_ignore_case(str_slice(text, at, end), term))
        return false;
    bool starts_whole =
        !is_word(term.ptr[0]) || at == 0 || !is_word(text.ptr[at - 1]);
    bool ends_whole = !is_word(term.ptr[term.len - 1]) || end == text.len ||
                      !is_word(text.ptr[end]);
    return starts_whole && ends_whole;
}

static size_t longest_at(str text, size_t at, const str *terms,
                         size_t term_count)
{
    size_t longest = 0;
    for (size_t i = 0; i < term_count; i++)
        if (terms[i].len > longest && matches_at(text, at, terms[i]))
            longest = terms[i].len;
    return longest;
}

void html_escape_marked(struct buf *out, str text, const str *terms,
                        size_t term_count)
{
    str rest = text;
    while (rest.len) {
        size_t at = text.len - rest.len;
        size_t len = longest_at(text, at, terms, term_count);
        if (len == 0) {
            put_next(out, &rest);
            continue;
        }
        buf_add(out, STR("<mark>"));
        html_escape(out, str_slice(text, at, at + len));
        buf_add(out, STR("</mark>"));
        rest = str_slice(text, at + len, text.len);
    }
}

void html_put_json(struct buf *out, str json)
{
    while (json.len) {
        str before = json;
        uint32_t c = utf8_next(&json);
        if (c == '<' || c == '>' || c == '&' || c == 0x2028 || c == 0x2029)
            buf_printf(out, "\\u%04x", (unsigned)c);
        else
            buf_add(out, str_slice(before, 0, before.len - json.len));
    }
}
