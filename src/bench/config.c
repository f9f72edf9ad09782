/* config.c - see config.h. */
#include "bench/config.h"

#include "base/fs.h"

enum { FILE_BYTES_MAX = 4 << 20 };

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
    struct buf text;
    buf_init(&text, FILE_BYTES_MAX);
    struct yaml *root = NULL;
    bool ok =
        fs_read(path, &text, err) &&
        (root = yaml_parse(buf_str(&text), arena_cstr(arena, str_of(path)),
                           arena, err)) &&
        override_all(root, overrides, count, arena, err) &&
        schema_bind(schema, root, config, arena, err);
    buf_release(&text);
    if (!ok)
        return false;
    buf_init(&text, BUF_MAX);
    schema_write(schema, config, root, &text);
    *effective = arena_copy(arena, buf_str(&text));
    buf_release(&text);
    return true;
}
