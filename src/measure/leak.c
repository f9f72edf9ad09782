/* leak.c - see leak.h. Places are positions in one long array of unit names;
 * a turn ends with a unit named 0, which equals nothing. */
#include "measure/leak.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "measure/phrasing.h"
#include "text/classes.h"
#include "text/lexicon.h"
#include "text/normalise.h"

enum {
    NGRAM_ZH = 13,
    WINDOW_ZH = 18,
    NGRAM_WORDS = 8,
    WINDOW_WORDS = 3,
    SPAN_WORDS = 10, /* shorter runs are shared by chance */
    SKETCH = 4       /* smallest fingerprints of a turn */
};

struct place {
    uint64_t name;
    uint32_t at; /* of the first unit, or of a turn */
};

struct turn_place {
    uint32_t first, count, record;
};

struct unit {
    uint32_t name;
    uint32_t start, end; /* bytes of the folded text */
    bool stock;
};

struct leak {
    struct leak_options options;
    const struct classes *classes;
    struct phrasing *phrasings[LANG_COUNT];
    struct lexicon *stock;
    struct lexicon_matcher *matcher;
    struct vec names;                 /* uint32_t */
    struct vec fingerprints;          /* struct place, sorted by sealing */
    struct vec sketches;              /* struct place: at is a turn */
    struct vec turns;                 /* struct turn_place */
    struct vec ids;                   /* str, of records */
    struct vec units, grams, matches; /* scratch of a turn */
    struct buf folded;
    struct arena arena, shown;
};

static bool open_stock(struct leak *leak, struct err *err)
{
    struct vec phrases;
    vec_init(&phrases, sizeof(str));
    bool ok = true;
    for (size_t l = 0; ok && l < LANG_COUNT; l++) {
        leak->phrasings[l] = phrasing_load((enum lang)l, err);
        ok = leak->phrasings[l] != NULL;
        struct list common =
            ok ? phrasing_common(leak->phrasings[l]) : (struct list){0};
        for (size_t i = 0; i < common.count; i++) {
            buf_reset(&leak->folded);
            text_fold(*LIST_AT(common, str, i), &leak->folded);
            *(str *)vec_add(&phrases) =
                arena_copy(&leak->arena, buf_str(&leak->folded));
        }
    }
    ok = ok && lexicon_open(&leak->stock, phrases.items, phrases.count, err);
    vec_release(&phrases);
    return ok;
}

struct leak *leak_open(const struct leak_options *options, struct err *err)
{
    struct leak *leak = mem_zero(1, sizeof *leak);
    leak->options = *options;
    leak->classes = classes_get();
    vec_init(&leak->names, sizeof(uint32_t));
    vec_init(&leak->fingerprints, sizeof(struct place));
    vec_init(&leak->sketches, sizeof(struct place));
    vec_init(&leak->turns, sizeof(struct turn_place));
    vec_init(&leak->ids, sizeof(str));
    vec_init(&leak->units, sizeof(struct unit));
    vec_init(&leak->grams, sizeof(uint64_t));
    vec_init(&leak->matches, sizeof(struct lexicon_match));
    buf_init(&leak->folded, BUF_MAX);
    arena_init(&leak->arena);
    arena_init(&leak->shown);
    if (open_stock(leak, err)) {
        leak->matcher = lexicon_matcher_new(leak->stock);
        return leak;
    }
    leak_close(leak);
    return NULL;
}

void leak_close(struct leak *leak)
{
    if (!leak)
        return;
    for (size_t l = 0; l < LANG_COUNT; l++)
        phrasing_free(leak->phrasings[l]);
    lexicon_matcher_free(leak->matcher);
    lexicon_close(leak->stock);
    vec_release(&leak->names);
    vec_release(&leak->fingerprints);
    vec_release(&leak->sketches);
    vec_release(&leak->turns);
    vec_release(&leak->ids);
    vec_release(&leak->units);
    vec_release(&leak->grams);
    vec_release(&leak->matches);
    buf_release(&leak->folded);
    arena_release(&leak->arena);
    arena_release(&leak->shown);
    free(leak);
}

/* --- a turn in units and fingerprints --- */

static void add_unit(struct leak *leak, str text, size_t start, size_t end)
{
    uint64_t hash = str_hash(str_slice(text, start, end));
    struct unit *unit = vec_add(&leak->units);
    unit->name = (uint32_t)(hash ^ hash >> 32) | 1;
    unit->start = (uint32_t)start;
    unit->end = (uint32_t)end;
}

