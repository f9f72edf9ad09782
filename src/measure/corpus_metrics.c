/* corpus_metrics.c - from what corpus.c added up to values; see corpus.h. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "measure/corpus.h"
#include "measure/distances.h"
#include "measure/diversity.h"
#include "measure/measured.h"
#include "measure/selfbleu.h"
#include "stat/bootstrap.h"
#include "stat/describe.h"

enum { SIGNATURE_BYTES = 200, BOOTSTRAP_VALUES_MAX = 2000, RESAMPLES = 1000 };

/* "nl-word", "mixed-word". */
static const char *token_name(const struct corpus *c, char *text, size_t bytes)
{
    const char *lang = NULL;
    for (size_t i = 0; i <= LANG_COUNT; i++)
        if (c->languages[i])
            lang =
                lang ? "mixed"
                     : (i < LANG_COUNT ? lang_name((enum lang)i).ptr : "other");
    snprintf(text, bytes, "%s-%s", lang ? lang : "none",
             c->setup->options.unit == TOKEN_WORD ? "word" : "char");
    return text;
}

/* More terms than those of the packs change every figure of the domain. */
static void name_terms(const struct corpus *c, char *text, size_t bytes)
{
    text[0] = '\0';
    if (c->setup->terms_name)
        snprintf(text, bytes, "|terms:%016llx",
                 (unsigned long long)c->setup->terms_name);
}

void corpus_signature(const struct corpus *c, enum feature feature, char *text,
                      size_t bytes)
{
    const struct feature_options *o = &c->setup->options.feature;
    char token[32], parameters[64] = "";
    if (feature_infos[feature].family == FAMILY_DOMAIN)
        name_terms(c, parameters, sizeof parameters);
    if (feature == FEATURE_MSTTR || feature == FEATURE_MATTR)
        snprintf(parameters, sizeof parameters, "|window:%zu", o->window);
    else if (feature == FEATURE_HDD)
        snprintf(parameters, sizeof parameters, "|draws:%zu", o->draws);
    else if (feature == FEATURE_MTLD)
        snprintf(parameters, sizeof parameters, "|thr:%g|dir:both",
                 o->threshold);
    else if (feature == FEATURE_NCLID_DOCTOR ||
             feature == FEATURE_NCLID_PATIENT)
        snprintf(parameters, sizeof parameters, "|vectors:%016llx",
                 c->setup->vectors
                     ? (unsigned long long)word_vectors_name(c->setup->vectors)
                     : 0);
    snprintf(text, bytes, "%s|tok:%s%s|version:1", feature_infos[feature].tag,
             token_name(c, token, sizeof token), parameters);
}

void corpus_sign(const struct corpus *c, const char *tag, char *text,
                 size_t bytes)
{
    char token[32];
    snprintf(text, bytes, "%s|tok:%s|version:1", tag,
             token_name(c, token, sizeof token));
}

static void sign(const struct corpus *c, const char *tag, char *text)
{
    corpus_sign(c, tag, text, SIGNATURE_BYTES);
}

static void sign_domain(const struct corpus *c, const char *tag, char *text)
{
    char terms[32], full[SIGNATURE_BYTES - 64];
    name_terms(c, terms, sizeof terms);
    snprintf(full, sizeof full, "%s%s", tag, terms);
    sign(c, full, text);
}

double *corpus_values(const struct corpus *c, enum feature feature,
                      size_t *count)
{
    double *values = mem_zero(c->sample.count + 1, sizeof *values);
    *count = 0;
    for (size_t i = 0; i < c->sample.count; i++) {
        double value = ((const double *)vec_at(&c->sample, i))[feature];
        if (!isnan(value))
            values[(*count)++] = value;
    }
    return values;
}

/* One feature over the corpus. */
struct column {
    double *values; /* owned; defined ones of the sample */
    size_t count;
    bool resampled;
    struct interval interval;
};

/* Features with as many values share their resamples. */
static void resample_alike(const struct corpus *c, struct column *columns,
                           size_t first)
{
    const double *values[FEATURE_COUNT];
    size_t alike[FEATURE_COUNT], count = 0;
    struct interval intervals[FEATURE_COUNT];
    for (size_t i = first; i < FEATURE_COUNT; i++)
        if (columns[i].count == columns[first].count && !columns[i].resampled) {
            values[count] = columns[i].values;
            alike[count++] = i;
        }
    struct bootstrap_plan plan = {
        .resamples = RESAMPLES, .level = 0.95, .seed = c->setup->options.seed};
    if (!bootstrap_means(values, count, columns[first].count, &plan, intervals,
                         NULL))
        return;
    for (size_t k = 0; k < count; k++) {
        columns[alike[k]].resampled = true;
        columns[alike[k]].interval = intervals[k];
    }
}

