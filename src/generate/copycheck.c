/* copycheck.c - see copycheck.h.
 *
 * Near-copied turns are found with a prefix filter (Chaudhuri, Ganti, Kaushik
 * 2006): two sets of similarity t or more share one of the first
 * size - ceil(t size) + 1 elements of each, in any order common to both. The
 * order is by rarity among the references, so the lists behind those elements
 * are short.
 */
#include "generate/copycheck.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "generate/near.h"

enum {
    TURN_CHARACTERS = 15, /* shorter turns are nobody's own */
    TURN_WORDS = 10,
    SHINGLE_CHARACTERS = 3,
    SHINGLE_WORD_PAIR = 2,
    QUOTE_BYTES = 240
};

__extension__ typedef unsigned __int128 wide;

/* A shingle of reference turns. */
struct cell {
    uint64_t shingle;   /* 0: free */
    uint32_t frequency; /* turns that hold it */
    uint32_t first;     /* of its turns in `postings` */
    uint32_t count;
};

struct copycheck {
    const struct rulebook *book;
    size_t run;
    struct fraction threshold;
    bool sealed;

    struct vec names;  /* uint64_t; until sealed */
    uint32_t *tags;    /* owned; 0 = free */
    unsigned tag_bits; /* log2 of their number */

    struct vec shingles; /* uint64_t, sets of all turns one after the other */
    struct vec ends;     /* size_t, end of each turn's set */
    struct cell *cells;  /* owned */
    size_t cell_count;   /* power of two */
    uint32_t *postings;  /* owned; turn numbers */
    size_t posting_count;
};

struct copycheck_memory {
    struct lexicon_matcher *matcher; /* owned; stock phrases */
    struct vec matches;              /* struct lexicon_match */
    struct vec uncovered;            /* uint32_t, running count of units */
    struct vec set;                  /* uint64_t */
    struct vec ranked;               /* struct ranked */
};

struct ranked {
    uint64_t shingle;
    uint32_t frequency;
    uint32_t cell; /* number + 1, or 0 */
};

struct copycheck *copycheck_open(const struct rulebook *book, size_t run,
                                 struct fraction threshold)
{
    assert(run > 0 && threshold.denominator > 0);
    struct copycheck *copy = mem_zero(1, sizeof *copy);
    copy->book = book;
    copy->run = run;
    copy->threshold = threshold;
    vec_init(&copy->names, sizeof(uint64_t));
    vec_init(&copy->shingles, sizeof(uint64_t));
    vec_init(&copy->ends, sizeof(size_t));
    return copy;
}

void copycheck_close(struct copycheck *copy)
{
    if (!copy)
        return;
    vec_release(&copy->names);
    vec_release(&copy->shingles);
    vec_release(&copy->ends);
    free(copy->tags);
    free(copy->cells);
    free(copy->postings);
    free(copy);
}

struct copycheck_memory *copycheck_memory_new(const struct copycheck *copy)
{
    struct copycheck_memory *memory = mem_zero(1, sizeof *memory);
    memory->matcher = lexicon_matcher_new(copy->book->common);
    vec_init(&memory->matches, sizeof(struct lexicon_match));
    vec_init(&memory->uncovered, sizeof(uint32_t));
    vec_init(&memory->set, sizeof(uint64_t));
    vec_init(&memory->ranked, sizeof(struct ranked));
    return memory;
}

void copycheck_memory_free(struct copycheck_memory *memory)
{
    if (!memory)
        return;
    lexicon_matcher_free(memory->matcher);
    vec_release(&memory->matches);
    vec_release(&memory->uncovered);
    vec_release(&memory->set);
    vec_release(&memory->ranked);
    free(memory);
}

/* --- shared by both halves --- */

static int by_value(const void *left, const void *right)
{
    uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;
    return (a > b) - (a < b);
}

/* Sorts and drops repeats; returns the new count. */
static size_t make_set(uint64_t *items, size_t count)
{
    qsort(items, count, sizeof *items, by_value);
    size_t kept = 0;
    for (size_t i = 0; i < count; i++)
        if (kept == 0 || items[kept - 1] != items[i])
            items[kept++] = items[i];
    return kept;
}

/* uncovered[i]: units before unit i of the turn that no stock phrase covers. */
static void mark_stock(const struct transcript *t,
                       const struct script_turn *turn,
                       struct copycheck_memory *memory)
{
    lexicon_match(memory->matcher, turn->kept, &memory->matches);
    vec_reserve(&memory->uncovered, turn->unit_count + 1);
    uint32_t *uncovered = memory->uncovered.items;
    uint32_t count = 0;
    const struct lexicon_match *match = memory->matches.items;
    const struct lexicon_match *end = match + memory->matches.count;
    for (size_t i = 0; i < turn->unit_count; i++) {
        uncovered[i] = count;
        size_t byte =
            t->units[turn->unit_first + i] - t->units[turn->unit_first];
        while (match < end && match->end <= byte)
            match++;
        count += match == end || byte < match->start;
    }
    uncovered[turn->unit_count] = count;
}

