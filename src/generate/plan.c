/* plan.c - see plan.h.
 *
 * Within a cell an instruction is drawn with weight 1 / (1 + uses) × 1 / (1 +
 * uses of its topic), so that topics spread evenly and no instruction wears
 * out. Terms are the instruction's own, filled up with vocabulary words that
 * the disease's pack text contains: words that belong in such a dialogue.
 */
#include "generate/plan.h"

#include <assert.h>
#include <stdlib.h>

#include "base/map.h"
#include "base/mem.h"
#include "text/lexicon.h"
#include "text/similarity.h"

static const double TOPIC_NEAR_LEAST = 0.2; /* ours */

struct planner {
    const struct outline *outline;     /* borrowed */
    const struct knowledge *knowledge; /* borrowed */
    uint64_t seed;
    uint64_t *topic_uses, *scenario_uses; /* owned */
    struct list *disease_terms; /* owned; per disease: struct disease_term */
    struct arena arena;
    /* of the current wave: instructions by cell, human and machine apart */
    const struct quota *quota;
    struct vec *human, *machine; /* owned; per cell: struct instruction * */
    size_t cell_count;
};

struct disease_term {
    str word;
    int64_t level;
};

/* --- words that belong to a disease --- */

static void add_t3(struct buf *out, const struct t3 *t3, enum lang lang)
{
    buf_add(out, t3_in(t3, lang));
    buf_add_char(out, '\n');
}

static void add_t3_items(struct buf *out, const struct list *list,
                         enum lang lang)
{
    for (size_t i = 0; i < list->count; i++)
        add_t3(out, LIST_AT(*list, struct t3, i), lang);
}

static void disease_text(const struct disease *d, enum lang lang,
                         struct buf *out)
{
    for (size_t i = 0; i < d->symptoms.count; i++)
        add_t3(out,
               &LIST_AT(d->symptoms, struct disease_symptom, i)->symptom->name,
               lang);
    for (size_t i = 0; i < d->tests.count; i++)
        add_t3(out, &LIST_AT(d->tests, struct disease_test, i)->test->name,
               lang);
    const struct drug *const *drugs = d->drugs.items;
    for (size_t i = 0; i < d->drugs.count; i++)
        add_t3(out, &drugs[i]->name, lang);
    add_t3(out, &d->explanation, lang);
    add_t3_items(out, &d->treatments, lang);
    add_t3_items(out, &d->advice, lang);
    add_t3(out, &d->followup, lang);
}

static void collect_terms(struct planner *p, const struct vec *found,
                          const struct disease_term *all, struct list *out)
{
    struct map seen;
    map_init(&seen);
    struct vec terms;
    vec_init(&terms, sizeof(struct disease_term));
    for (size_t i = 0; i < found->count; i++) {
        const struct lexicon_match *m = vec_at(found, i);
        if (map_put(&seen, all[m->term].word, 1))
            vec_push(&terms, &all[m->term]);
    }
    *out = list_from_vec(&p->arena, &terms);
    vec_release(&terms);
    map_release(&seen);
}

static bool index_terms(struct planner *p, struct err *err)
{
    struct vec words, all, found;
    vec_init(&words, sizeof(str));
    vec_init(&all, sizeof(struct disease_term));
    vec_init(&found, sizeof(struct lexicon_match));
    const struct level *levels = p->outline->levels.items;
    for (size_t l = 0; l < p->outline->levels.count; l++)
        for (size_t i = 0; i < levels[l].terms.count; i++) {
            str word = LIST_AT(levels[l].terms, struct term, i)->word;
            vec_push(&words, &word);
            struct disease_term term = {word, levels[l].level};
            vec_push(&all, &term);
        }
    struct lexicon *lexicon;
    bool ok = lexicon_open(&lexicon, words.items, words.count, err);
    if (ok) {
        struct lexicon_matcher *matcher = lexicon_matcher_new(lexicon);
        struct buf text;
        buf_init(&text, 1 << 20);
        const struct disease *d = p->knowledge->diseases.items;
        for (size_t i = 0; i < p->knowledge->diseases.count; i++) {
            buf_reset(&text);
            disease_text(&d[i], p->outline->lang, &text);
            lexicon_match(matcher, buf_str(&text), &found);
            collect_terms(p, &found, all.items, &p->disease_terms[i]);
        }
        buf_release(&text);
        lexicon_matcher_free(matcher);
        lexicon_close(lexicon);
    }
    vec_release(&words);
    vec_release(&all);
    vec_release(&found);
    return ok;
}

/* --- life cycle --- */