/* Values and intervals of the features of the chosen families. */
static void make_columns(const struct corpus *c, struct column *columns)
{
    for (size_t i = 0; i < FEATURE_COUNT; i++)
        if (c->setup->options.families[feature_infos[i].family])
            columns[i].values =
                corpus_values(c, (enum feature)i, &columns[i].count);
    for (size_t i = 0; i < FEATURE_COUNT; i++)
        if (columns[i].count > 1 && c->defined[i] <= BOOTSTRAP_VALUES_MAX &&
            !columns[i].resampled)
            resample_alike(c, columns, i);
}

/* Bootstrapped, or normal for many values. */
static void put_interval(struct metric *m, const struct column *column,
                         double sd, uint64_t n)
{
    if (n < 2)
        return;
    m->has_interval = true;
    double half = 1.959963984540054 * sd / sqrt((double)n);
    m->low = column->resampled ? column->interval.low : m->value - half;
    m->high = column->resampled ? column->interval.high : m->value + half;
}

struct feature_figures {
    double mean, sd, sd_population, median;
    const char *why, *why_sd;
};

static struct feature_figures figures_of(const struct corpus *c, size_t feature,
                                         const double *values, size_t count)
{
    struct feature_figures f = {.why = feature_infos[feature].why,
                                .why_sd = "fewer than two values"};
    double n = (double)c->defined[feature], variance = 0;
    if (count == 0)
        return f;
    f.why = NULL;
    f.mean = (c->sums[feature] + c->carry[feature]) / n;
    if (c->defined[feature] == count)
        for (size_t i = 0; i < count; i++)
            variance += (values[i] - f.mean) * (values[i] - f.mean);
    else
        variance = fmax(0, c->squares[feature] - n * f.mean * f.mean);
    f.sd_population = sqrt(variance / n);
    if (n > 1) {
        f.sd = sqrt(variance / (n - 1));
        f.why_sd = NULL;
    }
    if (!describe_quantile(values, count, 0.5, &f.median, NULL))
        f.median = NAN;
    return f;
}

static void put(struct metrics *list, const char *family, const char *name,
                const char *suffix, double value, const char *why,
                const char *signature, const char *statistic)
{
    char full[96], signed_as[SIGNATURE_BYTES + 40];
    snprintf(full, sizeof full, "%s%s", name, suffix);
    snprintf(signed_as, sizeof signed_as, "%s|over:record-%s", signature,
             statistic);
    if (why)
        metrics_undefined(list, family, full, why, signed_as);
    else
        metrics_add(list, family, full, value, signed_as);
}

static void put_feature(const struct corpus *c, enum feature feature,
                        const struct column *column, struct metrics *list)
{
    const struct feature_info *info = &feature_infos[feature];
    const char *family = feature_family_names[info->family];
    char signature[SIGNATURE_BYTES];
    corpus_signature(c, feature, signature, sizeof signature);
    struct feature_figures f =
        figures_of(c, feature, column->values, column->count);
    put(list, family, info->name, "", f.mean, f.why, signature, "mean");
    if (!f.why)
        put_interval(vec_at(&list->items, list->items.count - 1), column, f.sd,
                     c->defined[feature]);
    const char *why_sd = f.why ? f.why : f.why_sd;
    put(list, family, info->name, "_sd", f.sd, why_sd, signature, "sd-sample");
    if (feature == FEATURE_TURNS)
        put(list, family, info->name, "_sd_population", f.sd_population, f.why,
            signature, "sd-population");
    put(list, family, info->name, "_median", f.median, f.why, signature,
        "median");
}

/* --- the vocabulary of the whole corpus --- */

static void put_or_why(struct metrics *list, const char *family,
                       const char *name, bool defined, double value,
                       const struct err *err, const char *signature)
{
    if (defined)
        metrics_add(list, family, name, value, signature);
    else
        metrics_undefined(list, family, name, err->message, signature);
}

