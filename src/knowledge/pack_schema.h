/* pack_schema.h - the YAML schemas of the pack files; private to knowledge. */
#ifndef KNOWLEDGE_PACK_SCHEMA_H
#define KNOWLEDGE_PACK_SCHEMA_H

#include "base/vec.h"
#include "knowledge/knowledge.h"

/* profile.c: joins courses, severity profiles and contraindications to the
 * diseases and drugs. `files` tell where each entry stands. */
struct profile_files {
    struct vec courses, severity_profiles, contraindications; /* char * */
};
MUST_USE bool profile_link(struct knowledge *k,
                           const struct profile_files *files, struct err *err);
void profile_release(struct knowledge *k);

struct pack_file {
    str source;
    str specialty;
    struct list items;
};

extern const struct schema symptoms_file_schema, tests_file_schema,
    drugs_file_schema, diseases_file_schema, specialties_file_schema,
    courses_file_schema, severity_file_schema, contraindications_file_schema;

#endif
