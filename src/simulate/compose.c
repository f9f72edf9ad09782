/* compose.c - see compose.h. */
#include "simulate/compose.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"

/* --- who speaks, how long --- */

static enum role other_role(const struct draft *draft)
{
    switch (draft->wish->relation) {
    case RELATION_DOCTOR_DOCTOR:
        return ROLE_DOCTOR;
    case RELATION_DOCTOR_NURSE:
        return draft->scene->lead == ROLE_NURSE ? ROLE_DOCTOR : ROLE_NURSE;
    default:
        return draft->wish->persona.by_relative ? ROLE_RELATIVE : ROLE_PATIENT;
    }
}

static bool is_side_b(const struct draft *draft, enum role role)
{
    return role_side(role) != role_side(draft->scene->lead);
}

/* A planned turn may name a role that this relation does not have; then the
 * sides take turns. */
static void slots_from_plan(struct draft *draft)
{
    const struct list *plan = &draft->wish->plan;
    static const int64_t zh[] = {3, 8, 20, 42, 80},
                         words[] = {2, 5, 12, 26, 52};
    const int64_t *centres = draft->wish->lang == LANG_ZH ? zh : words;
    bool doctors = draft->wish->relation == RELATION_DOCTOR_DOCTOR;
    for (size_t i = 0; i < draft->slot_count; i++) {
        struct slot *slot = &draft->slots[i];
        bool alternate = i > 0 && !draft->slots[i - 1].side_b;
        slot->target = 0;
        slot->side_b = alternate;
        if (i < plan->count) {
            const struct planned_turn *turn =
                &((const struct planned_turn *)plan->items)[i];
            int c = turn->length_class;
            slot->target = c < 0 ? 0 : centres[c > 4 ? 4 : c];
            slot->side_b = doctors ? alternate : is_side_b(draft, turn->role);
        }
        slot->role = slot->side_b ? other_role(draft) : draft->scene->lead;
        if (i < plan->count && slot->side_b &&
            role_side(slot->role) == ROLE_PATIENT)
            slot->role =
                draft->wish->persona.by_relative ? ROLE_RELATIVE : ROLE_PATIENT;
    }
}

/* Unplanned: the sides alternate; either may begin. */
static void slots_alternate(struct draft *draft)
{
    bool side_b = rng_chance(draft->rng, 0.3);
    for (size_t i = 0; i < draft->slot_count; i++, side_b = !side_b) {
        struct slot *slot = &draft->slots[i];
        slot->side_b = side_b;
        slot->role = side_b ? other_role(draft) : draft->scene->lead;
    }
}

/* Lengths of real turns are close to log-normal with a coefficient of
 * variation near 1 (sigma 0.8); patients vary more with talkativeness. */
static void draw_targets(struct draft *draft)
{
    double weights[TURNS_MAX], sum = 0;
    bool planned = draft->wish->plan.count > 0;
    double b = draft->scene->colleagues
                   ? 0.8
                   : 0.35 + 0.7 * draft->wish->persona.talkativeness;
    for (size_t i = 0; i < draft->slot_count; i++) {
        struct slot *slot = &draft->slots[i];
        double noise = exp(0.85 * rng_normal(draft->rng));
        double weight = slot->side_b ? b * noise : noise;
        if (planned && slot->target)
            weight = (double)slot->target * exp(0.15 * rng_normal(draft->rng));
        weights[i] = weight;
        sum += weight;
    }
    for (size_t i = 0; i < draft->slot_count; i++) {
        double share = (double)draft->length_aim * weights[i] / sum;
        draft->slots[i].target = share < 1 ? 1 : llround(share);
    }
}

static void group_runs(struct draft *draft)
{
    draft->run_count = 0;
    for (size_t i = 0; i < draft->slot_count; i++) {
        struct run *last =
            draft->run_count ? &draft->runs[draft->run_count - 1] : NULL;
        if (last && last->side_b == draft->slots[i].side_b)
            last->count++;
        else
            draft->runs[draft->run_count++] =
                (struct run){i, 1, draft->slots[i].side_b};
    }
}

