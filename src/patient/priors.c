/* priors.c - tables of shares, the first that fits; see priors.h. */
#include "patient/priors.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/asset.h"
#include "base/mem.h"
#include "record/record.h"

static const char *const names[ATTRIBUTE_COUNT] = {
    "status",   "region",  "education",   "occupation",
    "income",   "smoking", "alcohol",     "diet",
    "activity", "style",   "literacy",    "language_level",
    "mood",     "speaker", "vaccination", "allergy"};

struct prior_table {
    struct range age;
    str sex, lang, pregnancy;
    struct list diseases; /* str */
    struct list shares;   /* double */
    int64_t line;
};

struct prior {
    str id, source;
    struct list values; /* str */
    struct list tables; /* struct prior_table */
};

struct prior_file {
    struct list attributes; /* struct prior */
};

struct priors {
    struct prior attributes[ATTRIBUTE_COUNT]; /* all tables, merged */
    struct arena arena;
};

static const char *const sexes[] = {"any", "female", "male", NULL};
static const char *const languages[] = {"any", LANG_CODES NULL};
static const char *const pregnancies[] = {"any", "allowed", "only", "excluded",
                                          NULL};
static const struct field table_fields[] = {
    {.name = "age",
     .type = FIELD_RANGE,
     .offset = offsetof(struct prior_table, age),
     .min = 0,
     .max = 130,
     .fallback = "[0, 130]",
     .doc = "whole years, both included"},
    {.name = "sex",
     .type = FIELD_CHOICE,
     .offset = offsetof(struct prior_table, sex),
     .choices = sexes,
     .fallback = "any",
     .doc = "of these persons"},
    {.name = "lang",
     .type = FIELD_CHOICE,
     .offset = offsetof(struct prior_table, lang),
     .choices = languages,
     .fallback = "any",
     .doc = "of the record"},
    {.name = "pregnancy",
     .type = FIELD_CHOICE,
     .offset = offsetof(struct prior_table, pregnancy),
     .choices = pregnancies,
     .fallback = "any",
     .doc = "as the disease has it"},
    {.name = "diseases",
     .type = FIELD_STRS,
     .offset = offsetof(struct prior_table, diseases),
     .optional = true,
     .doc = "of these diseases only"},
    {.name = "shares",
     .type = FIELD_NUMBERS,
     .offset = offsetof(struct prior_table, shares),
     .doc = "one per value, sum 1"},
    {0}};
static const struct schema table_schema = {
    "table", table_fields, sizeof(struct prior_table),
    offsetof(struct prior_table, line) + 1};
static const struct field prior_fields[] = {
    {.name = "id",
     .type = FIELD_CHOICE,
     .offset = offsetof(struct prior, id),
     .choices =
         (const char *const[]){"status", "region", "education", "occupation",
                               "income", "smoking", "alcohol", "diet",
                               "activity", "style", "literacy",
                               "language_level", "mood", "speaker",
                               "vaccination", "allergy", NULL},
     .doc = "the attribute"},
    {.name = "values",
     .type = FIELD_STRS,
     .offset = offsetof(struct prior, values),
     .optional = true,
     .doc = "its values; said once, in global.yaml"},
    {.name = "source",
     .type = FIELD_STR,
     .offset = offsetof(struct prior, source),
     .doc = "what the shares are after"},
    {.name = "tables",
     .type = FIELD_STRUCTS,
     .offset = offsetof(struct prior, tables),
     .sub = &table_schema,
     .doc = "tried from above"},
    {0}};
static const struct schema prior_schema = {"prior", prior_fields,
                                           sizeof(struct prior), 0};
static const struct field file_fields[] = {
    {.name = "attributes",
     .type = FIELD_STRUCTS,
     .offset = offsetof(struct prior_file, attributes),
     .sub = &prior_schema,
     .doc = "the attributes"},
    {0}};
static const struct schema file_schema = {"priors", file_fields,
                                          sizeof(struct prior_file), 0};

const char *attribute_name(enum attribute attribute)
{
    return names[attribute];
}

bool attribute_from_name(str name, enum attribute *attribute)
{
    for (int i = 0; i < ATTRIBUTE_COUNT; i++)
        if (str_equal(name, str_of(names[i]))) {
            *attribute = (enum attribute)i;
            return true;
        }
    return false;
}

