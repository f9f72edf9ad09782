/* report.h - corpora side by side as one HTML page (page/page.h): distributions
 * of turns and lengths, speaker shares over the course of a dialogue,
 * vocabulary growth, Zipf, registers, coverage, diseases and symptoms, sample
 * dialogues with their medical words marked, and every metric as a table. */
#ifndef MEASURE_REPORT_H
#define MEASURE_REPORT_H

#include "measure/corpus.h"

struct measure_report {
    struct corpus *const *corpora; /* borrowed */
    struct corpus *reference;      /* borrowed; or NULL: shown as the last */
    const struct metrics *lists;   /* one a corpus */
    const char *const *files;
    size_t count;
    const char *reference_file; /* or NULL */
};

MUST_USE bool measure_report_write(const struct measure_report *report,
                                   const char *path, struct err *err);

#endif
