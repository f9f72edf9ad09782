/* refine.c - see refine.h: the rules in order, and the short ones of them. */
#include "generate/refine.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "generate/copycheck.h"
#include "generate/damaged.h"
#include "measure/identifiers.h"
#include "generate/plausible.h"
#include "generate/repetition.h"
#include "generate/roles.h"
#include "generate/verdict.h"
#include "generate/wordlist.h"

enum { SHINGLE_CHARACTERS = 5, SHINGLE_WORDS_IN = 3 }; /* of rule 10 */

/* What a language needs; open for those that can occur. */
struct language_rules {
    struct rulebook *book;     /* owned */
    struct mentions *mentions; /* owned */
    struct copycheck *copy;    /* owned; NULL: no references */
};

struct refiner {
    struct refine_config config;
    struct language_rules languages[LANG_COUNT];
    struct wordlist *words; /* owned; NULL without outline */
};

/* Scratch for one language. */
struct language_scratch {
    struct transcript *transcript; /* owned, as all here */
    struct lexicon_matcher *disclosures;
    struct lexicon_matcher *mentions;
    struct copycheck_memory *copy;
};

struct refine_worker {
    const struct refiner *refiner; /* borrowed */
    struct language_scratch languages[LANG_COUNT];
    struct regex_context *context; /* owned */
    struct wordlist_memory words;
    struct repetition_memory repetition;
    struct vec matches;      /* struct lexicon_match */
    struct vec mentions;     /* struct mention */
    struct transcript *last; /* what was checked last */
};

/* --- life cycle --- */

static bool open_language(struct refiner *r, enum lang lang,
                          const struct knowledge *knowledge, struct err *err)
{
    struct language_rules *rules = &r->languages[lang];
    rules->book = rulebook_open(lang, err);
    if (!rules->book)
        return false;
    rules->mentions = mentions_open(knowledge, rules->book, err);
    return rules->mentions != NULL;
}

struct refiner *refiner_open(const struct refine_config *config,
                             const struct outline *outline,
                             const struct knowledge *knowledge, struct err *err)
{
    struct refiner *r = mem_zero(1, sizeof *r);
    r->config = *config;
    bool ok = true;
    for (int lang = 0; ok && lang < LANG_COUNT; lang++)
        if (!outline || outline->lang == (enum lang)lang)
            ok = open_language(r, (enum lang)lang, knowledge, err);
    if (ok && outline)
        r->words = wordlist_open(outline, err);
    if (ok && (!outline || r->words))
        return r;
    refiner_close(r);
    return NULL;
}

void refiner_close(struct refiner *refiner)
{
    if (!refiner)
        return;
    for (int lang = 0; lang < LANG_COUNT; lang++) {
        copycheck_close(refiner->languages[lang].copy);
        mentions_close(refiner->languages[lang].mentions);
        rulebook_close(refiner->languages[lang].book);
    }
    wordlist_close(refiner->words);
    free(refiner);
}

bool refiner_add_references(struct refiner *refiner,
                            const struct dialogue *dialogues, size_t count,
                            enum lang lang, struct err *err)
{
    struct language_rules *rules = &refiner->languages[lang];
    const struct refine_copied *config = &refiner->config.copied;
    size_t bytes = 0;
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < dialogues[i].turns.count; j++)
            bytes += LIST_AT(dialogues[i].turns, struct turn, j)->text.len;
    if (bytes >= UINT32_MAX)
        return err_set(err, ERR_LIMIT, "references: %zu bytes are too many",
                       bytes);
    if (!rules->book)
        return err_set(err, ERR_USAGE,
                       "references in " STR_FMT
                       " for an outline of another language",
                       STR_ARG(lang_name(lang)));
    assert(!rules->copy);
    struct transcript *t = transcript_new(lang, err);
    if (!t)
        return false;
    int64_t run = lang == LANG_ZH ? config->characters : config->words;
    rules->copy = copycheck_open(rules->book, (size_t)run,
                                 fraction_of(config->turn_threshold));
    struct copycheck_memory *memory = copycheck_memory_new(rules->copy);
    for (size_t i = 0; i < count; i++) {
        transcript_read(t, dialogues[i].turns.items, dialogues[i].turns.count);
        copycheck_add(rules->copy, t, memory);
    }
    copycheck_seal(rules->copy);
    copycheck_memory_free(memory);
    transcript_free(t);
    return true;
}