struct planner *planner_open(const struct outline *outline,
                             const struct knowledge *knowledge, uint64_t seed,
                             struct err *err)
{
    struct planner *p = mem_zero(1, sizeof *p);
    p->outline = outline;
    p->knowledge = knowledge;
    p->seed = seed;
    arena_init(&p->arena);
    p->topic_uses = mem_zero(outline->topics.count, sizeof *p->topic_uses);
    p->scenario_uses =
        mem_zero(outline->scenarios.count, sizeof *p->scenario_uses);
    p->disease_terms =
        mem_zero(knowledge->diseases.count, sizeof *p->disease_terms);
    if (index_terms(p, err))
        return p;
    planner_close(p);
    return NULL;
}

static void release_index(struct planner *p)
{
    for (size_t i = 0; i < p->cell_count; i++) {
        vec_release(&p->human[i]);
        vec_release(&p->machine[i]);
    }
    free(p->human);
    free(p->machine);
    p->human = p->machine = NULL;
    p->cell_count = 0;
}

void planner_close(struct planner *p)
{
    if (!p)
        return;
    release_index(p);
    free(p->topic_uses);
    free(p->scenario_uses);
    free(p->disease_terms);
    arena_release(&p->arena);
    free(p);
}

/* --- the index of a wave --- */

static size_t count_pairs(str text, struct vec *points, struct map *pairs)
{
    vec_reset(points);
    code_points(text, points);
    const uint32_t *c = points->items;
    map_reset(pairs);
    for (size_t i = 0; i + 1 < points->count; i++)
        map_put(pairs, str_make((const char *)&c[i], 2 * sizeof *c), 1);
    return map_size(pairs);
}

const struct topic *planner_topic(const struct planner *p, str text)
{
    const struct topic *topics = p->outline->topics.items;
    const struct topic *best = NULL;
    double best_score = TOPIC_NEAR_LEAST;
    struct vec points;
    struct map mine, theirs;
    vec_init(&points, sizeof(uint32_t));
    map_init(&mine);
    map_init(&theirs);
    size_t own = count_pairs(text, &points, &mine);
    for (size_t i = 0; i < p->outline->topics.count; i++) {
        if (str_equal(topics[i].name, text)) {
            best = &topics[i];
            break;
        }
        size_t other = count_pairs(topics[i].name, &points, &theirs);
        size_t shared = 0;
        for (size_t n = 0; n < other; n++)
            shared += map_get(&mine, map_entry(&theirs, n)->key, NULL);
        double score =
            own + other ? 2.0 * (double)shared / (double)(own + other) : 0;
        if (score > best_score) {
            best_score = score;
            best = &topics[i];
        }
    }
    vec_release(&points);
    map_release(&mine);
    map_release(&theirs);
    return best;
}

static bool has_seed(const struct planner *p, enum relation relation)
{
    const struct cell *cells = p->quota->cells.items;
    for (size_t i = 0; i < p->cell_count; i++)
        if (cells[i].relation == relation && p->human[i].count)
            return true;
    return false;
}

/* Each relation has at least one seed: a retired one if there is no other. */
static bool cover_relations(struct planner *p, const struct pool *pool,
                            struct err *err)
{
    const struct cell *cells = p->quota->cells.items;
    bool lacks[RELATION_COUNT] = {false};
    for (size_t i = 0; i < p->cell_count; i++)
        lacks[cells[i].relation] = !has_seed(p, cells[i].relation);
    for (size_t i = 0; i < pool_size(pool); i++) {
        struct instruction *one = pool_at(pool, i);
        if (one->origin == ORIGIN_HUMAN && one->cell != STR_NONE &&
            one->outline_topic && lacks[one->relation])
            vec_push(&p->human[one->cell], &one);
    }
    for (size_t i = 0; i < p->cell_count; i++)
        if (cells[i].share > 0 && !has_seed(p, cells[i].relation))
            return err_set(err, ERR_CONFIG,
                           "no seed instruction for the relation '" STR_FMT
                           "' on a topic of the outline '" STR_FMT "'",
                           STR_ARG(relation_name(cells[i].relation)),
                           STR_ARG(p->outline->id));
    return true;
}

