/* refine.c - see refine.h: the rules in order, and the short ones of them. */
#include "generate/refine.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "generate/copycheck.h"
#include "generate/identifiers.h"
#include "generate/plausible.h"
#include "generate/repetition.h"
#include "generate/roles.h"
#include "text/language.h"

enum {
    SHINGLE_CHARACTERS = 5, /* of rule 10 */
    SHINGLE_WORDS_IN = 3,
    FOREIGN_LETTERS = 25 /* of a turn in another writing */
};
static const double language_certainty = 0.9;

/* What a language needs; open for those that can occur. */
struct language_rules {
    struct rulebook *book;     /* owned */
    struct mentions *mentions; /* owned */
    struct copycheck *copy;    /* owned; NULL: no references */
};

struct refiner {
    struct refine_config config;
    const struct outline *outline;     /* borrowed; may be NULL */
    const struct knowledge *knowledge; /* borrowed */
    struct language_rules languages[LANG_COUNT];
    struct lexicon *vocabulary; /* owned; all words of the outline, or NULL */
    struct vec term_ids;        /* uint32_t: of each lexicon term, its word */
    struct vec term_levels;     /* int64_t: of each word, its level */
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
    struct lexicon_matcher *vocabulary; /* owned; NULL without outline */
    struct regex_context *context;      /* owned */
    struct repetition_memory repetition;
    struct vec matches;  /* struct lexicon_match */
    struct vec mentions; /* struct mention */
    struct vec seen;     /* bool, one for each word of the outline */
    struct buf kept;
    const struct transcript *last; /* what was checked last */
};

/* --- life cycle --- */

/* A word, and its usual plurals where words stand alone. */
static void add_word(struct refiner *r, struct vec *spellings, str word,
                     struct arena *arena)
{
    static const char *const endings[LANG_COUNT][3] = {
        [LANG_EN] = {"s", "es", NULL}, [LANG_NL] = {"en", "s", NULL}};
    uint32_t id = (uint32_t)(r->term_levels.count - 1);
    vec_push(spellings, &word);
    vec_push(&r->term_ids, &id);
    const char *const *ending = endings[r->outline->lang];
    bool inflects = word.len >= 4 && str_find_char(word, ' ', 0) == STR_NONE;
    for (; inflects && *ending; ending++) {
        str plural = arena_printf(arena, STR_FMT "%s", STR_ARG(word), *ending);
        vec_push(spellings, &plural);
        vec_push(&r->term_ids, &id);
    }
}

static bool open_vocabulary(struct refiner *r, struct err *err)
{
    struct vec spellings;
    struct arena arena;
    vec_init(&spellings, sizeof(str));
    arena_init(&arena);
    for (size_t i = 0; i < r->outline->levels.count; i++) {
        const struct level *level =
            LIST_AT(r->outline->levels, struct level, i);
        for (size_t j = 0; j < level->terms.count; j++) {
            vec_push(&r->term_levels, &level->level);
            add_word(r, &spellings, LIST_AT(level->terms, struct term, j)->word,
                     &arena);
        }
    }
    bool ok =
        lexicon_open(&r->vocabulary, spellings.items, spellings.count, err);
    vec_release(&spellings);
    arena_release(&arena);
    return ok;
}

static bool open_language(struct refiner *r, enum lang lang, struct err *err)
{
    struct language_rules *rules = &r->languages[lang];
    rules->book = rulebook_open(lang, err);
    if (!rules->book)
        return false;
    rules->mentions = mentions_open(r->knowledge, rules->book, err);
    return rules->mentions != NULL;
}

