/* personal.c - see personal.h. Dates and ages begin at a digit, so one walk
 * over the digits finds both. */
#include "measure/personal.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "measure/digits.h"
#include "measure/names.h"

struct personal {
    struct names *names[LANG_COUNT];
};

const char *personal_kind_name(unsigned kind)
{
    switch (kind) {
    case PERSONAL_URL:
        return "web address";
    case PERSONAL_DATE:
        return "date";
    case PERSONAL_NAME:
        return "name";
    case PERSONAL_SINGLE_NAME:
        return "single name";
    case PERSONAL_AGE:
        return "age";
    default:
        return identifier_kind_name((enum identifier_kind)kind);
    }
}

bool personal_is_weak(unsigned kind)
{
    return kind == PERSONAL_SINGLE_NAME || kind == PERSONAL_AGE;
}

struct personal *personal_open(struct err *err)
{
    struct personal *personal = mem_zero(1, sizeof *personal);
    for (size_t l = 0; l < LANG_COUNT; l++) {
        personal->names[l] = names_load((enum lang)l, err);
        if (!personal->names[l]) {
            personal_close(personal);
            return NULL;
        }
    }
    return personal;
}

void personal_close(struct personal *personal)
{
    if (!personal)
        return;
    for (size_t l = 0; l < LANG_COUNT; l++)
        names_free(personal->names[l]);
    free(personal);
}

void personal_scan_init(struct personal_scan *scan)
{
    vec_init(&scan->tokens, sizeof(struct name_token));
    vec_init(&scan->names, sizeof(struct name_span));
    vec_init(&scan->spans, sizeof(struct personal_span));
}

void personal_scan_release(struct personal_scan *scan)
{
    vec_release(&scan->tokens);
    vec_release(&scan->names);
    vec_release(&scan->spans);
}

static void add(struct personal_scan *scan, size_t start, size_t end,
                unsigned kind)
{
    *(struct personal_span *)vec_add(&scan->spans) =
        (struct personal_span){start, end, kind};
}

/* --- dates --- */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
           (unsigned char)c >= 0xE4;
}

/* A date of digits has the same sign in both places: '-', '/' or '.'; with a
 * year of four digits spaces do too, with one of two a dot does not. Names of
 * months and 年 speak for themselves. */
static bool is_date(str text, size_t start, size_t end)
{
    static const char *const units[] = {"mg", " mg", "ml",  " ml", "%",   " %",
                                        "g",  "mm",  " mm", "cm",  " cm", NULL};
    if (str_starts_with_any(str_slice(text, end, end + 4), units))
        return false;
    char sign = ' ';
    size_t run = 0;
    bool four = false;
    for (size_t i = start; i < end; i++) {
        char c = text.ptr[i];
        bool mark = memchr("-/.,", c, 4) != NULL;
        run = is_digit(c) ? run + 1 : 0;
        four = four || run == 4;
        if (is_letter(c))
            return true;
        if (c == ',' || (mark && sign != ' ' && sign != c))
            return false;
        sign = mark ? c : sign;
    }
    return four || sign == '-' || sign == '/';
}

/* --- ages --- */

/* The byte behind "12", "11-12", "2.5" or "12,5". */
static size_t quantity_end(str text, size_t at)
{
    size_t end = at;
    while (end < text.len && is_digit(text.ptr[end]))
        end++;
    while (end + 1 < text.len && memchr("-.,", text.ptr[end], 3) &&
           is_digit(text.ptr[end + 1])) {
        for (end++; end < text.len && is_digit(text.ptr[end]);)
            end++;
    }
    return end;
}

