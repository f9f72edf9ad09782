/* ratings.c - see ratings.h. */
#include "measure/ratings.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/csv.h"
#include "base/json.h"
#include "base/lines.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "stat/agree.h"

void ratings_init(struct ratings *r)
{
    *r = (struct ratings){0};
    map_init(&r->items);
    map_init(&r->raters);
    map_init(&r->criteria);
    map_init(&r->groups);
    vec_init(&r->cells, sizeof(struct rating));
    vec_init(&r->item_groups, sizeof(uint32_t));
}

void ratings_release(struct ratings *r)
{
    map_release(&r->items);
    map_release(&r->raters);
    map_release(&r->criteria);
    map_release(&r->groups);
    vec_release(&r->cells);
    vec_release(&r->item_groups);
}

static uint32_t index_of(struct map *names, str name)
{
    uint64_t index;
    if (!map_get(names, name, &index)) {
        index = map_size(names);
        map_put(names, name, index);
    }
    return (uint32_t)index;
}

static bool is_missing(str score)
{
    return score.len == 0 || str_equal_ignore_case(score, STR("na")) ||
           str_equal_ignore_case(score, STR("nan")) ||
           str_equal_ignore_case(score, STR("null")) ||
           str_equal(score, STR("-")) || str_equal(score, STR("–"));
}

static uint32_t item_of(struct ratings *r, str name)
{
    uint32_t item = index_of(&r->items, name);
    while (r->item_groups.count <= item)
        *(uint32_t *)vec_add(&r->item_groups) = 0;
    return item;
}

static void add_cell(struct ratings *r, uint32_t item, str rater, str criterion,
                     double score)
{
    *(struct rating *)vec_add(&r->cells) =
        (struct rating){item, index_of(&r->raters, rater),
                        index_of(&r->criteria, criterion), score};
}

static void note_bad(struct ratings *r, uint64_t line, str criterion, str text)
{
    r->bad++;
    if (r->first_bad.code != ERR_NONE)
        return;
    char allowed[80] = "a number";
    if (r->scale.given)
        snprintf(allowed, sizeof allowed, "a number from %g to %g",
                 r->scale.low, r->scale.high);
    err_set(&r->first_bad, ERR_FORMAT,
            "line %llu: " STR_FMT ": found '" STR_FMT "', allowed: %s",
            (unsigned long long)line, STR_ARG(str_slice(criterion, 0, 80)),
            STR_ARG(str_slice(text, 0, utf8_cut(text, 40))), allowed);
}

struct source {
    uint32_t item;
    str rater;
    uint64_t line;
};

static void read_score(struct ratings *r, const struct source *from,
                       str criterion, str text)
{
    double score;
    text = str_trim(text);
    bool number = str_to_double(text, &score) && isfinite(score);
    bool fits = number && (!r->scale.given ||
                           (score >= r->scale.low && score <= r->scale.high));
    if (is_missing(text))
        r->missing++;
    else if (fits)
        add_cell(r, from->item, from->rater, criterion, score);
    else
        note_bad(r, from->line, criterion, text);
}

/* The columns that are not criteria. */
struct columns {
    size_t item, rater, criterion, score, model, task, comment;
};

static struct columns find_columns(const struct csv *in)
{
    struct columns c = {
        .item = csv_column(in, "item"),
        .rater = csv_column(in, "rater"),
        .criterion = csv_column(in, "criterion"),
        .score = csv_column(in, "score"),
        .model = csv_column(in, "model"),
        .task = csv_column(in, "task"),
        .comment = csv_column(in, "comment"),
    };
    if (c.item == CSV_NONE && c.score == CSV_NONE)
        c.item = csv_column(in, "id");
    return c;
}

/* Its name and, behind a tab, its model. */
static uint32_t read_item(struct ratings *r, const struct columns *c,
                          const struct csv_row *row)
{
    struct buf name;
    buf_init(&name, 1 << 20);
    str model = csv_cell(row, c->model), task = csv_cell(row, c->task);
    if (c->item == CSV_NONE)
        buf_printf(&name, "%llu", (unsigned long long)row->number);
    else
        buf_add(&name, csv_cell(row, c->item));
    if (model.len) {
        buf_add_char(&name, '\t');
        buf_add(&name, model);
    }
    uint32_t item = item_of(r, buf_str(&name));
    if (c->model != CSV_NONE || c->task != CSV_NONE) {
        buf_reset(&name);
        buf_printf(&name, STR_FMT " / " STR_FMT, STR_ARG(model), STR_ARG(task));
        *(uint32_t *)vec_at(&r->item_groups, item) =
            index_of(&r->groups, buf_str(&name)) + 1;
    }
    buf_release(&name);
    return item;
}

