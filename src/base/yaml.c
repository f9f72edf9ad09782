/* yaml.c - see yaml.h. libyaml's event parser feeds an explicit stack. */
#include "base/yaml.h"

#include <assert.h>
#include <string.h>
#include <yaml.h>

#include "base/buf.h"
#include "base/fs.h"
#include "base/map.h"
#include "base/utf8.h"

enum {
    DEPTH_MAX = 64,
    NODES_MAX = 4000000,
    BYTES_MAX = 64 << 20,
    CONFIG_BYTES_MAX = 16 << 20,
    INDEX_FROM = 32
};

struct builder {
    struct arena *arena;
    const char *file;
    struct yaml *stack[DEPTH_MAX];
    struct map keys[DEPTH_MAX]; /* of stack[i], once it has many: key, line */
    size_t depth;
    struct yaml *root;
    str pending_key; /* set after a map key was read */
    bool has_key;
    size_t node_count;
    struct err *err;
};

static bool fail(struct builder *b, int line, const char *what)
{
    return err_set(b->err, ERR_CONFIG, "%s:%d: %s", b->file, line, what);
}

static bool attach(struct builder *b, struct yaml *node)
{
    if (++b->node_count > NODES_MAX)
        return fail(b, node->line, "more than 4 million values");
    if (b->depth == 0) {
        b->root = node;
        return true;
    }
    struct yaml *parent = b->stack[b->depth - 1];
    if (parent->kind == YAML_MAP) {
        assert(b->has_key);
        node->key = b->pending_key;
        b->has_key = false;
    }
    if (parent->last)
        parent->last->next = node;
    else
        parent->first = node;
    parent->last = node;
    parent->count++;
    return true;
}

static bool wants_key(const struct builder *b)
{
    return b->depth > 0 && b->stack[b->depth - 1]->kind == YAML_MAP &&
           !b->has_key;
}

static struct yaml *new_node(struct builder *b, enum yaml_kind kind, int line)
{
    struct yaml *node = arena_alloc(b->arena, sizeof *node);
    node->kind = kind;
    node->file = b->file;
    node->line = line;
    return node;
}

/* The line on which the map already has the key, or 0. Small maps are walked;
 * a large one gets an index, so that a hostile file cannot cost a square. */
static int line_of_key(struct builder *b, str key)
{
    const struct yaml *parent = b->stack[b->depth - 1];
    struct map *index = &b->keys[b->depth - 1];
    uint64_t line;
    if (parent->count >= INDEX_FROM) {
        if (map_size(index) == 0)
            YAML_EACH(sibling, parent)
            {
                map_put(index, sibling->key, (uint64_t)sibling->line);
            }
        else
            map_put(index, parent->last->key, (uint64_t)parent->last->line);
        return map_get(index, key, &line) ? (int)line : 0;
    }
    YAML_EACH(sibling, parent)
    {
        if (str_equal(sibling->key, key))
            return sibling->line;
    }
    return 0;
}

static bool take_key(struct builder *b, str key, int line)
{
    if (str_equal(key, STR("<<")))
        return fail(b, line, "merge keys are not supported");
    int first_line = line_of_key(b, key);
    if (first_line)
        return err_set(b->err, ERR_CONFIG,
                       "%s:%d: key '" STR_FMT
                       "' stands twice (first on line %d)",
                       b->file, line, STR_ARG(key), first_line);
    b->pending_key = arena_copy(b->arena, key);
    b->has_key = true;
    return true;
}

static bool take_scalar(struct builder *b, const yaml_event_t *event, int line)
{
    if (event->data.scalar.anchor)
        return fail(b, line, "anchors (&name) are not supported");
    str text = str_make((const char *)event->data.scalar.value,
                        event->data.scalar.length);
    if (memchr(text.ptr, 0, text.len))
        return fail(b, line, "NUL character in a value");
    if (wants_key(b))
        return take_key(b, text, line);
    struct yaml *node = new_node(b, YAML_SCALAR, line);
    node->text = arena_copy(b->arena, text);
    node->quoted = event->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
    return attach(b, node);
}

