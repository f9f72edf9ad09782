/* choice.h - which options does an answer to an exam question name?
 *
 *     struct choice c = choice_read(answer, options, option_count);
 *     if (!c.found) failures++;      // an extraction failure, not a wrong
 * answer
 *
 * A cascade; the first step that finds something decides, and is reported:
 *   1 marker   letters behind a marker: 答案是B, "the answer is (B)",
 * "antwoord: B, D", **B** behind it; the last marker counts 2 alone    the
 * answer is letters alone: "B", "(B)", "B. …" at its start, "ACD", "A、C" 3
 * boxed    letters in \boxed{}, [[ ]] or ** ** anywhere, the last one 4 text
 * the text of exactly one option stands in the answer Only letters that the
 * question has are read. Several letters are a multiple answer; the caller
 * compares sets. Pure; any thread may call.
 */
#ifndef BENCH_CHOICE_H
#define BENCH_CHOICE_H

#include "record/record.h"

enum choice_step {
    CHOICE_NONE,
    CHOICE_MARKER,
    CHOICE_ALONE,
    CHOICE_BOXED,
    CHOICE_TEXT
};

struct choice {
    bool found;
    enum choice_step step;
    uint32_t letters; /* bit 0 = A … bit 25 = Z */
};

struct choice choice_read(str answer, const struct option *options,
                          size_t option_count);

/* The set of a record's answer keys ("B" or "A","C"); 0 when there is none. */
uint32_t choice_key(const struct list *answer_keys);
const char *choice_step_name(enum choice_step step);

#endif
