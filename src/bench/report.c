/* report.c - see report.h. */
#include "bench/report.h"

#include <math.h>
#include <stdlib.h>

#include "base/lines.h"
#include "base/map.h"
#include "base/mem.h"

enum { BOARDS_MAX = 256, REPEATS_MAX = 1000 };

struct report {
    struct record_set set;
    bool has_items;
    struct vec items;  /* struct record: what stands on every board */
    struct map ids;    /* of them */
    struct map names;  /* board name → index */
    struct vec boards; /* struct board *, owned */
    struct arena arena;
    struct report_input input;
};

struct report *report_open(const char *const items[], size_t count,
                           struct err *err)
{
    struct report *r = mem_zero(1, sizeof *r);
    r->has_items = count > 0;
    if (count && !record_set_load(&r->set, count, items, NULL, NULL, err)) {
        free(r);
        return NULL;
    }
    vec_init(&r->items, sizeof(struct record));
    vec_init(&r->boards, sizeof(struct board *));
    map_init(&r->ids);
    map_init(&r->names);
    arena_init(&r->arena);
    r->input.bad = r->set.bad_count;
    for (size_t i = 0; i < r->set.records.count; i++) {
        const struct record *record = LIST_AT(r->set.records, struct record, i);
        if (map_put(&r->ids, record->id, 1))
            vec_push(&r->items, record);
    }
    return r;
}

void report_close(struct report *r)
{
    if (!r)
        return;
    for (size_t i = 0; i < r->boards.count; i++)
        board_free(*(struct board **)vec_at(&r->boards, i));
    vec_release(&r->boards);
    vec_release(&r->items);
    map_release(&r->ids);
    map_release(&r->names);
    arena_release(&r->arena);
    if (r->has_items)
        record_set_release(&r->set);
    free(r);
}

/* NULL when there are too many. */
static struct board *board_named(struct report *r, str name)
{
    uint64_t index = map_size(&r->names);
    if (map_get(&r->names, name, &index))
        return *(struct board **)vec_at(&r->boards, (size_t)index);
    if (index >= BOARDS_MAX)
        return NULL;
    map_put(&r->names, name, index);
    struct board *board = board_new();
    vec_push(&r->boards, &board);
    for (size_t i = 0; i < r->items.count; i++)
        (void)board_add_item(board, vec_at(&r->items, i));
    return board;
}

/* Without item files an id makes its item. */
static void meet_item(struct report *r, str id)
{
    if (r->has_items || !map_put(&r->ids, id, 1))
        return;
    struct record record = {.kind = RECORD_QUESTION,
                            .id = arena_copy(&r->arena, id)};
    vec_push(&r->items, &record);
    for (size_t i = 0; i < r->boards.count; i++)
        (void)board_add_item(*(struct board **)vec_at(&r->boards, i), &record);
}

static bool add(struct report *r, str board_name,
                const struct board_score *score)
{
    struct board *board = board_named(r, board_name);
    if (!board)
        return false;
    enum board_fate fate = board_add_score(board, score);
    r->input.unknown += fate == BOARD_UNKNOWN_ITEM;
    r->input.twice += fate == BOARD_TWICE;
    return true;
}

/* "Proactivity: 4\nAccuracy: 5"; a number that cannot be read is ungraded. */
static bool add_criteria(struct report *r, str scores,
                         struct board_score *score)
{
    size_t found = 0;
    for (str line, rest = scores; str_next(&rest, '\n', &line);) {
        str name, number;
        if (!str_cut(line, ':', &name, &number) || !str_trim(name).len)
            continue;
        score->graded = str_to_double(str_trim(number), &score->value);
        if (!add(r, str_trim(name), score))
            return false;
        found++;
    }
    return found > 0;
}

/* {"overall": 4.5, "fluency": null}: boards "JUDGE" and "JUDGE: fluency". */
static bool add_scores(struct report *r, str judge, const json *scores,
                       struct board_score *score)
{
    JSON_EACH(value, scores)
    {
        struct buf name;
        buf_init(&name, 1 << 16);
        buf_add(&name, judge);
        if (!str_equal(json_key_of(value), STR("overall")))
            buf_printf(&name, ": " STR_FMT, STR_ARG(json_key_of(value)));
        score->value = json_number(value, 0);
        score->graded = json_is_number(value) && isfinite(score->value);
        bool added = add(r, buf_str(&name), score);
        buf_release(&name);
        if (!added)
            return false;
    }
    return true;
}

static bool take_line(struct report *r, const json *doc)
{
    const json *id = json_get(doc, "id"), *model = json_get(doc, "model"),
               *rating = json_get(doc, "rating"),
               *scores = json_get(doc, "scores");
    int64_t repeat = json_int(json_get(doc, "repeat"), 0);
    int64_t again = json_int(json_get(doc, "judge_repeat"), 0);
    if (!json_is_str(id) || !json_is_str(model) || repeat < 0 || again < 0 ||
        repeat > INT64_MAX / REPEATS_MAX - 1 || again >= REPEATS_MAX)
        return false;
    struct board_score score = {.item = json_str(id, STR("")),
                                .model = json_str(model, STR("")),
                                .repeat = repeat * REPEATS_MAX + again,
                                .turn = json_int(json_get(doc, "turn"), 0)};
    str judge = json_str(json_get(doc, "judge"), STR("judge"));
    if (json_count(scores) > 0) {
        meet_item(r, score.item);
        return add_scores(r, judge, scores, &score);
    }
    if (json_is_str(scores)) {
        meet_item(r, score.item);
        return add_criteria(r, json_str(scores, STR("")), &score);
    }
    if (!rating || !(json_is_number(rating) || json_is_null(rating)))
        return false;
    score.value = json_number(rating, 0);
    score.graded = json_is_number(rating) && isfinite(score.value);
    meet_item(r, score.item);
    return add(r, judge, &score);
}

bool report_read(struct report *r, const char *path, struct err *err)
{
    struct lines *in = lines_open(path, 0, err);
    if (!in)
        return false;
    struct err broken = {0};
    for (str line; lines_next(in, &line, &broken);) {
        if (!lines_too_long(in) && str_trim(line).len == 0)
            continue;
        json *doc = json_parse(line, NULL);
        bool ok = doc && take_line(r, doc);
        r->input.lines += ok;
        r->input.bad += !ok;
        json_free(doc);
    }
    lines_close(in);
    if (broken.code == ERR_NONE)
        return true;
    *err = broken;
    return err_wrap(err, "%s", path);
}

size_t report_count(const struct report *r)
{
    return r->boards.count;
}

str report_name(const struct report *r, size_t index)
{
    return map_entry(&r->names, index)->key;
}

const struct board *report_board(const struct report *r, size_t index)
{
    return *(struct board **)vec_at(&r->boards, index);
}

struct report_input report_input(const struct report *r)
{
    return r->input;
}
