/* Ten thousand people are spread as the priors say, quotas replace a prior,
 * variants change one thing, and what rules turn away is counted by name. */
#include "check.h"

#include "patient/outline_plan.h"
#include "record/record.h"
#include "stat/distance.h"

enum { PEOPLE = 10000, CELLS = AGE_BAND_COUNT * 6 };

struct kit {
    struct knowledge *packs;
    struct constraints *rules;
    const struct disease **diseases;
};
static struct kit kit;

static int open_kit(void **state)
{
    struct err err = {0};
    kit.packs = knowledge_load(&err);
    kit.rules = kit.packs ? constraints_load(kit.packs, &err) : NULL;
    if (!kit.rules)
        return -1;
    size_t count = kit.packs->diseases.count;
    kit.diseases = calloc(count, sizeof *kit.diseases);
    for (size_t i = 0; i < count; i++)
        kit.diseases[i] = LIST_AT(kit.packs->diseases, struct disease, i);
    return temp_make(state);
}

static int close_kit(void **state)
{
    free(kit.diseases);
    constraints_free(kit.rules);
    knowledge_free(kit.packs);
    return temp_remove(state);
}

static void plan(struct people *people, enum lang lang,
                 const struct priors *priors, double pair_share)
{
    static const str vary[] = {{"age", 3}, {"sex", 3}, {"region", 6}};
    struct people_wish wish = {.lang = lang,
                               .seed = 42,
                               .count = PEOPLE,
                               .diseases = kit.diseases,
                               .disease_count = kit.packs->diseases.count,
                               .pair_share = pair_share,
                               .variants = vary,
                               .variant_count = pair_share > 0 ? 3 : 0};
    people_plan(people, &wish, priors, kit.rules);
}

static double divergence(const double *seen, const double *expected,
                         size_t count)
{
    double value;
    assert_true(distance_jensen_shannon(seen, expected, count, &value, NULL));
    return value;
}

static double attribute_divergence(const struct people *people, enum lang lang,
                                   const struct priors *priors,
                                   enum attribute attribute)
{
    double seen[PRIOR_VALUES_MAX] = {0}, expected[PRIOR_VALUES_MAX] = {0};
    size_t values = priors_value_count(priors, attribute);
    for (size_t i = 0; i < people->rows.count; i++) {
        const struct person_row *row = vec_at(&people->rows, i);
        struct prior_person who = {lang, row->disease, row->age, row->female};
        const double *shares;
        priors_shares(priors, attribute, &who, &shares);
        seen[row->values[attribute]]++;
        for (size_t v = 0; v < values; v++)
            expected[v] += shares[v];
    }
    return divergence(seen, expected, values);
}

static double table_divergence(const struct people *people)
{
    double seen[CELLS] = {0}, expected[CELLS] = {0};
    for (size_t i = 0; i < people->rows.count; i++) {
        const struct person_row *row = vec_at(&people->rows, i);
        const struct disease *d = row->disease;
        const double severities[] = {d->severity.mild, d->severity.moderate,
                                     d->severity.severe};
        seen[row->band * 6 + row->female * 3 + (int)row->severity]++;
        for (int c = 0; c < CELLS; c++)
            expected[c] += disease_band_share(d, c / 6) *
                           (c / 3 % 2 ? d->who.female : 1 - d->who.female) *
                           severities[c % 3];
    }
    return divergence(seen, expected, CELLS);
}

static void ten_thousand_people_are_spread_as_the_priors_say(void **state)
{
    (void)state;
    for (int lang = 0; lang < LANG_COUNT; lang++) {
        struct err err = {0};
        struct people people;
        struct priors *priors = priors_load(&err);
        assert_non_null(priors);
        plan(&people, (enum lang)lang, priors, 0);
        assert_int_equal(people.rows.count, PEOPLE);
        double worst = table_divergence(&people);
        printf("age x sex x severity %.7f", worst);
        assert_true(worst < 0.01);
        for (int a = 0; a < ATTRIBUTE_COUNT; a++) {
            double d = attribute_divergence(&people, (enum lang)lang, priors,
                                            (enum attribute)a);
            worst = d > worst ? d : worst;
            assert_true(d < 0.01);
        }
        printf(", largest of all %.7f\n", worst);
        people_release(&people);
        priors_free(priors);
    }
}

/* The 86-year-old student is turned away, under the name of its rule. */
static void joint_constraints_are_visible_as_named_exclusions(void **state)
{
    (void)state;
    struct err err = {0};
    struct people people;
    struct priors *priors = priors_load(&err);
    assert_non_null(priors);
    plan(&people, LANG_EN, priors, 0);
    bool named = false;
    size_t rules = 0;
    for (size_t i = 0; i < people.exclusion_count; i++) {
        rules += people.exclusions[i] > 0;
        named = named || (people.exclusions[i] &&
                          str_equal(constraint_at(kit.rules, i)->id,
                                    STR("teacher-degree")));
    }
    assert_true(named);
    assert_true(rules >= 5);
    people_release(&people);
    priors_free(priors);
}

static void a_quota_replaces_the_prior(void **state)
{
    (void)state;
    static const double thirds[] = {0.2, 0.3, 0.5};
    struct err err = {0};
    struct people people;
    struct priors *priors = priors_load(&err);
    assert_non_null(priors);
    assert_true(priors_set_quota(priors, ATTRIBUTE_REGION, thirds, 3, &err));
    assert_false(priors_set_quota(priors, ATTRIBUTE_REGION, thirds, 2, &err));
    plan(&people, LANG_EN, priors, 0);
    double seen[3] = {0};
    for (size_t i = 0; i < people.rows.count; i++)
        seen[((struct person_row *)vec_at(&people.rows, i))
                 ->values[ATTRIBUTE_REGION]]++;
    assert_true(divergence(seen, thirds, 3) < 0.0001);
    people_release(&people);
    priors_free(priors);
}

/* Age, sex or region differ, the case does not. */
static void variants_are_the_same_case(void **state)
{
    (void)state;
    struct err err = {0};
    struct people people;
    size_t variants[3] = {0};
    struct priors *priors = priors_load(&err);
    assert_non_null(priors);
    plan(&people, LANG_NL, priors, 0.2);
    for (size_t i = 0; i < people.rows.count; i++) {
        const struct person_row *row = vec_at(&people.rows, i),
                                *base = vec_at(&people.rows, row->base);
        if (!row->variant.len)
            continue;
        assert_true(row->disease == base->disease);
        assert_true(row->severity == base->severity);
        bool age = str_equal(row->variant, STR("age")),
             sex = str_equal(row->variant, STR("sex"));
        variants[age ? 0 : sex ? 1 : 2]++;
        if (row->failed_rule != STR_NONE)
            continue;
        assert_true(age ? row->age != base->age : row->age == base->age);
        assert_true(sex == (row->female != base->female));
        if (!age && !sex)
            assert_true(row->values[ATTRIBUTE_REGION] !=
                        base->values[ATTRIBUTE_REGION]);
    }
    for (int i = 0; i < 3; i++)
        assert_true(variants[i] > 1000);
    people_release(&people);
    priors_free(priors);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ten_thousand_people_are_spread_as_the_priors_say),
        cmocka_unit_test(joint_constraints_are_visible_as_named_exclusions),
        cmocka_unit_test(a_quota_replaces_the_prior),
        cmocka_unit_test(variants_are_the_same_case)};
    return cmocka_run_group_tests(tests, open_kit, close_kit);
}
