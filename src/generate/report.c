/* report.c - the page, the JSON and the data card of a run; see report.h. */
#include "generate/report.h"

#include <math.h>
#include <stdlib.h>

#include "base/fs.h"
#include "base/json.h"
#include "base/mem.h"
#include "generate/card.h"
#include "generate/match.h"
#include "page/chart.h"

enum { SAMPLE_DIALOGUES = 6 };

/* What one pass over the accepted records gathers. */
struct gathered {
    struct vec turns, lengths; /* double each */
    struct vec samples;        /* struct record, in the arena */
    struct vec latencies;      /* double */
    struct arena arena;
    const struct run_state *state;
    uint64_t accepted;
    struct shape shape; /* of the accepted dialogues */
};

static bool gather_one(const struct store_row *row, void *ctx)
{
    struct gathered *g = ctx;
    if (row->state != STATE_ACCEPTED)
        return true;
    struct arena arena;
    arena_init(&arena);
    struct record record;
    if (record_parse(row->result, &arena, &record, NULL)) {
        *(double *)vec_add(&g->turns) = (double)record.dialogue.turns.count;
        *(double *)vec_add(&g->lengths) = (double)record_text_length(
            record_text(&record, &arena), record.lang);
        shape_add(&g->shape, &record.dialogue, g->state->outline->lang);
    }
    arena_release(&arena);
    /* one sample from each sixth of the run */
    uint64_t each = g->state->accepted / SAMPLE_DIALOGUES;
    if (g->samples.count < SAMPLE_DIALOGUES &&
        g->accepted >= each * g->samples.count) {
        struct record sample;
        if (record_parse(row->result, &g->arena, &sample, NULL))
            vec_push(&g->samples, &sample);
    }
    g->accepted++;
    return true;
}

static bool gather_latency(const struct store_reply *reply, void *ctx)
{
    struct gathered *g = ctx;
    if (reply->error.len == 0)
        *(double *)vec_add(&g->latencies) = reply->latency_ms;
    return true;
}

/* --- report.json --- */

static void json_counts(struct json_out *j,
                        const struct generate_summary *summary,
                        enum state state)
{
    json_key(j, state_name(state));
    json_begin(j, '{');
    for (size_t i = 0; i < summary->reasons.count; i++) {
        const struct reason_count *r =
            LIST_AT(summary->reasons, struct reason_count, i);
        if (r->state != state)
            continue;
        json_key_str(j, r->reason);
        json_put_int(j, (int64_t)r->count);
    }
    json_end(j, '}');
}

void report_summary_json(const struct generate_summary *summary,
                         struct json_out *j)
{
    json_add_int(j, "planned", (int64_t)summary->planned);
    json_add_int(j, "accepted", (int64_t)summary->states[STATE_ACCEPTED]);
    json_counts(j, summary, STATE_REJECTED);
    json_counts(j, summary, STATE_FAILED);
    json_counts(j, summary, STATE_SKIPPED);
    json_key(j, "tokens");
    json_begin(j, '{');
    json_add_int(j, "prompt", summary->usage.prompt_tokens);
    json_add_int(j, "completion", summary->usage.completion_tokens);
    json_end(j, '}');
    json_add_number(j, "cost", summary->usage.cost);
    json_add_int(j, "extra_dialogues", (int64_t)summary->extra_dialogues);
    json_add_int(j, "proposals", (int64_t)summary->proposals);
    json_add_int(j, "proposals_kept", (int64_t)summary->proposals_kept);
}

static void json_rounds(const struct run_state *s, struct json_out *j)
{
    json_key(j, "rounds");
    json_begin(j, '[');
    for (size_t i = 0; i < s->rounds.count; i++) {
        const struct round_stats *r = vec_at(&s->rounds, i);
        json_begin(j, '{');
        json_add_int(j, "round", r->round + 1);
        json_add_int(j, "planned", (int64_t)r->planned);
        json_add_int(j, "accepted", (int64_t)r->accepted);
        json_add_int(j, "proposals", (int64_t)r->proposals);
        json_add_int(j, "proposals_kept", (int64_t)r->proposals_kept);
        json_add_int(j, "entered", (int64_t)r->entered);
        json_add_int(j, "left", (int64_t)r->left);
        json_add_int(j, "retired", (int64_t)r->retired);
        json_add_int(j, "human", (int64_t)r->human);
        json_add_int(j, "machine", (int64_t)r->machine);
        json_add_int(j, "human_uses", (int64_t)r->human_uses);
        json_key(j, "distinct_2");
        r->distinct2 < 0 ? json_put_null(j) : json_put_number(j, r->distinct2);
        json_key(j, "mean_similarity");
        r->similarity < 0 ? json_put_null(j)
                          : json_put_number(j, r->similarity);
        json_end(j, '}');
    }
    json_end(j, ']');
}

