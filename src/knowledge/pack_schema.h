/* pack_schema.h - the YAML schemas of the pack files; private to knowledge. */
#ifndef KNOWLEDGE_PACK_SCHEMA_H
#define KNOWLEDGE_PACK_SCHEMA_H

#include "knowledge/knowledge.h"

struct pack_file {
    str source;
    str specialty;
    struct list items;
};

extern const struct schema symptoms_file_schema, tests_file_schema,
    drugs_file_schema, diseases_file_schema, specialties_file_schema;

#endif
