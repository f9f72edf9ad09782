/* Archives and workbooks: tar, zip, xlsx, gzip in any state of damage are
 * walked to their end. */
#include "corpus/walk.h"
#include "corpus/xlsx.h"
#include "fuzz.h"

enum { BYTES_MAX = 1 << 22 };

static void read_sheet(struct zip *workbook)
{
    const str *cells;
    size_t count, rows = 0;
    struct xlsx *sheet = xlsx_open(workbook, NULL);
    while (sheet && xlsx_next(sheet, &cells, &count, NULL) && rows < 10000) {
        assert(count <= XLSX_COLUMNS_MAX);
        rows++;
    }
    xlsx_close(sheet);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    const char *path = fuzz_file(bytes, len);
    struct walk *walk = walk_open(&path, 1, NULL);
    assert(walk);
    struct unit unit;
    while (walk_next(walk, &unit)) {
        assert(unit.name && unit.head.len <= WALK_HEAD_BYTES);
        char chunk[4096];
        size_t total = 0;
        ptrdiff_t got;
        while (unit.source && total < BYTES_MAX &&
               (got = source_read(unit.source, chunk, sizeof chunk, NULL)) > 0)
            total += (size_t)got;
        if (unit.workbook)
            read_sheet(unit.workbook);
    }
    walk_close(walk);
    return 0;
}
