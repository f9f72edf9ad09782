/* published.c - see published.h. */
#include "bench/published.h"

#include "base/asset.h"

#define SHIPPED "bench/published.yaml"

static const char *const kinds[] = {"phases",     "consultations", "human",
                                    "benchmarks", "correlation",   NULL};

static const struct field row_fields[] = {
    {"model", FIELD_STR, offsetof(struct published_row, model),
     .doc = "as it is named there"},
    {"values", FIELD_NUMBERS, offsetof(struct published_row, values),
     .doc = "one for each column"},
    {0}};
static const struct schema row_schema = {.name = "row",
                                         .fields = row_fields,
                                         .struct_bytes =
                                             sizeof(struct published_row)};

static const struct field table_fields[] = {
    {"table", FIELD_CHOICE, offsetof(struct published_table, table),
     .choices = kinds, .doc = "which table of ours it stands beside"},
    {"source", FIELD_STR, offsetof(struct published_table, source),
     .doc = "where it was published"},
    {"columns", FIELD_STRS, offsetof(struct published_table, columns),
     .doc = "titles"},
    {"rows", FIELD_STRUCTS, offsetof(struct published_table, rows),
     .sub = &row_schema, .doc = "models"},
    {0}};
static const struct schema table_schema = {.name = "published",
                                           .fields = table_fields,
                                           .struct_bytes =
                                               sizeof(struct published_table)};

static const struct field file_fields[] = {
    {"published", FIELD_STRUCTS, offsetof(struct published, tables),
     .sub = &table_schema, .doc = "tables"},
    {0}};
static const struct schema file_schema = {.name = "published",
                                          .fields = file_fields,
                                          .struct_bytes =
                                              sizeof(struct published)};

static bool check(const struct published *p, const char *where, struct err *err)
{
    for (size_t i = 0; i < p->tables.count; i++) {
        const struct published_table *t =
            LIST_AT(p->tables, struct published_table, i);
        for (size_t r = 0; r < t->rows.count; r++) {
            const struct published_row *row =
                LIST_AT(t->rows, struct published_row, r);
            if (row->values.count != t->columns.count)
                return err_set(err, ERR_CONFIG,
                               "%s: '" STR_FMT "': found %zu values, allowed: "
                               "%zu, one for each column",
                               where, STR_ARG(row->model), row->values.count,
                               t->columns.count);
        }
    }
    return true;
}

static bool load(const struct yaml *root, const char *where,
                 struct published *published, struct arena *arena,
                 struct err *err)
{
    return root && schema_bind(&file_schema, root, published, arena, err) &&
           check(published, where, err);
}

bool published_load(const char *path, struct published *published,
                    struct arena *arena, struct err *err)
{
    str text;
    const char *where = asset_where(SHIPPED, arena);
    struct published own = {0}, shipped;
    if (path && !load(yaml_read(path, arena, err), path, &own, arena, err))
        return false;
    if (!asset_get(SHIPPED, &text, arena, err) ||
        !load(yaml_parse(text, where, arena, err), where, &shipped, arena, err))
        return false;
    size_t count = own.tables.count;
    published->tables = list_make(arena, count + shipped.tables.count,
                                  sizeof(struct published_table));
    for (size_t i = 0; i < published->tables.count; i++)
        *LIST_AT(published->tables, struct published_table, i) =
            i < count
                ? *LIST_AT(own.tables, struct published_table, i)
                : *LIST_AT(shipped.tables, struct published_table, i - count);
    return true;
}

const struct published_table *published_find(const struct published *p,
                                             str table)
{
    for (size_t i = 0; i < p->tables.count; i++) {
        const struct published_table *t =
            LIST_AT(p->tables, struct published_table, i);
        if (str_equal(t->table, table))
            return t;
    }
    return NULL;
}

bool published_value(const struct published_table *t, size_t row, str column,
                     double *value)
{
    for (size_t i = 0; i < t->columns.count; i++)
        if (str_equal(*LIST_AT(t->columns, str, i), column)) {
            const struct list *values =
                &LIST_AT(t->rows, struct published_row, row)->values;
            *value = *LIST_AT(*values, double, i);
            return true;
        }
    return false;
}
