/* state.c - see state.h. */
#include "generate/state.h"

#include <stdio.h>
#include <string.h>

#include "base/fs.h"
#include "base/json.h"

/* --- saving --- */

static void write_stats(const struct round_stats *s, struct json_out *j)
{
    json_begin(j, '{');
    json_add_int(j, "round", s->round);
    json_add_int(j, "planned", (int64_t)s->planned);
    json_add_int(j, "accepted", (int64_t)s->accepted);
    json_add_int(j, "proposals", (int64_t)s->proposals);
    json_add_int(j, "proposals_kept", (int64_t)s->proposals_kept);
    json_add_int(j, "entered", (int64_t)s->entered);
    json_add_int(j, "left", (int64_t)s->left);
    json_add_int(j, "retired", (int64_t)s->retired);
    json_add_int(j, "human", (int64_t)s->human);
    json_add_int(j, "machine", (int64_t)s->machine);
    json_add_int(j, "human_uses", (int64_t)s->human_uses);
    json_add_number(j, "distinct2", s->distinct2);
    json_add_number(j, "similarity", s->similarity);
    json_end(j, '}');
}

static void write_cells(const struct quota *quota, struct json_out *j)
{
    json_key(j, "cells");
    json_begin(j, '[');
    for (size_t i = 0; i < quota->cells.count; i++) {
        json_put_int(j, (int64_t)quota->accepted[i]);
        json_put_int(j, (int64_t)quota->tried[i]);
    }
    json_end(j, ']');
}

static void write_recent(const struct run_state *s, struct json_out *j)
{
    json_add_int(j, "recent_count", (int64_t)s->recent_count);
    json_key(j, "recent");
    json_begin(j, '[');
    size_t count = s->recent_count < RECENT_MAX ? s->recent_count : RECENT_MAX;
    for (size_t i = 0; i < count; i++) {
        json_put_int(j, (int64_t)s->recent[i].row);
        json_put_int(j, (int64_t)s->recent[i].cell);
    }
    json_end(j, ']');
    json_key(j, "round_sample");
    json_begin(j, '[');
    for (size_t i = 0; i < s->round_sample.count; i++)
        json_put_int(j, (int64_t) * (uint64_t *)vec_at(&s->round_sample, i));
    json_end(j, ']');
}

static void write_state(const struct run_state *s, struct buf *out)
{
    struct json_out writer = json_out(out), *j = &writer;
    json_begin(j, '{');
    json_add_int(j, "round", s->round);
    json_add_int(j, "wave", s->wave);
    json_add_int(j, "next_row", (int64_t)s->next_row);
    json_add_int(j, "accepted", (int64_t)s->accepted);
    json_add_int(j, "extras", (int64_t)s->extras);
    json_add_int(j, "proposals", (int64_t)s->proposals);
    json_add_int(j, "proposals_kept", (int64_t)s->proposals_kept);
    json_add_bool(j, "finished", s->finished);
    write_cells(&s->quota, j);
    write_recent(s, j);
    json_key(j, "uses");
    planner_write_uses(s->planner, j);
    json_key(j, "rounds");
    json_begin(j, '[');
    for (size_t i = 0; i < s->rounds.count; i++)
        write_stats(vec_at(&s->rounds, i), j);
    json_end(j, ']');
    json_key(j, "now");
    write_stats(&s->now, j);
    json_end(j, '}');
}

static bool save_instructions(struct run_state *s, struct err *err)
{
    struct buf text;
    buf_init(&text, 1 << 20);
    bool ok = true;
    for (size_t i = 0; ok && i < pool_size(&s->pool); i++) {
        struct instruction *one = pool_at(&s->pool, i);
        if (!one->changed)
            continue;
        char key[64];
        snprintf(key, sizeof key, "instruction/%08zu", i);
        buf_reset(&text);
        pool_write(one, &text);
        ok = store_put(s->store, key, buf_str(&text), err);
        one->changed = false;
    }
    buf_release(&text);
    return ok;
}

bool state_save(struct run_state *s, struct err *err)
{
    struct buf text;
    buf_init(&text, 64 << 20);
    write_state(s, &text);
    bool ok = store_put(s->store, "state", buf_str(&text), err) &&
              save_instructions(s, err);
    buf_release(&text);
    return ok;
}

/* --- loading --- */

