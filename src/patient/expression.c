/* expression.c - a small recursive-descent compiler to a tree, and its
 * evaluation with three truth values; see expression.h. */
#include "patient/expression.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "record/record.h"

enum node_kind {
    NODE_OR,
    NODE_AND,
    NODE_NOT,
    NODE_COMPARE,
    NODE_IN,
    NODE_MATCHES,
    NODE_KNOWN,
    NODE_ADD,
    NODE_SUBTRACT,
    NODE_MULTIPLY,
    NODE_HAS,
    NODE_CELL,
    NODE_COMPUTED,
    NODE_NUMBER,
    NODE_TEXT
};

enum comparison { EQUAL, UNEQUAL, LESS, LESS_EQUAL, MORE, MORE_EQUAL };

struct node {
    enum node_kind kind;
    enum comparison comparison;
    struct node *left, *right;
    struct node *next; /* in a bracketed list */
    struct fact_value value;
    size_t offset; /* of a cell, or of a list in the patient */
    bool of_item;
    const struct cell *cell;
    const struct computed *computed;
    struct regex *regex;
    struct node *next_regex;
};

struct expression {
    struct node *root;
    struct node *regexes; /* to release */
};

struct parser {
    str rest;
    const struct cell *list;
    struct arena *arena;
    struct expression *expression;
    struct err *err;
    int depth;
};

enum { DEPTH_MAX = 60 };

static struct node *parse_or(struct parser *p);

static struct node *fail(struct parser *p, const char *what)
{
    err_set(p->err, ERR_CONFIG, "%s at '" STR_FMT "'", what,
            STR_ARG(str_slice(p->rest, 0, 30)));
    return NULL;
}

static struct node *make(struct parser *p, enum node_kind kind,
                         struct node *left, struct node *right)
{
    struct node *node = arena_alloc(p->arena, sizeof *node);
    node->kind = kind;
    node->left = left;
    node->right = right;
    return node;
}

static bool is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
           c == '.' || (c >= '0' && c <= '9');
}

static str word_ahead(struct parser *p)
{
    p->rest = str_trim(p->rest);
    size_t len = 0;
    while (len < p->rest.len && is_word(p->rest.ptr[len]))
        len++;
    return str_slice(p->rest, 0, len);
}

static void skip(struct parser *p, size_t bytes)
{
    p->rest = str_slice(p->rest, bytes, p->rest.len);
}

static bool take_word(struct parser *p, str word)
{
    if (!str_equal(word_ahead(p), word))
        return false;
    skip(p, word.len);
    return true;
}

static bool take_char(struct parser *p, char c)
{
    p->rest = str_trim(p->rest);
    if (!p->rest.len || p->rest.ptr[0] != c)
        return false;
    skip(p, 1);
    return true;
}

static bool take_text(struct parser *p, str *text)
{
    if (!take_char(p, '\''))
        return false;
    size_t end = str_find_char(p->rest, '\'', 0);
    if (end == STR_NONE) {
        fail(p, "a text without its closing quote");
        return false;
    }
    *text = str_slice(p->rest, 0, end);
    skip(p, end + 1);
    return true;
}

/* --- names --- */

const struct cell *expression_list(str name, size_t *offset)
{
    for (const struct cell *group = patient_shape.cells; group->name; group++) {
        const struct cell *cell = shape_cell(group->sub, name);
        if (cell && (cell->type == CELL_LIST || cell->type == CELL_STRS)) {
            *offset = group->offset + cell->offset;
            return cell;
        }
    }
    return NULL;
}

static struct node *name_of_item(struct parser *p, str key)
{
    if (!p->list)
        return fail(p, "item.… in a rule without 'each'");
    struct node *node = make(p, NODE_CELL, NULL, NULL);
    node->of_item = true;
    if (p->list->type == CELL_STRS) {
        node->cell = p->list;
        return str_equal(key, STR("text")) ? node : NULL;
    }
    node->cell = shape_cell(p->list->sub, key);
    if (!node->cell)
        return NULL;
    node->offset = node->cell->offset;
    return node;
}

static struct node *name_computed(struct parser *p, str key, bool of_item)
{
    for (const struct computed *c = computed_facts; c->name; c++) {
        if (!str_equal(key, str_of(c->name)) || of_item != (c->lists != NULL))
            continue;
        if (of_item &&
            !str_contains(str_of(c->lists),
                          arena_printf(p->arena, "|%s|", p->list->name)))
            continue;
        struct node *node = make(p, NODE_COMPUTED, NULL, NULL);
        node->computed = c;
        return node;
    }
    return NULL;
}

