/* report_domain.c - see report_view.h. A heat map is a list of rows, each with
 * a value a corpus; rows are ranked by their sum. */
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "measure/measured.h"
#include "measure/profile.h"
#include "measure/report_view.h"
#include "page/chart.h"

struct heat_row {
    str label;
    double values[REPORT_CORPORA_MAX];
};

static struct heat_row *add_row(struct vec *rows, str label)
{
    struct heat_row *row = vec_add(rows);
    row->label = label;
    return row;
}

/* Draws the rows that have a value above 0: in order of their sums the first
 * REPORT_TOP, or as they are at most twice as many. */
static void draw(struct view *v, const char *title, const struct vec *rows,
                 bool by_sum, double high)
{
    str labels[2 * REPORT_TOP];
    double values[2 * REPORT_TOP * REPORT_CORPORA_MAX];
    size_t most = by_sum ? REPORT_TOP : 2 * REPORT_TOP, used = 0;
    struct ranked *order = mem_zero(rows->count + 1, sizeof *order);
    for (size_t i = 0; i < rows->count; i++) {
        const struct heat_row *row = vec_at(rows, i);
        order[i].index = i;
        for (size_t c = 0; c < v->count; c++)
            order[i].score += isnan(row->values[c]) ? 0 : row->values[c];
    }
    if (by_sum)
        ranked_sort(order, rows->count);
    for (size_t i = 0; i < rows->count && used < most; i++) {
        const struct heat_row *row = vec_at(rows, order[i].index);
        if (order[i].score <= 0)
            continue;
        labels[used] = row->label;
        for (size_t c = 0; c < v->count; c++)
            values[used * v->count + c] = row->values[c];
        used++;
    }
    free(order);
    if (used)
        page_heat_map(v->page, &(struct page_heat_map){.title = str_of(title),
                                                       .rows = labels,
                                                       .row_count = used,
                                                       .columns = v->names,
                                                       .column_count = v->count,
                                                       .values = values,
                                                       .high = high,
                                                       .decimals = 1});
}

static double percent(double part, double all)
{
    return all > 0 ? 100 * part / all : NAN;
}

static double level_used(const struct corpus *c, enum lang lang, int level)
{
    const struct glossary *g = c->setup->glossaries[lang];
    size_t used = 0;
    for (size_t i = 0; i < glossary_size(g); i++)
        used += glossary_term(g, i)->level == level &&
                *(uint64_t *)vec_at(&c->levels[lang], i) > 0;
    return percent((double)used, (double)glossary_level_size(g, level));
}

static void levels(struct view *v)
{
    struct vec rows;
    vec_init(&rows, sizeof(struct heat_row));
    for (size_t lang = 0; lang < LANG_COUNT; lang++)
        for (int level = 1; level <= GLOSSARY_LEVELS; level++) {
            const struct glossary *g = v->corpora[0]->setup->glossaries[lang];
            if (glossary_level_size(g, level) == 0)
                continue;
            struct heat_row *row = add_row(
                &rows, arena_printf(&v->arena, "%s, level %d (%zu words)",
                                    lang_name((enum lang)lang).ptr, level,
                                    glossary_level_size(g, level)));
            for (size_t c = 0; c < v->count; c++)
                row->values[c] =
                    v->corpora[c]->languages[lang]
                        ? level_used(v->corpora[c], (enum lang)lang, level)
                        : NAN;
        }
    draw(v, "Vocabularies: percent of a level's words that occur", &rows, false,
         100);
    vec_release(&rows);
}

/* Of each specialty's diseases in the packs, the share that occurs. */
static void specialties(struct view *v)
{
    const struct knowledge *k = measure_knowledge(v->corpora[0]->setup);
    struct vec rows;
    vec_init(&rows, sizeof(struct heat_row));
    for (size_t s = 0; s < k->specialties.count; s++) {
        str id = LIST_AT(k->specialties, struct specialty, s)->id;
        struct heat_row *row = add_row(&rows, id);
        for (size_t c = 0; c < v->count; c++) {
            double all = 0, seen = 0;
            for (size_t i = 0; i < k->diseases.count; i++) {
                if (!str_equal(
                        LIST_AT(k->diseases, struct disease, i)->specialty, id))
                    continue;
                all++;
                seen += *(uint64_t *)vec_at(&v->corpora[c]->diseases, i) > 0;
            }
            row->values[c] = percent(seen, all);
        }
    }
    draw(v, "Specialties: percent of their diseases that occur", &rows, false,
         100);
    vec_release(&rows);
}

