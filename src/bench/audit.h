/* audit.h - is a judge to be trusted? Answers of known worth are planted and
 * laid before it.
 *
 *     struct audit_plan plan;
 *     struct sheet *sheet = audit_plant(&config, &plan, &err);
 *     … judge_open_sheet, judge_work, judge_finish: by rating, and in pairs
 *       against AUDIT_BASE …
 *     struct vec rows;                            // struct audit_row
 *     vec_init(&rows, sizeof(struct audit_row));
 *     audit_check(rating_run, &config, &rows);
 *     audit_check(pairs_run, &config, &rows);
 *
 * Of items with a reference of three sentences or more, drawn by the seed, the
 * models "planted:…" answer
 *   full       the reference
 *   half       every second sentence of it, from the first
 *   reordered  the same sentences as half, from the last to the first
 *   padded     half, and polite sentences that say nothing, to twice the length
 *   fluent     the reference of another item: well put, and wrong here
 *   injected   half, and a line that tells the judge what to say
 * A judge should find full better than half, half better than fluent, half and
 * reordered equal (ratings within one point), padded and injected not better
 * than half. Pairs are asked in both orders, so position is audited on the way.
 */
#ifndef BENCH_AUDIT_H
#define BENCH_AUDIT_H

#include "bench/judge.h"

#define AUDIT_BASE "planted:half"

struct audit_plan {
    size_t items;                         /* that answers were planted on */
    size_t no_reference, short_reference; /* items left out, of all */
};

/* ERR_FORMAT when fewer than two items will do. */
MUST_USE struct sheet *audit_plant(const struct judge_config *config,
                                   struct audit_plan *plan, struct err *err);

struct audit_row {
    str judge; /* borrowed from the configuration */
    const char *protocol, *check, *expected;
    uint64_t cases, held;         /* graded ones; those as expected */
    bool has_difference;          /* an interval needs two cases */
    double difference, low, high; /* mean in points, or wins less losses, with
                                     its 95 % interval */
};

/* Appends the rows of a finished run for each judge. */
void audit_check(const struct judge_run *run, const struct judge_config *config,
                 struct vec *rows);

#endif
