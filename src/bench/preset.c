/* preset.c - see preset.h. */
#include "bench/preset.h"

#include "base/asset.h"
#include "record/record.h"

#define PRESETS "bench/presets.yaml"

struct preset {
    str name;
    double temperature, top_p, repetition_penalty;
    int64_t tokens_max;
};

static const struct field preset_fields[] = {
    {"name", FIELD_STR, offsetof(struct preset, name), .doc = "of the preset"},
    {"temperature", FIELD_NUMBER, offsetof(struct preset, temperature),
     .min = -1, .max = 2, .fallback = "-1", .doc = "below 0: not sent"},
    {"top_p", FIELD_NUMBER, offsetof(struct preset, top_p), .min = -1, .max = 1,
     .fallback = "-1", .doc = "below 0: not sent"},
    {"repetition_penalty", FIELD_NUMBER,
     offsetof(struct preset, repetition_penalty), .min = 0, .max = 10,
     .fallback = "0", .doc = "0: not sent"},
    {"tokens_max", FIELD_INT, offsetof(struct preset, tokens_max), .min = 0,
     .max = 1e6, .fallback = "0", .doc = "0: not sent"},
    {0}};
static const struct schema preset_schema = {.name = "preset",
                                            .fields = preset_fields,
                                            .struct_bytes =
                                                sizeof(struct preset)};

struct preset_file {
    struct list presets;
};
static const struct field file_fields[] = {
    {"presets", FIELD_STRUCTS, offsetof(struct preset_file, presets),
     .sub = &preset_schema, .doc = "ways to decode"},
    {0}};
static const struct schema file_schema = {.name = "presets",
                                          .fields = file_fields,
                                          .struct_bytes =
                                              sizeof(struct preset_file)};

static bool unknown(str name, const struct list *presets, struct err *err)
{
    struct buf names;
    buf_init(&names, 4096);
    for (size_t i = 0; i < presets->count; i++)
        buf_printf(&names, STR_FMT ", ",
                   STR_ARG(LIST_AT(*presets, struct preset, i)->name));
    err_set(err, ERR_CONFIG,
            "preset: found '" STR_FMT "', allowed: %sengine (" PRESETS ")",
            STR_ARG(name), buf_cstr(&names));
    buf_release(&names);
    return false;
}

bool preset_apply(str name, struct llm_sampling *sampling, struct arena *arena,
                  struct err *err)
{
    if (str_equal(name, STR("engine")))
        return true;
    str text;
    struct preset_file file;
    const struct yaml *root;
    if (!asset_get(PRESETS, &text, arena, err) ||
        !(root = yaml_parse(text, asset_where(PRESETS, arena), arena, err)) ||
        !schema_bind(&file_schema, root, &file, arena, err))
        return false;
    for (size_t i = 0; i < file.presets.count; i++) {
        const struct preset *p = LIST_AT(file.presets, struct preset, i);
        if (!str_equal(p->name, name))
            continue;
        sampling->temperature = p->temperature;
        sampling->top_p = p->top_p;
        sampling->repetition_penalty = p->repetition_penalty;
        sampling->tokens_max = p->tokens_max;
        return true;
    }
    return unknown(name, &file.presets, err);
}
