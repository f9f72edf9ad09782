/* price.h - what tokens cost.
 *
 *     struct price_table table;
 *     if (!price_load(&table, &config_prices, &arena, &err)) …
 *     const struct price *p = price_of(&table, STR("example-small-2026"));
 *     if (p) cost = price_cost(p, prompt_tokens, completion_tokens);
 *
 * The table that ships, data/prices.yaml, holds examples; the configuration's
 * own entries come before it. A model is named as a whole or by its start with
 * a `*` behind it ("example-*"); a whole name wins over a start, a longer start
 * over a shorter, an earlier entry over a later. Amounts are in the table's
 * currency per million tokens. Read-only after loading.
 */
#ifndef LLM_PRICE_H
#define LLM_PRICE_H

#include "base/schema.h"

struct price {
    str model;
    double prompt, completion; /* per million tokens */
};

struct price_table {
    str currency;       /* "EUR" */
    struct list prices; /* struct price */
};

/* One entry, for configurations that hold prices themselves. */
extern const struct schema price_schema;

/* `own` is a list of struct price that comes first; its texts and the table
 * live in the arena. */
MUST_USE bool price_load(struct price_table *table, const struct list *own,
                         struct arena *arena, struct err *err);
/* NULL when no entry fits. */
const struct price *price_of(const struct price_table *table, str model);
double price_cost(const struct price *price, int64_t prompt_tokens,
                  int64_t completion_tokens);

#endif