static bool open_group(struct builder *b, enum yaml_kind kind,
                       const void *anchor, int line)
{
    if (anchor)
        return fail(b, line, "anchors (&name) are not supported");
    if (wants_key(b))
        return fail(b, line, "a key must be plain text");
    if (b->depth == DEPTH_MAX)
        return fail(b, line, "nested deeper than 64 levels");
    struct yaml *node = new_node(b, kind, line);
    if (!attach(b, node))
        return false;
    map_reset(&b->keys[b->depth]);
    b->stack[b->depth++] = node;
    return true;
}

static bool take_event(struct builder *b, const yaml_event_t *event)
{
    int line = (int)event->start_mark.line + 1;
    switch (event->type) {
    case YAML_ALIAS_EVENT:
        return fail(b, line, "aliases (*name) are not supported");
    case YAML_SCALAR_EVENT:
        return take_scalar(b, event, line);
    case YAML_SEQUENCE_START_EVENT:
        return open_group(b, YAML_LIST, event->data.sequence_start.anchor,
                          line);
    case YAML_MAPPING_START_EVENT:
        return open_group(b, YAML_MAP, event->data.mapping_start.anchor, line);
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
        b->depth--;
        return true;
    case YAML_DOCUMENT_START_EVENT:
        return b->root ? fail(b, line, "more than one document") : true;
    default:
        return true;
    }
}

static bool run_parser(struct builder *b, yaml_parser_t *parser)
{
    for (bool done = false; !done;) {
        yaml_event_t event;
        if (!yaml_parser_parse(parser, &event)) {
            size_t line = parser->problem_mark.line;
            return err_set(b->err, ERR_CONFIG, "%s:%zu: not YAML: %s", b->file,
                           line + 1,
                           parser->problem ? parser->problem : "bad bytes");
        }
        done = event.type == YAML_STREAM_END_EVENT;
        bool ok = take_event(b, &event);
        yaml_event_delete(&event);
        if (!ok)
            return false;
    }
    return true;
}

struct yaml *yaml_parse(str text, const char *file, struct arena *arena,
                        struct err *err)
{
    if (text.len > BYTES_MAX) {
        err_set(err, ERR_LIMIT, "%s: larger than %d bytes", file, BYTES_MAX);
        return NULL;
    }
    struct builder b = {
        .arena = arena, .file = arena_cstr(arena, str_of(file)), .err = err};
    for (size_t i = 0; i < DEPTH_MAX; i++)
        map_init(&b.keys[i]);
    yaml_parser_t parser;
    yaml_parser_initialize(&parser);
    yaml_parser_set_input_string(&parser, (const unsigned char *)text.ptr,
                                 text.len);
    bool ok = run_parser(&b, &parser);
    yaml_parser_delete(&parser);
    for (size_t i = 0; i < DEPTH_MAX; i++)
        map_release(&b.keys[i]);
    if (ok && !b.root)
        b.root = new_node(&b, YAML_MAP, 1);
    return ok ? b.root : NULL;
}

const struct yaml *yaml_get(const struct yaml *map, const char *key)
{
    if (!map || map->kind != YAML_MAP)
        return NULL;
    YAML_EACH(child, map)
    {
        if (str_equal(child->key, str_of(key)))
            return child;
    }
    return NULL;
}

bool yaml_is_null(const struct yaml *node)
{
    if (!node)
        return true;
    return node->kind == YAML_SCALAR && !node->quoted &&
           (node->text.len == 0 || str_equal(node->text, STR("~")) ||
            str_equal(node->text, STR("null")));
}

static struct yaml *child_for(struct yaml *map, str key, struct arena *arena)
{
    for (struct yaml *c = map->first; c; c = c->next)
        if (str_equal(c->key, key))
            return c;
    struct yaml *node = arena_alloc(arena, sizeof *node);
    node->kind = YAML_MAP;
    node->key = arena_copy(arena, key);
    if (map->last)
        map->last->next = node;
    else
        map->first = node;
    map->last = node;
    map->count++;
    return node;
}