/* --- loading --- */

static bool check_table(const struct prior *prior,
                        const struct prior_table *table, const char *where,
                        struct err *err)
{
    double sum = 0;
    for (size_t i = 0; i < table->shares.count; i++) {
        double share = *LIST_AT(table->shares, double, i);
        if (share < 0)
            return err_set(err, ERR_CONFIG, "%s:%d: a share below 0", where,
                           (int)table->line);
        sum += share;
    }
    if (table->shares.count != prior->values.count || fabs(sum - 1) > 1e-6)
        return err_set(err, ERR_CONFIG,
                       "%s:%d: " STR_FMT ": found %zu shares of sum %g, "
                       "allowed: %zu shares of sum 1",
                       where, (int)table->line, STR_ARG(prior->id),
                       table->shares.count, sum, prior->values.count);
    return true;
}

/* The tables of `first` before those that are there. */
static struct list join(struct arena *arena, struct list first,
                        struct list second)
{
    size_t bytes = sizeof(struct prior_table);
    struct list all = list_make(arena, first.count + second.count, bytes);
    if (first.count)
        memcpy(all.items, first.items, first.count * bytes);
    if (second.count)
        memcpy((char *)all.items + first.count * bytes, second.items,
               second.count * bytes);
    return all;
}

static bool load_file(struct priors *p, const char *name, bool fresh,
                      struct err *err)
{
    struct prior_file file;
    struct yaml *root = asset_yaml(name, &p->arena, err);
    if (!root || !schema_bind(&file_schema, root, &file, &p->arena, err))
        return false;
    for (size_t i = 0; i < file.attributes.count; i++) {
        const struct prior *read = LIST_AT(file.attributes, struct prior, i);
        enum attribute attribute;
        if (!attribute_from_name(read->id, &attribute))
            return false;
        struct prior *prior = &p->attributes[attribute];
        if (fresh)
            *prior = (struct prior){
                .id = read->id, .source = read->source, .values = read->values};
        if (prior->values.count == 0 || prior->values.count > PRIOR_VALUES_MAX)
            return err_set(err, ERR_CONFIG,
                           "%s: " STR_FMT ": from 1 to %d values", root->file,
                           STR_ARG(read->id), PRIOR_VALUES_MAX);
        for (size_t t = 0; t < read->tables.count; t++)
            if (!check_table(prior,
                             LIST_AT(read->tables, struct prior_table, t),
                             root->file, err))
                return false;
        prior->tables = join(&p->arena, read->tables, prior->tables);
    }
    return true;
}

struct priors *priors_load(struct err *err)
{
    struct priors *p = mem_zero(1, sizeof *p);
    arena_init(&p->arena);
    bool ok = load_file(p, "priors/global.yaml", true, err);
    for (int i = 0; ok && i < ATTRIBUTE_COUNT; i++)
        if (!p->attributes[i].values.count)
            ok = err_set(err, ERR_CONFIG,
                         "priors/global.yaml: attribute '%s' is missing",
                         names[i]);
    ok = ok && load_file(p, "priors/diseases.yaml", false, err);
    if (ok)
        return p;
    priors_free(p);
    return NULL;
}

void priors_free(struct priors *p)
{
    if (!p)
        return;
    arena_release(&p->arena);
    free(p);
}

/* --- asking --- */

size_t priors_value_count(const struct priors *p, enum attribute attribute)
{
    return p->attributes[attribute].values.count;
}

str priors_value(const struct priors *p, enum attribute attribute, size_t index)
{
    assert(index < priors_value_count(p, attribute));
    return *LIST_AT(p->attributes[attribute].values, str, index);
}

size_t priors_value_index(const struct priors *p, enum attribute attribute,
                          str value)
{
    for (size_t i = 0; i < priors_value_count(p, attribute); i++)
        if (str_equal(priors_value(p, attribute, i), value))
            return i;
    return STR_NONE;
}

str priors_source(const struct priors *p, enum attribute attribute)
{
    return p->attributes[attribute].source;
}

static bool is_of(const struct prior_table *table, const struct disease *d)
{
    if (!table->diseases.count)
        return true;
    for (size_t i = 0; d && i < table->diseases.count; i++)
        if (str_equal(*LIST_AT(table->diseases, str, i), d->id))
            return true;
    return false;
}

