/* assess_page.c - the HTML report of `patient check`; see assess.h. */
#include "patient/assess_private.h"

#include <math.h>

#include "page/chart.h"
#include "page/page.h"

static double share(uint64_t part, uint64_t whole)
{
    return whole ? (double)part / (double)whole : NAN;
}

static void tile(struct page *page, struct arena *arena, enum page_tint tint,
                 const char *label, double value, const char *hint)
{
    str text = isnan(value) ? STR("–") : arena_printf(arena, "%.4f", value);
    page_tile(page, tint, str_of(label), text, str_of(hint));
}

static void put_tiles(struct page *page, const struct assess_result *r,
                      struct arena *arena)
{
    const struct stability *s = &r->stability;
    tile(page, arena, r->broken ? PAGE_WARN : PAGE_GOOD, "accuracy",
         share(r->sound, r->patients), "records without a broken rule");
    tile(page, arena, r->contradictions ? PAGE_BAD : PAGE_GOOD, "consistency",
         1 - share(r->contradictions, r->claims),
         "1 - contradicting / checked claims");
    tile(page, arena, s->compatible < s->probes ? PAGE_BAD : PAGE_GOOD,
         "answer stability", share(s->compatible, s->probes),
         "compatible answers to repeats");
    tile(page, arena,
         r->leaks                      ? PAGE_BAD
         : r->unmatched < r->dialogues ? PAGE_GOOD
                                       : PAGE_NEUTRAL,
         "leakage", share(r->leaks, r->dialogues - r->unmatched),
         "dialogues that name the diagnosis");
    tile(page, arena, PAGE_NEUTRAL, "record distance", r->diversity.distance,
         "mean of pairs, 0 the same, 1 all different");
    tile(page, arena, PAGE_NEUTRAL, "distinct-2", r->diversity.distinct[1],
         "of the patient's words");
}

/* --- rules --- */

static void put_families(struct page *page, const struct assess_result *r)
{
    struct table *t = table_new("family", "rules", "records that break one",
                                "share of records", NULL);
    for (size_t i = 0; i < r->families.count; i++) {
        const struct assess_family *f = vec_at(&r->families, i);
        table_addf(t, STR_FMT "|%zu|%llu|%.4f", STR_ARG(f->kind), f->rules,
                   (unsigned long long)f->broken,
                   share(f->broken, r->patients));
    }
    page_table(page, STR("families of rules"), t);
    table_free(t);
}

static void put_unreadable(struct page *page, const struct assess_result *r,
                           struct arena *arena)
{
    if (!r->unreadable)
        return;
    struct table *t = table_new("file", "line", "reason", NULL);
    for (size_t i = 0; i < r->unreadables.count; i++) {
        const struct assess_unreadable *u = vec_at(&r->unreadables, i);
        str cells[] = {u->file,
                       arena_printf(arena, "%llu", (unsigned long long)u->line),
                       u->reason};
        table_add_cells(t, cells, 3);
    }
    page_notice(page, PAGE_WARN,
                arena_printf(arena, "%llu lines are unreadable; the first %zu:",
                             (unsigned long long)r->unreadable,
                             r->unreadables.count));
    page_table(page, STR("unreadable lines"), t);
    table_free(t);
}

static void put_broken(struct page *page, const struct assess_result *r,
                       struct arena *arena)
{
    if (!r->rules.count)
        return;
    struct table *t =
        table_new("rule", "family", "records", "message", "source", NULL);
    for (size_t i = 0; i < r->rules.count; i++) {
        const struct assess_rule *rule = vec_at(&r->rules, i);
        str cells[] = {
            rule->rule->id, rule->rule->kind,
            arena_printf(arena, "%llu", (unsigned long long)rule->broken),
            rule->rule->message, rule->rule->source};
        table_add_cells(t, cells, 5);
    }
    page_table(page, STR("broken rules"), t);
    table_free(t);
}

static void put_rules(struct page *page, const struct assess_result *r,
                      size_t rules, struct arena *arena)
{
    page_section(page, STR("Accuracy: rules over the whole record"));
    page_paragraph(
        page,
        arena_printf(
            arena,
            "%llu lines: %llu records of patients, %llu dialogues, %llu "
            "unreadable. %llu records keep all %zu rules, %llu break one.",
            (unsigned long long)r->lines, (unsigned long long)r->patients,
            (unsigned long long)r->dialogues, (unsigned long long)r->unreadable,
            (unsigned long long)r->sound, rules,
            (unsigned long long)r->broken));
    put_families(page, r);
    put_broken(page, r, arena);
    put_unreadable(page, r, arena);
}

