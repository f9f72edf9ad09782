/* evolve.c - see evolve.h. */
#include "generate/evolve.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "stat/kmeans.h"
#include "stat/mmr.h"
#include "text/tfidf.h"

struct evolution {
    struct run_state *state;
    const struct evolve_config *config;
    struct instruction **members; /* candidates first, then the active ones */
    size_t candidates, count, width; /* width = 2 × dimensions */
    float *vectors;                  /* count × width, unit rows */
    struct arena arena;
};

static void collect(struct evolution *e)
{
    struct pool *pool = &e->state->pool;
    e->members = mem_zero(pool_size(pool), sizeof *e->members);
    for (int active = 0; active < 2; active++) {
        for (size_t i = 0; i < pool_size(pool); i++) {
            struct instruction *one = pool_at(pool, i);
            enum instruction_status wanted =
                active ? INSTRUCTION_ACTIVE : INSTRUCTION_CANDIDATE;
            if (one->status == wanted)
                e->members[e->count++] = one;
        }
        if (!active)
            e->candidates = e->count;
    }
}

static str sample_of(struct evolution *e, const struct instruction *one)
{
    struct record record;
    if (one->sample_row == NO_ROW ||
        !state_dialogue(e->state, one->sample_row, &e->arena, &record))
        return STR("");
    return record_text(&record, &e->arena);
}

static void make_vectors(struct evolution *e)
{
    size_t d = (size_t)e->config->dimensions;
    struct tfidf *of_text = tfidf_new(d), *of_dialogue = tfidf_new(d);
    str *samples = arena_array(&e->arena, e->count, sizeof *samples);
    for (size_t i = 0; i < e->count; i++) {
        samples[i] = sample_of(e, e->members[i]);
        tfidf_add(of_text, e->members[i]->text);
        tfidf_add(of_dialogue, samples[i]);
    }
    e->width = 2 * d;
    e->vectors = mem_zero(e->count * e->width, sizeof *e->vectors);
    float a = (float)sqrt(e->config->alpha);
    float b = (float)sqrt(1 - e->config->alpha);
    for (size_t i = 0; i < e->count; i++) {
        float *row = e->vectors + i * e->width;
        tfidf_vector(of_text, e->members[i]->text, row);
        tfidf_vector(of_dialogue, samples[i], row + d);
        for (size_t j = 0; j < d; j++) {
            row[j] *= a;
            row[d + j] *= b;
        }
    }
    tfidf_free(of_text);
    tfidf_free(of_dialogue);
}

static double dot(const float *a, const double *b, size_t d)
{
    double sum = 0;
    for (size_t i = 0; i < d; i++)
        sum += (double)a[i] * b[i];
    return sum;
}

/* Cosine of each candidate with the mean of its group; `group` gives a number
 * below `groups` for every member. */
static void relevance_to(const struct evolution *e, const size_t *group,
                         size_t groups, double *relevance)
{
    double *means = mem_zero(groups * e->width, sizeof *means);
    for (size_t i = 0; i < e->count; i++)
        for (size_t j = 0; j < e->width; j++)
            means[group[i] * e->width + j] +=
                (double)e->vectors[i * e->width + j];
    for (size_t i = 0; i < e->candidates; i++) {
        const double *mean = means + group[i] * e->width;
        double length = 0;
        for (size_t j = 0; j < e->width; j++)
            length += mean[j] * mean[j];
        relevance[i] =
            length > 0
                ? dot(e->vectors + i * e->width, mean, e->width) / sqrt(length)
                : 0;
    }
    free(means);
}

static void rate(const struct evolution *e, double *relevance)
{
    size_t *group = mem_zero(e->count, sizeof *group);
    size_t groups = 1;
    if (str_equal(e->config->relevance, STR("cell"))) {
        groups = e->state->quota.cells.count + 1;
        for (size_t i = 0; i < e->count; i++)
            group[i] = e->members[i]->cell == STR_NONE ? groups - 1
                                                       : e->members[i]->cell;
    } else if (str_equal(e->config->relevance, STR("cluster"))) {
        groups = (size_t)e->config->enter;
        kmeans(e->vectors, e->count, e->width, groups,
               (uint64_t)e->state->config->seed, group, NULL);
    }
    relevance_to(e, group, groups, relevance);
    free(group);
}