/* The shingles of a turn as a set in memory->set; none when it is short or
 * consists of stock phrases for the greater part. */
static void turn_set(const struct transcript *t, const struct script_turn *turn,
                     struct copycheck_memory *memory)
{
    bool zh = t->lang == LANG_ZH;
    size_t least = zh ? TURN_CHARACTERS : TURN_WORDS;
    size_t n = zh ? SHINGLE_CHARACTERS : SHINGLE_WORD_PAIR;
    const uint32_t *uncovered = memory->uncovered.items;
    vec_reset(&memory->set);
    if (turn->unit_count < least ||
        2 * uncovered[turn->unit_count] < turn->unit_count)
        return;
    size_t count = turn->unit_count - n + 1;
    vec_reserve(&memory->set, count);
    uint64_t *set = memory->set.items;
    for (size_t i = 0; i < count; i++)
        set[i] = transcript_hash(t, turn->unit_first + i, n) | 1;
    memory->set.count = make_set(set, count);
}

static size_t cell_place(const struct copycheck *copy, uint64_t shingle)
{
    size_t at = (shingle >> 24) & (copy->cell_count - 1);
    while (copy->cells[at].shingle && copy->cells[at].shingle != shingle)
        at = (at + 1) & (copy->cell_count - 1);
    return at;
}

static int by_rarity(const void *left, const void *right)
{
    const struct ranked *a = left, *b = right;
    if (a->frequency != b->frequency)
        return a->frequency < b->frequency ? -1 : 1;
    return (a->shingle > b->shingle) - (a->shingle < b->shingle);
}

/* Ranks a set by rarity; returns how many of the first make its prefix. */
static size_t rank(const struct copycheck *copy, const uint64_t *set,
                   size_t count, struct copycheck_memory *memory)
{
    vec_reserve(&memory->ranked, count);
    struct ranked *ranked = memory->ranked.items;
    for (size_t i = 0; i < count; i++) {
        size_t at = cell_place(copy, set[i]);
        const struct cell *cell = &copy->cells[at];
        bool known = cell->shingle != 0;
        ranked[i] = (struct ranked){set[i], known ? cell->frequency : 0,
                                    known ? (uint32_t)at + 1 : 0};
    }
    qsort(ranked, count, sizeof *ranked, by_rarity);
    wide product = (wide)copy->threshold.numerator * count;
    size_t needed = (size_t)((product + copy->threshold.denominator - 1) /
                             copy->threshold.denominator);
    return needed > count ? 0 : count - needed + (needed > 0);
}

/* --- building --- */

void copycheck_add(struct copycheck *copy, const struct transcript *reference,
                   struct copycheck_memory *memory)
{
    assert(!copy->sealed);
    for (size_t i = 0; i < reference->turn_count; i++) {
        const struct script_turn *turn = &reference->turns[i];
        for (size_t u = 0; u + copy->run <= turn->unit_count; u++) {
            uint64_t name =
                transcript_hash(reference, turn->unit_first + u, copy->run);
            vec_push(&copy->names, &name);
        }
        mark_stock(reference, turn, memory);
        turn_set(reference, turn, memory);
        if (memory->set.count == 0)
            continue;
        for (size_t k = 0; k < memory->set.count; k++)
            vec_push(&copy->shingles, vec_at(&memory->set, k));
        vec_push(&copy->ends, &copy->shingles.count);
    }
    assert(copy->names.count < UINT32_MAX && copy->shingles.count < UINT32_MAX);
}

static uint32_t tag_of(uint64_t name)
{
    uint32_t tag = (uint32_t)name;
    return tag ? tag : 1;
}

static bool has_name(const struct copycheck *copy, uint64_t name)
{
    size_t mask = ((size_t)1 << copy->tag_bits) - 1;
    size_t at = name >> (64 - copy->tag_bits);
    for (; copy->tags[at]; at = (at + 1) & mask)
        if (copy->tags[at] == tag_of(name))
            return true;
    return false;
}

static void build_names(struct copycheck *copy)
{
    uint64_t *names = copy->names.items;
    size_t count = make_set(names, copy->names.count);
    copy->tag_bits = 6;
    while (((size_t)1 << copy->tag_bits) * 2 < count * 3)
        copy->tag_bits++;
    size_t size = (size_t)1 << copy->tag_bits;
    copy->tags = mem_zero(size, sizeof *copy->tags);
    for (size_t i = 0; i < count; i++) {
        size_t at = names[i] >> (64 - copy->tag_bits);
        while (copy->tags[at])
            at = (at + 1) & (size - 1);
        copy->tags[at] = tag_of(names[i]);
    }
    vec_release(&copy->names);
}

static void count_frequencies(struct copycheck *copy)
{
    const uint64_t *shingles = copy->shingles.items;
    copy->cell_count = 64;
    while (copy->cell_count < 2 * copy->shingles.count)
        copy->cell_count *= 2;
    copy->cells = mem_zero(copy->cell_count, sizeof *copy->cells);
    for (size_t i = 0; i < copy->shingles.count; i++) {
        struct cell *cell = &copy->cells[cell_place(copy, shingles[i])];
        cell->shingle = shingles[i];
        cell->frequency++;
    }
}