static struct node *name_of_patient(struct parser *p, str key)
{
    for (const struct cell *group = patient_shape.cells; group->name; group++) {
        const struct cell *cell = shape_cell(group->sub, key);
        if (!cell || cell->type == CELL_LIST || cell->type == CELL_STRS)
            continue;
        struct node *node = make(p, NODE_CELL, NULL, NULL);
        node->cell = cell;
        node->offset = group->offset + cell->offset;
        return node;
    }
    return NULL;
}

static struct node *parse_name(struct parser *p, str word)
{
    bool of_item = str_starts_with(word, STR("item."));
    str key = of_item ? str_slice(word, 5, word.len) : word;
    struct node *node =
        of_item ? name_of_item(p, key) : name_of_patient(p, key);
    if (!node && (!of_item || p->list))
        node = name_computed(p, key, of_item);
    if (!node && p->err->code == ERR_NONE)
        return fail(p, "unknown name");
    skip(p, word.len);
    return node;
}

/* --- grammar --- */

static struct node *parse_has(struct parser *p)
{
    size_t offset;
    str text;
    if (!take_char(p, '('))
        return fail(p, "expected (");
    str name = word_ahead(p);
    const struct cell *cell = expression_list(name, &offset);
    if (!cell)
        return fail(p, "no list of that name");
    skip(p, name.len);
    if (!take_char(p, ',') || !take_text(p, &text) || !take_char(p, ')'))
        return fail(p, "expected has(list, 'id')");
    struct node *node = make(p, NODE_HAS, NULL, NULL);
    node->cell = cell;
    node->offset = offset;
    node->value.text = arena_copy(p->arena, text);
    return node;
}

static struct node *parse_literal(struct parser *p, str word)
{
    double number;
    str text;
    struct node *node;
    if (word.len && str_to_double(word, &number)) {
        skip(p, word.len);
        node = make(p, NODE_NUMBER, NULL, NULL);
        node->value =
            (struct fact_value){.kind = VALUE_NUMBER, .number = number};
        return node;
    }
    if (!take_text(p, &text))
        return NULL;
    node = make(p, NODE_TEXT, NULL, NULL);
    node->value = (struct fact_value){.kind = VALUE_TEXT,
                                      .text = arena_copy(p->arena, text)};
    return node;
}

static struct node *parse_term(struct parser *p)
{
    if (++p->depth > DEPTH_MAX)
        return fail(p, "nested too deeply");
    struct node *node;
    if (take_char(p, '(')) {
        node = parse_or(p);
        if (node && !take_char(p, ')'))
            node = fail(p, "expected )");
    } else if (take_word(p, STR("has"))) {
        node = parse_has(p);
    } else if (take_word(p, STR("known"))) {
        node = take_char(p, '(') ? parse_term(p) : fail(p, "expected (");
        if (node && !take_char(p, ')'))
            node = fail(p, "expected )");
        node = node ? make(p, NODE_KNOWN, node, NULL) : NULL;
    } else {
        str word = word_ahead(p);
        node = parse_literal(p, word);
        if (!node && p->err->code == ERR_NONE)
            node = word.len ? parse_name(p, word)
                            : fail(p, "expected a name or a value");
    }
    p->depth--;
    return node;
}

static struct node *parse_in(struct parser *p, struct node *left)
{
    struct node *node = make(p, NODE_IN, left, NULL), **end = &node->right;
    if (!take_char(p, '['))
        return fail(p, "expected [");
    do {
        struct node *item = parse_term(p);
        if (!item)
            return NULL;
        *end = item;
        end = &item->next;
    } while (take_char(p, ','));
    return take_char(p, ']') ? node : fail(p, "expected ]");
}

static struct node *parse_matches(struct parser *p, struct node *left)
{
    str pattern;
    if (!take_text(p, &pattern))
        return fail(p, "expected a pattern in quotes");
    struct node *node = make(p, NODE_MATCHES, left, NULL);
    if (!regex_compile(&node->regex, pattern, REGEX_CASELESS, p->err))
        return NULL;
    node->next_regex = p->expression->regexes;
    p->expression->regexes = node;
    return node;
}

static bool take_comparison(struct parser *p, enum comparison *comparison)
{
    static const struct {
        const char *sign;
        enum comparison comparison;
    } signs[] = {{"!=", UNEQUAL}, {"<=", LESS_EQUAL}, {">=", MORE_EQUAL},
                 {"=", EQUAL},    {"<", LESS},        {">", MORE}};
    p->rest = str_trim(p->rest);
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
        if (str_starts_with(p->rest, str_of(signs[i].sign))) {
            *comparison = signs[i].comparison;
            skip(p, strlen(signs[i].sign));
            return true;
        }
    return false;
}