/* --- conversations --- */

static void put_consistency(struct page *page, const struct assess_result *r,
                            struct arena *arena)
{
    const struct stability *s = &r->stability;
    page_section(page, STR("Consistency and leakage"));
    if (r->dialogues)
        page_paragraph(
            page,
            arena_printf(
                arena,
                "%llu claims of %llu interviews were checked against the "
                "record, %llu contradict it (%llu interviews were read again "
                "here, the others as counted when they were held); %llu "
                "dialogues name the diagnosis.",
                (unsigned long long)r->claims, (unsigned long long)r->dialogues,
                (unsigned long long)r->contradictions,
                (unsigned long long)r->reread, (unsigned long long)r->leaks));
    if (r->unmatched)
        page_notice(
            page, PAGE_WARN,
            arena_printf(arena,
                         "The records of %llu dialogues were not given before "
                         "them: whether these name the diagnosis is not known.",
                         (unsigned long long)r->unmatched));
    page_paragraph(
        page,
        arena_printf(arena,
                     "Asked again in other words, the offline patients of up "
                     "to %d records a language gave %llu compatible answers "
                     "to %llu repeats (%llu told of the same fact).",
                     STABILITY_PATIENTS, (unsigned long long)s->compatible,
                     (unsigned long long)s->probes,
                     (unsigned long long)s->compared));
}

static void put_styles(struct page *page, const struct assess_result *r,
                       struct arena *arena)
{
    size_t count = r->styles.count;
    if (!count)
        return;
    str *labels = arena_array(arena, count, sizeof *labels);
    double *asked = arena_array(arena, count, sizeof *asked),
           *unasked = arena_array(arena, count, sizeof *unasked);
    struct table *t = table_new("style", "interviews", "facts", "told asked",
                                "told unasked", "share unasked", NULL);
    for (size_t i = 0; i < count; i++) {
        const struct assess_style *s = vec_at(&r->styles, i);
        labels[i] = s->style;
        asked[i] = share(s->asked, s->facts);
        unasked[i] = share(s->unasked, s->facts);
        table_addf(t, STR_FMT "|%llu|%llu|%llu|%llu|%.4f", STR_ARG(s->style),
                   (unsigned long long)s->interviews,
                   (unsigned long long)s->facts, (unsigned long long)s->asked,
                   (unsigned long long)s->unasked, unasked[i]);
    }
    struct page_series series[] = {
        {.name = STR("told when asked"), .values = asked},
        {.name = STR("told unasked"), .values = unasked}};
    page_section(page, STR("Disclosure by style"));
    page_paragraph(page, STR("Symptoms of the record that the patient told; "
                             "the rest stayed unsaid."));
    page_chart(page, &(struct page_chart){.kind = PAGE_STACKED_BARS,
                                          .title = STR("Symptoms told"),
                                          .x_title = STR("style"),
                                          .y_title = STR("share of symptoms"),
                                          .labels = labels,
                                          .label_count = count,
                                          .series = series,
                                          .series_count = 2});
    page_table(page, STR("symptoms of the record that the patient told"), t);
    table_free(t);
}

/* --- patients --- */

/* "12-17" must not break behind its hyphen. */
static str with_hyphen(struct arena *arena, str band)
{
    str low, high;
    return str_cut(band, '-', &low, &high)
               ? arena_printf(arena, STR_FMT "\u2011" STR_FMT, STR_ARG(low),
                              STR_ARG(high))
               : band;
}

