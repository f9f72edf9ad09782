/* exam.c - see exam.h. */
#include "bench/exam.h"

#include <stdlib.h>

#include "base/lines.h"
#include "base/map.h"
#include "base/mem.h"
#include "stat/mcnemar.h"

/* One set of letters that a model named for an item; chained per pair. */
struct vote {
    uint32_t letters;
    uint64_t count;
    uint64_t next; /* vote index + 1, 0 = none */
};

struct exam {
    struct record_set set;
    struct board *board; /* owned */
    struct vec keys;     /* uint32_t of board items */
    struct vec records;  /* size_t: record of board items */
    struct vec counts;   /* struct exam_count of board models */
    struct map first;    /* (model, item) → vote index + 1 */
    struct vec votes;
    struct exam_input input;
};

static const struct record *record_at(const struct exam *exam, size_t i)
{
    return LIST_AT(exam->set.records, struct record, i);
}

static void add_items(struct exam *exam)
{
    for (size_t i = 0; i < exam->set.records.count; i++) {
        const struct record *r = record_at(exam, i);
        uint32_t key = r->kind == RECORD_QUESTION && r->question.options.count
                           ? choice_key(&r->question.answer_keys)
                           : 0;
        if (!key || !board_add_item(exam->board, r)) {
            exam->input.unusable++;
            continue;
        }
        exam->input.items++;
        vec_push(&exam->keys, &key);
        vec_push(&exam->records, &i);
    }
}

struct exam *exam_open(const char *const paths[], size_t count, struct err *err)
{
    struct exam *exam = mem_zero(1, sizeof *exam);
    if (!record_set_load(&exam->set, count, paths, NULL, NULL, err)) {
        free(exam);
        return NULL;
    }
    exam->board = board_new();
    exam->input.bad = exam->set.bad_count;
    vec_init(&exam->keys, sizeof(uint32_t));
    vec_init(&exam->records, sizeof(size_t));
    vec_init(&exam->counts, sizeof(struct exam_count));
    vec_init(&exam->votes, sizeof(struct vote));
    map_init(&exam->first);
    add_items(exam);
    if (!exam->input.items) {
        exam_close(exam);
        err_set(err, ERR_FORMAT, "no question with options and a key");
        return NULL;
    }
    return exam;
}

void exam_close(struct exam *exam)
{
    if (!exam)
        return;
    board_free(exam->board);
    vec_release(&exam->keys);
    vec_release(&exam->records);
    vec_release(&exam->counts);
    vec_release(&exam->votes);
    map_release(&exam->first);
    record_set_release(&exam->set);
    free(exam);
}

/* --- answers --- */

static str pair_key(const int64_t key[2])
{
    return str_make((const char *)key, 2 * sizeof *key);
}

static void add_vote(struct exam *exam, size_t model, size_t item,
                     uint32_t letters)
{
    int64_t key[2] = {(int64_t)model, (int64_t)item};
    uint64_t at = 0;
    map_get(&exam->first, pair_key(key), &at);
    struct vote *last = NULL;
    for (uint64_t i = at; i; i = last->next) {
        last = vec_at(&exam->votes, (size_t)(i - 1));
        if (last->letters == letters) {
            last->count++;
            return;
        }
    }
    if (last)
        last->next = exam->votes.count + 1;
    else
        map_put(&exam->first, pair_key(key), exam->votes.count + 1);
    *(struct vote *)vec_add(&exam->votes) =
        (struct vote){.letters = letters, .count = 1};
}

static bool take_answer(struct exam *exam, const json *line)
{
    const json *text = json_get(line, "answer"), *id = json_get(line, "id"),
               *name = json_get(line, "model");
    int64_t repeat = json_int(json_get(line, "repeat"), 0);
    if (!json_is_str(id) || !json_is_str(name) || repeat < 0 ||
        !(json_is_str(text) || json_is_null(text)))
        return false;
    struct board_score score = {.item = json_str(id, STR("")),
                                .model = json_str(name, STR("")),
                                .repeat = repeat};
    size_t item;
    if (!board_find_item(exam->board, score.item, &item)) {
        exam->input.unknown++;
        return true;
    }
    const struct record *r =
        record_at(exam, *(size_t *)vec_at(&exam->records, item));
    struct choice choice =
        choice_read(json_str(text, STR("")), r->question.options.items,
                    r->question.options.count);
    bool right = choice.letters == *(uint32_t *)vec_at(&exam->keys, item);
    score.graded = choice.found;
    score.value = right;
    if (board_add_score(exam->board, &score) == BOARD_TWICE) {
        exam->input.twice++;
        return true;
    }
    size_t model = 0;
    while (!str_equal(board_model(exam->board, model), score.model))
        model++;
    while (exam->counts.count <= model)
        vec_add(&exam->counts);
    struct exam_count *count = vec_at(&exam->counts, model);
    count->answers++;
    count->steps[choice.found ? choice.step : CHOICE_NONE]++;
    count->right += choice.found && right;
    if (choice.found)
        add_vote(exam, model, item, choice.letters);
    return true;
}

bool exam_read_answers(struct exam *exam, const char *path, struct err *err)
{
    struct lines *in = lines_open(path, 0, err);
    if (!in)
        return false;
    struct err broken = {0};
    for (str line; lines_next(in, &line, &broken);) {
        if (!lines_too_long(in) && str_trim(line).len == 0)
            continue;
        json *doc = json_parse(line, NULL);
        if (!doc || !take_answer(exam, doc))
            exam->input.bad++;
        json_free(doc);
    }
    lines_close(in);
    if (broken.code == ERR_NONE)
        return true;
    *err = broken;
    return err_wrap(err, "%s", path);
}

/* --- results --- */

static bool majority(const struct exam *exam, size_t model, size_t item,
                     bool *right)
{
    int64_t key[2] = {(int64_t)model, (int64_t)item};
    uint64_t at = 0;
    if (!map_get(&exam->first, pair_key(key), &at))
        return false;
    const struct vote *best = NULL;
    while (at) {
        const struct vote *vote = vec_at(&exam->votes, (size_t)(at - 1));
        if (!best || vote->count > best->count)
            best = vote;
        at = vote->next;
    }
    *right = best->letters == *(uint32_t *)vec_at(&exam->keys, item);
    return true;
}

const struct board *exam_board(const struct exam *exam)
{
    return exam->board;
}

struct exam_input exam_input(const struct exam *exam)
{
    return exam->input;
}

struct exam_count exam_count_of(const struct exam *exam, size_t model)
{
    struct exam_count count =
        *(struct exam_count *)vec_at(&exam->counts, model);
    for (size_t i = 0; i < board_item_count(exam->board); i++) {
        bool right;
        if (majority(exam, model, i, &right)) {
            count.majority_items++;
            count.majority_right += right;
        }
    }
    return count;
}

struct exam_pair exam_compare(const struct exam *exam, size_t first,
                              size_t second)
{
    struct exam_pair pair = {0};
    for (size_t i = 0; i < board_item_count(exam->board); i++) {
        bool a, b;
        if (!majority(exam, first, i, &a) || !majority(exam, second, i, &b))
            continue;
        pair.both += a && b;
        pair.only_first += a && !b;
        pair.only_second += !a && b;
        pair.neither += !a && !b;
    }
    pair.p = mcnemar_exact(pair.only_first, pair.only_second);
    return pair;
}
