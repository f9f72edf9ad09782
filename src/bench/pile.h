/* pile.h - answers held in memory, to be shown or written again.
 *
 *     struct pile *pile = pile_new();
 *     if (!pile_read(pile, "runs/bench/answers.jsonl", &err)) …
 *     const struct given *g = pile_find(pile, id, model, 0, turn);
 *     pile_free(pile);
 *
 * Order is that of the files; a second answer to the same is left out. One
 * thread.
 */
#ifndef BENCH_PILE_H
#define BENCH_PILE_H

#include "bench/given.h"

struct pile;

struct pile *pile_new(void);
void pile_free(struct pile *pile);
MUST_USE bool pile_read(struct pile *pile, const char *path, struct err *err);
struct given_counts pile_counts(const struct pile *pile);

size_t pile_count(const struct pile *pile);
const struct given *pile_at(const struct pile *pile, size_t index);
/* NULL when it is not there. */
const struct given *pile_find(const struct pile *pile, str id, str model,
                              int64_t repeat, int64_t turn);

#endif
