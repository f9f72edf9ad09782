/* phrasebook.c - see phrasebook.h.
 *
 * A text becomes a run of nodes in one array. OPTIONAL, CHOICE and BRANCH say
 * how many nodes belong to them, so a run is walked without pointers:
 *
 *     "疼[了{duration}](吗|不)"
 *     TEXT 疼, OPTIONAL 2, TEXT 了, VALUE duration, CHOICE 4,
 *     BRANCH 1, TEXT 吗, BRANCH 1, TEXT 不
 *
 * `needs` of an alternative, an optional part and a branch are the values that
 * stand directly in it, so most dead ends are seen before they are entered.
 */
#include "simulate/phrasebook.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/asset.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "base/yaml.h"

enum node_kind {
    NODE_TEXT,
    NODE_VALUE,
    NODE_RULE,
    NODE_OPTIONAL,
    NODE_CHOICE,
    NODE_BRANCH
};

struct node {
    enum node_kind kind;
    bool small;     /* {~name} */
    uint32_t index; /* of the value or rule */
    uint32_t span;  /* nodes that follow and belong to this one */
    str text;
    uint64_t needs;
};

struct alternative {
    uint64_t require, forbid; /* flags */
    uint64_t needs;           /* values */
    uint32_t first, count;    /* nodes */
};

struct rule {
    str name;
    uint32_t first, count; /* alternatives */
    const struct yaml *source;
};

struct phrasebook {
    struct arena arena; /* texts and names */
    struct vec nodes, alternatives, rules;
    struct map rule_index;
};

enum { DEPTH_MAX = 24, NODES_MAX = 1 << 20 };

/* --- compiling --- */

struct compiler {
    struct phrasebook *phrasebook;
    struct map values, flags;
    const struct yaml *where; /* the text being compiled */
    struct err *err;
};

static bool wrong(struct compiler *c, const char *what, str part)
{
    return err_set(c->err, ERR_CONFIG, "%s:%d: %s '" STR_FMT "'",
                   c->where->file, c->where->line, what, STR_ARG(part));
}

static struct node *add_node(struct compiler *c, enum node_kind kind)
{
    struct node *node = vec_add(&c->phrasebook->nodes);
    node->kind = kind;
    return node;
}

static bool compile_name(struct compiler *c, str name, uint64_t *needs)
{
    bool small = str_starts_with(name, STR("~"));
    if (small)
        name = str_slice(name, 1, name.len);
    uint64_t index;
    if (map_get(&c->values, name, &index)) {
        struct node *node = add_node(c, NODE_VALUE);
        node->index = (uint32_t)index;
        node->small = small;
        *needs |= (uint64_t)1 << index;
        return true;
    }
    if (map_get(&c->phrasebook->rule_index, name, &index)) {
        struct node *node = add_node(c, NODE_RULE);
        node->index = (uint32_t)index;
        node->small = small;
        return true;
    }
    return wrong(c, "no value or rule", name);
}

static bool compile_run(struct compiler *c, str *rest, char close, int depth,
                        uint64_t *needs);

/* After "(": branches up to ")". */
static bool compile_choice(struct compiler *c, str *rest, int depth)
{
    size_t choice = c->phrasebook->nodes.count;
    add_node(c, NODE_CHOICE);
    char last = '|';
    while (last == '|') {
        size_t branch = c->phrasebook->nodes.count;
        add_node(c, NODE_BRANCH);
        uint64_t needs = 0;
        if (!compile_run(c, rest, ')', depth + 1, &needs))
            return false;
        last = rest->ptr[-1];
        struct node *node = vec_at(&c->phrasebook->nodes, branch);
        node->span = (uint32_t)(c->phrasebook->nodes.count - branch - 1);
        node->needs = needs;
    }
    struct node *node = vec_at(&c->phrasebook->nodes, choice);
    node->span = (uint32_t)(c->phrasebook->nodes.count - choice - 1);
    return true;
}

