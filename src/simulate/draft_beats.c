/* draft_beats.c - what is talked about: exchanges of the scene chosen, and laid
 * on the turns; see compose.h.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "simulate/compose.h"

static bool condition_holds(const struct draft *draft, const struct beat *beat)
{
    if (!beat->when.count)
        return true;
    uint64_t flags = draft->voice.flags;
    for (size_t i = 0; i < beat->when.count; i++) {
        const struct condition *c =
            &((const struct condition *)beat->when.items)[i];
        if ((flags & c->require) == c->require && !(flags & c->forbid))
            return true;
    }
    return false;
}

/* Do both speak of the same facts, so that each fact comes up once? Colleagues
 * order other tests than those whose results they have. */
static bool share_facts(const struct draft *draft, const struct beat *a,
                        const struct beat *b)
{
    return a == b || (draft->scene->colleagues && a->bind == FACT_TEST &&
                      b->bind == FACT_TEST);
}

/* How often the step may still be played: facts that earlier steps of the same
 * beat speak of are not spoken of again. */
static int times_available(const struct draft *draft, size_t index)
{
    const struct step *step = &draft->scene->steps[index];
    const struct beat *beat = step->beat;
    if (!condition_holds(draft, beat))
        return 0;
    for (size_t i = 0; i < beat->unless.count; i++)
        if (facts_have_symptom(&draft->facts,
                               ((const str *)beat->unless.items)[i]))
            return 0;
    if (beat->bind == FACT_NONE)
        return step->times;
    int facts = (int)draft->facts.counts[beat->bind];
    if (beat->bind == FACT_SYMPTOM)
        facts--; /* the first is the chief complaint */
    for (size_t i = 0; i < index; i++)
        if (share_facts(draft, draft->scene->steps[i].beat, beat))
            facts -= draft->scene->steps[i].times;
    facts = facts > 0 ? facts : 0;
    return facts < step->times ? facts : step->times;
}

struct candidate {
    size_t step, item;
    double key; /* small = earlier chosen */
};

static int by_key(const void *a, const void *b)
{
    const struct candidate *x = a, *y = b;
    if (x->key != y->key)
        return x->key < y->key ? -1 : 1;
    return x->step != y->step ? (x->step < y->step ? -1 : 1)
                              : (x->item < y->item ? -1 : 1);
}

static int by_order(const void *a, const void *b)
{
    const struct instance *x = a, *y = b;
    if (x->step_index != y->step_index)
        return x->step_index < y->step_index ? -1 : 1;
    return x->item < y->item ? -1 : x->item > y->item;
}

static void add_instance(struct draft *draft, size_t step, size_t item)
{
    draft->instances[draft->instance_count++] = (struct instance){
        .step = &draft->scene->steps[step], .step_index = step, .item = item};
}

/* When the patient begins by telling the complaint, it is not asked for. */
static bool complaint_is_told(const struct draft *draft)
{
    return draft->runs[0].side_b && !draft->scene->colleagues &&
           !draft->scene->steps[0].beat->diagnosis;
}

/* Weighted sampling without replacement (Efraimidis, Spirakis 2006): the key
 * of each is -log(u)/weight; repeats of one step weigh less and less. */
static size_t collect_candidates(struct draft *draft,
                                 struct candidate *candidates, size_t *pairs)
{
    size_t count = 0;
    for (size_t i = 0; i < draft->scene->step_count; i++) {
        const struct step *step = &draft->scene->steps[i];
        if (i == 0 && complaint_is_told(draft))
            continue;
        int times = times_available(draft, i);
        double before = 0;
        for (int item = 0; item < times; item++) {
            if (item == 0 && step->must) {
                add_instance(draft, i, 0);
                *pairs += (size_t)step->beat->turns / 2;
                continue;
            }
            double u = 1 - rng_unit(draft->rng);
            before += -log(u) / step->weight;
            candidates[count++] = (struct candidate){i, (size_t)item, before};
        }
    }
    return count;
}

