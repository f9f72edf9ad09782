/* criteria.c - see criteria.h. */
#include "measure/criteria.h"

#include <stddef.h>
#include <string.h>

#include "base/asset.h"
#include "base/fs.h"
#include "record/record.h"

enum { FILE_BYTES_MAX = 1 << 20, CRITERIA_MAX = 64 };

static const struct field scale_fields[] = {
    {"low", FIELD_NUMBER, offsetof(struct rating_scale, low),
     .doc = "the lowest score"},
    {"high", FIELD_NUMBER, offsetof(struct rating_scale, high),
     .doc = "the highest score"},
    {0}};
static const struct schema scale_schema = {"scale", scale_fields,
                                           sizeof(struct rating_scale), 0};

static const struct field criterion_fields[] = {
    {"name", FIELD_STR, offsetof(struct criterion, name),
     .doc = "as in the ratings"},
    {"question", FIELD_STR, offsetof(struct criterion, question),
     .doc = "what raters are asked"},
    {0}};
static const struct schema criterion_schema = {"criterion", criterion_fields,
                                               sizeof(struct criterion), 0};

static const struct field set_fields[] = {
    {"name", FIELD_STR, offsetof(struct criteria, name), .doc = "short name"},
    {"title", FIELD_STR, offsetof(struct criteria, title), .doc = "what for"},
    {"source", FIELD_STR, offsetof(struct criteria, source),
     .doc = "where the criteria come from"},
    {"scale", FIELD_STRUCT, offsetof(struct criteria, scale),
     .sub = &scale_schema, .doc = "of all criteria"},
    {"criteria", FIELD_STRUCTS, offsetof(struct criteria, criteria),
     .sub = &criterion_schema, .doc = "in the order of the sheet"},
    {0}};
static const struct schema set_schema = {"criteria", set_fields,
                                         sizeof(struct criteria), 0};

static const struct yaml *read_file(const char *path, struct arena *arena,
                                    struct err *err)
{
    struct buf text;
    buf_init(&text, FILE_BYTES_MAX);
    const struct yaml *root =
        fs_read(path, &text, err)
            ? yaml_parse(arena_copy(arena, buf_str(&text)), path, arena, err)
            : NULL;
    buf_release(&text);
    return root;
}

bool criteria_load(const char *name, struct arena *arena, struct criteria *set,
                   struct err *err)
{
    bool file = strchr(name, '/') || str_ends_with(str_of(name), STR(".yaml"));
    const struct yaml *root =
        file ? read_file(name, arena, err)
             : asset_yaml(arena_printf(arena, "criteria/%s.yaml", name).ptr,
                          arena, err);
    if (!root || !schema_bind(&set_schema, root, set, arena, err))
        return false;
    if (set->criteria.count == 0 || set->criteria.count > CRITERIA_MAX)
        return err_set(err, ERR_FORMAT,
                       "%s: found %zu criteria, allowed: 1 to %d", name,
                       set->criteria.count, CRITERIA_MAX);
    if (!(set->scale.low < set->scale.high))
        return err_set(err, ERR_FORMAT, "%s: scale: low is not below high",
                       name);
    set->scale.given = true;
    return true;
}

str criteria_question(const struct criteria *set, str name)
{
    for (size_t i = 0; i < set->criteria.count; i++) {
        const struct criterion *c = LIST_AT(set->criteria, struct criterion, i);
        if (str_equal_ignore_case(c->name, name))
            return c->question;
    }
    return STR("");
}

static bool refuse(const struct criteria *set, str name, struct err *err)
{
    struct buf known;
    buf_init(&known, 1 << 16);
    for (size_t i = 0; i < set->criteria.count; i++) {
        str other = LIST_AT(set->criteria, struct criterion, i)->name;
        buf_printf(&known, "%s" STR_FMT, i ? ", " : "", STR_ARG(other));
    }
    err_set(err, ERR_FORMAT,
            "criterion: found '" STR_FMT "', allowed in " STR_FMT ": %s",
            STR_ARG(name), STR_ARG(set->name), buf_cstr(&known));
    buf_release(&known);
    return false;
}

bool criteria_check(const struct criteria *set, const struct ratings *ratings,
                    struct err *err)
{
    for (size_t i = 0; i < map_size(&ratings->criteria); i++) {
        str name = ratings_name(&ratings->criteria, i);
        if (criteria_question(set, name).len == 0)
            return refuse(set, name, err);
    }
    return true;
}
