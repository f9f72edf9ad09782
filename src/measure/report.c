/* report.c - see report.h. */
#include "measure/report.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "base/mem.h"
#include "measure/measured.h"
#include "page/chart.h"
#include "text/normalise.h"

enum { SHOWN_MAX = 8, TOP = 20, POINTS = 60, OCTAVES = 26, TERMS_MAX = 60 };

struct view {
    const struct measure_report *report;
    struct corpus *corpora[SHOWN_MAX]; /* borrowed; the reference last */
    str names[SHOWN_MAX];
    size_t count;
    struct page *page;
    struct arena arena;
};

static void choose(struct view *v)
{
    const struct measure_report *r = v->report;
    size_t room = r->reference ? SHOWN_MAX - 1 : SHOWN_MAX;
    for (size_t i = 0; i < r->count && i < room; i++) {
        v->corpora[v->count] = r->corpora[i];
        v->names[v->count++] = fs_base_name(str_of(r->files[i]));
    }
    if (!r->reference)
        return;
    v->corpora[v->count] = r->reference;
    v->names[v->count++] =
        arena_printf(&v->arena, "reference: " STR_FMT,
                     STR_ARG(fs_base_name(str_of(r->reference_file))));
}

/* One line a corpus: values is count x labels. */
static void lines(struct view *v, const char *title, const char *x,
                  const char *y, const str *labels, size_t label_count,
                  const double *values)
{
    struct page_series series[SHOWN_MAX];
    memset(series, 0, sizeof series);
    for (size_t c = 0; c < v->count; c++) {
        series[c].name = v->names[c];
        series[c].values = values + c * label_count;
    }
    page_chart(v->page, &(struct page_chart){.kind = PAGE_LINES,
                                             .title = str_of(title),
                                             .x_title = str_of(x),
                                             .y_title = str_of(y),
                                             .labels = labels,
                                             .label_count = label_count,
                                             .series = series,
                                             .series_count = v->count,
                                             .from_zero = true});
}

/* Shares by bins of half an octave; cells(c) are counts by length. */
static void lengths(struct view *v, const char *title, const char *x,
                    size_t offset)
{
    str labels[OCTAVES];
    double *values = mem_zero(v->count * OCTAVES, sizeof *values);
    size_t used = 0;
    for (size_t bin = 0; bin < OCTAVES; bin++)
        labels[bin] =
            arena_printf(&v->arena, "%.0f", ceil(exp2((double)bin / 2) - 1));
    for (size_t c = 0; c < v->count; c++) {
        const double *cells =
            (const double *)(const void *)((const char *)v->corpora[c] +
                                           offset);
        double all = 0;
        for (size_t i = 0; i < CORPUS_LENGTHS; i++)
            all += cells[i];
        for (size_t i = 0; i < CORPUS_LENGTHS && all > 0; i++) {
            size_t bin = (size_t)(2 * log2(1 + (double)i));
            values[c * OCTAVES + bin] += cells[i] / all;
            used = cells[i] > 0 && bin >= used ? bin + 1 : used;
        }
    }
    for (size_t c = 1; c < v->count; c++)
        memmove(values + c * used, values + c * OCTAVES, used * sizeof *values);
    lines(v, title, x, "share", labels, used, values);
    free(values);
}

static void course(struct view *v)
{
    str labels[CORPUS_COURSE];
    double values[SHOWN_MAX * CORPUS_COURSE];
    for (size_t i = 0; i < CORPUS_COURSE; i++) {
        labels[i] = arena_printf(&v->arena, "%zu %%", (i + 1) * 10);
        for (size_t c = 0; c < v->count; c++) {
            const double *cell = v->corpora[c]->course[i];
            values[c * CORPUS_COURSE + i] = cell[0] / (cell[0] + cell[1]);
        }
    }
    lines(v, "The doctor's share over the course of a dialogue", "part said",
          "share of tokens", labels, CORPUS_COURSE, values);
}