bool planner_index(struct planner *p, const struct pool *pool,
                   const struct quota *quota, struct err *err)
{
    release_index(p);
    p->quota = quota;
    p->cell_count = quota->cells.count;
    p->human = mem_zero(p->cell_count, sizeof *p->human);
    p->machine = mem_zero(p->cell_count, sizeof *p->machine);
    for (size_t i = 0; i < p->cell_count; i++) {
        vec_init(&p->human[i], sizeof(struct instruction *));
        vec_init(&p->machine[i], sizeof(struct instruction *));
    }
    for (size_t i = 0; i < pool_size(pool); i++) {
        struct instruction *one = pool_at(pool, i);
        if (!one->outline_topic)
            one->outline_topic = planner_topic(p, one->topic);
        if (one->cell == STR_NONE)
            one->cell = quota_cell(quota, one->relation, one->level, one->task);
        bool usable = one->status == INSTRUCTION_ACTIVE ||
                      one->status == INSTRUCTION_TRIAL;
        if (!usable || one->cell == STR_NONE || !one->outline_topic)
            continue;
        struct vec *list = one->origin == ORIGIN_HUMAN ? p->human : p->machine;
        vec_push(&list[one->cell], &one);
    }
    return cover_relations(p, pool, err);
}

/* --- drawing --- */

static size_t topic_index(const struct planner *p, const struct topic *topic)
{
    return (size_t)(topic - (const struct topic *)p->outline->topics.items);
}

static struct instruction *draw_from(const struct planner *p,
                                     const struct vec *list, struct rng *rng)
{
    if (list->count == 0)
        return NULL;
    struct instruction *const *items = list->items;
    double *weights = mem_zero(list->count, sizeof *weights);
    for (size_t i = 0; i < list->count; i++) {
        uint64_t topic = p->topic_uses[topic_index(p, items[i]->outline_topic)];
        weights[i] =
            1.0 / (1.0 + (double)items[i]->uses) / (1.0 + (double)topic);
    }
    size_t at = rng_weighted(rng, weights, list->count);
    free(weights);
    return items[at];
}

/* Another cell of the same relation, the same task if possible. */
static struct instruction *draw_elsewhere(const struct planner *p, size_t cell,
                                          struct rng *rng)
{
    const struct cell *cells = p->quota->cells.items;
    struct vec near;
    vec_init(&near, sizeof(struct instruction *));
    for (int same_task = 1; same_task >= 0 && near.count == 0; same_task--)
        for (size_t i = 0; i < p->cell_count; i++) {
            if (cells[i].relation != cells[cell].relation ||
                (same_task && cells[i].task != cells[cell].task))
                continue;
            for (size_t n = 0; n < p->human[i].count; n++)
                vec_push(&near, vec_at(&p->human[i], n));
        }
    struct instruction *drawn = draw_from(p, &near, rng);
    vec_release(&near);
    return drawn;
}

static struct instruction *draw_instruction(const struct planner *p,
                                            size_t cell, double human_share,
                                            struct rng *rng)
{
    bool human = rng_chance(rng, human_share);
    const struct vec *first = human ? &p->human[cell] : &p->machine[cell];
    const struct vec *second = human ? &p->machine[cell] : &p->human[cell];
    struct instruction *drawn = draw_from(p, first, rng);
    if (!drawn)
        drawn = draw_from(p, second, rng);
    return drawn ? drawn : draw_elsewhere(p, cell, rng);
}

static bool fits(const struct scenario *s, enum relation relation,
                 str specialty)
{
    if (!s->fits_relation[relation])
        return false;
    const str *ids = s->specialties.items;
    for (size_t i = 0; i < s->specialties.count; i++)
        if (str_equal(ids[i], specialty))
            return true;
    return s->specialties.count == 0;
}

/* The least used scenario that fits; the first in the outline's order. */
static size_t least_used_scenario(const struct planner *p,
                                  enum relation relation, str specialty)
{
    const struct scenario *s = p->outline->scenarios.items;
    size_t best = STR_NONE;
    for (size_t i = 0; i < p->outline->scenarios.count; i++)
        if (fits(&s[i], relation, specialty) &&
            (best == STR_NONE || p->scenario_uses[i] < p->scenario_uses[best]))
            best = i;
    return best;
}

static void count_scenario(struct planner *p, str name)
{
    const struct scenario *s = p->outline->scenarios.items;
    for (size_t i = 0; i < p->outline->scenarios.count; i++)
        if (str_equal(s[i].name, name))
            p->scenario_uses[i]++;
}

static void draw_terms(const struct planner *p, struct row_plan *plan,
                       int64_t level, int wanted, struct arena *arena,
                       struct rng *rng)
{
    size_t at = (size_t)(plan->disease -
                         (const struct disease *)p->knowledge->diseases.items);
    const struct list *own = &p->disease_terms[at];
    const struct list *given = &plan->instruction->terms;
    struct vec terms;
    vec_init(&terms, sizeof(str));
    bool same_level = plan->instruction->level <= level;
    for (size_t i = 0; same_level && i < given->count; i++)
        vec_push(&terms, LIST_AT(*given, str, i));
    for (int tries = 0;
         tries < 4 * wanted && own->count > 0 && terms.count < (size_t)wanted;
         tries++) {
        const struct disease_term *t =
            LIST_AT(*own, struct disease_term, rng_below(rng, own->count));
        bool known = t->level > level;
        for (size_t i = 0; i < terms.count; i++)
            known |= str_equal(*(str *)vec_at(&terms, i), t->word);
        if (!known)
            vec_push(&terms, &t->word);
    }
    plan->terms = list_from_vec(arena, &terms);
    vec_release(&terms);
}