struct refine_worker *refine_worker_new(const struct refiner *refiner)
{
    struct refine_worker *w = mem_zero(1, sizeof *w);
    w->refiner = refiner;
    w->context = regex_context_new();
    repetition_memory_init(&w->repetition);
    vec_init(&w->matches, sizeof(struct lexicon_match));
    vec_init(&w->mentions, sizeof(struct mention));
    wordlist_memory_init(&w->words, refiner->words);
    for (int lang = 0; lang < LANG_COUNT; lang++) {
        const struct language_rules *rules = &refiner->languages[lang];
        struct language_scratch *scratch = &w->languages[lang];
        if (!rules->book)
            continue;
        struct err err;
        scratch->transcript = transcript_new((enum lang)lang, &err);
        assert(scratch->transcript); /* the rulebook has made one before */
        scratch->disclosures = lexicon_matcher_new(rules->book->disclosures);
        scratch->mentions = mentions_matcher(rules->mentions);
        if (rules->copy)
            scratch->copy = copycheck_memory_new(rules->copy);
    }
    return w;
}

void refine_worker_free(struct refine_worker *worker)
{
    if (!worker)
        return;
    for (int lang = 0; lang < LANG_COUNT; lang++) {
        struct language_scratch *scratch = &worker->languages[lang];
        transcript_free(scratch->transcript);
        lexicon_matcher_free(scratch->disclosures);
        lexicon_matcher_free(scratch->mentions);
        copycheck_memory_free(scratch->copy);
    }
    regex_context_free(worker->context);
    wordlist_memory_release(&worker->words);
    repetition_memory_release(&worker->repetition);
    vec_release(&worker->matches);
    vec_release(&worker->mentions);
    free(worker);
}

struct refine_input refine_input_of(const struct wish *wish, struct list turns)
{
    return (struct refine_input){.lang = wish->lang,
                                 .relation = wish->relation,
                                 .task = wish->task,
                                 .level = wish->level,
                                 .turns_min = wish->turns_min,
                                 .turns_max = wish->turns_max,
                                 .length_min = wish->length_min,
                                 .length_max = wish->length_max,
                                 .terms = wish->terms,
                                 .disease = wish->disease,
                                 .persona = &wish->persona,
                                 .turns = turns};
}

/* --- what the rules see --- */

struct checking {
    const struct refine_config *config;
    const struct refiner *refiner;
    const struct language_rules *rules;
    struct language_scratch *scratch;
    struct refine_worker *worker;
    const struct refine_input *input;
    struct transcript *t;
    struct refine_verdict *verdict;
};

/* --- 2 to 5: structure, relation, turns, length --- */

/* Two doctors are told apart by their names; without names they are taken for
 * two. */
static bool one_name_only(const struct refine_input *input)
{
    const struct turn *turns = input->turns.items;
    if (turns[0].speaker.len == 0)
        return false;
    for (size_t i = 1; i < input->turns.count; i++)
        if (!str_equal(turns[i].speaker, turns[0].speaker))
            return false;
    return true;
}

static bool check_sides(const struct checking *c)
{
    bool sides[ROLE_COUNT] = {false};
    size_t count = 0;
    for (size_t i = 0; i < c->t->turn_count; i++) {
        enum role side = c->t->turns[i].side;
        if (side == ROLE_NONE || side == ROLE_SYSTEM)
            return refuse(c->verdict, REFINE_UNKNOWN_ROLE, i + 1,
                          "nobody knows who speaks");
        count += !sides[side];
        sides[side] = true;
        if (count > 2)
            return refuse(c->verdict, REFINE_MULTI_PARTY, i + 1,
                          "a third side speaks");
    }
    if (count == 1 && (!sides[ROLE_DOCTOR] || one_name_only(c->input)))
        return refuse(c->verdict, REFINE_ONE_SPEAKER, 0,
                      "only one side speaks");
    return true;
}