/* After "[": the optional part up to "]". */
static bool compile_optional(struct compiler *c, str *rest, int depth)
{
    size_t at = c->phrasebook->nodes.count;
    add_node(c, NODE_OPTIONAL);
    uint64_t needs = 0;
    if (!compile_run(c, rest, ']', depth + 1, &needs))
        return false;
    struct node *node = vec_at(&c->phrasebook->nodes, at);
    node->span = (uint32_t)(c->phrasebook->nodes.count - at - 1);
    node->needs = needs;
    return true;
}

static bool compile_mark(struct compiler *c, str *rest, int depth,
                         uint64_t *needs)
{
    char mark = rest->ptr[0];
    *rest = str_slice(*rest, 1, rest->len);
    if (mark == '[')
        return compile_optional(c, rest, depth);
    if (mark == '(')
        return compile_choice(c, rest, depth);
    size_t end = str_find_char(*rest, '}', 0);
    if (mark != '{' || end == STR_NONE)
        return wrong(c, "unbalanced", *rest);
    str name = str_slice(*rest, 0, end);
    *rest = str_slice(*rest, end + 1, rest->len);
    return compile_name(c, name, needs);
}

/* Nodes up to and with `close` ('|' ends a branch too); close 0: to the end. */
static bool compile_run(struct compiler *c, str *rest, char close, int depth,
                        uint64_t *needs)
{
    if (depth > DEPTH_MAX || c->phrasebook->nodes.count > NODES_MAX)
        return err_set(c->err, ERR_LIMIT, "%s:%d: too deep or too long",
                       c->where->file, c->where->line);
    while (rest->len) {
        size_t plain = 0;
        while (plain < rest->len && !strchr("[](){}|", rest->ptr[plain]))
            plain++;
        if (plain) {
            add_node(c, NODE_TEXT)->text = str_slice(*rest, 0, plain);
            *rest = str_slice(*rest, plain, rest->len);
            continue;
        }
        char mark = rest->ptr[0];
        if (close && (mark == close || (close == ')' && mark == '|'))) {
            *rest = str_slice(*rest, 1, rest->len);
            return true;
        }
        if (!compile_mark(c, rest, depth, needs))
            return false;
    }
    return !close || wrong(c, "not closed before the end of", c->where->text);
}

static bool parse_condition(struct compiler *c, str text,
                            struct alternative *out)
{
    for (str word; str_next(&text, ' ', &word);) {
        if (!word.len)
            continue;
        bool negated = word.ptr[0] == '!';
        if (negated)
            word = str_slice(word, 1, word.len);
        uint64_t bit;
        if (!map_get(&c->flags, word, &bit))
            return wrong(c, "no flag", word);
        *(negated ? &out->forbid : &out->require) |= (uint64_t)1 << bit;
    }
    return true;
}

static bool compile_text(struct compiler *c, const struct yaml *node,
                         struct alternative condition)
{
    c->where = node;
    if (node->kind != YAML_SCALAR)
        return wrong(c, "not a text in", node->key);
    condition.first = (uint32_t)c->phrasebook->nodes.count;
    str rest = arena_copy(&c->phrasebook->arena, node->text);
    if (!compile_run(c, &rest, 0, 0, &condition.needs))
        return false;
    condition.count = (uint32_t)c->phrasebook->nodes.count - condition.first;
    vec_push(&c->phrasebook->alternatives, &condition);
    return true;
}

/* {if: "flags", say: [texts]} */
static bool compile_group(struct compiler *c, const struct yaml *node)
{
    c->where = node;
    const struct yaml *when = yaml_get(node, "if");
    const struct yaml *say = yaml_get(node, "say");
    if (!when || !say || say->kind != YAML_LIST || node->count != 2)
        return wrong(c, "allowed: {if: flags, say: [texts]}, found", node->key);
    struct alternative condition = {0};
    if (!parse_condition(c, when->text, &condition))
        return false;
    YAML_EACH(text, say)
    if (!compile_text(c, text, condition))
        return false;
    return true;
}

