/* vocabulary.c - see vocabulary.h.
 *
 * Words hang in buckets by their first bytes, longest first; a place in the
 * text looks into one bucket.
 */
#include "simulate/vocabulary.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/vec.h"

enum { BUCKETS = 4096, KEY_BYTES = 2 };

struct vocabulary {
    struct arena arena;
    struct vec words; /* struct vocabulary_word, longest first */
    uint32_t *next;   /* in arena; word index + 1, 0 = end */
    uint32_t heads[BUCKETS];
    struct related *related; /* in arena; one per specialty */
    size_t related_count;
};

struct related {
    str specialty;
    uint32_t *words;
    size_t count;
};

static char fold(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static size_t bucket_of(const char *text)
{
    uint32_t key = 0;
    for (int i = 0; i < KEY_BYTES; i++)
        key = key << 8 | (unsigned char)fold(text[i]);
    /* The third byte of a Han character tells the most. */
    if (key & 0x8000)
        key = key * 31 + (unsigned char)text[KEY_BYTES];
    return (key * 2654435761u >> 12) % BUCKETS;
}

static int by_length(const void *a, const void *b)
{
    const struct vocabulary_word *x = a, *y = b;
    if (x->word.len != y->word.len)
        return x->word.len < y->word.len ? 1 : -1;
    return str_compare(x->word, y->word);
}

static str folded(struct arena *arena, str word)
{
    str copy = arena_copy(arena, word);
    for (size_t i = 0; i < copy.len; i++)
        ((char *)copy.ptr)[i] = fold(copy.ptr[i]);
    return copy;
}

static void collect(struct vocabulary *v, const struct level *level)
{
    for (size_t i = 0; i < level->terms.count; i++) {
        const struct term *term = &((const struct term *)level->terms.items)[i];
        if (term->word.len < KEY_BYTES)
            continue;
        struct vocabulary_word *word = vec_add(&v->words);
        *word =
            (struct vocabulary_word){.word = term->word,
                                     .category = term->category,
                                     .folded = folded(&v->arena, term->word),
                                     .level = (int)level->level,
                                     .class_index = -1};
    }
}

struct vocabulary *vocabulary_open(const struct outline *outline, int64_t level)
{
    struct vocabulary *v = mem_zero(1, sizeof *v);
    arena_init(&v->arena);
    vec_init(&v->words, sizeof(struct vocabulary_word));
    for (size_t i = 0; i < outline->levels.count; i++) {
        const struct level *l =
            &((const struct level *)outline->levels.items)[i];
        if (l->level <= level)
            collect(v, l);
    }
    if (v->words.count)
        qsort(v->words.items, v->words.count, v->words.item_bytes, by_length);
    v->next = arena_array(&v->arena, v->words.count + 1, sizeof *v->next);
    for (size_t i = v->words.count; i-- > 0;) {
        size_t bucket = bucket_of(vocabulary_word(v, i)->folded.ptr);
        v->next[i] = v->heads[bucket];
        v->heads[bucket] = (uint32_t)i + 1;
    }
    return v;
}

void vocabulary_close(struct vocabulary *v)
{
    if (!v)
        return;
    vec_release(&v->words);
    arena_release(&v->arena);
    free(v);
}

size_t vocabulary_size(const struct vocabulary *v)
{
    return v->words.count;
}

struct vocabulary_word *vocabulary_word(const struct vocabulary *v,
                                        size_t index)
{
    return vec_at(&v->words, index);
}

size_t vocabulary_index(const struct vocabulary *v, str word)
{
    if (word.len < KEY_BYTES)
        return STR_NONE;
    char key[KEY_BYTES + 1] = {0};
    memcpy(key, word.ptr, word.len < sizeof key ? word.len : sizeof key);
    for (uint32_t i = v->heads[bucket_of(key)]; i; i = v->next[i - 1])
        if (str_equal_ignore_case(vocabulary_word(v, i - 1)->word, word))
            return i - 1;
    return STR_NONE;
}

/* A letter or digit of a writing with spaces: ASCII, or two bytes long (Latin
 * with accents). */
static bool spaced_at(str text, size_t i)
{
    unsigned char c = (unsigned char)text.ptr[i];
    return (c >= '0' && c <= '9') ||
           (fold((char)c) >= 'a' && fold((char)c) <= 'z') ||
           (c >= 0xC3 && c < 0xD0);
}

static bool spaced_before(str text, size_t i)
{
    if (i == 0)
        return false;
    bool second = ((unsigned char)text.ptr[i - 1] & 0xC0) == 0x80;
    return second ? i >= 2 && spaced_at(text, i - 2) : spaced_at(text, i - 1);
}

static bool matches_at(str text, size_t at, str word)
{
    if (text.len - at < word.len)
        return false;
    for (size_t i = 0; i < word.len; i++)
        if (fold(text.ptr[at + i]) != word.ptr[i])
            return false;
    size_t end = at + word.len;
    bool goes_on =
        end < text.len && spaced_at(text, end) && spaced_before(text, end);
    return !goes_on;
}

void vocabulary_find(const struct vocabulary *v, str text, bool *found)
{
    for (size_t at = 0; at + KEY_BYTES <= text.len;) {
        bool inside = spaced_at(text, at) && spaced_before(text, at);
        bool middle = ((unsigned char)text.ptr[at] & 0xC0) == 0x80;
        size_t step = 1;
        char key[KEY_BYTES + 1] = {text.ptr[at], text.ptr[at + 1],
                                   at + 2 < text.len ? text.ptr[at + 2] : 0};
        uint32_t i = inside || middle ? 0 : v->heads[bucket_of(key)];
        for (; i; i = v->next[i - 1]) {
            str word = vocabulary_word(v, i - 1)->folded;
            if (matches_at(text, at, word)) {
                found[i - 1] = true;
                step = word.len;
                break;
            }
        }
        at += step;
    }
}

/* --- words that belong to a specialty --- */

struct marker {
    const struct vocabulary *vocabulary;
    enum lang lang;
    bool *found;
};

static void mark(struct marker *m, const struct t3 *text)
{
    vocabulary_find(m->vocabulary, t3_in(text, m->lang), m->found);
}

static void mark_list(struct marker *m, const struct list *texts)
{
    for (size_t i = 0; i < texts->count; i++)
        mark(m, &((const struct t3 *)texts->items)[i]);
}

static void mark_symptom(struct marker *m, const struct symptom *symptom)
{
    mark(m, &symptom->name);
    mark(m, &symptom->ask);
    const struct list *lay = &symptom->lay.texts[m->lang];
    for (size_t i = 0; i < lay->count; i++)
        vocabulary_find(m->vocabulary, ((const str *)lay->items)[i], m->found);
}

static void mark_disease(struct marker *m, const struct disease *d)
{
    mark(m, &d->course);
    mark(m, &d->explanation);
    mark(m, &d->followup);
    mark_list(m, &d->triggers);
    mark_list(m, &d->findings);
    mark_list(m, &d->treatments);
    mark_list(m, &d->red_flags);
    mark_list(m, &d->advice);
    for (size_t i = 0; i < d->symptoms.count; i++)
        mark_symptom(
            m, ((const struct disease_symptom *)d->symptoms.items)[i].symptom);
    for (size_t i = 0; i < d->negatives.count; i++)
        mark_symptom(m, ((const struct symptom *const *)d->negatives.items)[i]);
    for (size_t i = 0; i < d->tests.count; i++)
        mark(m, &((const struct disease_test *)d->tests.items)[i].test->name);
    for (size_t i = 0; i < d->drugs.count; i++)
        mark(m, &((const struct drug *const *)d->drugs.items)[i]->name);
}

static void relate_specialty(struct vocabulary *v,
                             const struct knowledge *knowledge, enum lang lang,
                             struct related *related)
{
    struct arena scratch;
    arena_init(&scratch);
    struct marker m = {v, lang, arena_alloc(&scratch, v->words.count)};
    for (size_t i = 0; i < knowledge->diseases.count; i++) {
        const struct disease *d =
            &((const struct disease *)knowledge->diseases.items)[i];
        if (str_equal(d->specialty, related->specialty))
            mark_disease(&m, d);
    }
    related->words =
        arena_array(&v->arena, v->words.count, sizeof *related->words);
    for (size_t i = 0; i < v->words.count; i++)
        if (m.found[i])
            related->words[related->count++] = (uint32_t)i;
    arena_release(&scratch);
}

void vocabulary_relate(struct vocabulary *v, const struct knowledge *knowledge,
                       enum lang lang)
{
    v->related_count = knowledge->specialties.count;
    v->related = arena_array(&v->arena, v->related_count, sizeof *v->related);
    for (size_t i = 0; i < v->related_count; i++) {
        v->related[i].specialty =
            ((const struct specialty *)knowledge->specialties.items)[i].id;
        relate_specialty(v, knowledge, lang, &v->related[i]);
    }
}

const uint32_t *vocabulary_related(const struct vocabulary *v, str specialty,
                                   size_t *count)
{
    for (size_t i = 0; i < v->related_count; i++)
        if (str_equal(v->related[i].specialty, specialty)) {
            *count = v->related[i].count;
            return v->related[i].words;
        }
    *count = 0;
    return NULL;
}
