/* pile.c - see pile.h. */
#include "bench/pile.h"

#include <stdlib.h>

#include "base/map.h"
#include "base/mem.h"

struct pile {
    struct vec answers; /* struct given, texts in arena */
    struct map places;  /* id, model, repeat, turn → index */
    struct arena arena;
    struct given_counts counts;
};

struct pile *pile_new(void)
{
    struct pile *p = mem_zero(1, sizeof *p);
    vec_init(&p->answers, sizeof(struct given));
    map_init(&p->places);
    arena_init(&p->arena);
    return p;
}

void pile_free(struct pile *p)
{
    if (!p)
        return;
    vec_release(&p->answers);
    map_release(&p->places);
    arena_release(&p->arena);
    free(p);
}

static str place_of(str id, str model, int64_t repeat, int64_t turn,
                    struct arena *arena)
{
    return arena_printf(arena, STR_FMT "\t" STR_FMT "\t%lld\t%lld", STR_ARG(id),
                        STR_ARG(model), (long long)repeat, (long long)turn);
}

static void take(const struct given *g, void *ctx)
{
    struct pile *p = ctx;
    str place = place_of(g->id, g->model, g->repeat, g->turn, &p->arena);
    if (map_get(&p->places, place, NULL))
        return;
    map_put(&p->places, place, p->answers.count);
    struct given *kept = vec_add(&p->answers);
    *kept = *g;
    kept->id = arena_copy(&p->arena, g->id);
    kept->model = arena_copy(&p->arena, g->model);
    kept->text = arena_copy(&p->arena, g->text);
    kept->order = arena_copy(&p->arena, g->order);
}

bool pile_read(struct pile *p, const char *path, struct err *err)
{
    return given_read(path, take, p, &p->counts, err);
}

struct given_counts pile_counts(const struct pile *p)
{
    return p->counts;
}

size_t pile_count(const struct pile *p)
{
    return p->answers.count;
}

const struct given *pile_at(const struct pile *p, size_t index)
{
    return vec_at(&p->answers, index);
}

const struct given *pile_find(const struct pile *p, str id, str model,
                              int64_t repeat, int64_t turn)
{
    struct arena arena;
    arena_init(&arena);
    uint64_t index;
    bool known =
        map_get(&p->places, place_of(id, model, repeat, turn, &arena), &index);
    arena_release(&arena);
    return known ? vec_at(&p->answers, (size_t)index) : NULL;
}
