/* verifier.c - see verifier.h. */
#include "generate/verifier.h"

static const char *const ungraded_choices[] = {"reject", "keep", NULL};

static const struct field verifier_fields[] = {
    {"enabled", FIELD_BOOL, offsetof(struct verifier_config, enabled),
     .fallback = "false", .doc = "ask a second model about each dialogue"},
    {"criteria", FIELD_STRS, offsetof(struct verifier_config, criteria),
     .fallback = "[medical_soundness, fluency, role_consistency, "
                 "outline_match]",
     .doc = "what the verifier prompt asks for, by name"},
    {"required", FIELD_STRS, offsetof(struct verifier_config, required),
     .fallback = "[]", .doc = "criteria that must pass; empty: all of them"},
    {"ungraded", FIELD_CHOICE, offsetof(struct verifier_config, ungraded),
     .choices = ungraded_choices, .fallback = "reject",
     .doc = "what becomes of a dialogue without a readable grade"},
    {0}};

const struct schema verifier_config_schema = {
    "verifier rule", verifier_fields, sizeof(struct verifier_config), 0};

/* --- judging --- */

static bool is_required(const struct verifier_config *config, str criterion)
{
    for (size_t i = 0; i < config->required.count; i++)
        if (grade_same_name(*LIST_AT(config->required, str, i), criterion))
            return true;
    return config->required.count == 0;
}

static const struct grade_given *first_required(
    const struct grades *answer, const struct verifier_config *config,
    enum grade grade)
{
    for (size_t i = 0; i < answer->count; i++)
        if (answer->grades[i].grade == grade &&
            is_required(config, answer->grades[i].criterion))
            return &answer->grades[i];
    return NULL;
}

void verifier_judge(const struct grades *answer,
                    const struct verifier_config *config,
                    struct refine_verdict *verdict)
{
    const struct grade_given *found =
        first_required(answer, config, GRADE_FAIL);
    if (found) {
        refine_verdict_set(verdict, REFINE_VERIFIER, 0, 0, 0,
                           STR_FMT " failed%s" STR_FMT,
                           STR_ARG(found->criterion),
                           found->why.len ? ": " : "", STR_ARG(found->why));
        return;
    }
    found = first_required(answer, config, GRADE_UNGRADED);
    bool none = answer->count == 0;
    if ((found || none) && str_equal(config->ungraded, STR("reject"))) {
        str name = found ? found->criterion : STR("no criterion");
        refine_verdict_set(verdict, REFINE_UNGRADED, 0, 0, 0,
                           STR_FMT ": the verifier gave no readable grade",
                           STR_ARG(name));
        return;
    }
    *verdict = (struct refine_verdict){.reason = REFINE_OK};
}
