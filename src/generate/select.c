/* select.c - see select.h. */
#include "generate/select.h"

#include <stdlib.h>

#include "base/mem.h"
#include "generate/match.h"

struct accepted {
    uint64_t row;
    size_t cell;
    struct shape shape;
};

struct collecting {
    struct run_state *state;
    struct vec accepted; /* struct accepted */
};

static bool collect(const struct store_row *row, void *ctx)
{
    struct collecting *c = ctx;
    if (row->state != STATE_ACCEPTED)
        return true;
    struct arena arena;
    arena_init(&arena);
    struct record record;
    if (record_parse(row->result, &arena, &record, NULL)) {
        struct accepted *one = vec_add(&c->accepted);
        one->row = row->id;
        one->cell =
            quota_cell(&c->state->quota, record.dialogue.relation,
                       record.dialogue.brief.level, record.dialogue.brief.task);
        shape_add(&one->shape, &record.dialogue, c->state->outline->lang);
    }
    arena_release(&arena);
    return true;
}

static bool drop(struct run_state *s, const struct accepted *one,
                 struct err *err)
{
    if (!store_settle(s->store, one->row, STATE_SKIPPED, STR("not_matched"),
                      STR(""), err))
        return false;
    s->accepted--;
    if (one->cell != STR_NONE)
        s->quota.accepted[one->cell]--;
    return true;
}

bool select_matching(struct run_state *s, struct err *err)
{
    struct collecting c = {.state = s};
    vec_init(&c.accepted, sizeof(struct accepted));
    if (!store_each(s->store, 0, UINT64_MAX, collect, &c, err)) {
        vec_release(&c.accepted);
        return false;
    }
    size_t count = c.accepted.count;
    struct shape *shapes = mem_zero(count, sizeof *shapes);
    bool *kept = mem_zero(count, sizeof *kept);
    for (size_t i = 0; i < count; i++)
        shapes[i] = ((struct accepted *)vec_at(&c.accepted, i))->shape;
    struct shape reference = {0};
    for (size_t i = 0; i < guide_count(s->guide); i++)
        shape_add(&reference, &guide_dialogues(s->guide)[i], s->outline->lang);
    match_select(shapes, count, &reference, (size_t)s->config->target, kept);
    bool ok = true;
    for (size_t i = 0; ok && i < count; i++)
        if (!kept[i])
            ok = drop(s, vec_at(&c.accepted, i), err);
    free(shapes);
    free(kept);
    vec_release(&c.accepted);
    return ok;
}