struct refiner *refiner_open(const struct refine_config *config,
                             const struct outline *outline,
                             const struct knowledge *knowledge, struct err *err)
{
    struct refiner *r = mem_zero(1, sizeof *r);
    r->config = *config;
    r->outline = outline;
    r->knowledge = knowledge;
    vec_init(&r->term_ids, sizeof(uint32_t));
    vec_init(&r->term_levels, sizeof(int64_t));
    bool ok = true;
    for (int lang = 0; ok && lang < LANG_COUNT; lang++)
        if (!outline || outline->lang == (enum lang)lang)
            ok = open_language(r, (enum lang)lang, err);
    if (ok && outline)
        ok = open_vocabulary(r, err);
    if (ok)
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
    lexicon_close(refiner->vocabulary);
    vec_release(&refiner->term_ids);
    vec_release(&refiner->term_levels);
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
    vec_init(&w->seen, sizeof(bool));
    buf_init(&w->kept, BUF_MAX);
    if (refiner->vocabulary)
        w->vocabulary = lexicon_matcher_new(refiner->vocabulary);
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
    lexicon_matcher_free(worker->vocabulary);
    regex_context_free(worker->context);
    repetition_memory_release(&worker->repetition);
    vec_release(&worker->matches);
    vec_release(&worker->mentions);
    vec_release(&worker->seen);
    buf_release(&worker->kept);
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
    const struct transcript *t;
    struct refine_verdict *verdict;
};

/* Always false, so that `return refuse(…)` reads as one step. */
#define refuse(c, reason, turn, ...)                                           \
    (refine_verdict_set((c)->verdict, reason, turn, 0, 0, __VA_ARGS__), false)

/* --- 1: damaged --- */

static bool ends_with_any(str text, const char *const *marks)
{
    for (; *marks; marks++)
        if (str_ends_with(text, str_of(*marks)))
            return true;
    return false;
}

static bool ends_closed(str text)
{
    static const char *const closed[] = {"。", "！", "？", ".",  "!",  "?",
                                         "…",  "”",  "\"", "」", "』", ")",
                                         "）", "~",  "～", "'",  NULL};
    return ends_with_any(str_trim(text), closed);
}

static bool ends_in_letter(str text)
{
    text = str_trim(text);
    if (text.len == 0)
        return false;
    uint32_t last = utf8_previous(&text);
    return utf8_is_han(last) || (last >= 'a' && last <= 'z');
}

/* A comma ends nothing. A last turn that ends in a letter is cut when the reply
 * ended for its length, or when all turns before it end in a mark. */
static bool check_truncated(const struct checking *c)
{
    static const char *const open[] = {"，", "、", "：", "；", ",",
                                       ":",  "（", "(",  "“",  NULL};
    size_t last = c->t->turn_count;
    str text = str_trim(c->t->turns[last - 1].text);
    bool others_closed = last > 3;
    for (size_t i = 0; i + 1 < last && others_closed; i++)
        others_closed = ends_closed(c->t->turns[i].text);
    if (ends_with_any(text, open) || (c->input->cut && !ends_closed(text)) ||
        (others_closed && ends_in_letter(text)))
        return refuse(c, REFINE_TRUNCATED, last,
                      "the last turn stops in the middle of a sentence");
    return true;
}

static bool has_any(str kept, const struct list *words)
{
    for (size_t i = 0; i < words->count; i++)
        if (str_contains(kept, *LIST_AT(*words, str, i)))
            return true;
    return false;
}

static bool begins_with_any(str kept, const struct list *words)
{
    for (size_t i = 0; i < words->count; i++)
        if (str_starts_with(kept, *LIST_AT(*words, str, i)))
            return true;
    return false;
}

/* In the second half of a reply a clinician may well say "I'm sorry, I can't";
 * so a refusal also speaks of the request. */
static bool check_refusal(const struct checking *c)
{
    const struct rulebook *book = c->rules->book;
    for (size_t i = 0; i < c->t->turn_count; i++) {
        str kept = c->t->turns[i].kept;
        if (begins_with_any(kept, &book->refusals) &&
            has_any(kept, &book->refusal_objects))
            return refuse(c, REFINE_REFUSAL, i + 1, "declines: " STR_FMT,
                          STR_ARG(str_slice(c->t->turns[i].text, 0, 160)));
    }
    return true;
}

struct letters {
    size_t han, other;
};