static bool check_texts(const struct checking *c)
{
    if (c->t->turn_count < 2)
        return refuse(c->verdict, REFINE_NOT_DIALOGUE, 0, "%zu turns",
                      c->t->turn_count);
    for (size_t i = 0; i < c->t->turn_count; i++)
        if (str_trim(c->t->turns[i].text).len == 0)
            return refuse(c->verdict, REFINE_NOT_DIALOGUE, i + 1,
                          "a turn without text");
    return true;
}

static enum relation relation_of(const struct transcript *t)
{
    bool roles[ROLE_COUNT] = {false};
    for (size_t i = 0; i < t->turn_count; i++)
        roles[t->turns[i].role] = true;
    return relation_of_roles(roles);
}

static bool check_relation(const struct checking *c)
{
    enum relation wanted = c->input->relation, found = relation_of(c->t);
    if (wanted == RELATION_NONE || wanted == found)
        return true;
    return refuse(c->verdict, REFINE_RELATION, 0,
                  STR_FMT " instead of " STR_FMT, STR_ARG(relation_name(found)),
                  STR_ARG(relation_name(wanted)));
}

/* A bound of 0 is none. */
static bool within(int64_t value, int64_t low, int64_t high)
{
    return value >= low && (high == 0 || value <= high);
}

static bool check_turns(const struct checking *c)
{
    int64_t turns = (int64_t)c->t->turn_count;
    if (within(turns, c->input->turns_min, c->input->turns_max))
        return true;
    return refuse(c->verdict, REFINE_TURNS, 0,
                  "%lld turns, asked for %lld to %lld", (long long)turns,
                  (long long)c->input->turns_min,
                  (long long)c->input->turns_max);
}

static bool check_length(const struct checking *c)
{
    if (c->input->length_min == 0 && c->input->length_max == 0)
        return true;
    int64_t length =
        record_text_length(c->t->joined, lang_name(c->input->lang));
    if (within(length, c->input->length_min, c->input->length_max))
        return true;
    return refuse(
        c->verdict, REFINE_LENGTH, 0, "%lld %s, asked for %lld to %lld",
        (long long)length, c->input->lang == LANG_ZH ? "characters" : "words",
        (long long)c->input->length_min, (long long)c->input->length_max);
}

/* --- rules with rooms of their own --- */

static bool check_damaged(const struct checking *c)
{
    return damaged_check(c->rules->book, c->input, c->t,
                         c->scratch->disclosures, &c->worker->matches,
                         c->verdict);
}

static bool check_vocabulary(const struct checking *c)
{
    return wordlist_check(&c->config->vocabulary, c->refiner->words, c->input,
                          c->t, &c->worker->words, c->verdict);
}

static bool check_repetition(const struct checking *c)
{
    return repetition_check(&c->config->repetition, c->rules->book, c->t,
                            &c->worker->repetition, c->verdict);
}

static bool check_roles(const struct checking *c)
{
    return roles_check(&c->config->roles, c->rules->book, c->input, c->t,
                       &c->worker->mentions, c->worker->context, c->verdict);
}

static bool check_identifiers(const struct checking *c)
{
    size_t from = 0, offset;
    struct identifier found;
    if (!identifier_next(c->t->joined, c->input->lang, &from, &found))
        return true;
    size_t turn = transcript_turn_at(c->t, found.start, &offset);
    refine_verdict_set(
        c->verdict, REFINE_IDENTIFIER, turn + 1, offset,
        offset + found.end - found.start, "%s: " STR_FMT,
        identifier_kind_name(found.kind),
        STR_ARG(str_slice(c->t->joined, found.start, found.end)));
    return false;
}

