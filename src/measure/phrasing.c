/* phrasing.c - see phrasing.h. */
#include "measure/phrasing.h"

#include <stdlib.h>

#include "base/asset.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "base/yaml.h"
#include "record/record.h"
#include "text/classes.h"
#include "text/normalise.h"

enum { BACKCHANNEL_BYTES_MAX = 64 };

struct phrasing {
    enum lang lang;
    struct map categories;   /* folded word → category */
    struct map backchannels; /* key of fold_key */
    struct map open_words;   /* folded */
    struct vec patterns;     /* struct regex *, owned */
    struct list common;      /* str */
    struct arena arena;
};

static const char *const category_names[WORD_CATEGORIES] = {
    "articles",  "prepositions", "pronouns", "auxiliaries", "conjunctions",
    "negations", "quantifiers",  "adverbs",  "particles"};

static void add_folded(struct map *map, str word, uint64_t value)
{
    struct buf folded;
    buf_init(&folded, 1 << 16);
    if (text_fold(word, &folded) && !map_get(map, buf_str(&folded), NULL))
        map_put(map, buf_str(&folded), value);
    buf_release(&folded);
}

/* Letters and numbers only, so that "Ja, ja." is "jaja". */
static str fold_key(str folded, char *out, size_t capacity)
{
    const struct classes *classes = classes_get();
    size_t used = 0;
    for (str rest = folded; rest.len;) {
        const char *start = rest.ptr;
        uint32_t c = utf8_next(&rest);
        size_t step = (size_t)(rest.ptr - start);
        if (!(class_of(classes, c) & CLASS_KEPT))
            continue;
        if (used + step > capacity)
            return (str){0};
        for (size_t i = 0; i < step; i++)
            out[used++] = start[i];
    }
    return str_make(out, used);
}

static void read_words(struct phrasing *w, const struct yaml *root)
{
    const struct yaml *groups = yaml_get(root, "function_words");
    for (size_t c = 0; c < WORD_CATEGORIES; c++)
        YAML_EACH(word, yaml_get(groups, category_names[c]))
    add_folded(&w->categories, word->text, c);
    YAML_EACH(phrase, yaml_get(root, "backchannel"))
    {
        char key[BACKCHANNEL_BYTES_MAX];
        str folded = fold_key(phrase->text, key, sizeof key);
        if (folded.len)
            map_put(&w->backchannels, folded, 1);
    }
    const struct yaml *common = yaml_get(root, "common");
    size_t count = 0;
    w->common = list_make(&w->arena, common ? common->count : 0, sizeof(str));
    YAML_EACH(phrase, common)
    *LIST_AT(w->common, str, count++) = arena_copy(&w->arena, phrase->text);
}

static bool read_patterns(struct phrasing *w, const struct yaml *root,
                          struct err *err)
{
    YAML_EACH(pattern, yaml_get(root, "question_words"))
    {
        struct regex *regex;
        if (!regex_compile(&regex, pattern->text, 0, err))
            return err_wrap(err, STR_FMT,
                            STR_ARG(yaml_where(pattern, &w->arena)));
        vec_push(&w->patterns, &regex);
    }
    return true;
}

static bool load(struct phrasing *w, struct arena *scratch, struct err *err)
{
    str lang = lang_name(w->lang);
    const char *name = arena_cstr(
        scratch,
        arena_printf(scratch, "rules/phrases/" STR_FMT ".yaml", STR_ARG(lang)));
    const struct yaml *root = asset_yaml(name, scratch, err);
    if (!root)
        return false;
    read_words(w, root);
    if (!read_patterns(w, root, err))
        return false;
    root = asset_yaml("rules/measure/open.yaml", scratch, err);
    if (!root)
        return false;
    YAML_EACH(word, yaml_get(root, arena_cstr(scratch, lang)))
    add_folded(&w->open_words, word->text, 1);
    return true;
}

struct phrasing *phrasing_load(enum lang lang, struct err *err)
{
    struct phrasing *w = mem_zero(1, sizeof *w);
    w->lang = lang;
    map_init(&w->categories);
    map_init(&w->backchannels);
    map_init(&w->open_words);
    vec_init(&w->patterns, sizeof(struct regex *));
    arena_init(&w->arena);
    struct arena scratch;
    arena_init(&scratch);
    bool ok = load(w, &scratch, err);
    arena_release(&scratch);
    if (ok)
        return w;
    phrasing_free(w);
    return NULL;
}

void phrasing_free(struct phrasing *w)
{
    if (!w)
        return;
    for (size_t i = 0; i < w->patterns.count; i++)
        regex_free(*(struct regex **)vec_at(&w->patterns, i));
    vec_release(&w->patterns);
    map_release(&w->categories);
    map_release(&w->backchannels);
    map_release(&w->open_words);
    arena_release(&w->arena);
    free(w);
}

enum word_category phrasing_category(const struct phrasing *w, str word)
{
    uint64_t category;
    return map_get(&w->categories, word, &category)
               ? (enum word_category)category
               : WORD_CONTENT;
}

bool phrasing_asks(const struct phrasing *w, struct regex_context *context,
                   str text)
{
    if (str_find_char(text, '?', 0) != STR_NONE ||
        str_find(text, STR("？"), 0) != STR_NONE)
        return true;
    for (size_t i = 0; i < w->patterns.count; i++)
        if (regex_find(*(struct regex **)vec_at(&w->patterns, i), context, text,
                       0) == REGEX_FOUND)
            return true;
    return false;
}

bool phrasing_is_open(const struct phrasing *w, str text, const str *words,
                      size_t word_count)
{
    if (w->lang == LANG_ZH) {
        for (size_t i = 0; i < map_size(&w->open_words); i++)
            if (str_contains(text, map_entry(&w->open_words, i)->key))
                return true;
        return false;
    }
    for (size_t i = 0; i < word_count; i++)
        if (map_get(&w->open_words, words[i], NULL))
            return true;
    return false;
}

bool phrasing_is_backchannel(const struct phrasing *w, str folded)
{
    char key[BACKCHANNEL_BYTES_MAX];
    if (folded.len > 4 * BACKCHANNEL_BYTES_MAX)
        return false;
    str letters = fold_key(folded, key, sizeof key);
    return letters.len && map_get(&w->backchannels, letters, NULL);
}

struct list phrasing_common(const struct phrasing *w)
{
    return w->common;
}
