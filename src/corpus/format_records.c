/* format_records.c - our own records: checked and passed on, unchanged. */
#include "corpus/mapping.h"

static void map(struct mapper *m, const json *row)
{
    struct err why = {0};
    struct record record;
    (void)row;
    if (!record_parse(m->row.text, &m->arena, &record, &why)) {
        map_reject(m, "not_a_record", "%s", why.message);
        return;
    }
    map_dialogue(m);
    for (size_t i = 0; i < record.meta.count; i++) {
        const struct pair *pair = LIST_AT(record.meta, struct pair, i);
        map_meta(m, pair->key.ptr, pair->value);
    }
    map_emit_exact(m, &record);
}

/* A row that says which kind of record it is, even when it is a broken one. */
static bool check(const json *row)
{
    str kind = json_str(json_get(row, "kind"), STR(""));
    for (int i = 0; i < RECORD_KIND_COUNT; i++)
        if (str_equal(kind, record_kind_name((enum record_kind)i)))
            return true;
    return false;
}

const struct format format_records = {
    .name = "records",
    .title = "Anamnesis records",
    .layout = "JSON lines of records (docs/records.md)",
    .shapes = SHAPE_JSON,
    .keys = "id kind lang source license split provenance meta|id kind",
    .check = check,
    .map = map,
};
