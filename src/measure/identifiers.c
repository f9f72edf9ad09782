/* identifiers.c - see identifiers.h.
 *
 * Every identifier holds a digit or an @, so the scan stops only there and asks
 * what the place could be, most certain kind first. What stands before a number
 * decides the doubtful cases: a keyword in the same clause, or in the question
 * that the line before it asked.
 */
#include "measure/identifiers.h"

#include <string.h>

#include "measure/digits.h"

enum {
    CLAUSE_BYTES = 36,    /* between a keyword and its number */
    QUESTION_BYTES = 120, /* how far back a question may stand */
    LEAD_BYTES = 36       /* "it's …" before the answer to it */
};

const char *identifier_kind_name(enum identifier_kind kind)
{
    static const char *const names[] = {"phone number",     "e-mail address",
                                        "address",          "national number",
                                        "date of birth",    "record number",
                                        "messenger account"};
    return names[kind];
}

/* --- check digits --- */

static bool all_digits(str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (s.ptr[i] < '0' || s.ptr[i] > '9')
            return false;
    return true;
}

static int number_of(str digits)
{
    int value = 0;
    for (size_t i = 0; i < digits.len; i++)
        value = value * 10 + (digits.ptr[i] - '0');
    return value;
}

bool identifier_is_resident_id(str digits)
{
    static const int weights[] = {7, 9, 10, 5,  8, 4, 2, 1, 6,
                                  3, 7, 9,  10, 5, 8, 4, 2};
    if (digits.len != 18 || !all_digits(str_slice(digits, 0, 17)) ||
        digits.ptr[0] == '0')
        return false;
    int year = number_of(str_slice(digits, 6, 10));
    int month = number_of(str_slice(digits, 10, 12));
    int day = number_of(str_slice(digits, 12, 14));
    if (year < 1900 || year > 2099 || month < 1 || month > 12 || day < 1 ||
        day > 31)
        return false;
    int sum = 0;
    for (int i = 0; i < 17; i++)
        sum += weights[i] * (digits.ptr[i] - '0');
    char last = digits.ptr[17] == 'x' ? 'X' : digits.ptr[17];
    return "10X98765432"[sum % 11] == last;
}

/* Sum of digit × weight, the weights falling from `first`. */
static int weighted(str digits, size_t count, int first)
{
    int sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += (first - (int)i) * (digits.ptr[i] - '0');
    return sum;
}

bool identifier_is_bsn(str digits)
{
    if (digits.len != 9 || !all_digits(digits) || number_of(digits) == 0)
        return false;
    return (weighted(digits, 8, 9) - (digits.ptr[8] - '0')) % 11 == 0;
}

bool identifier_is_nhs(str digits)
{
    if (digits.len != 10 || !all_digits(digits))
        return false;
    int check = (11 - weighted(digits, 9, 10) % 11) % 11;
    return check == digits.ptr[9] - '0';
}

bool identifier_is_ssn(str digits)
{
    if (digits.len != 9 || !all_digits(digits))
        return false;
    int area = number_of(str_slice(digits, 0, 3));
    return area != 0 && area != 666 && area < 900 &&
           number_of(str_slice(digits, 3, 5)) != 0 &&
           number_of(str_slice(digits, 5, 9)) != 0;
}

/* --- what stands around a number --- */

enum keyword {
    KEYWORD_PHONE,
    KEYWORD_RECORD,
    KEYWORD_BIRTH,
    KEYWORD_ACCOUNT,
    KEYWORD_POSTCODE,
    KEYWORD_COUNT
};

