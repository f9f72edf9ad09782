/* outline.c - see outline.h. */
#include "knowledge/outline.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/asset.h"
#include "base/fs.h"
#include "base/map.h"
#include "base/mem.h"

#define AT(type, member) offsetof(struct type, member)

static const char *const relation_ids[] = {
    "doctor-patient", "doctor-nurse", "doctor-doctor", "patient-nurse", NULL};

static const struct field labels_fields[] = {
    {"doctor", FIELD_STR, AT(labels, doctor), .doc = "label of a doctor"},
    {"nurse", FIELD_STR, AT(labels, nurse), .doc = "label of a nurse"},
    {"patient", FIELD_STR, AT(labels, patient), .doc = "label of a patient"},
    {"relative", FIELD_STR, AT(labels, relative), .doc = "of a relative"},
    {0}};
static const struct schema labels_schema = {"labels", labels_fields,
                                            sizeof(struct labels), 0};

static const struct field relation_fields[] = {
    {"id", FIELD_CHOICE, AT(outline_relation, id), .choices = relation_ids,
     .doc = "one of the four"},
    {"name", FIELD_STR, AT(outline_relation, name), .doc = "as prompts say"},
    {"share", FIELD_NUMBER, AT(outline_relation, share), .min = 0, .max = 1,
     .doc = "share of all dialogues; they sum to 1"},
    {0}};
static const struct schema relation_schema = {
    "a relation", relation_fields, sizeof(struct outline_relation), 0};

static const struct field scenario_fields[] = {
    {"id", FIELD_STR, AT(scenario, id), .doc = "unique"},
    {"name", FIELD_STR, AT(scenario, name), .doc = "as prompts say"},
    {"relations", FIELD_STRS, AT(scenario, relations), .choices = relation_ids,
     .doc = "relations that happen there"},
    {"specialties", FIELD_STRS, AT(scenario, specialties), .fallback = "[]",
     .doc = "only topics of these; empty = all"},
    {0}};
static const struct schema scenario_schema = {"a scenario", scenario_fields,
                                              sizeof(struct scenario), 0};

static const struct field topic_fields[] = {
    {"id", FIELD_STR, AT(topic, id), .doc = "unique"},
    {"name", FIELD_STR, AT(topic, name), .doc = "as prompts say"},
    {"specialty", FIELD_STR, AT(topic, specialty), .doc = "a specialty id"},
    {"diseases", FIELD_STRS, AT(topic, disease_ids),
     .doc = "disease ids of the packs"},
    {0}};
static const struct schema topic_schema = {"a topic", topic_fields,
                                           sizeof(struct topic), 0};

static const struct field task_fields[] = {
    {"id", FIELD_STR, AT(outline_task, id), .doc = "unique"},
    {"name", FIELD_STR, AT(outline_task, name), .doc = "as prompts say"},
    {"relations", FIELD_STRS, AT(outline_task, relations),
     .choices = relation_ids, .doc = "relations that do it"},
    {"levels", FIELD_NUMBERS, AT(outline_task, levels), .min = 1, .max = 9,
     .doc = "levels that have it"},
    {"description", FIELD_STR, AT(outline_task, description),
     .doc = "what has to happen"},
    {0}};
static const struct schema task_schema = {"a task", task_fields,
                                          sizeof(struct outline_task), 0};

static const struct field level_fields[] = {
    {"level", FIELD_INT, AT(level, level), .min = 1, .max = 9,
     .doc = "1 is the easiest"},
    {"name", FIELD_STR, AT(level, name), .doc = "as prompts say"},
    {"turns", FIELD_RANGE, AT(level, turns), .min = 2, .max = 400,
     .doc = "turns of a dialogue"},
    {"length", FIELD_RANGE, AT(level, length), .min = 1, .max = 100000,
     .doc = "characters (zh) or words"},
    {"terms_min", FIELD_INT, AT(level, terms_min), .min = 0, .max = 1000,
     .doc = "distinct vocabulary terms a dialogue must hold"},
    {"vocabulary", FIELD_STR, AT(level, vocabulary),
     .doc = "file: word TAB category, one a line"},
    {0}};
static const struct schema level_schema = {"a level", level_fields,
                                           sizeof(struct level), 0};

