/* vocabulary.c - see vocabulary.h. */
#include "simulate/vocabulary.h"

#include <stdlib.h>

#include "base/map.h"
#include "base/mem.h"
#include "base/vec.h"
#include "record/record.h"
#include "text/lexicon.h"

struct related {
    str specialty;
    uint32_t *words; /* in arena */
    size_t count;
};

struct vocabulary {
    struct arena arena;
    struct vec words;        /* struct vocabulary_word */
    struct map index;        /* of the words in lower case */
    struct lexicon *lexicon; /* owned; the words in their order */
    struct related *related; /* in arena; one per specialty */
    size_t related_count;
};

struct vocabulary_reader {
    const struct vocabulary *vocabulary;
    struct lexicon_matcher *matcher; /* owned */
    struct vec matches;              /* struct lexicon_match */
};

static str lower_case(struct arena *arena, str word)
{
    str copy = arena_copy(arena, word);
    char *bytes = (char *)(uintptr_t)copy.ptr;
    for (size_t i = 0; i < copy.len; i++)
        if (bytes[i] >= 'A' && bytes[i] <= 'Z')
            bytes[i] = (char)(bytes[i] - 'A' + 'a');
    return copy;
}

static void collect(struct vocabulary *v, const struct level *level)
{
    for (size_t i = 0; i < level->terms.count; i++) {
        const struct term *term = LIST_AT(level->terms, struct term, i);
        str key = lower_case(&v->arena, term->word);
        uint64_t known;
        if (!map_get(&v->index, key, &known))
            map_put(&v->index, key, v->words.count);
        struct vocabulary_word *word = vec_add(&v->words);
        *word = (struct vocabulary_word){.word = term->word,
                                         .category = term->category,
                                         .level = level->level,
                                         .class_index = -1};
    }
}

static struct lexicon *make_lexicon(const struct vocabulary *v, struct err *err)
{
    struct arena arena;
    arena_init(&arena);
    str *terms = arena_array(&arena, v->words.count + 1, sizeof *terms);
    for (size_t i = 0; i < v->words.count; i++)
        terms[i] = vocabulary_word(v, i)->word;
    struct lexicon *lexicon = NULL;
    bool ok =
        lexicon_open_with(&lexicon, terms, v->words.count, LEXICON_PLAIN, err);
    arena_release(&arena);
    return ok ? lexicon : NULL;
}

struct vocabulary *vocabulary_open(const struct outline *outline,
                                   struct err *err)
{
    struct vocabulary *v = mem_zero(1, sizeof *v);
    arena_init(&v->arena);
    vec_init(&v->words, sizeof(struct vocabulary_word));
    map_init(&v->index);
    for (size_t i = 0; i < outline->levels.count; i++)
        collect(v, LIST_AT(outline->levels, struct level, i));
    v->lexicon = make_lexicon(v, err);
    if (v->lexicon)
        return v;
    vocabulary_close(v);
    return NULL;
}

void vocabulary_close(struct vocabulary *v)
{
    if (!v)
        return;
    lexicon_close(v->lexicon);
    vec_release(&v->words);
    map_release(&v->index);
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
    struct arena arena;
    arena_init(&arena);
    uint64_t index;
    bool known = map_get(&v->index, lower_case(&arena, word), &index);
    arena_release(&arena);
    return known ? index : STR_NONE;
}

size_t vocabulary_count(const struct vocabulary *v, const bool *found,
                        int64_t level)
{
    size_t count = 0;
    for (size_t i = 0; i < v->words.count; i++)
        count += found[i] && vocabulary_word(v, i)->level <= level;
    return count;
}

struct vocabulary_reader *vocabulary_reader_new(const struct vocabulary *v)
{
    struct vocabulary_reader *reader = mem_zero(1, sizeof *reader);
    reader->vocabulary = v;
    reader->matcher = lexicon_matcher_new(v->lexicon);
    vec_init(&reader->matches, sizeof(struct lexicon_match));
    return reader;
}

void vocabulary_reader_free(struct vocabulary_reader *reader)
{
    if (!reader)
        return;
    lexicon_matcher_free(reader->matcher);
    vec_release(&reader->matches);
    free(reader);
}

void vocabulary_find(struct vocabulary_reader *reader, str text, bool *found)
{
    lexicon_match(reader->matcher, text, &reader->matches);
    for (size_t i = 0; i < reader->matches.count; i++) {
        const struct lexicon_match *match = vec_at(&reader->matches, i);
        found[match->term] = true;
    }
}

/* --- words that belong to a specialty --- */

struct marker {
    struct vocabulary_reader *reader; /* borrowed */
    enum lang lang;
    bool *found;
};

static void mark(struct marker *m, const struct t3 *text)
{
    vocabulary_find(m->reader, t3_in(text, m->lang), m->found);
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
        vocabulary_find(m->reader, ((const str *)lay->items)[i], m->found);
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
    struct marker m = {vocabulary_reader_new(v), lang,
                       arena_alloc(&scratch, v->words.count + 1)};
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
    vocabulary_reader_free(m.reader);
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
