/* regex.h - regular expressions (PCRE2, compiled to machine code) with limits.
 *
 *     struct regex *regex;
 *     if (!regex_compile(&regex, STR("(\\d+)\\s*mg"), 0, &err)) return false;
 *     struct regex_context *context = regex_context_new();
 *     if (regex_find(regex, context, text, 0) == REGEX_FOUND)
 *         use(regex_group(context, 1));
 *     regex_context_free(context);
 *     regex_free(regex);
 *
 * Patterns and texts are UTF-8; \w, \d, \b and caseless matching follow
 * Unicode. Invalid bytes in a text match nothing. A regex is constant and
 * shared by threads; a context (scratch memory, results of the last search)
 * belongs to one. A search that passes the limits below ends with REGEX_LIMIT:
 * neither found nor not found, and the caller counts it.
 */
#ifndef TEXT_REGEX_H
#define TEXT_REGEX_H

#include "base/buf.h"
#include "base/str.h"

enum {
    REGEX_PATTERN_BYTES_MAX = 64 * 1024,
    REGEX_MATCH_LIMIT = 1000000, /* backtracking steps as PCRE2 counts them */
    REGEX_DEPTH_LIMIT = 10000,
    REGEX_HEAP_KIB_MAX = 16 * 1024,
    REGEX_NAME_BYTES_MAX = 64
};

enum { /* flags */
       REGEX_CASELESS = 1 << 0,
       REGEX_MULTILINE = 1 << 1, /* ^ and $ at line ends */
       REGEX_DOT_ALL = 1 << 2,   /* . matches line feed */
       REGEX_EXTENDED = 1 << 3,  /* white space and # comments in the pattern */
       REGEX_LITERAL = 1 << 4    /* no special characters */
};

enum regex_result { REGEX_ABSENT = 0, REGEX_FOUND = 1, REGEX_LIMIT = 2 };

struct regex;
struct regex_context;

/* ERR_CONFIG with the offset for a wrong pattern, ERR_LIMIT for a long one. */
MUST_USE bool regex_compile(struct regex **regex, str pattern, unsigned flags,
                            struct err *err);
void regex_free(struct regex *regex); /* NULL is fine */
str regex_pattern(const struct regex *regex);
size_t regex_group_count(const struct regex *regex); /* without group 0 */
/* The number of a named group, or 0. */
size_t regex_group_index(const struct regex *regex, str name);

struct regex_context *regex_context_new(void);
void regex_context_free(struct regex_context *context); /* NULL is fine */

/* First match at or after byte `from`; look-behind sees what comes before. */
enum regex_result regex_find(const struct regex *regex,
                             struct regex_context *context, str text,
                             size_t from);
/* For loops: as regex_find from *from, then moves *from behind the match (by
 * one character when it is empty).
 *     for (size_t from = 0; regex_next(regex, context, text, &from) ==
 *                           REGEX_FOUND;) ... */
enum regex_result regex_next(const struct regex *regex,
                             struct regex_context *context, str text,
                             size_t *from);
/* Groups of the last match in this context, as views into its text; a group
 * that took no part (or does not exist) has ptr NULL. Group 0 is the match. */
str regex_group(const struct regex_context *context, size_t index);
size_t regex_group_start(const struct regex_context *context, size_t index);

/* Appends text with every match replaced; in `replacement`, $1 or ${name} are
 * groups and $$ is a dollar. *count (may be NULL) is the number of matches.
 * Fails with ERR_LIMIT (search limits, or out is full), ERR_CONFIG (wrong
 * replacement). */
MUST_USE bool regex_replace(const struct regex *regex,
                            struct regex_context *context, str text,
                            str replacement, struct buf *out, size_t *count,
                            struct err *err);

/* Named patterns, in the order they were added. */
struct regex_set;

struct regex_set *regex_set_new(void);
void regex_set_free(struct regex_set *set); /* NULL is fine */
/* Fails as regex_compile, or with ERR_CONFLICT when the name is taken; the
 * message names the pattern. */
MUST_USE bool regex_set_add(struct regex_set *set, str name, str pattern,
                            unsigned flags, struct err *err);
size_t regex_set_size(const struct regex_set *set);
str regex_set_name(const struct regex_set *set, size_t index);
const struct regex *regex_set_at(const struct regex_set *set, size_t index);
/* NULL when there is none of that name. */
const struct regex *regex_set_get(const struct regex_set *set, str name);
/* Index of the first pattern that matches, or STR_NONE; *limited (may be NULL)
 * is set when a pattern tried before passed the limits. */
size_t regex_set_first(const struct regex_set *set,
                       struct regex_context *context, str text, bool *limited);

#endif
