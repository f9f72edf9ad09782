/* distances.c - see distances.h. */
#include "measure/distances.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "measure/measured.h"
#include "stat/distance.h"

enum { BINS = 32 };

static void put(struct metrics *list, const char *name, bool defined,
                double value, const struct err *err, const char *signature)
{
    if (defined)
        metrics_add(list, "reference", name, value, signature);
    else
        metrics_undefined(list, "reference", name, err->message, signature);
}

static void into_bins(const double *cells, double *bins)
{
    for (size_t i = 0; i < CORPUS_LENGTHS; i++)
        bins[(size_t)(2 * log2(1 + (double)i))] += cells[i];
}

static bool smirnov(const double *a, const double *b, double *statistic,
                    struct err *err)
{
    double all_a = 0, all_b = 0, at_a = 0, at_b = 0;
    for (size_t i = 0; i < CORPUS_LENGTHS; i++) {
        all_a += a[i];
        all_b += b[i];
    }
    if (all_a <= 0 || all_b <= 0)
        return err_set(err, ERR_UNDEFINED, "one of the two is empty");
    *statistic = 0;
    for (size_t i = 0; i < CORPUS_LENGTHS; i++) {
        at_a += a[i] / all_a;
        at_b += b[i] / all_b;
        *statistic = fmax(*statistic, fabs(at_a - at_b));
    }
    return true;
}

/* Lengths are characters in Chinese and words elsewhere; a mixed corpus has
 * both. */
static int length_units(const struct corpus *c)
{
    bool characters = c->languages[LANG_ZH] > 0, words = false;
    for (size_t i = 0; i <= LANG_COUNT; i++)
        words = words || (i != LANG_ZH && c->languages[i] > 0);
    return characters + 2 * words;
}

struct comparison {
    const char *what;
    const double *ours, *theirs; /* [CORPUS_LENGTHS] */
    bool binned;
    bool lengths; /* of texts, in units of their language */
};

enum distance { JENSEN_SHANNON, KOLMOGOROV_SMIRNOV, WASSERSTEIN, DISTANCES };

static bool measure(const struct comparison *c, enum distance distance,
                    double *value, struct err *err)
{
    double bins[2][BINS] = {{0}}, positions[CORPUS_LENGTHS];
    if (distance == KOLMOGOROV_SMIRNOV)
        return smirnov(c->ours, c->theirs, value, err);
    if (distance == WASSERSTEIN) {
        for (size_t i = 0; i < CORPUS_LENGTHS; i++)
            positions[i] = (double)i;
        return distance_wasserstein_weights(positions, c->ours, c->theirs,
                                            CORPUS_LENGTHS, value, err);
    }
    if (!c->binned)
        return distance_jensen_shannon(c->ours, c->theirs, CORPUS_LENGTHS,
                                       value, err);
    into_bins(c->ours, bins[0]);
    into_bins(c->theirs, bins[1]);
    return distance_jensen_shannon(bins[0], bins[1], BINS, value, err);
}

static void compare(const struct corpus *ours, const struct corpus *theirs,
                    const struct comparison *c, struct metrics *list)
{
    static const char *const names[] = {"js", "ks", "w1"}, *const tags[] = {
                                                               "JSD", "KS",
                                                               "W1"};
    bool alike = !c->lengths || !ours->records || !theirs->records ||
                 length_units(ours) == length_units(theirs);
    for (size_t i = 0; i < DISTANCES; i++) {
        char name[64], tag[80], signature[160];
        double value = 0;
        struct err err = {0};
        bool ok = alike && measure(c, (enum distance)i, &value, &err);
        if (!alike)
            err_set(&err, ERR_UNDEFINED,
                    "lengths are characters in one and words in the other");
        snprintf(name, sizeof name, "%s_%s", names[i], c->what);
        snprintf(tag, sizeof tag, "%s|%s%s", tags[i], c->what,
                 i != JENSEN_SHANNON ? ""
                 : c->binned         ? "|base:2|bins:half-octave"
                                     : "|base:2|bins:exact");
        if (c->lengths)
            corpus_sign(ours, tag, signature, sizeof signature);
        else
            snprintf(signature, sizeof signature, "%s|version:1", tag);
        put(list, name, ok, value, &err, signature);
    }
}

static double weight(const struct corpus *c, size_t index, double idf)
{
    const struct word_count *w = vec_at(&c->words, index);
    return w->tokens ? (1 + log((double)w->tokens)) * idf : 0;
}

/* Each corpus as one vector of (1 + ln tf) x idf; idf = 1 + ln((1 + N) / (1 +
 * df)) over the records of both. */
static bool vocabulary_cosine(const struct corpus *a, const struct corpus *b,
                              double *cosine, struct err *err)
{
    double product = 0, size_a = 0, size_b = 0,
           all = 1 + (double)(a->records + b->records);
    for (size_t i = 0; i < a->words.count; i++) {
        const struct word_count *w = vec_at(&a->words, i);
        uint64_t there = 0;
        double df = 1 + (double)w->records;
        if (map_get(&b->vocabulary, map_entry(&a->vocabulary, i)->key, &there))
            df += (double)((struct word_count *)vec_at(&b->words, there - 1))
                      ->records;
        double idf = 1 + log(all / df), x = weight(a, i, idf);
        size_a += x * x;
        if (!there)
            continue;
        double y = weight(b, there - 1, idf);
        product += x * y;
        size_b += y * y;
    }
    for (size_t i = 0; i < b->words.count; i++) {
        if (map_get(&a->vocabulary, map_entry(&b->vocabulary, i)->key, NULL))
            continue;
        const struct word_count *w = vec_at(&b->words, i);
        double y = weight(b, i, 1 + log(all / (1 + (double)w->records)));
        size_b += y * y;
    }
    if (size_a <= 0 || size_b <= 0)
        return err_set(err, ERR_UNDEFINED, "one of the two has no words");
    *cosine = product / sqrt(size_a * size_b);
    return true;
}

static double mean(const struct corpus *c, enum feature feature)
{
    return (c->sums[feature] + c->carry[feature]) / (double)c->defined[feature];
}

void distances_add(struct corpus *ours, struct corpus *theirs,
                   struct metrics *list)
{
    struct err err = {0};
    const bool *families = ours->setup->options.families;
    if (families[FAMILY_STRUCTURE]) {
        const struct comparison all[] = {
            {"turn_count", ours->turn_counts, theirs->turn_counts, true, false},
            {"turn_length", ours->turn_lengths, theirs->turn_lengths, true,
             true},
            {"run_length", ours->run_lengths, theirs->run_lengths, false,
             false}};
        for (size_t i = 0; i < sizeof all / sizeof *all; i++)
            compare(ours, theirs, &all[i], list);
        bool ok = ours->defined[FEATURE_ALTERNATION] &&
                  theirs->defined[FEATURE_ALTERNATION];
        err_set(&err, ERR_UNDEFINED, "a corpus without adjacent turns");
        put(list, "alternation_difference", ok,
            ok ? mean(ours, FEATURE_ALTERNATION) -
                     mean(theirs, FEATURE_ALTERNATION)
               : 0,
            &err, "ALTERNATION|ours-minus-reference|version:1");
    }
    double cosine = 0;
    char signature[160];
    bool ok = vocabulary_cosine(ours, theirs, &cosine, &err);
    corpus_sign(ours, "TFIDF-COSINE|tf:1+ln|idf:1+ln((1+N)/(1+df))", signature,
                sizeof signature);
    put(list, "tfidf_cosine", ok, cosine, &err, signature);
}