static const char *const languages[] = {LANG_CODES NULL};
static const struct field outline_fields[] = {
    {"id", FIELD_STR, AT(outline, id), .doc = "name of the outline"},
    {"lang", FIELD_CHOICE, AT(outline, lang_id), .choices = languages,
     .doc = "language of its dialogues"},
    {"title", FIELD_STR, AT(outline, title), .doc = "for people"},
    {"source", FIELD_STR, AT(outline, source), .doc = "where it comes from"},
    {"labels", FIELD_STRUCT, AT(outline, labels), .sub = &labels_schema,
     .doc = "speaker labels"},
    {"relations", FIELD_STRUCTS, AT(outline, relations),
     .sub = &relation_schema, .doc = "who talks to whom"},
    {"scenarios", FIELD_STRUCTS, AT(outline, scenarios),
     .sub = &scenario_schema, .doc = "where"},
    {"topics", FIELD_STRUCTS, AT(outline, topics), .sub = &topic_schema,
     .doc = "about what"},
    {"tasks", FIELD_STRUCTS, AT(outline, tasks), .sub = &task_schema,
     .doc = "what for"},
    {"levels", FIELD_STRUCTS, AT(outline, levels), .sub = &level_schema,
     .doc = "how hard"},
    {0}};
static const struct schema outline_schema = {"an outline", outline_fields,
                                             sizeof(struct outline), 0};

/* Text of an asset "FOLDER/NAME" or, when name looks like a path, of a file. */
static bool read_text(const char *folder, const char *name, struct arena *arena,
                      const char **where, str *text, struct err *err)
{
    const char *asset = arena_printf(arena, "%s/%s", folder, name).ptr;
    if (!asset_exists(asset) && fs_exists(name)) {
        struct buf content;
        buf_init(&content, 64 << 20);
        bool ok = fs_read(name, &content, err);
        *text = arena_copy(arena, buf_str(&content));
        *where = name;
        buf_release(&content);
        return ok;
    }
    *where = asset_where(asset, arena);
    return asset_get(asset, text, arena, err);
}

static const char *with_suffix(const char *name, struct arena *arena)
{
    bool has = str_ends_with(str_of(name), STR(".yaml"));
    return has ? name : arena_printf(arena, "%s.yaml", name).ptr;
}

static void mark_relations(const struct list *ids, bool fits[RELATION_COUNT])
{
    for (size_t i = 0; i < ids->count; i++)
        fits[relation_from_name(((const str *)ids->items)[i])] = true;
}

static bool load_vocabulary(struct outline *o, struct level *level,
                            const char *outline_path, struct map *seen,
                            struct err *err)
{
    const char *where, *name = arena_cstr(&o->arena, level->vocabulary);
    str own_folder = str_of(outline_path);
    own_folder.len -= fs_base_name(own_folder).len;
    const char *beside =
        arena_printf(&o->arena, STR_FMT "%s", STR_ARG(own_folder), name).ptr;
    str text;
    bool is_own = own_folder.len && fs_exists(beside);
    if (!read_text("outlines", is_own ? beside : name, &o->arena, &where, &text,
                   err))
        return false;
    struct vec terms;
    vec_init(&terms, sizeof(struct term));
    int number = 0;
    bool ok = true;
    for (str line, rest = text; ok && str_next(&rest, '\n', &line);) {
        number++;
        struct term term;
        str_cut(str_trim(line), '\t', &term.word, &term.category);
        if (term.word.len == 0 || term.word.ptr[0] == '#')
            continue;
        if (!map_put(seen, term.word, (uint64_t)level->level))
            ok = err_set(err, ERR_CONFIG,
                         "%s:%d: word '" STR_FMT
                         "' stands twice in the vocabularies",
                         where, number, STR_ARG(term.word));
        vec_push(&terms, &term);
    }
    level->terms.count = terms.count;
    level->terms.items =
        arena_array(&o->arena, terms.count, sizeof(struct term));
    for (size_t i = 0; i < terms.count; i++)
        ((struct term *)level->terms.items)[i] =
            *(struct term *)vec_at(&terms, i);
    vec_release(&terms);
    return ok;
}

