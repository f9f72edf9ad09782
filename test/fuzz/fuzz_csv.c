/* CSV: rows are counted, lines go up, good rows survive writing and reading,
 * and small limits lose no byte in silence. */
#include "base/csv.h"
#include "base/vec.h"
#include "fuzz.h"

/* Reads all rows; good ones are appended to `out` as CSV. */
static void read_all(const char *path, struct csv_options options,
                     struct buf *out, uint64_t *good)
{
    struct err err = {0};
    struct csv *in = csv_open(path, options, &err);
    if (!in) {
        assert(err.code != ERR_NONE);
        return;
    }
    struct csv_row row;
    uint64_t rows = 0, faults = 0, line = 0;
    while (csv_next(in, &row, &err)) {
        assert(row.number == ++rows);
        assert(row.line > line || (rows == 1 && row.line >= 1));
        line = row.line;
        if (row.fault) {
            faults++;
            assert(row.count == 0 && row.raw.len > 0);
            continue;
        }
        assert(row.count >= 1 && row.count <= CSV_COLUMNS_MAX);
        if (out)
            csv_put_row(out, ',', row.cells, row.count);
    }
    assert(rows == csv_row_count(in) && faults == csv_fault_count(in));
    *good = rows - faults;
    csv_close(in);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct buf once, twice;
    uint64_t good = 0, again = 0, small = 0;
    buf_init(&once, BUF_MAX);
    buf_init(&twice, BUF_MAX);
    const char *path = fuzz_file(bytes, len);
    /* Cells that look like compression must not stand first in the copy. */
    buf_add(&once, STR("head\n"));
    buf_add(&twice, STR("head\n"));
    read_all(path, (struct csv_options){0}, &once, &good);
    read_all(path,
             (struct csv_options){
                 .separator = ';', .row_bytes_max = 16, .columns_max = 3},
             NULL, &small);
    path = fuzz_file((const uint8_t *)buf_cstr(&once), once.len);
    read_all(path, (struct csv_options){.header = true}, &twice, &again);
    assert(good == again);
    assert(str_equal(buf_str(&once), buf_str(&twice)));
    buf_release(&once);
    buf_release(&twice);
    return 0;
}