static str cut_units(struct leak *leak, str raw)
{
    vec_reset(&leak->units);
    buf_reset(&leak->folded);
    text_fold(raw, &leak->folded);
    str text = buf_str(&leak->folded);
    size_t run = STR_NONE;
    for (str rest = text; rest.len;) {
        size_t at = text.len - rest.len;
        unsigned class = class_of(leak->classes, utf8_next(&rest));
        bool spaced = (class & CLASS_SPACED) != 0;
        if (spaced && run == STR_NONE)
            run = at;
        if (!spaced && run != STR_NONE) {
            add_unit(leak, text, run, at);
            run = STR_NONE;
        }
        if (!spaced && (class & CLASS_KEPT))
            add_unit(leak, text, at, text.len - rest.len);
    }
    if (run != STR_NONE)
        add_unit(leak, text, run, text.len);
    return text;
}

static size_t ngram_of(const struct leak *leak, bool zh)
{
    if (leak->options.ngram)
        return leak->options.ngram;
    return zh ? NGRAM_ZH : NGRAM_WORDS;
}

/* Rolling polynomial names of all n-grams, mixed. */
static void list_grams(struct leak *leak, size_t n)
{
    const uint64_t base = 0x9E3779B97F4A7C15u;
    const struct unit *units = leak->units.items;
    uint64_t top = 1, name = 0;
    vec_reset(&leak->grams);
    for (size_t i = 1; i < n; i++)
        top *= base;
    for (size_t i = 0; i < leak->units.count; i++) {
        if (i >= n)
            name -= top * units[i - n].name;
        name = name * base + units[i].name;
        if (i + 1 < n)
            continue;
        uint64_t mixed = (name ^ name >> 31) * 0xD6E8FEB86659FD93u;
        *(uint64_t *)vec_add(&leak->grams) = mixed ^ mixed >> 29;
    }
}

static void add_place(struct vec *places, uint64_t name, size_t at)
{
    *(struct place *)vec_add(places) = (struct place){name, (uint32_t)at};
}

/* The smallest of every window of w n-grams, the rightmost of equal ones. */
static void winnow(struct leak *leak, size_t window, size_t first)
{
    const uint64_t *grams = leak->grams.items;
    size_t count = leak->grams.count, last = STR_NONE;
    for (size_t i = 0; i + 1 <= count; i++) {
        if (count >= window && i + window > count)
            break;
        size_t end = i + window < count ? i + window : count, best = i;
        if (last != STR_NONE && last >= i && grams[end - 1] > grams[last])
            continue;
        for (size_t k = i; k < end; k++)
            if (grams[k] <= grams[best])
                best = k;
        if (best != last)
            add_place(&leak->fingerprints, grams[best], first + best);
        last = best;
        if (count < window)
            break;
    }
}

/* The smallest names of pairs of units. */
static size_t sketch(const struct leak *leak, uint64_t smallest[SKETCH])
{
    const struct unit *units = leak->units.items;
    size_t used = 0;
    for (size_t i = 0; i + 1 < leak->units.count; i++) {
        uint64_t name = ((uint64_t)units[i].name << 32 | units[i + 1].name) *
                        0xD6E8FEB86659FD93u;
        name ^= name >> 32;
        size_t at = used;
        while (at > 0 && smallest[at - 1] > name)
            at--;
        if (at == SKETCH || (at > 0 && smallest[at - 1] == name))
            continue;
        used += used < SKETCH;
        memmove(smallest + at + 1, smallest + at,
                (used - at - 1) * sizeof *smallest);
        smallest[at] = name;
    }
    return used;
}

/* --- every turn of a record --- */

typedef void turn_work(struct leak *leak, str raw, bool zh, enum lang lang,
                       struct leak_finding *found);

static void each_turn(struct leak *leak, const struct record *record,
                      turn_work *work, struct leak_finding *found)
{
    enum lang lang;
    if (!lang_from_name(record->lang, &lang))
        lang = LANG_EN;
    bool zh = lang == LANG_ZH;
    if (record->kind == RECORD_DIALOGUE) {
        for (size_t i = 0; i < record->dialogue.turns.count; i++)
            work(leak, LIST_AT(record->dialogue.turns, struct turn, i)->text,
                 zh, lang, found);
        return;
    }
    struct arena arena;
    arena_init(&arena);
    str rest = record_text(record, &arena), line;
    while (str_next(&rest, '\n', &line))
        work(leak, line, zh, lang, found);
    arena_release(&arena);
}

