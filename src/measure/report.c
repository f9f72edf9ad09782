/* report.c - see report.h. */
#include "measure/report.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "base/mem.h"
#include "measure/measured.h"
#include "measure/profile.h"
#include "measure/report_view.h"
#include "page/chart.h"

enum { POINTS = 60, BINS = 24, BARS_MOST = 3 };

static void choose(struct view *v)
{
    const struct measure_report *r = v->report;
    size_t room = REPORT_CORPORA_MAX - (r->reference != NULL);
    for (size_t i = 0; i < r->count && i < room; i++) {
        v->corpora[v->count] = r->corpora[i];
        v->lists[v->count] = &r->lists[i];
        v->names[v->count++] = fs_base_name(str_of(r->files[i]));
    }
    if (!r->reference)
        return;
    v->corpora[v->count] = r->reference;
    v->lists[v->count] = &r->lists[r->count];
    v->names[v->count++] =
        arena_printf(&v->arena, "reference: " STR_FMT,
                     STR_ARG(fs_base_name(str_of(r->files[r->count]))));
}

/* One line, or one bar a label, a corpus: values is count x labels. */
static void lines(struct view *v, enum page_chart_kind kind, const char *title,
                  const char *x, const char *y, const str *labels,
                  size_t label_count, const double *values)
{
    struct page_series series[REPORT_CORPORA_MAX];
    memset(series, 0, sizeof series);
    for (size_t c = 0; c < v->count; c++) {
        series[c].name = v->names[c];
        series[c].values = values + c * label_count;
    }
    page_chart(v->page, &(struct page_chart){.kind = kind,
                                             .title = str_of(title),
                                             .x_title = str_of(x),
                                             .y_title = str_of(y),
                                             .labels = labels,
                                             .label_count = label_count,
                                             .series = series,
                                             .series_count = v->count,
                                             .from_zero = true});
}

/* The smallest length that 99 % of a corpus do not pass. */
static size_t most_lengths(const double *cells)
{
    double all = 0, seen = 0;
    for (size_t i = 0; i < CORPUS_LENGTHS; i++)
        all += cells[i];
    for (size_t i = 0; i < CORPUS_LENGTHS; i++) {
        seen += cells[i];
        if (all > 0 && seen >= 0.99 * all)
            return i;
    }
    return 0;
}

/* Shares by bins of equal, round width; the last bin holds all above. Bins of
 * width one begin at 1 where nothing has length 0. */
static void lengths(struct view *v, const char *title, const char *x,
                    enum profile_length what)
{
    size_t top = 0;
    bool nought = false;
    for (size_t c = 0; c < v->count; c++) {
        size_t most = most_lengths(profile_lengths(v->corpora[c], what));
        top = most > top ? most : top;
        nought = nought || profile_lengths(v->corpora[c], what)[0] > 0;
    }
    size_t step = (size_t)chart_step((double)top + 1, BINS, true);
    size_t first = step == 1 && !nought, bins = top / step + 2 - first;
    str labels[BINS + 2];
    double *values = mem_zero(v->count * bins, sizeof *values);
    for (size_t i = 0; i < bins; i++) {
        size_t from = (i + first) * step;
        labels[i] =
            i + 1 == bins ? arena_printf(&v->arena, "%zu and more", from)
            : step == 1
                ? arena_printf(&v->arena, "%zu", from)
                : arena_printf(&v->arena, "%zu–%zu", from, from + step - 1);
    }
    for (size_t c = 0; c < v->count; c++) {
        const double *cells = profile_lengths(v->corpora[c], what);
        double all = 0;
        for (size_t i = 0; i < CORPUS_LENGTHS; i++)
            all += cells[i];
        for (size_t i = first; i < CORPUS_LENGTHS && all > 0; i++) {
            size_t bin = i / step - first < bins ? i / step - first : bins - 1;
            values[c * bins + bin] += 100 * cells[i] / all;
        }
    }
    lines(v, v->count <= BARS_MOST ? PAGE_BARS : PAGE_LINES, title, x,
          "percent", labels, bins, values);
    free(values);
}

