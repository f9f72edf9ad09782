/* config.c - see config.h. */
#include "bench/config.h"

static bool override_all(struct yaml *root, const struct pair *overrides,
                         size_t count, struct arena *arena, struct err *err)
{
    for (size_t i = 0; i < count; i++)
        if (!yaml_set(root, overrides[i].key, overrides[i].value,
                      "command line", arena, err))
            return false;
    return true;
}

bool bench_config_load(const struct schema *schema, const char *path,
                       const struct pair *overrides, size_t count, void *config,
                       str *effective, struct arena *arena, struct err *err)
{
    struct yaml *root = yaml_read(path, arena, err);
    if (!root || !override_all(root, overrides, count, arena, err) ||
        !schema_bind(schema, root, config, arena, err))
        return false;
    struct buf text;
    buf_init(&text, BUF_MAX);
    schema_write(schema, config, root, &text);
    *effective = arena_copy(arena, buf_str(&text));
    buf_release(&text);
    return true;
}
