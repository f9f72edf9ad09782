/* standings.h - what the verdicts of a run come to.
 *
 *     struct standings *standings = standings_new();
 *     standings_add(standings, &verdict);
 *     struct table *means = standings_means(standings);
 *     struct table *pairs = standings_pairs(standings);  // or NULL
 *     standings_free(standings);
 *
 * Means are over items, as in board.h; those of a protocol with bounds are
 * clipped to them (HealthBench: 0 to 1). Answers must outlive the standings.
 * One thread.
 */
#ifndef BENCH_STANDINGS_H
#define BENCH_STANDINGS_H

#include "base/table.h"
#include "bench/verdict.h"

struct standings;

struct standings *standings_new(void);
void standings_free(struct standings *standings);
void standings_add(struct standings *standings, const struct verdict *verdict);
/* Models by judge and score, with the mean over items (board.h). The caller
 * frees. */
struct table *standings_means(const struct standings *standings);
/* Pairs of models by judge; NULL when nothing was compared. */
struct table *standings_pairs(const struct standings *standings);
/* The rows of both as JSON arrays "means" and "pairs" into an open object. */
void standings_put_json(const struct standings *standings,
                        struct json_out *out);

#endif
