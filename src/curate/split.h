/* split.h - which rows go to train, dev and test, never tearing a group apart.
 *
 *     struct split *s = split_new(seed);
 *     for (each record) split_add(s, case_id, stratum);
 *     split_run(s, &(struct split_options){.test_per = 25});
 *     for (size_t i = 0; i < n; i++) use(split_of(s, i));
 *
 * Rows of one group (a case) go to one side. Of each stratum (a task) exactly
 * test_per rows go to test, as long as that leaves the larger half of the
 * stratum for training; fewer otherwise, and split_stratum tells. Instead of a
 * number per stratum a share of it can be asked for. Groups are taken in an
 * order that depends on the seed and the group's name only; one that would pass
 * the number wanted in one of its strata is passed over; afterwards groups are
 * exchanged as long as that brings test nearer to the numbers. One thread.
 */
#ifndef CURATE_SPLIT_H
#define CURATE_SPLIT_H

#include "base/str.h"

enum split_side { SPLIT_TRAIN, SPLIT_DEV, SPLIT_TEST, SPLIT_SIDE_COUNT };

extern const char *const split_names[SPLIT_SIDE_COUNT]; /* train dev test */

struct split;

struct split *split_new(uint64_t seed);
void split_free(struct split *split); /* NULL is fine */
/* The next row; an empty group stands alone. Both are copied. */
void split_add(struct split *split, str group, str stratum);

struct split_options {
    uint64_t test_per, dev_per;   /* rows of each stratum; 0 = use the share */
    double test_share, dev_share; /* of each stratum, 0 to 0.5 */
    bool skip_none; /* rows of the stratum "(none)" all go to train */
};

void split_run(struct split *split, const struct split_options *options);
enum split_side split_of(const struct split *split, size_t row);

struct split_stratum {
    str name;
    uint64_t rows, wanted_test, wanted_dev;
    uint64_t sides[SPLIT_SIDE_COUNT];
};

size_t split_stratum_count(const struct split *split);
/* In the order of first appearance. */
struct split_stratum split_stratum(const struct split *split, size_t index);
size_t split_group_count(const struct split *split);

/* Groups that arise from shared names: rows that share any name hang together.
 *
 *     struct split_groups *g = split_groups_new(row_count);
 *     split_groups_tie(g, row, name);
 *     size_t first = split_groups_first(g, row);   // stands for the group
 */
struct split_groups;

struct split_groups *split_groups_new(size_t rows);
void split_groups_free(struct split_groups *groups); /* NULL is fine */
void split_groups_tie(struct split_groups *groups, size_t row, str name);
size_t split_groups_first(struct split_groups *groups, size_t row);

#endif
