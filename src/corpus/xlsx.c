/* xlsx.c - see xlsx.h. ECMA-376 part 1, 18.3 and 18.4. */
#include "corpus/xlsx.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/mem.h"
#include "base/vec.h"
#include "corpus/xml_json.h"

struct xlsx {
    json *strings, *sheet; /* owned */
    struct vec shared;     /* str, views into arena */
    struct arena arena;
    const json *row;  /* next row of the sheet */
    struct vec cells; /* str */
};

static bool is_named(const json *member, const char *name)
{
    return str_equal(json_key_of(member), str_of(name));
}

/* All text below an item: <t> directly, or in runs <r><t>. */
static void add_text(const json *item, struct buf *out)
{
    JSON_EACH(child, item)
    {
        if (is_named(child, "t"))
            buf_add(out, json_str(json_get(child, "#text"), STR("")));
        else if (is_named(child, "r") || is_named(child, "is"))
            add_text(child, out);
    }
}

static str text_of(struct xlsx *x, const json *item)
{
    struct buf text;
    buf_init(&text, XLSX_BYTES_MAX);
    add_text(item, &text);
    str copy = arena_copy(&x->arena, buf_str(&text));
    buf_release(&text);
    return copy;
}

static json *read_part(struct zip *zip, size_t index, struct err *err)
{
    struct buf text;
    buf_init(&text, XLSX_BYTES_MAX);
    json *part = zip_read(zip, index, &text, err)
                     ? xml_to_json(buf_str(&text), err)
                     : NULL;
    buf_release(&text);
    return part;
}

static size_t first_sheet(const struct zip *zip)
{
    size_t found = zip_find(zip, "xl/worksheets/sheet1.xml");
    for (size_t i = 0; found == ZIP_NONE && i < zip_count(zip); i++)
        if (str_starts_with(str_of(zip_name(zip, i)), STR("xl/worksheets/")))
            found = i;
    return found;
}

struct xlsx *xlsx_open(struct zip *zip, struct err *err)
{
    struct xlsx *x = mem_zero(1, sizeof *x);
    arena_init(&x->arena);
    vec_init(&x->shared, sizeof(str));
    vec_init(&x->cells, sizeof(str));
    size_t sheet = first_sheet(zip);
    size_t strings = zip_find(zip, "xl/sharedStrings.xml");
    bool ok = sheet != ZIP_NONE ||
              err_set(err, ERR_FORMAT, "the workbook has no sheet");
    if (ok && strings != ZIP_NONE) {
        x->strings = read_part(zip, strings, err);
        ok = x->strings != NULL;
        JSON_EACH(item, json_get(x->strings, "sst"))
        if (is_named(item, "si"))
            *(str *)vec_add(&x->shared) = text_of(x, item);
    }
    if (ok) {
        x->sheet = read_part(zip, sheet, err);
        ok = x->sheet != NULL;
    }
    if (!ok) {
        xlsx_close(x);
        return NULL;
    }
    const json *data = json_get(json_get(x->sheet, "worksheet"), "sheetData");
    x->row = data ? data->child : NULL;
    return x;
}

void xlsx_close(struct xlsx *x)
{
    if (!x)
        return;
    json_free(x->strings);
    json_free(x->sheet);
    vec_release(&x->shared);
    vec_release(&x->cells);
    arena_release(&x->arena);
    free(x);
}

/* "BC12" -> column 54 (from 0). */
static size_t column_of(str reference, size_t otherwise)
{
    size_t column = 0, i = 0;
    while (i < reference.len && reference.ptr[i] >= 'A' &&
           reference.ptr[i] <= 'Z' && column < XLSX_COLUMNS_MAX)
        column = column * 26 + (size_t)(reference.ptr[i++] - 'A') + 1;
    return i && column <= XLSX_COLUMNS_MAX ? column - 1 : otherwise;
}

static str cell_text(struct xlsx *x, const json *cell)
{
    str type = json_str(json_get(cell, "@t"), STR(""));
    if (str_equal(type, STR("inlineStr")))
        return text_of(x, cell);
    str value = json_str(json_get(json_get(cell, "v"), "#text"), STR(""));
    int64_t index;
    if (!str_equal(type, STR("s")))
        return value;
    if (!str_to_int(value, &index) || index < 0 ||
        (size_t)index >= x->shared.count)
        return STR("");
    return *(str *)vec_at(&x->shared, (size_t)index);
}

bool xlsx_next(struct xlsx *x, const str **cells, size_t *count)
{
    while (x->row && !is_named(x->row, "row"))
        x->row = x->row->next;
    if (!x->row)
        return false;
    vec_reset(&x->cells);
    JSON_EACH(cell, x->row)
    {
        if (!is_named(cell, "c"))
            continue;
        str reference = json_str(json_get(cell, "@r"), STR(""));
        size_t column = column_of(reference, x->cells.count);
        while (x->cells.count <= column && column < XLSX_COLUMNS_MAX)
            vec_add(&x->cells);
        if (column < x->cells.count)
            *(str *)vec_at(&x->cells, column) = cell_text(x, cell);
    }
    *cells = x->cells.items;
    *count = x->cells.count;
    x->row = x->row->next;
    return true;
}
