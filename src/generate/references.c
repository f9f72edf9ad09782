/* references.c - see references.h. */
#include "generate/references.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/fs.h"
#include "corpus/import.h"

struct bad_line {
    struct err first;
    size_t count;
};

static void note_bad(const char *path, uint64_t line, const struct err *why,
                     void *ctx)
{
    struct bad_line *bad = ctx;
    if (bad->count++ == 0)
        err_set(&bad->first, ERR_FORMAT, "references: %s:%llu: %s", path,
                (unsigned long long)line, why->message);
}

/* The folder of a new temporary file "references.jsonl". */
static bool make_folder(char *folder, size_t bytes, struct err *err)
{
    const char *base = getenv("TMPDIR");
    snprintf(folder, bytes, "%s/anamnesis-references-XXXXXX",
             base && base[0] ? base : "/tmp");
    return mkdtemp(folder) || err_sys(err, "%s", folder);
}

static bool check_import(const char *path, const struct import_report *report,
                         struct err *err)
{
    if (report->records == 0)
        return err_set(err, ERR_FORMAT,
                       "references: %s: found neither records nor a format "
                       "that `anamnesis import` knows",
                       path);
    if (report->rejected_rows == 0 && report->files_failed == 0)
        return true;
    const char *reason = map_size(&report->rejected)
                             ? map_entry(&report->rejected, 0)->key.ptr
                             : "files that break off";
    return err_set(err, ERR_FORMAT,
                   "references: %s: %llu of %llu rows cannot be read (%s); "
                   "import it with --rejects and give the records",
                   path, (unsigned long long)report->rejected_rows,
                   (unsigned long long)report->rows, reason);
}

static bool import_all(const char *path, struct record_set *set,
                       struct err *err)
{
    char folder[4096], output[4200];
    struct import_report report;
    if (!make_folder(folder, sizeof folder, err))
        return false;
    snprintf(output, sizeof output, "%s/references.jsonl", folder);
    const char *made = output;
    bool ok = import_run(&(struct import_options){.paths = &path,
                                                  .path_count = 1,
                                                  .output = output},
                         &report, err);
    if (ok) {
        ok = check_import(path, &report, err) &&
             record_set_load(set, 1, &made, NULL, NULL, err);
        import_report_release(&report);
    } else {
        err_wrap(err, "references");
    }
    unlink(output);
    rmdir(folder);
    return ok;
}

bool references_load(const char *path, struct record_set *set, struct err *err)
{
    struct bad_line bad = {0};
    if (fs_is_folder(path))
        return import_all(path, set, err);
    if (!record_set_load(set, 1, &path, note_bad, &bad, err))
        return err_wrap(err, "references");
    if (bad.count == 0)
        return true;
    bool none = set->records.count == 0;
    record_set_release(set);
    struct err why = {0};
    if (none && import_all(path, set, &why))
        return true;
    *err = none && bad.count > 1 ? why : bad.first;
    return false;
}
