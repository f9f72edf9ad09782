/* turnplan.c - see turnplan.h. */
#include "generate/turnplan.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/rng.h"
#include "base/vec.h"

static const double TURNPLAN_PRIOR = 2; /* pseudo-observations a row, ours */
enum { PLAN_TURNS_MAX = 400 };

struct turnplan {
    double first[TURNPLAN_STATES];
    double next[TURNPLAN_STATES][TURNPLAN_STATES];
    double overall[TURNPLAN_STATES];
    double length_sum[TURNPLAN_CLASSES], length_count[TURNPLAN_CLASSES];
    struct vec turn_counts; /* size_t, one a dialogue */
};

int turnplan_class(int64_t length, enum lang lang)
{
    static const int64_t chinese[] = {4, 12, 28, 60};
    static const int64_t other[] = {2, 7, 17, 38};
    const int64_t *bounds = lang == LANG_ZH ? chinese : other;
    int class = 0;
    while (class < 4 && length > bounds[class])
        class ++;
    return class;
}

int turnplan_side(const struct dialogue *d, size_t turn, int before)
{
    const struct turn *t = LIST_AT(d->turns, struct turn, turn);
    if (d->relation == RELATION_DOCTOR_NURSE)
        return role_side(t->role) == ROLE_NURSE;
    if (d->relation != RELATION_DOCTOR_DOCTOR)
        return role_side(t->role) == ROLE_PATIENT;
    bool same =
        turn > 0 && t->speaker.len && str_equal(t->speaker, t[-1].speaker);
    return turn == 0 ? 0 : same ? before : 1 - before;
}

static void learn_one(struct turnplan *t, const struct dialogue *d,
                      enum lang lang)
{
    int before = -1, side = -1;
    for (size_t i = 0; i < d->turns.count; i++) {
        const struct turn *turn = LIST_AT(d->turns, struct turn, i);
        side = turnplan_side(d, i, side);
        int64_t length = record_text_length(turn->text, lang_name(lang));
        int class = turnplan_class(length, lang);
        int state = side * TURNPLAN_CLASSES + class;
        t->length_sum[class] += (double)length;
        t->length_count[class] += 1;
        t->overall[state] += 1;
        if (before < 0)
            t->first[state] += 1;
        else
            t->next[before][state] += 1;
        before = state;
    }
    *(size_t *)vec_add(&t->turn_counts) = d->turns.count;
}

/* Every row gets TURNPLAN_PRIOR observations: they change sides as often as all
 * turns do, and spread within a side like its turns. */
static void smooth(struct turnplan *t)
{
    double sides[2] = {0}, pairs = 0, changes = 0;
    for (int s = 0; s < TURNPLAN_STATES; s++)
        sides[s / TURNPLAN_CLASSES] += t->overall[s];
    for (int from = 0; from < TURNPLAN_STATES; from++)
        for (int to = 0; to < TURNPLAN_STATES; to++) {
            bool changed = from / TURNPLAN_CLASSES != to / TURNPLAN_CLASSES;
            pairs += t->next[from][to];
            changes += changed ? t->next[from][to] : 0;
        }
    double change = pairs > 0 ? changes / pairs : 1;
    for (int from = 0; from < TURNPLAN_STATES; from++)
        for (int to = 0; to < TURNPLAN_STATES; to++) {
            int side = to / TURNPLAN_CLASSES;
            bool changed = from / TURNPLAN_CLASSES != side;
            if (sides[side] > 0)
                t->next[from][to] += TURNPLAN_PRIOR *
                                     (changed ? change : 1 - change) *
                                     t->overall[to] / sides[side];
        }
}

struct turnplan *turnplan_learn(const struct dialogue *dialogues, size_t count,
                                enum lang lang, struct err *err)
{
    struct turnplan *t = mem_zero(1, sizeof *t);
    vec_init(&t->turn_counts, sizeof(size_t));
    for (size_t i = 0; i < count; i++)
        if (dialogues[i].turns.count >= 2)
            learn_one(t, &dialogues[i], lang);
    if (t->turn_counts.count == 0) {
        err_set(err, ERR_UNDEFINED,
                "no reference dialogue has two turns: nothing to learn turn "
                "plans from");
        turnplan_free(t);
        return NULL;
    }
    smooth(t);
    return t;
}

void turnplan_free(struct turnplan *t)
{
    if (!t)
        return;
    vec_release(&t->turn_counts);
    free(t);
}

static enum role role_of(int side, enum relation relation, bool by_relative)
{
    enum role patient = by_relative ? ROLE_RELATIVE : ROLE_PATIENT;
    switch (relation) {
    case RELATION_DOCTOR_DOCTOR:
        return ROLE_DOCTOR;
    case RELATION_DOCTOR_NURSE:
        return side ? ROLE_NURSE : ROLE_DOCTOR;
    case RELATION_PATIENT_NURSE:
        return side ? patient : ROLE_NURSE;
    default:
        return side ? patient : ROLE_DOCTOR;
    }
}

struct list turnplan_draw(const struct turnplan *t, enum relation relation,
                          bool by_relative, uint64_t seed, struct arena *arena)
{
    struct rng rng = rng_at(seed, RNG_STREAM("turnplan"), 0);
    size_t pick = (size_t)rng_below(&rng, t->turn_counts.count);
    size_t turns = *(const size_t *)vec_at(&t->turn_counts, pick);
    if (turns > PLAN_TURNS_MAX)
        turns = PLAN_TURNS_MAX;
    struct list plan = list_make(arena, turns, sizeof(struct planned_turn));
    size_t state = rng_weighted(&rng, t->first, TURNPLAN_STATES);
    bool both[2] = {false, false};
    for (size_t i = 0; i < turns; i++) {
        int side = (int)(state / TURNPLAN_CLASSES);
        /* a dialogue has two sides: the last turn is the other's if need be */
        if (i + 1 == turns && !both[1 - side] && i > 0 && both[side])
            side = 1 - side;
        both[side] = true;
        *LIST_AT(plan, struct planned_turn, i) =
            (struct planned_turn){role_of(side, relation, by_relative),
                                  (int)(state % TURNPLAN_CLASSES), side == 1};
        state = rng_weighted(&rng, t->next[state], TURNPLAN_STATES);
    }
    return plan;
}

double turnplan_length(const struct turnplan *t, const struct list *plan)
{
    double sum = 0;
    for (size_t i = 0; i < plan->count; i++) {
        int class = LIST_AT(*plan, struct planned_turn, i)->length_class;
        if (t->length_count[class] > 0)
            sum += t->length_sum[class] / t->length_count[class];
    }
    return sum;
}