static bool check_copied(const struct checking *c)
{
    return !c->rules->copy ||
           copycheck_passes(c->rules->copy, c->t, c->scratch->copy, c->verdict);
}

static bool check_implausible(const struct checking *c)
{
    struct plausible p = {
        &c->config->implausible, c->rules->book,     c->input,  c->t,
        &c->worker->mentions,    c->worker->context, c->verdict};
    return plausible_check(&p);
}

/* --- the order --- */

static bool check_structure(const struct checking *c)
{
    return check_texts(c) && check_sides(c);
}

/* Not a rule: what rules 8 and 12 look at. */
static bool find_mentions(const struct checking *c)
{
    mentions_find(c->rules->mentions, c->scratch->mentions, c->t,
                  &c->worker->matches, &c->worker->mentions);
    return true;
}

static bool check_all(const struct checking *c)
{
    const struct refine_config *on = c->config;
    const struct {
        bool enabled;
        bool (*check)(const struct checking *);
    } rules[] = {
        {c->t->turn_count == 0, check_texts},
        {on->damaged.enabled, check_damaged},
        {on->structure.enabled, check_structure},
        {on->relation.enabled, check_relation},
        {on->turns.enabled, check_turns},
        {on->length.enabled, check_length},
        {on->vocabulary.enabled, check_vocabulary},
        {on->repetition.enabled, check_repetition},
        {on->roles.enabled || on->implausible.enabled, find_mentions},
        {on->roles.enabled, check_roles},
        {on->identifiers.enabled, check_identifiers},
        {on->copied.enabled, check_copied},
        {on->implausible.enabled, check_implausible},
    };
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
        if (rules[i].enabled && !rules[i].check(c))
            return false;
    return true;
}

void refine_check(const struct refiner *refiner, struct refine_worker *worker,
                  const struct refine_input *input,
                  struct refine_verdict *verdict)
{
    assert(worker->refiner == refiner);
    const struct language_rules *rules = &refiner->languages[input->lang];
    struct language_scratch *scratch = &worker->languages[input->lang];
    assert(rules->book);
    *verdict = (struct refine_verdict){.reason = REFINE_OK};
    worker->last = NULL;
    size_t bytes = 0;
    for (size_t i = 0; i < input->turns.count; i++)
        bytes += LIST_AT(input->turns, struct turn, i)->text.len + 1;
    if (bytes > REFINE_BYTES_MAX) {
        refine_verdict_set(verdict, REFINE_LENGTH, 0, 0, 0,
                           "%zu bytes are more than %zu", bytes,
                           REFINE_BYTES_MAX);
        return;
    }
    transcript_read(scratch->transcript, input->turns.items,
                    input->turns.count);
    worker->last = scratch->transcript;
    struct checking checking = {&refiner->config, refiner, rules,
                                scratch,          worker,  input,
                                worker->last,     verdict};
    bool ok = check_all(&checking);
    assert(ok == (verdict->reason == REFINE_OK));
}

static int by_value(const void *left, const void *right)
{
    uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;
    return (a > b) - (a < b);
}

void refine_shingles(struct refine_worker *worker, struct vec *out)
{
    const struct transcript *t = worker->last;
    vec_reset(out);
    if (!t || t->unit_count == 0)
        return;
    size_t n = t->lang == LANG_ZH ? SHINGLE_CHARACTERS : SHINGLE_WORDS_IN;
    size_t count = t->unit_count < n ? 1 : t->unit_count - n + 1;
    vec_reserve(out, count);
    uint64_t *hashes = out->items;
    for (size_t i = 0; i < count; i++)
        hashes[i] =
            transcript_hash(t, i, n < t->unit_count ? n : t->unit_count);
    qsort(hashes, count, sizeof *hashes, by_value);
    for (size_t i = 0; i < count; i++)
        if (out->count == 0 || hashes[out->count - 1] != hashes[i])
            hashes[out->count++] = hashes[i];
}
