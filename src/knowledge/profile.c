/* profile.c - courses, severity profiles and contraindications, joined to the
 * diseases and drugs they name; see knowledge.h. */
#include <math.h>
#include <string.h>

#include "knowledge/pack_schema.h"
#include "text/regex.h"

struct linker {
    struct knowledge *k;
    const struct vec *files;
    struct err *err;
};

static bool bad(const struct linker *l, size_t index, int64_t line,
                const char *what, str value)
{
    return err_set(l->err, ERR_CONFIG, "%s:%lld: %s '" STR_FMT "'",
                   *(const char **)vec_at(l->files, index), (long long)line,
                   what, STR_ARG(value));
}

/* The lists were made by the loader, so they may be written to here. */
static struct disease *disease_of(struct knowledge *k, str id)
{
    const struct disease *found = knowledge_disease(k, id);
    struct disease *all = k->diseases.items;
    return found ? &all[found - all] : NULL;
}

/* --- courses --- */

static bool link_course(const struct linker *l, size_t index)
{
    const struct course *c = (const struct course *)l->k->courses.items + index;
    const struct course_shares *p = &c->progression;
    if (fabs(p->worse + p->same + p->better + p->comes_and_goes - 1) > 1e-6)
        return bad(l, index, c->line, "shares do not sum to 1: course", c->id);
    const str *ids = c->diseases.items;
    for (size_t i = 0; i < c->diseases.count; i++) {
        struct disease *d = disease_of(l->k, ids[i]);
        if (!d)
            return bad(l, index, c->line, "unknown disease", ids[i]);
        if (d->progression)
            return bad(l, index, c->line, "a second course of disease", ids[i]);
        d->progression = c;
    }
    return true;
}

/* --- severity profiles --- */

static bool has_symptom(const struct disease *d, str id)
{
    const struct disease_symptom *s = d->symptoms.items;
    for (size_t i = 0; i < d->symptoms.count; i++)
        if (str_equal(s[i].id, id))
            return true;
    return false;
}

static bool link_profile(const struct linker *l, size_t index)
{
    const struct severity_profile *p =
        (const struct severity_profile *)l->k->severity_profiles.items + index;
    struct disease *d = disease_of(l->k, p->id);
    if (!d)
        return bad(l, index, p->line, "unknown disease", p->id);
    const struct graded_symptom *s = p->symptoms.items;
    for (size_t i = 0; i < p->symptoms.count; i++)
        if (!has_symptom(d, s[i].id))
            return bad(l, index, p->line,
                       "no symptom of the disease:", s[i].id);
    d->severity_profile = p;
    return true;
}

/* --- contraindications --- */

static bool link_contraindication(const struct linker *l, size_t index)
{
    struct contraindication *c =
        (struct contraindication *)l->k->contraindications.items + index;
    const str *drugs = c->drugs.items, *diseases = c->diseases.items;
    for (size_t i = 0; i < c->drugs.count; i++)
        if (!knowledge_drug(l->k, drugs[i]))
            return bad(l, index, c->line, "unknown drug", drugs[i]);
    for (size_t i = 0; i < c->diseases.count; i++)
        if (!knowledge_disease(l->k, diseases[i]))
            return bad(l, index, c->line, "unknown disease", diseases[i]);
    bool about = c->diseases.count || c->status.count || c->age.high > 0 ||
                 c->past.text[LANG_EN].len;
    if (!about || !c->drugs.count)
        return bad(
            l, index, c->line,
            "needs drugs and one of diseases, status, age, past:", c->id);
    for (int lang = 0; lang < LANG_COUNT; lang++)
        if (c->past.text[lang].len &&
            !regex_compile(&c->patterns[lang], c->past.text[lang],
                           REGEX_CASELESS, l->err))
            return err_wrap(l->err, "%s:%lld",
                            *(const char **)vec_at(l->files, index),
                            (long long)c->line);
    return true;
}

bool profile_link(struct knowledge *k, const struct profile_files *files,
                  struct err *err)
{
    bool ok = true;
    struct linker l = {k, &files->courses, err};
    for (size_t i = 0; ok && i < k->courses.count; i++)
        ok = link_course(&l, i);
    l.files = &files->severity_profiles;
    for (size_t i = 0; ok && i < k->severity_profiles.count; i++)
        ok = link_profile(&l, i);
    l.files = &files->contraindications;
    for (size_t i = 0; ok && i < k->contraindications.count; i++)
        ok = link_contraindication(&l, i);
    return ok;
}

void profile_release(struct knowledge *k)
{
    struct contraindication *c = k->contraindications.items;
    for (size_t i = 0; i < k->contraindications.count; i++)
        for (int lang = 0; lang < LANG_COUNT; lang++)
            regex_free(c[i].patterns[lang]);
}

/* --- asking --- */

static bool holds(const struct list *ids, str id)
{
    const str *all = ids->items;
    for (size_t i = 0; i < ids->count; i++)
        if (str_equal(all[i], id))
            return true;
    return false;
}

static bool is_in_history(const struct contraindication *c,
                          const struct drug_user *user,
                          struct regex_context *context)
{
    const struct regex *pattern = c->patterns[user->lang];
    for (size_t i = 0; pattern && i < user->past_count; i++)
        if (regex_find(pattern, context, user->past[i], 0) == REGEX_FOUND)
            return true;
    return false;
}

static bool fits(const struct contraindication *c, const struct drug_user *user,
                 struct regex_context *context)
{
    bool aged = c->age.high > 0 && !isnan(user->age) &&
                user->age >= c->age.low && user->age <= c->age.high;
    return aged || (user->disease && holds(&c->diseases, user->disease->id)) ||
           (user->status.len && holds(&c->status, user->status)) ||
           is_in_history(c, user, context);
}

const struct contraindication *knowledge_contraindication(
    const struct knowledge *k, const struct drug *drug,
    const struct drug_user *user, struct regex_context *context)
{
    const struct contraindication *c = k->contraindications.items;
    for (size_t i = 0; i < k->contraindications.count; i++)
        if (holds(&c[i].drugs, drug->id) && fits(&c[i], user, context))
            return &c[i];
    return NULL;
}

bool test_plausible(const struct test *test, double age, struct range *range)
{
    const struct plausible_row *rows = test->plausible_by_age.items;
    for (size_t i = 0; i < test->plausible_by_age.count; i++)
        if (age >= rows[i].age.low && age < rows[i].age.high) {
            *range = rows[i].range;
            return true;
        }
    *range = test->plausible;
    return test->plausible.high > 0;
}

/* --- vital signs --- */

const char *vital_test(enum vital vital)
{
    static const char *const tests[VITAL_COUNT] = {
        "body-temperature",  "pulse",
        "systolic-pressure", "diastolic-pressure",
        "respiration-rate",  "oxygen-saturation"};
    return tests[vital];
}

static struct range of_vitals(const struct vitals *v, enum vital vital)
{
    const struct range ranges[VITAL_COUNT] = {v->temperature, v->pulse,
                                              v->systolic,    v->diastolic,
                                              v->respiration, v->saturation};
    return ranges[vital];
}

struct range disease_vital(const struct disease *d, int severity,
                           enum vital vital)
{
    const struct severity_profile *p = d->severity_profile;
    if (p) {
        const struct vitals *const graded[] = {&p->mild, &p->moderate,
                                               &p->severe};
        struct range range = of_vitals(graded[severity], vital);
        if (range.high > 0)
            return range;
    }
    return of_vitals(&d->vitals, vital);
}
