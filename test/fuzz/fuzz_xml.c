/* XML: any bytes give a tree or an error, and no entity is expanded. */
#include "corpus/xml_json.h"
#include "fuzz.h"

static size_t text_bytes(const json *node)
{
    size_t sum = 0;
    JSON_EACH(child, node)
    sum +=
        json_is_str(child) ? json_str(child, STR("")).len : text_bytes(child);
    return sum;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct err err = {0};
    json *doc = xml_to_json(str_make((const char *)bytes, len), &err);
    assert(doc || err.code != ERR_NONE);
    /* A character of one byte may become three in UTF-8. */
    assert(!doc || text_bytes(doc) <= 3 * len);
    json_free(doc);
    return 0;
}
