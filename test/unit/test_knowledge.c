/* Packs: courses, severity profiles and contraindications belong to the
 * diseases and drugs they name, and mistakes are named with their line. */
#include "check.h"

#include "knowledge/knowledge.h"
#include "record/record.h"
#include "text/regex.h"

static struct knowledge *packs;

static int open_packs(void **state)
{
    struct err err = {0};
    packs = knowledge_load(&err);
    return packs ? temp_make(state) : -1;
}

static int close_packs(void **state)
{
    knowledge_free(packs);
    return temp_remove(state);
}

static void every_disease_has_a_course(void **state)
{
    (void)state;
    for (size_t i = 0; i < packs->diseases.count; i++) {
        const struct disease *d = LIST_AT(packs->diseases, struct disease, i);
        if (!d->progression)
            print_error("no course: " STR_FMT "\n", STR_ARG(d->id));
        assert_non_null(d->progression);
    }
}

static double middle(struct range range)
{
    return (range.low + range.high) / 2;
}

/* Pulse and breathing do not fall, saturation does not rise from mild to
 * severe; but for a raised intracranial pressure, a slow thyroid, and a knock
 * on the head. */
static void vital_signs_follow_severity(void **state)
{
    (void)state;
    static const char *const slow[] = {"subarachnoid-haemorrhage",
                                       "hypothyroidism", "concussion"};
    for (size_t i = 0; i < packs->severity_profiles.count; i++) {
        const struct severity_profile *p =
            LIST_AT(packs->severity_profiles, struct severity_profile, i);
        const struct disease *d = knowledge_disease(packs, p->id);
        bool is_slow = false;
        for (size_t k = 0; k < sizeof slow / sizeof *slow; k++)
            is_slow = is_slow || str_equal(p->id, str_of(slow[k]));
        for (int v = VITAL_PULSE; v < VITAL_COUNT && !is_slow; v++) {
            struct range mild = disease_vital(d, 0, (enum vital)v),
                         severe = disease_vital(d, 2, (enum vital)v);
            if (mild.high == 0 || severe.high == 0)
                continue;
            if (v == VITAL_PULSE || v == VITAL_RESPIRATION)
                assert_true(middle(severe) >= middle(mild));
            if (v == VITAL_SATURATION)
                assert_true(middle(severe) <= middle(mild));
        }
    }
}

static void limits_of_life_depend_on_age(void **state)
{
    (void)state;
    struct range range;
    const struct test *pulse = knowledge_test(packs, STR("pulse"));
    assert_true(test_plausible(pulse, 0.5, &range));
    assert_true(range.low == 60 && range.high == 240);
    assert_true(test_plausible(pulse, 40, &range));
    assert_true(range.low == 20);
    const struct test *blood = knowledge_test(packs, STR("haemoglobin"));
    assert_true(test_reference(blood, STR("pregnant"), 30, &range));
    assert_true(range.low == 110);
    assert_true(test_reference(blood, STR("female"), 30, &range));
    assert_true(range.low == 115);
    assert_true(test_reference(blood, STR("male"), 30, &range));
    assert_true(range.low == 130);
}

static void contraindications_know_state_age_disease_and_history(void **state)
{
    (void)state;
    struct regex_context *context = regex_context_new();
    const struct {
        const char *drug, *disease, *status, *past;
        enum lang lang;
        double age;
        const char *expected; /* NULL: none */
    } cases[] = {
        {"methotrexate", NULL, "breastfeeding", "", LANG_EN, 30,
         "breastfeeding-cytotoxics"},
        {"methotrexate", NULL, "ordinary", "", LANG_EN, 30, NULL},
        {"aspirin", NULL, "ordinary", "", LANG_EN, 9, "aspirin-in-children"},
        {"aspirin", NULL, "ordinary", "", LANG_EN, 60, NULL},
        {"warfarin", "subarachnoid-haemorrhage", "", "", LANG_EN, 60,
         "blood-thinners-with-bleeding"},
        {"bisoprolol", NULL, "", "支气管哮喘病史", LANG_ZH, 60,
         "history-of-asthma"},
        {"bisoprolol", NULL, "", "astma sinds de jeugd", LANG_NL, 60,
         "history-of-asthma"},
        {"ibuprofen", NULL, "", "a stomach ulcer two years ago", LANG_EN, 60,
         "history-of-ulcer"},
        {"ibuprofen", NULL, "", "high blood pressure", LANG_EN, 60, NULL}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        str past = str_of(cases[i].past);
        struct drug_user user = {
            .disease = cases[i].disease
                           ? knowledge_disease(packs, str_of(cases[i].disease))
                           : NULL,
            .status = str_of(cases[i].status),
            .age = cases[i].age,
            .lang = cases[i].lang,
            .past = &past,
            .past_count = past.len > 0};
        const struct contraindication *found = knowledge_contraindication(
            packs, knowledge_drug(packs, str_of(cases[i].drug)), &user,
            context);
        assert_true((found != NULL) == (cases[i].expected != NULL));
        if (found)
            assert_str(found->id, cases[i].expected);
    }
    regex_context_free(context);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_disease_has_a_course),
        cmocka_unit_test(vital_signs_follow_severity),
        cmocka_unit_test(limits_of_life_depend_on_age),
        cmocka_unit_test(contraindications_know_state_age_disease_and_history)};
    return cmocka_run_group_tests(tests, open_packs, close_packs);
}
