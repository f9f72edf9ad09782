/* expert.c - see expert.h. Of each task the items of the lowest random rank are
 * kept, at most as many as the whole sample may have. */
#include "curate/expert.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/csv.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/rng.h"
#include "base/sink.h"

enum { COLUMNS = 10 };

struct drawn {
    uint64_t rank;
    char *row; /* owned; CSV line */
    size_t len;
};

struct expert_sample {
    size_t size, per_task; /* most items: in all, of a task */
    uint64_t seed;
    struct drawn *tasks[TASK_COUNT]; /* owned; ascending rank */
    size_t counts[TASK_COUNT];
};

struct expert_sample *expert_sample_new(size_t size, size_t per_task,
                                        uint64_t seed)
{
    struct expert_sample *s = mem_zero(1, sizeof *s);
    s->size = size;
    s->per_task = per_task && per_task < size ? per_task : size;
    s->seed = seed;
    return s;
}

void expert_sample_free(struct expert_sample *s)
{
    if (!s)
        return;
    for (size_t t = 0; t < TASK_COUNT; t++) {
        for (size_t i = 0; i < s->counts[t]; i++)
            free(s->tasks[t][i].row);
        free(s->tasks[t]);
    }
    free(s);
}

static void put_options(const struct question *q, struct buf *out)
{
    for (size_t i = 0; i < q->options.count; i++) {
        const struct option *option = LIST_AT(q->options, struct option, i);
        buf_printf(out, "%s" STR_FMT ". " STR_FMT, i ? "\n" : "",
                   STR_ARG(option->key), STR_ARG(option->text));
    }
}

static char *csv_row(const struct record *record, size_t *len)
{
    const struct question *q = &record->question;
    struct buf options, out;
    buf_init(&options, BUF_MAX);
    buf_init(&out, BUF_MAX);
    put_options(q, &options);
    const str cells[COLUMNS] = {
        record->id,   q->task,           record_meta(record, STR("task_rule")),
        q->specialty, q->subject,        q->case_text,
        q->question,  buf_str(&options), q->answer,
        STR("")};
    csv_put_row(&out, ',', cells, COLUMNS);
    *len = out.len;
    char *row = buf_take(&out);
    buf_release(&options);
    return row;
}

void expert_sample_offer(struct expert_sample *s, const struct record *record)
{
    int task = record->kind == RECORD_QUESTION
                   ? task_find(record->question.task)
                   : TASK_NONE;
    if (task == TASK_NONE || s->per_task == 0)
        return;
    struct rng rng =
        rng_at(s->seed, RNG_STREAM("expert"), str_hash(record->id));
    uint64_t rank = rng_next(&rng);
    struct drawn **list = &s->tasks[task];
    size_t *count = &s->counts[task];
    if (!*list)
        *list = mem_zero(s->per_task, sizeof **list);
    if (*count == s->per_task) {
        if ((*list)[*count - 1].rank <= rank)
            return;
        free((*list)[--*count].row);
    }
    size_t at = (*count)++;
    for (; at > 0 && (*list)[at - 1].rank > rank; at--)
        (*list)[at] = (*list)[at - 1];
    (*list)[at].rank = rank;
    (*list)[at].row = csv_row(record, &(*list)[at].len);
}

/* How many of each task: one more for every task in turn until it is full. */
static size_t share_out(const struct expert_sample *s,
                        size_t shares[TASK_COUNT])
{
    size_t total = 0;
    memset(shares, 0, TASK_COUNT * sizeof *shares);
    for (bool more = true; more && total < s->size;) {
        more = false;
        for (size_t t = 0; t < TASK_COUNT && total < s->size; t++)
            if (shares[t] < s->counts[t]) {
                shares[t]++;
                total++;
                more = true;
            }
    }
    return total;
}

bool expert_sample_write(struct expert_sample *s, const char *path,
                         size_t *count, struct err *err)
{
    size_t shares[TASK_COUNT];
    *count = share_out(s, shares);
    if (!path)
        return true;
    struct sink *sink = sink_open(path, err);
    if (!sink)
        return false;
    sink_write(sink, STR("id,task,rule,specialty,subject,case,question,"
                         "options,answer,label\n"));
    for (size_t t = 0; t < TASK_COUNT; t++)
        for (size_t i = 0; i < shares[t]; i++)
            sink_write(sink, str_make(s->tasks[t][i].row, s->tasks[t][i].len));
    return sink_close(sink, err);
}

