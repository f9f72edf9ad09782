/* terms.c - see terms.h. */
#include "simulate/terms.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/asset.h"
#include "base/map.h"
#include "base/mem.h"
#include "simulate/compose.h"

enum audience {
    ONLY_FEMALE = 1,
    ONLY_MALE = 2,
    ONLY_CHILD = 4,
    ONLY_ADULT = 8,
    ONLY_PREGNANT = 16,
    NEVER = 32
};

struct terms {
    struct arena arena;
    struct term_class classes[TERM_CLASSES_MAX];
    size_t class_count;
    struct map class_of_word; /* word → class */
    struct map class_of_name;
    struct map audiences; /* word → enum audience */
    int any;              /* class of words that have none */
    int elsewhere;        /* class of words that do not suit the patient */
};

/* --- the list of classes --- */

static int rule_of(const struct phrasebook *phrasebook, str class_name,
                   const char *use)
{
    char name[96];
    snprintf(name, sizeof name, "term." STR_FMT ".%s", STR_ARG(class_name),
             use);
    return phrasebook_rule(phrasebook, str_of(name));
}

static bool add_class(struct terms *t, const struct yaml *node,
                      const struct phrasebook *phrasebook, struct err *err)
{
    if (t->class_count == TERM_CLASSES_MAX || node->kind != YAML_LIST)
        return err_set(err, ERR_CONFIG,
                       "%s:%d: more than %d classes, or no list of words",
                       node->file, node->line, TERM_CLASSES_MAX);
    str name = arena_copy(&t->arena, node->key);
    map_put(&t->class_of_name, name, t->class_count);
    YAML_EACH(word, node)
    if (!map_put(&t->class_of_word, word->text, t->class_count))
        return err_set(err, ERR_CONFIG, "%s:%d: '" STR_FMT "' has two classes",
                       word->file, word->line, STR_ARG(word->text));
    t->classes[t->class_count++] = (struct term_class){
        name, rule_of(phrasebook, name, "ask"),
        rule_of(phrasebook, name, "deny"), rule_of(phrasebook, name, "say"),
        rule_of(phrasebook, name, "talk")};
    return true;
}

static void add_audience(struct terms *t, const struct yaml *only,
                         const char *key, enum audience audience)
{
    YAML_EACH(word, yaml_get(only, key))
    *map_slot(&t->audiences, word->text) |= audience;
}

/* A class that every language has, with sentences for both audiences. */
static bool find_class(const struct terms *t, const char *name,
                       int *class_index, const char *where, struct err *err)
{
    uint64_t index;
    if (!map_get(&t->class_of_name, str_of(name), &index) ||
        t->classes[index].say == RULE_NONE ||
        t->classes[index].talk == RULE_NONE)
        return err_set(err, ERR_CONFIG,
                       "%s: no class '%s' with rules term.%s.say and "
                       "term.%s.talk",
                       where, name, name, name);
    *class_index = (int)index;
    return true;
}

static bool read_terms(struct terms *t, enum lang lang,
                       const struct phrasebook *phrasebook,
                       struct arena *scratch, struct err *err)
{
    str id = lang_name(lang);
    const char *name =
        arena_printf(scratch, "grammar/terms-" STR_FMT ".yaml", STR_ARG(id))
            .ptr;
    struct yaml *root = asset_yaml(name, scratch, err);
    if (!root)
        return false;
    YAML_EACH(node, yaml_get(root, "classes"))
    if (!add_class(t, node, phrasebook, err))
        return false;
    const struct yaml *only = yaml_get(root, "only");
    add_audience(t, only, "female", ONLY_FEMALE);
    add_audience(t, only, "male", ONLY_MALE);
    add_audience(t, only, "child", ONLY_CHILD);
    add_audience(t, only, "adult", ONLY_ADULT);
    add_audience(t, only, "pregnant", ONLY_PREGNANT);
    add_audience(t, only, "never", NEVER);
    return find_class(t, "any", &t->any, root->file, err) &&
           find_class(t, "elsewhere", &t->elsewhere, root->file, err);
}

struct terms *terms_open(enum lang lang, const struct phrasebook *phrasebook,
                         struct err *err)
{
    struct terms *t = mem_zero(1, sizeof *t);
    arena_init(&t->arena);
    map_init(&t->class_of_word);
    map_init(&t->class_of_name);
    map_init(&t->audiences);
    struct arena scratch;
    arena_init(&scratch);
    bool ok = read_terms(t, lang, phrasebook, &scratch, err);
    arena_release(&scratch);
    if (ok)
        return t;
    terms_close(t);
    return NULL;
}