static void growth(struct view *v)
{
    struct page_series series[SHOWN_MAX];
    memset(series, 0, sizeof series);
    double *points[SHOWN_MAX];
    for (size_t c = 0; c < v->count; c++) {
        const struct vec *g = &v->corpora[c]->growth;
        points[c] = mem_zero(2 * g->count + 1, sizeof(double));
        for (size_t i = 0; i < g->count; i++) {
            const struct growth *at = vec_at(g, i);
            points[c][i] = (double)at->tokens;
            points[c][g->count + i] = (double)at->types;
        }
        series[c] = (struct page_series){.name = v->names[c],
                                         .x = points[c],
                                         .values = points[c] + g->count,
                                         .count = g->count};
    }
    page_chart(v->page, &(struct page_chart){.kind = PAGE_POINTS,
                                             .title = STR("Vocabulary growth"),
                                             .x_title = STR("tokens"),
                                             .y_title = STR("types"),
                                             .series = series,
                                             .series_count = v->count});
    for (size_t c = 0; c < v->count; c++)
        free(points[c]);
}

static int falling(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x < y) - (x > y);
}

/* log10 of counts at ranks that are evenly spread on the logarithm. */
static void zipf(struct view *v)
{
    str labels[POINTS];
    double *values = mem_zero(v->count * POINTS, sizeof *values);
    for (size_t p = 0; p < POINTS; p++)
        labels[p] = arena_printf(&v->arena, "%.0f", pow(10, (double)p / 10));
    for (size_t c = 0; c < v->count; c++) {
        const struct vec *words = &v->corpora[c]->words;
        double *counts = mem_zero(words->count + 1, sizeof *counts);
        for (size_t i = 0; i < words->count; i++)
            counts[i] = (double)((struct word_count *)vec_at(words, i))->tokens;
        qsort(counts, words->count, sizeof *counts, falling);
        for (size_t p = 0; p < POINTS; p++) {
            size_t rank = (size_t)pow(10, (double)p / 10);
            values[c * POINTS + p] =
                rank <= words->count ? log10(counts[rank - 1]) : NAN;
        }
        free(counts);
    }
    lines(v, "Zipf: how often the word of each rank occurs", "rank",
          "log10 of occurrences", labels, POINTS, values);
    free(values);
}

/* --- words --- */

struct ranked {
    double score;
    size_t index;
};

static int by_score(const void *a, const void *b)
{
    const struct ranked *x = a, *y = b;
    if (x->score > y->score || x->score < y->score)
        return x->score < y->score ? 1 : -1;
    return (x->index > y->index) - (x->index < y->index);
}

/* Dunning's log-likelihood of a word's two counts (1993), signed: positive
 * where the doctor says it more than his share of tokens. */
static double keyness(double doctor, double patient, double all_doctor,
                      double all_patient)
{
    double share = (doctor + patient) / (all_doctor + all_patient),
           expected_d = all_doctor * share, expected_p = all_patient * share;
    double sum = (doctor > 0 ? doctor * log(doctor / expected_d) : 0) +
                 (patient > 0 ? patient * log(patient / expected_p) : 0);
    return doctor > expected_d ? 2 * sum : -2 * sum;
}

static void registers_of(struct view *v, size_t c, struct table *table)
{
    const struct corpus *corpus = v->corpora[c];
    double all[2] = {0};
    struct ranked *ranked = mem_zero(corpus->words.count + 1, sizeof *ranked);
    for (size_t i = 0; i < corpus->words.count; i++) {
        const struct word_count *w = vec_at(&corpus->words, i);
        all[0] += (double)w->doctor;
        all[1] += (double)w->patient;
    }
    for (size_t i = 0; i < corpus->words.count; i++) {
        const struct word_count *w = vec_at(&corpus->words, i);
        ranked[i] = (struct ranked){
            all[0] > 0 && all[1] > 0 && w->doctor + w->patient > 0
                ? keyness((double)w->doctor, (double)w->patient, all[0], all[1])
                : 0,
            i};
    }
    qsort(ranked, corpus->words.count, sizeof *ranked, by_score);
    struct buf sides[2];
    for (size_t side = 0; side < 2; side++) {
        buf_init(&sides[side], 1 << 16);
        for (size_t i = 0; i < TOP && i < corpus->words.count; i++) {
            const struct ranked *r =
                &ranked[side ? corpus->words.count - 1 - i : i];
            if (side ? r->score >= 0 : r->score <= 0)
                break;
            buf_add(&sides[side], i ? STR(", ") : STR(""));
            buf_add(&sides[side],
                    map_entry(&corpus->vocabulary, r->index)->key);
        }
    }
    str cells[] = {v->names[c], buf_str(&sides[0]), buf_str(&sides[1])};
    table_add_cells(table, cells, 3);
    buf_release(&sides[0]);
    buf_release(&sides[1]);
    free(ranked);
}

