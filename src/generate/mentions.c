/* mentions.c - see mentions.h. */
#include "generate/mentions.h"

#include <stdlib.h>

#include "base/mem.h"

/* What a term names; several things in a chain. */
struct target {
    struct mention mention;
    uint32_t next; /* number of the next target + 1, or 0 */
};

struct mentions {
    struct lexicon *lexicon; /* owned */
    struct vec targets;      /* struct target */
    struct vec terms;        /* str, borrowed from the packs */
    struct vec first;        /* uint32_t: of each term, target + 1 */
    struct map known;        /* folded term → its number */
    struct arena arena;      /* further spellings */
};

static void add_spelling(struct mentions *m, str term, struct mention mention)
{
    if (term.len == 0)
        return;
    char folded[LEXICON_TERM_BYTES_MAX];
    if (term.len > sizeof folded)
        return;
    for (size_t i = 0; i < term.len; i++) {
        char c = term.ptr[i];
        folded[i] = (char)(c >= 'A' && c <= 'Z' ? c + 32 : c);
    }
    uint64_t number = m->terms.count;
    str key = str_make(folded, term.len);
    uint32_t none = 0;
    if (!map_get(&m->known, key, &number)) {
        map_put(&m->known, key, number);
        vec_push(&m->terms, &term);
        vec_push(&m->first, &none);
    }
    uint32_t *first = vec_at(&m->first, number);
    struct target target = {mention, *first};
    vec_push(&m->targets, &target);
    *first = (uint32_t)m->targets.count;
}

static void add_term(struct mentions *m, str term, struct mention mention)
{
    add_spelling(m, term, mention);
    add_spelling(m, curly_spelling(term, &m->arena), mention);
}

static void add_diseases(struct mentions *m, const struct knowledge *k,
                         enum lang lang)
{
    for (size_t i = 0; i < k->diseases.count; i++) {
        const struct disease *disease = LIST_AT(k->diseases, struct disease, i);
        struct mention mention = {.kind = MENTION_DISEASE, .disease = disease};
        add_term(m, t3_in(&disease->name, lang), mention);
        struct list aliases = disease->aliases.texts[lang];
        for (size_t j = 0; j < aliases.count; j++)
            add_term(m, *LIST_AT(aliases, str, j), mention);
    }
}

static void add_tests(struct mentions *m, const struct knowledge *k,
                      const struct rulebook *book)
{
    for (size_t i = 0; i < k->tests.count; i++) {
        const struct test *test = LIST_AT(k->tests, struct test, i);
        if (test->references.count == 0)
            continue;
        struct mention mention = {.kind = MENTION_TEST, .test = test};
        add_term(m, t3_in(&test->name, book->lang), mention);
        for (size_t j = 0; j < book->test_names.count; j++) {
            const struct word_pair *pair =
                LIST_AT(book->test_names, struct word_pair, j);
            if (str_equal(pair->meaning, test->id) &&
                !str_equal_ignore_case(pair->word,
                                       t3_in(&test->name, book->lang)))
                add_term(m, pair->word, mention);
        }
    }
}

struct mentions *mentions_open(const struct knowledge *knowledge,
                               const struct rulebook *book, struct err *err)
{
    struct mentions *m = mem_zero(1, sizeof *m);
    vec_init(&m->targets, sizeof(struct target));
    vec_init(&m->terms, sizeof(str));
    vec_init(&m->first, sizeof(uint32_t));
    map_init(&m->known);
    arena_init(&m->arena);
    add_diseases(m, knowledge, book->lang);
    for (size_t i = 0; i < knowledge->drugs.count; i++) {
        const struct drug *drug = LIST_AT(knowledge->drugs, struct drug, i);
        add_term(m, t3_in(&drug->name, book->lang),
                 (struct mention){.kind = MENTION_DRUG, .drug = drug});
    }
    add_tests(m, knowledge, book);
    if (lexicon_open(&m->lexicon, m->terms.items, m->terms.count, err))
        return m;
    mentions_close(m);
    return NULL;
}

void mentions_close(struct mentions *m)
{
    if (!m)
        return;
    lexicon_close(m->lexicon);
    vec_release(&m->targets);
    vec_release(&m->terms);
    vec_release(&m->first);
    map_release(&m->known);
    arena_release(&m->arena);
    free(m);
}

struct lexicon_matcher *mentions_matcher(const struct mentions *m)
{
    return lexicon_matcher_new(m->lexicon);
}

void mentions_find(const struct mentions *m, struct lexicon_matcher *matcher,
                   const struct transcript *transcript, struct vec *matches,
                   struct vec *found)
{
    vec_reset(found);
    if (transcript->turn_count == 0)
        return;
    lexicon_match(matcher, transcript->joined, matches);
    for (size_t i = 0; i < matches->count; i++) {
        const struct lexicon_match *match = vec_at(matches, i);
        size_t start;
        size_t turn = transcript_turn_at(transcript, match->start, &start);
        uint32_t next = *(uint32_t *)vec_at(&m->first, match->term);
        while (next) {
            const struct target *target = vec_at(&m->targets, next - 1);
            struct mention mention = target->mention;
            mention.turn = (uint32_t)turn;
            mention.start = (uint32_t)start;
            mention.end = (uint32_t)(start + match->end - match->start);
            vec_push(found, &mention);
            next = target->next;
        }
    }
}