static void put_counts(const struct corpus *c, struct metrics *list)
{
    size_t types = c->words.count;
    uint32_t *counts = mem_zero(types + 1, sizeof *counts);
    char sig[SIGNATURE_BYTES];
    struct err err = {0};
    double value = 0, entropy = 0;
    for (size_t i = 0; i < types; i++) {
        uint64_t n = ((struct word_count *)vec_at(&c->words, i))->tokens;
        counts[i] = n < UINT32_MAX ? (uint32_t)n : UINT32_MAX;
        double share = (double)n / (double)c->tokens;
        entropy -= share * log2(share);
    }
    sign(c, "TTR|over:corpus", sig);
    bool ok = diversity_ttr(types, c->tokens, &value, &err);
    put_or_why(list, "vocabulary", "corpus_ttr", ok, value, &err, sig);
    sign(c, "HAPAX|of:types|over:corpus", sig);
    ok = diversity_hapax(counts, types, &value, &err);
    put_or_why(list, "vocabulary", "corpus_hapax_share", ok, value, &err, sig);
    sign(c, "YULE-K|over:corpus", sig);
    ok = diversity_yule_k(counts, types, &value, &err);
    put_or_why(list, "vocabulary", "corpus_yule_k", ok, value, &err, sig);
    sign(c, "ZIPF|fit:least-squares-log-log", sig);
    ok = diversity_zipf(counts, types, &value, &err);
    put_or_why(list, "vocabulary", "zipf_slope", ok, value, &err, sig);
    sign(c, "NGRAM-ENTROPY|n:1|base:2", sig);
    err_set(&err, ERR_UNDEFINED, "no tokens");
    put_or_why(list, "vocabulary", "ngram_entropy_1", types > 0, entropy, &err,
               sig);
    free(counts);
}

static void put_ngrams(const struct corpus *c, unsigned n, struct metrics *list)
{
    const struct ngrams *table = &c->ngrams[n - 2];
    char sig[SIGNATURE_BYTES], tag[96], name[32];
    double bits = 0;
    struct err err = {0};
    snprintf(tag, sizeof tag, "DISTINCT|n:%u|over:corpus|est:%s", n,
             table->level ? "sampled" : "exact");
    sign(c, tag, sig);
    snprintf(name, sizeof name, "distinct_%u", n);
    if (table->total)
        metrics_add(list, "vocabulary", name,
                    ngrams_different(table) / (double)table->total, sig);
    else
        metrics_undefined(list, "vocabulary", name, "no n-grams", sig);
    snprintf(tag, sizeof tag, "NGRAM-ENTROPY|n:%u|base:2|est:%s", n,
             table->level ? "sampled" : "exact");
    sign(c, tag, sig);
    snprintf(name, sizeof name, "ngram_entropy_%u", n);
    bool ok = ngrams_entropy(table, &bits, &err);
    put_or_why(list, "vocabulary", name, ok, bits, &err, sig);
}

static void put_self_bleu(const struct corpus *c, struct metrics *list)
{
    double *scores = mem_zero(c->texts.count + 1, sizeof *scores);
    char sig[SIGNATURE_BYTES];
    struct err err = {0};
    struct interval interval = {0};
    struct bootstrap_plan plan = {
        .resamples = RESAMPLES, .level = 0.95, .seed = c->setup->options.seed};
    sign(c, "SELF-BLEU|n:4|smooth:floor-0.1|texts:200", sig);
    bool ok = self_bleu(&c->texts, scores, &err) &&
              bootstrap_mean(scores, c->texts.count, &plan, &interval, &err);
    put_or_why(list, "vocabulary", "self_bleu", ok, interval.estimate, &err,
               sig);
    if (ok) {
        struct metric *m = vec_at(&list->items, list->items.count - 1);
        m->has_interval = true;
        m->low = interval.low;
        m->high = interval.high;
    }
    free(scores);
}

static void put_vocabulary(const struct corpus *c, struct metrics *list)
{
    char sig[SIGNATURE_BYTES];
    sign(c, "TOKENS|over:corpus", sig);
    metrics_add(list, "vocabulary", "tokens", (double)c->tokens, sig);
    sign(c, "TYPES|over:corpus", sig);
    struct metric *types =
        metrics_add(list, "vocabulary", "types", (double)c->words.count, sig);
    if (c->words_beyond)
        types->why = "more than 8,000,000 different words, or one above 1,000 "
                     "bytes";
    put_counts(c, list);
    sign(c, "DISTINCT|n:1|over:corpus|est:exact", sig);
    if (c->tokens)
        metrics_add(list, "vocabulary", "distinct_1",
                    (double)c->words.count / (double)c->tokens, sig);
    else
        metrics_undefined(list, "vocabulary", "distinct_1", "no n-grams", sig);
    for (unsigned n = 2; n <= 4; n++)
        put_ngrams(c, n, list);
    put_self_bleu(c, list);
}

/* --- the domain --- */

struct spread corpus_spread(const struct vec *counts)
{
    struct spread s = {0};
    for (size_t i = 0; i < counts->count; i++)
        s.total += (double)*(uint64_t *)vec_at(counts, i);
    for (size_t i = 0; i < counts->count; i++) {
        double share = (double)*(uint64_t *)vec_at(counts, i) / s.total;
        if (share <= 0 || isnan(share))
            continue;
        s.different++;
        s.entropy -= share * log2(share);
        s.concentration += share * share;
    }
    return s;
}