/* A four-turn exchange that finds no room goes first. */
static size_t drop_long_exchanges(struct draft *draft, size_t pairs,
                                  size_t room)
{
    for (size_t i = draft->instance_count; i-- > 0 && pairs > room;) {
        if (draft->instances[i].step->beat->turns == 2)
            continue;
        pairs -= 2;
        memmove(&draft->instances[i], &draft->instances[i + 1],
                (draft->instance_count - i - 1) * sizeof *draft->instances);
        draft->instance_count--;
    }
    return pairs;
}

static size_t pairs_of_runs(const struct draft *draft)
{
    size_t runs = draft->run_count;
    if (draft->runs[0].side_b)
        runs--;
    return runs / 2;
}

/* --- several exchanges in one pair of turns --- */

enum { JOINED_MAX = 3 }; /* exchanges in one pair of turns */

/* What an exchange of two turns comes to, about. */
static int64_t usual_exchange(const struct draft *draft)
{
    return draft->wish->lang == LANG_ZH ? 24 : 18;
}

/* What both turns of a pair may come to. */
static int64_t pair_target(const struct draft *draft, size_t pair)
{
    size_t run = pair * 2 + (draft->runs[0].side_b ? 1 : 0);
    int64_t target = 0;
    for (size_t i = run; i < run + 2 && i < draft->run_count; i++)
        for (size_t j = 0; j < draft->runs[i].count; j++)
            target += draft->slots[draft->runs[i].first + j].target;
    return target;
}

/* Pairs in which the professional only nods and the patient goes on: as many as
 * have no room for more, but two at most, and only while the history is taken.
 */
static size_t nodding_pairs(const struct draft *draft, size_t room)
{
    enum { NODS_MAX = 2 };
    size_t count = 0, told = 0;
    for (size_t pair = 1; pair < room; pair++) {
        const struct run *run =
            &draft->runs[pair * 2 + (draft->runs[0].side_b ? 1 : 0)];
        count += run->count == 1 &&
                 draft->slots[run->first].target <= draft_back_channel(draft);
    }
    for (size_t i = 0; i < draft->scene->step_count; i++)
        told += draft->scene->steps[i].must &&
                draft->scene->steps[i].beat->phase == PHASE_HISTORY;
    if (draft->scene->colleagues || !told)
        return 0;
    count = count < room / 4 ? count : room / 4;
    return count < NODS_MAX ? count : NODS_MAX;
}

static bool is_long(const struct instance *instance)
{
    return instance->step->beat->turns > 2;
}

/* Runs of short exchanges between long ones, from `from` on. */
static size_t segments_after(const struct draft *draft, size_t from)
{
    size_t segments = 0;
    for (size_t i = from; i < draft->instance_count; i++)
        segments += !is_long(&draft->instances[i]) &&
                    (i == from || is_long(&draft->instances[i - 1]));
    return segments;
}

/* How the exchanges are laid on the pairs of turns. */
struct layout {
    size_t shorts;     /* exchanges of two turns still to come */
    size_t free_pairs; /* for those, still empty */
    double average;    /* exchanges for a pair */
    size_t pairs;      /* begun so far */
    size_t in_group;   /* exchanges in the last of them */
};

static struct layout begin_layout(const struct draft *draft, size_t room)
{
    size_t longs = 0;
    for (size_t i = 0; i < draft->instance_count; i++)
        longs += is_long(&draft->instances[i]);
    struct layout l = {.shorts = draft->instance_count - longs,
                       .free_pairs = room > 2 * longs ? room - 2 * longs : 0};
    l.average =
        l.free_pairs ? (double)l.shorts / (double)l.free_pairs : JOINED_MAX;
    return l;
}

/* Should this exchange share the turns of the one before? While there are more
 * of them than pairs: where the turns may be long, or else because the pairs
 * would run out. `reserved`: pairs that later segments need. */