static void put_heat(struct page *page, const double *counts, const char *title,
                     struct arena *arena)
{
    static const char *const columns[] = {"male, mild",       "male, moderate",
                                          "male, severe",     "female, mild",
                                          "female, moderate", "female, severe"};
    enum { CELLS = ASSESS_TABLE_ROWS * ASSESS_TABLE_COLUMNS };
    str rows[ASSESS_TABLE_ROWS], heads[ASSESS_TABLE_COLUMNS];
    double *shares = arena_array(arena, CELLS, sizeof *shares), sum = 0;
    for (int i = 0; i < CELLS; i++)
        sum += counts[i];
    for (int i = 0; i < CELLS; i++)
        shares[i] = sum > 0 ? 100 * counts[i] / sum : NAN;
    for (int i = 0; i < ASSESS_TABLE_ROWS; i++)
        rows[i] = with_hyphen(arena, str_of(age_band_name(i)));
    for (int i = 0; i < ASSESS_TABLE_COLUMNS; i++)
        heads[i] = str_of(columns[i]);
    page_heat_map(page,
                  &(struct page_heat_map){.title = str_of(title),
                                          .rows = rows,
                                          .row_count = ASSESS_TABLE_ROWS,
                                          .columns = heads,
                                          .column_count = ASSESS_TABLE_COLUMNS,
                                          .values = shares,
                                          .decimals = 1});
}

static void put_alignment(struct page *page, const struct assess_result *r,
                          struct arena *arena)
{
    size_t count = r->attributes.count;
    const struct assess_attribute *worst = vec_at(&r->attributes, 0);
    struct table *t = table_new("attribute", "values", "entropy (bits)",
                                "Jensen-Shannon from the prior", NULL);
    for (size_t i = 0; i < count; i++) {
        const struct assess_attribute *a = vec_at(&r->attributes, i);
        if (a->divergence > worst->divergence)
            worst = a;
        table_addf(t, STR_FMT "|%zu|%.3f|%.7f", STR_ARG(a->name), a->values,
                   a->entropy, a->divergence);
    }
    page_section(page, STR("Alignment with the priors"));
    page_paragraph(
        page,
        arena_printf(
            arena,
            "0 is the prior itself; the goal for 10,000 records is "
            "below 0.01. The largest is %.7f (" STR_FMT "). Compared are %llu "
            "records; %llu "
            "counterfactuals and %llu records of no disease, age or "
            "language of the packs are not.",
            worst->divergence, STR_ARG(worst->name),
            (unsigned long long)(r->patients - r->variants - r->unaligned),
            (unsigned long long)r->variants, (unsigned long long)r->unaligned));
    page_table(page, (str){0}, t);
    table_free(t);
    page_row_begin(page);
    put_heat(page, r->table, "Age, sex, severity: % of the records", arena);
    put_heat(page, r->table_expected, "% that the priors expect", arena);
    page_row_end(page);
}

static void put_diversity(struct page *page, const struct assess_result *r)
{
    const struct diversity_result *d = &r->diversity;
    struct table *t = table_new("measure", "value", "meaning", NULL);
    table_addf(t,
               "record distance|%.4f|mean of the pairs of %zu records: share "
               "of features in which they differ",
               d->distance, d->sample);
    table_addf(t, "nearest record|%.4f|mean distance to the most similar one",
               d->nearest);
    table_addf(t, "same records|%llu|pairs that differ in nothing",
               (unsigned long long)d->same_pairs);
    table_addf(t,
               "symptom overlap|%.4f|Jaccard of the symptoms of two patients "
               "with one disease",
               d->symptom_jaccard);
    for (int n = 0; n < DIVERSITY_GRAMS; n++)
        table_addf(t,
                   "distinct-%d|%.4f|distinct %d-grams / %d-grams of the "
                   "patient's words",
                   n + 1, d->distinct[n], n + 1, n + 1);
    page_section(page, STR("Diversity"));
    page_table(page, (str){0}, t);
    table_free(t);
}

bool assess_page(const struct assess_result *r, size_t rules, const char *path,
                 struct err *err)
{
    struct arena arena;
    arena_init(&arena);
    struct page *page =
        page_open(STR("Virtual patients"),
                  arena_printf(&arena, "%llu records, %llu interviews",
                               (unsigned long long)r->patients,
                               (unsigned long long)r->dialogues));
    put_tiles(page, r, &arena);
    put_rules(page, r, rules, &arena);
    put_consistency(page, r, &arena);
    put_styles(page, r, &arena);
    if (r->patients) {
        put_diversity(page, r);
        put_alignment(page, r, &arena);
    }
    bool ok = page_write(page, path, err);
    page_close(page);
    arena_release(&arena);
    return ok;
}
