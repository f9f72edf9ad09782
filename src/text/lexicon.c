/* lexicon.c - see lexicon.h.
 *
 * Both engines look for the case-folded terms in the text folded the same way
 * and report every occurrence; one function keeps those that stand as words and
 * picks the longest from left to right. Folding keeps the length of every
 * character, so offsets stay those of the text. Vectorscan ignores the case of
 * ASCII by itself: most texts, Chinese ones too, are searched as they are.
 */
#include "text/lexicon.h"

#include <assert.h>
#include <hs.h>
#include <stdlib.h>
#include <string.h>
#include <unicode/uchar.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "text/classes.h"
#include "text/decode.h"
#include "text/lexicon_trie.h"

struct term {
    str given;                 /* in arena */
    size_t len;                /* bytes, the same for the folded spelling */
    bool word_start, word_end; /* needs a word boundary there */
};

struct lexicon {
    struct arena arena;
    struct term *terms; /* in arena */
    size_t count;
    const struct classes *classes;
    bool plain;
    struct trie trie;        /* plain */
    hs_database_t *database; /* otherwise; owned. NULL: no term at all */
};

struct lexicon_matcher {
    const struct lexicon *lexicon; /* borrowed */
    hs_scratch_t *scratch;         /* owned */
    struct buf folded;
    str text;         /* at hand; borrowed */
    struct vec found; /* struct lexicon_match, may overlap */
};

/* The other case of c when it is as long in UTF-8, otherwise c. */
static uint32_t folded(uint32_t c)
{
    if (c < 0x80)
        return c >= 'A' && c <= 'Z' ? c + 32 : c;
    if (c >= 0x2E80 && c < 0xA640) /* CJK has no case */
        return c;
    uint32_t other = (uint32_t)u_foldCase((UChar32)c, U_FOLD_CASE_DEFAULT);
    bool longer = (c < 0x800) != (other < 0x800) || other < 0x80 ||
                  (c < 0x10000) != (other < 0x10000);
    return longer ? c : other;
}

/* Appends text folded. Bytes that are no UTF-8 stay as they are. */
static void fold(str text, bool ascii_too, struct buf *out)
{
    size_t run = 0;
    for (size_t i = 0, step; i < text.len; i += step) {
        uint32_t c = decode_at(text, i, &step);
        if (c < 0x80 && !ascii_too)
            continue;
        uint32_t other = folded(c);
        if (other == c)
            continue;
        buf_add(out, str_slice(text, run, i));
        buf_add_utf8(out, other);
        run = i + step;
    }
    buf_add(out, str_slice(text, run, text.len));
}

static bool is_spaced(const struct classes *classes, uint32_t c)
{
    return (class_of(classes, c) & CLASS_SPACED) != 0;
}

static void describe(struct lexicon *lexicon, struct term *term, str given)
{
    term->given = arena_copy(&lexicon->arena, given);
    term->len = given.len;
    if (given.len == 0)
        return;
    str rest = given;
    term->word_start = is_spaced(lexicon->classes, utf8_next(&rest));
    rest = given;
    term->word_end = is_spaced(lexicon->classes, utf8_previous(&rest));
}

static bool check_terms(const str *terms, size_t count, struct err *err)
{
    if (count > LEXICON_TERMS_MAX)
        return err_set(err, ERR_LIMIT, "%zu terms, at most %d", count,
                       LEXICON_TERMS_MAX);
    for (size_t i = 0; i < count; i++) {
        if (terms[i].len > LEXICON_TERM_BYTES_MAX)
            return err_set(err, ERR_LIMIT, "term %zu has %zu bytes, at most %d",
                           i + 1, terms[i].len, LEXICON_TERM_BYTES_MAX);
        if (!utf8_is_valid(terms[i]))
            return err_set(err, ERR_FORMAT, "term %zu is not UTF-8", i + 1);
        /* Vectorscan's literals end at a NUL, whatever length is given. */
        if (str_find_char(terms[i], '\0', 0) != STR_NONE)
            return err_set(err, ERR_FORMAT, "term %zu holds a NUL", i + 1);
    }
    return true;
}

