/* opt.h - a command's options from one table: parsing, help, manual page and
 * shell completion all read it.
 *
 *     static const struct opt options[] = {
 *         {"threshold", 0, "X", "smallest similarity of a pair (0.8)"},
 *         {"pairs", 0, "FILE", "write every pair with its similarity"},
 *         {"exact", 0, NULL, "a switch"},
 *         {0}};
 *     static const struct command dedup = {
 *         .name = "dedup", .operands = "IN…", .summary = "…",
 *         .options = options, .run = run_dedup};
 *
 *     double t;
 *     if (!opt_number(args, "threshold", 0.8, 0.01, 1, &t, &err)) …
 *
 * Every command also knows the common options (opt_common). `--name value`,
 * `--name=value`, `-n value` and `-nvalue` are read; `--` ends options; a
 * number of single-letter switches may share one dash. An unknown option
 * suggests the nearest known one.
 */
#ifndef BASE_OPT_H
#define BASE_OPT_H

#include "base/buf.h"
#include "base/err.h"

enum exit_status {
    EXIT_STATUS_DONE = 0,
    EXIT_STATUS_FAILED = 1,
    EXIT_STATUS_USAGE = 2,
    EXIT_STATUS_PARTIAL = 3, /* done, but some rows failed */
    EXIT_STATUS_INTERRUPTED = 130
};

struct opt {
    const char *name;
    char letter;       /* 0 = none */
    const char *value; /* what the value is called; NULL = a switch */
    const char *doc;
};

struct args;

struct command {
    const char *name;          /* "dedup", or two words: "patient make" */
    const char *operands;      /* as shown in the usage line; "" = none */
    const char *summary;       /* one line */
    const struct opt *options; /* ends in {0}; NULL = none of its own */
    const char *details;       /* paragraphs below the options, or NULL */
    const char *examples;      /* one a line, or NULL */
    size_t operands_min, operands_max; /* max 0 = none, SIZE_MAX = any */
    int (*run)(const struct args *args);
};

/* Options that every command has: --json -j --seed -q -v --data --help. */
extern const struct opt opt_common[];

/* Parses what follows the command's name. NULL on a usage error. */
MUST_USE struct args *opt_parse(const struct command *command, int count,
                                char **words, struct err *err);
void opt_free(struct args *args);

const struct command *opt_command(const struct args *args);
bool opt_has(const struct args *args, const char *name);
/* The last value given, or `otherwise` (may be NULL). */
const char *opt_value(const struct args *args, const char *name,
                      const char *otherwise);
size_t opt_value_count(const struct args *args, const char *name);
const char *opt_value_at(const struct args *args, const char *name,
                         size_t index);
size_t opt_operand_count(const struct args *args);
const char *opt_operand(const struct args *args, size_t index);

/* Typed values within bounds (both included); false with a usage error. */
MUST_USE bool opt_int(const struct args *args, const char *name,
                      int64_t otherwise, int64_t min, int64_t max,
                      int64_t *value, struct err *err);
MUST_USE bool opt_number(const struct args *args, const char *name,
                         double otherwise, double min, double max,
                         double *value, struct err *err);
/* One of the choices (NULL-terminated); index into them. */
MUST_USE bool opt_choice(const struct args *args, const char *name,
                         const char *otherwise, const char *const choices[],
                         size_t *index, struct err *err);

void opt_write_help(const struct command *command, struct buf *out);
void opt_write_man_section(const struct command *command, struct buf *out);
/* The nearest of `count` names, or NULL when none is near. */
const char *opt_nearest(str word, const char *const names[], size_t count);

#endif