static bool compile_rule(struct compiler *c, struct rule *rule)
{
    c->where = rule->source;
    if (rule->source->kind != YAML_LIST || rule->source->count == 0)
        return wrong(c, "not a list of alternatives:", rule->name);
    rule->first = (uint32_t)c->phrasebook->alternatives.count;
    YAML_EACH(node, rule->source)
    {
        bool ok = node->kind == YAML_MAP
                      ? compile_group(c, node)
                      : compile_text(c, node, (struct alternative){0});
        if (!ok)
            return false;
    }
    rule->count = (uint32_t)c->phrasebook->alternatives.count - rule->first;
    c->where = rule->source;
    return rule->count <= PHRASEBOOK_CHOICES_MAX ||
           wrong(c, "more than 64 alternatives in", rule->name);
}

/* Depth-first walk; state 1: on the path, 2: done. */
static bool check_cycles(struct compiler *c, uint32_t index, char *state)
{
    const struct phrasebook *g = c->phrasebook;
    const struct rule *rule = vec_at(&g->rules, index);
    c->where = rule->source;
    if (state[index] == 1)
        return wrong(c, "a rule within itself:", rule->name);
    if (state[index] == 2)
        return true;
    state[index] = 1;
    for (uint32_t i = 0; i < rule->count; i++) {
        const struct alternative *a = vec_at(&g->alternatives, rule->first + i);
        for (uint32_t j = 0; j < a->count; j++) {
            const struct node *node = vec_at(&g->nodes, a->first + j);
            if (node->kind == NODE_RULE && !check_cycles(c, node->index, state))
                return false;
        }
    }
    state[index] = 2;
    return true;
}

static bool collect_rules(struct compiler *c, const struct yaml *root)
{
    const struct yaml *rules = yaml_get(root, "rules");
    c->where = root;
    if (!rules || rules->kind != YAML_MAP)
        return wrong(c, "no map of rules in", str_of(root->file));
    YAML_EACH(node, rules)
    {
        c->where = node;
        uint64_t known;
        if (map_get(&c->phrasebook->rule_index, node->key, &known) ||
            map_get(&c->values, node->key, &known))
            return wrong(c, "a second rule or value", node->key);
        map_put(&c->phrasebook->rule_index, node->key,
                c->phrasebook->rules.count);
        struct rule *rule = vec_add(&c->phrasebook->rules);
        rule->name = arena_copy(&c->phrasebook->arena, node->key);
        rule->source = node;
    }
    return true;
}

static bool read_files(struct compiler *c, const char *prefix,
                       struct arena *scratch)
{
    struct vec names;
    vec_init(&names, sizeof(str));
    asset_list(prefix, ".yaml", scratch, &names);
    bool ok = names.count > 0 ||
              err_set(c->err, ERR_NOT_FOUND, "no data file %s*.yaml", prefix);
    for (size_t i = 0; ok && i < names.count; i++) {
        const char *name = arena_cstr(scratch, *(str *)vec_at(&names, i));
        struct yaml *root = asset_yaml(name, scratch, c->err);
        ok = root && collect_rules(c, root);
    }
    vec_release(&names);
    return ok;
}

static bool compile(struct compiler *c, const char *prefix,
                    struct arena *scratch)
{
    if (!read_files(c, prefix, scratch))
        return false;
    struct phrasebook *g = c->phrasebook;
    for (size_t i = 0; i < g->rules.count; i++)
        if (!compile_rule(c, vec_at(&g->rules, i)))
            return false;
    char *state = arena_alloc(scratch, g->rules.count);
    for (size_t i = 0; i < g->rules.count; i++)
        if (!check_cycles(c, (uint32_t)i, state))
            return false;
    for (size_t i = 0; i < g->rules.count; i++)
        ((struct rule *)vec_at(&g->rules, i))->source = NULL;
    return true;
}

static void index_names(struct map *map, const char *const *names, size_t count)
{
    map_init(map);
    for (size_t i = 0; i < count; i++)
        map_put(map, str_of(names[i]), i);
}

struct phrasebook *phrasebook_open(const char *prefix,
                                   const struct phrasebook_names *names,
                                   struct err *err)
{
    assert(names->value_count <= PHRASEBOOK_VALUES_MAX);
    assert(names->flag_count <= PHRASEBOOK_FLAGS_MAX);
    struct phrasebook *g = mem_zero(1, sizeof *g);
    arena_init(&g->arena);
    vec_init(&g->nodes, sizeof(struct node));
    vec_init(&g->alternatives, sizeof(struct alternative));
    vec_init(&g->rules, sizeof(struct rule));
    map_init(&g->rule_index);

