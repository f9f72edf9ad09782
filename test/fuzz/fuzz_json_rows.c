/* Rows of JSON: any bytes end, rows lie in the input, faults have words, and
 * lines do not go back. */
#include "corpus/json_rows.h"
#include "corpus/peek.h"
#include "fuzz.h"

static const char *const paths[] = {"", "{}", "questions[]",
                                    "data[].paragraphs[]"};

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    if (len == 0)
        return 0;
    str text = str_make((const char *)bytes + 1, len - 1);
    str head = str_slice(text, 0, 1 + bytes[0] * 16u);
    struct json_rows *in = json_rows_open(memory_source(text, NULL), head,
                                          paths[bytes[0] % 4], 1 << 12);
    struct json_row row;
    size_t rows = 0;
    uint64_t line = 0;
    while (json_rows_next(in, &row, NULL)) {
        assert(++rows <= len + 1);
        assert(row.text.len <= len);
        assert(row.line >= line);
        line = row.line;
        assert(!row.fault || row.fault[0]);
    }
    json_rows_close(in);
    return 0;
}