/* The most frequent of the packs' items, one bar a corpus: share of mentions.
 */
static void top_items(struct view *v, const char *title, bool diseases)
{
    const struct knowledge *k = measure_knowledge(v->corpora[0]->setup);
    const size_t all = diseases ? k->diseases.count : k->symptoms.count;
    struct ranked *ranked = mem_zero(all + 1, sizeof *ranked);
    double totals[SHOWN_MAX] = {0}, values[SHOWN_MAX * TOP];
    for (size_t c = 0; c < v->count; c++) {
        const struct vec *n =
            diseases ? &v->corpora[c]->diseases : &v->corpora[c]->symptoms;
        totals[c] = corpus_spread(n).total;
        for (size_t i = 0; i < all; i++) {
            ranked[i].index = i;
            if (totals[c] > 0)
                ranked[i].score +=
                    (double)*(uint64_t *)vec_at(n, i) / totals[c];
        }
    }
    qsort(ranked, all, sizeof *ranked, by_score);
    str labels[TOP];
    size_t used = 0;
    while (used < TOP && used < all && ranked[used].score > 0)
        used++;
    for (size_t i = 0; i < used; i++) {
        size_t at = ranked[i].index;
        labels[i] = diseases ? LIST_AT(k->diseases, struct disease, at)->id
                             : LIST_AT(k->symptoms, struct symptom, at)->id;
        for (size_t c = 0; c < v->count; c++) {
            const struct vec *n =
                diseases ? &v->corpora[c]->diseases : &v->corpora[c]->symptoms;
            values[i * v->count + c] =
                totals[c] > 0
                    ? 100 * (double)*(uint64_t *)vec_at(n, at) / totals[c]
                    : NAN;
        }
    }
    if (used)
        page_heat_map(v->page, &(struct page_heat_map){.title = str_of(title),
                                                       .rows = labels,
                                                       .row_count = used,
                                                       .columns = v->names,
                                                       .column_count = v->count,
                                                       .values = values,
                                                       .decimals = 1});
    free(ranked);
}

/* --- sample dialogues --- */

static void show_dialogue(struct view *v, size_t c, str line)
{
    struct record record;
    struct arena arena;
    arena_init(&arena);
    if (record_parse(line, &arena, &record, NULL) &&
        record.kind == RECORD_DIALOGUE) {
        size_t count = record.dialogue.turns.count;
        struct page_turn *turns = mem_zero(count + 1, sizeof *turns);
        struct vec terms, found;
        vec_init(&terms, sizeof(str));
        vec_init(&found, sizeof(struct lexicon_match));
        enum lang lang;
        const struct glossary *g = lang_from_name(record.lang, &lang)
                                       ? v->corpora[c]->setup->glossaries[lang]
                                       : NULL;
        struct lexicon_matcher *matcher =
            g ? lexicon_matcher_new(glossary_lexicon(g)) : NULL;
        for (size_t i = 0; i < count; i++) {
            const struct turn *t =
                LIST_AT(record.dialogue.turns, struct turn, i);
            turns[i] =
                (struct page_turn){role_name(t->role), t->speaker, t->text};
            if (!matcher)
                continue;
            lexicon_match(matcher, t->text, &found);
            for (size_t m = 0; m < found.count && terms.count < TERMS_MAX;
                 m++) {
                const struct lexicon_match *at = vec_at(&found, m);
                *(str *)vec_add(&terms) =
                    str_slice(t->text, at->start, at->end);
            }
        }
        struct page_dialogue shown = {.title = record.id,
                                      .lang = record.lang,
                                      .badges = &v->names[c],
                                      .badge_count = 1,
                                      .turns = turns,
                                      .turn_count = count,
                                      .terms = terms.items,
                                      .term_count = terms.count};
        page_dialogue(v->page, &shown);
        lexicon_matcher_free(matcher);
        vec_release(&terms);
        vec_release(&found);
        free(turns);
    }
    arena_release(&arena);
}

