/* match.c - see match.h. */
#include "generate/match.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "stat/distance.h"

enum { TURNS_PER_BIN = 5 };

static void add_run(struct shape *s, size_t length)
{
    size_t bin = length > SHAPE_RUNS ? SHAPE_RUNS : length;
    s->runs[bin - 1] += 1;
}

void shape_add(struct shape *s, const struct dialogue *d, enum lang lang)
{
    int before = -1;
    size_t run = 0;
    for (size_t i = 0; i < d->turns.count; i++) {
        const struct turn *t = LIST_AT(d->turns, struct turn, i);
        int side = turnplan_side(d, i, before);
        int64_t length = record_text_length(t->text, lang_name(lang));
        s->lengths[side * TURNPLAN_CLASSES + turnplan_class(length, lang)] += 1;
        bool changed = i > 0 && side != before;
        if (i > 0) {
            s->neighbours += 1;
            s->changes += changed;
        }
        if (changed) {
            add_run(s, run);
            run = 0;
        }
        run++;
        before = side;
    }
    if (run)
        add_run(s, run);
    size_t bin = d->turns.count / TURNS_PER_BIN;
    s->turns[bin < SHAPE_TURN_BINS ? bin : SHAPE_TURN_BINS - 1] += 1;
    s->turn_sum += (double)d->turns.count;
    s->dialogues += 1;
}

struct shape_distance shape_distance(const struct shape *mine,
                                     const struct shape *reference)
{
    struct shape_distance d = {0};
    d.defined = distance_jensen_shannon(mine->lengths, reference->lengths,
                                        TURNPLAN_STATES, &d.lengths, NULL) &&
                distance_jensen_shannon(mine->runs, reference->runs, SHAPE_RUNS,
                                        &d.runs, NULL) &&
                distance_jensen_shannon(mine->turns, reference->turns,
                                        SHAPE_TURN_BINS, &d.turns, NULL);
    if (mine->neighbours > 0)
        d.alternation = mine->changes / mine->neighbours;
    if (reference->neighbours > 0)
        d.reference_alternation = reference->changes / reference->neighbours;
    return d;
}

static void accumulate(struct shape *sum, const struct shape *one, double sign)
{
    for (size_t i = 0; i < TURNPLAN_STATES; i++)
        sum->lengths[i] += sign * one->lengths[i];
    for (size_t i = 0; i < SHAPE_RUNS; i++)
        sum->runs[i] += sign * one->runs[i];
    for (size_t i = 0; i < SHAPE_TURN_BINS; i++)
        sum->turns[i] += sign * one->turns[i];
    sum->changes += sign * one->changes;
    sum->neighbours += sign * one->neighbours;
    sum->turn_sum += sign * one->turn_sum;
    sum->dialogues += sign * one->dialogues;
}

static double cost_without(const struct shape *sum, const struct shape *one,
                           const struct shape *reference)
{
    struct shape rest = *sum;
    accumulate(&rest, one, -1);
    struct shape_distance d = shape_distance(&rest, reference);
    return d.defined ? d.lengths + d.runs : INFINITY;
}

struct candidate {
    double cost;
    size_t index;
};

static int cheapest_first(const void *a, const void *b)
{
    const struct candidate *x = a, *y = b;
    if (x->cost != y->cost)
        return x->cost < y->cost ? -1 : 1;
    return (x->index < y->index) - (x->index > y->index); /* later ones go */
}

void match_select(const struct shape *shapes, size_t count,
                  const struct shape *reference, size_t keep, bool *kept)
{
    struct shape sum = {0};
    for (size_t i = 0; i < count; i++) {
        accumulate(&sum, &shapes[i], 1);
        kept[i] = true;
    }
    struct candidate *candidates = mem_zero(count, sizeof *candidates);
    for (size_t have = count; have > keep;) {
        size_t n = 0;
        for (size_t i = 0; i < count; i++)
            if (kept[i])
                candidates[n++] = (struct candidate){
                    cost_without(&sum, &shapes[i], reference), i};
        qsort(candidates, n, sizeof *candidates, cheapest_first);
        size_t step = count > MATCH_EXACT_MAX ? 1 + have / 200 : 1;
        for (size_t i = 0; i < step && have > keep; i++, have--) {
            kept[candidates[i].index] = false;
            accumulate(&sum, &shapes[candidates[i].index], -1);
        }
    }
    free(candidates);
}
