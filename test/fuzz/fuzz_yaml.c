/* YAML: every scalar of an accepted document is written and read back as the
 * same text; overrides keep the tree whole; binding never crashes. */
#include "base/schema.h"
#include "fuzz.h"

struct target {
    str text;
    int64_t number;
    struct range range;
    struct list texts, numbers;
};

static const struct field fields[] = {
    {"text", FIELD_STR, offsetof(struct target, text), .optional = true},
    {"number", FIELD_INT, offsetof(struct target, number), .optional = true},
    {"range", FIELD_RANGE, offsetof(struct target, range), .optional = true},
    {"texts", FIELD_STRS, offsetof(struct target, texts), .optional = true},
    {"numbers", FIELD_NUMBERS, offsetof(struct target, numbers),
     .optional = true},
    {0}};
static const struct schema schema = {"target", fields, sizeof(struct target),
                                     0};

static void check_scalar(str text, struct arena *arena)
{
    struct buf out;
    struct err err = {0};
    buf_init(&out, BUF_MAX);
    yaml_put_scalar(&out, text);
    struct yaml *node = yaml_parse(buf_str(&out), "again", arena, &err);
    assert(node && node->kind == YAML_SCALAR);
    assert(str_equal(node->text, text));
    buf_release(&out);
}

static size_t walk(const struct yaml *node, struct arena *arena)
{
    enum { SCALARS_MAX = 200 };
    size_t count = 0;
    if (node->kind == YAML_SCALAR) {
        check_scalar(node->text, arena);
        return 1;
    }
    size_t children = 0;
    YAML_EACH(child, node)
    {
        children++;
        if (count < SCALARS_MAX)
            count += walk(child, arena);
    }
    assert(children == node->count);
    return count;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct arena arena;
    struct err err = {0};
    arena_init(&arena);
    struct yaml *root =
        yaml_parse(str_make((const char *)bytes, len), "input", &arena, &err);
    assert(root || err.code != ERR_NONE);
    if (root) {
        walk(root, &arena);
        struct target target;
        if (!schema_bind(&schema, root, &target, &arena, &err))
            assert(err.code == ERR_CONFIG);
        if (root->kind == YAML_MAP) {
            if (yaml_set(root, STR("number"), STR("7"), "test", &arena, &err))
                assert(str_equal(yaml_get(root, "number")->text, STR("7")));
        }
    }
    arena_release(&arena);
    return 0;
}
