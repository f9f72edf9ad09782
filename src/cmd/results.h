/* results.h - what the commands that turn record files into others share: where
 * records go, how lines that are no records are told, how they report and end.
 *
 *     struct sink *out;
 *     if (!results_open(args, NULL, &out, &err)) …
 *     struct bad_lines bad = {0};
 *     … bad_lines_tell(&bad, file, line, why);
 *     if (!sink_finish(out, ok, &err)) …
 *     results_table(table);
 *     return results_status(records, &bad);
 */
#ifndef CMD_RESULTS_H
#define CMD_RESULTS_H

#include "base/json.h"
#include "base/sink.h"
#include "base/table.h"
#include "cmd/cmd.h"

/* The operands as file names; the array is the caller's to free. */
const char **results_paths(const struct args *args);

/* Where records go: to -o; without it to standard output, unless --json or one
 * of the options in `instead` (ends in NULL; may be NULL) asks for something
 * else. Then NULL. */
const char *results_target(const struct args *args,
                           const char *const instead[]);
/* Opens that; *sink is NULL when records go nowhere. */
MUST_USE bool results_open(const struct args *args, const char *const instead[],
                           struct sink **sink, struct err *err);

/* Lines that are no records. The first few are told one by one, also with -q:
 * nothing is lost in silence. */
struct bad_lines {
    uint64_t count;
};
void bad_lines_tell(struct bad_lines *bad, const char *file, uint64_t line,
                    const char *why);
/* The same as a callback of record_set_load; ctx is the struct bad_lines. */
void bad_lines_callback(const char *path, uint64_t line, const struct err *why,
                        void *ctx);

/* Writes the table to standard error unless -q, and frees it. */
void results_table(struct table *table);
/* A member of the summary: "key":value. */
void results_put_count(struct json_out *summary, const char *key,
                       uint64_t value);
/* Writes one line to standard output, and releases it. */
void results_json(struct buf *line);

/* 1 and an error when there was no record at all, 3 when lines were none, else
 * 0. */
int results_status(uint64_t records, const struct bad_lines *bad);

#endif
