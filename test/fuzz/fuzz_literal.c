/* Python literals: any text ends; what comes out is bounded. */
#include "base/json.h"
#include "corpus/literal.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct buf out;
    struct err err = {0};
    buf_init(&out, 1 << 16);
    bool ok = literal_to_json(str_make((const char *)bytes, len), &out, &err);
    assert(ok || err.code != ERR_NONE);
    assert(out.len <= 1 << 16);
    json_free(json_parse(buf_str(&out), NULL));
    buf_release(&out);
    return 0;
}