/* "een man van 67 jaar", "33 jaar, een vrouw", "hij is 12 jaar". */
static bool is_dutch_age(str head, str tail)
{
    static const char *const is[] = {"is ",   "ben ",  "bent ", "wordt ",
                                     "word ", "werd ", NULL};
    static const char *const who[] = {
        "man van ", "vrouw van ", "kind van ", "jongen van ", "meisje van ",
        "man, ",    "vrouw, ",    "jongen, ",  "meisje, ",    NULL};
    static const char *const whom[] = {" jaar, man",
                                       " jaar, vrouw",
                                       " jaar, een man",
                                       " jaar, een vrouw",
                                       " jaar, een jong",
                                       " jaar, een meis",
                                       NULL};
    if (!str_starts_with(tail, STR(" jaar")))
        return false;
    return str_starts_with_any(tail, whom) || str_ends_with_any(head, who) ||
           (!str_starts_with(tail, STR(" jaar ")) &&
            str_ends_with_any(head, is));
}

static bool is_age(str text, size_t at, size_t end, enum lang lang)
{
    static const char *const behind[LANG_COUNT][16] = {
        [LANG_ZH] = {"岁", "周岁", " 岁", NULL},
        [LANG_EN] = {"-year-old", " year old", " years old", " years of age",
                     "-year old", " y/o", " yo ", "yo ", " year-old", NULL},
        [LANG_NL] = {"-jarig", " jarig", "jarig", " jaar oud", " jr oud",
                     " jaar en ", "- jarig", NULL}};
    static const char *const before[LANG_COUNT][16] = {
        [LANG_ZH] = {"年龄", "年龄：", "年龄:", "芳龄", NULL},
        [LANG_EN] = {"aged ", "age ", "age: ", "age of ", "Aged ", "Age ",
                     "Age: ", "I'm ", "I am ", NULL},
        [LANG_NL] = {"leeftijd ", "leeftijd: ", "leeftijd van ", "Leeftijd ",
                     "Leeftijd: ", NULL}};
    static const char *const numbers[] = {"%", " %", " mg", "/", ":", NULL};
    str head = str_slice(text, at > 16 ? at - 16 : 0, at);
    str tail = str_slice(text, end, end + 20);
    if (end - at > 9)
        return false;
    return str_starts_with_any(tail, behind[lang]) ||
           (str_ends_with_any(head, before[lang]) && end - at <= 5 &&
            !str_starts_with_any(tail, numbers)) ||
           (lang == LANG_NL && is_dutch_age(head, tail));
}

/* "三十五岁": the characters of a number before the sign for years of age. */
static void find_han_ages(str text, struct personal_scan *scan)
{
    static const char *const digits[] = {"一", "二", "三", "四", "五",
                                         "六", "七", "八", "九", "十",
                                         "百", "零", "两", NULL};
    for (size_t at = 0; (at = str_find(text, STR("岁"), at)) != STR_NONE;) {
        size_t start = at;
        while (start >= 3 && at - start < 15 &&
               str_starts_with_any(str_slice(text, start - 3, start), digits))
            start -= 3;
        if (start < at)
            add(scan, start, at, PERSONAL_AGE);
        at += 3;
    }
}

static void find_numbers(str text, enum lang lang, struct personal_scan *scan)
{
    for (size_t at = 0; at < text.len;) {
        bool first =
            is_digit(text.ptr[at]) && (at == 0 || !is_digit(text.ptr[at - 1]));
        if (!first) {
            at++;
            continue;
        }
        int year;
        size_t start = digits_date_start(text, at);
        size_t end = digits_date(text, start, &year);
        if (end && is_date(text, start, end)) {
            add(scan, start, end, PERSONAL_DATE);
            at = end;
            continue;
        }
        end = quantity_end(text, at);
        if (is_age(text, at, end, lang))
            add(scan, at, end, PERSONAL_AGE);
        at = end;
    }
}

/* --- web addresses --- */

static bool is_url_byte(char c)
{
    return c > ' ' && c < 0x7F && !memchr("<>\"'()[]{},;|\\^`", c, 17);
}