static void put_spread(const struct corpus *c, const char *what,
                       const struct vec *counts, bool covers,
                       struct metrics *list)
{
    struct spread s = corpus_spread(counts);
    char name[64], tag[96], sig[SIGNATURE_BYTES];
    const struct {
        const char *suffix, *tag;
        double value;
        bool defined;
    } rows[] = {{"_mentions", "MENTIONS", s.total, true},
                {"_distinct", "DISTINCT", (double)s.different, true},
                {"_coverage", "COVERAGE|of:packs",
                 (double)s.different / (double)counts->count,
                 counts->count > 0},
                {"_entropy", "ENTROPY|base:2", s.entropy, s.total > 0},
                {"_concentration", "HERFINDAHL", s.concentration, s.total > 0}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (i == 2 && !covers)
            continue;
        snprintf(name, sizeof name, "%s%s", what, rows[i].suffix);
        snprintf(tag, sizeof tag, "%s|%s", rows[i].tag, what);
        sign_domain(c, tag, sig);
        if (rows[i].defined)
            metrics_add(list, "domain", name, rows[i].value, sig);
        else
            metrics_undefined(list, "domain", name, "none occurs", sig);
    }
}

static void put_labels(const struct corpus *c, const char *what,
                       const struct label_counts *labels, struct metrics *list)
{
    struct vec counts;
    vec_init(&counts, sizeof(uint64_t));
    for (size_t i = 0; i < map_size(&labels->counts); i++)
        *(uint64_t *)vec_add(&counts) = map_entry(&labels->counts, i)->value;
    size_t first = list->items.count;
    put_spread(c, what, &counts, false, list);
    for (size_t i = first; labels->beyond && i < list->items.count; i++)
        ((struct metric *)vec_at(&list->items, i))->why =
            "more than 100,000 different labels, or one above 1,000 bytes";
    vec_release(&counts);
}

static void put_levels(const struct corpus *c, enum lang lang,
                       struct metrics *list)
{
    const struct glossary *g = c->setup->glossaries[lang];
    for (int level = 1; level <= GLOSSARY_LEVELS; level++) {
        size_t all = glossary_level_size(g, level), used = 0;
        if (all == 0)
            continue;
        for (size_t i = 0; i < glossary_size(g); i++)
            used += glossary_term(g, i)->level == level &&
                    *(uint64_t *)vec_at(&c->levels[lang], i) > 0;
        char name[64], tag[96], sig[SIGNATURE_BYTES];
        const char *code = lang_name(lang).ptr;
        snprintf(name, sizeof name, "level_%d_coverage_%s", level, code);
        snprintf(tag, sizeof tag, "LEVEL-COVERAGE|level:%d|lang:%s|words:%zu",
                 level, code, all);
        sign_domain(c, tag, sig);
        if (c->languages[lang])
            metrics_add(list, "domain", name, (double)used / (double)all, sig);
        else
            metrics_undefined(list, "domain", name,
                              "no record in this language", sig);
    }
}

static void put_domain(const struct corpus *c, struct metrics *list)
{
    put_spread(c, "disease", &c->diseases, true, list);
    put_spread(c, "symptom", &c->symptoms, true, list);
    put_labels(c, "task", &c->tasks, list);
    put_labels(c, "department", &c->departments, list);
    for (size_t i = 0; i < LANG_COUNT; i++)
        if (c->languages[i] || c->listed[i])
            put_levels(c, (enum lang)i, list);
}

void corpus_list_together(struct corpus *const *corpora, size_t count)
{
    for (size_t lang = 0; lang < LANG_COUNT; lang++) {
        bool any = false;
        for (size_t i = 0; i < count; i++)
            any = any || corpora[i]->languages[lang];
        for (size_t i = 0; i < count; i++)
            corpora[i]->listed[lang] = any;
    }
}

void corpus_metrics(struct corpus *c, struct corpus *reference,
                    struct metrics *list)
{
    const bool *families = c->setup->options.families;
    struct column columns[FEATURE_COUNT] = {{0}};
    make_columns(c, columns);
    for (size_t family = 0; family < FAMILY_COUNT; family++) {
        if (!families[family])
            continue;
        for (size_t i = 0; i < FEATURE_COUNT; i++)
            if ((size_t)feature_infos[i].family == family)
                put_feature(c, (enum feature)i, &columns[i], list);
        if (family == FAMILY_VOCABULARY)
            put_vocabulary(c, list);
        if (family == FAMILY_DOMAIN)
            put_domain(c, list);
    }
    for (size_t i = 0; i < FEATURE_COUNT; i++)
        free(columns[i].values);
    if (reference)
        distances_add(c, reference, list);
}