    struct arena scratch;
    arena_init(&scratch);
    struct compiler c = {.phrasebook = g, .err = err};
    index_names(&c.values, names->values, names->value_count);
    index_names(&c.flags, names->flags, names->flag_count);
    bool ok = compile(&c, prefix, &scratch);
    map_release(&c.values);
    map_release(&c.flags);
    arena_release(&scratch);
    if (!ok) {
        phrasebook_close(g);
        return NULL;
    }
    return g;
}

void phrasebook_close(struct phrasebook *g)
{
    if (!g)
        return;
    vec_release(&g->nodes);
    vec_release(&g->alternatives);
    vec_release(&g->rules);
    map_release(&g->rule_index);
    arena_release(&g->arena);
    free(g);
}

int phrasebook_rule(const struct phrasebook *g, str name)
{
    uint64_t index;
    return map_get(&g->rule_index, name, &index) ? (int)index : RULE_NONE;
}

size_t phrasebook_rule_count(const struct phrasebook *g)
{
    return g->rules.count;
}

/* --- expanding --- */

void voice_init(struct voice *voice, const struct phrasebook *g,
                struct rng *rng, struct arena *arena)
{
    memset(voice, 0, sizeof *voice);
    voice->rng = rng;
    voice->used = arena_array(arena, g->rules.count, sizeof *voice->used);
}

static bool has_values(const struct voice *voice, uint64_t needs)
{
    while (needs) {
        int bit = __builtin_ctzll(needs);
        if (voice->values[bit].len == 0)
            return false;
        needs &= needs - 1;
    }
    return true;
}

/* A first letter stays large when the word is more than a sentence start:
 * "I", "CT", "Fever" at a sentence start becomes small, "ECG" does not. */
static str lower_first(str s, char *letter)
{
    bool upper = s.len && s.ptr[0] >= 'A' && s.ptr[0] <= 'Z';
    bool next_lower = s.len > 1 && s.ptr[1] >= 'a' && s.ptr[1] <= 'z';
    *letter = upper && next_lower ? (char)(s.ptr[0] - 'A' + 'a') : 0;
    return *letter ? str_slice(s, 1, s.len) : s;
}

static str without_closing_mark(str s)
{
    static const str marks[] = {{".", 1},  {"?", 1},  {"!", 1},
                                {"。", 3}, {"？", 3}, {"！", 3}};
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (str_ends_with(s, marks[i]))
            return str_slice(s, 0, s.len - marks[i].len);
    return s;
}

static void add_small(str s, struct buf *out)
{
    char letter;
    str rest = lower_first(without_closing_mark(s), &letter);
    if (letter)
        buf_add_char(out, letter);
    buf_add(out, rest);
}

static bool expand_rule(const struct phrasebook *g, uint32_t index,
                        struct voice *voice, struct buf *out, bool only_new);
static bool expand_run(const struct phrasebook *g, uint32_t first, uint32_t end,
                       struct voice *voice, struct buf *out);

/* One of the branches whose values are there, from a random place on. */
static bool expand_choice(const struct phrasebook *g, uint32_t first,
                          uint32_t end, struct voice *voice, struct buf *out)
{
    const struct node *nodes = g->nodes.items;
    uint32_t branches[PHRASEBOOK_CHOICES_MAX], count = 0;
    for (uint32_t i = first; i < end && count < PHRASEBOOK_CHOICES_MAX;
         i += 1 + nodes[i].span)
        if (has_values(voice, nodes[i].needs))
            branches[count++] = i;
    if (!count)
        return false;
    uint64_t from = rng_below(voice->rng, count);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t at = branches[(from + i) % count];
        if (expand_run(g, at + 1, at + 1 + nodes[at].span, voice, out))
            return true;
    }
    return false;
}

