/* overlap_tokens.c - the tokenisers of overlap.h.
 *
 * 13a after the rules of mteval-v13a.pl (NIST 2009) as sacreBLEU reads them:
 * entities, then spaces around ASCII punctuation, around "." and "," unless
 * between digits, and behind a "-" that follows a digit. zh: every Chinese
 * character and full-width sign apart, the rest as 13a. */
#include "base/buf.h"
#include "base/utf8.h"
#include "measure/overlap.h"
#include "text/normalise.h"
#include "text/words.h"

const char *const overlap_token_names[OVERLAP_TOKENS_COUNT + 1] = {
    "char", "word", "13a", "zh", "space", NULL};

static void push(struct vec *names, str token)
{
    *(uint64_t *)vec_add(names) = str_hash(token);
}

static void by_character(str text, struct vec *names)
{
    while (text.len) {
        str rest = text;
        uint32_t c = utf8_next(&rest);
        if (!utf8_is_space(c))
            push(names, str_slice(text, 0, text.len - rest.len));
        text = rest;
    }
}

static void by_space(str text, struct vec *names)
{
    const char *start = text.ptr;
    for (str rest = text;;) {
        const char *at = rest.ptr;
        bool end = rest.len == 0;
        bool space = !end && utf8_is_space(utf8_next(&rest));
        if (!end && !space)
            continue;
        if (at > start)
            push(names, str_make(start, (size_t)(at - start)));
        start = rest.ptr;
        if (end)
            return;
    }
}

static void by_word(str text, const char *lang, struct words *words,
                    struct vec *names)
{
    struct buf folded;
    struct vec found;
    buf_init(&folded, BUF_MAX);
    vec_init(&found, sizeof(str));
    text_fold(text, &folded);
    words_split(words, buf_str(&folded), lang, &found);
    for (size_t i = 0; i < found.count; i++)
        push(names, *(str *)vec_at(&found, i));
    vec_release(&found);
    buf_release(&folded);
}

/* "&quot;" and its like become characters, line ends spaces. */
static void unescape(str text, struct buf *out)
{
    static const struct {
        str from, to;
    } pairs[] = {{{"<skipped>", 9}, {"", 0}}, {{"-\n", 2}, {"", 0}},
                 {{"\n", 1}, {" ", 1}},       {{"&quot;", 6}, {"\"", 1}},
                 {{"&amp;", 5}, {"&", 1}},    {{"&lt;", 4}, {"<", 1}},
                 {{"&gt;", 4}, {">", 1}}};
    while (text.len) {
        size_t hit = 0;
        while (hit < 7 && !str_starts_with(text, pairs[hit].from))
            hit++;
        if (hit < 7) {
            buf_add(out, pairs[hit].to);
            text = str_slice(text, pairs[hit].from.len, text.len);
        } else {
            buf_add_char(out, text.ptr[0]);
            text = str_slice(text, 1, text.len);
        }
    }
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* {-~ [-` space-& (-+ :-@ / of the rules; not ' , - . */
static bool parts_always(char c)
{
    return (c >= '{' && c <= '~') || (c >= '[' && c <= '`') ||
           (c >= '!' && c <= '&') || (c >= '(' && c <= '+') ||
           (c >= ':' && c <= '@') || c == '/';
}

static void spaced(struct buf *out, char c)
{
    buf_add_char(out, ' ');
    buf_add_char(out, c);
    buf_add_char(out, ' ');
}

/* 13a looks at a text with one space at both ends, so that a "." or "," there
 * is beside no digit; zh does not pad. */
static void part_13a(str s, bool padded, struct buf *out)
{
    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];
        bool after_digit = i > 0 ? is_digit(s.ptr[i - 1]) : !padded;
        bool before_digit = i + 1 < s.len ? is_digit(s.ptr[i + 1]) : !padded;
        bool mark = (c == '.' || c == ',') && !(after_digit && before_digit);
        bool range = c == '-' && i > 0 && after_digit;
        if (parts_always(c) || mark || range)
            spaced(out, c);
        else
            buf_add_char(out, c);
    }
}

/* The ranges that sacreBLEU's zh sets apart. */
static bool is_zh(uint32_t c)
{
    static const uint32_t ranges[][2] = {
        {0x3400, 0x4DB5},   {0x4E00, 0x9FA5},   {0x9FA6, 0x9FBB},
        {0xF900, 0xFA2D},   {0xFA30, 0xFA6A},   {0xFA70, 0xFAD9},
        {0x20000, 0x2A6D6}, {0x2F800, 0x2FA1D}, {0xFF00, 0xFFEF},
        {0x2E80, 0x2EFF},   {0x3000, 0x303F},   {0x31C0, 0x31EF},
        {0x2F00, 0x2FDF},   {0x2FF0, 0x2FFF},   {0x3100, 0x312F},
        {0x31A0, 0x31BF},   {0xFE10, 0xFE1F},   {0xFE30, 0xFE4F},
        {0x2600, 0x26FF},   {0x2700, 0x27BF},   {0x3200, 0x32FF},
        {0x3300, 0x33FF}};
    for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++)
        if (c >= ranges[i][0] && c <= ranges[i][1])
            return true;
    return false;
}

static void part_zh(str text, struct buf *out)
{
    while (text.len) {
        str rest = text;
        bool apart = is_zh(utf8_next(&rest));
        str one = str_slice(text, 0, text.len - rest.len);
        if (apart)
            buf_add_char(out, ' ');
        buf_add(out, one);
        if (apart)
            buf_add_char(out, ' ');
        text = rest;
    }
}

static void by_rules(str text, bool zh, struct vec *names)
{
    struct buf plain, parted;
    buf_init(&plain, BUF_MAX);
    buf_init(&parted, BUF_MAX);
    if (zh)
        part_zh(text, &plain);
    else
        unescape(text, &plain);
    part_13a(buf_str(&plain), !zh, &parted);
    by_space(buf_str(&parted), names);
    buf_release(&plain);
    buf_release(&parted);
}

void overlap_tokens(enum overlap_tokens kind, str text, const char *lang,
                    struct words *words, struct vec *names)
{
    vec_reset(names);
    switch (kind) {
    case OVERLAP_WORD:
        by_word(text, lang, words, names);
        break;
    case OVERLAP_13A:
    case OVERLAP_ZH:
        by_rules(text, kind == OVERLAP_ZH, names);
        break;
    case OVERLAP_SPACE:
        by_space(text, names);
        break;
    default:
        by_character(text, names);
    }
}
