/* align.h - the texts around an item: instructions per task, prompts, captions.
 *
 *     const struct align *align = align_open(STR("zh"), &arena, &err);
 *     str instruction = align_instruction(align, task, rng, &which);
 *     str item = align_item(align, &record.question, &arena);
 *
 * From data/flan/LANG.yaml. An instruction is one of the several wordings of
 * the task; the item is case, question and options as a person would read them.
 */
#ifndef FLAN_ALIGN_H
#define FLAN_ALIGN_H

#include "base/rng.h"
#include "curate/task.h"
#include "record/record.h"

struct align_parts {
    str conclusion, basis, advice;
};

struct align_dota {
    str history, examination, results;
};

struct align {
    str language;
    str system, polish; /* prompts; {instruction} {item} {reference} */
    str case_caption, options_caption;
    struct align_parts parts;
    str advice;
    struct align_dota dota;
    struct list tasks;                    /* bound from YAML */
    struct list instructions[TASK_COUNT]; /* str */
};

/* In the arena. ERR_CONFIG when a task has no instruction. */
MUST_USE const struct align *align_open(str language, struct arena *arena,
                                        struct err *err);
/* One wording; *which is its number from 0. */
str align_instruction(const struct align *align, int task, struct rng *rng,
                      size_t *which);
str align_item(const struct align *align, const struct question *question,
               struct arena *arena);
/* The text with {instruction}, {item} and {reference} replaced. */
str align_fill(str text, str instruction, str item, str reference,
               struct arena *arena);

#endif
