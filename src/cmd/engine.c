/* engine.c - see engine.h. */
#include "cmd/engine.h"

#include "llm/open.h"
#include "llm/price.h"
#include "simulate/simulator.h"

static bool bind_simulator(const struct yaml *node,
                           struct simulator_config *config, struct arena *arena,
                           struct err *err)
{
    return schema_bind(&simulator_schema, node, config, arena, err);
}

struct llm *engine_open(const struct llm_config *config,
                        const struct yaml *simulator, uint64_t seed,
                        struct arena *arena, struct err *err)
{
    if (!str_equal(config->kind, STR("simulator")))
        return llm_open(config, seed, err);
    struct simulator_config *own = arena_alloc(arena, sizeof *own);
    if (!bind_simulator(simulator, own, arena, err))
        return NULL;
    return llm_open_record(simulator_open(own, err), config, err);
}

void engine_write_simulator(const struct yaml *simulator, struct buf *out)
{
    struct arena arena;
    arena_init(&arena);
    struct simulator_config config;
    if (bind_simulator(simulator, &config, &arena, NULL)) {
        struct buf group;
        buf_init(&group, 1 << 20);
        schema_write(&simulator_schema, &config, simulator, &group);
        buf_add(out, STR("simulator:\n"));
        str rest = buf_str(&group);
        for (str line; str_next(&rest, '\n', &line);)
            if (line.len)
                buf_printf(out, "  " STR_FMT "\n", STR_ARG(line));
        buf_release(&group);
    }
    arena_release(&arena);
}

bool engine_estimate_cost(const struct llm_config *config,
                          int64_t prompt_tokens, int64_t completion_tokens,
                          double *cost)
{
    *cost = 0;
    if (!str_equal(config->kind, STR("http")))
        return true;
    struct arena arena;
    arena_init(&arena);
    struct price_table table;
    const struct price *price = NULL;
    if (price_load(&table, &config->prices, &arena, NULL) &&
        config->endpoints.count)
        price = price_of(
            &table,
            ((const struct llm_endpoint_config *)config->endpoints.items)
                ->model);
    if (price)
        *cost = price_cost(price, prompt_tokens, completion_tokens);
    arena_release(&arena);
    return price != NULL;
}
