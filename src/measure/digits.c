/* digits.c - see digits.h. Hand-written: it looks at every number of every
 * dialogue. */
#include "measure/digits.h"

#include <string.h>
#include <strings.h>

int digit_at(str text, size_t at, size_t *step)
{
    *step = 1;
    if (at >= text.len)
        return -1;
    unsigned char c = (unsigned char)text.ptr[at];
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c != 0xEF || at + 3 > text.len ||
        (unsigned char)text.ptr[at + 1] != 0xBC)
        return -1;
    unsigned char last = (unsigned char)text.ptr[at + 2]; /* U+FF10 - U+FF19 */
    if (last < 0x90 || last > 0x99)
        return -1;
    *step = 3;
    return last - 0x90;
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool digit_before(str text, size_t at)
{
    size_t step;
    return (at >= 1 && digit_at(text, at - 1, &step) >= 0) ||
           (at >= 3 && digit_at(text, at - 3, &step) >= 0 && step == 3);
}

/* Skips what holds two groups apart. 0 when no digit follows; *telling is the
 * separator that says most. */
static size_t skip_separator(str text, size_t at, char *telling)
{
    size_t i = at, step;
    *telling = ' ';
    for (int taken = 0; taken < 3 && i < text.len; taken++) {
        char c = text.ptr[i];
        if (strchr(" -.()", c) && c) {
            if (c != ' ')
                *telling = c;
            i++;
        } else if (str_starts_with(str_slice(text, i, text.len),
                                   STR("\u2013"))) {
            *telling = '-';
            i += 3;
        } else {
            break;
        }
    }
    return i > at && digit_at(text, i, &step) >= 0 ? i : 0;
}

/* One run of digits; false when the number has become too long. */
static bool read_group(str text, size_t *at, struct digits *number)
{
    size_t step, digits = 0;
    for (int value; (value = digit_at(text, *at, &step)) >= 0; *at += step) {
        if (number->count == DIGITS_MAX)
            return false;
        number->text[number->count++] = (char)('0' + value);
        digits++;
    }
    number->groups[number->group_count] = digits;
    number->ends[number->group_count++] = *at;
    return true;
}

/* May a number begin here, at its first digit? */
static bool may_begin(str text, size_t at)
{
    size_t step;
    return digit_at(text, at, &step) >= 0 && !digit_before(text, at) &&
           (at == 0 || !is_letter(text.ptr[at - 1]));
}

/* A letter behind a single group makes it a dose or a name, but for the check
 * letter of a resident id. */
static bool may_end(str text, const struct digits *number)
{
    if (number->group_count > 1 || number->end >= text.len)
        return true;
    char c = text.ptr[number->end];
    return !is_letter(c) || (number->count == 17 && (c == 'X' || c == 'x'));
}

bool digits_read(str text, size_t at, struct digits *number)
{
    memset(number, 0, sizeof *number);
    if (!may_begin(text, at))
        return false;
    char before = at > 0 ? text.ptr[at - 1] : 0;
    bool opened = before == '+' || before == '(';
    number->start = at - opened;
    number->plus =
        before == '+' || (opened && at > 1 && text.ptr[at - 2] == '+');
    for (;;) {
        if (!read_group(text, &at, number))
            return false;
        char telling;
        size_t next = skip_separator(text, at, &telling);
        if (next == 0 || number->group_count == DIGITS_GROUPS_MAX)
            break;
        number->separators[number->group_count - 1] = telling;
        at = next;
    }
    number->end = at;
    return may_end(text, number);
}

struct digits digits_head(const struct digits *number, size_t groups)
{
    struct digits head = *number;
    head.group_count = groups;
    head.count = 0;
    for (size_t i = 0; i < groups; i++)
        head.count += number->groups[i];
    head.text[head.count] = '\0';
    head.end = number->ends[groups - 1];
    return head;
}

/* --- dates --- */

struct date_part {
    int value;
    int digits; /* 0: a month in letters */
};

static const char *const months[][2] = {
    {"jan", "jan"}, {"feb", "feb"}, {"mar", "maart"}, {"apr", "apr"},
    {"may", "mei"}, {"jun", "jun"}, {"jul", "jul"},   {"aug", "aug"},
    {"sep", "sep"}, {"oct", "okt"}, {"nov", "nov"},   {"dec", "dec"}};

