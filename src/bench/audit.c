/* audit.c - see audit.h. */
#include "bench/audit.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/rng.h"
#include "bench/form.h"
#include "stat/bootstrap.h"
#include "text/words.h"

enum { SENTENCES_MIN = 3, RESAMPLES = 2000, COPY_BYTES_MIN = 40 };
static const double rating_tolerance = 1;

/* --- planting --- */

struct planter {
    const struct judge_config *config;
    struct sheet *sheet;
    struct words *words;
    struct vec items; /* struct sheet_answer without text: with references */
    struct arena arena;
};

static void split(struct planter *p, const struct sheet_answer *a,
                  struct vec *sentences)
{
    const char *lang = arena_cstr(&p->arena, a->record->lang);
    sentences_split(p->words, sheet_own_reference(a), lang, sentences);
}

/* Sentences first, first + step, … of them; a negative step goes back. */
static str join(struct planter *p, const struct vec *sentences, bool chinese,
                bool backwards)
{
    struct buf out;
    buf_init(&out, BUF_MAX);
    size_t half = (sentences->count + 1) / 2;
    for (size_t i = 0; i < half; i++) {
        size_t at = 2 * (backwards ? half - 1 - i : i);
        if (i && !chinese)
            buf_add_char(&out, ' ');
        buf_add(&out, *(str *)vec_at(sentences, at));
    }
    str text = arena_copy(&p->arena, buf_str(&out));
    buf_release(&out);
    return text;
}

static str form_text(struct planter *p, const char *name, str lang)
{
    struct form form;
    return form_load(&form, name, lang, &p->arena, NULL) ? form.file.text
                                                         : STR("");
}

/* Filler sentences until the text is twice as long. */
static str pad(struct planter *p, str half, str lang)
{
    str filler = form_text(p, "filler", lang);
    int64_t wanted = 2 * record_text_length(half, lang);
    struct buf out;
    buf_init(&out, BUF_MAX);
    buf_add(&out, half);
    while (filler.len && record_text_length(buf_str(&out), lang) < wanted)
        for (str line, rest = filler; str_next(&rest, '\n', &line);) {
            buf_printf(&out, "\n" STR_FMT, STR_ARG(line));
            if (record_text_length(buf_str(&out), lang) >= wanted)
                break;
        }
    str text = arena_copy(&p->arena, buf_str(&out));
    buf_release(&out);
    return text;
}

static void plant(struct planter *p, const struct sheet_answer *at,
                  const struct sheet_answer *stranger)
{
    str lang = at->record->lang;
    bool chinese = str_starts_with(lang, STR("zh"));
    struct vec sentences;
    vec_init(&sentences, sizeof(str));
    split(p, at, &sentences);
    str half = join(p, &sentences, chinese, false);
    const struct {
        const char *model;
        str text;
    } answers[] = {{"planted:full", sheet_own_reference(at)},
                   {AUDIT_BASE, half},
                   {"planted:reordered", join(p, &sentences, chinese, true)},
                   {"planted:padded", pad(p, half, lang)},
                   {"planted:fluent", sheet_own_reference(stranger)},
                   {"planted:injected",
                    arena_printf(&p->arena, STR_FMT "\n" STR_FMT, STR_ARG(half),
                                 STR_ARG(form_text(p, "injection", lang)))}};
    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
        struct sheet_answer a = *at;
        a.model = str_of(answers[i].model);
        a.text = answers[i].text;
        a.answered = true;
        (void)sheet_add(p->sheet, &a);
    }
    vec_release(&sentences);
}

/* Items with a reference that is long enough, in a random order. */
static void choose_items(struct planter *p, struct audit_plan *plan)
{
    const struct list *records = sheet_items(p->sheet);
    struct vec sentences;
    vec_init(&sentences, sizeof(str));
    for (size_t i = 0; i < records->count; i++) {
        struct sheet_answer a = {.record = LIST_AT(*records, struct record, i)};
        if (!sheet_fill_reference(p->sheet, &a)) {
            plan->no_reference++;
            continue;
        }
        split(p, &a, &sentences);
        if (sentences.count < SENTENCES_MIN)
            plan->short_reference++;
        else
            vec_push(&p->items, &a);
    }
    vec_release(&sentences);
    struct rng rng =
        rng_at((uint64_t)p->config->seed, RNG_STREAM("audit items"), 0);
    rng_shuffle(&rng, p->items.items, p->items.count,
                sizeof(struct sheet_answer));
    if (p->items.count > (size_t)p->config->audit_items)
        p->items.count = (size_t)p->config->audit_items;
    plan->items = p->items.count;
}

struct sheet *audit_plant(const struct judge_config *config,
                          struct audit_plan *plan, struct err *err)
{
    struct planter p = {.config = config};
    *plan = (struct audit_plan){0};
    if (!words_open(&p.words, err))
        return NULL;
    p.sheet = sheet_open(&config->items, err);
    if (p.sheet) {
        arena_init(&p.arena);
        vec_init(&p.items, sizeof(struct sheet_answer));
        choose_items(&p, plan);
        for (size_t i = 0; i < p.items.count; i++)
            plant(&p, vec_at(&p.items, i),
                  vec_at(&p.items, (i + 1) % p.items.count));
        vec_release(&p.items);
        arena_release(&p.arena);
    }
    words_close(p.words);
    if (!p.sheet || plan->items >= 2)
        return p.sheet;
    err_set(err, ERR_FORMAT,
            "%zu items have a reference of %d sentences or more, an audit "
            "needs 2",
            plan->items, SENTENCES_MIN);
    sheet_close(p.sheet);
    return NULL;
}

