/* leak.c - see leak.h. Places are positions in one long array of unit names;
 * a turn ends with a unit named 0, which equals nothing. */
#include "measure/leak.h"

#include <stdlib.h>

#include "base/mem.h"
#include "measure/phrasing.h"
#include "measure/places.h"
#include "measure/units.h"
#include "text/lexicon.h"

enum {
    NGRAM_ZH = 13,
    WINDOW_ZH = 18,
    NGRAM_WORDS = 8,
    WINDOW_WORDS = 3,
    SPAN_WORDS = 10, /* shorter runs are shared by chance */
    TURN_UNITS_MAX = 1 << 24,
    PREFETCH = 8
};

struct turn_place {
    uint32_t first, count; /* units */
    uint32_t pairs;        /* different pairs of units */
    uint32_t source, number;
};

/* Different pairs of units of a text: an open table, emptied by counting up. */
struct pair_set {
    uint64_t *keys; /* owned */
    uint32_t *made; /* owned; the round that the key belongs to */
    uint32_t *seen; /* owned; the last comparison that met it */
    size_t slots;   /* a power of two */
    uint32_t round, comparison;
    size_t count;
};

struct leak {
    struct leak_options options;
    struct lexicon *stock;
    struct personal *personal;
    struct vec names;       /* uint32_t */
    struct vec turns;       /* struct turn_place */
    struct vec sources;     /* str, ids of records */
    struct places grams;    /* of fingerprints, in names */
    struct places sketches; /* in turns */
    struct arena arena;
    struct units units; /* scratch of adding */
    struct vec chosen;
    struct pair_set pairs;
};

struct leak_checker {
    const struct leak *leak;
    struct lexicon_matcher *matcher;
    struct personal_scan scan;
    struct units units;
    struct buf plain; /* of the turn at hand */
    struct vec matches;
    struct pair_set pairs;
    bool has_pairs; /* of the turn at hand */
    struct arena arena;
};

/* --- sets of pairs --- */

static void pairs_release(struct pair_set *set)
{
    free(set->keys);
    free(set->made);
    free(set->seen);
}

static void pairs_reserve(struct pair_set *set, size_t units)
{
    size_t slots = set->slots ? set->slots : 256;
    while (slots < units * 2)
        slots *= 2;
    if (slots == set->slots)
        return;
    pairs_release(set);
    set->keys = mem_zero(slots, sizeof *set->keys);
    set->made = mem_zero(slots, sizeof *set->made);
    set->seen = mem_zero(slots, sizeof *set->seen);
    set->slots = slots;
    set->round = set->comparison = 0;
}

/* Where the key is, or could be put. */
static size_t pairs_slot(const struct pair_set *set, uint64_t key)
{
    size_t at = (size_t)key & (set->slots - 1);
    while (set->made[at] == set->round && set->keys[at] != key)
        at = (at + 1) & (set->slots - 1);
    return at;
}

static void pairs_fill(struct pair_set *set, const struct vec *list)
{
    const struct unit *units = list->items;
    pairs_reserve(set, list->count);
    set->round++;
    set->count = 0;
    for (size_t i = 0; i + 1 < list->count; i++) {
        uint64_t key = units_pair(units[i].name, units[i + 1].name);
        size_t at = pairs_slot(set, key);
        if (set->made[at] == set->round)
            continue;
        set->keys[at] = key;
        set->made[at] = set->round;
        set->count++;
    }
}

/* How many different pairs of the names are in the set; some number below
 * `least` as soon as that cannot be reached. */
static size_t pairs_shared(struct pair_set *set, const uint32_t *names,
                           size_t count, size_t least)
{
    size_t shared = 0;
    set->comparison++;
    for (size_t i = 0; i + 1 < count && shared + count - 1 - i >= least; i++) {
        size_t at = pairs_slot(set, units_pair(names[i], names[i + 1]));
        if (set->made[at] != set->round || set->seen[at] == set->comparison)
            continue;
        set->seen[at] = set->comparison;
        shared++;
    }
    return shared;
}

/* --- opening --- */

static bool open_stock(struct leak *leak, struct err *err)
{
    struct vec phrases;
    struct buf plain;
    vec_init(&phrases, sizeof(str));
    buf_init(&plain, BUF_MAX);
    bool ok = true;
    for (size_t l = 0; ok && l < LANG_COUNT; l++) {
        struct phrasing *phrasing = phrasing_load((enum lang)l, err);
        ok = phrasing != NULL;
        struct list common = ok ? phrasing_common(phrasing) : (struct list){0};
        for (size_t i = 0; i < common.count; i++) {
            buf_reset(&plain);
            units_cut(&leak->units, *LIST_AT(common, str, i), TURN_UNITS_MAX);
            units_put_plain(&leak->units, &plain);
            *(str *)vec_add(&phrases) =
                arena_copy(&leak->arena, buf_str(&plain));
        }
        phrasing_free(phrasing);
    }
    ok = ok && lexicon_open(&leak->stock, phrases.items, phrases.count, err);
    buf_release(&plain);
    vec_release(&phrases);
    return ok;
}