/* In lower case; of all languages, they do not collide. */
static const char *const keywords[KEYWORD_COUNT][40] = {
    [KEYWORD_PHONE] = {"电话", "手机", "座机", "联系方式", "phone", "mobile",
                       "cell", "telefoon", "mobiel", "my number", "06-nummer",
                       "mijn nummer", NULL},
    [KEYWORD_RECORD] = {"身份证",
                        "住院号",
                        "病历号",
                        "病案号",
                        "门诊号",
                        "就诊卡",
                        "就诊号",
                        "医保号",
                        "医保卡",
                        "社保号",
                        "社保卡",
                        "护照",
                        "登记号",
                        "检查号",
                        "影像号",
                        "record number",
                        "mrn",
                        "patient id",
                        "patient number",
                        "hospital number",
                        "nhs number",
                        "insurance number",
                        "policy number",
                        "member id",
                        "medicare number",
                        "social security",
                        "ssn",
                        "passport",
                        "patiëntnummer",
                        "patientnummer",
                        "dossiernummer",
                        "bsn",
                        "burgerservicenummer",
                        "polisnummer",
                        "verzekeringsnummer",
                        "paspoort",
                        "registratienummer",
                        NULL},
    [KEYWORD_BIRTH] = {"出生", "生日", "生于", "born", "birth", "dob", "d.o.b",
                       "geboren", "geboorte", "geb.", "verjaardag", NULL},
    [KEYWORD_ACCOUNT] = {"微信", "qq", "扣扣", "wechat", "whatsapp", "skype",
                         NULL},
    [KEYWORD_POSTCODE] = {"postcode", "zip code", "zipcode", NULL},
};

/* The bytes before `at` in lower case, at most `bytes` of them. */
static str lower_before(str text, size_t at, size_t bytes, char *out)
{
    size_t from = at > bytes ? at - bytes : 0;
    for (size_t i = from; i < at; i++) {
        char c = text.ptr[i];
        out[i - from] = (char)(c >= 'A' && c <= 'Z' ? c + 32 : c);
    }
    return str_make(out, at - from);
}

static bool is_word_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

/* Byte behind the last keyword of the kind, or 0. An ASCII keyword must not
 * begin inside another word ("reborn"). */
static size_t keyword_end(str window, enum keyword kind)
{
    size_t best = 0;
    for (size_t k = 0; keywords[kind][k]; k++) {
        str word = str_of(keywords[kind][k]);
        for (size_t from = 0, at;
             (at = str_find(window, word, from)) != STR_NONE; from = at + 1) {
            if (at > 0 && is_word_byte(window.ptr[at - 1]) &&
                is_word_byte(word.ptr[0]))
                continue;
            if (at + word.len > best)
                best = at + word.len;
        }
    }
    return best;
}

/* Is there an end of a clause? A dot or comma counts only before a space. */
static bool breaks_clause(str gap)
{
    static const char *const marks[] = {"，", "。", "；", "？", "！", "?",
                                        "!",  ";",  ". ", ", ", "\n"};
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (str_contains(gap, str_of(marks[i])))
            return true;
    return false;
}

static bool has_digit(str s)
{
    for (size_t i = 0, step; i < s.len; i++)
        if (digit_at(s, i, &step) >= 0)
            return true;
    return false;
}

/* The keyword stands before the number in the same clause, or the line before
 * asked for it and this line begins with the number. */
static bool has_keyword(str text, size_t at, enum keyword kind)
{
    char buffer[QUESTION_BYTES];
    str window = lower_before(text, at, CLAUSE_BYTES, buffer);
    size_t end = keyword_end(window, kind);
    str gap = str_slice(window, end, window.len);
    if (end && !breaks_clause(gap) && !has_digit(gap))
        return true;
    window = lower_before(text, at, QUESTION_BYTES, buffer);
    size_t line = window.len;
    while (line > 0 && window.ptr[line - 1] != '\n')
        line--;
    if (line == 0 || window.len - line > LEAD_BYTES ||
        has_digit(str_slice(window, line, window.len)))
        return false;
    str question = str_slice(window, 0, line - 1);
    end = keyword_end(question, kind);
    return end && !has_digit(str_slice(question, end, question.len));
}

/* --- phone numbers --- */