static void samples(struct view *v)
{
    page_section(v->page, STR("Sample dialogues"));
    for (size_t c = 0; c < v->count; c++) {
        if (v->corpora[c] == v->report->reference ||
            !v->corpora[c]->shown.count)
            continue;
        page_fold_begin(v->page, v->names[c]);
        show_dialogue(v, c, *(str *)vec_at(&v->corpora[c]->shown, 0));
        page_fold_end(v->page);
    }
}

/* --- tables --- */

static void metric_table(struct view *v, const char *family)
{
    const struct measure_report *r = v->report;
    str titles[SHOWN_MAX + 2] = {STR("metric")}, cells[SHOWN_MAX + 2];
    char texts[SHOWN_MAX][40];
    size_t count = r->count < SHOWN_MAX ? r->count : SHOWN_MAX;
    for (size_t c = 0; c < count; c++)
        titles[c + 1] = v->names[c];
    titles[count + 1] = STR("signature");
    struct table *table = table_new_of(titles, count + 2);
    for (size_t i = 0; i < r->lists[0].items.count; i++) {
        const struct metric *m = metrics_at(&r->lists[0], i);
        if (strcmp(m->family, family) != 0)
            continue;
        cells[0] = str_of(m->name);
        for (size_t c = 0; c < count; c++) {
            metric_show(metrics_at(&r->lists[c], i), texts[c], sizeof texts[c]);
            cells[c + 1] = str_of(texts[c]);
        }
        cells[count + 1] = str_of(m->signature);
        table_add_cells(table, cells, count + 2);
    }
    if (table_row_count(table))
        page_table(v->page, str_of(family), table);
    table_free(table);
}

static void sections(struct view *v)
{
    const bool *families = v->corpora[0]->setup->options.families;
    for (size_t c = 0; c < v->count; c++) {
        char records[32];
        snprintf(records, sizeof records, "%llu",
                 (unsigned long long)v->corpora[c]->records);
        page_tile(v->page, PAGE_NEUTRAL, v->names[c], str_of(records),
                  STR("records"));
    }
    page_section(v->page, STR("Structure"));
    lengths(v, "Turns in a record", "turns, at least",
            offsetof(struct corpus, turn_counts));
    lengths(v, "Length of a turn", "characters (zh) or words, at least",
            offsetof(struct corpus, turn_lengths));
    course(v);
    page_section(v->page, STR("Vocabulary"));
    growth(v);
    zipf(v);
    struct table *table =
        table_new("corpus", "words of doctors", "words of patients", NULL);
    for (size_t c = 0; c < v->count; c++)
        registers_of(v, c, table);
    page_table(v->page,
               STR("Registers: what tells the sides apart (Dunning's "
                   "log-likelihood)"),
               table);
    table_free(table);
    if (families[FAMILY_DOMAIN]) {
        page_section(v->page, STR("Domain"));
        top_items(v, "Diseases: percent of mentions", true);
        top_items(v, "Symptoms: percent of mentions", false);
    }
    samples(v);
    page_section(v->page, STR("All metrics"));
    for (size_t i = 0; i < FAMILY_COUNT; i++)
        metric_table(v, feature_family_names[i]);
    metric_table(v, "reference");
}

bool measure_report_write(const struct measure_report *report, const char *path,
                          struct err *err)
{
    struct view v = {.report = report};
    arena_init(&v.arena);
    choose(&v);
    v.page = page_open(STR("Corpora side by side"), STR("anamnesis measure"));
    sections(&v);
    bool ok = page_write(v.page, path, err);
    page_close(v.page);
    arena_release(&v.arena);
    return ok;
}
