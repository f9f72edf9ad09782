/* ratings.c - see ratings.h. */
#include "measure/ratings.h"

#include <math.h>
#include <stdlib.h>

#include "base/csv.h"
#include "base/json.h"
#include "base/lines.h"
#include "base/mem.h"
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

static void read_score(struct ratings *r, uint32_t item, str rater,
                       str criterion, str text)
{
    double score;
    text = str_trim(text);
    if (is_missing(text))
        r->missing++;
    else if (str_to_double(text, &score))
        add_cell(r, item, rater, criterion, score);
    else
        r->bad++;
}

static void read_long(struct ratings *r, const struct csv *in,
                      const struct csv_row *row)
{
    size_t rater = csv_column(in, "rater"),
           criterion = csv_column(in, "criterion"),
           model = csv_column(in, "model"), task = csv_column(in, "task");
    str name = csv_cell(row, csv_column(in, "item"));
    uint32_t item = item_of(r, name);
    if (model != CSV_NONE || task != CSV_NONE) {
        struct buf group;
        buf_init(&group, 1 << 16);
        buf_add(&group, csv_cell(row, model));
        buf_add(&group, STR(" / "));
        buf_add(&group, csv_cell(row, task));
        *(uint32_t *)vec_at(&r->item_groups, item) =
            index_of(&r->groups, buf_str(&group)) + 1;
        buf_release(&group);
    }
    read_score(r, item, rater == CSV_NONE ? STR("1") : csv_cell(row, rater),
               criterion == CSV_NONE ? STR("score") : csv_cell(row, criterion),
               csv_cell(row, csv_column(in, "score")));
}

static void read_wide(struct ratings *r, const struct csv *in,
                      const struct csv_row *row)
{
    size_t named = csv_column(in, "item");
    if (named == CSV_NONE)
        named = csv_column(in, "id");
    struct buf number;
    buf_init(&number, 64);
    buf_printf(&number, "%llu", (unsigned long long)row->number);
    uint32_t item =
        item_of(r, named == CSV_NONE ? buf_str(&number) : csv_cell(row, named));
    buf_release(&number);
    for (size_t i = 0; i < csv_column_count(in); i++)
        if (i != named)
            read_score(r, item, STR("1"), csv_column_name(in, i),
                       csv_cell(row, i));
}

static bool read_csv(struct ratings *r, const char *path, struct err *err)
{
    struct csv *in = csv_open(path, (struct csv_options){.header = true}, err);
    if (!in)
        return false;
    struct err broken = {0};
    bool is_long = csv_column(in, "score") != CSV_NONE;
    size_t item;
    bool ok = !is_long || csv_need_column(in, "item", &item, err);
    for (struct csv_row row; ok && csv_next(in, &row, &broken);) {
        r->rows++;
        if (row.fault)
            r->bad++;
        else if (is_long)
            read_long(r, in, &row);
        else
            read_wide(r, in, &row);
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
