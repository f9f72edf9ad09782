/* check.h - what unit tests share: cmocka, assertions on str and err, and a
 * temporary folder.
 *
 *     static void a_line_above_the_limit_costs_that_line_only(void **state)
 *     {
 *         (void)state;
 *         const char *path = temp_file("long.txt", STR("…"));
 *         struct err err = {0};
 *         assert_true(use(path, &err));
 *         assert_str(found, "text");
 *         assert_err(&err, ERR_LIMIT, "line 3");
 *     }
 *
 *     int main(void)
 *     {
 *         const struct CMUnitTest tests[] = {
 *             cmocka_unit_test(a_line_above_the_limit_costs_that_line_only)};
 *         return cmocka_run_group_tests(tests, temp_make, temp_remove);
 *     }
 *
 * Test names are sentences. Tests do not sleep, use no network, and do not
 * depend on their order.
 */
#ifndef TEST_UNIT_CHECK_H
#define TEST_UNIT_CHECK_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka wants the four above first */
#include <cmocka.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/str.h"

#define MAYBE_UNUSED __attribute__((unused))

static char temp_folder[64];

/* Group set-up and tear-down for tests that write files. */
MAYBE_UNUSED static int temp_make(void **state)
{
    (void)state;
    snprintf(temp_folder, sizeof temp_folder, "/tmp/anamnesis-test-XXXXXX");
    return mkdtemp(temp_folder) ? 0 : -1;
}

MAYBE_UNUSED static int temp_remove_one(const char *path, const struct stat *st,
                                        int type, struct FTW *walk)
{
    (void)st;
    (void)type;
    (void)walk;
    return remove(path);
}

MAYBE_UNUSED static int temp_remove(void **state)
{
    (void)state;
    return nftw(temp_folder, temp_remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

/* A path in the temporary folder; valid until four more were asked for. */
MAYBE_UNUSED static const char *temp_path(const char *name)
{
    static char paths[4][256];
    static unsigned turn;
    char *path = paths[turn++ % 4];
    snprintf(path, sizeof paths[0], "%s/%s", temp_folder, name);
    return path;
}

MAYBE_UNUSED static const char *temp_file(const char *name, str content)
{
    const char *path = temp_path(name);
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(content.ptr, 1, content.len, f), content.len);
    assert_int_equal(fclose(f), 0);
    return path;
}

MAYBE_UNUSED static void check_str(str got, const char *want, const char *file,
                                   int line)
{
    if (str_equal(got, str_of(want)))
        return;
    print_error("got:  [" STR_FMT "]\nwant: [%s]\n", STR_ARG(got), want);
    _fail(file, line);
}
#define assert_str(got, want) check_str(got, want, __FILE__, __LINE__)

MAYBE_UNUSED static void check_close(double got, double want, double within,
                                     const char *file, int line)
{
    double apart = got > want ? got - want : want - got;
    if (apart <= within)
        return;
    print_error("got:  %.17g\nwant: %.17g\n", got, want);
    _fail(file, line);
}
/* |got - want| <= within; never so for what is no number. */
#define assert_close(got, want, within)                                        \
    check_close(got, want, within, __FILE__, __LINE__)

MAYBE_UNUSED static void check_err(const struct err *err, enum err_code code,
                                   const char *part, const char *file, int line)
{
    if (err->code == code && strstr(err->message, part))
        return;
    print_error("got:  %s \"%s\"\nwant: %s with \"%s\"\n",
                err_code_name(err->code), err->message, err_code_name(code),
                part);
    _fail(file, line);
}
/* The error has this code, and its message holds `part`. */
#define assert_err(err, code, part)                                            \
    check_err(err, code, part, __FILE__, __LINE__)

#endif
