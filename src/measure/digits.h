/* digits.h - numbers of many digits as people write them: "06-12 34 56 78".
 *
 *     struct digits number;
 *     if (digits_read(text, at, &number))          // at: the first digit
 *         if (number.group_count == 1 && number.count == 11) …
 *     size_t end = digits_date(text, at, &year);   // 0: no full date there
 *
 * Digits may be full-width. Groups are held apart by one to three of space,
 * hyphen, dash, dot and parenthesis. Helper of identifiers.h.
 */
#ifndef MEASURE_DIGITS_H
#define MEASURE_DIGITS_H

#include "base/str.h"

enum { DIGITS_MAX = 40, DIGITS_GROUPS_MAX = 12 };

struct digits {
    char text[DIGITS_MAX + 1]; /* digits only, then NUL */
    size_t count;
    size_t groups[DIGITS_GROUPS_MAX];   /* digits in each */
    char separators[DIGITS_GROUPS_MAX]; /* the telling one after a group */
    size_t ends[DIGITS_GROUPS_MAX];     /* byte behind each group */
    size_t group_count;
    size_t start, end; /* bytes, a + or ( before the first group included */
    bool plus;
};

/* The value 0 to 9 of the ASCII or full-width digit at byte `at`, or -1; *step
 * is its length. */
int digit_at(str text, size_t at, size_t *step);

/* Reads the number that begins with the digit at `at`. False when there is no
 * digit, or a digit or ASCII letter stands right before or behind (but 17
 * digits may be followed by an X). */
bool digits_read(str text, size_t at, struct digits *number);
/* The first `groups` groups of a number. */
struct digits digits_head(const struct digits *number, size_t groups);

/* A full date (day, month and year, 1900 to 2099, in the usual orders, months
 * in digits, English or Dutch) that begins at byte `at`: the byte behind it, or
 * 0. A year of two digits is accepted when it comes last. */
size_t digits_date(str text, size_t at, int *year);
/* Where a date begins whose first number stands at `at`: at a month's name
 * before it ("May 3, 1980"), or there. */
size_t digits_date_start(str text, size_t at);

#endif
