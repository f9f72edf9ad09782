/* wish.c - see wish.h. */
#include "knowledge/wish.h"

#include "base/rng.h"

const char *style_name(enum style style)
{
    static const char *const names[STYLE_COUNT] = {
        "plain", "upset", "verbose", "reserved", "tangential", "pleasing"};
    return names[style];
}

const char *severity_name(enum severity severity)
{
    static const char *const names[] = {"mild", "moderate", "severe"};
    return names[severity];
}

const char *literacy_name(enum literacy literacy)
{
    static const char *const names[] = {"low", "medium", "high"};
    return names[literacy];
}

int64_t wish_turn_count(const struct wish *wish)
{
    int64_t low = wish->turns_min > 1 ? wish->turns_min : 1;
    int64_t high = wish->turns_max > low ? wish->turns_max : low;
    int64_t planned = (int64_t)wish->plan.count;
    if (planned >= low && planned <= high)
        return planned;
    struct rng rng = rng_at(wish->seed, RNG_STREAM("turns"), 0);
    return rng_between(&rng, low, high);
}

enum { CHILD_SPEAKS_FROM = 10, FERTILE_FROM = 15, FERTILE_TO = 49 };
static const double AT_PEAK = 0.8;         /* ours */
static const double PREGNANT_SHARE = 0.04; /* ours */
static const double RELATIVE_SHARE = 0.05; /* ours; adults */

static int draw_age(const struct disease *d, struct rng *rng)
{
    struct range r = rng_chance(rng, AT_PEAK) ? d->who.peak : d->who.age;
    int low = (int)r.low, high = (int)r.high;
    bool only_pregnant = str_equal(d->who.pregnancy, STR("only"));
    if (only_pregnant && low < FERTILE_FROM)
        low = FERTILE_FROM;
    if (only_pregnant && high > FERTILE_TO)
        high = FERTILE_TO;
    return (int)rng_between(rng, low, high < low ? low : high);
}

struct persona persona_draw(const struct disease *d, uint64_t seed)
{
    struct rng rng = rng_at(seed, RNG_STREAM("persona"), 0);
    struct persona p = {.age = draw_age(d, &rng)};
    p.female = rng_chance(&rng, d->who.female);
    bool only = str_equal(d->who.pregnancy, STR("only"));
    bool can = p.female && p.age >= FERTILE_FROM && p.age <= FERTILE_TO &&
               !str_equal(d->who.pregnancy, STR("excluded"));
    bool drawn = rng_chance(&rng, PREGNANT_SHARE);
    if (only)
        p.female = true;
    p.pregnant = only || (can && drawn);
    p.by_relative =
        p.age < CHILD_SPEAKS_FROM || rng_chance(&rng, RELATIVE_SHARE);
    p.style = (enum style)rng_below(&rng, STYLE_COUNT);
    p.literacy = (enum literacy)rng_below(&rng, 3);
    p.talkativeness = rng_unit(&rng);
    const double shares[] = {d->severity.mild, d->severity.moderate,
                             d->severity.severe};
    p.severity = (enum severity)rng_weighted(&rng, shares, 3);
    return p;
}