static void json_cells(const struct run_state *s, struct json_out *j)
{
    uint64_t *goals = mem_zero(s->quota.cells.count, sizeof *goals);
    quota_goals(&s->quota, state_target(s), goals);
    json_key(j, "cells");
    json_begin(j, '[');
    for (size_t i = 0; i < s->quota.cells.count; i++) {
        const struct cell *cell = LIST_AT(s->quota.cells, struct cell, i);
        json_begin(j, '{');
        json_add_str(j, "relation", relation_name(cell->relation));
        json_add_int(j, "level", cell->level);
        json_add_str(j, "task", cell->task->id);
        json_add_int(j, "goal", (int64_t)goals[i]);
        json_add_int(j, "accepted", (int64_t)s->quota.accepted[i]);
        json_add_int(j, "tried", (int64_t)s->quota.tried[i]);
        json_end(j, '}');
    }
    json_end(j, ']');
    free(goals);
}

static struct shape_distance against_references(const struct gathered *g)
{
    const struct guide *guide = g->state->guide;
    struct shape reference = {0};
    for (size_t i = 0; i < guide_count(guide); i++)
        shape_add(&reference, &guide_dialogues(guide)[i],
                  g->state->outline->lang);
    return shape_distance(&g->shape, &reference);
}

static void json_references(const struct gathered *g, struct json_out *j)
{
    struct shape_distance d = against_references(g);
    const struct {
        const char *name;
        double value;
    } rows[] = {{"js_turn_length", d.lengths},
                {"js_run_length", d.runs},
                {"js_turns", d.turns},
                {"alternation", d.alternation},
                {"reference_alternation", d.reference_alternation}};
    json_key(j, "references");
    json_begin(j, '{');
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        json_key(j, rows[i].name);
        if (d.defined)
            json_put_number(j, rows[i].value);
        else
            json_put_null(j);
    }
    json_end(j, '}');
}

static bool write_json(const struct generate_run *run,
                       const struct run_state *s, const struct gathered *g,
                       const struct generate_summary *summary, const char *path,
                       struct err *err)
{
    struct buf out;
    buf_init(&out, JSON_BYTES_MAX);
    struct json_out writer = json_out(&out), *j = &writer;
    json_begin(j, '{');
    json_add_str(j, "outline", s->outline->id);
    json_add_str(j, "lang", s->outline->lang_id);
    json_add_str(j, "engine", str_of(llm_engine_name(run->llm)));
    json_add_int(j, "seed", s->config->seed);
    report_summary_json(summary, j);
    if (s->guide)
        json_references(g, j);
    json_rounds(s, j);
    json_cells(s, j);
    json_end(j, '}');
    buf_add_char(&out, '\n');
    bool ok = fs_write_atomic(path, buf_str(&out), err);
    buf_release(&out);
    return ok;
}

/* --- report.html --- */

struct sheet {
    struct page *page;
    const struct generate_run *run;
    const struct run_state *state;
    const struct generate_summary *summary;
    struct gathered *gathered;
    struct arena *arena;
};

static str number(struct sheet *s, uint64_t value)
{
    return arena_printf(s->arena, "%llu", (unsigned long long)value);
}

static str percent(struct sheet *s, uint64_t part, uint64_t whole)
{
    double share = whole ? 100.0 * (double)part / (double)whole : 0;
    return arena_printf(s->arena, "%.1f %%", share);
}