void terms_close(struct terms *t)
{
    if (!t)
        return;
    map_release(&t->class_of_word);
    map_release(&t->class_of_name);
    map_release(&t->audiences);
    arena_release(&t->arena);
    free(t);
}

int terms_class_of(const struct terms *t, str word, str category)
{
    uint64_t index;
    if (map_get(&t->class_of_word, word, &index) ||
        map_get(&t->class_of_name, category, &index))
        return (int)index;
    return t->any;
}

void terms_classify(const struct terms *t, struct vocabulary *v)
{
    for (size_t i = 0; i < vocabulary_size(v); i++) {
        struct vocabulary_word *word = vocabulary_word(v, i);
        word->class_index = terms_class_of(t, word->word, word->category);
    }
}

const struct term_class *terms_class(const struct terms *t, int index)
{
    return &t->classes[index];
}

/* Could it be said of this patient at all? */
static bool befits(const struct terms *t, str word, const struct persona *p)
{
    uint64_t audience = 0;
    map_get(&t->audiences, word, &audience);
    if (audience & ONLY_PREGNANT && !p->pregnant)
        return false;
    if (audience & ONLY_FEMALE && (!p->female || p->age < 15))
        return false;
    if (audience & ONLY_MALE && (p->female || p->age < 15))
        return false;
    if (audience & ONLY_CHILD && p->age >= 14)
        return false;
    return !(audience & ONLY_ADULT) || p->age >= 18;
}

bool terms_suit(const struct terms *t, str word, const struct persona *p)
{
    uint64_t audience = 0;
    map_get(&t->audiences, word, &audience);
    return !(audience & NEVER) && befits(t, word, p);
}

/* --- working them in --- */

struct pending {
    str word;
    int class_index;
    bool asked; /* in the wish */
    bool done;
};

struct working {
    struct draft *draft;
    const struct terms *terms;
    bool *found;
    struct pending *pending;
    size_t count, capacity;
};

static bool contains(str a, str b)
{
    return b.len && str_contains(a, b);
}

/* Would a denial of this word speak against the facts? */
static bool against_facts(const struct draft *draft, str word)
{
    const struct facts *f = &draft->facts;
    static const enum fact_kind kinds[] = {FACT_SYMPTOM, FACT_HISTORY,
                                           FACT_TRIGGER};
    for (size_t k = 0; k < 3; k++)
        for (size_t i = 0; i < f->counts[kinds[k]]; i++) {
            const struct fact *fact = &f->items[kinds[k]][i];
            for (size_t j = 0; j < fact->said_count && j < 2; j++)
                if (contains(fact->said[j].text, word) ||
                    contains(word, fact->said[j].text))
                    return true;
        }
    return contains(f->values[VALUE_PRESENTATION], word) ||
           facts_name_disease(f, word);
}

static bool may_ask(const struct working *w, const struct pending *p)
{
    const struct term_class *c = terms_class(w->terms, p->class_index);
    return !w->draft->scene->colleagues && c->ask != RULE_NONE &&
           c->deny != RULE_NONE && !against_facts(w->draft, p->word) &&
           terms_suit(w->terms, p->word, &w->draft->wish->persona);
}

static bool may_say(const struct working *w, const struct pending *p)
{
    const struct term_class *c = terms_class(w->terms, p->class_index);
    return (w->draft->scene->colleagues ? c->talk : c->say) != RULE_NONE;
}

/* What stands in the text already. */
static void find_words(struct working *w)
{
    struct draft *d = w->draft;
    for (size_t i = 0; i < d->slot_count; i++)
        for (size_t j = 0; j < d->slots[i].part_count; j++)
            vocabulary_find(d->reader, d->slots[i].parts[j].text, w->found);
}

static bool stands_in_text(const struct draft *d, str word)
{
    for (size_t i = 0; i < d->slot_count; i++)
        for (size_t j = 0; j < d->slots[i].part_count; j++)
            if (facts_speak_of(d->slots[i].parts[j].text, word, 0))
                return true;
    return false;
}

static void add_pending(struct working *w, str word, int class_index,
                        bool asked)
{
    const struct persona *persona = &w->draft->wish->persona;
    if (!befits(w->terms, word, persona) &&
        !facts_name_disease(&w->draft->facts, word))
        class_index = w->terms->elsewhere;
    if (w->count < w->capacity)
        w->pending[w->count++] =
            (struct pending){word, class_index, asked, false};
}