void draft_slots(struct draft *draft, int64_t turns)
{
    draft->slot_count = (size_t)(turns < 1           ? 1
                                 : turns > TURNS_MAX ? TURNS_MAX
                                                     : turns);
    draft->slots =
        arena_array(draft->arena, draft->slot_count, sizeof *draft->slots);
    draft->runs =
        arena_array(draft->arena, draft->slot_count, sizeof *draft->runs);
    if (draft->wish->plan.count)
        slots_from_plan(draft);
    else
        slots_alternate(draft);
    draw_targets(draft);
    group_runs(draft);
}

/* --- what is talked about --- */

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

static int times_available(const struct draft *draft, const struct step *step)
{
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
        int times = times_available(draft, step);
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

static bool same_phase(const struct instance *a, const struct instance *b)
{
    return a->step->beat->phase == b->step->beat->phase;
}

/* More exchanges than turns: neighbours share turns, first those of one phase
 * in the shortest groups. */
static void join_exchanges(struct draft *draft, size_t pairs, size_t room)
{
    struct instance *all = draft->instances;
    while (pairs > room) {
        size_t best = 0;
        double best_cost = 1e9;
        for (size_t i = 1; i < draft->instance_count; i++) {
            size_t start = i - 1;
            while (all[start].joined)
                start--;
            size_t end = i + 1;
            while (end < draft->instance_count && all[end].joined)
                end++;
            if (all[i].joined || all[i].step->beat->turns > 2 ||
                all[start].step->beat->turns > 2)
                continue;
            double cost = (double)(end - start) +
                          (same_phase(&all[i - 1], &all[i]) ? 0 : 1.5) +
                          (start == 0 ? 0.7 : 0) + 0.5 * rng_unit(draft->rng);
            if (cost < best_cost) {
                best_cost = cost;
                best = i;
            }
        }
        if (!best)
            return;
        all[best].joined = true;
        pairs--;
    }
}

/* A four-turn exchange that must be there but finds no room goes first. */
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

void draft_beats(struct draft *draft)
{
    size_t room = pairs_of_runs(draft), pairs = 0;
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
    for (size_t i = 0; i < count && pairs < room; i++) {
        size_t turns =
            (size_t)draft->scene->steps[candidates[i].step].beat->turns;
        if (pairs + turns / 2 > room)
            continue;
        add_instance(draft, candidates[i].step, candidates[i].item);
        pairs += turns / 2;
    }
    if (draft->instance_count)
        qsort(draft->instances, draft->instance_count, sizeof *draft->instances,
              by_order);
    join_exchanges(draft, pairs, room);
}

/* --- words --- */

int64_t draft_measure(const struct draft *draft, str text)
{
    int64_t length = 0;
    if (draft->wish->lang == LANG_ZH) {
        for (size_t i = 0; i < text.len; i++) {
            unsigned char c = (unsigned char)text.ptr[i];
            length += (c & 0xC0) != 0x80 && c > ' ';
        }
        return length;
    }
    bool inside = false;
    for (size_t i = 0; i < text.len; i++) {
        bool space = text.ptr[i] == ' ';
        length += !space && !inside;
        inside = !space;
    }
    return length;
}

/* A capital letter at the start and after a closing mark. */
static void capitalise(char *text, size_t len)
{
    bool start = true;
    for (size_t i = 0; i < len; i++) {
        char c = text[i];
        if (start && c >= 'a' && c <= 'z')
            text[i] = (char)(c - 'a' + 'A');
        /* é, è, ë … in UTF-8: C3 A0-BE → C3 80-9E */
        if (start && (unsigned char)c == 0xC3 && i + 1 < len &&
            (unsigned char)text[i + 1] >= 0xA0)
            text[i + 1] = (char)((unsigned char)text[i + 1] - 0x20);
        if (c == '.' || c == '?' || c == '!')
            start = i + 1 < len && text[i + 1] == ' ';
        else if (c != ' ')
            start = false;
    }
}

void slot_insert(struct draft *draft, struct slot *slot, str text, size_t at,
                 bool optional)
{
    if (slot->part_count == PARTS_MAX)
        return;
    if (at > slot->part_count)
        at = slot->part_count;
    str copy = arena_copy(draft->arena, text);
    if (draft->wish->lang != LANG_ZH)
        capitalise((char *)copy.ptr, copy.len);
    struct part part = {copy, draft_measure(draft, copy), optional};
    memmove(&slot->parts[at + 1], &slot->parts[at],
            (slot->part_count - at) * sizeof part);
    slot->parts[at] = part;
    slot->part_count++;
    slot->length += part.length;
    draft->length += part.length;
}

void slot_remove(struct draft *draft, struct slot *slot, size_t part)
{
    slot->length -= slot->parts[part].length;
    draft->length -= slot->parts[part].length;
    memmove(&slot->parts[part], &slot->parts[part + 1],
            (slot->part_count - part - 1) * sizeof *slot->parts);
    slot->part_count--;
}

bool slot_say(struct draft *draft, struct slot *slot, int rule, int tries,
              size_t at, bool optional)
{
    if (rule == RULE_NONE || slot->part_count == PARTS_MAX)
        return false;
    int64_t wanted = slot->target - slot->length, best = INT64_MAX;
    size_t start = 0, end = 0;
    buf_reset(&draft->text);
    for (int i = 0; i < tries && best > 0; i++) {
        size_t from = draft->text.len;
        bool said =
            optional ? phrasebook_expand_new(draft->language->phrasebook, rule,
                                             &draft->voice, &draft->text)
                     : phrasebook_expand(draft->language->phrasebook, rule,
                                         &draft->voice, &draft->text);
        if (!said)
            break;
        str text = {draft->text.ptr + from, draft->text.len - from};
        int64_t length = draft_measure(draft, text);
        int64_t miss = length > wanted ? length - wanted : wanted - length;
        miss = draft->tight ? length : miss;
        if (miss < best) {
            best = miss;
            start = from;
            end = draft->text.len;
        }
    }
    if (end == start)
        return false;
    slot_insert(draft, slot, (str){draft->text.ptr + start, end - start}, at,
                optional);
    return true;
}

str slot_text(const struct draft *draft, const struct slot *slot,
              struct arena *arena)
{
    struct buf buf;
    buf_init(&buf, 1 << 20);
    for (size_t i = 0; i < slot->part_count; i++) {
        if (i && draft->wish->lang != LANG_ZH)
            buf_add_char(&buf, ' ');
        buf_add(&buf, slot->parts[i].text);
    }
    str text = arena_copy(arena, buf_str(&buf));
    buf_release(&buf);
    return text;
}

static enum phase slot_phase(const struct slot *slot)
{
    return slot->beat ? slot->beat->phase
                      : (slot->side_b ? PHASE_OPENING : PHASE_CLOSING);
}

static void remember(struct draft *draft, struct slot *slot,
                     const struct beat *beat, int turn)
{
    slot->beat = beat;
    slot->turn_of_beat = turn;
    slot->flags = draft->voice.flags;
    slot->values =
        arena_array(draft->arena, VALUE_VALUES, sizeof *slot->values);
    memcpy(slot->values, draft->voice.values,
           VALUE_VALUES * sizeof *slot->values);
}

bool slot_elaborate(struct draft *draft, struct slot *slot)
{
    if (slot->values) {
        memcpy(draft->voice.values, slot->values,
               VALUE_VALUES * sizeof *slot->values);
        draft->voice.flags = slot->flags;
    }
    const struct language *l = draft->language;
    int own = slot->beat
                  ? slot->beat->rules[draft->wish->lang][slot->turn_of_beat].add
                  : RULE_NONE;
    int more =
        l->more[draft->scene->colleagues][slot->side_b][slot_phase(slot)];
    return slot_say(draft, slot, own, 2, PARTS_MAX, true) ||
           slot_say(draft, slot, more, 2, PARTS_MAX, true);
}

/* The slot of a run that has most room takes the words. */
static struct slot *roomiest(struct draft *draft, const struct run *run)
{
    struct slot *best = &draft->slots[run->first];
    for (size_t i = 1; i < run->count; i++) {
        struct slot *slot = &draft->slots[run->first + i];
        if (slot->target - slot->length > best->target - best->length)
            best = slot;
    }
    return best;
}

/* Turns of the run that have nothing to say yet nod. */
static void fill_run(struct draft *draft, const struct run *run,
                     const struct beat *beat, int turn)
{
    int nod = draft->language->nod[draft->scene->colleagues][run->side_b];
    for (size_t i = 0; i < run->count; i++) {
        struct slot *slot = &draft->slots[run->first + i];
        if (!slot->beat && slot->part_count == 0)
            remember(draft, slot, beat, turn);
        if (slot->part_count == 0)
            slot_say(draft, slot, nod, 2, PARTS_MAX, false);
    }
}

static void bind_instance(struct draft *draft, const struct instance *instance)
{
    const struct beat *beat = instance->step->beat;
    if (beat->bind == FACT_NONE)
        return;
    size_t item = instance->item + (beat->bind == FACT_SYMPTOM ? 1 : 0);
    facts_bind(&draft->facts, beat->bind, item, &draft->voice);
}

/* Do the answers of joined exchanges all have to be heard? */
static bool answers_count(const struct beat *beat)
{
    return beat->phase == PHASE_OPENING || beat->phase == PHASE_HISTORY ||
           beat->phase == PHASE_EXAMINATION;
}

/* One turn of the exchanges [from, to): those that were joined speak in one
 * breath. */
static void speak_turn(struct draft *draft, const struct run *run, size_t from,
                       size_t to, int turn)
{
    for (size_t i = from; i < to; i++) {
        const struct instance *instance = &draft->instances[i];
        const struct beat *beat = instance->step->beat;
        if (turn % 2 && i + 1 < to && !answers_count(beat))
            continue;
        bind_instance(draft, instance);
        struct slot *slot = roomiest(draft, run);
        int rule = beat->rules[draft->wish->lang][turn].say;
        if (!slot_say(draft, slot, rule, draft->tight ? 4 : 2, PARTS_MAX,
                      false))
            continue;
        remember(draft, slot, beat, turn);
        if (beat->diagnosis && turn == 0)
            draft->voice.flags |= FLAG(FLAG_KNOWN);
    }
    fill_run(draft, run, draft->instances[to - 1].step->beat, turn);
}

static void speak_rule(struct draft *draft, const struct run *run, str name)
{
    struct slot *slot = roomiest(draft, run);
    int rule = phrasebook_rule(draft->language->phrasebook, name);
    slot_say(draft, slot, rule, draft->tight ? 4 : 2, PARTS_MAX, false);
    remember(draft, slot, NULL, 0);
    fill_run(draft, run, NULL, 0);
}

void draft_speak(struct draft *draft)
{
    size_t run = 0, next = 0;
    draft->length = 0;
    if (draft->scene->known)
        draft->voice.flags |= FLAG(FLAG_KNOWN);
    if (draft->runs[0].side_b)
        speak_rule(draft, &draft->runs[run++], draft->scene->lead_in);
    while (next < draft->instance_count && run + 1 < draft->run_count) {
        size_t end = next + 1;
        while (end < draft->instance_count && draft->instances[end].joined)
            end++;
        int turns = draft->instances[next].step->beat->turns;
        for (int turn = 0; turn < turns && run < draft->run_count; turn++)
            speak_turn(draft, &draft->runs[run++], next, end, turn);
        next = end;
    }
    /* Should the scene run out of exchanges, they go on about its last. */
    for (; run < draft->run_count; run++) {
        if (run + 1 == draft->run_count && !draft->runs[run].side_b)
            speak_rule(draft, &draft->runs[run], draft->scene->last);
        else
            fill_run(draft, &draft->runs[run], NULL, 0);
    }
}