struct leak *leak_open(const struct leak_options *options, struct err *err)
{
    struct leak *leak = mem_zero(1, sizeof *leak);
    leak->options = *options;
    vec_init(&leak->names, sizeof(uint32_t));
    vec_init(&leak->turns, sizeof(struct turn_place));
    vec_init(&leak->sources, sizeof(str));
    vec_init(&leak->chosen, sizeof(uint32_t));
    places_init(&leak->grams);
    places_init(&leak->sketches);
    units_init(&leak->units);
    arena_init(&leak->arena);
    leak->personal = personal_open(err);
    if (leak->personal && open_stock(leak, err))
        return leak;
    leak_close(leak);
    return NULL;
}

void leak_close(struct leak *leak)
{
    if (!leak)
        return;
    personal_close(leak->personal);
    lexicon_close(leak->stock);
    vec_release(&leak->names);
    vec_release(&leak->turns);
    vec_release(&leak->sources);
    vec_release(&leak->chosen);
    places_release(&leak->grams);
    places_release(&leak->sketches);
    units_release(&leak->units);
    pairs_release(&leak->pairs);
    arena_release(&leak->arena);
    free(leak);
}

uint64_t leak_units(const struct leak *leak)
{
    return leak->names.count - leak->turns.count;
}

uint64_t leak_turns(const struct leak *leak)
{
    return leak->turns.count;
}

str leak_source(const struct leak *leak, uint32_t source)
{
    return *(str *)vec_at(&leak->sources, source);
}

const struct personal *leak_personal(const struct leak *leak)
{
    return leak->personal;
}

const struct leak_options *leak_options(const struct leak *leak)
{
    return &leak->options;
}

/* --- every turn of a record --- */

enum lang leak_lang(const struct record *record)
{
    enum lang lang;
    return lang_from_name(record->lang, &lang) ? lang : LANG_EN;
}

typedef void turn_work(void *ctx, str raw, uint32_t number, enum lang lang);

static void each_turn(const struct record *record, struct arena *arena,
                      turn_work *work, void *ctx)
{
    enum lang lang = leak_lang(record);
    uint32_t number = 0;
    if (record->kind == RECORD_DIALOGUE) {
        const struct list *turns = &record->dialogue.turns;
        for (; number < turns->count; number++)
            work(ctx, LIST_AT(*turns, struct turn, number)->text, number, lang);
        return;
    }
    str rest = record_text(record, arena), line;
    while (str_next(&rest, '\n', &line))
        work(ctx, line, number++, lang);
}

str leak_turn_text(const struct record *record, uint32_t turn,
                   struct arena *arena)
{
    if (record->kind == RECORD_DIALOGUE)
        return turn < record->dialogue.turns.count
                   ? LIST_AT(record->dialogue.turns, struct turn, turn)->text
                   : STR("");
    str rest = record_text(record, arena), line;
    for (uint32_t i = 0; str_next(&rest, '\n', &line); i++)
        if (i == turn)
            return line;
    return STR("");
}

static size_t ngram_of(const struct leak *leak, enum lang lang)
{
    if (leak->options.ngram)
        return leak->options.ngram;
    return lang == LANG_ZH ? NGRAM_ZH : NGRAM_WORDS;
}

static size_t window_of(const struct leak *leak, enum lang lang)
{
    if (leak->options.ngram)
        return 1;
    return lang == LANG_ZH ? WINDOW_ZH : WINDOW_WORDS;
}

/* --- the reference --- */

