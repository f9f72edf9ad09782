/* wordlist.c - see wordlist.h. */
#include "generate/wordlist.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "generate/rulebook.h"
#include "text/normalise.h"

struct wordlist {
    const struct outline *outline; /* borrowed */
    struct lexicon *lexicon;       /* owned; all words, all spellings */
    struct vec ids;                /* uint32_t: of each spelling, its word */
    struct vec levels;             /* int64_t: of each word, its level */
};

/* A word, and its usual plurals where words stand alone. */
static void add_word(struct wordlist *v, struct vec *spellings, str word,
                     struct arena *arena)
{
    static const char *const endings[LANG_COUNT][3] = {
        [LANG_EN] = {"s", "es", NULL}, [LANG_NL] = {"en", "s", NULL}};
    uint32_t id = (uint32_t)(v->levels.count - 1);
    vec_push(spellings, &word);
    vec_push(&v->ids, &id);
    const char *const *ending = endings[v->outline->lang];
    str curly = curly_spelling(word, arena);
    if (curly.len) {
        vec_push(spellings, &curly);
        vec_push(&v->ids, &id);
    }
    bool inflects = word.len >= 4 && str_find_char(word, ' ', 0) == STR_NONE;
    for (; inflects && *ending; ending++) {
        str plural = arena_printf(arena, STR_FMT "%s", STR_ARG(word), *ending);
        vec_push(spellings, &plural);
        vec_push(&v->ids, &id);
    }
}

struct wordlist *wordlist_open(const struct outline *outline, struct err *err)
{
    struct wordlist *v = mem_zero(1, sizeof *v);
    v->outline = outline;
    vec_init(&v->ids, sizeof(uint32_t));
    vec_init(&v->levels, sizeof(int64_t));
    struct vec spellings;
    struct arena arena;
    vec_init(&spellings, sizeof(str));
    arena_init(&arena);
    for (size_t i = 0; i < outline->levels.count; i++) {
        const struct level *level = LIST_AT(outline->levels, struct level, i);
        for (size_t j = 0; j < level->terms.count; j++) {
            vec_push(&v->levels, &level->level);
            add_word(v, &spellings, LIST_AT(level->terms, struct term, j)->word,
                     &arena);
        }
    }
    bool ok = lexicon_open(&v->lexicon, spellings.items, spellings.count, err);
    vec_release(&spellings);
    arena_release(&arena);
    if (ok)
        return v;
    wordlist_close(v);
    return NULL;
}

void wordlist_close(struct wordlist *words)
{
    if (!words)
        return;
    lexicon_close(words->lexicon);
    vec_release(&words->ids);
    vec_release(&words->levels);
    free(words);
}

void wordlist_memory_init(struct wordlist_memory *memory,
                          const struct wordlist *words)
{
    memory->matcher = words ? lexicon_matcher_new(words->lexicon) : NULL;
    vec_init(&memory->matches, sizeof(struct lexicon_match));
    vec_init(&memory->seen, sizeof(bool));
    buf_init(&memory->folded, BUF_MAX);
    buf_init(&memory->kept, BUF_MAX);
}

void wordlist_memory_release(struct wordlist_memory *memory)
{
    lexicon_matcher_free(memory->matcher);
    vec_release(&memory->matches);
    vec_release(&memory->seen);
    buf_release(&memory->folded);
    buf_release(&memory->kept);
}

/* --- words of the outline --- */

static size_t distinct_words(const struct wordlist *v, int64_t level, str text,
                             struct wordlist_memory *memory)
{
    vec_reserve(&memory->seen, v->levels.count);
    bool *seen = memory->seen.items;
    memset(seen, 0, v->levels.count * sizeof *seen);
    lexicon_match(memory->matcher, text, &memory->matches);
    size_t distinct = 0;
    for (size_t i = 0; i < memory->matches.count; i++) {
        const struct lexicon_match *match = vec_at(&memory->matches, i);
        uint32_t id = *(uint32_t *)vec_at(&v->ids, match->term);
        distinct += !seen[id] && *(int64_t *)vec_at(&v->levels, id) <= level;
        seen[id] = true;
    }
    return distinct;
}