static bool grouped(const struct digits *n, size_t count, const char *sizes)
{
    if (n->group_count != count)
        return false;
    for (size_t i = 0; i < count; i++)
        if (n->groups[i] != (size_t)(sizes[i] - '0'))
            return false;
    return true;
}

static bool uniform_separators(const struct digits *n)
{
    for (size_t i = 2; i < n->group_count; i++)
        if (n->separators[i - 1] != n->separators[1])
            return false;
    return true;
}

static bool any_short_group(const struct digits *n, size_t least)
{
    for (size_t i = 0; i < n->group_count; i++)
        if (n->groups[i] < least)
            return true;
    return false;
}

/* Numbers of services, not of people. */
static bool is_service(const char *d)
{
    static const char *const starts[] = {"0800", "0900", "0906", "0909",
                                         "0808", "400",  "800",  "1800",
                                         "1888", "1877"};
    for (size_t i = 0; i < sizeof starts / sizeof *starts; i++)
        if (strncmp(d, starts[i], strlen(starts[i])) == 0)
            return true;
    return false;
}

static bool is_chinese_phone(const struct digits *n)
{
    const char *d = n->text;
    size_t count = n->count, groups = n->group_count;
    bool prefixed = strncmp(d, "86", 2) == 0 && n->groups[0] == 2;
    if (prefixed) {
        d += 2;
        count -= 2;
        groups--;
    }
    const size_t *g = n->groups + prefixed;
    if (count == 11 && d[0] == '1' && d[1] >= '3')
        return groups == 1 || (groups <= 3 && g[0] == 3 && g[1] >= 3);
    return groups == 2 && (g[0] == 3 || g[0] == 4) && d[0] == '0' &&
           d[1] != '0' && (g[1] == 7 || g[1] == 8);
}

/* A day, a month and a year before something else. */
static bool begins_with_date(const struct digits *n)
{
    return n->group_count >= 3 &&
           ((n->groups[0] <= 2 && n->groups[1] <= 2 && n->groups[2] == 4) ||
            (n->groups[0] == 4 && n->groups[1] <= 2 && n->groups[2] <= 2));
}

static bool is_dutch_phone(const struct digits *n)
{
    return n->count == 10 && n->text[0] == '0' && n->text[1] != '0' &&
           n->groups[0] >= 2 && !any_short_group(n, 2) && n->group_count <= 5 &&
           !begins_with_date(n) &&
           (n->group_count < 5 || (uniform_separators(n) && n->text[1] == '6'));
}

static bool is_english_phone(const struct digits *n)
{
    const char *d = n->text;
    bool american = grouped(n, 3, "334") || grouped(n, 4, "1334");
    const char *area = grouped(n, 4, "1334") ? d + 1 : d;
    if (american && area[0] >= '2' && area[3] >= '2')
        return !is_service(area);
    if (d[0] != '0' || n->count < 10 || n->count > 11 || n->groups[0] < 3)
        return false;
    return (d[1] == '1' || d[1] == '2' || d[1] == '7') && n->group_count <= 4 &&
           !any_short_group(n, 3) && !begins_with_date(n);
}

static bool is_phone_abroad(const struct digits *n)
{
    if (n->count < 10 || n->count > 15)
        return false;
    return n->plus || (strncmp(n->text, "00", 2) == 0 && n->text[2] != '0' &&
                       n->groups[0] >= 4);
}

/* Not shaped like one, but asked for or announced as one. */
static bool is_named_phone(str text, const struct digits *n)
{
    return n->count >= 7 && n->count <= 13 && n->group_count <= 5 &&
           !any_short_group(n, 2) && !begins_with_date(n) &&
           has_keyword(text, n->start, KEYWORD_PHONE);
}

static bool is_phone(str text, const struct digits *n, enum lang lang,
                     struct identifier *found)
{
    *found = (struct identifier){IDENTIFIER_PHONE, n->start, n->end};
    if (is_phone_abroad(n))
        return true;
    if (is_service(n->text))
        return false;
    if ((n->count == 11 || lang == LANG_ZH) && is_chinese_phone(n))
        return true;
    if ((lang == LANG_NL && is_dutch_phone(n)) ||
        (lang == LANG_EN && is_english_phone(n)))
        return true;
    return is_named_phone(text, n);
}