/* A month's name, whole or cut to three letters. */
static size_t read_month(str text, size_t at, struct date_part *part)
{
    size_t end = at;
    while (end < text.len && is_letter(text.ptr[end]))
        end++;
    if (end - at < 3 || end - at > 9)
        return 0;
    for (int month = 0; month < 12; month++)
        for (int k = 0; k < 2; k++) {
            size_t length = strlen(months[month][k]);
            if (end - at >= length &&
                strncasecmp(text.ptr + at, months[month][k], length) == 0) {
                *part = (struct date_part){month + 1, 0};
                return end;
            }
        }
    return 0;
}

static size_t read_number(str text, size_t at, struct date_part *part)
{
    size_t step;
    *part = (struct date_part){0, 0};
    for (int value; (value = digit_at(text, at, &step)) >= 0; at += step) {
        if (++part->digits > 4)
            return 0;
        part->value = part->value * 10 + value;
    }
    return part->digits ? at : 0;
}

/* Behind a part: "-", "/", ".", " ", ", ", "th of ", 年, 月 and the like. */
static size_t skip_between(str text, size_t at)
{
    static const char *const words[] = {"st", "nd", "rd", "th", " of ",
                                        "年", "月", "-",  "/",  ".",
                                        ",",  " ",  "'",  "`",  "\u2019"};
    for (int taken = 0; taken < 4; taken++) {
        bool found = false;
        str rest = str_slice(text, at, text.len);
        for (size_t i = 0; i < sizeof words / sizeof *words && !found; i++)
            if (str_starts_with(rest, str_of(words[i]))) {
                at += strlen(words[i]);
                found = true;
            }
        if (!found)
            break;
    }
    return at;
}

static bool year_fits(struct date_part part, bool last, int *year)
{
    if (part.digits == 4 && part.value >= 1900 && part.value < 2100)
        *year = part.value;
    else if (last && part.digits == 2)
        *year = part.value < 30 ? 2000 + part.value : 1900 + part.value;
    else
        return false;
    return true;
}

static bool is_day(struct date_part part)
{
    return part.digits >= 1 && part.digits <= 2 && part.value >= 1 &&
           part.value <= 31;
}

static bool is_month(struct date_part part)
{
    return part.digits <= 2 && part.value >= 1 && part.value <= 12;
}

/* Three parts and what is between them; the byte behind, or 0. */
static size_t read_parts(str text, size_t at, struct date_part parts[3])
{
    size_t end = at;
    for (int i = 0; i < 3; i++) {
        size_t from = i ? skip_between(text, end) : at;
        if (i && from == end)
            return 0;
        end = read_number(text, from, &parts[i]);
        if (end == 0)
            end = read_month(text, from, &parts[i]);
        if (end == 0)
            return 0;
    }
    size_t step;
    return digit_at(text, end, &step) < 0 ? end : 0;
}

/* Day, month, year; month, day, year; year, month, day. */
static bool parts_fit(const struct date_part parts[3], int *year)
{
    if (is_day(parts[0]) && is_month(parts[1]))
        return year_fits(parts[2], true, year);
    if (is_month(parts[0]) && is_day(parts[1]))
        return year_fits(parts[2], true, year);
    return is_month(parts[1]) && is_day(parts[2]) &&
           year_fits(parts[0], false, year);
}

size_t digits_date(str text, size_t at, int *year)
{
    struct date_part parts[3];
    size_t end = read_parts(text, at, parts);
    if (end == 0 || !parts_fit(parts, year))
        return 0;
    str rest = str_slice(text, end, text.len);
    bool day_sign =
        str_starts_with(rest, STR("日")) || str_starts_with(rest, STR("号"));
    return day_sign ? end + STR("日").len : end;
}

size_t digits_date_start(str text, size_t at)
{
    size_t i = at;
    while (i > 0 && at - i < 2 && text.ptr[i - 1] == ' ')
        i--;
    size_t word = i;
    while (word > 0 && i - word < 9 && is_letter(text.ptr[word - 1]))
        word--;
    int year;
    return word < i && i < at && digits_date(text, word, &year) ? word : at;
}