/* The terms as the engines see them: folded, each spelling once. */
static void list_spellings(const struct lexicon *lexicon, struct map *spellings)
{
    struct buf one;
    buf_init(&one, BUF_MAX);
    for (size_t i = 0; i < lexicon->count; i++) {
        buf_reset(&one);
        fold(lexicon->terms[i].given, true, &one);
        if (one.len && !map_get(spellings, buf_str(&one), NULL))
            map_put(spellings, buf_str(&one), i);
    }
    buf_release(&one);
}

static void build_trie(struct lexicon *lexicon, const struct map *spellings)
{
    trie_init(&lexicon->trie);
    for (size_t i = 0; i < map_size(spellings); i++) {
        const struct map_entry *entry = map_entry(spellings, i);
        trie_add(&lexicon->trie, entry->key, (uint32_t)entry->value);
    }
}

static bool build_database(struct lexicon *lexicon, const struct map *spellings,
                           struct err *err)
{
    size_t count = map_size(spellings);
    if (count == 0)
        return true;
    const char **texts = mem_alloc(count * sizeof *texts);
    size_t *lens = mem_alloc(count * sizeof *lens);
    unsigned *flags = mem_alloc(count * sizeof *flags);
    unsigned *ids = mem_alloc(count * sizeof *ids);
    for (size_t i = 0; i < count; i++) {
        const struct map_entry *entry = map_entry(spellings, i);
        texts[i] = entry->key.ptr;
        lens[i] = entry->key.len;
        flags[i] = HS_FLAG_CASELESS;
        ids[i] = (unsigned)entry->value;
    }
    hs_compile_error_t *problem = NULL;
    hs_error_t result =
        hs_compile_lit_multi(texts, flags, ids, lens, (unsigned)count,
                             HS_MODE_BLOCK, NULL, &lexicon->database, &problem);
    if (result != HS_SUCCESS)
        err_set(err, ERR_LIMIT, "terms cannot be compiled: %s",
                problem ? problem->message : "no reason given");
    hs_free_compile_error(problem);
    free(texts);
    free(lens);
    free(flags);
    free(ids);
    return result == HS_SUCCESS;
}

static bool wants_plain(enum lexicon_engine engine)
{
    const char *processor = getenv("ANAMNESIS_CPU");
    return engine == LEXICON_PLAIN ||
           (processor && strcmp(processor, "scalar") == 0) ||
           hs_valid_platform() != HS_SUCCESS;
}

bool lexicon_open_with(struct lexicon **lexicon, const str *terms, size_t count,
                       enum lexicon_engine engine, struct err *err)
{
    if (!check_terms(terms, count, err))
        return false;
    struct lexicon *made = mem_zero(1, sizeof *made);
    arena_init(&made->arena);
    made->classes = classes_get();
    made->count = count;
    made->plain = wants_plain(engine);
    made->terms = arena_array(&made->arena, count, sizeof *made->terms);
    for (size_t i = 0; i < count; i++)
        describe(made, &made->terms[i], terms[i]);
    struct map spellings;
    map_init(&spellings);
    list_spellings(made, &spellings);
    bool ok = true;
    if (made->plain)
        build_trie(made, &spellings);
    else
        ok = build_database(made, &spellings, err);
    map_release(&spellings);
    if (ok)
        *lexicon = made;
    else
        lexicon_close(made);
    return ok;
}

bool lexicon_open(struct lexicon **lexicon, const str *terms, size_t count,
                  struct err *err)
{
    return lexicon_open_with(lexicon, terms, count, LEXICON_AUTOMATIC, err);
}

void lexicon_close(struct lexicon *lexicon)
{
    if (!lexicon)
        return;
    if (lexicon->plain)
        trie_release(&lexicon->trie);
    hs_free_database(lexicon->database);
    arena_release(&lexicon->arena);
    free(lexicon);
}

size_t lexicon_size(const struct lexicon *lexicon)
{
    return lexicon->count;
}

str lexicon_term(const struct lexicon *lexicon, size_t index)
{
    assert(index < lexicon->count);
    return lexicon->terms[index].given;
}

struct lexicon_matcher *lexicon_matcher_new(const struct lexicon *lexicon)
{
    struct lexicon_matcher *matcher = mem_zero(1, sizeof *matcher);
    matcher->lexicon = lexicon;
    buf_init(&matcher->folded, BUF_MAX);
    vec_init(&matcher->found, sizeof(struct lexicon_match));
    if (lexicon->database &&
        hs_alloc_scratch(lexicon->database, &matcher->scratch) != HS_SUCCESS)
        abort(); /* no memory */
    return matcher;
}