static void link_topics(struct outline *o, const struct knowledge *k)
{
    struct topic *topics = o->topics.items;
    size_t kept = 0;
    for (size_t i = 0; i < o->topics.count; i++) {
        struct topic t = topics[i];
        const str *ids = t.disease_ids.items;
        t.diseases =
            arena_array(&o->arena, t.disease_ids.count, sizeof *t.diseases);
        for (size_t j = 0; j < t.disease_ids.count; j++) {
            const struct disease *d = knowledge_disease(k, ids[j]);
            if (d && disease_speaks(d, o->lang))
                t.diseases[t.disease_count++] = d;
        }
        if (t.disease_count)
            topics[kept++] = t;
    }
    o->topics.count = kept;
}

static bool check(struct outline *o, const char *where, struct err *err)
{
    double sum = 0;
    struct outline_relation *r = o->relations.items;
    for (size_t i = 0; i < o->relations.count; i++) {
        r[i].relation = relation_from_name(r[i].id);
        sum += r[i].share;
    }
    if (fabs(sum - 1) > 1e-6)
        return err_set(err, ERR_CONFIG,
                       "%s: shares of the relations sum to %g, not 1", where,
                       sum);
    struct scenario *s = o->scenarios.items;
    for (size_t i = 0; i < o->scenarios.count; i++)
        mark_relations(&s[i].relations, s[i].fits_relation);
    struct outline_task *t = o->tasks.items;
    for (size_t i = 0; i < o->tasks.count; i++)
        mark_relations(&t[i].relations, t[i].fits_relation);
    if (o->topics.count == 0 || o->tasks.count == 0 || o->levels.count == 0 ||
        o->scenarios.count == 0)
        return err_set(err, ERR_CONFIG,
                       "%s: needs at least one scenario, task, level and topic "
                       "with a disease that the packs tell of in '" STR_FMT
                       "' (`anamnesis packs --gaps " STR_FMT "`)",
                       where, STR_ARG(o->lang_id), STR_ARG(o->lang_id));
    return true;
}

static bool load_into(struct outline *o, const char *name,
                      const struct knowledge *k, struct err *err)
{
    struct arena arena = o->arena; /* schema_bind clears the struct */
    const char *where;
    str text;
    if (!read_text("outlines", with_suffix(name, &arena), &arena, &where, &text,
                   err)) {
        o->arena = arena;
        return false;
    }
    struct yaml *root = yaml_parse(text, where, &arena, err);
    bool ok = root && schema_bind(&outline_schema, root, o, &arena, err);
    o->arena = arena;
    if (!ok)
        return false;
    lang_from_name(o->lang_id, &o->lang);
    struct map seen;
    map_init(&seen);
    struct level *levels = o->levels.items;
    for (size_t i = 0; ok && i < o->levels.count; i++)
        ok = load_vocabulary(o, &levels[i], where, &seen, err);
    map_release(&seen);
    if (!ok)
        return false;
    link_topics(o, k);
    return check(o, where, err);
}

struct outline *outline_load(const char *name, const struct knowledge *k,
                             struct err *err)
{
    struct outline *o = mem_zero(1, sizeof *o);
    arena_init(&o->arena);
    if (load_into(o, name, k, err))
        return o;
    outline_free(o);
    return NULL;
}

/* The name of the first outline whose `lang` it is; NULL when none is. */
static const char *name_for(enum lang lang, struct arena *arena,
                            struct err *err)
{
    struct vec names;
    vec_init(&names, sizeof(str));
    asset_list("outlines/", ".yaml", arena, &names);
    const char *found = NULL;
    for (size_t i = 0; !found && i < names.count; i++) {
        str name = *(const str *)vec_at(&names, i);
        const struct yaml *root = asset_yaml(name.ptr, arena, err);
        if (!root)
            break;
        const struct yaml *said = yaml_get(root, "lang");
        if (said && str_equal(said->text, lang_name(lang)))
            found = name.ptr + strlen("outlines/");
    }
    vec_release(&names);
    if (!found && err->code == ERR_NONE)
        err_set(err, ERR_NOT_FOUND, "no outline in '" STR_FMT "'",
                STR_ARG(lang_name(lang)));
    return found;
}

struct outline *outline_load_for(enum lang lang, const struct knowledge *k,
                                 struct err *err)
{
    struct arena arena;
    arena_init(&arena);
    struct err none = {0};
    const char *name = name_for(lang, &arena, err ? err : &none);
    struct outline *outline = name ? outline_load(name, k, err) : NULL;
    arena_release(&arena);
    return outline;
}

