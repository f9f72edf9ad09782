/* scores.h - lists of metrics side by side, for people: a table on the
 * terminal, Markdown, CSV. Shared by measure and overlap. */
#ifndef CMD_SCORES_H
#define CMD_SCORES_H

#include "base/table.h"
#include "measure/metric.h"

struct scores {
    const char *const *names;    /* of the columns */
    const struct metrics *lists; /* one a column; same metrics, same order */
    size_t count;
};

/* metric, signature, one column a list: "12.3 [11.9, 12.8]". Caller frees. */
struct table *scores_table(const struct scores *scores, const char *family);
void scores_print(const struct scores *scores); /* to standard output */
/* more: Markdown that stands below the tables; may be empty. */
MUST_USE bool scores_write_markdown(const struct scores *scores, str more,
                                    const char *path, struct err *err);
/* column, family, metric, value, low, high, signature, why */
MUST_USE bool scores_write_csv(const struct scores *scores, const char *path,
                               struct err *err);

#endif
