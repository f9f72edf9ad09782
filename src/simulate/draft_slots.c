/* draft_slots.c - who speaks, and how long; see compose.h. */
#include <math.h>

#include "simulate/compose.h"

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

/* Anywhere within a class of length, short ones more often than long ones. */
static int64_t draw_in_class(struct draft *draft, int length_class)
{
    int64_t low, high;
    simulate_class_bounds(length_class, draft->wish->lang, &low, &high);
    double place = rng_unit(draft->rng);
    return llround((double)low * pow((double)high / (double)low, place));
}

/* A planned turn may name a role that this relation does not have; then the
 * sides take turns. */
static void slots_from_plan(struct draft *draft)
{
    const struct list *plan = &draft->wish->plan;
    bool doctors = draft->wish->relation == RELATION_DOCTOR_DOCTOR;
    for (size_t i = 0; i < draft->slot_count; i++) {
        struct slot *slot = &draft->slots[i];
        bool alternate = i > 0 && !draft->slots[i - 1].side_b;
        slot->target = 0;
        slot->length_class = -1;
        slot->side_b = alternate;
        if (i < plan->count) {
            const struct planned_turn *turn =
                &((const struct planned_turn *)plan->items)[i];
            slot->length_class = turn->length_class;
            if (turn->length_class >= 0)
                slot->target = draw_in_class(draft, turn->length_class);
            slot->side_b =
                doctors ? turn->second : is_side_b(draft, turn->role);
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
        slot->length_class = -1;
        slot->role = side_b ? other_role(draft) : draft->scene->lead;
    }
}

/* A plan knows how long its turns are; then so is the dialogue, as far as its
 * bounds allow. */
static void aim_by_plan(struct draft *draft)
{
    const struct wish *wish = draft->wish;
    int64_t sum = 0;
    for (size_t i = 0; i < draft->slot_count; i++) {
        if (draft->slots[i].length_class < 0)
            return;
        sum += draft->slots[i].target;
    }
    if (wish->length_max > 0 && sum > wish->length_max)
        sum = wish->length_max;
    draft->length_aim = sum < wish->length_min ? wish->length_min : sum;
}

static const double BACK_CHANNELS = 0.16;

/* Lengths of real turns are close to log-normal with a coefficient of
 * variation of 0.7 to 1.5 (sigma 1), and one turn in six is a back-channel;
 * patients vary with talkativeness. */
static void draw_targets(struct draft *draft)
{
    double weights[TURNS_MAX], sum = 0;
    bool planned = draft->wish->plan.count > 0;
    double b = draft->scene->colleagues
                   ? 0.8
                   : 0.35 + 0.7 * draft->wish->persona.talkativeness;
    for (size_t i = 0; i < draft->slot_count; i++) {
        struct slot *slot = &draft->slots[i];
        double noise = exp(1.05 * rng_normal(draft->rng));
        if (rng_chance(draft->rng, BACK_CHANNELS))
            noise = 0.05;
        double weight = slot->side_b ? b * noise : noise;
        if (planned && slot->target)
            weight = (double)slot->target;
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
    aim_by_plan(draft);
    draw_targets(draft);
    group_runs(draft);
}

int64_t draft_back_channel(const struct draft *draft)
{
    return draft->wish->lang == LANG_ZH ? 4 : 2;
}
