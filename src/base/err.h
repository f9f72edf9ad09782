/* err.h - what went wrong, in words fit to show.
 *
 *     bool load(const char *path, struct err *err)
 *     {
 *         if (!fs_read(path, LIMIT, &text, err))
 *             return err_wrap(err, "outline");
 *         if (text.len == 0)
 *             return err_set(err, ERR_FORMAT, "%s: empty file", path);
 *         ...
 *     }
 *
 * A function that can fail because of the outside world takes `struct err *`
 * last and returns false with nothing produced. The setters return false so
 * that `return err_set(…)` reads as one step. `err` may be NULL where the
 * caller does not care. Programming mistakes are asserts, not errors.
 */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#include <stdbool.h>

#define MUST_USE __attribute__((warn_unused_result))
#define PRINTF_LIKE(fmt, args) __attribute__((format(printf, fmt, args)))

enum err_code {
    ERR_NONE = 0,
    ERR_USAGE,       /* the user asked for something that cannot be */
    ERR_CONFIG,      /* a configuration or data file holds a wrong value */
    ERR_IO,          /* the operating system said no */
    ERR_FORMAT,      /* bytes that do not follow their format */
    ERR_LIMIT,       /* larger, deeper or longer than we accept */
    ERR_NOT_FOUND,   /* named thing does not exist */
    ERR_CONFLICT,    /* disagrees with what is already there */
    ERR_NETWORK,     /* a peer could not be reached or broke off */
    ERR_INTERRUPTED, /* the user asked to stop */
    ERR_UNDEFINED    /* a number that has no value for this input */
};

struct err {
    enum err_code code;
    char message[1000];
};

/* Fills err (when not NULL) and returns false. */
bool err_set(struct err *err, enum err_code code, const char *format, ...)
    PRINTF_LIKE(3, 4);

/* As err_set with ERR_IO, and ": <strerror(errno)>" appended. */
bool err_sys(struct err *err, const char *format, ...) PRINTF_LIKE(2, 3);

/* Puts "<context>: " before the message that err holds already. */
bool err_wrap(struct err *err, const char *format, ...) PRINTF_LIKE(2, 3);

/* Empties err for another use. */
void err_clear(struct err *err);

/* The code as a lower-case word, e.g. "format"; never NULL. */
const char *err_code_name(enum err_code code);

#endif