static bool is_any(str word)
{
    return str_equal(word, STR("any"));
}

static bool fits(const struct prior_table *t, const struct prior_person *who)
{
    if (who->age < t->age.low || who->age > t->age.high)
        return false;
    if (!is_any(t->sex) && str_equal(t->sex, STR("female")) != who->female)
        return false;
    if (!is_any(t->lang) && !str_equal(t->lang, lang_name(who->lang)))
        return false;
    if (!is_any(t->pregnancy) &&
        !(who->disease && str_equal(t->pregnancy, who->disease->who.pregnancy)))
        return false;
    return is_of(t, who->disease);
}

size_t priors_shares(const struct priors *p, enum attribute attribute,
                     const struct prior_person *who, const double **shares)
{
    const struct list *tables = &p->attributes[attribute].tables;
    for (size_t i = 0; i < tables->count; i++) {
        const struct prior_table *t = LIST_AT(*tables, struct prior_table, i);
        if (!fits(t, who))
            continue;
        *shares = t->shares.items;
        return i;
    }
    /* no table: the last one stands for everybody */
    *shares =
        LIST_AT(*tables, struct prior_table, tables->count - 1)->shares.items;
    return tables->count - 1;
}

size_t priors_table_count(const struct priors *p, enum attribute attribute)
{
    return p->attributes[attribute].tables.count;
}

bool priors_set_quota(struct priors *p, enum attribute attribute,
                      const double *shares, size_t count, struct err *err)
{
    struct prior *prior = &p->attributes[attribute];
    if (count != prior->values.count)
        return err_set(err, ERR_CONFIG,
                       "quota of %s: found %zu shares, allowed: %zu",
                       names[attribute], count, prior->values.count);
    for (size_t t = 0; t < prior->tables.count; t++) {
        double *own =
            LIST_AT(prior->tables, struct prior_table, t)->shares.items;
        double sum = 0;
        for (size_t i = 0; i < count; i++)
            sum += own[i] > 0 ? shares[i] : 0;
        for (size_t i = 0; sum > 0 && i < count; i++)
            own[i] = own[i] > 0 ? shares[i] / sum : 0;
    }
    return true;
}

/* --- age --- */

static const struct {
    const char *name;
    int low, high;
} bands[AGE_BAND_COUNT] = {
    {"0-1", 0, 1},     {"2-5", 2, 5},     {"6-11", 6, 11},
    {"12-17", 12, 17}, {"18-29", 18, 29}, {"30-44", 30, 44},
    {"45-64", 45, 64}, {"65-79", 65, 79}, {"80+", 80, 115}};

int age_band(int age)
{
    for (int i = 0; i < AGE_BAND_COUNT - 1; i++)
        if (age <= bands[i].high)
            return i;
    return AGE_BAND_COUNT - 1;
}

struct range age_band_range(int band)
{
    return (struct range){bands[band].low, bands[band].high};
}

const char *age_band_name(int band)
{
    return bands[band].name;
}

double disease_age_weight(const struct disease *d, int age)
{
    if (age < floor(d->who.age.low) || age > floor(d->who.age.high))
        return 0;
    return age >= d->who.peak.low && age <= d->who.peak.high ? 3 : 1;
}

double disease_band_share(const struct disease *d, int band)
{
    double inside = 0, all = 0;
    for (int age = 0; age <= 115; age++) {
        double weight = disease_age_weight(d, age);
        all += weight;
        if (age_band(age) == band)
            inside += weight;
    }
    return all > 0 ? inside / all : 0;
}

/* --- records --- */

str patient_attribute(const struct patient *patient, enum attribute attribute)
{
    const struct patient_background *b = &patient->background;
    if (attribute == ATTRIBUTE_VACCINATION)
        return b->vaccination.count ? *LIST_AT(b->vaccination, str, 0)
                                    : (str){0};
    if (attribute == ATTRIBUTE_ALLERGY)
        return b->allergies.count ? *LIST_AT(b->allergies, str, 0)
                                  : STR("none");
    const struct shape *shape =
        shape_cell(&patient_shape, STR("background"))->sub;
    const struct cell *cell = shape_cell(shape, str_of(names[attribute]));
    assert(cell && cell->type == CELL_STR);
    return *(const str *)(const void *)((const char *)b + cell->offset);
}