/* Everything that occurs in a corpus: rows are shared by label. */
static void items(struct view *v, const char *title, enum profile_kind kind)
{
    struct vec rows, found;
    struct map places;
    vec_init(&rows, sizeof(struct heat_row));
    vec_init(&found, sizeof(struct profile_item));
    map_init(&places);
    for (size_t c = 0; c < v->count; c++) {
        double all = 0;
        profile_rank(v->corpora[c], kind, SIZE_MAX, &found);
        for (size_t i = 0; i < found.count; i++)
            all += ((struct profile_item *)vec_at(&found, i))->score;
        for (size_t i = 0; i < found.count; i++) {
            const struct profile_item *item = vec_at(&found, i);
            uint64_t *place = map_slot(&places, item->label);
            if (*place == 0) {
                add_row(&rows, item->label);
                *place = rows.count;
            }
            struct heat_row *row = vec_at(&rows, *place - 1);
            row->values[c] = percent(item->score, all);
        }
    }
    draw(v, title, &rows, true, 0);
    vec_release(&rows);
    vec_release(&found);
    map_release(&places);
}

void report_domain(struct view *v)
{
    const bool *families = v->corpora[0]->setup->options.families;
    if (families[FAMILY_DOMAIN]) {
        page_row_begin(v->page);
        levels(v);
        specialties(v);
        page_row_end(v->page);
    }
    page_row_begin(v->page);
    items(v, "Departments: percent of the records that name one",
          PROFILE_DEPARTMENTS);
    items(v, "Tasks: percent of the records that name one", PROFILE_TASKS);
    if (families[FAMILY_DOMAIN]) {
        items(v, "Diseases: percent of mentions", PROFILE_DISEASES);
        items(v, "Symptoms: percent of mentions", PROFILE_SYMPTOMS);
    }
    page_row_end(v->page);
}

/* --- sample records --- */

static void add_turn(struct vec *turns, str role, str speaker, str text)
{
    struct page_turn turn = {role, speaker, text};
    if (text.len)
        vec_push(turns, &turn);
}

static void question_turns(const struct question *q, struct arena *arena,
                           struct vec *turns)
{
    struct buf text;
    buf_init(&text, BUF_MAX);
    buf_add(&text, q->question);
    for (size_t i = 0; i < q->options.count; i++) {
        const struct option *option = LIST_AT(q->options, struct option, i);
        buf_printf(&text, "\n" STR_FMT ". " STR_FMT, STR_ARG(option->key),
                   STR_ARG(option->text));
    }
    add_turn(turns, STR("system"), STR(""), q->case_text);
    add_turn(turns, STR("user"), STR("question"),
             arena_copy(arena, buf_str(&text)));
    buf_reset(&text);
    for (size_t i = 0; i < q->answer_keys.count; i++)
        buf_printf(&text, STR_FMT " ",
                   STR_ARG(*LIST_AT(q->answer_keys, str, i)));
    buf_add(&text, q->answer);
    add_turn(turns, STR("assistant"), STR("answer"),
             arena_copy(arena, buf_str(&text)));
    buf_release(&text);
}

static void list_turns(const struct record *record, struct arena *arena,
                       struct vec *turns)
{
    if (record->kind == RECORD_QUESTION)
        question_turns(&record->question, arena, turns);
    if (record->kind == RECORD_DIALOGUE)
        for (size_t i = 0; i < record->dialogue.turns.count; i++) {
            const struct turn *t =
                LIST_AT(record->dialogue.turns, struct turn, i);
            add_turn(turns, role_name(t->role), t->speaker, t->text);
        }
    if (record->kind != RECORD_CONSULTATION)
        return;
    add_turn(turns, STR("system"), STR(""), record->consultation.case_text);
    for (size_t i = 0; i < record->consultation.turns.count; i++) {
        const struct consultation_turn *t =
            LIST_AT(record->consultation.turns, struct consultation_turn, i);
        add_turn(turns, STR("user"), STR("question"), t->question);
        add_turn(turns, STR("assistant"), STR("answer"),
                 t->answer.len ? t->answer : t->reference);
    }
}

enum { TERMS_MAX = 200, TURNS_MAX = 60 };