static void add_tiles(struct sheet *s)
{
    const struct generate_summary *m = s->summary;
    const uint64_t *n = m->states;
    page_tile(s->page, PAGE_NEUTRAL, STR("planned"), number(s, m->planned),
              STR("rows"));
    page_tile(s->page, PAGE_GOOD, STR("accepted"), number(s, n[STATE_ACCEPTED]),
              percent(s, n[STATE_ACCEPTED], m->planned));
    page_tile(s->page, PAGE_WARN, STR("rejected"), number(s, n[STATE_REJECTED]),
              percent(s, n[STATE_REJECTED], m->planned));
    page_tile(s->page, n[STATE_FAILED] ? PAGE_BAD : PAGE_NEUTRAL, STR("failed"),
              number(s, n[STATE_FAILED]),
              percent(s, n[STATE_FAILED], m->planned));
    page_tile(s->page, PAGE_NEUTRAL, STR("skipped"),
              number(s, n[STATE_SKIPPED]),
              percent(s, n[STATE_SKIPPED], m->planned));
    page_tile(s->page, PAGE_NEUTRAL, STR("tokens"),
              number(s, (uint64_t)(m->usage.prompt_tokens +
                                   m->usage.completion_tokens)),
              STR("prompt and completion"));
    page_tile(s->page, PAGE_NEUTRAL, STR("cost"),
              arena_printf(s->arena, "%.2f", m->usage.cost),
              STR("as the price table has it"));
}

static void add_reasons(struct sheet *s)
{
    struct table *table = table_new("state", "reason", "rows", NULL);
    for (size_t i = 0; i < s->summary->reasons.count; i++) {
        const struct reason_count *r =
            LIST_AT(s->summary->reasons, struct reason_count, i);
        str cells[] = {str_of(state_name(r->state)), r->reason,
                       number(s, r->count)};
        table_add_cells(table, cells, 3);
    }
    page_table(s->page, STR("Why rows did not enter the data set"), table);
    table_free(table);
}

/* Levels and relations down, tasks across: accepted share of the goal. */
static void add_coverage(struct sheet *s)
{
    const struct outline *o = s->state->outline;
    const struct quota *q = &s->state->quota;
    size_t columns = o->tasks.count;
    size_t rows = o->relations.count * o->levels.count;
    uint64_t *goals = mem_zero(q->cells.count, sizeof *goals);
    quota_goals(q, state_target(s->state), goals);
    double *values = mem_zero(rows * columns, sizeof *values);
    str *row_names = mem_zero(rows, sizeof *row_names);
    str *column_names = mem_zero(columns, sizeof *column_names);
    const struct outline_relation *r = o->relations.items;
    const struct level *levels = o->levels.items;
    const struct outline_task *tasks = o->tasks.items;
    for (size_t t = 0; t < columns; t++)
        column_names[t] = tasks[t].name;
    for (size_t i = 0; i < rows; i++) {
        size_t relation = i / o->levels.count, level = i % o->levels.count;
        row_names[i] =
            arena_printf(s->arena, STR_FMT " · %lld", STR_ARG(r[relation].name),
                         (long long)levels[level].level);
        for (size_t t = 0; t < columns; t++) {
            size_t cell = quota_cell(q, r[relation].relation,
                                     levels[level].level, tasks[t].id);
            values[i * columns + t] =
                cell == STR_NONE ? NAN : (double)q->accepted[cell];
        }
    }
    page_heat_map(s->page,
                  &(struct page_heat_map){
                      .title = STR("Accepted dialogues per cell of the "
                                   "outline (relation · level × task)"),
                      .rows = row_names,
                      .row_count = rows,
                      .columns = column_names,
                      .column_count = columns,
                      .values = values,
                      .decimals = 0});
    free(goals);
    free(values);
    free(row_names);
    free(column_names);
}

enum { SERIES_MAX = 3 };

static void add_round_chart(struct sheet *s, enum page_chart_kind kind,
                            const char *title, const char *unit,
                            size_t series_count, const char *const names[],
                            double (*value)(const struct round_stats *,
                                            size_t series))
{
    size_t rounds = s->state->rounds.count;
    double *values = mem_zero(rounds * SERIES_MAX, sizeof *values);
    str *labels = mem_zero(rounds, sizeof *labels);
    struct page_series series[SERIES_MAX] = {0};
    for (size_t i = 0; i < rounds; i++) {
        const struct round_stats *r = vec_at(&s->state->rounds, i);
        labels[i] = number(s, (uint64_t)r->round + 1);
        for (size_t n = 0; n < series_count; n++)
            values[n * rounds + i] = value(r, n);
    }
    for (size_t n = 0; n < series_count; n++)
        series[n] = (struct page_series){.name = str_of(names[n]),
                                         .values = values + n * rounds};
    page_chart(s->page, &(struct page_chart){.kind = kind,
                                             .title = str_of(title),
                                             .x_title = STR("round"),
                                             .y_title = str_of(unit),
                                             .labels = labels,
                                             .label_count = rounds,
                                             .series = series,
                                             .series_count = series_count,
                                             .from_zero = true});
    free(values);
    free(labels);
}

