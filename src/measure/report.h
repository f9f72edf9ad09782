/* report.h - corpora side by side as one HTML page (page/page.h): distributions
 * of turns and lengths, speaker shares over the course of a dialogue,
 * vocabulary growth, Zipf, registers, coverage, diseases and symptoms, sample
 * records with their medical words marked, and every metric as a table. At most
 * eight corpora are drawn, the first ones and the reference. */
#ifndef MEASURE_REPORT_H
#define MEASURE_REPORT_H

#include "measure/corpus.h"

struct measure_report {
    struct corpus *const *corpora; /* borrowed */
    struct corpus *reference;      /* borrowed; or NULL: shown as the last */
    const struct metrics *lists;   /* one a corpus; then of the reference */
    const char *const *files;      /* likewise */
    size_t count;                  /* without the reference */
};

MUST_USE bool measure_report_write(const struct measure_report *report,
                                   const char *path, struct err *err);

#endif
