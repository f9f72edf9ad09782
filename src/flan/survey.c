/* survey.c - see survey.h. */
#include "flan/survey.h"

#include <math.h>
#include <stdlib.h>

#include "base/csv.h"
#include "base/mem.h"
#include "base/vec.h"

enum { ROWS_MAX = 1000000 };

struct answers {
    size_t columns;
    size_t time;
    bool *rating;       /* owned; per column */
    struct vec seconds; /* double; NAN = none */
    struct vec values;  /* double, rows x columns; NAN = none */
};

static double number_of(str cell)
{
    double value;
    return str_to_double(str_trim(cell), &value) && isfinite(value) ? value
                                                                    : NAN;
}

static void take_row(struct answers *a, const struct csv_row *row)
{
    double seconds = number_of(csv_cell(row, a->time));
    vec_push(&a->seconds, &seconds);
    for (size_t c = 0; c < a->columns; c++) {
        str cell = str_trim(csv_cell(row, c));
        double value = number_of(cell);
        vec_push(&a->values, &value);
        if (isnan(value) && cell.len)
            a->rating[c] = false;
    }
}

static bool read_rows(struct csv *in, struct answers *a, struct survey *survey,
                      struct err *err)
{
    struct csv_row row;
    struct err broken = {0};
    while (csv_next(in, &row, &broken)) {
        if (survey->rows++ >= ROWS_MAX)
            return err_set(err, ERR_LIMIT, "more than %d rows", ROWS_MAX);
        if (row.fault)
            survey->faulty++;
        else
            take_row(a, &row);
    }
    if (broken.code != ERR_NONE)
        *err = broken;
    return broken.code == ERR_NONE;
}

static double value_at(const struct answers *a, size_t row, size_t column)
{
    return *(double *)vec_at(&a->values, row * a->columns + column);
}

static double seconds_at(const struct answers *a, size_t row)
{
    return *(double *)vec_at(&a->seconds, row);
}

static double mean_seconds(const struct answers *a)
{
    double sum = 0;
    size_t count = 0;
    for (size_t r = 0; r < a->seconds.count; r++)
        if (!isnan(seconds_at(a, r))) {
            sum += seconds_at(a, r);
            count++;
        }
    return count ? sum / (double)count : NAN;
}

static bool is_valid(const struct answers *a, size_t row, struct survey *survey)
{
    if (isnan(seconds_at(a, row))) {
        survey->no_time++;
        return false;
    }
    if (!(seconds_at(a, row) > survey->mean_seconds / 3)) {
        survey->too_fast++;
        return false;
    }
    size_t count = 0;
    double low = INFINITY, high = -INFINITY;
    for (size_t c = 0; c < a->columns; c++) {
        double value = value_at(a, row, c);
        if (!a->rating[c] || isnan(value))
            continue;
        count++;
        low = fmin(low, value);
        high = fmax(high, value);
    }
    survey->too_few += count < 2;
    survey->straight += count >= 2 && !(low < high);
    return count >= 2 && low < high;
}

static void sum_up(const struct answers *a, const bool *valid, size_t column,
                   struct survey_item *item)
{
    double sum = 0, squares = 0;
    for (size_t r = 0; r < a->seconds.count; r++) {
        double value = value_at(a, r, column);
        if (!valid[r] || isnan(value))
            continue;
        item->ratings++;
        sum += value;
    }
    double n = (double)item->ratings;
    item->mean = item->ratings ? sum / n : NAN;
    for (size_t r = 0; r < a->seconds.count; r++) {
        double value = value_at(a, r, column);
        if (valid[r] && !isnan(value))
            squares += (value - item->mean) * (value - item->mean);
    }
    item->sd = item->ratings > 1 ? sqrt(squares / (n - 1)) : NAN;
}

static bool has_number(const struct answers *a, size_t column)
{
    bool found = false;
    for (size_t r = 0; r < a->seconds.count && !found; r++)
        found = !isnan(value_at(a, r, column));
    return found;
}

static void evaluate(const struct csv *in, const struct answers *a,
                     struct survey *survey)
{
    survey->mean_seconds = mean_seconds(a);
    bool *valid = mem_zero(a->seconds.count, sizeof *valid);
    for (size_t r = 0; r < a->seconds.count; r++) {
        valid[r] = is_valid(a, r, survey);
        survey->valid += valid[r];
    }
    survey->items.items =
        arena_array(&survey->arena, a->columns, sizeof(struct survey_item));
    for (size_t c = 0; c < a->columns; c++) {
        if (!a->rating[c] || !has_number(a, c))
            continue;
        struct survey_item *item =
            &((struct survey_item *)survey->items.items)[survey->items.count++];
        item->name = arena_copy(&survey->arena, csv_column_name(in, c));
        sum_up(a, valid, c, item);
    }
    free(valid);
}

bool survey_read(const char *path, const char *time_column,
                 struct survey *survey, struct err *err)
{
    *survey = (struct survey){0};
    arena_init(&survey->arena);
    struct csv *in = csv_open(path, (struct csv_options){.header = true}, err);
    if (!in)
        return false;
    struct answers a = {.columns = csv_column_count(in)};
    a.rating = mem_zero(a.columns, sizeof *a.rating);
    vec_init(&a.seconds, sizeof(double));
    vec_init(&a.values, sizeof(double));
    bool ok = csv_need_column(in, time_column, &a.time, err);
    for (size_t c = 0; ok && c < a.columns; c++)
        a.rating[c] = c != a.time &&
                      !str_equal_ignore_case(csv_column_name(in, c), STR("id"));
    ok = ok && (read_rows(in, &a, survey, err) || err_wrap(err, "%s", path));
    if (ok)
        evaluate(in, &a, survey);
    csv_close(in);
    free(a.rating);
    vec_release(&a.seconds);
    vec_release(&a.values);
    return ok;
}

void survey_release(struct survey *survey)
{
    arena_release(&survey->arena);
}