void lexicon_matcher_free(struct lexicon_matcher *matcher)
{
    if (!matcher)
        return;
    hs_free_scratch(matcher->scratch);
    buf_release(&matcher->folded);
    vec_release(&matcher->found);
    free(matcher);
}

static bool stands_as_word(const struct lexicon *lexicon,
                           const struct term *term, str text, size_t start,
                           size_t end)
{
    str before = str_slice(text, 0, start),
        after = str_slice(text, end, text.len);
    if (term->word_start && before.len &&
        is_spaced(lexicon->classes, utf8_previous(&before)))
        return false;
    return !(term->word_end && after.len &&
             is_spaced(lexicon->classes, utf8_next(&after)));
}

static bool comes_first(const struct lexicon_match *a,
                        const struct lexicon_match *b)
{
    return a->start != b->start ? a->start < b->start : a->end > b->end;
}

/* Keeps `found` in order: leftmost first, then longest. Engines report almost
 * in this order, so an item moves over few others. */
static void add_found(struct lexicon_matcher *matcher, uint32_t term,
                      size_t start, size_t end)
{
    if (!stands_as_word(matcher->lexicon, &matcher->lexicon->terms[term],
                        matcher->text, start, end))
        return;
    struct lexicon_match match = {term, start, end};
    vec_push(&matcher->found, &match);
    struct lexicon_match *found = matcher->found.items;
    size_t i = matcher->found.count - 1;
    for (; i > 0 && comes_first(&match, &found[i - 1]); i--)
        found[i] = found[i - 1];
    found[i] = match;
}

static int on_match(unsigned id, unsigned long long from, unsigned long long to,
                    unsigned flags, void *ctx)
{
    (void)from;
    (void)flags;
    struct lexicon_matcher *matcher = ctx;
    size_t end = (size_t)to;
    add_found(matcher, id, end - matcher->lexicon->terms[id].len, end);
    return 0;
}

/* Vectorscan 5.4.9 and others of 5.4 look at the wrong end of the last vector
 * on AVX-512 and miss terms in the last 64 bytes of a text (measured: 3 of
 * 10,000 short texts; none of 3 million with this padding). No term holds a
 * NUL. */
enum { PADDING = 64 };

static void search_database(struct lexicon_matcher *matcher)
{
    if (!matcher->lexicon->database)
        return;
    buf_reset(&matcher->folded);
    fold(matcher->text, false, &matcher->folded);
    buf_add_many(&matcher->folded, '\0', PADDING);
    str text = buf_str(&matcher->folded);
    hs_error_t result =
        hs_scan(matcher->lexicon->database, text.len ? text.ptr : "",
                (unsigned)text.len, 0, matcher->scratch, on_match, matcher);
    assert(result == HS_SUCCESS);
}

static void search_trie(struct lexicon_matcher *matcher)
{
    const struct trie *trie = &matcher->lexicon->trie;
    buf_reset(&matcher->folded);
    fold(matcher->text, true, &matcher->folded);
    str text = buf_str(&matcher->folded);
    for (size_t start = 0; start < text.len; start++) {
        size_t node = 0;
        for (size_t i = start;
             i < text.len && trie_step(trie, &node, text.ptr[i]); i++)
            if (trie_term(trie, node) != TRIE_NO_TERM)
                add_found(matcher, trie_term(trie, node), start, i + 1);
    }
}

static void search(struct lexicon_matcher *matcher, str text)
{
    assert(text.len <= LEXICON_TEXT_BYTES_MAX);
    matcher->text = text;
    vec_reset(&matcher->found);
    if (matcher->lexicon->plain)
        search_trie(matcher);
    else
        search_database(matcher);
}

void lexicon_match(struct lexicon_matcher *matcher, str text, struct vec *out)
{
    search(matcher, text);
    vec_reset(out);
    const struct lexicon_match *found = matcher->found.items;
    for (size_t i = 0, end = 0; i < matcher->found.count; i++)
        if (found[i].start >= end) {
            vec_push(out, &found[i]);
            end = found[i].end;
        }
}

bool lexicon_any(struct lexicon_matcher *matcher, str text)
{
    search(matcher, text);
    return matcher->found.count > 0;
}