static void add_asked(struct working *w)
{
    struct draft *d = w->draft;
    for (size_t i = 0; i < d->wish->terms.count; i++) {
        str word = ((const str *)d->wish->terms.items)[i];
        size_t index = vocabulary_index(d->vocabulary, word);
        if (index == STR_NONE) {
            if (word.len && !stands_in_text(d, word))
                add_pending(w, word, terms_class_of(w->terms, word, STR("")),
                            true);
        } else if (!w->found[index]) {
            w->found[index] = true;
            add_pending(w, word,
                        vocabulary_word(d->vocabulary, index)->class_index,
                        true);
        }
    }
}

static bool suits(const struct working *w, const struct vocabulary_word *word,
                  int wanted_class)
{
    const struct draft *d = w->draft;
    struct pending p = {.word = word->word, .class_index = word->class_index};
    if (wanted_class >= 0 && word->class_index != wanted_class)
        return false;
    if (word->class_index == w->terms->any ||
        word->class_index == w->terms->elsewhere ||
        facts_name_disease(&d->facts, word->word) ||
        !terms_suit(w->terms, word->word, &d->wish->persona))
        return false;
    return may_ask(w, &p) || (may_say(w, &p) && !against_facts(d, word->word));
}

/* A random word that is not there yet: one of the specialty's words where one
 * suits, mostly of the level itself. */
static bool add_random_word(struct working *w, int wanted_class)
{
    struct draft *d = w->draft;
    size_t size = vocabulary_size(d->vocabulary), related_count;
    const uint32_t *related = vocabulary_related(
        d->vocabulary, d->wish->disease->specialty, &related_count);
    for (int tries = 0; tries < 120; tries++) {
        bool near = related_count && tries < 60;
        size_t index = near ? related[rng_below(d->rng, related_count)]
                            : rng_below(d->rng, size);
        const struct vocabulary_word *word =
            vocabulary_word(d->vocabulary, index);
        if (w->found[index] || word->level > d->wish->level ||
            (word->level != d->wish->level && rng_chance(d->rng, 0.6)) ||
            !suits(w, word, tries < 40 ? wanted_class : -1))
            continue;
        w->found[index] = true;
        add_pending(w, word->word, word->class_index, false);
        return true;
    }
    return false;
}

static void add_level_words(struct working *w)
{
    const struct level *level =
        outline_level(w->draft->wish->outline, w->draft->wish->level);
    size_t wanted = level ? (size_t)level->terms_min + 1 : 0;
    int wanted_class = -1;
    for (size_t have = vocabulary_count(w->draft->vocabulary, w->found,
                                        w->draft->wish->level);
         have < wanted; have++) {
        if (!add_random_word(w, wanted_class))
            return;
        int last = w->pending[w->count - 1].class_index;
        wanted_class = rng_chance(w->draft->rng, 0.75) ? last : -1;
    }
}

/* --- where to --- */

static bool ends_in_question(const struct slot *slot)
{
    str last =
        slot->part_count ? slot->parts[slot->part_count - 1].text : STR("");
    return str_ends_with(last, STR("?")) || str_ends_with(last, STR("？"));
}

static enum phase phase_at(const struct slot *slot)
{
    return slot->beat ? slot->beat->phase : PHASE_OPENING;
}

/* The slot of one side, within the phases, that has most room; others when
 * there is none. `answered`: the next slot is the other side's. */
static struct slot *choose_slot(struct draft *d, bool side_b, enum phase from,
                                enum phase to, bool answered)
{
    struct slot *best = NULL;
    double best_score = -1e18;
    for (size_t i = 0; i < d->slot_count; i++) {
        struct slot *slot = &d->slots[i];
        bool next_answers =
            i + 1 < d->slot_count && d->slots[i + 1].side_b != slot->side_b;
        if (slot->side_b != side_b || (answered && !next_answers) ||
            slot->part_count + 2 > PARTS_MAX)
            continue;
        enum phase phase = phase_at(slot);
        double score = (double)(slot->target - slot->length) +
                       5 * rng_unit(d->rng) - 20.0 * (double)slot->part_count;
        if (phase < from || phase > to)
            score -= 1e6;
        if (score > best_score) {
            best_score = score;
            best = slot;
        }
    }
    return best;
}

/* Room must be made for what has to be said. */
static bool say_part(struct draft *d, struct slot *slot, int rule, size_t at)
{
    uint64_t flags = d->voice.flags;
    if (slot->beat)
        d->voice.flags = slot->flags;
    bool said = slot_say(d, slot, rule, 2, at, false);
    d->voice.flags = flags;
    return said;
}

