/* simulate.c - see simulate.h. */
#include "simulate/simulate.h"

#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/asset.h"
#include "base/mem.h"
#include "simulate/compose.h"
#include "simulate/reply.h"

enum { VOCABULARIES_MAX = 64, TRIES_MAX = 12 };

/* A vocabulary is made when it is first asked for. */
struct prepared {
    const struct outline *outline;
    enum lang lang;
    struct vocabulary *vocabulary; /* owned */
};

struct simulate {
    struct script *script;
    struct language languages[LANG_COUNT];
    pthread_mutex_t lock;
    struct prepared prepared[VOCABULARIES_MAX]; /* under the lock */
    size_t prepared_count;
};

static void find_common_rules(struct language *l)
{
    static const char *const prefixes[2] = {"more", "talk"};
    for (int colleagues = 0; colleagues < 2; colleagues++)
        for (int side = 0; side < 2; side++) {
            char name[64];
            snprintf(name, sizeof name, "%s.nod.%c", prefixes[colleagues],
                     'a' + side);
            l->nod[colleagues][side] =
                phrasebook_rule(l->phrasebook, str_of(name));
            for (int phase = 0; phase < PHASE_COUNT; phase++) {
                snprintf(name, sizeof name, "%s.%c.%s", prefixes[colleagues],
                         'a' + side, phase_name((enum phase)phase));
                l->more[colleagues][side][phase] =
                    phrasebook_rule(l->phrasebook, str_of(name));
            }
        }
}

static bool open_language(struct simulate *s, enum lang lang, struct err *err)
{
    struct language *l = &s->languages[lang];
    char prefix[32], classes[32];
    snprintf(classes, sizeof classes, "grammar/terms-" STR_FMT ".yaml",
             STR_ARG(lang_name(lang)));
    if (!asset_exists(classes))
        return true; /* not spoken */
    snprintf(prefix, sizeof prefix, "grammar/" STR_FMT "/",
             STR_ARG(lang_name(lang)));
    l->phrasebook = phrasebook_open(prefix, &facts_names, err);
    if (!l->phrasebook || !script_bind(s->script, lang, l->phrasebook, err))
        return false;
    find_common_rules(l);
    l->terms = terms_open(lang, l->phrasebook, err);
    return l->terms != NULL;
}

struct simulate *simulate_open(struct err *err)
{
    struct simulate *s = mem_zero(1, sizeof *s);
    pthread_mutex_init(&s->lock, NULL);
    s->script = script_open(err);
    bool ok = s->script != NULL;
    for (int lang = 0; ok && lang < LANG_COUNT; lang++)
        ok = open_language(s, (enum lang)lang, err);
    if (ok)
        return s;
    simulate_close(s);
    return NULL;
}

void simulate_close(struct simulate *s)
{
    if (!s)
        return;
    for (size_t i = 0; i < s->prepared_count; i++)
        vocabulary_close(s->prepared[i].vocabulary);
    for (int lang = 0; lang < LANG_COUNT; lang++) {
        phrasebook_close(s->languages[lang].phrasebook);
        terms_close(s->languages[lang].terms);
    }
    script_close(s->script);
    pthread_mutex_destroy(&s->lock);
    free(s);
}

static struct vocabulary *prepare(const struct simulate *s,
                                  const struct wish *wish)
{
    struct err err = {0};
    struct vocabulary *v = vocabulary_open(wish->outline, &err);
    if (!v)
        abort(); /* the loader of outlines has checked every word */
    vocabulary_relate(v, wish->knowledge, wish->lang);
    terms_classify(s->languages[wish->lang].terms, v);
    return v;
}

/* The cache is the one thing in a `simulate` that changes; its content does
 * not depend on who asks first. */
static const struct vocabulary *vocabulary_for(const struct simulate *shared,
                                               const struct wish *wish)
{
    struct simulate *s = (struct simulate *)(uintptr_t)shared;
    struct vocabulary *found = NULL;
    pthread_mutex_lock(&s->lock);
    for (size_t i = 0; i < s->prepared_count && !found; i++)
        if (s->prepared[i].outline == wish->outline &&
            s->prepared[i].lang == wish->lang)
            found = s->prepared[i].vocabulary;
    if (!found) {
        if (s->prepared_count == VOCABULARIES_MAX)
            abort(); /* more outlines than anyone has */
        found = prepare(s, wish);
        s->prepared[s->prepared_count++] =
            (struct prepared){wish->outline, wish->lang, found};
    }
    pthread_mutex_unlock(&s->lock);
    return found;
}

bool simulate_speaks(const struct simulate *s, enum lang lang)
{
    return s->languages[lang].terms != NULL;
}

/* --- one dialogue --- */

static double clamp(double value, double low, double high)
{
    return value < low ? low : value > high ? high : value;
}

/* How many turns and how long: the length anywhere within its bounds, the
 * turns so that one has about 18 characters or 12 words on average (real
 * consultations: 15 to 30 and 10 to 22), as far as the bounds allow. */