static void course(struct view *v)
{
    str labels[CORPUS_COURSE];
    double values[REPORT_CORPORA_MAX * CORPUS_COURSE];
    for (size_t i = 0; i < CORPUS_COURSE; i++) {
        labels[i] = arena_printf(&v->arena, "%zu %%", (i + 1) * 10);
        for (size_t c = 0; c < v->count; c++) {
            const double *cell = v->corpora[c]->course[i];
            values[c * CORPUS_COURSE + i] = 100 * cell[0] / (cell[0] + cell[1]);
        }
    }
    lines(v, PAGE_LINES, "The doctor's share over the course of a dialogue",
          "part said", "percent of tokens", labels, CORPUS_COURSE, values);
}

static void growth(struct view *v)
{
    struct page_series series[REPORT_CORPORA_MAX];
    memset(series, 0, sizeof series);
    double *points[REPORT_CORPORA_MAX];
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

/* Counts at ranks that are evenly spread on the logarithm. */
static struct page_series zipf_of(const struct corpus *corpus, double *points)
{
    const struct vec *words = &corpus->words;
    double *counts = mem_zero(words->count + 1, sizeof *counts);
    for (size_t i = 0; i < words->count; i++)
        counts[i] = (double)((struct word_count *)vec_at(words, i))->tokens;
    qsort(counts, words->count, sizeof *counts, falling);
    size_t used = 0, before = 0;
    for (size_t p = 0; p < POINTS; p++) {
        size_t rank = (size_t)pow(10, (double)p / 8);
        if (rank == before || rank > words->count)
            continue;
        points[used] = (double)rank;
        points[POINTS + used++] = counts[rank - 1];
        before = rank;
    }
    free(counts);
    return (struct page_series){
        .x = points, .values = points + POINTS, .count = used};
}

static void zipf(struct view *v)
{
    struct page_series series[REPORT_CORPORA_MAX];
    double points[REPORT_CORPORA_MAX][2 * POINTS];
    for (size_t c = 0; c < v->count; c++) {
        series[c] = zipf_of(v->corpora[c], points[c]);
        series[c].name = v->names[c];
    }
    page_chart(v->page,
               &(struct page_chart){
                   .kind = PAGE_POINTS,
                   .title = STR("Zipf: how often the word of each rank occurs"),
                   .x_title = STR("rank"),
                   .y_title = STR("occurrences"),
                   .series = series,
                   .series_count = v->count,
                   .logarithmic = true});
}

/* --- words --- */

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
    ranked_sort(ranked, corpus->words.count);
    struct buf sides[2];
    for (size_t side = 0; side < 2; side++) {
        buf_init(&sides[side], 1 << 16);
        for (size_t i = 0; i < REPORT_TOP && i < corpus->words.count; i++) {
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

static void keywords(struct view *v)
{
    struct table *table = table_new("corpus", "keywords", NULL);
    struct vec items;
    vec_init(&items, sizeof(struct profile_item));
    for (size_t c = 0; c < v->count; c++) {
        struct buf text;
        buf_init(&text, 1 << 16);
        profile_rank(v->corpora[c], PROFILE_KEYWORDS, 2 * (size_t)REPORT_TOP,
                     &items);
        for (size_t i = 0; i < items.count; i++) {
            const struct profile_item *item = vec_at(&items, i);
            buf_printf(&text, "%s" STR_FMT, i ? ", " : "",
                       STR_ARG(item->label));
        }
        str cells[] = {v->names[c], buf_str(&text)};
        table_add_cells(table, cells, 2);
        buf_release(&text);
    }
    page_table(v->page, STR("Keywords: content words by TF-IDF"), table);
    table_free(table);
    vec_release(&items);
}

/* --- tables --- */

/* One signature, or those of all corpora when they differ. */
static str signatures(struct view *v, size_t metric)
{
    struct buf text;
    buf_init(&text, 1 << 16);
    for (size_t c = 0; c < v->count; c++) {
        str own = str_of(metrics_at(v->lists[c], metric)->signature);
        if (c == 0 || !str_contains(buf_str(&text), own)) {
            buf_add(&text, c ? STR(" ≠ ") : STR(""));
            buf_add(&text, own);
        }
    }
    str made = arena_copy(&v->arena, buf_str(&text));
    buf_release(&text);
    return made;
}

static void metric_table(struct view *v, const char *family)
{
    str titles[REPORT_CORPORA_MAX + 2] = {STR("metric")},
                                    cells[REPORT_CORPORA_MAX + 2];
    char texts[REPORT_CORPORA_MAX][METRIC_INTERVAL_BYTES];
    for (size_t c = 0; c < v->count; c++)
        titles[c + 1] = v->names[c];
    titles[v->count + 1] = STR("signature");
    struct table *table = table_new_of(titles, v->count + 2);
    for (size_t i = 0; i < v->lists[0]->items.count; i++) {
        const struct metric *m = metrics_at(v->lists[0], i);
        if (strcmp(m->family, family) != 0)
            continue;
        cells[0] = str_of(m->name);
        for (size_t c = 0; c < v->count; c++) {
            metric_show_interval(metrics_at(v->lists[c], i), texts[c]);
            cells[c + 1] = str_of(texts[c]);
        }
        cells[v->count + 1] = signatures(v, i);
        table_add_cells(table, cells, v->count + 2);
    }
    if (table_row_count(table))
        page_table(v->page, str_of(family), table);
    table_free(table);
}

static void tiles(struct view *v)
{
    for (size_t c = 0; c < v->count; c++) {
        const struct corpus *corpus = v->corpora[c];
        str languages = STR("");
        for (size_t i = 0; i < LANG_COUNT; i++)
            if (corpus->languages[i])
                languages =
                    arena_printf(&v->arena, STR_FMT " %s", STR_ARG(languages),
                                 lang_name((enum lang)i).ptr);
        page_tile(v->page, PAGE_NEUTRAL, v->names[c],
                  arena_printf(&v->arena, "%llu",
                               (unsigned long long)corpus->records),
                  arena_printf(&v->arena, "records," STR_FMT ", %llu tokens",
                               STR_ARG(languages),
                               (unsigned long long)corpus->tokens));
    }
}

static void structure(struct view *v)
{
    static const char unit[] = "characters (zh) or words";
    page_section(v->page, STR("Structure"));
    page_row_begin(v->page);
    lengths(v, "Turns in a record", "turns", PROFILE_TURN_COUNT);
    lengths(v, "Runs of one speaker", "turns", PROFILE_RUN_LENGTH);
    lengths(v, "Length of a turn: doctors, assistants", unit,
            PROFILE_DOCTOR_LENGTH);
    lengths(v, "Length of a turn: patients, users", unit,
            PROFILE_PATIENT_LENGTH);
    page_row_end(v->page);
    lengths(v, "Length of a turn: all", unit, PROFILE_TURN_LENGTH);
    course(v);
}

static void words(struct view *v)
{
    page_section(v->page, STR("Vocabulary"));
    page_row_begin(v->page);
    growth(v);
    zipf(v);
    page_row_end(v->page);
    struct table *table =
        table_new("corpus", "words of doctors", "words of patients", NULL);
    for (size_t c = 0; c < v->count; c++)
        registers_of(v, c, table);
    page_table(v->page,
               STR("Registers: what tells the sides apart (Dunning's "
                   "log-likelihood)"),
               table);
    table_free(table);
    keywords(v);
}

static void sections(struct view *v)
{
    tiles(v);
    structure(v);
    words(v);
    page_section(v->page, STR("Domain"));
    report_domain(v);
    report_samples(v);
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
