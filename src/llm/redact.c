/* redact.c - see redact.h. Known keys go first and as a whole: a shape might
 * hide only the start of one that holds odd characters. */
#include "llm/redact.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/vec.h"

#define MARK STR("[redacted]")

struct redact {
    struct vec keys; /* str, bytes owned; longest first */
};

/* Names whose value is a credential; ASCII case is ignored. */
static const char *const names[] = {"proxy-authorization",
                                    "authorization",
                                    "x-api-key",
                                    "api-key",
                                    "api_key",
                                    "apikey",
                                    "access_token",
                                    "refresh_token",
                                    "token",
                                    "password",
                                    "passwd",
                                    "secret",
                                    "set-cookie",
                                    "cookie"};
/* Schemes and starts of well-known keys: the rest of the word goes. */
static const char *const schemes[] = {"bearer ", "basic "};
static const char *const starts[] = {"sk-",  "sk_",  "hf_", "pk-",
                                     "gsk_", "xai-", "eyJ", "AIza"};
enum { START_TAIL_MIN = 8 };

struct redact *redact_new(void)
{
    struct redact *r = mem_zero(1, sizeof *r);
    vec_init(&r->keys, sizeof(str));
    return r;
}

void redact_free(struct redact *r)
{
    if (!r)
        return;
    for (size_t i = 0; i < r->keys.count; i++) {
        str *key = vec_at(&r->keys, i);
        explicit_bzero((char *)(uintptr_t)key->ptr, key->len);
        free((char *)(uintptr_t)key->ptr);
    }
    vec_release(&r->keys);
    free(r);
}

void redact_add(struct redact *r, str key)
{
    if (key.len < REDACT_KEY_MIN)
        return;
    str copy = {mem_copy_string(key.ptr, key.len), key.len};
    vec_push(&r->keys, &copy);
    str *keys = r->keys.items;
    for (size_t i = r->keys.count - 1; i && keys[i - 1].len < keys[i].len;
         i--) {
        str shorter = keys[i - 1];
        keys[i - 1] = keys[i];
        keys[i] = shorter;
    }
}

/* Length of the known key that starts here, or 0. */
static size_t known_key(const struct redact *r, str rest)
{
    for (size_t i = 0; i < r->keys.count; i++) {
        const str *key = vec_at(&r->keys, i);
        if (str_starts_with(rest, *key))
            return key->len;
    }
    return 0;
}

bool redact_holds_key(const struct redact *r, str text)
{
    for (size_t i = 0; i < r->keys.count; i++) {
        const str *key = vec_at(&r->keys, i);
        if (str_contains(text, *key))
            return true;
    }
    return false;
}

void redact_put_exact(const struct redact *r, str text, struct buf *out)
{
    if (!redact_holds_key(r, text)) {
        buf_add(out, text);
        return;
    }
    for (size_t i = 0; i < text.len;) {
        size_t len = known_key(r, str_slice(text, i, text.len));
        if (len)
            buf_add(out, MARK);
        else
            buf_add_char(out, text.ptr[i]);
        i += len ? len : 1;
    }
}

static bool is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= '0' && c <= '9');
}

/* What a key may consist of: base64, base64url, masks such as sk-ab***yz. */
static bool is_key_char(char c)
{
    return is_word(c) || (c && strchr("-_.+/=*~", c));
}

static size_t key_run(str s)
{
    size_t n = 0;
    while (n < s.len && is_key_char(s.ptr[n]))
        n++;
    return n;
}

static bool starts_ignoring_case(str s, const char *start)
{
    size_t len = strlen(start);
    return s.len >= len && strncasecmp(s.ptr, start, len) == 0;
}

static size_t scheme_length(str s)
{
    for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++)
        if (starts_ignoring_case(s, schemes[i]))
            return strlen(schemes[i]);
    return 0;
}

/* `authorization: Bearer abc`, `"api_key": "abc"`, `token=abc`: bytes before
 * the value, or 0 when no name with a value starts here. */
static size_t name_length(str s)
{
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (!starts_ignoring_case(s, names[i]))
            continue;
        size_t at = strlen(names[i]);
        size_t name_end = at;
        while (at < s.len && strchr("\"' \\", s.ptr[at]) && s.ptr[at])
            at++;
        if (at >= s.len || (s.ptr[at] != ':' && s.ptr[at] != '='))
            continue;
        at++;
        while (at < s.len && strchr("\"' \\", s.ptr[at]) && s.ptr[at])
            at++;
        at += scheme_length(str_slice(s, at, s.len));
        if (at > name_end && key_run(str_slice(s, at, s.len)) > 0)
            return at;
    }
    return 0;
}

/* `sk-…` and such at the start of a word: its length, or 0. */
static size_t bare_key(str s)
{
    size_t run = key_run(s);
    for (size_t i = 0; i < sizeof starts / sizeof *starts; i++) {
        size_t len = strlen(starts[i]);
        if (run >= len + START_TAIL_MIN && memcmp(s.ptr, starts[i], len) == 0)
            return run;
    }
    return 0;
}

/* `//user:password@`: length of the part between, or 0. */
static size_t url_user(str s)
{
    if (!str_starts_with(s, STR("//")))
        return 0;
    size_t at = 2;
    bool colon = false;
    while (at < s.len &&
           (is_key_char(s.ptr[at]) || s.ptr[at] == ':' || s.ptr[at] == '%') &&
           s.ptr[at] != '/')
        colon |= s.ptr[at++] == ':';
    return colon && at > 2 && at < s.len && s.ptr[at] == '@' ? at - 2 : 0;
}

/* Bytes to keep, then bytes to hide; both 0 when nothing starts here. */
static void shape_at(str rest, bool at_word, size_t *keep, size_t *hide)
{
    *keep = *hide = 0;
    if ((*hide = url_user(rest)) > 0) {
        *keep = 2;
        return;
    }
    if (!at_word)
        return;
    if ((*keep = name_length(rest)) > 0 || (*keep = scheme_length(rest)) > 0)
        *hide = key_run(str_slice(rest, *keep, rest.len));
    else
        *hide = bare_key(rest);
    if (*hide == 0)
        *keep = 0;
}

static void put_line(struct buf *out, str s)
{
    for (size_t i = 0; i < s.len; i++)
        buf_add_char(out, (unsigned char)s.ptr[i] < ' ' ? ' ' : s.ptr[i]);
}

void redact_put(const struct redact *r, str text, struct buf *out)
{
    struct buf known;
    buf_init(&known, BUF_MAX);
    redact_put_exact(r, text, &known);
    text = buf_str(&known);
    for (size_t i = 0; i < text.len;) {
        size_t keep, hide;
        str rest = str_slice(text, i, text.len);
        shape_at(rest, i == 0 || !is_word(text.ptr[i - 1]), &keep, &hide);
        if (hide) {
            put_line(out, str_slice(rest, 0, keep));
            buf_add(out, MARK);
        } else {
            put_line(out, str_slice(rest, 0, 1));
        }
        i += hide ? keep + hide : 1;
    }
    buf_release(&known);
}