/* --- national numbers, records, dates of birth --- */

static bool is_national(str text, const struct digits *n, enum lang lang,
                        struct identifier *found)
{
    *found = (struct identifier){IDENTIFIER_NATIONAL_NUMBER, n->start, n->end};
    str digits = str_make(n->text, n->count);
    if (n->count == 17 && n->end < text.len) {
        char id[18];
        memcpy(id, n->text, 17);
        id[17] = text.ptr[n->end];
        found->end++;
        return identifier_is_resident_id(str_make(id, 18));
    }
    if (n->count == 18)
        return identifier_is_resident_id(digits);
    if (lang == LANG_NL && n->count == 9)
        return n->group_count == 1 && identifier_is_bsn(digits);
    if (lang == LANG_EN && n->count == 9)
        return grouped(n, 3, "324") && identifier_is_ssn(digits);
    return lang == LANG_EN && grouped(n, 3, "334") && identifier_is_nhs(digits);
}

static bool is_value_byte(char c)
{
    return is_word_byte(c) || (c >= 'A' && c <= 'Z') || c == '-' || c == '_';
}

/* The letters, digits and hyphens around a byte. */
static void value_around(str text, size_t at, size_t *start, size_t *end)
{
    *start = *end = at;
    while (*start > 0 && is_value_byte(text.ptr[*start - 1]))
        --*start;
    while (*end < text.len && is_value_byte(text.ptr[*end]))
        ++*end;
}

static size_t digit_count(str s)
{
    size_t count = 0;
    for (size_t i = 0, step; i < s.len; i++)
        count += digit_at(s, i, &step) >= 0;
    return count;
}

static bool is_record(str text, size_t at, const struct digits *n,
                      struct identifier *found)
{
    size_t start, end;
    value_around(text, at, &start, &end);
    if (n && n->end > end && n->count <= 20 && !begins_with_date(n))
        end = n->end;
    if (end - start > 30 || digit_count(str_slice(text, start, end)) < 5 ||
        !has_keyword(text, start, KEYWORD_RECORD))
        return false;
    *found = (struct identifier){IDENTIFIER_RECORD_NUMBER, start, end};
    return true;
}

/* Is what follows a date the word born? "1980年5月3日出生" */
static bool born_follows(str text, size_t end)
{
    str rest = str_slice(text, end, end + 16);
    static const char *const starts[] = {"出生", "生的", "生人", " geboren"};
    for (size_t i = 0; i < sizeof starts / sizeof *starts; i++)
        if (str_starts_with(rest, str_of(starts[i])))
            return true;
    return false;
}

static bool is_birth_date(str text, size_t at, struct identifier *found)
{
    int year;
    size_t start = digits_date_start(text, at);
    size_t end = digits_date(text, start, &year);
    if (end == 0 ||
        (!has_keyword(text, start, KEYWORD_BIRTH) && !born_follows(text, end)))
        return false;
    *found = (struct identifier){IDENTIFIER_BIRTH_DATE, start, end};
    return true;
}

/* --- addresses --- */

/* "中山路88号", "3栋2单元501室", "阳光小区12号". A hospital's own address and
 * buildings of a hospital are none of a person. */
static bool is_chinese_address(str text, size_t at, size_t end)
{
    static const char *const streets[] = {"路",   "街",   "巷",   "胡同", "弄",
                                          "大道", "小区", "新村", NULL};
    static const char *const no_streets[] = {"走路", "一路", "半路", "上街",
                                             "铁路", "通路", NULL};
    static const char *const blocks[] = {"栋", "幢", "号楼", NULL};
    str before = str_slice(text, at > 60 ? at - 60 : 0, at);
    str behind = str_slice(text, end, end + 12);
    if (str_contains(before, STR("医院")) || str_contains(before, STR("门诊")))
        return false;
    if (str_ends_with_any(before, streets) &&
        !str_ends_with_any(before, no_streets) &&
        str_starts_with(behind, STR("号")) &&
        !str_starts_with(behind, STR("号线")))
        return true;
    return str_ends_with_any(before, blocks) &&
           str_starts_with(behind, STR("单元")) && has_digit(before);
}