static bool check_outline(const struct refine_vocabulary *config,
                          const struct wordlist *v,
                          const struct refine_input *input, str text,
                          struct wordlist_memory *memory,
                          struct refine_verdict *verdict)
{
    const struct level *level =
        v && input->level > 0 ? outline_level(v->outline, input->level) : NULL;
    int64_t needed = config->terms_min;
    if (needed < 0)
        needed = level ? level->terms_min : 0;
    if (!level || needed == 0)
        return true;
    size_t distinct = distinct_words(v, input->level, text, memory);
    if (distinct >= (size_t)needed)
        return true;
    refine_verdict_set(verdict, REFINE_VOCABULARY, 0, 0, 0,
                       "%zu words of level %lld, needed are %lld", distinct,
                       (long long)input->level, (long long)needed);
    return false;
}

/* --- words that were asked for --- */

static bool is_letter_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

/* Is what follows the end of the word, or of its plural? */
static bool ends_word(str rest, enum lang lang)
{
    static const char *const endings[] = {"s", "es", "en"};
    if (rest.len == 0 || !is_letter_byte(rest.ptr[0]))
        return true;
    for (size_t i = 0; lang != LANG_ZH && i < 3; i++) {
        str ending = str_of(endings[i]);
        if (str_starts_with(rest, ending) &&
            (rest.len == ending.len || rest.ptr[ending.len] == ' '))
            return true;
    }
    return false;
}

/* Does the kept word stand there, not inside another? */
static bool stands_in(str text, str word, enum lang lang)
{
    if (word.len == 0)
        return false;
    for (size_t from = 0, at; (at = str_find(text, word, from)) != STR_NONE;
         from = at + 1) {
        bool starts = at == 0 || !is_letter_byte(word.ptr[0]) ||
                      !is_letter_byte(text.ptr[at - 1]);
        bool ends = !is_letter_byte(word.ptr[word.len - 1]) ||
                    ends_word(str_slice(text, at + word.len, text.len), lang);
        if (starts && ends)
            return true;
    }
    return false;
}

/* Appends the text folded, with straight apostrophes. */
static void fold_straight(str text, struct buf *out)
{
    static const char curly[] = "\u2019";
    size_t start = out->len;
    text_fold(text, out);
    size_t kept = start;
    for (size_t i = start; i < out->len; kept++) {
        bool is_curly = str_starts_with(
            str_slice(buf_str(out), i, i + sizeof curly), str_of(curly));
        out->ptr[kept] = is_curly ? '\'' : out->ptr[i];
        i += is_curly ? sizeof curly - 1 : 1;
    }
    buf_truncate(out, kept);
}

/* Folded and as it is written, so that what stands between two words is seen;
 * and without that, so that "follow-up" is found in "follow up". */
static bool is_used(struct transcript *transcript, str term,
                    struct wordlist_memory *memory)
{
    buf_reset(&memory->kept);
    fold_straight(term, &memory->kept);
    enum lang lang = transcript->lang;
    if (stands_in(buf_str(&memory->folded), buf_str(&memory->kept), lang))
        return true;
    buf_reset(&memory->kept);
    transcript_keep(transcript, term, &memory->kept);
    str word = buf_str(&memory->kept);
    return word.len == 0 ||
           ((lang != LANG_ZH || !is_letter_byte(word.ptr[0])) &&
            stands_in(transcript->kept, word, lang));
}

static bool check_asked(const struct refine_vocabulary *config,
                        const struct refine_input *input,
                        struct transcript *transcript,
                        struct wordlist_memory *memory,
                        struct refine_verdict *verdict)
{
    const struct list *terms = &input->terms;
    size_t used = 0;
    str missing = STR("");
    if (terms->count == 0)
        return true;
    buf_reset(&memory->folded);
    fold_straight(transcript->joined, &memory->folded);
    for (size_t i = 0; i < terms->count; i++) {
        str term = *LIST_AT(*terms, str, i);
        if (is_used(transcript, term, memory))
            used++;
        else if (missing.len == 0)
            missing = term;
    }
    double needed = ceil(config->asked_share * (double)terms->count - 1e-9);
    if ((double)used >= needed)
        return true;
    refine_verdict_set(verdict, REFINE_VOCABULARY, 0, 0, 0,
                       "%zu of %zu words asked for; not found: " STR_FMT, used,
                       terms->count, STR_ARG(missing));
    return false;
}

bool wordlist_check(const struct refine_vocabulary *config,
                    const struct wordlist *words,
                    const struct refine_input *input,
                    struct transcript *transcript,
                    struct wordlist_memory *memory,
                    struct refine_verdict *verdict)
{
    return check_outline(config, words, input, transcript->joined, memory,
                         verdict) &&
           check_asked(config, input, transcript, memory, verdict);
}
