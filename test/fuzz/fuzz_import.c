/* Import: the first byte chooses a format (or auto), the rest is the file.
 * Counts add up (every row gave a record or a rejection), and what is written
 * are records. */
#include <stdlib.h>

#include "base/parallel.h"
#include "corpus/import.h"
#include "fuzz.h"
#include "record/record.h"

static uint64_t count_records(const char *path)
{
    struct record_set set;
    const char *const paths[] = {path};
    struct err err = {0};
    bool ok = record_set_load(&set, 1, paths, NULL, NULL, &err);
    assert(ok && set.bad_count == 0);
    uint64_t count = set.records.count;
    record_set_release(&set);
    return count;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    if (len < 2)
        return 0;
    parallel_set_workers(1);
    size_t choice = bytes[0] % (format_count + 1);
    const char *path = fuzz_file(bytes + 1, len - 1);
    char output[96];
    snprintf(output, sizeof output, "%s.out", path);
    struct import_options options = {
        .format = choice < format_count ? format_table[choice] : NULL,
        .paths = &path,
        .path_count = 1,
        .output = output};
    struct import_report report;
    bool ok = import_run(&options, &report, NULL);
    assert(ok);
    assert(report.records == count_records(output));
    assert(report.rejected_rows <= report.rows);
    import_report_release(&report);
    remove(output);
    return 0;
}