static void add_turn(struct leak *leak, str raw, bool zh, enum lang lang,
                     struct leak_finding *found)
{
    (void)lang;
    (void)found;
    cut_units(leak, raw);
    size_t first = leak->names.count, count = leak->units.count;
    const struct unit *units = leak->units.items;
    if (count == 0 || first + count >= UINT32_MAX)
        return;
    size_t window = zh ? WINDOW_ZH : WINDOW_WORDS;
    list_grams(leak, ngram_of(leak, zh));
    winnow(leak, leak->options.ngram ? 1 : window, first);
    uint64_t smallest[SKETCH + 1];
    size_t used = count >= LEAK_NEAR_UNITS_MIN ? sketch(leak, smallest) : 0;
    for (size_t i = 0; i < used; i++)
        add_place(&leak->sketches, smallest[i], leak->turns.count);
    for (size_t i = 0; i < count; i++)
        vec_push(&leak->names, &units[i].name);
    vec_add(&leak->names);
    *(struct turn_place *)vec_add(&leak->turns) = (struct turn_place){
        (uint32_t)first, (uint32_t)count, (uint32_t)leak->ids.count - 1};
}

bool leak_add(struct leak *leak, const struct record *record, struct err *err)
{
    *(str *)vec_add(&leak->ids) = arena_copy(&leak->arena, record->id);
    each_turn(leak, record, add_turn, NULL);
    if (leak->names.count + (1u << 24) > UINT32_MAX)
        return err_set(err, ERR_LIMIT,
                       "the reference has more than 4 thousand million units");
    return true;
}

static int by_name(const void *a, const void *b)
{
    const struct place *x = a, *y = b;
    if (x->name != y->name)
        return x->name < y->name ? -1 : 1;
    return (x->at > y->at) - (x->at < y->at);
}

void leak_seal(struct leak *leak)
{
    if (leak->fingerprints.count)
        qsort(leak->fingerprints.items, leak->fingerprints.count,
              sizeof(struct place), by_name);
    if (leak->sketches.count)
        qsort(leak->sketches.items, leak->sketches.count, sizeof(struct place),
              by_name);
}

