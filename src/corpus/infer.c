/* infer.c - the taxonomy of a user's own records; see catalog.h. One pass
 * counts; the conclusions name what most of the records show. */
#include <string.h>

#include "base/map.h"
#include "corpus/catalog.h"
#include "record/record.h"

enum { KEYS_COUNTED_MAX = 2000 };

struct seen {
    uint64_t records, choices, questions, dialogues, consultations, patients;
    uint64_t long_talks, explained, answered, with_patient, licensed;
    struct map langs, sources, labels; /* labels: keys of meta */
};

static void count_key(struct map *counts, str key)
{
    if (key.len &&
        (map_size(counts) < KEYS_COUNTED_MAX || map_get(counts, key, NULL)))
        map_count(counts, key, 1);
}

static void look_at_question(struct seen *seen, const struct question *q)
{
    bool choice = q->options.count > 1;
    seen->choices += choice;
    seen->questions += !choice;
    seen->explained += q->explanation.len > 0;
    seen->answered += q->answer.len > 0 || q->answer_keys.count > 0;
}

static void look_at_dialogue(struct seen *seen, const struct dialogue *d)
{
    bool patient = false;
    for (size_t i = 0; i < d->turns.count; i++)
        patient |=
            role_side(LIST_AT(d->turns, struct turn, i)->role) == ROLE_PATIENT;
    seen->dialogues++;
    seen->long_talks += d->turns.count > 2;
    seen->with_patient += patient;
}

static void look_at(struct seen *seen, const struct record *r)
{
    seen->records++;
    seen->licensed += r->license.len > 0;
    count_key(&seen->langs, r->lang);
    count_key(&seen->sources, r->source);
    for (size_t i = 0; i < r->meta.count; i++)
        count_key(&seen->labels, LIST_AT(r->meta, struct pair, i)->key);
    if (r->kind == RECORD_QUESTION) {
        look_at_question(seen, &r->question);
    } else if (r->kind == RECORD_DIALOGUE) {
        look_at_dialogue(seen, &r->dialogue);
    } else if (r->kind == RECORD_CONSULTATION) {
        seen->consultations++;
        seen->long_talks += r->consultation.turns.count > 1;
    } else {
        seen->patients++;
    }
}

/* --- conclusions --- */

static bool most(uint64_t count, uint64_t of)
{
    return of && count * 2 >= of;
}

static struct list copy_list(struct arena *arena, const struct vec *texts)
{
    return list_from_vec(arena, texts);
}

static void add_text(struct vec *to, const char *text)
{
    *(str *)vec_add(to) = str_of(text);
}

/* Kinds of data that make up a tenth or more. */
static struct list data_kinds(struct arena *arena, const struct seen *seen)
{
    struct vec kinds;
    vec_init(&kinds, sizeof(str));
    uint64_t talks = seen->dialogues + seen->consultations;
    if (seen->choices && seen->choices * 10 >= seen->records)
        add_text(&kinds, "mcq");
    if (seen->questions && seen->questions * 10 >= seen->records)
        add_text(&kinds, "qa");
    if (talks && talks * 10 >= seen->records)
        add_text(&kinds, "dialogue");
    if (seen->patients && seen->patients * 10 >= seen->records)
        add_text(&kinds, "patient");
    struct list list = copy_list(arena, &kinds);
    vec_release(&kinds);
    return list;
}

/* The names that at least half of the records have. */
static struct list frequent(struct arena *arena, const struct map *counts,
                            uint64_t records, const char *more)
{
    struct vec names;
    vec_init(&names, sizeof(str));
    if (more)
        add_text(&names, more);
    for (size_t i = 0; i < map_size(counts); i++)
        if (most(map_entry(counts, i)->value, records))
            *(str *)vec_add(&names) =
                arena_copy(arena, map_entry(counts, i)->key);
    struct list list = copy_list(arena, &names);
    vec_release(&names);
    return list;
}

/* The set of the catalogue that most records come from, or NULL. */
static const struct data_set *named_set(const struct catalog *c,
                                        const struct seen *seen)
{
    for (size_t i = 0; i < map_size(&seen->sources); i++) {
        const struct map_entry *entry = map_entry(&seen->sources, i);
        char name[200];
        size_t len = entry->key.len < sizeof name ? entry->key.len : 0;
        memcpy(name, entry->key.ptr, len);
        name[len] = '\0';
        if (len && most(entry->value, seen->records) && catalog_find(c, name))
            return catalog_find(c, name);
    }
    return NULL;
}

/* The member lists that are concluded from sets that are alike. */
static const size_t shared_lists[] = {
    offsetof(struct data_set, objectives), offsetof(struct data_set, methods),
    offsetof(struct data_set, benchmarks), offsetof(struct data_set, metrics)};

static struct list *list_at(const struct data_set *set, size_t offset)
{
    return (struct list *)((uintptr_t)set + offset);
}

/* What at least half of the sets of the same kind and property have. */
static void take_from_alike(const struct catalog *c, struct arena *arena,
                            struct data_set *set)
{
    for (size_t k = 0; k < sizeof shared_lists / sizeof *shared_lists; k++) {
        struct map counts;
        map_init(&counts);
        uint64_t alike = 0;
        for (size_t i = 0; i < catalog_count(c); i++) {
            const struct data_set *other = catalog_at(c, i);
            if (!str_equal(other->kind, set->kind) ||
                !str_equal(other->property, set->property))
                continue;
            alike++;
            const struct list *texts = list_at(other, shared_lists[k]);
            for (size_t t = 0; t < texts->count; t++)
                map_count(&counts, *LIST_AT(*texts, str, t), 1);
        }
        *list_at(set, shared_lists[k]) = frequent(arena, &counts, alike, NULL);
        map_release(&counts);
    }
}