static bool expand_nested_rule(const struct phrasebook *g,
                               const struct node *node, struct voice *voice,
                               struct buf *out)
{
    size_t start = out->len;
    if (!expand_rule(g, node->index, voice, out, false))
        return false;
    if (node->small) {
        str text = {out->ptr + start, out->len - start};
        char letter;
        str rest = lower_first(without_closing_mark(text), &letter);
        size_t len = rest.len + (letter ? 1 : 0);
        if (letter)
            out->ptr[start] = letter;
        buf_truncate(out, start + len);
    }
    return true;
}

static bool expand_node(const struct phrasebook *g, uint32_t at,
                        struct voice *voice, struct buf *out)
{
    const struct node *node = (const struct node *)g->nodes.items + at;
    switch (node->kind) {
    case NODE_TEXT:
        return buf_add(out, node->text);
    case NODE_VALUE:
        if (!voice->values[node->index].len)
            return false;
        if (node->small)
            add_small(voice->values[node->index], out);
        else
            buf_add(out, voice->values[node->index]);
        return true;
    case NODE_RULE:
        return expand_nested_rule(g, node, voice, out);
    case NODE_OPTIONAL:
        if (rng_chance(voice->rng, 0.5) && has_values(voice, node->needs))
            expand_run(g, at + 1, at + 1 + node->span, voice, out);
        return true;
    case NODE_CHOICE:
        return expand_choice(g, at + 1, at + 1 + node->span, voice, out);
    case NODE_BRANCH:
        break;
    }
    assert(!"a branch stands in a choice only");
    return false;
}

static bool expand_run(const struct phrasebook *g, uint32_t first, uint32_t end,
                       struct voice *voice, struct buf *out)
{
    const struct node *nodes = g->nodes.items;
    size_t start = out->len;
    for (uint32_t i = first; i < end;) {
        if (!expand_node(g, i, voice, out)) {
            buf_truncate(out, start);
            return false;
        }
        bool holds =
            nodes[i].kind == NODE_OPTIONAL || nodes[i].kind == NODE_CHOICE;
        i += 1 + (holds ? nodes[i].span : 0);
    }
    return true;
}

/* Bits of the alternatives whose flags and values hold. */
static uint64_t eligible(const struct phrasebook *g, const struct rule *rule,
                         const struct voice *voice)
{
    uint64_t bits = 0;
    const struct alternative *a =
        (const struct alternative *)g->alternatives.items + rule->first;
    for (uint32_t i = 0; i < rule->count; i++)
        if ((voice->flags & a[i].require) == a[i].require &&
            !(voice->flags & a[i].forbid) && has_values(voice, a[i].needs))
            bits |= (uint64_t)1 << i;
    return bits;
}

static int pick_bit(struct rng *rng, uint64_t bits)
{
    uint64_t skip = rng_below(rng, (uint64_t)__builtin_popcountll(bits));
    while (skip--)
        bits &= bits - 1;
    return __builtin_ctzll(bits);
}

static bool expand_rule(const struct phrasebook *g, uint32_t index,
                        struct voice *voice, struct buf *out, bool only_new)
{
    const struct rule *rule = (const struct rule *)g->rules.items + index;
    uint64_t open = eligible(g, rule, voice);
    uint64_t fresh = open & ~voice->used[index];
    if (!fresh && !only_new) {
        voice->used[index] &= ~open;
        fresh = open;
    }
    while (fresh) {
        int pick = pick_bit(voice->rng, fresh);
        const struct alternative *a =
            (const struct alternative *)g->alternatives.items + rule->first +
            pick;
        uint64_t bit = (uint64_t)1 << pick;
        if (expand_run(g, a->first, a->first + a->count, voice, out)) {
            voice->used[index] |= bit;
            return true;
        }
        fresh &= ~bit;
    }
    return false;
}

bool phrasebook_expand(const struct phrasebook *g, int rule,
                       struct voice *voice, struct buf *out)
{
    assert(rule >= 0 && (size_t)rule < g->rules.count);
    return expand_rule(g, (uint32_t)rule, voice, out, false);
}

bool phrasebook_expand_new(const struct phrasebook *g, int rule,
                           struct voice *voice, struct buf *out)
{
    assert(rule >= 0 && (size_t)rule < g->rules.count);
    return expand_rule(g, (uint32_t)rule, voice, out, true);
}