/* A word of letters (or UTF-8) with an upper-case start; the byte behind it. */
static size_t capital_word(str text, size_t at)
{
    if (at >= text.len || text.ptr[at] < 'A' || text.ptr[at] > 'Z')
        return 0;
    while (at < text.len &&
           (is_word_byte(text.ptr[at]) || text.ptr[at] == '\'' ||
            (text.ptr[at] >= 'A' && text.ptr[at] <= 'Z')))
        at++;
    return at;
}

/* "15 Oak Street", "221b Baker Street" */
static size_t english_address_end(str text, size_t end)
{
    static const char *const types[] = {
        "Street", "St",    "Road",    "Rd",       "Avenue",    "Ave",  "Lane",
        "Ln",     "Drive", "Close",   "Crescent", "Boulevard", "Blvd", "Court",
        "Square", "Way",   "Gardens", "Terrace",  "Place",     NULL};
    if (end < text.len && text.ptr[end] >= 'a' && text.ptr[end] <= 'f')
        end++;
    for (int words = 0; words < 4; words++) {
        if (end >= text.len || text.ptr[end] != ' ')
            return 0;
        size_t word = end + 1;
        end = capital_word(text, word);
        if (end == 0)
            return 0;
        for (size_t k = 0; words > 0 && types[k]; k++)
            if (str_equal(str_slice(text, word, end), str_of(types[k])))
                return end;
    }
    return 0;
}

/* "Kerkstraat 12": the start of the street's name, or STR_NONE. */
static size_t dutch_street_start(str text, size_t at)
{
    static const char *const ends[] = {
        "straat", "laan", "weg", "plein", "gracht", "kade",      "singel",
        "dreef",  "hof",  "pad", "steeg", "dijk",   "plantsoen", NULL};
    static const char *const none[] = {"Onderweg", "Luchtweg", "Urineweg",
                                       "Galweg",   "Weg",      "Straat",
                                       "Omweg",    "Behof",    NULL};
    if (at < 5 || text.ptr[at - 1] != ' ')
        return STR_NONE;
    size_t start = at - 1;
    while (start > 0 && (is_value_byte(text.ptr[start - 1]) ||
                         (unsigned char)text.ptr[start - 1] >= 0x80))
        start--;
    str name = str_slice(text, start, at - 1);
    if (name.len < 6 || name.ptr[0] < 'A' || name.ptr[0] > 'Z' ||
        !str_ends_with_any(name, ends) || str_starts_with_any(name, none))
        return STR_NONE;
    return start;
}

static bool is_address(str text, const struct digits *n, enum lang lang,
                       struct identifier *found)
{
    size_t start = n->start, end = n->ends[0];
    bool is = false;
    if (lang == LANG_ZH)
        is = n->groups[0] <= 5 && is_chinese_address(text, start, end);
    if (lang == LANG_EN && n->groups[0] <= 5) {
        size_t to = english_address_end(text, end);
        is = to > 0;
        end = is ? to : end;
    }
    if (lang == LANG_NL && n->groups[0] <= 4) {
        size_t from = dutch_street_start(text, start);
        is = from != STR_NONE;
        start = is ? from : start;
    }
    if (!is && n->groups[0] >= 4 && n->groups[0] <= 5 &&
        has_keyword(text, start, KEYWORD_POSTCODE))
        is = true;
    *found = (struct identifier){IDENTIFIER_ADDRESS, start, end};
    return is;
}

/* --- e-mail and messengers --- */