/* Reasons cannot be learnt from records without them. */
static struct list without_reasoning(struct arena *arena, struct list methods)
{
    struct vec kept;
    vec_init(&kept, sizeof(str));
    for (size_t i = 0; i < methods.count; i++)
        if (!str_equal(*LIST_AT(methods, str, i), STR("chain-of-thought")))
            vec_push(&kept, LIST_AT(methods, str, i));
    struct list list = copy_list(arena, &kept);
    vec_release(&kept);
    return list;
}

static void add_gap(struct vec *gaps, struct arena *arena, bool holds,
                    uint64_t count, uint64_t of, const char *what)
{
    if (holds)
        *(str *)vec_add(gaps) =
            arena_printf(arena, "%llu of %llu %s", (unsigned long long)count,
                         (unsigned long long)of, what);
}

static struct list gaps_of(const struct seen *seen, struct arena *arena)
{
    struct vec gaps;
    vec_init(&gaps, sizeof(str));
    uint64_t asked = seen->choices + seen->questions;
    uint64_t talks = seen->dialogues + seen->consultations;
    add_gap(&gaps, arena, seen->answered < asked, asked - seen->answered, asked,
            "questions have no answer");
    add_gap(&gaps, arena, seen->choices && !most(seen->explained, asked),
            asked - seen->explained, asked, "questions have no explanation");
    add_gap(&gaps, arena, talks && !most(seen->long_talks, talks),
            talks - seen->long_talks, talks,
            "conversations are one exchange long");
    add_gap(&gaps, arena, seen->dialogues > seen->with_patient,
            seen->dialogues - seen->with_patient, seen->dialogues,
            "dialogues have nobody on the patient's side");
    add_gap(&gaps, arena, seen->licensed < seen->records,
            seen->records - seen->licensed, seen->records,
            "records name no licence");
    struct list list = copy_list(arena, &gaps);
    vec_release(&gaps);
    return list;
}

static void classify(const struct seen *seen, struct data_set *set)
{
    uint64_t talks = seen->dialogues + seen->consultations;
    bool conversation = most(talks, seen->records);
    bool exam = most(seen->choices, seen->records);
    set->kind = conversation ? STR("conversation") : STR("knowledge");
    set->property =
        !conversation ? (exam ? STR("licensing-exam") : STR("mixed"))
        : most(seen->long_talks, talks) ? STR("consultation")
                                        : STR("single-turn-inquiry");
    set->audience = exam ? STR("professional")
                    : most(seen->with_patient, seen->records) ? STR("both")
                                                              : STR("unknown");
}

static void conclude(const struct catalog *c, const struct seen *seen,
                     struct arena *arena, struct data_set *set)
{
    uint64_t talks = seen->dialogues + seen->consultations;
    const struct data_set *named = named_set(c, seen);
    classify(seen, set);
    if (named) {
        set->kind = named->kind;
        set->property = named->property;
        set->audience = named->audience;
        for (size_t k = 0; k < sizeof shared_lists / sizeof *shared_lists; k++)
            *list_at(set, shared_lists[k]) = *list_at(named, shared_lists[k]);
    } else if (!str_equal(set->property, STR("mixed"))) {
        take_from_alike(c, arena, set);
    }
    if (!most(seen->explained, seen->records))
        set->methods = without_reasoning(arena, set->methods);
    set->data = data_kinds(arena, seen);
    set->turns = talks == 0                              ? STR("single")
                 : most(seen->long_talks, seen->records) ? STR("multi")
                                                         : STR("both");
    set->languages = frequent(arena, &seen->langs, 1, NULL);
    set->annotations =
        frequent(arena, &seen->labels, seen->records,
                 most(seen->explained, seen->records) ? "explanations" : NULL);
    set->items = (int64_t)seen->records;
    set->scale =
        arena_printf(arena, "%llu records", (unsigned long long)seen->records);
    set->gaps = gaps_of(seen, arena);
}

static bool count_file(const char *path, struct seen *seen, struct err *err)
{
    struct records *in = records_open(path, err);
    if (!in)
        return false;
    struct arena row;
    struct record record;
    struct err why = {0};
    enum records_step step;
    arena_init(&row);
    while ((step = records_next(in, &row, &record, &why)) == RECORDS_ONE ||
           step == RECORDS_BAD) {
        if (step == RECORDS_ONE)
            look_at(seen, &record);
        err_clear(&why);
        arena_reset(&row);
    }
    records_close(in);
    arena_release(&row);
    if (step == RECORDS_BROKEN)
        return err_set(err, why.code, "%s", why.message);
    return seen->records > 0 ||
           err_set(err, ERR_FORMAT, "%s: no record in it", path);
}

bool catalog_infer(const struct catalog *c, const char *path,
                   struct arena *arena, struct data_set *set, struct err *err)
{
    struct seen seen = {0};
    map_init(&seen.langs);
    map_init(&seen.sources);
    map_init(&seen.labels);
    *set = (struct data_set){.id = arena_copy(arena, str_of(path)),
                             .name = arena_copy(arena, str_of(path))};
    bool ok = count_file(path, &seen, err);
    if (ok)
        conclude(c, &seen, arena, set);
    map_release(&seen.langs);
    map_release(&seen.sources);
    map_release(&seen.labels);
    return ok;
}
