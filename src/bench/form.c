/* form.c - see form.h. */
#include "bench/form.h"

#include "base/asset.h"
#include "base/digest.h"

bool form_load(struct form *form, const char *name, str lang,
               struct arena *arena, struct err *err)
{
    str code = str_slice(lang, 0, 2);
    const char *path = arena_cstr(
        arena, arena_printf(arena, "prompts/bench/" STR_FMT "/%s.txt",
                            STR_ARG(code), name));
    if (!asset_exists(path))
        path = arena_cstr(arena,
                          arena_printf(arena, "prompts/bench/en/%s.txt", name));
    if (!prompt_file_load(&form->file, path, arena, err))
        return false;
    form->name = name;
    return true;
}

str form_sha256(const struct form *form, struct arena *arena)
{
    return digest_sha256(form->file.text, arena);
}

static bool occurs(str needle, const str *texts, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (str_contains(texts[i], needle))
            return true;
    return false;
}

str form_fence(uint64_t seed, const str *texts, size_t count,
               struct arena *arena)
{
    uint64_t hash = seed;
    for (size_t i = 0; i < count; i++)
        hash = hash * 31 + str_hash(texts[i]);
    for (;; hash++) {
        str salt =
            arena_printf(arena, "%llu\n%016llx", (unsigned long long)seed,
                         (unsigned long long)hash);
        str fence =
            arena_printf(arena, "=====" STR_FMT "=====",
                         STR_ARG(str_slice(digest_sha256(salt, arena), 0, 16)));
        if (!occurs(fence, texts, count))
            return fence;
    }
}