static struct letters count_letters(str text)
{
    struct letters letters = {0, 0};
    for (str rest = text; rest.len;) {
        uint32_t c = utf8_next(&rest);
        letters.han += utf8_is_han(c);
        letters.other += (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                         (c >= 0xC0 && c < 0x2000 && c != 0xD7 && c != 0xF7);
    }
    return letters;
}

/* A whole turn in another writing. */
static bool is_foreign(enum lang lang, str text)
{
    struct letters letters = count_letters(text);
    if (lang == LANG_ZH)
        return letters.han == 0 && letters.other >= FOREIGN_LETTERS;
    return letters.han * 4 >= FOREIGN_LETTERS && letters.han > letters.other;
}

static bool check_language(const struct checking *c)
{
    double certainty;
    const char *guess = language_guess(c->t->joined, &certainty);
    str wanted = lang_name(c->input->lang);
    if (!str_equal(str_of(guess), wanted) &&
        !str_equal(str_of(guess), STR("other")) &&
        certainty >= language_certainty)
        return refuse(c, REFINE_WRONG_LANGUAGE, 0,
                      "looks like '%s', not '" STR_FMT "'", guess,
                      STR_ARG(wanted));
    for (size_t i = 0; i < c->t->turn_count; i++)
        if (is_foreign(c->input->lang, c->t->turns[i].text))
            return refuse(c, REFINE_WRONG_LANGUAGE, i + 1,
                          "a turn in another writing: " STR_FMT,
                          STR_ARG(str_slice(c->t->turns[i].text, 0, 120)));
    return true;
}

static bool check_disclosure(const struct checking *c)
{
    for (size_t i = 0; i < c->t->turn_count; i++) {
        const struct script_turn *turn = &c->t->turns[i];
        lexicon_match(c->scratch->disclosures, turn->kept, &c->worker->matches);
        if (c->worker->matches.count == 0)
            continue;
        const struct lexicon_match *match = vec_at(&c->worker->matches, 0);
        return refuse(c, REFINE_AI_DISCLOSURE, i + 1, "says '" STR_FMT "'",
                      STR_ARG(str_slice(turn->kept, match->start, match->end)));
    }
    return true;
}

static bool check_damaged(const struct checking *c)
{
    return check_truncated(c) && check_refusal(c) && check_language(c) &&
           check_disclosure(c);
}

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
            return refuse(c, REFINE_UNKNOWN_ROLE, i + 1,
                          "nobody knows who speaks");
        count += !sides[side];
        sides[side] = true;
        if (count > 2)
            return refuse(c, REFINE_MULTI_PARTY, i + 1, "a third side speaks");
    }
    if (count == 1 && (!sides[ROLE_DOCTOR] || one_name_only(c->input)))
        return refuse(c, REFINE_ONE_SPEAKER, 0, "only one side speaks");
    return true;
}