static struct node *parse_product(struct parser *p)
{
    struct node *left = parse_term(p);
    while (left && take_char(p, '*')) {
        struct node *right = parse_term(p);
        left = right ? make(p, NODE_MULTIPLY, left, right) : NULL;
    }
    return left;
}

static struct node *parse_sum(struct parser *p)
{
    struct node *left = parse_product(p);
    while (left) {
        bool plus = take_char(p, '+');
        if (!plus && !take_char(p, '-'))
            break;
        struct node *right = parse_product(p);
        left = right ? make(p, plus ? NODE_ADD : NODE_SUBTRACT, left, right)
                     : NULL;
    }
    return left;
}

static struct node *parse_comparison(struct parser *p)
{
    struct node *left = parse_sum(p);
    enum comparison comparison;
    if (!left)
        return NULL;
    if (take_word(p, STR("in")))
        return parse_in(p, left);
    if (take_word(p, STR("matches")))
        return parse_matches(p, left);
    if (!take_comparison(p, &comparison))
        return left;
    struct node *right = parse_sum(p);
    if (!right)
        return NULL;
    struct node *node = make(p, NODE_COMPARE, left, right);
    node->comparison = comparison;
    return node;
}

static struct node *parse_not(struct parser *p)
{
    if (!take_word(p, STR("not")))
        return parse_comparison(p);
    if (++p->depth > DEPTH_MAX)
        return fail(p, "nested too deeply");
    struct node *node = parse_not(p);
    p->depth--;
    return node ? make(p, NODE_NOT, node, NULL) : NULL;
}

static struct node *parse_and(struct parser *p)
{
    struct node *left = parse_not(p);
    while (left && take_word(p, STR("and"))) {
        struct node *right = parse_not(p);
        left = right ? make(p, NODE_AND, left, right) : NULL;
    }
    return left;
}

static struct node *parse_or(struct parser *p)
{
    struct node *left = parse_and(p);
    while (left && take_word(p, STR("or"))) {
        struct node *right = parse_and(p);
        left = right ? make(p, NODE_OR, left, right) : NULL;
    }
    return left;
}

struct expression *expression_compile(str text, const struct cell *list,
                                      struct arena *arena, struct err *err)
{
    struct expression *e = arena_alloc(arena, sizeof *e);
    err_clear(err);
    struct parser p = {.rest = text,
                       .list = list,
                       .arena = arena,
                       .expression = e,
                       .err = err};
    e->root = parse_or(&p);
    if (e->root && str_trim(p.rest).len)
        e->root = fail(&p, "expected and, or, or the end");
    if (e->root)
        return e;
    expression_release(e);
    return NULL;
}

void expression_release(struct expression *e)
{
    for (struct node *n = e ? e->regexes : NULL; n; n = n->next_regex)
        regex_free(n->regex);
}

/* --- evaluation --- */

static enum truth truth_of(const struct node *node, struct scope *scope);

static struct fact_value cell_value(const struct node *node,
                                    const struct scope *scope)
{
    const char *base =
        node->of_item ? scope->item : (const char *)scope->patient;
    if (node->cell->type == CELL_NUMBER) {
        double number = *(const double *)(const void *)(base + node->offset);
        return (struct fact_value){
            isnan(number) ? VALUE_UNKNOWN : VALUE_NUMBER, number, {0}};
    }
    str text = *(const str *)(const void *)(base + node->offset);
    return (struct fact_value){text.len ? VALUE_TEXT : VALUE_UNKNOWN, 0, text};
}

static struct fact_value value_of(const struct node *node, struct scope *scope);

static struct fact_value calculate(const struct node *node, struct scope *scope)
{
    struct fact_value a = value_of(node->left, scope),
                      b = value_of(node->right, scope);
    if (a.kind != VALUE_NUMBER || b.kind != VALUE_NUMBER)
        return (struct fact_value){0};
    double number = node->kind == NODE_ADD        ? a.number + b.number
                    : node->kind == NODE_SUBTRACT ? a.number - b.number
                                                  : a.number * b.number;
    return (struct fact_value){VALUE_NUMBER, number, {0}};
}

