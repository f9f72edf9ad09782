/* diversity.c - pairs of a sample, and n-grams; see diversity.h.
 *
 * The sample is a reservoir (Vitter's algorithm R) with a counter-based
 * generator, so that the same patients in the same order give the same one.
 */
#include "patient/diversity.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "base/mem.h"
#include "base/rng.h"
#include "record/record.h"
#include "text/words.h"

enum { FEATURES = ATTRIBUTE_COUNT + 4, SYMPTOMS_MAX = 32, PAIRS_MAX = 40 };

/* A patient as numbers: what is equal has the same number. */
struct profile {
    uint64_t features[FEATURES];
    uint64_t symptoms[SYMPTOMS_MAX]; /* hashes of ids */
    size_t symptom_count;
};

struct diversity {
    const struct knowledge *knowledge; /* borrowed */
    struct words *words;
    uint64_t patients;
    struct vec sample;    /* struct profile */
    struct vec *diseases; /* per disease: struct profile */
    struct map grams[DIVERSITY_GRAMS];
    uint64_t gram_counts[DIVERSITY_GRAMS];
    struct vec tokens;
    struct buf scratch;
};

struct diversity *diversity_new(const struct knowledge *k, struct err *err)
{
    struct diversity *d = mem_zero(1, sizeof *d);
    d->knowledge = k;
    vec_init(&d->sample, sizeof(struct profile));
    vec_init(&d->tokens, sizeof(str));
    buf_init(&d->scratch, 1 << 20);
    d->diseases = mem_zero(k->diseases.count + 1, sizeof(struct vec));
    for (size_t i = 0; i < k->diseases.count; i++)
        vec_init(&d->diseases[i], sizeof(struct profile));
    for (int n = 0; n < DIVERSITY_GRAMS; n++)
        map_init(&d->grams[n]);
    if (words_open(&d->words, err))
        return d;
    diversity_free(d);
    return NULL;
}

void diversity_free(struct diversity *d)
{
    if (!d)
        return;
    for (size_t i = 0; i < d->knowledge->diseases.count; i++)
        vec_release(&d->diseases[i]);
    free(d->diseases);
    for (int n = 0; n < DIVERSITY_GRAMS; n++)
        map_release(&d->grams[n]);
    vec_release(&d->sample);
    vec_release(&d->tokens);
    buf_release(&d->scratch);
    words_close(d->words);
    free(d);
}

/* --- patients --- */

static struct profile profile_of(const struct patient *p)
{
    struct profile profile = {0};
    double age = p->background.age;
    int band = isnan(age) ? -1 : age_band((int)fmin(fmax(age, 0), 115));
    profile.features[0] = str_hash(p->background.sex);
    profile.features[1] = (unsigned)(band + 1);
    profile.features[2] = str_hash(p->outline.severity);
    profile.features[3] = str_hash(p->outline.disease);
    for (int i = 0; i < ATTRIBUTE_COUNT; i++)
        profile.features[4 + i] =
            str_hash(patient_attribute(p, (enum attribute)i));
    const struct list *items = &p->symptoms.items;
    for (size_t i = 0; i < items->count && i < SYMPTOMS_MAX; i++)
        profile.symptoms[profile.symptom_count++] =
            str_hash(LIST_AT(*items, struct patient_symptom, i)->id);
    return profile;
}

void diversity_add_patient(struct diversity *d, const struct patient *p)
{
    struct profile profile = profile_of(p);
    const struct disease *disease =
        knowledge_disease(d->knowledge, p->outline.disease);
    uint64_t seen = d->patients++;
    if (disease) {
        const struct disease *first = d->knowledge->diseases.items;
        struct vec *same = &d->diseases[disease - first];
        if (same->count < PAIRS_MAX)
            vec_push(same, &profile);
    }
    if (seen < DIVERSITY_SAMPLE) {
        vec_push(&d->sample, &profile);
        return;
    }
    struct rng rng = rng_at(1, RNG_STREAM("diversity"), seen);
    uint64_t place = rng_below(&rng, seen + 1);
    if (place < DIVERSITY_SAMPLE)
        *(struct profile *)vec_at(&d->sample, (size_t)place) = profile;
}

static double jaccard(const struct profile *x, const struct profile *y)
{
    size_t shared = 0;
    for (size_t i = 0; i < x->symptom_count; i++)
        for (size_t k = 0; k < y->symptom_count; k++)
            shared += x->symptoms[i] == y->symptoms[k];
    size_t all = x->symptom_count + y->symptom_count - shared;
    return all ? (double)shared / (double)all : 1;
}

static double distance(const struct profile *x, const struct profile *y)
{
    double differs = 1 - jaccard(x, y);
    for (size_t i = 0; i < FEATURES; i++)
        differs += x->features[i] != y->features[i];
    return differs / (FEATURES + 1);
}

/* --- words --- */

void diversity_add_text(struct diversity *d, const char *lang, str text)
{
    words_split(d->words, text, lang, &d->tokens);
    for (size_t n = 0; n < DIVERSITY_GRAMS; n++)
        for (size_t i = 0; i + n < d->tokens.count; i++) {
            buf_reset(&d->scratch);
            for (size_t k = i; k <= i + n; k++) {
                buf_add(&d->scratch, *(str *)vec_at(&d->tokens, k));
                buf_add_char(&d->scratch, ' ');
            }
            map_count(&d->grams[n], buf_str(&d->scratch), 1);
            d->gram_counts[n]++;
        }
}

/* --- the end --- */

static void compare_all(const struct vec *sample, struct diversity_result *r)
{
    double sum = 0, nearest_sum = 0;
    size_t count = sample->count;
    for (size_t i = 0; i < count; i++) {
        double nearest = 1;
        for (size_t k = 0; k < count; k++) {
            if (k == i)
                continue;
            double apart = distance(vec_at(sample, i), vec_at(sample, k));
            nearest = fmin(nearest, apart);
            if (k < i)
                continue;
            sum += apart;
            r->same_pairs += apart == 0;
        }
        nearest_sum += nearest;
    }
    if (count < 2)
        return;
    r->distance = sum / ((double)count * (double)(count - 1) / 2);
    r->nearest = nearest_sum / (double)count;
}

static double symptom_similarity(const struct diversity *d)
{
    double sum = 0;
    uint64_t pairs = 0;
    for (size_t i = 0; i < d->knowledge->diseases.count; i++) {
        const struct vec *same = &d->diseases[i];
        for (size_t x = 0; x < same->count; x++)
            for (size_t y = x + 1; y < same->count; y++, pairs++)
                sum += jaccard(vec_at(same, x), vec_at(same, y));
    }
    return pairs ? sum / (double)pairs : NAN;
}

struct diversity_result diversity_finish(const struct diversity *d)
{
    struct diversity_result r = {.sample = d->sample.count,
                                 .distance = NAN,
                                 .nearest = NAN,
                                 .symptom_jaccard = symptom_similarity(d)};
    compare_all(&d->sample, &r);
    for (int n = 0; n < DIVERSITY_GRAMS; n++)
        r.distinct[n] = d->gram_counts[n] ? (double)map_size(&d->grams[n]) /
                                                (double)d->gram_counts[n]
                                          : NAN;
    return r;
}
