/* literal.c - see literal.h. */
#include "corpus/literal.h"

#include <ctype.h>
#include <string.h>

#include "base/json.h"

static int hex_value(str digits)
{
    int value = 0;
    for (size_t i = 0; i < digits.len; i++) {
        char c = digits.ptr[i];
        if (!isxdigit((unsigned char)c))
            return -1;
        value = value * 16 + (c <= '9' ? c - '0' : (c | 32) - 'a' + 10);
    }
    return value;
}

/* One escape at text[i] = '\\'; returns the bytes it takes. */
static size_t put_escape(str text, size_t i, struct buf *out)
{
    if (i + 1 >= text.len)
        return 1;
    char c = text.ptr[i + 1];
    static const char from[] = "ntrabfv0", to[] = "\n\t\r\a\b\f\v ";
    const char *plain = c ? strchr(from, c) : NULL;
    size_t digits = c == 'x' ? 2 : c == 'u' ? 4 : c == 'U' ? 8 : 0;
    if (digits) {
        int value = hex_value(str_slice(text, i + 2, i + 2 + digits));
        buf_add_utf8(out, value < 0 ? 0xFFFD : (uint32_t)value);
        return 2 + digits;
    }
    if (c != '\n')
        buf_add_char(out, plain ? to[plain - from] : c);
    return 2;
}

/* A string that opens at text[i]; returns the offset behind it, or STR_NONE. */
static size_t put_string(str text, size_t i, struct buf *out)
{
    char quote = text.ptr[i++];
    struct buf plain;
    buf_init(&plain, JSON_BYTES_MAX);
    while (i < text.len && text.ptr[i] != quote) {
        if (text.ptr[i] == '\\') {
            i += put_escape(text, i, &plain);
        } else {
            buf_add_char(&plain, text.ptr[i]);
            i++;
        }
    }
    bool closed = i < text.len;
    json_escape(out, buf_str(&plain));
    buf_release(&plain);
    return closed ? i + 1 : STR_NONE;
}

/* A bare word; returns the offset behind it. */
static size_t put_word(str text, size_t i, struct buf *out)
{
    size_t from = i;
    while (i < text.len &&
           (isalnum((unsigned char)text.ptr[i]) || text.ptr[i] == '_'))
        i++;
    str word = str_slice(text, from, i);
    bool quoted = i < text.len && (text.ptr[i] == '\'' || text.ptr[i] == '"');
    if (quoted && word.len == 1)
        return i;
    if (str_equal(word, STR("True")))
        buf_add(out, STR("true"));
    else if (str_equal(word, STR("False")))
        buf_add(out, STR("false"));
    else if (str_equal(word, STR("None")) || str_equal(word, STR("nan")))
        buf_add(out, STR("null"));
    else
        buf_add(out, word);
    return i;
}

bool literal_to_json(str text, struct buf *out, struct err *err)
{
    for (size_t i = 0; i < text.len;) {
        char c = text.ptr[i];
        if (c == '\'' || c == '"') {
            i = put_string(text, i, out);
            if (i == STR_NONE)
                return err_set(err, ERR_FORMAT, "a string is not closed");
        } else if (isalpha((unsigned char)c)) {
            i = put_word(text, i, out);
        } else if (c == ',') {
            /* A comma before a closing bracket is fine in Python only. */
            size_t next = i + 1;
            while (next < text.len && isspace((unsigned char)text.ptr[next]))
                next++;
            if (next < text.len && !strchr(")]}", text.ptr[next]))
                buf_add_char(out, ',');
            i++;
        } else {
            buf_add_char(out, c == '(' ? '[' : c == ')' ? ']' : c);
            i++;
        }
    }
    return !out->full ||
           err_set(err, ERR_LIMIT, "a literal of more than %zu bytes",
                   out->bytes_max);
}