static double pool_value(const struct round_stats *r, size_t series)
{
    return (double)(series == 0 ? r->human : r->machine);
}

static double share_value(const struct round_stats *r, size_t series)
{
    (void)series;
    return r->planned ? (double)r->human_uses / (double)r->planned : NAN;
}

static double proposal_value(const struct round_stats *r, size_t series)
{
    const uint64_t values[] = {r->proposals_kept, r->entered, r->left};
    return (double)values[series];
}

static double diversity_value(const struct round_stats *r, size_t series)
{
    double value = series == 0 ? r->distinct2 : r->similarity;
    return value < 0 ? NAN : value;
}

static void add_rounds(struct sheet *s)
{
    const char *pool[] = {"human", "machine"};
    const char *share[] = {"rows of human instructions"};
    const char *flow[] = {"on trial", "entered", "left"};
    const char *distinct[] = {"distinct-2", "mean pairwise similarity"};
    page_row_begin(s->page);
    add_round_chart(s, PAGE_STACKED_BARS, "The instruction pool",
                    "instructions", 2, pool, pool_value);
    add_round_chart(s, PAGE_LINES, "Share of human instructions", "share", 1,
                    share, share_value);
    page_row_end(s->page);
    page_row_begin(s->page);
    add_round_chart(s, PAGE_BARS, "Machine instructions per round",
                    "instructions", 3, flow, proposal_value);
    add_round_chart(s, PAGE_LINES, "Diversity per round", "value", 2, distinct,
                    diversity_value);
    page_row_end(s->page);
    page_paragraph(
        s->page,
        STR("Diversity is measured over the first 200 accepted dialogues of "
            "each round: distinct-2 should not fall, similarity (mean Jaccard "
            "of shingles) should not rise."));
}

static void add_histograms(struct sheet *s)
{
    struct gathered *g = s->gathered;
    bool chinese = s->state->outline->lang == LANG_ZH;
    page_row_begin(s->page);
    page_histogram(s->page,
                   &(struct page_histogram){.title = STR("Turns per dialogue"),
                                            .x_title = STR("turns"),
                                            .values = g->turns.items,
                                            .count = g->turns.count});
    page_histogram(s->page,
                   &(struct page_histogram){
                       .title = STR("Length per dialogue"),
                       .x_title = chinese ? STR("characters") : STR("words"),
                       .values = g->lengths.items,
                       .count = g->lengths.count});
    page_row_end(s->page);
    page_histogram(s->page,
                   &(struct page_histogram){.title = STR("Latency per reply"),
                                            .x_title = STR("milliseconds"),
                                            .values = g->latencies.items,
                                            .count = g->latencies.count});
}

static str decimal(struct sheet *s, double value)
{
    return arena_printf(s->arena, "%.4f", value);
}

static void add_references(struct sheet *s)
{
    struct shape_distance d = against_references(s->gathered);
    page_section(s->page, STR("Against the references"));
    if (!d.defined) {
        page_paragraph(s->page, STR("Nothing to compare: a corpus is empty."));
        return;
    }
    struct table *table = table_new("measure", "value", "reference", NULL);
    str rows[][3] = {{STR("Jensen-Shannon divergence of turn lengths"),
                      decimal(s, d.lengths), STR("0")},
                     {STR("Jensen-Shannon divergence of run lengths"),
                      decimal(s, d.runs), STR("0")},
                     {STR("Jensen-Shannon divergence of turns per dialogue"),
                      decimal(s, d.turns), STR("0")},
                     {STR("alternation rate"), decimal(s, d.alternation),
                      decimal(s, d.reference_alternation)}};
    for (size_t i = 0; i < 4; i++)
        table_add_cells(table, rows[i], 3);
    page_table(s->page, STR("Turn-taking"), table);
    table_free(table);
    page_paragraph(
        s->page,
        STR("Rows rejected as 'copied' shared a long span or a near-copied "
            "turn with a reference (rule 11); no reference text is in the "
            "data set or on this page."));
}

