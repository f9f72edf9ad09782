/* yaml.h - a YAML file as a tree that remembers its lines.
 *
 *     struct yaml *root = yaml_parse(text, "mct.yaml", &arena, &err);
 *     const struct yaml *title = yaml_get(root, "title");
 *
 * One document a file; anchors, aliases and merge keys are refused (so no
 * expansion bombs), duplicate keys too. Everything lives in the arena; the
 * text may be dropped afterwards. Most users bind a tree to a struct with
 * schema.h instead of walking it. Limits: depth 64, 4 million nodes.
 */
#ifndef BASE_YAML_H
#define BASE_YAML_H

#include "base/arena.h"
#include "base/err.h"

enum yaml_kind { YAML_SCALAR, YAML_LIST, YAML_MAP };

struct yaml {
    enum yaml_kind kind;
    bool quoted;        /* a scalar in quotes is never null, number or bool */
    str text;           /* of a scalar */
    str key;            /* when a member of a map */
    const char *file;   /* where it was said: a file name, or */
    int line;           /* "command line" with line 0 */
    struct yaml *first; /* children, in order */
    struct yaml *last;
    struct yaml *next;
    size_t count; /* of children */
};

#define YAML_EACH(child, node)                                                 \
    for (const struct yaml *child = (node) ? (node)->first : NULL; child;      \
         child = child->next)

/* NULL on failure; an empty document is an empty map. */
MUST_USE struct yaml *yaml_parse(str text, const char *file,
                                 struct arena *arena, struct err *err);
/* The same of a file, at most 16 MiB; path NULL: an empty map. */
MUST_USE struct yaml *yaml_read(const char *path, struct arena *arena,
                                struct err *err);
/* The member of a map, or NULL. */
const struct yaml *yaml_get(const struct yaml *map, const char *key);
bool yaml_is_null(const struct yaml *node); /* absent, ~, null or nothing */

/* Sets the scalar at a dotted path ("engine.kind"), making the maps on the
 * way; `text` is parsed as YAML, so "[1, 2]" is a list. The new node says that
 * it comes from `origin`. */
MUST_USE bool yaml_set(struct yaml *root, str path, str text,
                       const char *origin, struct arena *arena,
                       struct err *err);

/* The same from one "dotted.key=value" of the command line; without '=' it is
 * ERR_USAGE. */
MUST_USE bool yaml_override(struct yaml *root, const char *assignment,
                            struct arena *arena, struct err *err);

/* A file, or nothing, with assignments of the command line over it. */
MUST_USE struct yaml *yaml_read_over(const char *path,
                                     const char *const assignments[],
                                     size_t count, struct arena *arena,
                                     struct err *err);

/* "file:line" or the origin, in the arena. */
str yaml_where(const struct yaml *node, struct arena *arena);

/* Appends the text as a YAML scalar, quoted where it must be; read back it is
 * the same text. Bytes that are not UTF-8 become U+FFFD. */
struct buf;
void yaml_put_scalar(struct buf *out, str text);

#endif
