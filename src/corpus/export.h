/* export.h - records in, the files of other tools out, everything counted.
 *
 *     struct export_report report;
 *     bool ok = export_run(&(struct export_options){
 *         .format = export_find("sharegpt"), .paths = paths, .path_count = n,
 *         .output = "train.json"}, &report, &err);
 *     export_report_release(&report);
 *
 * Formats of one file are written to a path (.gz, .zst, "-"); those with
 * configurations beside the data to a folder. Where a format wants strict
 * alternation (user first, assistant last), rows are mended or refused as asked
 * and every mending is counted by name; rows above length_max are refused;
 * members that the format cannot hold are counted as "lost_NAME" (losses.h).
 * records = rows written + rows rejected.
 *
 * To add a format: a function in export_NAME.c and a row in the table of
 * export.c.
 */
#ifndef CORPUS_EXPORT_H
#define CORPUS_EXPORT_H

#include "base/map.h"
#include "base/sink.h"
#include "corpus/messages.h"

struct export;

enum export_turns { EXPORT_MERGE, EXPORT_REFUSE };

struct export_format {
    const char *name;
    const char *layout; /* for --list and docs */
    /* Data file inside the output folder; NULL: the output is a file. */
    const char *data_file;
    /* Where not all is kept: the members that are, see losses.h. */
    const char *carries;
    bool alternates; /* user first, assistant last, one after the other */
    bool keeps;      /* the whole record travels: import gives it back */
    bool array;      /* one JSON array instead of JSON lines */
    bool asks;       /* a row without a message of the user is of no use */
    void (*row)(struct export *x, const struct record *record);
    /* Files beside the data; may be NULL. */
    bool (*finish)(struct export *x, struct err *err);
    bool (*start)(struct export *x, struct err *err);
};

struct export_options {
    const struct export_format *format;
    const char *const *paths;
    size_t path_count;
    const char *output;
    const char *rejects; /* or NULL */
    enum role assistant; /* ROLE_NONE: the caring side */
    enum export_turns turns;
    size_t length_max; /* characters of all messages; 0 = no limit */
    const char *model; /* name put into requests and configurations */
    const char *title; /* of the data set */
    const char *license;
};

struct export_report {
    uint64_t records, rows, bad_lines;
    struct map rejected; /* reason → records */
    struct map notes;    /* mendings and losses → times */
    struct map kinds, langs, splits;
};

extern const struct export_format export_table[];
extern const size_t export_count;
const struct export_format *export_find(const char *name);

MUST_USE bool export_run(const struct export_options *options,
                         struct export_report *report, struct err *err);
void export_report_release(struct export_report *report);

#endif
