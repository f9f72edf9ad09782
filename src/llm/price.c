/* price.c - see price.h. */
#include "llm/price.h"

#include <string.h>

#include "base/asset.h"

static const double PER_MILLION = 1e6;
static const char FILE_NAME[] = "prices.yaml";

static const struct field price_fields[] = {
    {"model", FIELD_STR, offsetof(struct price, model),
     .doc = "name of the model, or its start and `*`"},
    {"prompt", FIELD_NUMBER, offsetof(struct price, prompt), .min = 0,
     .max = 1e6, .doc = "price of a million prompt tokens"},
    {"completion", FIELD_NUMBER, offsetof(struct price, completion), .min = 0,
     .max = 1e6, .doc = "price of a million completion tokens"},
    {0}};
const struct schema price_schema = {"a price", price_fields,
                                    sizeof(struct price), 0};

struct price_file {
    str source;
    struct price_table table;
};

static const struct field file_fields[] = {
    {"source", FIELD_STR, offsetof(struct price_file, source),
     .doc = "where the amounts come from"},
    {"currency", FIELD_STR, offsetof(struct price_file, table.currency),
     .doc = "currency of all amounts"},
    {"prices", FIELD_STRUCTS, offsetof(struct price_file, table.prices),
     .sub = &price_schema, .fallback = "[]", .doc = "the entries"},
    {0}};
static const struct schema file_schema = {"a price table", file_fields,
                                          sizeof(struct price_file), 0};

bool price_load(struct price_table *table, const struct list *own,
                struct arena *arena, struct err *err)
{
    struct price_file file;
    struct yaml *root = asset_yaml(FILE_NAME, arena, err);
    if (!root || !schema_bind(&file_schema, root, &file, arena, err))
        return false;
    size_t count = own->count + file.table.prices.count;
    struct price *all = arena_array(arena, count, sizeof *all);
    if (own->count)
        memcpy(all, own->items, own->count * sizeof *all);
    if (file.table.prices.count)
        memcpy(all + own->count, file.table.prices.items,
               file.table.prices.count * sizeof *all);
    *table = (struct price_table){file.table.currency, {all, count}};
    return true;
}

/* How well the entry fits: 0 not at all, else the more the better. */
static size_t fit(str pattern, str model)
{
    if (str_equal(pattern, model))
        return (size_t)-1;
    if (!str_ends_with(pattern, STR("*")))
        return 0;
    str start = str_slice(pattern, 0, pattern.len - 1);
    return str_starts_with(model, start) ? start.len + 1 : 0;
}

const struct price *price_of(const struct price_table *table, str model)
{
    const struct price *prices = table->prices.items, *best = NULL;
    size_t best_fit = 0;
    for (size_t i = 0; i < table->prices.count; i++) {
        size_t f = fit(prices[i].model, model);
        if (f > best_fit) {
            best = &prices[i];
            best_fit = f;
        }
    }
    return best;
}

double price_cost(const struct price *price, int64_t prompt_tokens,
                  int64_t completion_tokens)
{
    return ((double)prompt_tokens * price->prompt +
            (double)completion_tokens * price->completion) /
           PER_MILLION;
}