static size_t set_start(const struct copycheck *copy, size_t turn)
{
    return turn ? *(size_t *)vec_at(&copy->ends, turn - 1) : 0;
}

static size_t set_count(const struct copycheck *copy, size_t turn)
{
    return *(size_t *)vec_at(&copy->ends, turn) - set_start(copy, turn);
}

/* One pass counts the lists, the other fills them. */
static void post_prefixes(struct copycheck *copy, bool fill,
                          struct copycheck_memory *memory)
{
    for (size_t turn = 0; turn < copy->ends.count; turn++) {
        const uint64_t *set = vec_at(&copy->shingles, set_start(copy, turn));
        size_t prefix = rank(copy, set, set_count(copy, turn), memory);
        const struct ranked *ranked = memory->ranked.items;
        for (size_t k = 0; k < prefix; k++) {
            struct cell *cell = &copy->cells[ranked[k].cell - 1];
            if (fill)
                copy->postings[cell->first + cell->count] = (uint32_t)turn;
            cell->count++;
        }
    }
}

void copycheck_seal(struct copycheck *copy)
{
    assert(!copy->sealed);
    copy->sealed = true;
    build_names(copy);
    count_frequencies(copy);
    struct copycheck_memory *memory = copycheck_memory_new(copy);
    post_prefixes(copy, false, memory);
    for (size_t i = 0; i < copy->cell_count; i++) {
        copy->cells[i].first = (uint32_t)copy->posting_count;
        copy->posting_count += copy->cells[i].count;
        copy->cells[i].count = 0;
    }
    copy->postings = mem_zero(copy->posting_count + 1, sizeof *copy->postings);
    post_prefixes(copy, true, memory);
    copycheck_memory_free(memory);
}

size_t copycheck_bytes(const struct copycheck *copy)
{
    return sizeof *copy +
           (copy->tags ? sizeof *copy->tags << copy->tag_bits : 0) +
           copy->cell_count * sizeof *copy->cells +
           copy->posting_count * sizeof *copy->postings +
           copy->shingles.capacity * sizeof(uint64_t) +
           copy->ends.capacity * sizeof(size_t) +
           copy->names.capacity * sizeof(uint64_t);
}

/* --- looking up --- */

static bool check_runs(const struct copycheck *copy, const struct transcript *t,
                       size_t number, struct copycheck_memory *memory,
                       struct refine_verdict *verdict)
{
    const struct script_turn *turn = &t->turns[number];
    const uint32_t *uncovered = memory->uncovered.items;
    size_t n = copy->run;
    for (size_t u = 0; u + n <= turn->unit_count; u++) {
        if (uncovered[u + n] == uncovered[u] ||
            !has_name(copy, transcript_hash(t, turn->unit_first + u, n)))
            continue;
        size_t end = u + 1;
        while (end + n <= turn->unit_count &&
               has_name(copy, transcript_hash(t, turn->unit_first + end, n)))
            end++;
        str copied = transcript_units(t, turn->unit_first + u, end - u + n - 1);
        refine_verdict_set(verdict, REFINE_COPIED, number + 1, 0,
                           turn->text.len, "stands in a reference: " STR_FMT,
                           STR_ARG(str_slice(copied, 0, QUOTE_BYTES)));
        return false;
    }
    return true;
}

static bool check_turn(const struct copycheck *copy, const struct transcript *t,
                       size_t number, struct copycheck_memory *memory,
                       struct refine_verdict *verdict)
{
    turn_set(t, &t->turns[number], memory);
    const uint64_t *set = memory->set.items;
    size_t count = memory->set.count;
    size_t prefix = count ? rank(copy, set, count, memory) : 0;
    const struct ranked *ranked = memory->ranked.items;
    for (size_t k = 0; k < prefix; k++) {
        if (ranked[k].cell == 0)
            continue;
        const struct cell *cell = &copy->cells[ranked[k].cell - 1];
        for (size_t p = 0; p < cell->count; p++) {
            size_t other = copy->postings[cell->first + p];
            const uint64_t *items =
                vec_at(&copy->shingles, set_start(copy, other));
            if (!near_is(set, count, items, set_count(copy, other),
                         copy->threshold))
                continue;
            str text = t->turns[number].text;
            refine_verdict_set(verdict, REFINE_COPIED, number + 1, 0, text.len,
                               "nearly a turn of a reference: " STR_FMT,
                               STR_ARG(str_slice(text, 0, QUOTE_BYTES)));
            return false;
        }
    }
    return true;
}

bool copycheck_passes(const struct copycheck *copy,
                      const struct transcript *transcript,
                      struct copycheck_memory *memory,
                      struct refine_verdict *verdict)
{
    assert(copy->sealed);
    for (size_t i = 0; i < transcript->turn_count; i++) {
        if (transcript->turns[i].unit_count == 0)
            continue;
        mark_stock(transcript, &transcript->turns[i], memory);
        if (!check_runs(copy, transcript, i, memory, verdict) ||
            !check_turn(copy, transcript, i, memory, verdict))
            return false;
    }
    return true;
}