static void mark_origin(struct yaml *node, const char *origin)
{
    node->file = origin;
    node->line = 0;
    for (struct yaml *c = node->first; c; c = c->next)
        mark_origin(c, origin);
}

bool yaml_set(struct yaml *root, str path, str text, const char *origin,
              struct arena *arena, struct err *err)
{
    struct yaml *value = yaml_parse(text, origin, arena, err);
    if (!value)
        return false;
    mark_origin(value, origin);
    struct yaml *node = root;
    for (str part, rest = path; str_next(&rest, '.', &part);) {
        if (node->kind != YAML_MAP)
            return err_set(err, ERR_USAGE,
                           "'" STR_FMT "': '" STR_FMT
                           "' is not inside a group of keys",
                           STR_ARG(path), STR_ARG(part));
        node = child_for(node, part, arena);
        if (!node->file)
            node->file = origin;
    }
    struct yaml kept = *node;
    *node = *value;
    node->key = kept.key;
    node->next = kept.next;
    return true;
}

str yaml_where(const struct yaml *node, struct arena *arena)
{
    if (!node || !node->file)
        return STR("default");
    if (node->line == 0)
        return str_of(node->file);
    return arena_printf(arena, "%s:%d", node->file, node->line);
}

/* Would another reader take the bare word for a value of another kind? */
static bool is_reserved(str text)
{
    static const char *const words[] = {"true", "false", "null", "yes", "no",
                                        "on",   "off",   "y",    "n"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (str_equal_ignore_case(text, str_of(words[i])))
            return true;
    double number;
    return str_to_double(text, &number);
}

/* Characters that YAML readers fold, drop or refuse when they stand bare. */
static bool must_escape(uint32_t c)
{
    return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0x2028 || c == 0x2029 ||
           c == 0xFEFF || (c & 0xFFFE) == 0xFFFE;
}

static bool is_plain_safe(str text)
{
    static const char not_first[] = "!&*-?|>@`'%~=. ";
    static const char nowhere[] = ":#,[]{}\"\\";
    if (text.len == 0 || is_reserved(text) || strchr(not_first, text.ptr[0]) ||
        text.ptr[text.len - 1] == ' ')
        return false;
    for (str rest = text; rest.len;) {
        uint32_t c = utf8_next(&rest);
        if (must_escape(c) || (c < 0x80 && strchr(nowhere, (int)c)))
            return false;
    }
    return utf8_is_valid(text);
}

void yaml_put_scalar(struct buf *out, str text)
{
    if (is_plain_safe(text)) {
        buf_add(out, text);
        return;
    }
    buf_add_char(out, '"');
    while (text.len) {
        uint32_t c = utf8_next(&text);
        if (c == '"' || c == '\\')
            buf_printf(out, "\\%c", (char)c);
        else if (must_escape(c))
            buf_printf(out, c > 0xFFFF ? "\\U%08X" : "\\u%04X", (unsigned)c);
        else
            buf_add_utf8(out, c);
    }
    buf_add_char(out, '"');
}

struct yaml *yaml_read(const char *path, struct arena *arena, struct err *err)
{
    struct buf text;
    buf_init(&text, CONFIG_BYTES_MAX);
    struct yaml *root = NULL;
    if (!path || fs_read(path, &text, err))
        root = yaml_parse(buf_str(&text),
                          path ? arena_cstr(arena, str_of(path)) : "default",
                          arena, err);
    buf_release(&text);
    return root;
}

bool yaml_override(struct yaml *root, const char *assignment,
                   struct arena *arena, struct err *err)
{
    str key, value;
    if (!str_cut(str_of(assignment), '=', &key, &value))
        return err_set(err, ERR_USAGE, "--set: found '%s', allowed: KEY=VALUE",
                       assignment);
    return yaml_set(root, key, value, "command line", arena, err);
}

struct yaml *yaml_read_over(const char *path, const char *const assignments[],
                            size_t count, struct arena *arena, struct err *err)
{
    struct yaml *root = yaml_read(path, arena, err);
    for (size_t i = 0; root && i < count; i++)
        if (!yaml_override(root, assignments[i], arena, err))
            return NULL;
    return root;
}