static uint64_t get_count(const json *doc, const char *key)
{
    return (uint64_t)json_int(json_get(doc, key), 0);
}

static struct round_stats read_stats(const json *doc)
{
    return (struct round_stats){
        .round = json_int(json_get(doc, "round"), 0),
        .planned = get_count(doc, "planned"),
        .accepted = get_count(doc, "accepted"),
        .proposals = get_count(doc, "proposals"),
        .proposals_kept = get_count(doc, "proposals_kept"),
        .entered = get_count(doc, "entered"),
        .left = get_count(doc, "left"),
        .retired = get_count(doc, "retired"),
        .human = get_count(doc, "human"),
        .machine = get_count(doc, "machine"),
        .human_uses = get_count(doc, "human_uses"),
        .distinct2 = json_number(json_get(doc, "distinct2"), -1),
        .similarity = json_number(json_get(doc, "similarity"), -1)};
}

static void read_pairs(const json *array, uint64_t *first, uint64_t *second,
                       size_t count)
{
    size_t i = 0;
    JSON_EACH(item, array)
    {
        if (i / 2 >= count)
            break;
        *(i % 2 ? &second[i / 2] : &first[i / 2]) = (uint64_t)json_int(item, 0);
        i++;
    }
}

static void read_recent(struct run_state *s, const json *doc)
{
    s->recent_count = (size_t)get_count(doc, "recent_count");
    uint64_t rows[RECENT_MAX] = {0}, cells[RECENT_MAX] = {0};
    read_pairs(json_get(doc, "recent"), rows, cells, RECENT_MAX);
    for (size_t i = 0; i < RECENT_MAX; i++)
        s->recent[i] = (struct recent){rows[i], (size_t)cells[i]};
    const json *sample = json_get(doc, "round_sample");
    JSON_EACH(item, sample)
    {
        *(uint64_t *)vec_add(&s->round_sample) = (uint64_t)json_int(item, 0);
    }
}

static bool read_state(struct run_state *s, str text, struct err *err)
{
    json *doc = json_parse(text, err);
    if (!doc)
        return err_wrap(err, "the state in the journal");
    s->round = json_int(json_get(doc, "round"), 0);
    s->wave = json_int(json_get(doc, "wave"), 0);
    s->next_row = get_count(doc, "next_row");
    s->accepted = get_count(doc, "accepted");
    s->extras = get_count(doc, "extras");
    s->proposals = get_count(doc, "proposals");
    s->proposals_kept = get_count(doc, "proposals_kept");
    s->finished = json_bool(json_get(doc, "finished"), false);
    read_pairs(json_get(doc, "cells"), s->quota.accepted, s->quota.tried,
               s->quota.cells.count);
    read_recent(s, doc);
    planner_read_uses(s->planner, json_get(doc, "uses"));
    const json *rounds = json_get(doc, "rounds");
    JSON_EACH(item, rounds)
    {
        *(struct round_stats *)vec_add(&s->rounds) = read_stats(item);
    }
    s->now = read_stats(json_get(doc, "now"));
    json_free(doc);
    return true;
}

struct reading {
    struct run_state *state;
    struct err *err;
    bool ok;
};

static bool read_instruction(str key, str value, void *ctx)
{
    (void)key;
    struct reading *r = ctx;
    r->ok = pool_read(&r->state->pool, value, r->err);
    return r->ok;
}

static bool read_sketch(uint64_t row, str bytes, void *ctx)
{
    struct run_state *s = ctx;
    struct near_sketch sketch;
    if (bytes.len == sizeof sketch) {
        memcpy(&sketch, bytes.ptr, sizeof sketch);
        near_add(s->near, row, &sketch);
    }
    return true;
}

static bool load_seeds(struct run_state *s, struct err *err)
{
    struct list seeds;
    str name = s->config->seeds.len ? s->config->seeds : s->outline->lang_id;
    if (!seeds_load(arena_cstr(&s->arena, name), s->outline, &s->arena, &seeds,
                    err))
        return false;
    for (size_t i = 0; i < seeds.count; i++)
        pool_add_seed(&s->pool, LIST_AT(seeds, struct seed, i));
    if (seeds.count == 0)
        return err_set(err, ERR_CONFIG, "no seed instructions in '" STR_FMT "'",
                       STR_ARG(name));
    return true;
}