static void add_sample(struct sheet *s, const struct record *record)
{
    const struct dialogue *d = &record->dialogue;
    struct page_turn *turns = mem_zero(d->turns.count, sizeof *turns);
    for (size_t i = 0; i < d->turns.count; i++) {
        const struct turn *t = LIST_AT(d->turns, struct turn, i);
        turns[i] = (struct page_turn){role_name(t->role), t->speaker, t->text};
    }
    str badges[] = {relation_name(d->relation), d->brief.scenario,
                    d->brief.task, record->provenance.instruction};
    page_dialogue(
        s->page,
        &(struct page_dialogue){
            .title = arena_printf(s->arena, STR_FMT " · " STR_FMT,
                                  STR_ARG(record->id), STR_ARG(d->brief.topic)),
            .lang = record->lang,
            .badges = badges,
            .badge_count = 4,
            .turns = turns,
            .turn_count = d->turns.count,
            .terms = d->brief.terms.items,
            .term_count = d->brief.terms.count});
    free(turns);
}

static void add_honesty(struct sheet *s)
{
    bool simulated =
        str_equal(str_of(llm_engine_name(s->run->llm)), STR("simulator"));
    if (simulated)
        page_notice(s->page, PAGE_WARN,
                    STR("The dialogues of this run were written by the "
                        "built-in simulator, a grammar over knowledge packs: a "
                        "baseline and a test double, not a language model. "
                        "Not for clinical use."));
    else
        page_notice(s->page, PAGE_WARN,
                    STR("The dialogues of this run were written by a language "
                        "model. They passed the rules named here, which do "
                        "not replace review by clinicians. Not for clinical "
                        "use."));
}

static bool write_page(struct sheet *s, const char *path, struct err *err)
{
    const struct run_state *state = s->state;
    s->page =
        page_open(arena_printf(s->arena, "Run of outline " STR_FMT,
                               STR_ARG(state->outline->id)),
                  arena_printf(s->arena, STR_FMT " · engine %s · seed %lld",
                               STR_ARG(state->outline->title),
                               llm_engine_name(s->run->llm),
                               (long long)state->config->seed));
    add_honesty(s);
    page_section(s->page, STR("What happened"));
    add_tiles(s);
    add_reasons(s);
    page_section(s->page, STR("Coverage"));
    add_coverage(s);
    page_section(s->page, STR("Rounds"));
    add_rounds(s);
    page_section(s->page, STR("Shape of the dialogues"));
    add_histograms(s);
    if (state->guide)
        add_references(s);
    page_section(s->page, STR("Sample dialogues"));
    for (size_t i = 0; i < s->gathered->samples.count; i++)
        add_sample(s, vec_at(&s->gathered->samples, i));
    page_section(s->page, STR("Configuration"));
    page_listing(s->page, STR("effective configuration"), s->run->config_text);
    bool ok = page_write(s->page, path, err);
    page_close(s->page);
    return ok;
}

bool report_write(const struct generate_run *run, struct run_state *state,
                  const struct generate_summary *summary, struct err *err)
{
    struct gathered g = {.state = state};
    vec_init(&g.turns, sizeof(double));
    vec_init(&g.lengths, sizeof(double));
    vec_init(&g.latencies, sizeof(double));
    vec_init(&g.samples, sizeof(struct record));
    arena_init(&g.arena);
    struct sheet sheet = {.run = run,
                          .state = state,
                          .summary = summary,
                          .gathered = &g,
                          .arena = &g.arena};
    const char *folder = run->folder;
    bool ok =
        store_each(state->store, 0, UINT64_MAX, gather_one, &g, err) &&
        store_each_reply(state->store, 0, UINT64_MAX, gather_latency, &g,
                         err) &&
        write_json(run, state, &g, summary,
                   fs_join(&g.arena, folder, "report.json"), err) &&
        write_page(&sheet, fs_join(&g.arena, folder, "report.html"), err) &&
        card_write(run, state, summary, fs_join(&g.arena, folder, "README.md"),
                   err);
    vec_release(&g.turns);
    vec_release(&g.lengths);
    vec_release(&g.latencies);
    vec_release(&g.samples);
    arena_release(&g.arena);
    return ok;
}