/* The instruction's bounds where it is of the cell's level, else the level's.
 */
static void set_bounds(const struct planner *p, struct row_plan *plan,
                       const struct cell *cell)
{
    const struct level *level = outline_level(p->outline, cell->level);
    bool own = plan->instruction->level == cell->level;
    struct range turns = own ? plan->instruction->turns : level->turns;
    struct range length = own ? plan->instruction->length : level->length;
    plan->turns_min = (int64_t)turns.low;
    plan->turns_max = (int64_t)turns.high;
    plan->length_min = (int64_t)length.low;
    plan->length_max = (int64_t)length.high;
}

void planner_next(struct planner *p, size_t cell_index, uint64_t row,
                  int64_t round, double human_share, int terms_wanted,
                  struct arena *arena, struct row_plan *plan)
{
    const struct cell *cell = LIST_AT(p->quota->cells, struct cell, cell_index);
    struct rng rng = rng_at(p->seed, RNG_STREAM("plan"), row);
    *plan = (struct row_plan){.id = row, .round = round, .cell = cell_index};
    plan->instruction = draw_instruction(p, cell_index, human_share, &rng);
    assert(plan->instruction); /* planner_index saw to it */
    const struct topic *topic = plan->instruction->outline_topic;
    plan->disease = topic->diseases[rng_below(&rng, topic->disease_count)];
    plan->topic = plan->instruction->topic;
    plan->scenario = plan->instruction->scenario;
    if (plan->instruction->cell != cell_index) {
        size_t at = least_used_scenario(p, cell->relation, topic->specialty);
        if (at != STR_NONE)
            plan->scenario =
                LIST_AT(p->outline->scenarios, struct scenario, at)->name;
    }
    plan->seed = rng_next(&rng) >> 11; /* exact as a JSON number */
    set_bounds(p, plan, cell);
    draw_terms(p, plan, cell->level, terms_wanted, arena, &rng);
    plan->instruction->uses++;
    plan->instruction->changed = true;
    p->topic_uses[topic_index(p, topic)]++;
    count_scenario(p, plan->scenario);
}

void planner_wish(const struct planner *p, const struct row_plan *plan,
                  struct wish *wish)
{
    const struct cell *cell = LIST_AT(p->quota->cells, struct cell, plan->cell);
    *wish = (struct wish){.kind = WISH_DIALOGUE,
                          .seed = plan->seed,
                          .lang = p->outline->lang,
                          .relation = cell->relation,
                          .outline = p->outline,
                          .knowledge = p->knowledge,
                          .disease = plan->disease,
                          .scenario = plan->scenario,
                          .topic = plan->topic,
                          .task = cell->task->id,
                          .instruction = plan->instruction->text,
                          .level = cell->level,
                          .turns_min = plan->turns_min,
                          .turns_max = plan->turns_max,
                          .length_min = plan->length_min,
                          .length_max = plan->length_max,
                          .terms = plan->terms,
                          .persona = persona_draw(plan->disease, plan->seed),
                          .plan = plan->turns,
                          .propose = plan->propose};
}

/* --- saved state --- */

static void write_counts(struct json_out *out, const char *key,
                         const uint64_t *counts, size_t count)
{
    json_key(out, key);
    json_begin(out, '[');
    for (size_t i = 0; i < count; i++)
        json_put_int(out, (int64_t)counts[i]);
    json_end(out, ']');
}

static void read_counts(const json *value, uint64_t *counts, size_t count)
{
    size_t i = 0;
    JSON_EACH(item, value)
    {
        if (i < count)
            counts[i++] = (uint64_t)json_int(item, 0);
    }
}

void planner_write_uses(const struct planner *p, struct json_out *out)
{
    json_begin(out, '{');
    write_counts(out, "topics", p->topic_uses, p->outline->topics.count);
    write_counts(out, "scenarios", p->scenario_uses,
                 p->outline->scenarios.count);
    json_end(out, '}');
}

void planner_read_uses(struct planner *p, const json *value)
{
    read_counts(json_get(value, "topics"), p->topic_uses,
                p->outline->topics.count);
    read_counts(json_get(value, "scenarios"), p->scenario_uses,
                p->outline->scenarios.count);
}