static bool is_mail_byte(char c)
{
    return is_value_byte(c) || c == '.' || c == '+';
}

static bool is_email(str text, size_t at, struct identifier *found)
{
    size_t start = at, end = at + 1;
    while (start > 0 && is_mail_byte(text.ptr[start - 1]))
        start--;
    while (end < text.len && is_mail_byte(text.ptr[end]))
        end++;
    while (end > at + 1 && text.ptr[end - 1] == '.')
        end--;
    str domain = str_slice(text, at + 1, end);
    size_t dot = str_find_char(domain, '.', 0);
    *found = (struct identifier){IDENTIFIER_EMAIL, start, end};
    return start < at && dot != STR_NONE && dot > 0 && dot + 2 < domain.len;
}

/* "微信：zhang_1988", "QQ 12345678": nothing but a few joining words between.
 */
static bool is_account(str text, size_t at, struct identifier *found)
{
    static const char *const joins[] = {"号", "是", "为", "：", ":",
                                        "码", " ",  "is", NULL};
    size_t start, end;
    value_around(text, at, &start, &end);
    if (end - start < 6)
        return false;
    char buffer[CLAUSE_BYTES];
    str window = lower_before(text, start, CLAUSE_BYTES, buffer);
    size_t gap = keyword_end(window, KEYWORD_ACCOUNT);
    if (gap == 0)
        return false;
    while (gap < window.len) {
        str rest = str_slice(window, gap, window.len);
        size_t k = 0;
        while (joins[k] && !str_starts_with(rest, str_of(joins[k])))
            k++;
        if (!joins[k])
            return false;
        gap += strlen(joins[k]);
    }
    *found = (struct identifier){IDENTIFIER_ACCOUNT, start, end};
    return true;
}

/* --- the scan --- */

/* Tries the number whole, then without its last groups: "120 13800138000". */
static bool number_is(str text, const struct digits *whole, enum lang lang,
                      bool (*is)(str, const struct digits *, enum lang,
                                 struct identifier *),
                      struct identifier *found)
{
    for (size_t groups = whole->group_count; groups > 0; groups--) {
        struct digits n = digits_head(whole, groups);
        if (is(text, &n, lang, found))
            return true;
    }
    return false;
}

/* Behind the first group that a space follows: what hyphens and dots join is
 * one number. */
static size_t next_number(const struct digits *number)
{
    for (size_t i = 0; i + 1 < number->group_count; i++)
        if (number->separators[i] == ' ')
            return number->ends[i];
    return number->end;
}

/* Without a number there (500mg, A1023588) only a value with letters is
 * possible. */
static bool looks_at(str text, size_t at, enum lang lang, size_t *next,
                     struct identifier *found)
{
    struct digits number;
    *next = at + 1;
    if (text.ptr[at] == '@')
        return is_email(text, at, found);
    bool whole = digits_read(text, at, &number);
    if (whole && number_is(text, &number, lang, is_national, found))
        return true;
    if (is_account(text, at, found) || is_birth_date(text, at, found) ||
        is_record(text, at, whole ? &number : NULL, found))
        return true;
    if (!whole) {
        size_t step;
        while (digit_at(text, *next, &step) >= 0)
            *next += step;
        return false;
    }
    *next = next_number(&number);
    return number_is(text, &number, lang, is_phone, found) ||
           is_address(text, &number, lang, found);
}

bool identifier_next(str text, enum lang lang, size_t *from,
                     struct identifier *found)
{
    for (size_t at = *from, next; at < text.len; at = next) {
        size_t step;
        next = at + 1;
        char c = text.ptr[at];
        bool digit = (c >= '0' && c <= '9') || ((unsigned char)c == 0xEF &&
                                                digit_at(text, at, &step) >= 0);
        if (!digit && c != '@')
            continue;
        if (looks_at(text, at, lang, &next, found) && found->end > *from) {
            *from = found->end > at ? found->end : at + 1;
            return true;
        }
    }
    *from = text.len;
    return false;
}
