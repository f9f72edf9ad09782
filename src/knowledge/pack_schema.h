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

/* coverage.c: which language has which texts. One look at each file after it
 * was bound, before ids become pointers; then, with everything linked, the
 * languages of each disease and the list of gaps. */
enum pack_kind {
    PACK_SPECIALTIES,
    PACK_SYMPTOMS,
    PACK_TESTS,
    PACK_DRUGS,
    PACK_DISEASES,
    PACK_COURSES,
    PACK_PROFILES,
    PACK_CONTRAINDICATIONS,
    PACK_KINDS
};
struct coverage {
    struct vec spoken[PACK_KINDS]; /* unsigned, a bit per language; by index */
    struct vec gaps;               /* struct pack_gap */
};
void coverage_init(struct coverage *coverage);
void coverage_release(struct coverage *coverage);
void coverage_look(struct coverage *coverage, enum pack_kind kind,
                   const struct schema *file_schema,
                   const struct pack_file *file, const char *where,
                   struct arena *arena);
void coverage_join(struct coverage *coverage, struct knowledge *k);

extern const struct schema symptoms_file_schema, tests_file_schema,
    drugs_file_schema, diseases_file_schema, specialties_file_schema,
    courses_file_schema, severity_file_schema, contraindications_file_schema;

#endif
