/* catalog.h - the public medical data sets, their taxonomy, and what fits what.
 *
 *     struct catalog *c = catalog_load(&err);
 *     const struct data_set *set = catalog_find(c, "MedDG");
 *     catalog_close(c);
 *
 * Sets come from data/catalog/ (all .yaml files, merged). The taxonomy of a
 * user's own records is told from the records themselves (catalog_infer).
 * Read-only once loaded.
 */
#ifndef CORPUS_CATALOG_H
#define CORPUS_CATALOG_H

#include "base/schema.h"
#include "base/vec.h"

struct data_set {
    str id, name, format;
    str kind;     /* knowledge | conversation */
    str property; /* licensing-exam, literature, …, consultation, counselling */
    struct list data;      /* str: mcq, qa, ranked-qa, dialogue, note */
    struct list languages; /* str */
    struct list annotations;
    str scale;
    int64_t items; /* 0 = not told */
    str audience;  /* professional | lay | both | unknown */
    str turns;     /* single | multi | both */
    struct list objectives, methods, benchmarks, metrics, gaps;
};

struct catalog;

MUST_USE struct catalog *catalog_load(struct err *err);
void catalog_close(struct catalog *catalog);
size_t catalog_count(const struct catalog *catalog);
const struct data_set *catalog_at(const struct catalog *catalog, size_t index);
/* By id or name, case ignored; NULL when absent. */
const struct data_set *catalog_find(const struct catalog *catalog,
                                    const char *name);
/* The nearest id, or NULL. */
const char *catalog_nearest(const struct catalog *catalog, const char *name);

/* Whether a list of texts holds the word. */
bool catalog_has(struct list texts, const char *word);
/* Whether any text of the entry holds the words, case ignored. */
bool catalog_matches(const struct data_set *set, str words);

/* Taxonomy of a record file (infer.c); everything in the arena. Counts come
 * from its records; what they train and what suits them from the set that they
 * name as their source, else from the sets of the catalogue that are alike. */
MUST_USE bool catalog_infer(const struct catalog *catalog, const char *path,
                            struct arena *arena, struct data_set *set,
                            struct err *err);

#endif
