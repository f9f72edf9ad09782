/* make_config.c - the keys of `patient make`; see make.h. */
#include "patient/make.h"

static const char *const languages[] = {LANG_CODES NULL};
static const char *const weights[] = {"equal", "common", NULL};
static const struct field quota_fields[] = {
    {.name = "attribute",
     .type = FIELD_STR,
     .offset = offsetof(struct make_quota, attribute),
     .doc = "as in data/priors/global.yaml"},
    {.name = "shares",
     .type = FIELD_NUMBERS,
     .offset = offsetof(struct make_quota, shares),
     .doc = "one per value, instead of the prior"},
    {0}};
static const struct schema quota_schema = {
    "quota", quota_fields, sizeof(struct make_quota),
    offsetof(struct make_quota, line) + 1};
static const char *const variants[] = {"age", "sex", "region", NULL};
static const struct field pairs_fields[] = {
    {.name = "share",
     .type = FIELD_NUMBER,
     .offset = offsetof(struct make_pairs, share),
     .max = 1,
     .fallback = "0",
     .doc = "of the rows that get counterfactual variants"},
    {.name = "vary",
     .type = FIELD_STRS,
     .offset = offsetof(struct make_pairs, vary),
     .choices = variants,
     .fallback = "[age, sex, region]",
     .doc = "one variant for each: age, sex, region"},
    {0}};
static const struct schema pairs_schema = {"pairs", pairs_fields,
                                           sizeof(struct make_pairs), 0};
static const char *const stages[] = {"outline", "symptoms", "examination",
                                     NULL};
static const char *const ungraded[] = {"reject", "keep", NULL};
static const struct field review_fields[] = {
    {.name = "enabled",
     .type = FIELD_BOOL,
     .offset = offsetof(struct review_config, enabled),
     .fallback = "false",
     .doc = "ask a second model about symptoms and examination"},
    {.name = "criteria",
     .type = FIELD_STRS,
     .offset = offsetof(struct review_config, criteria),
     .fallback = "[plausible, consistent, natural]",
     .doc = "what the prompt review.txt asks for, by name; all must pass"},
    {.name = "ungraded",
     .type = FIELD_CHOICE,
     .offset = offsetof(struct review_config, ungraded),
     .choices = ungraded,
     .fallback = "reject",
     .doc = "what becomes of a draft without a readable grade"},
    {0}};
static const struct schema review_schema = {"review", review_fields,
                                            sizeof(struct review_config), 0};
static const struct field make_fields[] = {
    {.name = "lang",
     .type = FIELD_CHOICE,
     .offset = offsetof(struct make_config, lang),
     .choices = languages,
     .fallback = "en",
     .doc = "language of the records"},
    {.name = "count",
     .type = FIELD_INT,
     .offset = offsetof(struct make_config, count),
     .min = 1,
     .max = MAKE_COUNT_MAX,
     .fallback = "100",
     .doc = "patients, without counterfactual variants"},
    {.name = "seed",
     .type = FIELD_INT,
     .offset = offsetof(struct make_config, seed),
     .min = 0,
     .max = 9007199254740991.0,
     .fallback = "42",
     .doc = "of everything random"},
    {.name = "diseases",
     .type = FIELD_STRS,
     .offset = offsetof(struct make_config, diseases),
     .optional = true,
     .doc = "ids of the packs; absent: all"},
    {.name = "weights",
     .type = FIELD_CHOICE,
     .offset = offsetof(struct make_config, weights),
     .choices = weights,
     .fallback = "equal",
     .doc = "equal: each disease as often; common: by its weight"},
    {.name = "quotas",
     .type = FIELD_STRUCTS,
     .offset = offsetof(struct make_config, quotas),
     .sub = &quota_schema,
     .optional = true,
     .doc = "shares that replace a prior"},
    {.name = "pairs",
     .type = FIELD_STRUCT,
     .offset = offsetof(struct make_config, pairs),
     .sub = &pairs_schema,
     .fallback = "{}",
     .doc = "counterfactual variants for studies of bias"},
    {.name = "engine",
     .type = FIELD_STRUCT,
     .offset = offsetof(struct make_config, engine),
     .sub = &llm_config_schema,
     .fallback = "{}",
     .doc = "simulator: records from the packs; http or replay: a model makes "
            "the stages (docs/engines.md)"},
    {.name = "stages",
     .type = FIELD_STRS,
     .offset = offsetof(struct make_config, staged.stages),
     .choices = stages,
     .fallback = "[outline, symptoms, examination]",
     .doc = "which of them a model makes; the others come from the pack"},
    {.name = "attempts",
     .type = FIELD_INT,
     .offset = offsetof(struct make_config, staged.attempts),
     .min = 1,
     .max = 10,
     .fallback = "3",
     .doc = "drafts of a stage before the record is rejected"},
    {.name = "review",
     .type = FIELD_STRUCT,
     .offset = offsetof(struct make_config, staged.review),
     .sub = &review_schema,
     .fallback = "{}",
     .doc = "a reviewer model behind the code rules (engine part verifier)"},
    {0}};
const struct schema make_schema = {"patient make", make_fields,
                                   sizeof(struct make_config), 0};

static bool check_models(const struct make_config *c, struct err *err)
{
    bool offline = str_equal(c->engine.kind, STR("simulator"));
    if (offline && c->staged.review.enabled)
        return err_set(err, ERR_CONFIG,
                       "key 'review.enabled': a reviewer needs an engine of "
                       "kind http or replay");
    if (!offline && !c->staged.stages.count)
        return err_set(err, ERR_CONFIG,
                       "key 'stages': found none, but engine.kind is '" STR_FMT
                       "'; allowed are outline, symptoms, examination",
                       STR_ARG(c->engine.kind));
    return true;
}

bool make_config_load(struct make_config *config, const char *path,
                      const char *const overrides[], size_t override_count,
                      const struct yaml **root, struct arena *arena,
                      struct err *err)
{
    *root = yaml_read_over(path, overrides, override_count, arena, err);
    return *root && schema_bind(&make_schema, *root, config, arena, err) &&
           check_models(config, err);
}

void make_identity(const struct make_config *config, struct buf *out)
{
    struct make_config fixed = *config;
    fixed.engine = (struct llm_config){.kind = config->engine.kind};
    schema_write(&make_schema, &fixed, NULL, out);
}
