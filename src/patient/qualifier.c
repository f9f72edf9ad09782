/* qualifier.c - triggers, their direction and their reach; see qualifier.h. */
#include "patient/qualifier.h"

#include <stdlib.h>
#include <string.h>

#include "base/asset.h"
#include "base/mem.h"
#include "base/vec.h"
#include "base/yaml.h"
#include "text/lexicon.h"

enum meaning {
    MEANING_ABSENT,
    MEANING_UNCERTAIN,
    MEANING_HISTORICAL,
    MEANING_FUTURE,
    MEANING_FAMILY,
    MEANING_COUNT
};
static const char *const meanings[MEANING_COUNT] = {
    "absent", "uncertain", "historical", "future", "family"};

/* What a trigger does: bits, because one word may stand in several lists. */
struct trigger {
    uint32_t before, after; /* 1 << meaning */
    bool stop;
};

struct qualifiers {
    struct lexicon *lexicon;
    struct vec words;    /* str */
    struct vec triggers; /* struct trigger, as words */
    struct arena arena;
};

struct qualifier_scan {
    const struct qualifiers *qualifiers;
    struct lexicon_matcher *matcher;
    struct vec found; /* struct lexicon_match */
};

static struct trigger *trigger_of(struct qualifiers *q, str word)
{
    for (size_t i = 0; i < q->words.count; i++)
        if (str_equal_ignore_case(*(str *)vec_at(&q->words, i), word))
            return vec_at(&q->triggers, i);
    vec_push(&q->words, &word);
    return vec_add(&q->triggers);
}

static void add_words(struct qualifiers *q, const struct yaml *list,
                      int meaning, bool before, bool stop)
{
    YAML_EACH(word, list)
    {
        struct trigger *trigger = trigger_of(q, word->text);
        trigger->stop = trigger->stop || stop;
        if (meaning >= 0 && before)
            trigger->before |= 1u << meaning;
        if (meaning >= 0 && !before)
            trigger->after |= 1u << meaning;
    }
}

struct qualifiers *qualifiers_load(enum lang lang, struct err *err)
{
    struct qualifiers *q = mem_zero(1, sizeof *q);
    arena_init(&q->arena);
    vec_init(&q->words, sizeof(str));
    vec_init(&q->triggers, sizeof(struct trigger));
    const char *name = arena_printf(&q->arena, "qualifiers/" STR_FMT ".yaml",
                                    STR_ARG(lang_name(lang)))
                           .ptr;
    struct yaml *root = asset_yaml(name, &q->arena, err);
    if (!root) {
        qualifiers_free(q);
        return NULL;
    }
    for (int m = 0; m < MEANING_COUNT; m++) {
        const struct yaml *lists = yaml_get(root, meanings[m]);
        add_words(q, yaml_get(lists, "before"), m, true, false);
        add_words(q, yaml_get(lists, "after"), m, false, false);
    }
    add_words(q, yaml_get(root, "neutral"), -1, false, false);
    add_words(q, yaml_get(root, "stop"), -1, false, true);
    if (lexicon_open(&q->lexicon, q->words.items, q->words.count, err))
        return q;
    qualifiers_free(q);
    return NULL;
}

void qualifiers_free(struct qualifiers *q)
{
    if (!q)
        return;
    lexicon_close(q->lexicon);
    vec_release(&q->words);
    vec_release(&q->triggers);
    arena_release(&q->arena);
    free(q);
}

struct qualifier_scan *qualifier_scan_new(const struct qualifiers *q)
{
    struct qualifier_scan *scan = mem_zero(1, sizeof *scan);
    scan->qualifiers = q;
    scan->matcher = lexicon_matcher_new(q->lexicon);
    vec_init(&scan->found, sizeof(struct lexicon_match));
    return scan;
}

void qualifier_scan_free(struct qualifier_scan *scan)
{
    if (!scan)
        return;
    lexicon_matcher_free(scan->matcher);
    vec_release(&scan->found);
    free(scan);
}

/* A sentence ends at these, except inside a number or an abbreviation (a
 * letter or digit follows at once). */
static bool ends_sentence(str text, size_t at)
{
    char c = text.ptr[at];
    if (c == '\n' || c == '!' || c == '?' || c == ';')
        return true;
    if (c != '.')
        return false;
    return at + 1 >= text.len || text.ptr[at + 1] == ' ' ||
           text.ptr[at + 1] == '\n';
}

static str sentence_around(str text, size_t start, size_t end, size_t *offset)
{
    size_t from = start, to = end;
    while (from > 0 && !ends_sentence(text, from - 1))
        from--;
    while (to < text.len && !ends_sentence(text, to))
        to++;
    *offset = from;
    return str_slice(text, from, to);
}

static void apply(uint32_t bits, struct qualifier *out)
{
    if (bits & 1u << MEANING_UNCERTAIN)
        out->presence = PRESENCE_UNCERTAIN;
    if (bits & 1u << MEANING_ABSENT)
        out->presence = PRESENCE_ABSENT;
    if (bits & 1u << MEANING_HISTORICAL)
        out->temporality = TEMPORALITY_HISTORICAL;
    if (bits & 1u << MEANING_FUTURE)
        out->temporality = TEMPORALITY_FUTURE;
    if (bits & 1u << MEANING_FAMILY)
        out->experiencer = EXPERIENCER_FAMILY;
}

struct qualifier qualifier_of(struct qualifier_scan *scan, str text,
                              size_t start, size_t end)
{
    size_t offset;
    struct qualifier result = {0};
    str sentence = sentence_around(text, start, end, &offset);
    size_t from = start - offset, to = end - offset;
    lexicon_match(scan->matcher, sentence, &scan->found);
    uint32_t before = 0, after = 0;
    bool stopped = false;
    for (size_t i = 0; i < scan->found.count; i++) {
        const struct lexicon_match *m = vec_at(&scan->found, i);
        const struct trigger *t = vec_at(&scan->qualifiers->triggers, m->term);
        if (m->end <= from) {
            before = t->stop ? 0 : before | t->before;
        } else if (m->start >= to && !stopped) {
            stopped = t->stop;
            after |= t->stop ? 0 : t->after;
        }
    }
    apply(before | after, &result);
    return result;
}
