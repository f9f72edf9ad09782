/* import.h - foreign files in, records out, everything counted.
 *
 *     struct import_report report;
 *     bool ok = import_run(&(struct import_options){
 *         .format = NULL,                       // auto
 *         .paths = paths, .path_count = n, .output = "records.jsonl"},
 *         &report, &err);
 *     …
 *     import_report_release(&report);
 *
 * Rows are read in order, mapped by all workers a batch at a time, and written
 * in order: output does not depend on the number of threads. While one batch is
 * mapped the next one is read and the one before is written. Memory is bound by
 * three batches, whatever the size of the input.
 *
 * A row may give several records and, in formats with several items a row,
 * several rejections; a row without a record has at least one. A file
 * that breaks off (damaged compression) is counted under files_failed and keeps
 * the rows before the damage.
 */
#ifndef CORPUS_IMPORT_H
#define CORPUS_IMPORT_H

#include "base/map.h"
#include "base/vec.h"
#include "corpus/format.h"

struct import_options {
    const struct format *format; /* NULL = auto */
    const char *const *paths;
    size_t path_count;
    const char *output;
    const char *rejects;      /* or NULL */
    const char *labels;       /* or NULL */
    const char *encoding;     /* or NULL */
    char separator;           /* of cells; 0 = guessed */
    const char *companion;    /* or NULL: found beside the file */
    const char *lang, *split; /* or NULL */
    uint64_t limit;           /* records at most; 0 = no limit */
    bool (*interrupted)(void);
    /* Told now and then, on the calling thread; may be NULL. */
    void (*progress)(uint64_t rows, uint64_t rejected, void *ctx);
    void *ctx;
};

struct import_file {
    const char *name;   /* in the report's arena */
    const char *format; /* its name, or NULL */
    const char *why;    /* how it was detected, or why it failed, or NULL */
    const char *encoding;
    bool failed;  /* could not be read (to its end) */
    bool skipped; /* no known format */
};

struct import_report {
    struct vec files; /* struct import_file; at most 1000 are kept */
    uint64_t file_count, files_failed, files_skipped;
    uint64_t rows, records, bytes;
    uint64_t rejected_rows; /* rows with at least one rejection */
    struct map rejected;    /* reason → rows */
    struct map notes;       /* remark → times */
    struct map formats;     /* name → files */
    double seconds;
    bool interrupted;
    struct arena arena;
};

/* False when nothing could be done at all (no such path, output not
 * writable). */
MUST_USE bool import_run(const struct import_options *options,
                         struct import_report *report, struct err *err);
void import_report_release(struct import_report *report);

#endif
