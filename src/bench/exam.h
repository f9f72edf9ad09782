/* exam.h - score answers to multiple-choice questions.
 *
 *     struct exam *exam = exam_open(paths, count, &err);    // records
 *     if (!exam_read_answers(exam, "answers.jsonl", &err)) …
 *     const struct board *board = exam_board(exam);         // accuracies
 *     const struct exam_count *c = exam_count_of(exam, model);
 *     exam_close(exam);
 *
 * An answer line is {"id","model","repeat","answer"}; repeat may be absent (0).
 * choice.h reads the letters; an answer is right when its set of letters is
 * the key's. An answer that no step could read is a failure: ungraded on the
 * board, counted here, in no accuracy but `strict`, which takes it as wrong.
 * The majority of an item is the set named most often over its repeats, the
 * earlier one of equals. One thread at a time.
 */
#ifndef BENCH_EXAM_H
#define BENCH_EXAM_H

#include "bench/board.h"
#include "bench/choice.h"

enum { EXAM_STEPS = CHOICE_TEXT + 1 };

struct exam;

struct exam_input {
    uint64_t items;    /* questions with options and a key */
    uint64_t unusable; /* records without these, or with a known id */
    uint64_t bad;      /* lines that are no record or no answer */
    uint64_t unknown;  /* answers to items that are not there */
    uint64_t twice;    /* second answers to the same item and repeat */
};

struct exam_count {
    uint64_t answers;           /* sum of steps */
    uint64_t steps[EXAM_STEPS]; /* by enum choice_step; NONE: failures */
    uint64_t right;             /* answers */
    uint64_t majority_right, majority_items;
};

/* NULL on failure. */
MUST_USE struct exam *exam_open(const char *const paths[], size_t count,
                                struct err *err);
void exam_close(struct exam *exam);
MUST_USE bool exam_read_answers(struct exam *exam, const char *path,
                                struct err *err);

const struct board *exam_board(const struct exam *exam);
struct exam_input exam_input(const struct exam *exam);
/* By the board's number of the model. */
struct exam_count exam_count_of(const struct exam *exam, size_t model);

/* The outcomes of two models on the items that both have a majority for. */
struct exam_pair {
    uint64_t both, only_first, only_second, neither;
    double p; /* McNemar, exact, two-sided */
};
struct exam_pair exam_compare(const struct exam *exam, size_t first,
                              size_t second);

#endif