static void add_turn(void *ctx, str raw, uint32_t number, enum lang lang)
{
    struct leak *leak = ctx;
    struct units *u = &leak->units;
    units_cut(u, raw, TURN_UNITS_MAX);
    size_t first = leak->names.count, count = u->units.count;
    const struct unit *units = u->units.items;
    if (count == 0 || first + count >= UINT32_MAX)
        return;
    units_list_grams(u, ngram_of(leak, lang));
    units_winnow(u, window_of(leak, lang), &leak->chosen);
    const uint64_t *grams = u->grams.items;
    const uint32_t *chosen = leak->chosen.items;
    for (size_t i = 0; i < leak->chosen.count; i++)
        places_add(&leak->grams, grams[chosen[i]],
                   (uint32_t)(first + chosen[i]));
    struct turn_place turn = {.first = (uint32_t)first,
                              .count = (uint32_t)count,
                              .source = (uint32_t)leak->sources.count - 1,
                              .number = number};
    if (count >= LEAK_NEAR_UNITS_MIN) {
        uint64_t smallest[UNITS_SKETCH];
        size_t used = units_sketch(u, smallest);
        for (size_t i = 0; i < used; i++)
            places_add(&leak->sketches, smallest[i],
                       (uint32_t)leak->turns.count);
        pairs_fill(&leak->pairs, &u->units);
        turn.pairs = (uint32_t)leak->pairs.count;
    }
    vec_reserve(&leak->names, first + count + 1);
    uint32_t *names = leak->names.items;
    for (size_t i = 0; i < count; i++)
        names[first + i] = units[i].name;
    names[first + count] = 0;
    leak->names.count = first + count + 1;
    vec_push(&leak->turns, &turn);
}

bool leak_add(struct leak *leak, const struct record *record, struct err *err)
{
    struct arena arena;
    *(str *)vec_add(&leak->sources) = arena_copy(&leak->arena, record->id);
    arena_init(&arena);
    each_turn(record, &arena, add_turn, leak);
    arena_release(&arena);
    if (leak->names.count + TURN_UNITS_MAX > UINT32_MAX)
        return err_set(err, ERR_LIMIT,
                       "the reference has more than 4 thousand million units");
    return true;
}

void leak_seal(struct leak *leak)
{
    places_seal(&leak->grams);
    places_seal(&leak->sketches);
}

/* --- checking --- */

struct leak_checker *leak_checker_new(const struct leak *leak)
{
    struct leak_checker *c = mem_zero(1, sizeof *c);
    c->leak = leak;
    c->matcher = lexicon_matcher_new(leak->stock);
    personal_scan_init(&c->scan);
    units_init(&c->units);
    buf_init(&c->plain, BUF_MAX);
    vec_init(&c->matches, sizeof(struct lexicon_match));
    arena_init(&c->arena);
    return c;
}

void leak_checker_free(struct leak_checker *c)
{
    if (!c)
        return;
    lexicon_matcher_free(c->matcher);
    personal_scan_release(&c->scan);
    units_release(&c->units);
    buf_release(&c->plain);
    vec_release(&c->matches);
    pairs_release(&c->pairs);
    arena_release(&c->arena);
    free(c);
}

/* Marks the units inside stock phrases; returns how many are not. */
static size_t mark_stock(struct leak_checker *c)
{
    struct unit *units = c->units.units.items;
    size_t next = 0, count = c->units.units.count, plain = count;
    buf_reset(&c->plain);
    units_put_plain(&c->units, &c->plain);
    lexicon_match(c->matcher, buf_str(&c->plain), &c->matches);
    for (size_t i = 0; i < c->matches.count; i++) {
        const struct lexicon_match *m = vec_at(&c->matches, i);
        while (next < count && units[next].plain < m->start)
            next++;
        for (; next < count && units[next].plain < m->end; next++, plain--)
            units[next].stock = true;
    }
    return plain;
}

static const struct turn_place *turn_at(const struct leak *leak, uint32_t at)
{
    const struct turn_place *turns = leak->turns.items;
    size_t low = 0, high = leak->turns.count;
    while (low + 1 < high) {
        size_t middle = low + (high - low) / 2;
        if (turns[middle].first <= at)
            low = middle;
        else
            high = middle;
    }
    return &turns[low];
}

/* Extends a hit at unit i and place `at` to both sides; the end behind it.
 * `whole`: nothing of the turn is left over. */
static size_t extend(struct leak_checker *c, size_t i, uint32_t at,
                     uint32_t number, struct leak_finding *found, bool *whole)
{
    const struct unit *units = c->units.units.items;
    const uint32_t *names = c->leak->names.items;
    size_t from = i, to = i, plain = 0, place = at;
    while (from > 0 && place > 0 && names[place - 1] == units[from - 1].name)
        from--, place--;
    for (size_t p = at; to < c->units.units.count && p < c->leak->names.count &&
                        names[p] == units[to].name;
         p++)
        to++;
    for (size_t k = from; k < to; k++)
        plain += !units[k].stock;
    *whole = from == 0 && to == c->units.units.count;
    if (plain > found->span) {
        const struct turn_place *turn = turn_at(c->leak, at);
        found->span = plain;
        found->span_all = to - from;
        found->copy = (struct leak_match){true,
                                          turn->source,
                                          turn->number,
                                          (uint32_t)place - turn->first,
                                          number,
                                          (uint32_t)from,
                                          (uint32_t)(to - from)};
    }
    return to;
}