static void read_row(struct ratings *r, const struct csv *in,
                     const struct columns *c, const struct csv_row *row)
{
    struct source from = {
        .item = read_item(r, c, row),
        .rater = c->rater == CSV_NONE ? STR("1") : csv_cell(row, c->rater),
        .line = row->line};
    if (c->score != CSV_NONE) {
        read_score(r, &from,
                   c->criterion == CSV_NONE ? STR("score")
                                            : csv_cell(row, c->criterion),
                   csv_cell(row, c->score));
        return;
    }
    for (size_t i = 0; i < csv_column_count(in); i++)
        if (i != c->item && i != c->rater && i != c->model && i != c->task &&
            i != c->comment)
            read_score(r, &from, csv_column_name(in, i), csv_cell(row, i));
}

/* A spreadsheet or an archive is no CSV, whatever its name says. */
static bool is_text(const struct csv *in, struct err *err)
{
    for (size_t i = 0; i < csv_column_count(in); i++) {
        str name = csv_column_name(in, i);
        bool text = utf8_is_valid(name);
        for (size_t k = 0; text && k < name.len; k++)
            text = (unsigned char)name.ptr[k] >= ' ' || name.ptr[k] == '\t' ||
                   name.ptr[k] == '\n';
        if (!text)
            return err_set(err, ERR_FORMAT,
                           "line 1: found bytes that are no text, allowed: "
                           "CSV in UTF-8 with named columns");
    }
    return true;
}

static bool read_csv(struct ratings *r, const char *path, struct err *err)
{
    struct csv *in = csv_open(path, (struct csv_options){.header = true}, err);
    if (!in)
        return false;
    struct err broken = {0};
    struct columns columns = find_columns(in);
    size_t item;
    bool ok = is_text(in, err) && (columns.score == CSV_NONE ||
                                   csv_need_column(in, "item", &item, err));
    for (struct csv_row row; ok && csv_next(in, &row, &broken);) {
        r->rows++;
        if (row.fault)
            note_bad(r, row.line, STR("row"), str_of(row.fault));
        else
            read_row(r, in, &columns, &row);
    }
    csv_close(in);
    if (ok && broken.code != ERR_NONE) {
        *err = broken;
        return false;
    }
    return ok;
}

static void read_object(struct ratings *r, const json *object)
{
    str id = json_str(json_get(object, "id"), STR(""));
    if (id.len == 0) {
        r->bad++;
        return;
    }
    uint32_t item = item_of(r, id);
    JSON_EACH(member, object)
    if (json_is_number(member) && !str_equal(json_key_of(member), STR("line")))
        add_cell(r, item, STR("1"), json_key_of(member),
                 json_number(member, 0));
}

static bool read_lines(struct ratings *r, const char *path, struct err *err)
{
    struct lines *in = lines_open(path, 0, err);
    if (!in)
        return false;
    struct err broken = {0};
    for (str line; lines_next(in, &line, &broken);) {
        r->rows++;
        json *object = json_parse(line, NULL);
        if (object)
            read_object(r, object);
        else
            r->bad++;
        json_free(object);
    }
    lines_close(in);
    if (broken.code == ERR_NONE)
        return true;
    *err = broken;
    return false;
}

bool ratings_read(struct ratings *r, const char *path, struct err *err)
{
    str name = str_of(path);
    bool is_json = str_contains(name, STR(".jsonl"));
    if (!(is_json ? read_lines(r, path, err) : read_csv(r, path, err)))
        return err_wrap(err, "%s", path);
    if (r->cells.count == 0)
        return err_set(err, ERR_FORMAT, "%s: no score in %llu rows", path,
                       (unsigned long long)r->rows);
    return true;
}

double *ratings_table(const struct ratings *r, size_t criterion)
{
    size_t items = map_size(&r->items), raters = map_size(&r->raters);
    if (items > AGREE_CELLS_MAX / raters)
        return NULL;
    double *table = mem_zero(items * raters, sizeof *table);
    for (size_t i = 0; i < items * raters; i++)
        table[i] = NAN;
    for (size_t i = 0; i < r->cells.count; i++) {
        const struct rating *c = vec_at(&r->cells, i);
        if (c->criterion == criterion)
            table[c->item * raters + c->rater] = c->score;
    }
    return table;
}

double *ratings_means(const struct ratings *r, size_t criterion,
                      const bool *raters)
{
    size_t items = map_size(&r->items);
    double *means = mem_zero(items + 1, sizeof *means),
           *counts = mem_zero(items + 1, sizeof *counts);
    for (size_t i = 0; i < r->cells.count; i++) {
        const struct rating *c = vec_at(&r->cells, i);
        if (c->criterion != criterion || (raters && !raters[c->rater]))
            continue;
        means[c->item] += c->score;
        counts[c->item]++;
    }
    for (size_t i = 0; i < items; i++)
        means[i] = counts[i] > 0 ? means[i] / counts[i] : NAN;
    free(counts);
    return means;
}

str ratings_name(const struct map *names, size_t index)
{
    return map_entry(names, index)->key;
}

bool ratings_find_item(const struct ratings *r, str name, uint64_t *index)
{
    str bare, model;
    return map_get(&r->items, name, index) ||
           (str_cut(name, '\t', &bare, &model) &&
            map_get(&r->items, bare, index));
}
