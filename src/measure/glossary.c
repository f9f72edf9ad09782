/* glossary.c - see glossary.h. One spelling is one term that may be several
 * things at once (a symptom's name that also stands in a vocabulary). */
#include "measure/glossary.h"

#include <stdlib.h>

#include "base/map.h"
#include "base/mem.h"
#include "record/record.h"
#include "text/normalise.h"

enum { TERM_CHARACTERS_MIN_BYTES = 2, CAPITALS_BYTES_MAX = 3 };

struct glossary {
    struct map terms;  /* folded spelling → index */
    struct vec things; /* struct glossary_term, by index */
    struct lexicon *lexicon;
    size_t level_sizes[GLOSSARY_LEVELS + 1];
    struct buf folded;
};

/* The thing of a spelling, or NULL for one that is too short or too long. */
static struct glossary_term *term_for(struct glossary *g, str spelling)
{
    buf_reset(&g->folded);
    text_fold(spelling, &g->folded);
    str key = str_trim(buf_str(&g->folded));
    if (key.len < TERM_CHARACTERS_MIN_BYTES || key.len > LEXICON_TERM_BYTES_MAX)
        return NULL;
    uint64_t index;
    if (!map_get(&g->terms, key, &index)) {
        index = map_size(&g->terms);
        map_put(&g->terms, key, index);
        struct glossary_term *made = vec_add(&g->things);
        made->disease = made->symptom = -1;
    }
    return vec_at(&g->things, index);
}

/* "AS", "ALS": folded they are everyday words of English and Dutch. */
static bool is_short_capitals(str spelling)
{
    for (size_t i = 0; i < spelling.len; i++)
        if (spelling.ptr[i] < 'A' || spelling.ptr[i] > 'Z')
            return false;
    return spelling.len <= CAPITALS_BYTES_MAX;
}

static void add_disease(struct glossary *g, str spelling, size_t index)
{
    if (is_short_capitals(spelling))
        return;
    struct glossary_term *t = term_for(g, spelling);
    if (t && t->disease < 0)
        t->disease = (int32_t)index;
}

static void add_symptom(struct glossary *g, str spelling, size_t index,
                        bool lay)
{
    struct glossary_term *t = term_for(g, spelling);
    if (!t)
        return;
    if (t->symptom < 0)
        t->symptom = (int32_t)index;
    if (lay)
        t->lay = true;
    else
        t->professional = true;
}

static void add_packs(struct glossary *g, const struct knowledge *k,
                      enum lang lang)
{
    for (size_t i = 0; i < k->diseases.count; i++) {
        const struct disease *d = LIST_AT(k->diseases, struct disease, i);
        add_disease(g, t3_in(&d->name, lang), i);
        const struct list *names = &d->aliases.texts[lang];
        for (size_t n = 0; n < names->count; n++)
            add_disease(g, *LIST_AT(*names, str, n), i);
    }
    for (size_t i = 0; i < k->symptoms.count; i++) {
        const struct symptom *s = LIST_AT(k->symptoms, struct symptom, i);
        const struct list *lay = &s->lay.texts[lang];
        add_symptom(g, t3_in(&s->name, lang), i, false);
        for (size_t n = 0; n < lay->count; n++)
            add_symptom(g, *LIST_AT(*lay, str, n), i, true);
    }
    for (size_t i = 0; i < k->tests.count; i++)
        term_for(g, t3_in(&LIST_AT(k->tests, struct test, i)->name, lang));
    for (size_t i = 0; i < k->drugs.count; i++)
        term_for(g, t3_in(&LIST_AT(k->drugs, struct drug, i)->name, lang));
}

static bool add_outline(struct glossary *g, const struct knowledge *k,
                        enum lang lang, struct err *err)
{
    struct outline *outline = outline_load_for(lang, k, err);
    if (!outline)
        return false;
    for (size_t i = 0; i < outline->levels.count; i++) {
        const struct level *level = LIST_AT(outline->levels, struct level, i);
        if (level->level < 1 || level->level > GLOSSARY_LEVELS)
            continue;
        for (size_t n = 0; n < level->terms.count; n++) {
            struct glossary_term *t =
                term_for(g, LIST_AT(level->terms, struct term, n)->word);
            if (!t || t->level)
                continue;
            t->level = (int8_t)level->level;
            g->level_sizes[level->level]++;
        }
    }
    outline_free(outline);
    return true;
}

static bool open_lexicon(struct glossary *g, struct err *err)
{
    size_t count = map_size(&g->terms);
    str *spellings = mem_zero(count + 1, sizeof *spellings);
    for (size_t i = 0; i < count; i++)
        spellings[i] = map_entry(&g->terms, i)->key;
    bool ok = lexicon_open(&g->lexicon, spellings, count, err);
    free(spellings);
    return ok;
}

struct glossary *glossary_open(const struct knowledge *knowledge,
                               enum lang lang, const struct list *extra,
                               struct err *err)
{
    struct glossary *g = mem_zero(1, sizeof *g);
    map_init(&g->terms);
    vec_init(&g->things, sizeof(struct glossary_term));
    buf_init(&g->folded, BUF_MAX);
    add_packs(g, knowledge, lang);
    bool ok = add_outline(g, knowledge, lang, err);
    for (size_t i = 0; ok && extra && i < extra->count; i++) {
        struct glossary_term *t = term_for(g, *LIST_AT(*extra, str, i));
        if (t)
            t->extra = true;
    }
    if (ok && open_lexicon(g, err))
        return g;
    glossary_close(g);
    return NULL;
}

void glossary_close(struct glossary *g)
{
    if (!g)
        return;
    lexicon_close(g->lexicon);
    map_release(&g->terms);
    vec_release(&g->things);
    buf_release(&g->folded);
    free(g);
}

const struct lexicon *glossary_lexicon(const struct glossary *g)
{
    return g->lexicon;
}

const struct glossary_term *glossary_term(const struct glossary *g,
                                          size_t index)
{
    return vec_at(&g->things, index);
}

size_t glossary_size(const struct glossary *g)
{
    return g->things.count;
}

size_t glossary_level_size(const struct glossary *g, int level)
{
    return level >= 1 && level <= GLOSSARY_LEVELS ? g->level_sizes[level] : 0;
}
