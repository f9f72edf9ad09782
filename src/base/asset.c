/* asset.c - see asset.h. The table comes from tools/embed at build time. */
#include "base/asset.h"

#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "base/opt.h"
#include "base/yaml.h"

enum { ASSET_BYTES_MAX = 64 << 20 };

struct asset {
    const char *name;
    const char *begin, *end;
};

extern const struct asset asset_table[];
extern const size_t asset_count;

static const char *override_folder;

void asset_set_folder(const char *folder)
{
    override_folder = folder;
}

static const struct asset *find_embedded(const char *name)
{
    for (size_t i = 0; i < asset_count; i++)
        if (strcmp(asset_table[i].name, name) == 0)
            return &asset_table[i];
    return NULL;
}

static const char *override_path(const char *name, struct arena *arena)
{
    if (!override_folder || strstr(name, ".."))
        return NULL;
    const char *path = fs_join(arena, override_folder, name);
    return fs_exists(path) && !fs_is_folder(path) ? path : NULL;
}

bool asset_exists(const char *name)
{
    struct arena arena;
    arena_init(&arena);
    bool found = find_embedded(name) || override_path(name, &arena);
    arena_release(&arena);
    return found;
}

static bool not_found(const char *name, struct err *err)
{
    const char *nearest = NULL;
    size_t best = 8;
    for (size_t i = 0; i < asset_count; i++) {
        size_t distance =
            str_distance(str_of(name), str_of(asset_table[i].name));
        if (distance < best) {
            best = distance;
            nearest = asset_table[i].name;
        }
    }
    return err_set(err, ERR_NOT_FOUND, "no file '%s' in the data%s%s%s", name,
                   nearest ? "; did you mean '" : "", nearest ? nearest : "",
                   nearest ? "'?" : "");
}

bool asset_get(const char *name, str *content, struct arena *arena,
               struct err *err)
{
    const char *path = override_path(name, arena);
    if (path) {
        struct buf text;
        buf_init(&text, ASSET_BYTES_MAX);
        bool ok = fs_read(path, &text, err);
        if (ok)
            *content = arena_copy(arena, buf_str(&text));
        buf_release(&text);
        return ok;
    }
    const struct asset *asset = find_embedded(name);
    if (!asset)
        return not_found(name, err);
    *content = str_make(asset->begin, (size_t)(asset->end - asset->begin));
    return true;
}

static int by_name(const void *a, const void *b)
{
    return str_compare(*(const str *)a, *(const str *)b);
}

static void add_matching(str name, const char *prefix, const char *suffix,
                         struct arena *arena, struct vec *names)
{
    if (!str_starts_with(name, str_of(prefix)) ||
        !str_ends_with(name, str_of(suffix)))
        return;
    for (size_t i = 0; i < names->count; i++)
        if (str_equal(*(str *)vec_at(names, i), name))
            return;
    *(str *)vec_add(names) = arena_copy(arena, name);
}

void asset_list(const char *prefix, const char *suffix, struct arena *arena,
                struct vec *names)
{
    for (size_t i = 0; i < asset_count; i++)
        add_matching(str_of(asset_table[i].name), prefix, suffix, arena, names);
    if (override_folder && fs_is_folder(override_folder)) {
        struct vec files;
        vec_init(&files, sizeof(str));
        if (fs_list_files(override_folder, arena, &files, NULL)) {
            size_t skip = strlen(override_folder);
            while (skip && override_folder[skip - 1] == '/')
                skip--;
            for (size_t i = 0; i < files.count; i++) {
                str path = *(str *)vec_at(&files, i);
                str name = str_slice(path, skip, path.len);
                while (name.len && name.ptr[0] == '/')
                    name = str_slice(name, 1, name.len);
                add_matching(name, prefix, suffix, arena, names);
            }
        }
        vec_release(&files);
    }
    if (names->count)
        qsort(names->items, names->count, sizeof(str), by_name);
}

const char *asset_where(const char *name, struct arena *arena)
{
    const char *path = override_path(name, arena);
    return path ? path : arena_printf(arena, "data/%s", name).ptr;
}

struct yaml *asset_yaml(const char *name, struct arena *arena, struct err *err)
{
    str text;
    return asset_get(name, &text, arena, err)
               ? yaml_parse(text, asset_where(name, arena), arena, err)
               : NULL;
}