/* --- checks --- */

enum expectation { BETTER, EQUAL, NOT_BETTER };

static const struct check {
    const char *name, *expected, *first, *second;
    enum expectation expectation;
} checks[] = {{"complete", "full is better than half", "planted:full",
               AUDIT_BASE, BETTER},
              {"wrong but fluent", "half is better than fluent", AUDIT_BASE,
               "planted:fluent", BETTER},
              {"equal", "half and reordered are equal", AUDIT_BASE,
               "planted:reordered", EQUAL},
              {"length", "padded is not better than half", "planted:padded",
               AUDIT_BASE, NOT_BETTER},
              {"instructions", "injected is not better than half",
               "planted:injected", AUDIT_BASE, NOT_BETTER}};

struct result {
    uint64_t cases, held;
    double *differences; /* owned; [cases] */
};

/* How much better the first is than the second; false without verdicts. */
static bool difference_of(const struct judge_run *run, size_t seat,
                          const struct sheet_answer *a,
                          const struct sheet_answer *b, bool pairs,
                          double *difference)
{
    double x, y;
    if (pairs) {
        const struct verdict *v = judge_verdict(run, seat, a, b);
        const struct verdict *turned = v ? v : judge_verdict(run, seat, b, a);
        if (!turned || !verdict_overall(turned, &x))
            return false;
        *difference = v ? 2 * x - 1 : 1 - 2 * x;
        return true;
    }
    const struct verdict *v = judge_verdict(run, seat, a, NULL),
                         *w = judge_verdict(run, seat, b, NULL);
    if (!v || !w || !verdict_overall(v, &x) || !verdict_overall(w, &y))
        return false;
    *difference = x - y;
    return true;
}

static bool holds(enum expectation expectation, bool pairs, double difference)
{
    double tolerance = pairs ? 0 : rating_tolerance;
    switch (expectation) {
    case BETTER:
        return difference > 0;
    case EQUAL:
        return fabs(difference) <= tolerance;
    default:
        return difference <= 0;
    }
}

static struct result run_check(const struct judge_run *run, size_t seat,
                               const struct check *check, bool pairs)
{
    const struct sheet *sheet = judge_sheet(run);
    struct result r = {0};
    r.differences = mem_zero(sheet_count(sheet) + 1, sizeof *r.differences);
    for (size_t i = 0; i < sheet_count(sheet); i++) {
        const struct sheet_answer *a = sheet_at(sheet, i);
        double difference;
        if (!str_equal(a->model, str_of(check->first)))
            continue;
        const struct sheet_answer *b =
            sheet_find(sheet, a, str_of(check->second), a->turn);
        if (!b || !difference_of(run, seat, a, b, pairs, &difference))
            continue;
        r.differences[r.cases++] = difference;
        r.held += holds(check->expectation, pairs, difference);
    }
    return r;
}

/* Whether the winner stays when the order is turned, and how much more often
 * what comes first wins than what comes second. */
static struct result check_position(const struct judge_run *run, size_t seat)
{
    struct result r = {0};
    size_t count = judge_verdict_count(run);
    r.differences = mem_zero(count + 1, sizeof *r.differences);
    for (size_t i = 0; i < count; i++) {
        const struct verdict *v = judge_verdict_at(run, seat, i);
        if (!v->graded)
            continue;
        r.held += v->choices[0] == 1 - v->choices[1];
        r.differences[r.cases++] = v->choices[0] + v->choices[1] - 1;
    }
    return r;
}

/* Readable verdicts that do not send the reference back. */
static struct result check_replies(const struct judge_run *run, size_t seat)
{
    struct result r = {0};
    for (size_t i = 0; i < judge_verdict_count(run); i++) {
        const struct verdict *v = judge_verdict_at(run, seat, i);
        str reference = v->answer->reference;
        bool copied = reference.len >= COPY_BYTES_MIN &&
                      (str_contains(v->texts[0], reference) ||
                       str_contains(v->texts[1], reference));
        r.cases++;
        r.held += v->graded && !copied;
    }
    return r;
}

/* --- rows --- */

static void add_row(struct vec *rows, struct audit_row row, struct result *r)
{
    const struct bootstrap_plan plan = {RESAMPLES, 0.95, 42};
    struct interval i = {0};
    row.cases = r->cases;
    row.held = r->held;
    row.has_difference =
        r->differences && r->cases > 1 &&
        bootstrap_mean(r->differences, (size_t)r->cases, &plan, &i, NULL);
    row.difference = i.estimate;
    row.low = i.low;
    row.high = i.high;
    vec_push(rows, &row);
    free(r->differences);
}

void audit_check(const struct judge_run *run, const struct judge_config *config,
                 struct vec *rows)
{
    bool pairs = judge_protocol(run)->pairs;
    const char *protocol = judge_protocol(run)->name;
    for (size_t seat = 0; seat < judge_seat_count(config); seat++) {
        struct audit_row row = {.judge = judge_seat(config, seat)->name,
                                .protocol = protocol};
        struct result r;
        for (size_t i = 0; i < sizeof checks / sizeof *checks; i++) {
            row.check = checks[i].name;
            row.expected = checks[i].expected;
            r = run_check(run, seat, &checks[i], pairs);
            add_row(rows, row, &r);
        }
        if (pairs) {
            row.check = "position";
            row.expected = "the order changes nothing";
            r = check_position(run, seat);
            add_row(rows, row, &r);
        }
        row.check = "replies";
        row.expected = "readable, no copy of the reference";
        r = check_replies(run, seat);
        add_row(rows, row, &r);
    }
}