static int64_t choose_size(struct draft *d, int64_t correction)
{
    const struct wish *w = d->wish;
    double low = (double)w->length_min;
    double high = w->length_max > 0 ? (double)w->length_max : low + 200;
    double usual = w->lang == LANG_ZH ? 18 : 12;
    usual *= exp(0.25 * rng_normal(d->rng));
    double place = 0.15 + 0.6 * rng_unit(d->rng);
    double turns_low = (double)w->turns_min;
    double turns_high = (double)w->turns_max;
    if (w->plan.count >= (size_t)w->turns_min &&
        w->plan.count <= (size_t)w->turns_max)
        turns_low = turns_high = (double)w->plan.count;
    double aim = low + (high - low) * place;
    /* Not so long that each turn would have to be a speech. */
    aim = clamp(aim, low, clamp(turns_high * usual * 2, low, high));
    d->length_aim = llround(aim);
    double turns = round(aim / usual) + (double)correction;
    return llround(clamp(turns, turns_low, turns_high));
}

static void draft_start(struct draft *d, const struct simulate *s,
                        const struct wish *wish, struct arena *arena,
                        struct rng *facts_rng)
{
    memset(d, 0, sizeof *d);
    d->wish = wish;
    d->language = &s->languages[wish->lang];
    d->script = s->script;
    d->scene = script_scene(s->script, wish->relation, wish->task);
    d->vocabulary = vocabulary_for(s, wish);
    d->reader = vocabulary_reader_new(d->vocabulary);
    d->arena = arena;
    buf_init(&d->text, 1 << 20);
    facts_draw(&d->facts, wish, d->language->phrasebook, facts_rng, arena);
    if (d->scene->lead == ROLE_NURSE)
        d->facts.flags |= FLAG(FLAG_NURSE);
}

void draft_release(struct draft *d)
{
    vocabulary_reader_free(d->reader);
    buf_release(&d->text);
}

static void draft_voice(struct draft *d, struct rng *rng)
{
    d->rng = rng;
    voice_init(&d->voice, d->language->phrasebook, rng, d->arena);
    facts_start(&d->facts, &d->voice);
    for (int i = VALUE_ME; i <= VALUE_COLLEAGUE; i++) {
        const char *rule = i == VALUE_ME ? "title.a" : "title.b";
        int index = phrasebook_rule(d->language->phrasebook, str_of(rule));
        buf_reset(&d->text);
        if (index != RULE_NONE && phrasebook_expand(d->language->phrasebook,
                                                    index, &d->voice, &d->text))
            d->voice.values[i] = arena_copy(d->arena, buf_str(&d->text));
    }
}

struct list draft_turns(struct draft *d)
{
    struct turn *out =
        arena_array(d->arena, d->slot_count, sizeof(struct turn));
    bool titles = d->wish->relation == RELATION_DOCTOR_DOCTOR;
    for (size_t i = 0; i < d->slot_count; i++) {
        const struct slot *slot = &d->slots[i];
        out[i].role = slot->role;
        if (titles)
            out[i].speaker =
                d->voice.values[slot->side_b ? VALUE_COLLEAGUE : VALUE_ME];
        out[i].text = slot_text(d, slot, d->arena);
    }
    return (struct list){out, d->slot_count};
}

bool simulate_draft(const struct simulate *s, const struct wish *wish,
                    struct arena *arena, struct draft *d)
{
    struct rng facts_rng = rng_at(wish->seed, RNG_STREAM("facts"), 0);
    draft_start(d, s, wish, arena, &facts_rng);
    int64_t correction = 0;
    bool good = false;
    for (uint64_t try = 0; try < TRIES_MAX && !good; try++) {
        struct rng rng = rng_at(wish->seed, RNG_STREAM("dialogue"), try);
        draft_voice(d, &rng);
        draft_slots(d, choose_size(d, correction));
        draft_beats(d);
        draft_speak(d);
        draft_terms(d);
        good = draft_fit(d);
        d->tight = wish->length_max > 0 && d->length > wish->length_max;
        correction += d->tight ? -2 : d->length < wish->length_min ? 2 : 0;
    }
    return good;
}

bool simulate_dialogue(const struct simulate *s, const struct wish *wish,
                       struct arena *arena, struct list *turns)
{
    struct draft d;
    bool good = simulate_draft(s, wish, arena, &d);
    *turns = draft_turns(&d);
    draft_release(&d);
    return good;
}

static const int64_t *class_bounds(enum lang lang)
{
    static const int64_t zh[] = {4, 12, 28, 60}, words[] = {2, 7, 17, 38};
    return lang == LANG_ZH ? zh : words;
}

int simulate_length_class(int64_t length, enum lang lang)
{
    const int64_t *bounds = class_bounds(lang);
    int class_index = 0;
    while (class_index < 4 && length > bounds[class_index])
        class_index++;
    return class_index;
}

void simulate_class_bounds(int length_class, enum lang lang, int64_t *low,
                           int64_t *high)
{
    const int64_t *bounds = class_bounds(lang);
    int c = length_class < 0 ? 0 : length_class > 4 ? 4 : length_class;
    *low = c == 0 ? 1 : bounds[c - 1] + 1;
    *high = c == 4 ? 2 * bounds[3] : bounds[c];
}

str simulate_label(const struct wish *wish, const struct turn *turn)
{
    if (turn->speaker.len)
        return turn->speaker;
    const struct labels *labels = &wish->outline->labels;
    switch (turn->role) {
    case ROLE_NURSE:
        return labels->nurse;
    case ROLE_PATIENT:
        return labels->patient;
    case ROLE_RELATIVE:
        return labels->relative;
    default:
        return labels->doctor;
    }
}
