/* err.c - see err.h. Messages longer than the field are cut, never spilled. */
#include "base/err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* A message that was cut must not end inside a UTF-8 sequence. */
static void mend_end(char *message, size_t room)
{
    size_t len = strlen(message);
    if (len + 1 < room)
        return;
    size_t start = len;
    while (start > 0 && ((unsigned char)message[start - 1] & 0xC0) == 0x80)
        start--;
    unsigned char lead = start ? (unsigned char)message[start - 1] : 0;
    size_t need = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : lead >= 0xC0 ? 1 : 0;
    if (len - start < need)
        message[start - 1] = '\0';
}

static void append(struct err *err, const char *text)
{
    size_t room = sizeof err->message, used = strlen(err->message);
    size_t len = strlen(text);
    if (len > room - 1 - used)
        len = room - 1 - used;
    memcpy(err->message + used, text, len);
    err->message[used + len] = '\0';
    mend_end(err->message, room);
}

bool err_set(struct err *err, enum err_code code, const char *format, ...)
{
    if (!err)
        return false;
    va_list args;
    va_start(args, format);
    err->code = code;
    vsnprintf(err->message, sizeof err->message, format, args);
    va_end(args);
    mend_end(err->message, sizeof err->message);
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
    append(err, ": ");
    append(err, strerror(saved));
    return false;
}

bool err_wrap(struct err *err, const char *format, ...)
{
    if (!err)
        return false;
    char inner[sizeof err->message];
    memcpy(inner, err->message, sizeof inner);
    va_list args;
    va_start(args, format);
    vsnprintf(err->message, sizeof err->message, format, args);
    va_end(args);
    append(err, ": ");
    append(err, inner);
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