static void find_spans(struct leak_checker *c, uint32_t number, size_t n,
                       struct leak_finding *found)
{
    const uint64_t *grams = c->units.grams.items;
    const struct places *places = &c->leak->grams;
    size_t covered = 0, count = c->units.grams.count;
    for (size_t i = 0; i < count; i++) {
        if (i + PREFETCH < count)
            places_prefetch(places, grams[i + PREFETCH]);
        if (i + n <= covered)
            continue;
        struct places_walk walk = places_look(places, grams[i]);
        size_t end = 0;
        bool whole = false;
        uint32_t at;
        for (int tried = 0;
             tried < LEAK_PLACES_MAX && !whole && places_next(&walk, &at);
             tried++) {
            size_t to = extend(c, i, at, number, found, &whole);
            end = to > end ? to : end;
        }
        if (end >= i + n) {
            found->shared++;
            covered = end;
        }
    }
}

static bool is_near(struct leak_checker *c, const struct turn_place *turn)
{
    struct pair_set *ours = &c->pairs;
    if (!c->has_pairs)
        pairs_fill(ours, &c->units.units);
    c->has_pairs = true;
    size_t a = ours->count, b = turn->pairs;
    if (a * 5 < b * 4 || b * 5 < a * 4)
        return false;
    const uint32_t *names =
        (const uint32_t *)c->leak->names.items + turn->first;
    size_t least = (4 * (a + b) + 8) / 9; /* both / (a + b - both) >= 4 / 5 */
    return pairs_shared(ours, names, turn->count, least) >= least;
}

static void find_near(struct leak_checker *c, uint32_t number,
                      struct leak_finding *found)
{
    uint64_t smallest[UNITS_SKETCH];
    size_t used = units_sketch(&c->units, smallest);
    c->has_pairs = false;
    for (size_t i = 0; i < used; i++) {
        struct places_walk walk = places_look(&c->leak->sketches, smallest[i]);
        uint32_t at;
        for (int tried = 0;
             tried < LEAK_NEAR_PLACES_MAX && places_next(&walk, &at); tried++) {
            const struct turn_place *turn = vec_at(&c->leak->turns, at);
            if (!is_near(c, turn))
                continue;
            if (found->near_turns++ == 0)
                found->near =
                    (struct leak_match){true,
                                        turn->source,
                                        turn->number,
                                        0,
                                        number,
                                        0,
                                        (uint32_t)c->units.units.count};
            return;
        }
    }
}

static void find_persons(struct leak_checker *c, str raw, enum lang lang,
                         struct leak_finding *found)
{
    personal_find(c->leak->personal, raw, lang, &c->scan);
    for (size_t i = 0; i < c->scan.spans.count; i++) {
        const struct personal_span *s = vec_at(&c->scan.spans, i);
        found->personal[s->kind]++;
        found->identifier_count += !personal_is_weak(s->kind);
    }
}

struct checking {
    struct leak_checker *checker;
    struct leak_finding *found;
};

static void check_turn(void *ctx, str raw, uint32_t number, enum lang lang)
{
    const struct checking *checking = ctx;
    struct leak_checker *c = checking->checker;
    const struct leak_options *o = &c->leak->options;
    struct leak_finding *found = checking->found;
    find_persons(c, raw, lang, found);
    for (size_t i = 0; i < o->canary_count; i++)
        found->canaries += str_contains(raw, str_of(o->canaries[i]));
    units_cut(&c->units, raw, TURN_UNITS_MAX);
    size_t n = ngram_of(c->leak, lang);
    bool long_enough = c->units.units.count >= n ||
                       c->units.units.count >= LEAK_NEAR_UNITS_MIN;
    size_t plain = long_enough ? mark_stock(c) : 0;
    if (plain == 0)
        return;
    units_list_grams(&c->units, n);
    find_spans(c, number, n, found);
    if (plain >= LEAK_NEAR_UNITS_MIN)
        find_near(c, number, found);
}

void leak_check(struct leak_checker *c, const struct record *record,
                struct leak_finding *found)
{
    struct checking checking = {c, found};
    *found = (struct leak_finding){0};
    arena_reset(&c->arena);
    each_turn(record, &c->arena, check_turn, &checking);
}

size_t leak_span_min(const struct leak *leak, const struct record *record)
{
    if (leak->options.ngram)
        return leak->options.ngram;
    return leak_lang(record) == LANG_ZH ? NGRAM_ZH : SPAN_WORDS;
}

bool leak_is_leak(const struct leak *leak, const struct record *record,
                  const struct leak_finding *found)
{
    return found->span >= leak_span_min(leak, record) || found->near_turns ||
           found->identifier_count || found->canaries;
}