/* The medical words of the turns as they are spelt there. */
static void find_terms(const struct glossary *glossary, const struct vec *turns,
                       struct vec *terms)
{
    if (!glossary)
        return;
    struct vec found;
    vec_init(&found, sizeof(struct lexicon_match));
    struct lexicon_matcher *matcher =
        lexicon_matcher_new(glossary_lexicon(glossary));
    for (size_t i = 0; i < turns->count; i++) {
        str text = ((struct page_turn *)vec_at(turns, i))->text;
        lexicon_match(matcher, text, &found);
        for (size_t m = 0; m < found.count && terms->count < TERMS_MAX; m++) {
            const struct lexicon_match *at = vec_at(&found, m);
            *(str *)vec_add(terms) = str_slice(text, at->start, at->end);
        }
    }
    lexicon_matcher_free(matcher);
    vec_release(&found);
}

static void show_record(struct view *v, size_t c, str line)
{
    struct record record;
    struct arena arena;
    struct vec turns, terms;
    arena_init(&arena);
    vec_init(&turns, sizeof(struct page_turn));
    vec_init(&terms, sizeof(str));
    if (record_parse(line, &arena, &record, NULL)) {
        list_turns(&record, &arena, &turns);
        enum lang lang;
        if (lang_from_name(record.lang, &lang))
            find_terms(v->corpora[c]->setup->glossaries[lang], &turns, &terms);
        str badges[] = {
            v->names[c], arena_printf(&arena, "%zu turns", turns.count),
            turns.count > TURNS_MAX
                ? arena_printf(&arena, "the first %d shown", TURNS_MAX)
                : record_kind_name(record.kind)};
        struct page_dialogue shown = {
            .title = record.id,
            .lang = record.lang,
            .badges = badges,
            .badge_count = 3,
            .turns = turns.items,
            .turn_count = turns.count < TURNS_MAX ? turns.count : TURNS_MAX,
            .terms = terms.items,
            .term_count = terms.count};
        page_dialogue(v->page, &shown);
    }
    vec_release(&turns);
    vec_release(&terms);
    arena_release(&arena);
}

/* Who says how much in each turn of a record. */
static void timeline(struct view *v, str line)
{
    struct record record;
    struct arena arena;
    struct vec turns;
    arena_init(&arena);
    vec_init(&turns, sizeof(struct page_turn));
    str labels[TURNS_MAX];
    double values[3][TURNS_MAX];
    size_t count = 0;
    if (record_parse(line, &arena, &record, NULL))
        list_turns(&record, &arena, &turns);
    for (; count < turns.count && count < TURNS_MAX; count++) {
        const struct page_turn *t = vec_at(&turns, count);
        enum role side = role_side(role_from_name(t->role));
        labels[count] = arena_printf(&arena, "%zu", count + 1);
        for (size_t s = 0; s < 3; s++)
            values[s][count] = 0;
        values[side == ROLE_DOCTOR    ? 0
               : side == ROLE_PATIENT ? 1
                                      : 2][count] =
            (double)record_text_length(t->text, record.lang);
    }
    const struct page_series series[] = {
        {.name = STR("doctors, assistants"), .values = values[0]},
        {.name = STR("patients, users"), .values = values[1]},
        {.name = STR("others"), .values = values[2]}};
    if (count)
        page_chart(v->page,
                   &(struct page_chart){
                       .kind = PAGE_STACKED_BARS,
                       .title = arena_printf(&arena, "Timeline of " STR_FMT,
                                             STR_ARG(record.id)),
                       .x_title = STR("turn"),
                       .y_title = STR("characters (zh) or words"),
                       .labels = labels,
                       .label_count = count,
                       .series = series,
                       .series_count = 3});
    vec_release(&turns);
    arena_release(&arena);
}

void report_samples(struct view *v)
{
    page_section(v->page, STR("Samples"));
    page_row_begin(v->page);
    for (size_t c = 0; c < v->count; c++)
        if (v->corpora[c] != v->report->reference && v->corpora[c]->shown.count)
            timeline(v, *(str *)vec_at(&v->corpora[c]->shown, 0));
    page_row_end(v->page);
    for (size_t c = 0; c < v->count; c++) {
        if (v->corpora[c] == v->report->reference)
            continue;
        for (size_t i = 0; i < v->corpora[c]->shown.count; i++) {
            str title = arena_printf(&v->arena, STR_FMT ", %zu of %zu drawn",
                                     STR_ARG(v->names[c]), i + 1,
                                     v->corpora[c]->shown.count);
            /* What is folded is not printed: the first one is not. */
            if (i == 0)
                page_heading(v->page, title);
            else
                page_fold_begin(v->page, title);
            show_record(v, c, *(str *)vec_at(&v->corpora[c]->shown, i));
            if (i > 0)
                page_fold_end(v->page);
        }
    }
}
