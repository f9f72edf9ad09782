/* alike.c - see alike.h. */
#include "curate/alike.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"

struct alike {
    struct dedup *dedup; /* owned */
    FILE *file;          /* owned; the records, unnamed */
};

static bool write_records(FILE *file, const struct record_set *set)
{
    struct buf line;
    buf_init(&line, BUF_MAX);
    bool ok = true;
    for (size_t i = 0; ok && i < set->records.count; i++) {
        buf_reset(&line);
        record_write(LIST_AT(set->records, struct record, i), &line);
        ok = fwrite(line.ptr, 1, line.len, file) == line.len;
    }
    buf_release(&line);
    return ok && fflush(file) == 0;
}

bool alike_find(struct alike **out, const struct record_set *set,
                struct fraction threshold, struct err *err)
{
    FILE *file = tmpfile();
    if (!file)
        return err_sys(err, "no temporary file");
    if (!write_records(file, set)) {
        err_sys(err, "temporary file");
        fclose(file);
        return false;
    }
    char path[64];
    snprintf(path, sizeof path, "/proc/self/fd/%d", fileno(file));
    const struct dedup_options options = {.threshold = threshold,
                                          .unit_by_language = true};
    struct alike *alike = mem_zero(1, sizeof *alike);
    alike->file = file;
    alike->dedup = dedup_new(&options);
    if (!dedup_read(alike->dedup, path, err) ||
        !dedup_find(alike->dedup, err)) {
        alike_free(alike);
        return false;
    }
    *out = alike;
    return true;
}

void alike_free(struct alike *alike)
{
    if (!alike)
        return;
    dedup_free(alike->dedup);
    fclose(alike->file);
    free(alike);
}

size_t alike_cluster(const struct alike *alike, size_t index)
{
    return dedup_row(alike->dedup, index).cluster;
}

struct alike_leaks alike_leaks(const struct alike *alike, const uint8_t *sides,
                               uint8_t first, uint8_t second)
{
    struct alike_leaks leaks = {0};
    struct vec found;
    vec_init(&found, sizeof(struct dedup_neighbour));
    for (size_t row = 0; row < dedup_row_count(alike->dedup); row++) {
        if (sides[row] != first)
            continue;
        dedup_neighbours(alike->dedup, row, 0, &found);
        uint64_t across = 0;
        for (size_t i = 0; i < found.count; i++) {
            const struct dedup_neighbour *other = vec_at(&found, i);
            across += sides[other->row] == second;
        }
        leaks.records += across > 0;
        leaks.pairs += across;
    }
    vec_release(&found);
    return leaks;
}