/* Index of the first place of that name, or of the next one. */
static size_t first_place(const struct vec *places, uint64_t name)
{
    const struct place *p = places->items;
    size_t low = 0, high = places->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (p[middle].name < name)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* --- checking --- */

static void mark_stock(struct leak *leak, str text)
{
    struct unit *units = leak->units.items;
    size_t next = 0;
    lexicon_match(leak->matcher, text, &leak->matches);
    for (size_t i = 0; i < leak->matches.count; i++) {
        const struct lexicon_match *m = vec_at(&leak->matches, i);
        while (next < leak->units.count && units[next].start < m->start)
            next++;
        for (; next < leak->units.count && units[next].end <= m->end; next++)
            units[next].stock = true;
    }
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

/* The folded text of units [from, to), identifiers hidden. */
static str show(struct leak *leak, str text, size_t from, size_t to,
                enum lang lang)
{
    const struct unit *units = leak->units.items;
    str span = str_slice(text, units[from].start, units[to - 1].end);
    span = str_slice(span, 0, utf8_cut(span, LEAK_SHOWN_BYTES));
    struct buf out;
    buf_init(&out, BUF_MAX);
    size_t done = 0, start, end, kind;
    for (size_t at = 0;
         leak->options.find &&
         leak->options.find(text, lang, &at, &start, &end, &kind);) {
        size_t offset = (size_t)(span.ptr - text.ptr);
        size_t a = start > offset ? start - offset : 0,
               b = end > offset ? end - offset : 0;
        if (b <= done || a >= span.len)
            continue;
        buf_add(&out, str_slice(span, done, a));
        buf_add(&out, STR("[…]"));
        done = b;
    }
    buf_add(&out, str_slice(span, done, span.len));
    str shown = arena_copy(&leak->shown, buf_str(&out));
    buf_release(&out);
    return shown;
}

/* Extends a hit at unit i and place `at` to both sides; the end behind it. */
static size_t extend(struct leak *leak, str text, size_t i, uint32_t at,
                     enum lang lang, struct leak_finding *found)
{
    const struct unit *units = leak->units.items;
    const uint32_t *names = leak->names.items;
    size_t from = i, to = i, place = at, plain = 0;
    while (from > 0 && place > 0 && names[place - 1] == units[from - 1].name)
        from--, place--;
    place = at;
    while (to < leak->units.count && place < leak->names.count &&
           names[place] == units[to].name)
        to++, place++;
    for (size_t k = from; k < to; k++)
        plain += !units[k].stock;
    if (plain > found->span) {
        found->span = plain;
        found->span_all = to - from;
        found->span_text = show(leak, text, from, to, lang);
        found->reference =
            *(str *)vec_at(&leak->ids, turn_at(leak, at)->record);
    }
    return to;
}

static void find_spans(struct leak *leak, str text, bool zh, enum lang lang,
                       struct leak_finding *found)
{
    const uint64_t *grams = leak->grams.items;
    const struct place *places = leak->fingerprints.items;
    size_t covered = 0, n = ngram_of(leak, zh);
    for (size_t i = 0; i < leak->grams.count; i++) {
        if (i + n <= covered)
            continue;
        size_t at = first_place(&leak->fingerprints, grams[i]), tried = 0;
        size_t end = 0;
        for (; at < leak->fingerprints.count && places[at].name == grams[i] &&
               tried < LEAK_PLACES_MAX;
             at++, tried++) {
            size_t to = extend(leak, text, i, places[at].at, lang, found);
            end = to > end ? to : end;
        }
        if (end >= i + n) {
            found->shared++;
            covered = end;
        }
    }
}

static int by_value(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

/* The sorted set of pairs; returns how many. */
static size_t sort_pairs(uint64_t *pairs, size_t count)
{
    size_t used = 0;
    qsort(pairs, count, sizeof *pairs, by_value);
    for (size_t i = 0; i < count; i++)
        if (used == 0 || pairs[used - 1] != pairs[i])
            pairs[used++] = pairs[i];
    return used;
}

static bool is_near(const struct leak *leak, const struct turn_place *turn)
{
    size_t ours = leak->units.count - 1, theirs = turn->count - 1, both = 0;
    if (ours * 5 < theirs * 2 || theirs * 5 < ours * 2)
        return false;
    const struct unit *units = leak->units.items;
    const uint32_t *names = (const uint32_t *)leak->names.items + turn->first;
    uint64_t *a = mem_zero(ours + theirs, sizeof *a), *b = a + ours;
    for (size_t i = 0; i < ours; i++)
        a[i] = (uint64_t)units[i].name << 32 | units[i + 1].name;
    for (size_t i = 0; i < theirs; i++)
        b[i] = (uint64_t)names[i] << 32 | names[i + 1];
    ours = sort_pairs(a, ours);
    theirs = sort_pairs(b, theirs);
    for (size_t i = 0, k = 0; i < ours && k < theirs;) {
        both += a[i] == b[k];
        bool step_a = a[i] <= b[k], step_b = b[k] <= a[i];
        i += step_a;
        k += step_b;
    }
    free(a);
    return both * 5 >= (ours + theirs - both) * 4;
}

static void find_near(struct leak *leak, struct leak_finding *found)
{
    const struct unit *units = leak->units.items;
    const struct place *places = leak->sketches.items;
    size_t plain = 0;
    for (size_t i = 0; i < leak->units.count; i++)
        plain += !units[i].stock;
    if (plain < LEAK_NEAR_UNITS_MIN)
        return;
    uint64_t smallest[SKETCH + 1];
    size_t used = sketch(leak, smallest);
    for (size_t i = 0; i < used; i++) {
        size_t at = first_place(&leak->sketches, smallest[i]), tried = 0;
        for (; at < leak->sketches.count && places[at].name == smallest[i] &&
               tried < 8 * LEAK_PLACES_MAX;
             at++, tried++) {
            const struct turn_place *turn = vec_at(&leak->turns, places[at].at);
            if (!is_near(leak, turn))
                continue;
            if (found->near_turns++ == 0)
                found->near_reference =
                    *(str *)vec_at(&leak->ids, turn->record);
            return;
        }
    }
}

static void check_turn(struct leak *leak, str raw, bool zh, enum lang lang,
                       struct leak_finding *found)
{
    str text = cut_units(leak, raw);
    size_t start, end, kind;
    for (size_t at = 0;
         leak->options.find &&
         leak->options.find(raw, lang, &at, &start, &end, &kind);) {
        found->identifiers[kind < LEAK_KINDS_MAX ? kind : LEAK_KINDS_MAX - 1]++;
        found->identifier_count++;
    }
    for (size_t i = 0; i < leak->options.canary_count; i++)
        found->canaries += str_contains(raw, str_of(leak->options.canaries[i]));
    if (leak->units.count == 0)
        return;
    mark_stock(leak, text);
    list_grams(leak, ngram_of(leak, zh));
    find_spans(leak, text, zh, lang, found);
    find_near(leak, found);
}

void leak_check(struct leak *leak, const struct record *record,
                struct leak_finding *found)
{
    *found = (struct leak_finding){0};
    arena_reset(&leak->shown);
    each_turn(leak, record, check_turn, found);
}

size_t leak_span_min(const struct leak *leak, const struct record *record)
{
    if (leak->options.ngram)
        return leak->options.ngram;
    return str_equal(record->lang, STR("zh")) ? NGRAM_ZH : SPAN_WORDS;
}

bool leak_is_leak(const struct leak *leak, const struct record *record,
                  const struct leak_finding *found)
{
    return found->span >= leak_span_min(leak, record) || found->near_turns ||
           found->identifier_count || found->canaries;
}

uint64_t leak_units(const struct leak *leak)
{
    return leak->names.count - leak->turns.count;
}