void outline_free(struct outline *o)
{
    if (!o)
        return;
    struct arena arena = o->arena;
    free(o);
    arena_release(&arena);
}

const struct outline_task *outline_task(const struct outline *o, str id)
{
    const struct outline_task *t = o->tasks.items;
    for (size_t i = 0; i < o->tasks.count; i++)
        if (str_equal(t[i].id, id))
            return &t[i];
    return NULL;
}

const struct level *outline_level(const struct outline *o, int64_t level)
{
    const struct level *l = o->levels.items;
    for (size_t i = 0; i < o->levels.count; i++)
        if (l[i].level == level)
            return &l[i];
    return NULL;
}

/* --- seeds --- */

struct seed_file {
    str lang, outline, source;
    struct list seeds;
};

static const struct field seed_fields[] = {
    {"id", FIELD_STR, AT(seed, id), .doc = "unique"},
    {"relation", FIELD_CHOICE, AT(seed, relation_id), .choices = relation_ids,
     .doc = "one of the four"},
    {"scenario", FIELD_STR, AT(seed, scenario), .doc = "where"},
    {"topic", FIELD_STR, AT(seed, topic), .doc = "about what"},
    {"task", FIELD_STR, AT(seed, task), .doc = "a task id of the outline"},
    {"level", FIELD_INT, AT(seed, level), .min = 1, .max = 9, .doc = "level"},
    {"turns", FIELD_RANGE, AT(seed, turns), .min = 2, .max = 400,
     .doc = "turns"},
    {"length", FIELD_RANGE, AT(seed, length), .min = 1, .max = 100000,
     .doc = "characters (zh) or words"},
    {"terms", FIELD_STRS, AT(seed, terms), .fallback = "[]",
     .doc = "words to use"},
    {"text", FIELD_STR, AT(seed, text), .doc = "the wish in full"},
    {0}};
static const struct schema seed_schema = {"a seed instruction", seed_fields,
                                          sizeof(struct seed), 0};
static const struct field seed_file_fields[] = {
    {"lang", FIELD_STR, AT(seed_file, lang), .doc = "language"},
    {"outline", FIELD_STR, AT(seed_file, outline), .doc = "outline id"},
    {"source", FIELD_STR, AT(seed_file, source), .doc = "where from"},
    {"seeds", FIELD_STRUCTS, AT(seed_file, seeds), .sub = &seed_schema,
     .doc = "the instructions"},
    {0}};
static const struct schema seed_file_schema = {"a seed file", seed_file_fields,
                                               sizeof(struct seed_file), 0};

/* Seeds may name scenarios and topics by id; prompts and records show names. */
static void show_names(const struct outline *o, struct seed *seed)
{
    const struct scenario *s = o->scenarios.items;
    for (size_t i = 0; i < o->scenarios.count; i++)
        if (str_equal(seed->scenario, s[i].id))
            seed->scenario = s[i].name;
    const struct topic *t = o->topics.items;
    for (size_t i = 0; i < o->topics.count; i++)
        if (str_equal(seed->topic, t[i].id))
            seed->topic = t[i].name;
}

bool seeds_load(const char *name, const struct outline *outline,
                struct arena *arena, struct list *seeds, struct err *err)
{
    const char *where;
    str text;
    if (!read_text("seeds", with_suffix(name, arena), arena, &where, &text,
                   err))
        return false;
    struct seed_file file;
    struct yaml *root = yaml_parse(text, where, arena, err);
    if (!root || !schema_bind(&seed_file_schema, root, &file, arena, err))
        return false;
    struct seed *s = file.seeds.items;
    for (size_t i = 0; i < file.seeds.count; i++) {
        s[i].relation = relation_from_name(s[i].relation_id);
        show_names(outline, &s[i]);
        if (!outline_task(outline, s[i].task) ||
            !outline_level(outline, s[i].level))
            return err_set(err, ERR_CONFIG,
                           "%s: seed '" STR_FMT "': task '" STR_FMT
                           "' or level %lld is not in the outline '" STR_FMT
                           "'",
                           where, STR_ARG(s[i].id), STR_ARG(s[i].task),
                           (long long)s[i].level, STR_ARG(outline->id));
    }
    *seeds = file.seeds;
    return true;
}
