/* json_lines.h - a file of JSON lines, one document after the other.
 *
 *     static bool take(const json *line, void *ctx) { … return it_is_ours; }
 *     struct json_lines_counts counts = {0};
 *     if (!json_lines_each("answers.jsonl", take, &mine, &counts, &err)) …
 *
 * Blank lines are stepped over. A line that is no JSON, is above the limit, or
 * is none of ours (`take` returned false) is bad: counted, and the reading goes
 * on. Plain, .gz and .zst as lines.h. One thread.
 */
#ifndef BASE_JSON_LINES_H
#define BASE_JSON_LINES_H

#include "base/json.h"

struct json_lines_counts {
    uint64_t good, bad;
    uint64_t content; /* hash of all lines in order, to tell files apart */
};

/* The document lives until the call returns. */
typedef bool json_lines_take(const json *line, void *ctx);

/* Adds to the counts. False when the file cannot be read to its end. */
MUST_USE bool json_lines_each(const char *path, json_lines_take *take,
                              void *ctx, struct json_lines_counts *counts,
                              struct err *err);

#endif
