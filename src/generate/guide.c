/* guide.c - see guide.h. */
#include "generate/guide.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "generate/prompt.h"
#include "generate/references.h"
#include "generate/turnplan.h"
#include "llm/llm.h"
#include "text/sparse.h"
#include "text/tfidf.h"

enum { DIMENSIONS = 512, TURNS_SLACK = 2, LABEL_TOKENS = 3 };
static const double TURNS_WEIGHT = 0.3; /* against topic, ours */

struct guide {
    const struct references_config *config;
    const struct outline *outline;
    struct record_set set;
    struct dialogue *dialogues; /* owned; views into the set */
    size_t count;
    struct tfidf *tfidf;
    float *vectors; /* count × DIMENSIONS */
    struct turnplan *turnplan;
};

static bool load(struct guide *g, struct err *err)
{
    const char *path = g->config->file.ptr;
    if (!references_load(path, &g->set, err))
        return false;
    g->dialogues = mem_zero(g->set.records.count, sizeof *g->dialogues);
    for (size_t i = 0; i < g->set.records.count; i++) {
        const struct record *r = LIST_AT(g->set.records, struct record, i);
        if (r->kind == RECORD_DIALOGUE && r->dialogue.turns.count >= 2)
            g->dialogues[g->count++] = r->dialogue;
    }
    if (g->count == 0)
        return err_set(err, ERR_CONFIG,
                       "references: %s holds no dialogue of two turns", path);
    return true;
}

static str text_of(const struct guide *g, const struct dialogue *d,
                   int64_t tokens_max, struct arena *arena)
{
    struct buf out;
    buf_init(&out, 16 << 20);
    int64_t tokens = 0;
    for (size_t i = 0; i < d->turns.count; i++) {
        const struct turn *t = LIST_AT(d->turns, struct turn, i);
        int64_t own = llm_estimate_tokens(t->text) + LABEL_TOKENS;
        str text = t->text;
        tokens += own;
        if (tokens > tokens_max && i > 0)
            break;
        if (tokens > tokens_max) /* a first turn that is too long alone */
            text = str_slice(
                text, 0,
                utf8_cut(text, (size_t)((double)text.len * (double)tokens_max /
                                        (double)own)));
        buf_printf(&out, STR_FMT ": " STR_FMT "\n",
                   STR_ARG(prompt_label(g->outline, t->role)), STR_ARG(text));
    }
    str text = arena_copy(arena, buf_str(&out));
    buf_release(&out);
    return text;
}

static void index_texts(struct guide *g)
{
    struct arena arena;
    arena_init(&arena);
    g->tfidf = tfidf_new(DIMENSIONS);
    g->vectors = mem_zero(g->count * DIMENSIONS, sizeof *g->vectors);
    str *texts = arena_array(&arena, g->count, sizeof *texts);
    for (size_t i = 0; i < g->count; i++) {
        texts[i] = text_of(g, &g->dialogues[i], INT64_MAX, &arena);
        tfidf_add(g->tfidf, texts[i]);
    }
    for (size_t i = 0; i < g->count; i++)
        tfidf_vector(g->tfidf, texts[i], g->vectors + i * DIMENSIONS);
    arena_release(&arena);
}

struct guide *guide_open(const struct references_config *config,
                         const struct outline *outline, struct err *err)
{
    if (config->file.len == 0)
        return NULL;
    struct guide *g = mem_zero(1, sizeof *g);
    g->config = config;
    g->outline = outline;
    bool ok = load(g, err);
    if (ok) {
        index_texts(g);
        if (config->turn_plan) {
            g->turnplan =
                turnplan_learn(g->dialogues, g->count, outline->lang, err);
            ok = g->turnplan != NULL;
        }
    }
    if (ok)
        return g;
    guide_close(g);
    return NULL;
}

void guide_close(struct guide *g)
{
    if (!g)
        return;
    record_set_release(&g->set);
    turnplan_free(g->turnplan);
    tfidf_free(g->tfidf);
    free(g->vectors);
    free(g->dialogues);
    free(g);
}

size_t guide_count(const struct guide *g)
{
    return g->count;
}

const struct dialogue *guide_dialogues(const struct guide *g)
{
    return g->dialogues;
}

void guide_plan(const struct guide *g, enum relation relation, bool by_relative,
                struct arena *arena, struct row_plan *plan)
{
    if (!g->turnplan)
        return;
    plan->turns =
        turnplan_draw(g->turnplan, relation, by_relative, plan->seed, arena);
    int64_t turns = (int64_t)plan->turns.count;
    double length = turnplan_length(g->turnplan, &plan->turns);
    plan->turns_min = turns > TURNS_SLACK + 2 ? turns - TURNS_SLACK : 2;
    plan->turns_max = turns + TURNS_SLACK;
    plan->length_min = (int64_t)(length / 2);
    plan->length_max = (int64_t)(length * 1.5) + 20;
}

struct rated {
    double score;
    size_t index;
};

static int best_first(const void *a, const void *b)
{
    const struct rated *x = a, *y = b;
    if (x->score != y->score)
        return x->score < y->score ? 1 : -1;
    return (x->index > y->index) - (x->index < y->index);
}

static void rate(const struct guide *g, const struct wish *wish,
                 struct rated *rated, struct arena *arena)
{
    str query = arena_printf(arena, STR_FMT " " STR_FMT " " STR_FMT,
                             STR_ARG(wish->scenario), STR_ARG(wish->topic),
                             STR_ARG(t3_in(&wish->disease->name, wish->lang)));
    float vector[DIMENSIONS];
    tfidf_vector(g->tfidf, query, vector);
    double wanted = (double)(wish->turns_min + wish->turns_max) / 2;
    for (size_t i = 0; i < g->count; i++) {
        double turns = (double)g->dialogues[i].turns.count;
        double near = 1 - fabs(turns - wanted) / fmax(turns, wanted);
        double topic = 0; /* stays so for a text without letters */
        (void)!cosine_dense(vector, g->vectors + i * DIMENSIONS, DIMENSIONS,
                            &topic);
        rated[i] = (struct rated){topic + TURNS_WEIGHT * near, i};
    }
    qsort(rated, g->count, sizeof *rated, best_first);
}

/* Rows of even number are shown references of even number, odd rows odd ones,
 * so none is shown twice in a row; among the best three times as many as are
 * wanted they take turns. */
struct list guide_pick(const struct guide *g, const struct wish *wish,
                       uint64_t row, struct arena *arena)
{
    struct rated *rated = arena_array(arena, g->count, sizeof *rated);
    rate(g, wish, rated, arena);
    size_t count = 0, wanted = (size_t)g->config->count;
    for (size_t i = 0; i < g->count; i++)
        if (g->count == 1 || rated[i].index % 2 == row % 2)
            rated[count++] = rated[i];
    if (wanted > count)
        wanted = count;
    size_t pool = wanted * 3 < count ? wanted * 3 : count;
    struct list shown = list_make(arena, wanted, sizeof(str));
    for (size_t i = 0; i < wanted; i++) {
        const struct rated *r = &rated[(row / 2 + i) % pool];
        *LIST_AT(shown, str, i) =
            text_of(g, &g->dialogues[r->index],
                    g->config->tokens_max / (int64_t)wanted, arena);
    }
    return shown;
}