static struct fact_value value_of(const struct node *node, struct scope *scope)
{
    switch (node->kind) {
    case NODE_NUMBER:
    case NODE_TEXT:
        return node->value;
    case NODE_CELL:
        return cell_value(node, scope);
    case NODE_COMPUTED:
        return node->computed->get(scope);
    case NODE_ADD:
    case NODE_SUBTRACT:
    case NODE_MULTIPLY:
        return calculate(node, scope);
    default:
        break;
    }
    enum truth truth = truth_of(node, scope);
    return (struct fact_value){truth == TRUTH_UNKNOWN ? VALUE_UNKNOWN
                                                      : VALUE_NUMBER,
                               truth == TRUTH_YES,
                               {0}};
}

static enum truth from_bool(bool value)
{
    return value ? TRUTH_YES : TRUTH_NO;
}

static enum truth compare(enum comparison comparison, struct fact_value a,
                          struct fact_value b)
{
    if (a.kind == VALUE_UNKNOWN || b.kind == VALUE_UNKNOWN)
        return TRUTH_UNKNOWN;
    if (a.kind != b.kind)
        return from_bool(comparison == UNEQUAL);
    int order = a.kind == VALUE_TEXT
                    ? str_compare(a.text, b.text)
                    : (a.number > b.number) - (a.number < b.number);
    switch (comparison) {
    case EQUAL:
        return from_bool(order == 0);
    case UNEQUAL:
        return from_bool(order != 0);
    case LESS:
        return from_bool(order < 0);
    case LESS_EQUAL:
        return from_bool(order <= 0);
    case MORE:
        return from_bool(order > 0);
    case MORE_EQUAL:
        return from_bool(order >= 0);
    }
    return TRUTH_UNKNOWN;
}

static enum truth in_list(const struct node *node, struct scope *scope)
{
    struct fact_value left = value_of(node->left, scope);
    if (left.kind == VALUE_UNKNOWN)
        return TRUTH_UNKNOWN;
    for (const struct node *item = node->right; item; item = item->next)
        if (compare(EQUAL, left, value_of(item, scope)) == TRUTH_YES)
            return TRUTH_YES;
    return TRUTH_NO;
}

static enum truth has_id(const struct node *node, const struct scope *scope)
{
    const struct list *list =
        (const void *)((const char *)scope->patient + node->offset);
    size_t bytes =
        node->cell->type == CELL_STRS ? sizeof(str) : node->cell->sub->bytes;
    for (size_t i = 0; i < list->count; i++) {
        /* the id stands first in every item */
        const str *id = (const void *)((const char *)list->items + i * bytes);
        if (str_equal(*id, node->value.text))
            return TRUTH_YES;
    }
    return TRUTH_NO;
}

static enum truth matches(const struct node *node, struct scope *scope)
{
    struct fact_value value = value_of(node->left, scope);
    if (value.kind != VALUE_TEXT)
        return TRUTH_UNKNOWN;
    return from_bool(regex_find(node->regex, scope->regex, value.text, 0) ==
                     REGEX_FOUND);
}

static enum truth both(enum truth a, enum truth b)
{
    if (a == TRUTH_NO || b == TRUTH_NO)
        return TRUTH_NO;
    return a == TRUTH_YES && b == TRUTH_YES ? TRUTH_YES : TRUTH_UNKNOWN;
}

static enum truth negate(enum truth a)
{
    return a == TRUTH_UNKNOWN ? a : from_bool(a == TRUTH_NO);
}

static enum truth truth_of(const struct node *node, struct scope *scope)
{
    switch (node->kind) {
    case NODE_AND: {
        enum truth left = truth_of(node->left, scope);
        return left == TRUTH_NO ? left
                                : both(left, truth_of(node->right, scope));
    }
    case NODE_OR: {
        enum truth left = truth_of(node->left, scope);
        if (left == TRUTH_YES)
            return left;
        return negate(both(negate(left), negate(truth_of(node->right, scope))));
    }
    case NODE_NOT:
        return negate(truth_of(node->left, scope));
    case NODE_COMPARE:
        return compare(node->comparison, value_of(node->left, scope),
                       value_of(node->right, scope));
    case NODE_IN:
        return in_list(node, scope);
    case NODE_MATCHES:
        return matches(node, scope);
    case NODE_KNOWN:
        return from_bool(value_of(node->left, scope).kind != VALUE_UNKNOWN);
    case NODE_HAS:
        return has_id(node, scope);
    default: {
        struct fact_value value = value_of(node, scope);
        if (value.kind == VALUE_UNKNOWN)
            return TRUTH_UNKNOWN;
        return from_bool(value.kind == VALUE_TEXT || value.number > 0);
    }
    }
}

enum truth expression_truth(const struct expression *e, struct scope *scope)
{
    return truth_of(e->root, scope);
}