static bool load_journal(struct run_state *s, str config_text, str created,
                         struct err *err)
{
    str known, text;
    s->created = arena_copy(&s->arena, created);
    if (!store_get(s->store, "config", &s->arena, &known))
        return load_seeds(s, err) &&
               store_put(s->store, "config", config_text, err) &&
               store_put(s->store, "created", created, err) &&
               state_save(s, err) && store_commit(s->store, err);
    if (!str_equal(known, config_text))
        return err_set(err, ERR_CONFLICT,
                       "the run was made with another configuration (see its "
                       "config.yaml); go on with that one, or choose a new "
                       "run directory");
    (void)store_get(s->store, "created", &s->arena, &s->created);
    if (!store_get(s->store, "state", &s->arena, &text))
        return err_set(err, ERR_FORMAT, "the journal holds no state");
    struct reading reading = {s, err, true};
    return read_state(s, text, err) &&
           store_each_value(s->store, "instruction/", read_instruction,
                            &reading, err) &&
           reading.ok && store_each_sketch(s->store, read_sketch, s, err);
}

static bool open_guide(struct run_state *s, struct err *err)
{
    struct err why = {0};
    s->guide = guide_open(&s->config->references, s->outline, &why);
    if (!s->guide && why.code != ERR_NONE) {
        if (err)
            *err = why;
        return false;
    }
    return !s->guide ||
           refiner_add_references(s->refiner, guide_dialogues(s->guide),
                                  guide_count(s->guide), s->outline->lang, err);
}

bool state_open(struct run_state *s, const struct generate_config *config,
                str config_text, str created, const char *folder,
                struct err *err)
{
    *s = (struct run_state){.config = config};
    arena_init(&s->arena);
    pool_init(&s->pool);
    vec_init(&s->round_sample, sizeof(uint64_t));
    vec_init(&s->rounds, sizeof(struct round_stats));
    s->now = (struct round_stats){.distinct2 = -1, .similarity = -1};
    s->near = near_open();
    s->knowledge = knowledge_load(err);
    if (!s->knowledge)
        return false;
    s->outline =
        outline_load(arena_cstr(&s->arena, config->outline), s->knowledge, err);
    if (!s->outline ||
        !prompts_load(&s->prompts, arena_cstr(&s->arena, s->outline->lang_id),
                      &s->arena, err) ||
        !quota_init(&s->quota, s->outline, &s->arena, err))
        return false;
    s->planner =
        planner_open(s->outline, s->knowledge, (uint64_t)config->seed, err);
    s->refiner = s->planner ? refiner_open(&config->refine, s->outline,
                                           s->knowledge, err)
                            : NULL;
    s->rules = s->refiner ? reply_rules_open(err) : NULL;
    if (!s->rules || !open_guide(s, err))
        return false;
    if (!folder)
        return load_seeds(s, err);
    s->store = store_open(fs_join(&s->arena, folder, "run.db"), err);
    return s->store && load_journal(s, config_text, created, err);
}

void state_close(struct run_state *s)
{
    store_close(s->store);
    near_close(s->near);
    refiner_close(s->refiner);
    reply_rules_close(s->rules);
    guide_close(s->guide);
    planner_close(s->planner);
    outline_free(s->outline);
    knowledge_free(s->knowledge);
    pool_release(&s->pool);
    vec_release(&s->round_sample);
    vec_release(&s->rounds);
    arena_release(&s->arena);
}

bool state_selects(const struct run_state *s)
{
    return s->guide && str_equal(s->config->references.select, STR("match"));
}

uint64_t state_target(const struct run_state *s)
{
    double factor = state_selects(s) ? s->config->references.overshoot : 1;
    return (uint64_t)((double)s->config->target * factor + 0.5);
}

void state_note_accepted(struct run_state *s, uint64_t row, size_t cell)
{
    s->recent[s->recent_count++ % RECENT_MAX] = (struct recent){row, cell};
    if (s->round_sample.count < ROUND_SAMPLE_MAX)
        *(uint64_t *)vec_add(&s->round_sample) = row;
    s->accepted++;
    s->now.accepted++;
    s->quota.accepted[cell]++;
}

bool state_dialogue(struct run_state *s, uint64_t row, struct arena *arena,
                    struct record *record)
{
    str text;
    return store_result(s->store, row, arena, &text) &&
           record_parse(text, arena, record, NULL) &&
           record->kind == RECORD_DIALOGUE;
}
