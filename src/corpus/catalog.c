/* catalog.c - see catalog.h. */
#include "corpus/catalog.h"

#include <stdlib.h>
#include <string.h>

#include "base/asset.h"
#include "base/mem.h"
#include "base/opt.h"
#include "record/record.h"

struct catalog {
    struct arena arena;
    struct vec sets; /* struct data_set */
};

static const char *const kinds[] = {"knowledge", "conversation", NULL};
static const char *const audiences[] = {"professional", "lay", "both", NULL};
static const char *const turn_kinds[] = {"single", "multi", "both", NULL};

#define AT(member) offsetof(struct data_set, member)
static const struct field set_fields[] = {
    {"id", FIELD_STR, AT(id), .doc = "name on the command line"},
    {"name", FIELD_STR, AT(name), .doc = "as its authors call it"},
    {"format", FIELD_STR, AT(format), .doc = "of `anamnesis import`"},
    {"kind", FIELD_CHOICE, AT(kind), .choices = kinds,
     .doc = "what it teaches"},
    {"property", FIELD_STR, AT(property), .doc = "where it comes from"},
    {"data", FIELD_STRS, AT(data), .doc = "mcq, qa, ranked-qa, dialogue, note"},
    {"languages", FIELD_STRS, AT(languages), .doc = "codes"},
    {"annotations", FIELD_STRS, AT(annotations), .doc = "what is labelled"},
    {"scale", FIELD_STR, AT(scale), .doc = "in words"},
    {"items", FIELD_INT, AT(items), .min = 0, .max = 1e12,
     .doc = "0 = not told"},
    {"audience", FIELD_CHOICE, AT(audience), .choices = audiences,
     .doc = "whom it speaks to"},
    {"turns", FIELD_CHOICE, AT(turns), .choices = turn_kinds,
     .doc = "exchanges in a record"},
    {"objectives", FIELD_STRS, AT(objectives), .doc = "what it can train"},
    {"methods", FIELD_STRS, AT(methods), .doc = "fine-tuning that suits it"},
    {"benchmarks", FIELD_STRS, AT(benchmarks), .doc = "aligned with it"},
    {"metrics", FIELD_STRS, AT(metrics), .doc = "aligned with it"},
    {"gaps", FIELD_STRS, AT(gaps), .doc = "what it lacks"},
    {0}};
static const struct schema set_schema = {"data set", set_fields,
                                         sizeof(struct data_set), 0};

struct file {
    struct list sets;
};
static const struct field file_fields[] = {
    {"sets", FIELD_STRUCTS, offsetof(struct file, sets), .sub = &set_schema,
     .doc = "the data sets"},
    {0}};
static const struct schema file_schema = {"catalogue", file_fields,
                                          sizeof(struct file), 0};

static bool load_file(struct catalog *c, const char *name, struct err *err)
{
    struct file file;
    const struct yaml *root = asset_yaml(name, &c->arena, err);
    if (!root || !schema_bind(&file_schema, root, &file, &c->arena, err))
        return false;
    for (size_t i = 0; i < file.sets.count; i++)
        vec_push(&c->sets, LIST_AT(file.sets, struct data_set, i));
    return true;
}

struct catalog *catalog_load(struct err *err)
{
    struct catalog *c = mem_zero(1, sizeof *c);
    struct vec names;
    arena_init(&c->arena);
    vec_init(&c->sets, sizeof(struct data_set));
    vec_init(&names, sizeof(str));
    asset_list("catalog/", ".yaml", &c->arena, &names);
    bool ok = true;
    /* Knowledge before conversation, as the survey has it. */
    for (size_t i = names.count; ok && i-- > 0;)
        ok =
            load_file(c, arena_cstr(&c->arena, *(str *)vec_at(&names, i)), err);
    vec_release(&names);
    if (ok)
        return c;
    catalog_close(c);
    return NULL;
}

void catalog_close(struct catalog *c)
{
    if (!c)
        return;
    arena_release(&c->arena);
    vec_release(&c->sets);
    free(c);
}

size_t catalog_count(const struct catalog *c)
{
    return c->sets.count;
}

const struct data_set *catalog_at(const struct catalog *c, size_t index)
{
    return vec_at(&c->sets, index);
}

const struct data_set *catalog_find(const struct catalog *c, const char *name)
{
    for (size_t i = 0; i < c->sets.count; i++) {
        const struct data_set *set = catalog_at(c, i);
        if (str_equal_ignore_case(set->id, str_of(name)) ||
            str_equal_ignore_case(set->name, str_of(name)))
            return set;
    }
    return NULL;
}

const char *catalog_nearest(const struct catalog *c, const char *name)
{
    const char *names[256];
    size_t count = 0;
    for (; count < c->sets.count && count < 256; count++)
        names[count] = catalog_at(c, count)->id.ptr;
    return opt_nearest(str_of(name), names, count);
}

bool catalog_has(struct list texts, const char *word)
{
    for (size_t i = 0; i < texts.count; i++)
        if (str_equal_ignore_case(*LIST_AT(texts, str, i), str_of(word)))
            return true;
    return false;
}

static bool holds(str text, str words)
{
    for (size_t i = 0; i + words.len <= text.len; i++)
        if (str_equal_ignore_case(str_slice(text, i, i + words.len), words))
            return true;
    return false;
}

bool catalog_matches(const struct data_set *set, str words)
{
    const str texts[] = {set->id,    set->name,     set->kind, set->property,
                         set->scale, set->audience, set->turns};
    const struct list lists[] = {
        set->data,    set->languages,  set->annotations, set->objectives,
        set->methods, set->benchmarks, set->metrics,     set->gaps};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (holds(texts[i], words))
            return true;
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        for (size_t k = 0; k < lists[i].count; k++)
            if (holds(*LIST_AT(lists[i], str, k), words))
                return true;
    return false;
}
