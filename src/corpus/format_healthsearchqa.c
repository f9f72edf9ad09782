/* format_healthsearchqa.c - HealthSearchQA: questions people search for, with
 * no answers. */
#include "corpus/mapping.h"

static void map(struct mapper *m, const json *row)
{
    map_question(m, field_str(m, row, "question|Question"));
    map_id(m, field_str(m, row, "id|ID"));
    map_emit(m);
}

/* Two columns and no more, or it is some other set. */
static bool check(const json *row)
{
    return json_count(row) == 2;
}

const struct format format_healthsearchqa = {
    .name = "healthsearchqa",
    .title = "HealthSearchQA",
    .lang = "en",
    .layout = "CSV, XLSX or JSON: id, question",
    .shapes = SHAPE_CELLS | SHAPE_JSON,
    .keys = "id question",
    .check = check,
    .map = map,
};
