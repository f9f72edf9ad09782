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
    double accuracy = share(r->sound, r->patients);
    double consistency = 1 - share(r->contradictions, r->claims);
    double leakage = share(r->leaks, r->dialogues);
    tile(page, arena, r->broken ? PAGE_WARN : PAGE_GOOD, "accuracy", accuracy,
         "records without a broken rule");
    tile(page, arena, r->contradictions ? PAGE_BAD : PAGE_GOOD, "consistency",
         consistency, "1 - contradicting / checked claims");
    tile(page, arena, r->leaks ? PAGE_BAD : PAGE_GOOD, "leakage", leakage,
         "dialogues that name the diagnosis");
    tile(page, arena, PAGE_NEUTRAL, "symptom overlap", r->symptom_jaccard,
         "Jaccard of pairs within a disease");
    tile(page, arena, PAGE_NEUTRAL, "distinct-2", r->distinct_2,
         "of the patient's words");
}

static void put_rules(struct page *page, const struct assess_result *r,
                      size_t rules, struct arena *arena)
{
    struct table *t =
        table_new("rule", "kind", "records", "message", "source", NULL);
    for (size_t i = 0; i < r->rules.count; i++) {
        const struct assess_rule *rule = vec_at(&r->rules, i);
        str cells[] = {
            rule->rule->id, rule->rule->kind,
            arena_printf(arena, "%llu", (unsigned long long)rule->broken),
            rule->rule->message, rule->rule->source};
        table_add_cells(t, cells, 5);
    }
    page_section(page, STR("Rules"));
    page_paragraph(page,
                   arena_printf(arena,
                                "%llu records, %llu without a broken rule, "
                                "%llu with one, %llu lines unreadable; %zu "
                                "rules.",
                                (unsigned long long)r->patients,
                                (unsigned long long)r->sound,
                                (unsigned long long)r->broken,
                                (unsigned long long)r->unreadable, rules));
    if (r->rules.count)
        page_table(page, STR("broken rules"), t);
    table_free(t);
}

static void put_alignment(struct page *page, const struct assess_result *r,
                          struct arena *arena)
{
    size_t count = r->attributes.count;
    str *labels = arena_array(arena, count, sizeof *labels);
    double *values = arena_array(arena, count, sizeof *values);
    struct table *t = table_new("attribute", "values", "entropy (bits)",
                                "Jensen-Shannon from the prior", NULL);
    for (size_t i = 0; i < count; i++) {
        const struct assess_attribute *a = vec_at(&r->attributes, i);
        labels[i] = a->name;
        values[i] = a->divergence;
        table_addf(t, STR_FMT "|%zu|%.3f|%.5f", STR_ARG(a->name), a->values,
                   a->entropy, a->divergence);
    }
    struct page_series series = {.name = STR("divergence"), .values = values};
    page_section(page, STR("Alignment with the priors, and diversity"));
    page_paragraph(page, STR("0 is the prior itself; the goal for 10,000 "
                             "records is below 0.01."));
    page_chart(page, &(struct page_chart){.kind = PAGE_BARS,
                                          .title = STR("Divergence"),
                                          .x_title = STR("attribute"),
                                          .y_title = STR("Jensen-Shannon"),
                                          .labels = labels,
                                          .label_count = count,
                                          .series = &series,
                                          .series_count = 1,
                                          .lying = true});
    page_table(page, (str){0}, t);
    table_free(t);
}

static void put_styles(struct page *page, const struct assess_result *r)
{
    if (!r->styles.count)
        return;
    struct table *t = table_new("style", "interviews", "facts", "told asked",
                                "told unasked", "share unasked", NULL);
    for (size_t i = 0; i < r->styles.count; i++) {
        const struct assess_style *s = vec_at(&r->styles, i);
        table_addf(t, STR_FMT "|%llu|%llu|%llu|%llu|%.4f", STR_ARG(s->style),
                   (unsigned long long)s->interviews,
                   (unsigned long long)s->facts, (unsigned long long)s->asked,
                   (unsigned long long)s->unasked, share(s->unasked, s->facts));
    }
    page_section(page, STR("Disclosure by style"));
    page_table(page, STR("symptoms of the record that the patient told"), t);
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
    if (r->patients)
        put_alignment(page, r, &arena);
    put_styles(page, r);
    bool ok = page_write(page, path, err);
    page_close(page);
    arena_release(&arena);
    return ok;
}
