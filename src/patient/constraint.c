/* constraint.c - loads the rules and runs them; see constraint.h. */
#include "patient/constraint.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/asset.h"
#include "base/map.h"
#include "base/mem.h"
#include "patient/expression.h"
#include "record/record.h"

struct compiled {
    struct constraint rule;
    bool attributes; /* stage */
    const struct cell *list;
    size_t list_offset;
    struct expression *when, *require;
};

struct constraints {
    const struct knowledge *knowledge; /* borrowed */
    struct vec rules;                  /* struct compiled */
    struct map ids;
    struct arena arena;
};

struct constraint_check {
    const struct constraints *constraints;
    struct regex_context *regex;
    struct arena arena;
};

static const char *const kinds[] = {
    "demographic",     "physiological", "temporal",  "pharmacological",
    "symptom-disease", "range",         "agreement", NULL};
static const char *const stages[] = {"attributes", "record", NULL};

#define RULE_TEXT(member, help)                                                \
    {                                                                          \
        .name = #member, .type = FIELD_STR,                                    \
        .offset = offsetof(struct constraint, member), .doc = help             \
    }
static const struct field rule_fields[] = {
    RULE_TEXT(id, "name of the rule"),
    {.name = "kind",
     .type = FIELD_CHOICE,
     .offset = offsetof(struct constraint, kind),
     .choices = kinds,
     .doc = "what it is about"},
    {.name = "stage",
     .type = FIELD_CHOICE,
     .offset = offsetof(struct constraint, stage),
     .choices = stages,
     .fallback = "record",
     .doc = "attributes: already checked while they are drawn"},
    {.name = "each",
     .type = FIELD_STR,
     .offset = offsetof(struct constraint, each),
     .optional = true,
     .doc = "a list: the rule holds for each item"},
    {.name = "when",
     .type = FIELD_STR,
     .offset = offsetof(struct constraint, when),
     .optional = true,
     .doc = "condition; absent: always"},
    RULE_TEXT(require, "what must hold then"),
    RULE_TEXT(source, "where it comes from"),
    RULE_TEXT(message, "what to tell"),
    {0}};
static const struct schema rule_schema = {
    "rule", rule_fields, sizeof(struct constraint),
    offsetof(struct constraint, line) + 1};

struct rule_file {
    struct list rules;
};
static const struct field file_fields[] = {
    {.name = "rules",
     .type = FIELD_STRUCTS,
     .offset = offsetof(struct rule_file, rules),
     .sub = &rule_schema,
     .doc = "the rules"},
    {0}};
static const struct schema file_schema = {"constraints", file_fields,
                                          sizeof(struct rule_file), 0};

static bool add_rule(struct constraints *c, const struct constraint *rule,
                     struct err *err)
{
    if (!map_put(&c->ids, rule->id, c->rules.count))
        return err_set(err, ERR_CONFIG, "rule '" STR_FMT "' stands twice",
                       STR_ARG(rule->id));
    if (c->rules.count >= CONSTRAINT_RULES_MAX)
        return err_set(err, ERR_LIMIT, "more than %d rules",
                       CONSTRAINT_RULES_MAX);
    struct compiled *compiled = vec_add(&c->rules);
    compiled->rule = *rule;
    compiled->attributes = str_equal(rule->stage, STR("attributes"));
    if (rule->each.len) {
        compiled->list = expression_list(rule->each, &compiled->list_offset);
        if (!compiled->list)
            return err_set(err, ERR_CONFIG, "each: no list '" STR_FMT "'",
                           STR_ARG(rule->each));
    }
    if (rule->when.len) {
        compiled->when =
            expression_compile(rule->when, compiled->list, &c->arena, err);
        if (!compiled->when)
            return err_wrap(err, "when");
    }
    compiled->require =
        expression_compile(rule->require, compiled->list, &c->arena, err);
    return compiled->require || err_wrap(err, "require");
}