static size_t pick(const struct evolution *e, size_t *picked)
{
    size_t wanted = (size_t)e->config->pick;
    if (wanted > e->candidates)
        wanted = e->candidates;
    if (!e->config->mmr) {
        struct rng rng = rng_at((uint64_t)e->state->config->seed,
                                RNG_STREAM("pick"), (uint64_t)e->state->round);
        size_t *order = mem_zero(e->candidates, sizeof *order);
        for (size_t i = 0; i < e->candidates; i++)
            order[i] = i;
        rng_shuffle(&rng, order, e->candidates, sizeof *order);
        memcpy(picked, order, wanted * sizeof *picked);
        free(order);
        return wanted;
    }
    double *relevance = mem_zero(e->count, sizeof *relevance);
    rate(e, relevance);
    size_t count = mmr(e->vectors, e->candidates, e->width, relevance,
                       e->config->lambda, wanted, picked);
    free(relevance);
    return count;
}

static void enter(struct evolution *e, size_t candidate)
{
    struct instruction *one = e->members[candidate];
    one->status = INSTRUCTION_ACTIVE;
    one->entered = e->state->round;
    one->changed = true;
    e->state->now.entered++;
}

static void enter_representatives(struct evolution *e, const size_t *picked,
                                  size_t count)
{
    size_t k = (size_t)e->config->enter;
    if (!e->config->kmeans || count <= k) {
        for (size_t i = 0; i < count && i < k; i++)
            enter(e, picked[i]);
        return;
    }
    float *rows = mem_zero(count * e->width, sizeof *rows);
    for (size_t i = 0; i < count; i++)
        memcpy(rows + i * e->width, e->vectors + picked[i] * e->width,
               e->width * sizeof *rows);
    size_t *cluster = mem_zero(count, sizeof *cluster);
    size_t *members = mem_zero(k, sizeof *members);
    float *centres = mem_zero(k * e->width, sizeof *centres);
    struct kmeans_result r =
        kmeans(rows, count, e->width, k, (uint64_t)e->state->config->seed,
               cluster, centres);
    kmeans_representatives(rows, count, e->width, cluster, centres, r.clusters,
                           members);
    for (size_t c = 0; c < r.clusters; c++)
        if (members[c] < count)
            enter(e, picked[members[c]]);
    free(rows);
    free(cluster);
    free(members);
    free(centres);
}

/* Candidates that MMR did not pick make room for newer proposals. */
static void leave_unpicked(struct evolution *e, const size_t *picked,
                           size_t count)
{
    bool *kept = mem_zero(e->candidates, sizeof *kept);
    for (size_t i = 0; i < count; i++)
        kept[picked[i]] = true;
    for (size_t i = 0; i < e->candidates; i++) {
        if (kept[i])
            continue;
        e->members[i]->status = INSTRUCTION_LEFT;
        e->members[i]->changed = true;
        e->state->now.left++;
    }
    free(kept);
}

/* The most used machine instructions leave until the pool has its size. */
static void shrink(struct run_state *s)
{
    for (;;) {
        size_t machine = 0;
        struct instruction *most = NULL;
        for (size_t i = 0; i < pool_size(&s->pool); i++) {
            struct instruction *one = pool_at(&s->pool, i);
            if (one->origin != ORIGIN_MACHINE ||
                one->status != INSTRUCTION_ACTIVE)
                continue;
            machine++;
            if (!most || one->uses > most->uses)
                most = one;
        }
        if (machine <= (size_t)s->config->pool.machine_max)
            return;
        most->status = INSTRUCTION_LEFT;
        most->changed = true;
        s->now.left++;
    }
}

void evolve_pool(struct run_state *state)
{
    struct evolution e = {.state = state, .config = &state->config->evolve};
    arena_init(&e.arena);
    collect(&e);
    if (e.candidates > 0) {
        make_vectors(&e);
        size_t *picked = mem_zero(e.candidates, sizeof *picked);
        size_t count = pick(&e, picked);
        leave_unpicked(&e, picked, count);
        enter_representatives(&e, picked, count);
        free(picked);
        shrink(state);
    }
    free(e.members);
    free(e.vectors);
    arena_release(&e.arena);
}
