/* err.c - see err.h. Messages longer than the field are cut, never spilled. */
#include "base/err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

bool err_set(struct err *err, enum err_code code, const char *format, ...)
{
    if (!err)
        return false;
    va_list args;
    va_start(args, format);
    err->code = code;
    vsnprintf(err->message, sizeof err->message, format, args);
    va_end(args);
    return false;
}

bool err_sys(struct err *err, const char *format, ...)
{
    int saved = errno;
    if (!err)
        return false;
    va_list args;
    va_start(args, format);
    err->code = ERR_IO;
    vsnprintf(err->message, sizeof err->message, format, args);
    va_end(args);
    size_t used = strlen(err->message);
    snprintf(err->message + used, sizeof err->message - used, ": %s",
             strerror(saved));
    return false;
}

bool err_wrap(struct err *err, const char *format, ...)
{
    if (!err)
        return false;
    char context[sizeof err->message];
    char inner[sizeof err->message];
    va_list args;
    va_start(args, format);
    vsnprintf(context, sizeof context, format, args);
    va_end(args);
    memcpy(inner, err->message, sizeof inner);
    size_t space = sizeof err->message;
    size_t prefix = strnlen(context, space - 3);
    memcpy(err->message, context, prefix);
    memcpy(err->message + prefix, ": ", 2);
    size_t rest = strnlen(inner, space - prefix - 3);
    memcpy(err->message + prefix + 2, inner, rest);
    err->message[prefix + 2 + rest] = '\0';
    return false;
}

void err_clear(struct err *err)
{
    err->code = ERR_NONE;
    err->message[0] = '\0';
}

const char *err_code_name(enum err_code code)
{
    static const char *const names[] = {
        "none",      "usage",    "config",  "io",          "format",   "limit",
        "not_found", "conflict", "network", "interrupted", "undefined"};
    return (unsigned)code < sizeof names / sizeof *names ? names[code] : "?";
}