static bool load_file(struct constraints *c, str name, struct err *err)
{
    const char *path = arena_cstr(&c->arena, name);
    struct rule_file file;
    struct yaml *root = asset_yaml(path, &c->arena, err);
    if (!root || !schema_bind(&file_schema, root, &file, &c->arena, err))
        return false;
    for (size_t i = 0; i < file.rules.count; i++) {
        const struct constraint *rule =
            LIST_AT(file.rules, struct constraint, i);
        if (!add_rule(c, rule, err))
            return err_wrap(err, "%s:%d: rule '" STR_FMT "'", root->file,
                            (int)rule->line, STR_ARG(rule->id));
    }
    return true;
}

struct constraints *constraints_load(const struct knowledge *k, struct err *err)
{
    struct constraints *c = mem_zero(1, sizeof *c);
    c->knowledge = k;
    arena_init(&c->arena);
    vec_init(&c->rules, sizeof(struct compiled));
    map_init(&c->ids);
    struct vec names;
    vec_init(&names, sizeof(str));
    asset_list("constraints/", ".yaml", &c->arena, &names);
    bool ok = true;
    for (size_t i = 0; i < names.count && ok; i++)
        ok = load_file(c, *(str *)vec_at(&names, i), err);
    vec_release(&names);
    if (ok)
        return c;
    constraints_free(c);
    return NULL;
}

void constraints_free(struct constraints *c)
{
    if (!c)
        return;
    for (size_t i = 0; i < c->rules.count; i++) {
        struct compiled *rule = vec_at(&c->rules, i);
        expression_release(rule->when);
        expression_release(rule->require);
    }
    vec_release(&c->rules);
    map_release(&c->ids);
    arena_release(&c->arena);
    free(c);
}

size_t constraints_count(const struct constraints *c)
{
    return c->rules.count;
}

const struct constraint *constraint_at(const struct constraints *c,
                                       size_t index)
{
    return &((struct compiled *)vec_at(&c->rules, index))->rule;
}

/* --- checking --- */

struct constraint_check *constraint_check_new(const struct constraints *c)
{
    struct constraint_check *check = mem_zero(1, sizeof *check);
    check->constraints = c;
    check->regex = regex_context_new();
    arena_init(&check->arena);
    return check;
}

void constraint_check_free(struct constraint_check *check)
{
    if (!check)
        return;
    regex_context_free(check->regex);
    arena_release(&check->arena);
    free(check);
}

static bool is_broken(const struct compiled *rule, struct scope *scope)
{
    if (rule->when && expression_truth(rule->when, scope) != TRUTH_YES)
        return false;
    return expression_truth(rule->require, scope) == TRUTH_NO;
}

static size_t check_rule(const struct compiled *rule, size_t index,
                         struct scope *scope, struct violation *found,
                         size_t room)
{
    if (!rule->list) {
        if (!room || !is_broken(rule, scope))
            return 0;
        *found = (struct violation){.rule = index};
        return 1;
    }
    const struct list *list =
        (const void *)((const char *)scope->patient + rule->list_offset);
    size_t bytes =
        rule->list->type == CELL_STRS ? sizeof(str) : rule->list->sub->bytes;
    size_t count = 0;
    scope->list = rule->list;
    for (size_t i = 0; i < list->count && count < room; i++) {
        scope->item = (const char *)list->items + i * bytes;
        if (is_broken(rule, scope))
            found[count++] = (struct violation){.rule = index, .item = i};
    }
    scope->item = NULL;
    return count;
}

size_t constraint_check_run(struct constraint_check *check,
                            const struct patient *patient, str lang,
                            enum check_stage stage,
                            struct violation found[CONSTRAINT_FOUND_MAX])
{
    const struct constraints *c = check->constraints;
    arena_reset(&check->arena);
    struct scope scope = {
        .patient = patient,
        .knowledge = c->knowledge,
        .disease = knowledge_disease(c->knowledge, patient->outline.disease),
        .lang = lang,
        .regex = check->regex,
        .arena = &check->arena};
    size_t count = 0;
    for (size_t i = 0; i < c->rules.count; i++) {
        const struct compiled *rule = vec_at(&c->rules, i);
        if (stage == CHECK_ATTRIBUTES && !rule->attributes)
            continue;
        count += check_rule(rule, i, &scope, found + count,
                            CONSTRAINT_FOUND_MAX - count);
    }
    return count;
}
