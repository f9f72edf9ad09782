/* outline.h - what dialogues should cover: relations, scenarios, topics,
 * tasks, levels with their vocabulary; and the seed instructions.
 *
 *     struct outline *o = outline_load("mct", k, &err);
 *     for (size_t i = 0; i < o->tasks.count; i++) …
 *     outline_free(o);
 *
 * An outline is outlines/ID.yaml with one vocabulary file per level; seeds are
 * seeds/LANG.yaml. The name may also be a path to a file of the user's
 * own. Read-only after loading, may be shared by threads.
 */
#ifndef KNOWLEDGE_OUTLINE_H
#define KNOWLEDGE_OUTLINE_H

#include "knowledge/knowledge.h"
#include "record/role.h"

struct labels {
    str doctor, nurse, patient, relative;
};

struct outline_relation {
    str id, name;
    double share;
    enum relation relation;
};

struct scenario {
    str id, name;
    struct list relations;   /* str ids */
    struct list specialties; /* str; empty = all */
    bool fits_relation[RELATION_COUNT];
};

struct topic {
    str id, name, specialty;
    struct list disease_ids;         /* str as written */
    const struct disease **diseases; /* those that packs hold */
    size_t disease_count;
};

struct outline_task {
    str id, name, description;
    struct list relations; /* str ids */
    struct list levels;    /* double */
    bool fits_relation[RELATION_COUNT];
};

struct term {
    str word, category;
};

struct level {
    int64_t level; /* 1… */
    str name;
    struct range turns, length;
    int64_t terms_min;
    str vocabulary;    /* file name */
    struct list terms; /* struct term, new at this level */
};

struct outline {
    str id, lang_id, title, source;
    enum lang lang;
    struct labels labels;
    struct list relations; /* struct outline_relation */
    struct list scenarios; /* struct scenario */
    struct list topics;    /* struct topic with at least one disease */
    struct list tasks;     /* struct outline_task */
    struct list levels;    /* struct level, ascending */
    struct arena arena;
};

/* `name` is an id ("mct") or a path ending in .yaml. */
MUST_USE struct outline *outline_load(const char *name,
                                      const struct knowledge *k,
                                      struct err *err);
/* The first shipped or own outline, by file name, in the language. */
MUST_USE struct outline *outline_load_for(enum lang lang,
                                          const struct knowledge *k,
                                          struct err *err);
void outline_free(struct outline *outline);

/* One hand-written instruction, as the seed files hold it. */
struct seed {
    str id, relation_id, scenario, topic, task, text;
    int64_t level;
    struct range turns, length;
    struct list terms; /* str */
    enum relation relation;
};

/* Seeds of a language (seeds/zh.yaml) or of a path ending in .yaml; struct
 * seed in the arena. Relation, task and level must exist in the outline;
 * scenario and topic given by id come as names. */
MUST_USE bool seeds_load(const char *name, const struct outline *outline,
                         struct arena *arena, struct list *seeds,
                         struct err *err);

const struct outline_task *outline_task(const struct outline *o, str id);
const struct level *outline_level(const struct outline *o, int64_t level);

#endif