static bool check_texts(const struct checking *c)
{
    if (c->t->turn_count < 2)
        return refuse(c, REFINE_NOT_DIALOGUE, 0, "%zu turns", c->t->turn_count);
    for (size_t i = 0; i < c->t->turn_count; i++)
        if (str_trim(c->t->turns[i].text).len == 0)
            return refuse(c, REFINE_NOT_DIALOGUE, i + 1, "a turn without text");
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
    return refuse(c, REFINE_RELATION, 0, STR_FMT " instead of " STR_FMT,
                  STR_ARG(relation_name(found)),
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
    return refuse(c, REFINE_TURNS, 0, "%lld turns, asked for %lld to %lld",
                  (long long)turns, (long long)c->input->turns_min,
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
        c, REFINE_LENGTH, 0, "%lld %s, asked for %lld to %lld",
        (long long)length, c->input->lang == LANG_ZH ? "characters" : "words",
        (long long)c->input->length_min, (long long)c->input->length_max);
}

/* --- 6: vocabulary --- */

static bool is_letter_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

/* Does the kept word stand there, not inside another, perhaps as a plural? */
static bool stands_in(str text, str word, enum lang lang)
{
    for (size_t from = 0, at; (at = str_find(text, word, from)) != STR_NONE;
         from = at + 1) {
        size_t end = at + word.len;
        bool starts = at == 0 || !is_letter_byte(word.ptr[0]) ||
                      !is_letter_byte(text.ptr[at - 1]);
        str rest = str_slice(text, end, text.len);
        bool plural = lang != LANG_ZH && (str_starts_with(rest, STR("s ")) ||
                                          str_starts_with(rest, STR("es ")) ||
                                          str_starts_with(rest, STR("en ")));
        bool ends = rest.len == 0 || plural ||
                    !is_letter_byte(word.ptr[word.len - 1]) ||
                    !is_letter_byte(rest.ptr[0]);
        if (starts && ends)
            return true;
    }
    return false;
}

static bool check_asked(const struct checking *c)
{
    const struct list *terms = &c->input->terms;
    size_t used = 0;
    str missing = STR("");
    for (size_t i = 0; i < terms->count; i++) {
        str term = *LIST_AT(*terms, str, i);
        buf_reset(&c->worker->kept);
        transcript_keep(c->scratch->transcript, term, &c->worker->kept);
        str word = buf_str(&c->worker->kept);
        if (word.len == 0 || stands_in(c->t->kept, word, c->input->lang))
            used++;
        else if (missing.len == 0)
            missing = term;
    }
    double needed =
        ceil(c->config->vocabulary.asked_share * (double)terms->count - 1e-9);
    if ((double)used >= needed)
        return true;
    return refuse(c, REFINE_VOCABULARY, 0,
                  "%zu of %zu words asked for; not found: " STR_FMT, used,
                  terms->count, STR_ARG(missing));
}

static size_t distinct_terms(const struct checking *c)
{
    struct refine_worker *w = c->worker;
    const struct refiner *r = c->refiner;
    vec_reserve(&w->seen, r->term_levels.count);
    bool *seen = w->seen.items;
    memset(seen, 0, r->term_levels.count * sizeof *seen);
    lexicon_match(w->vocabulary, c->t->joined, &w->matches);
    size_t distinct = 0;
    for (size_t i = 0; i < w->matches.count; i++) {
        const struct lexicon_match *match = vec_at(&w->matches, i);
        uint32_t id = *(uint32_t *)vec_at(&r->term_ids, match->term);
        int64_t level = *(int64_t *)vec_at(&r->term_levels, id);
        distinct += !seen[id] && level <= c->input->level;
        seen[id] = true;
    }
    return distinct;
}

static bool check_vocabulary(const struct checking *c)
{
    const struct level *level =
        c->refiner->outline && c->input->level > 0
            ? outline_level(c->refiner->outline, c->input->level)
            : NULL;
    int64_t needed = c->config->vocabulary.terms_min;
    if (needed < 0)
        needed = level ? level->terms_min : 0;
    if (level && needed > 0) {
        size_t distinct = distinct_terms(c);
        if (distinct < (size_t)needed)
            return refuse(c, REFINE_VOCABULARY, 0,
                          "%zu words of level %lld, needed are %lld", distinct,
                          (long long)c->input->level, (long long)needed);
    }
    return check_asked(c);
}

/* --- 7 to 12 --- */

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

/* Rules 1, 6, 7, 11 need turns with text; rule 2 gives the reason when it is
 * on, and without it an empty dialogue still cannot be read. */
static bool check_all(const struct checking *c)
{
    const struct refine_config *on = c->config;
    if (c->t->turn_count == 0)
        return check_texts(c);
    if ((on->damaged.enabled && !check_damaged(c)) ||
        (on->structure.enabled && !(check_texts(c) && check_sides(c))) ||
        (on->relation.enabled && !check_relation(c)) ||
        (on->turns.enabled && !check_turns(c)) ||
        (on->length.enabled && !check_length(c)) ||
        (on->vocabulary.enabled && !check_vocabulary(c)) ||
        (on->repetition.enabled && !check_repetition(c)))
        return false;
    if (on->roles.enabled || on->implausible.enabled)
        mentions_find(c->rules->mentions, c->scratch->mentions, c->t,
                      &c->worker->matches, &c->worker->mentions);
    return (!on->roles.enabled || check_roles(c)) &&
           (!on->identifiers.enabled || check_identifiers(c)) &&
           (!on->copied.enabled || check_copied(c)) &&
           (!on->implausible.enabled || check_implausible(c));
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