static bool ask_terms(struct draft *d, const struct term_class *c)
{
    struct slot *slot =
        choose_slot(d, false, PHASE_HISTORY, PHASE_HISTORY, true);
    if (!slot)
        return false;
    return say_part(d, slot, c->ask, PARTS_MAX) &&
           say_part(d, slot + 1, c->deny, PARTS_MAX);
}

static enum phase first_phase_for(str class_name, bool diagnosis)
{
    if (diagnosis)
        return PHASE_ASSESSMENT;
    return str_equal(class_name, STR("test")) ? PHASE_EXAMINATION : PHASE_TESTS;
}

static bool say_terms(struct draft *d, const struct terms *terms,
                      const struct term_class *c, bool diagnosis)
{
    bool colleagues = d->scene->colleagues;
    int rule = colleagues ? c->talk : c->say;
    if (rule == RULE_NONE || diagnosis) {
        const struct term_class *any = terms_class(terms, terms->any);
        rule = colleagues ? any->talk : any->say;
    }
    bool side_b = colleagues && rng_chance(d->rng, 0.4);
    struct slot *slot =
        choose_slot(d, side_b, first_phase_for(c->name, diagnosis),
                    diagnosis ? PHASE_CLOSING : PHASE_PLAN, false);
    if (!slot)
        slot = choose_slot(d, !side_b, PHASE_OPENING, PHASE_CLOSING, false);
    if (!slot)
        return false;
    size_t at = slot->part_count - (ends_in_question(slot) ? 1 : 0);
    return say_part(d, slot, rule, at);
}

/* {terms}: one word, or several as a list of the language. */
static void set_terms(struct draft *d, const str *words, size_t count)
{
    static const char *const lists[] = {"", "list.1", "list.2", "list.3"};
    static const enum value parts[] = {VALUE_WORDS, VALUE_SYMPTOM, VALUE_OTHER};
    str saved[TERM_GROUP];
    for (size_t i = 0; i < TERM_GROUP; i++)
        saved[i] = d->voice.values[parts[i]];
    for (size_t i = 0; i < count; i++)
        d->voice.values[parts[i]] = words[i];
    const struct phrasebook *g = d->language->phrasebook;
    int rule = phrasebook_rule(g, str_of(lists[count]));
    buf_reset(&d->text);
    d->voice.values[VALUE_TERMS] =
        rule != RULE_NONE && phrasebook_expand(g, rule, &d->voice, &d->text)
            ? arena_copy(d->arena, buf_str(&d->text))
            : words[0];
    d->voice.values[VALUE_WORDS] = words[0];
    for (size_t i = 1; i < TERM_GROUP; i++)
        d->voice.values[parts[i]] = saved[i];
}

/* Words of one class that are said the same way, up to three at once; the
 * diagnosis, and words that no sentence of their class can hold, alone. */
static size_t gather(struct working *w, size_t first, bool asking, str *words)
{
    struct draft *d = w->draft;
    struct pending *p = &w->pending[first];
    bool alone =
        facts_name_disease(&d->facts, p->word) || (!asking && !may_say(w, p));
    size_t count = 0;
    for (size_t i = first; i < w->count && count < (alone ? 1 : TERM_GROUP);
         i++) {
        struct pending *other = &w->pending[i];
        if (other->done || other->class_index != p->class_index ||
            may_ask(w, other) != asking ||
            (i > first && facts_name_disease(&d->facts, other->word)))
            continue;
        other->done = true;
        words[count++] = other->word;
    }
    return count;
}

void draft_terms(struct draft *d)
{
    size_t size = vocabulary_size(d->vocabulary);
    struct working w = {.draft = d,
                        .terms = d->language->terms,
                        .found = arena_alloc(d->arena, size + 1),
                        .capacity = d->wish->terms.count + 64,
                        .pending =
                            arena_array(d->arena, d->wish->terms.count + 64,
                                        sizeof(struct pending))};
    find_words(&w);
    add_asked(&w);
    add_level_words(&w);
    for (size_t i = 0; i < w.count; i++) {
        if (w.pending[i].done)
            continue;
        bool diagnosis = facts_name_disease(&d->facts, w.pending[i].word);
        bool asking = may_ask(&w, &w.pending[i]);
        str words[TERM_GROUP];
        size_t count = gather(&w, i, asking, words);
        set_terms(d, words, count);
        const struct term_class *c =
            terms_class(w.terms, w.pending[i].class_index);
        if (!asking || !ask_terms(d, c))
            say_terms(d, w.terms, c, diagnosis);
    }
}
