/* accord.c - see accord.h. */
#include "bench/accord.h"

#include "base/mem.h"

const char *accord_level_name(enum accord_level level)
{
    return level == ACCORD_TASK ? "task" : "item";
}

/* The mean of a model in a task, or its value of an item. */
static bool mean_at(const struct board *b, size_t model,
                    enum accord_level level, size_t at, double *value)
{
    const struct bootstrap_plan plan = {1, 0.95, 0};
    struct board_summary s;
    if (level == ACCORD_ITEM)
        return board_value(b, model, at, value);
    board_summarise(b, model, BOARD_TASK, at, &plan, &s);
    *value = s.mean;
    return s.has_mean;
}

static size_t place_count(const struct board *b, enum accord_level level)
{
    return level == ACCORD_ITEM ? board_item_count(b)
                                : board_group_count(b, BOARD_TASK);
}

/* Where the first board's task or item stands on the second. */
static bool find_place(const struct board *first, size_t at,
                       const struct board *second, enum accord_level level,
                       size_t *there)
{
    if (level == ACCORD_ITEM)
        return board_find_item(second, board_item_id(first, at), there);
    str name = board_group(first, BOARD_TASK, at);
    for (*there = 0; *there < board_group_count(second, BOARD_TASK); ++*there)
        if (str_equal(board_group(second, BOARD_TASK, *there), name))
            return !str_equal(name, STR("(none)"));
    return false;
}

struct accord accord_of(const struct board *first, const struct board *second,
                        enum accord_level level)
{
    size_t models = board_model_count(first),
           places = place_count(first, level);
    size_t room = models * places + 1;
    struct accord accord = {.pairs = {mem_zero(room, sizeof(double)),
                                      mem_zero(room, sizeof(double)), 0}};
    for (size_t m = 0; m < models; m++) {
        size_t other, there;
        if (!board_find_model(second, board_model(first, m), &other))
            continue;
        accord.models++;
        for (size_t i = 0; i < places; i++) {
            struct pairs *p = &accord.pairs;
            p->count += find_place(first, i, second, level, &there) &&
                        mean_at(first, m, level, i, &p->x[p->count]) &&
                        mean_at(second, other, level, there, &p->y[p->count]);
        }
    }
    return accord;
}

void accord_release(struct accord *accord)
{
    pairs_release(&accord->pairs);
}