static bool joins(const struct draft *draft, const struct layout *l,
                  size_t reserved)
{
    if (!l->in_group)
        return false;
    if (l->free_pairs <= reserved)
        return true;
    if (l->shorts <= l->free_pairs || l->in_group >= JOINED_MAX)
        return false;
    int64_t said = (int64_t)l->in_group * usual_exchange(draft);
    bool long_turns = said + usual_exchange(draft) / 2 <
                      pair_target(draft, l->pairs ? l->pairs - 1 : 0);
    bool running_out =
        (double)l->shorts > (double)l->free_pairs * (l->average + 0.6);
    return long_turns || running_out;
}

/* A pair that may be long takes up to three exchanges; none stays empty as long
 * as there are exchanges. */
static void join_exchanges(struct draft *draft, size_t room)
{
    struct layout l = begin_layout(draft, room);
    for (size_t i = 0; i < draft->instance_count; i++) {
        struct instance *instance = &draft->instances[i];
        if (is_long(instance)) {
            l.pairs += 2;
            l.in_group = 0;
            continue;
        }
        bool next_short =
            i + 1 < draft->instance_count && !is_long(&draft->instances[i + 1]);
        size_t reserved = segments_after(draft, i + 1) - next_short;
        instance->joined = joins(draft, &l, reserved);
        if (instance->joined) {
            l.in_group++;
        } else {
            l.free_pairs -= l.free_pairs > 0;
            l.pairs++;
            l.in_group = 1;
        }
        l.shorts--;
    }
}

static size_t count_short(const struct draft *draft)
{
    size_t count = 0;
    for (size_t i = 0; i < draft->instance_count; i++)
        count += !is_long(&draft->instances[i]);
    return count;
}

/* Fills the pairs of turns, then adds what the length has room for. */
static void choose_candidates(struct draft *draft,
                              const struct candidate *candidates, size_t count,
                              size_t pairs, size_t room)
{
    bool *taken = arena_alloc(draft->arena, count + 1);
    for (size_t i = 0; i < count && pairs < room; i++) {
        size_t turns =
            (size_t)draft->scene->steps[candidates[i].step].beat->turns;
        if (pairs + turns / 2 > room)
            continue;
        add_instance(draft, candidates[i].step, candidates[i].item);
        pairs += turns / 2;
        taken[i] = true;
    }
    size_t shorts = count_short(draft);
    size_t longs = draft->instance_count - shorts;
    size_t most = room > 2 * longs ? JOINED_MAX * (room - 2 * longs) : 0;
    int64_t content = (int64_t)(shorts + 2 * longs) * usual_exchange(draft);
    for (size_t i = 0; i < count && shorts < most; i++) {
        if (content >= draft->length_aim * 85 / 100)
            return;
        if (taken[i] || draft->scene->steps[candidates[i].step].beat->turns > 2)
            continue;
        add_instance(draft, candidates[i].step, candidates[i].item);
        content += usual_exchange(draft);
        shorts++;
    }
}

/* Exchanges of one beat take its facts in turn, whichever were drawn. */
static void number_items(struct draft *draft)
{
    for (size_t i = 0; i < draft->instance_count; i++) {
        struct instance *instance = &draft->instances[i];
        instance->item = 0;
        for (size_t j = 0; j < i; j++)
            instance->item +=
                draft->instances[j].step->beat == instance->step->beat;
    }
}

void draft_beats(struct draft *draft)
{
    size_t room = pairs_of_runs(draft), pairs = 0;
    draft->nods = nodding_pairs(draft, room);
    room -= draft->nods;
    size_t most = 0;
    for (size_t i = 0; i < draft->scene->step_count; i++)
        most += (size_t)draft->scene->steps[i].times;
    draft->instances =
        arena_array(draft->arena, most + 1, sizeof *draft->instances);
    draft->instance_count = 0;
    struct candidate *candidates =
        arena_array(draft->arena, most + 1, sizeof *candidates);
    size_t count = collect_candidates(draft, candidates, &pairs);
    pairs = drop_long_exchanges(draft, pairs, room);
    qsort(candidates, count, sizeof *candidates, by_key);
    choose_candidates(draft, candidates, count, pairs, room);
    if (draft->instance_count)
        qsort(draft->instances, draft->instance_count, sizeof *draft->instances,
              by_order);
    number_items(draft);
    join_exchanges(draft, room);
}
