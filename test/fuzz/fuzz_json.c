/* JSON: whatever is accepted is written and read back to the same text. */
#include "base/json.h"
#include "fuzz.h"

static void write_value(const json *value, struct buf *out)
{
    struct json_out j = json_out(out);
    json_put_value(&j, value);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    str text = str_make((const char *)bytes, len);
    struct err err = {0};
    size_t used = 0;
    json *prefix = json_parse_prefix(text, &used, &err);
    assert(!prefix || used <= len);
    assert(prefix || err.code != ERR_NONE);
    json_free(prefix);
    err_clear(&err);
    json *doc = json_parse(text, &err);
    if (!doc) {
        assert(err.code != ERR_NONE);
        return 0;
    }
    struct buf once, twice;
    buf_init(&once, BUF_MAX);
    buf_init(&twice, BUF_MAX);
    write_value(doc, &once);
    json *again = json_parse(buf_str(&once), &err);
    assert(again);
    write_value(again, &twice);
    assert(str_equal(buf_str(&once), buf_str(&twice)));
    json_free(again);
    json_free(doc);
    buf_release(&once);
    buf_release(&twice);
    return 0;
}