/* An address from `start`; its host begins at `behind`. */
static void add_url(str text, size_t start, size_t behind,
                    struct personal_scan *scan)
{
    size_t end = behind;
    while (end < text.len && is_url_byte(text.ptr[end]))
        end++;
    while (end > behind && memchr(".?!", text.ptr[end - 1], 3))
        end--;
    if (end >= behind + 4)
        add(scan, start, end, PERSONAL_URL);
}

/* At the colon of "http://" and "https://", at the dot of "www.". */
static void find_urls(str text, struct personal_scan *scan)
{
    static const char *const leads[] = {"http", "https", NULL};
    for (size_t at = 0; (at = str_find_char(text, ':', at)) != STR_NONE; at++) {
        str head = str_slice(text, at > 5 ? at - 5 : 0, at);
        if (str_starts_with(str_slice(text, at, at + 3), STR("://")) &&
            str_ends_with_any(head, leads))
            add_url(text, at - (str_ends_with(head, STR("https")) ? 5 : 4),
                    at + 3, scan);
    }
    for (size_t at = 0; (at = str_find_char(text, '.', at)) != STR_NONE; at++)
        if (at >= 3 && str_equal(str_slice(text, at - 3, at), STR("www")))
            add_url(text, at - 3, at + 1, scan);
}

/* --- all of them --- */

/* By start; at the same place the more telling kind, which has the smaller
 * number. */
static int by_start(const void *a, const void *b)
{
    const struct personal_span *x = a, *y = b;
    if (x->start != y->start)
        return x->start < y->start ? -1 : 1;
    return (x->kind > y->kind) - (x->kind < y->kind);
}

static void keep_apart(struct vec *spans)
{
    struct personal_span *s = spans->items;
    size_t kept = 0;
    if (spans->count > 1)
        qsort(s, spans->count, sizeof *s, by_start);
    for (size_t i = 0; i < spans->count; i++)
        if (kept == 0 || s[i].start >= s[kept - 1].end)
            s[kept++] = s[i];
    spans->count = kept;
}

/* Most turns have no digit, full-width ones (EF BC 90 …) counted, and no @;
 * then there is nothing to look for. */
static bool may_hold_digits(str text)
{
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.ptr[i];
        if ((c >= '0' && c <= '9') || c == '@')
            return true;
        if (c != 0xEF || text.len - i < 3)
            continue;
        if ((unsigned char)text.ptr[i + 1] == 0xBC &&
            (unsigned char)text.ptr[i + 2] >= 0x90 &&
            (unsigned char)text.ptr[i + 2] <= 0x99)
            return true;
    }
    return false;
}

void personal_find(const struct personal *personal, str text, enum lang lang,
                   struct personal_scan *scan)
{
    struct identifier found;
    bool digits = may_hold_digits(text);
    vec_reset(&scan->spans);
    for (size_t from = 0; digits && identifier_next(text, lang, &from, &found);)
        add(scan, found.start, found.end, found.kind);
    names_find(personal->names[lang], text, &scan->tokens, &scan->names);
    for (size_t i = 0; i < scan->names.count; i++) {
        const struct name_span *n = vec_at(&scan->names, i);
        add(scan, n->start, n->end,
            n->single ? PERSONAL_SINGLE_NAME : PERSONAL_NAME);
    }
    if (digits)
        find_numbers(text, lang, scan);
    if (lang == LANG_ZH)
        find_han_ages(text, scan);
    find_urls(text, scan);
    keep_apart(&scan->spans);
}

/* Spans that overlap the new one become part of it. */
void personal_add_span(struct personal_scan *scan, size_t start, size_t end)
{
    struct personal_span *s = scan->spans.items;
    size_t kept = 0;
    for (size_t i = 0; i < scan->spans.count; i++) {
        bool apart = s[i].end <= start || s[i].start >= end;
        if (apart) {
            s[kept++] = s[i];
            continue;
        }
        start = s[i].start < start ? s[i].start : start;
        end = s[i].end > end ? s[i].end : end;
    }
    scan->spans.count = kept;
    add(scan, start, end, PERSONAL_AGE);
    keep_apart(&scan->spans);
}
