/* schema.h - bind a YAML tree to C structs from one table.
 *
 *     struct engine { str kind; int64_t retries; struct list endpoints; };
 *     static const char *const kinds[] = {"simulator", "http", NULL};
 *     static const struct field engine_fields[] = {
 *         {"kind", FIELD_CHOICE, offsetof(struct engine, kind),
 *          .choices = kinds, .fallback = "simulator", .doc = "which engine"},
 *         {"retries", FIELD_INT, offsetof(struct engine, retries),
 *          .min = 0, .max = 20, .fallback = "4", .doc = "tries after the
 * first"},
 *         {"endpoints", FIELD_STRUCTS, offsetof(struct engine, endpoints),
 *          .sub = &endpoint_schema, .doc = "…"},
 *         {0}};
 *     const struct schema engine_schema = {"engine", engine_fields,
 *                                          sizeof(struct engine)};
 *     struct engine e;
 *     if (!schema_bind(&engine_schema, root, &e, &arena, &err)) …
 *
 * The table is the single source: it checks types, bounds and choices, fills
 * defaults (written as YAML text), rejects unknown keys and names the nearest
 * known one, and writes the reference page and the effective configuration.
 * Errors read "file:line: key 'retries': found 'many', allowed: a whole number
 * from 0 to 20". A field without fallback that is not optional is required.
 * min = max = 0 means no bound. Bound structs live in the caller's memory,
 * lists and text in the arena.
 */
#ifndef BASE_SCHEMA_H
#define BASE_SCHEMA_H

#include "base/buf.h"
#include "base/yaml.h"

/* An array in the arena. */
struct list {
    void *items;
    size_t count;
};

struct range {
    double low, high;
};

enum field_type {
    FIELD_END = 0,
    FIELD_STR,     /* str */
    FIELD_CHOICE,  /* str, one of .choices */
    FIELD_INT,     /* int64_t */
    FIELD_NUMBER,  /* double */
    FIELD_BOOL,    /* bool */
    FIELD_RANGE,   /* struct range from [low, high]; low <= high */
    FIELD_STRS,    /* struct list of str; a lone scalar is a list of one */
    FIELD_NUMBERS, /* struct list of double */
    FIELD_STRUCT,  /* a nested struct of .sub, in place */
    FIELD_STRUCTS, /* struct list of .sub structs */
    FIELD_NODE     /* const struct yaml *, as it is */
};

struct schema;

struct field {
    const char *name;
    enum field_type type;
    size_t offset;
    const struct schema *sub;
    const char *const *choices; /* ends in NULL */
    double min, max;
    const char *fallback; /* YAML text, or NULL */
    bool optional;        /* absent → zero value */
    const char *doc;
};

struct schema {
    const char *name;
    const struct field *fields; /* ends in {0} */
    size_t struct_bytes;
    /* Offset + 1 of an int64_t that receives the line number, or 0. */
    size_t line_offset_plus_1;
};

/* Fills *out (struct_bytes, zeroed first). False names the first mistake. */
MUST_USE bool schema_bind(const struct schema *schema, const struct yaml *node,
                          void *out, struct arena *arena, struct err *err);
/* The bound struct as YAML, each value with a comment that says where it came
 * from, read from the same tree. */
void schema_write(const struct schema *schema, const void *data,
                  const struct yaml *node, struct buf *out);
/* A Markdown table of all keys: name, type, allowed, default, meaning. */
void schema_document(const struct schema *schema, struct buf *out);

#endif