/* --- labels --- */

static int label_of(str text)
{
    text = str_trim(text);
    if (str_equal_ignore_case(text, STR("none")) || str_equal(text, STR("-")))
        return EXPERT_OTHER;
    return task_find(text);
}

static void count_rule(struct map *names, struct vec *rules, str name,
                       bool right)
{
    uint64_t index;
    if (!map_get(names, name, &index)) {
        index = rules->count;
        map_put(names, name, index);
        vec_add(rules);
    }
    struct expert_rule *rule = vec_at(rules, index);
    rule->right += right;
    rule->wrong += !right;
}

static void count_label(struct expert_score *score, int task, int label)
{
    score->labelled++;
    score->agreed += task == label;
    score->confusion[task][label]++;
}

static double cohen_kappa(const struct expert_score *score)
{
    double expected = 0, n = (double)score->labelled;
    for (size_t t = 0; t <= TASK_COUNT; t++) {
        double row = 0, column = 0;
        for (size_t k = 0; k <= TASK_COUNT; k++) {
            row += (double)score->confusion[t][k];
            column += (double)score->confusion[k][t];
        }
        expected += row * column / (n * n);
    }
    return expected < 1 ? (score->agreement - expected) / (1 - expected) : NAN;
}

static int compare_rules(const void *a, const void *b)
{
    const struct expert_rule *x = a, *y = b;
    if (x->wrong != y->wrong)
        return x->wrong > y->wrong ? -1 : 1;
    return str_compare(x->name, y->name);
}

static void finish_score(struct expert_score *score, const struct map *names,
                         struct vec *rules)
{
    for (size_t i = 0; i < rules->count; i++)
        ((struct expert_rule *)vec_at(rules, i))->name =
            arena_copy(&score->arena, map_entry(names, i)->key);
    if (rules->count > 1)
        qsort(rules->items, rules->count, sizeof(struct expert_rule),
              compare_rules);
    score->rules = list_from_vec(&score->arena, rules);
    score->agreement = score->kappa = NAN;
    if (score->labelled == 0)
        return;
    score->agreement = (double)score->agreed / (double)score->labelled;
    score->kappa = cohen_kappa(score);
}

static bool read_labels(struct csv *in, const char *path,
                        struct expert_score *score, struct map *names,
                        struct vec *rules, struct err *err)
{
    size_t task_column, label_column;
    if (!csv_need_column(in, "task", &task_column, err) ||
        !csv_need_column(in, "label", &label_column, err))
        return false;
    size_t rule_column = csv_column(in, "rule");
    struct csv_row row;
    struct err broken = {0};
    while (csv_next(in, &row, &broken)) {
        if (row.fault)
            return err_set(err, ERR_FORMAT, "%s:%llu: %s", path,
                           (unsigned long long)row.line, row.fault);
        str label = str_trim(csv_cell(&row, label_column));
        int task = label_of(csv_cell(&row, task_column));
        int given = label.len ? label_of(label) : TASK_NONE;
        if (label.len == 0) {
            score->unlabelled++;
        } else if (given == TASK_NONE || task == TASK_NONE) {
            score->unknown++;
        } else {
            count_label(score, task, given);
            count_rule(names, rules, csv_cell(&row, rule_column),
                       task == given);
        }
    }
    if (broken.code == ERR_NONE)
        return true;
    *err = broken;
    return err_wrap(err, "%s", path);
}

bool expert_score_read(const char *path, struct expert_score *score,
                       struct err *err)
{
    *score = (struct expert_score){0};
    arena_init(&score->arena);
    struct csv *in = csv_open(path, (struct csv_options){.header = true}, err);
    if (!in)
        return false;
    struct map names;
    map_init(&names);
    struct vec rules;
    vec_init(&rules, sizeof(struct expert_rule));
    bool ok = read_labels(in, path, score, &names, &rules, err);
    if (ok)
        finish_score(score, &names, &rules);
    csv_close(in);
    map_release(&names);
    vec_release(&rules);
    return ok;
}

void expert_score_release(struct expert_score *score)
{
    arena_release(&score->arena);
    *score = (struct expert_score){0};
}
